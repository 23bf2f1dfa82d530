/**
 * `pnpm erase` erases a person from all rooms, on a sandbox or with `--live` at Twilio, and ends with a signed receipt.
 * After an interruption, the same command goes on. Its output contains no identity.
 *
 * Exits with 0 if the erasure is complete, 1 if it isn't, and 130 if it was interrupted.
 */
import type * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
import * as Receipt from "@effect-twilio-video/erasure/Receipt"
import type * as SqliteClient from "@effect-twilio-video/erasure/SqliteClient"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import type * as SandboxError from "@effect-twilio-video/sandbox/SandboxError"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as SqlError from "effect/sql/SqlError"
import { mkdir } from "node:fs/promises"
import * as path from "node:path"
import * as Display from "./display.ts"
import * as Erasing from "./erasing.ts"
import * as ReceiptFile from "./receipt.ts"
import * as Rooms from "./rooms.ts"

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

const flags = {
  live: flag("live", "Erase at Twilio, with the credentials of the environment, instead of on a sandbox"),
  yes: flag("yes", "Don't ask before erasing at Twilio"),
  dryRun: flag("dry-run", "Count what would be erased, and change nothing"),
  request: Flag.String("request").pipe(
    Flag.withDescription("The ID of the request, such as a ticket number. Needed at Twilio"),
    Flag.withMetavar("ID"),
    Flag.optional
  ),
  resume: flag("resume", "Let a stalled request go on"),
  cancel: flag("cancel", "Give up a request: destroy its identities, and write a receipt of what was done"),
  connected: Flag.Literals("connected", ["wait", "remove"]).pipe(
    Flag.withDescription("Participants who are connected: wait until they leave (default at Twilio), or remove them"),
    Flag.optional
  ),
  since: Flag.Date("since").pipe(
    Flag.withDescription("Only rooms created at this time or later, and those in progress"),
    Flag.optional
  ),
  tokenLifetime: Flag.String("token-lifetime").pipe(
    Flag.withDescription('How long your access tokens are valid, such as "4 hours". Default: 24 hours'),
    Flag.filterMap(lifetimeOf, () => 'Use a duration such as "4 hours".'),
    Flag.optional
  ),
  file: Flag.String("file").pipe(
    Flag.withDescription("The SQLite file of the jobs. Default: .erase/twilio.db, or .erase/sandbox.db"),
    Flag.optional
  ),
  share: Flag.Finite("share").pipe(
    Flag.withDescription(
      "The part of the account's quota that the erasure may use, so that your application has the rest. Divide it by " +
        "the number of runners. Default: 0.25, or 1 on the sandbox"
    ),
    Flag.filter(
      (share) => share > 0 && share <= 1,
      () => "Use a number above 0, at most 1."
    ),
    Flag.optional
  ),
  postgres: flag("postgres", "Keep the jobs in the Postgres database DATABASE_URL, where runners do them"),
  runner: Flag.String("runner").pipe(
    Flag.withDescription("Be a runner for jobs in Postgres, at this address for the other runners"),
    Flag.withMetavar("HOST:PORT"),
    Flag.filterMap(addressOf, () => "Use HOST:PORT, such as 127.0.0.1:24641."),
    Flag.optional
  )
}

function lifetimeOf(text: string): Option.Option<Duration.Duration> {
  return Option.filter(
    Duration.fromInput(text as Duration.Input),
    (lifetime) => Duration.isFinite(lifetime) && !Duration.isNegative(lifetime)
  )
}

interface Address {
  readonly host: string
  readonly port: number
}

function addressOf(text: string): Option.Option<Address> {
  const [, host, port] = /^(.+):(\d{1,5})$/u.exec(text) ?? []
  return host === undefined || Number(port) > 65_535 ? Option.none() : Option.some({ host, port: Number(port) })
}

type Flags = Command.Command.Config.Infer<typeof flags>

const settingsOf = ({ connected, live, tokenLifetime }: Flags) => ({
  connected: Option.getOrElse(connected, () => (live ? ("wait" as const) : ("remove" as const))),
  tokenLifetime: Option.getOrElse(tokenLifetime, () => (live ? Duration.hours(24) : Duration.seconds(10)))
})

/** Loads the database's client only if it's used. */
const postgres = (options: Erasure.Options & { readonly runner?: Address }) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const url = yield* Config.Redacted("DATABASE_URL")
      const keys = yield* ErasureKeys.config
      const { layerPostgres } = yield* Effect.promise(() => import("@effect-twilio-video/erasure/ErasurePostgres"))
      return layerPostgres({ ...options, url, keys })
    })
  )

const fileOf = ({ file, live }: Flags): string =>
  Option.getOrElse(file, () => path.join(".erase", live ? "twilio.db" : "sandbox.db"))

const erasures = (
  flags: Flags
): Layer.Layer<
  Erasure.Erasure,
  Config.ConfigError | Erasure.ErasureUnavailable | SqliteClient.DatabaseInUse,
  Erasure.Requirements
> =>
  flags.postgres
    ? postgres(settingsOf(flags))
    : ErasureSqlite.layerSqlite({ ...settingsOf(flags), file: fileOf(flags) })

const rooms = (
  flags: Flags
): Layer.Layer<
  Erasure.Requirements,
  | Config.ConfigError
  | SandboxError.SandboxError
  | SqliteClient.DatabaseInUse
  | SqlError.SqlError
  | TwilioError.TwilioError
> => (flags.live ? TwilioVideo.layerFetchConfig() : Rooms.layer(`${fileOf(flags)}.rooms`))

const share = ({ live, share }: Flags) =>
  Layer.succeed(
    Quota.Share,
    Option.getOrElse(share, () => (live ? 0.25 : 1))
  )

const makeFolder = (file: string) =>
  Effect.tryPromise({
    try: () => mkdir(path.dirname(file), { recursive: true }),
    catch: () => new Erasing.Refused({ message: `The folder of ${file} can't be made.` })
  })

const introduction = (request: string, flags: Flags): string => {
  const { connected, tokenLifetime } = settingsOf(flags)
  const lifetime = Display.time(Duration.toMillis(tokenLifetime))
  const people = connected === "remove" ? "removed" : "erased after they leave"
  return [
    ...(flags.live
      ? [
          `Request ${request}, at Twilio. Participants who are connected are ${people}.`,
          `Access tokens count as expired after ${lifetime}. Your application must mint no more for this person.`
        ]
      : [
          `Request ${request}, on a sandbox that processes 80 reads per second, as Twilio does.`,
          `Access tokens count as expired after ${lifetime}, not 24 hours. Participants who are connected are ${people}.`
        ]),
    flags.postgres
      ? "Ctrl-C stops watching: the runners go on."
      : "Ctrl-C stops it: the same command, run again, goes on.",
    ""
  ].join("\n")
}

const account = Effect.map(Config.option(Config.String("TWILIO_ACCOUNT_SID")), (sid) =>
  Option.match(sid, { onNone: () => "the account of TWILIO_API_KEY_SID", onSome: (sid) => `account ${sid}` })
)

const requestIdOf = ({ live, request }: Flags) =>
  Option.isNone(request) && live
    ? new Erasing.Refused({
        message: "The request's ID is missing. Pass --request with a ticket number, and the same ID to go on."
      })
    : Effect.succeed(Option.getOrElse(request, () => "demo"))

const run = Effect.fnUntraced(function* (flags: Flags) {
  const requestId = yield* requestIdOf(flags)
  const file = fileOf(flags)
  if (flags.live && !flags.cancel) {
    const question = `Erase a person from every room of ${yield* account}? It can't be undone.`
    yield* Erasing.confirm(flags.yes, question)
  }
  yield* makeFolder(file)
  if (!flags.cancel) yield* Console.log(introduction(requestId, flags))
  const folder = path.dirname(file)
  const job = flags.cancel
    ? Erasing.cancel(requestId, folder)
    : Erasing.erase({
        requestId,
        folder,
        since: Option.getOrUndefined(flags.since),
        defaults: flags.live ? [] : Rooms.identities,
        resume: flags.resume,
        onInterrupt: flags.postgres
          ? "Interrupted: the runners go on. Run the same command again to watch."
          : "Interrupted. Run the same command again to go on."
      })
  yield* Effect.provide(job, erasures(flags).pipe(Layer.provide([rooms(flags), share(flags)])))
})

const dryRun = Effect.fnUntraced(function* (flags: Flags) {
  const file = fileOf(flags)
  if (!flags.live) yield* makeFolder(file)
  // In memory, so that no request in the file goes on.
  yield* Erasing.preview({
    requestId: "preview",
    since: Option.getOrUndefined(flags.since),
    defaults: flags.live ? [] : Rooms.identities
  }).pipe(Effect.provide(Layer.provide(ErasureMemory.layerMemory(), [rooms(flags), share(flags)])))
})

/** Runs jobs until it's stopped. They were confirmed when they were requested. */
const serve = (flags: Flags, runner: Address) =>
  Layer.effectDiscard(
    Console.log(`Runner ${runner.host}:${runner.port} does the jobs in the database until it's stopped.`)
  ).pipe(
    Layer.provideMerge(postgres({ ...settingsOf(flags), runner })),
    Layer.provide([rooms(flags), share(flags)]),
    Layer.launch
  )

const fail = ({ message }: { readonly message: string }) => Effect.andThen(Console.error(message), Erasing.exitWith(1))

const unreadable = () => fail({ message: "The sandbox's rooms can't be read. Delete the folder .erase." })

const failures = {
  ConfigError: ({ message }: Config.ConfigError) => fail({ message: `The configuration is incomplete. ${message}` }),
  DatabaseInUse: fail,
  ErasureUnavailable: fail,
  InvalidErasure: fail,
  QuitError: () => Erasing.exitWith(130),
  Refused: fail,
  RequestConflict: fail,
  SandboxError: unreadable,
  SqlError: unreadable,
  TwilioError: fail,
  UnknownRequest: fail,
  UnusableFile: fail,
  WrongPhase: fail
}

const verify = Command.make("verify", { file: Argument.String("file") }, ({ file }) =>
  Effect.gen(function* () {
    const { publicKey, receipt } = yield* ReceiptFile.read(file)
    yield* Receipt.verify(receipt, publicKey)
    yield* Console.log(`Valid: unchanged since it was signed with the key ${publicKey.kid}.`)
  }).pipe(Effect.catchTags({ UnusableFile: fail, InvalidReceipt: fail }))
).pipe(Command.withDescription("Verify a receipt, without a network"))

const keys = Command.make("keys", {}, () =>
  ErasureKeys.generate.pipe(Effect.flatMap(ErasureKeys.toText), Effect.flatMap(Console.log))
).pipe(Command.withDescription("Make keys for TWILIO_ERASURE_KEYS, and print them"))

const command = Command.make("erase", flags, (flags) =>
  Effect.gen(function* () {
    if (Option.isSome(flags.runner)) return yield* serve({ ...flags, live: true }, flags.runner.value)
    return yield* flags.dryRun ? dryRun(flags) : run(flags)
  }).pipe(Effect.catchTags(failures))
).pipe(Command.withDescription("Erase a person from all rooms"), Command.withSubcommands([verify, keys]))

command.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

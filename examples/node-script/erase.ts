/**
 * `pnpm erase`: somebody asks to be forgotten. Finds every participation of an identity in all rooms, those that are
 * over too, and anonymizes each: on a sandbox, or with `--live` at Twilio. What it prints holds no identity.
 *
 * Ends with 0 where everything is done, with 1 where something is not, and with 130 where it was interrupted.
 */
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { table } from "../src/table.ts"
import * as Erasure from "./erasure.ts"

const exitWith = (code: number) =>
  Effect.sync(() => {
    process.exitCode = code
  })

const fail = (message: string) => Effect.andThen(Console.error(message), exitWith(1))

const report = (progress: Erasure.Progress) =>
  [
    table(
      ["rooms looked into", "participations erased", "problems", "complete"],
      [[`${progress.rooms}`, `${progress.erased}`, `${progress.problems.length}`, progress.isComplete ? "yes" : "no"]]
    ),
    ...(progress.problems.length === 0
      ? []
      : [
          "",
          table(
            ["room", "participant", "problem"],
            progress.problems.map(({ participantSid, problem, roomSid }) => [roomSid, participantSid, problem])
          )
        ]),
    ...(progress.isComplete && progress.problems.length === 0
      ? []
      : [
          "",
          Option.match(progress.resume, {
            onNone: () => "  Not everything is done. Run it again: what is erased stays erased.",
            onSome: (before) => `  Not everything is done. Go on with --before ${before}`
          })
        ])
  ].join("\n")

/** Erases, and reports how far it came however it ends. */
const run = (request: Erasure.Request) =>
  Effect.suspend(() => {
    const progress = new Erasure.Progress()
    return Erasure.erase(request, progress).pipe(
      Stream.flatMap(({ outcomes }) => Stream.fromIterable(outcomes)),
      Stream.filter(({ problem }) => problem === undefined),
      Stream.runForEach(({ participantSid, roomSid }) => Console.log(`  erased  ${roomSid}  ${participantSid}`)),
      Effect.ensuring(Effect.suspend(() => Console.log(`\n${report(progress)}`))),
      Effect.andThen(Effect.suspend(() => (progress.problems.length === 0 ? Effect.void : exitWith(1)))),
      Effect.catchTag("TwilioError", (error) =>
        fail(`The rooms could not be listed. ${error.reason._tag}: ${error.message}`)
      )
    )
  })

/** On the command line, the identity is in the shell's history and in the list of processes. */
const identityOf = (flag: Option.Option<Redacted.Redacted>) =>
  Option.isSome(flag) ? Effect.succeed(flag) : Config.option(Config.Redacted("ERASE_IDENTITY"))

const command = Command.make(
  "erase",
  {
    live: Flag.Boolean("live").pipe(
      Flag.withDescription("At Twilio, with the credentials of the environment, and not on a sandbox"),
      Flag.withDefault(false)
    ),
    identity: Flag.Redacted("identity").pipe(
      Flag.withDescription("Who is to be forgotten. Default: ERASE_IDENTITY of the environment; on the sandbox, Alice"),
      Flag.optional
    ),
    after: Flag.Date("after").pipe(Flag.withDescription("Only rooms that were made from then on"), Flag.optional),
    before: Flag.Date("before").pipe(Flag.withDescription("Only rooms that were made before then"), Flag.optional)
  },
  Effect.fnUntraced(
    function* ({ after, before, identity, live }) {
      const given = Option.map(yield* identityOf(identity), Redacted.value).pipe(Option.filter((text) => text !== ""))
      const range = {
        after: Option.getOrUndefined(Option.map(after, DateTime.fromDateUnsafe)),
        before: Option.getOrUndefined(Option.map(before, DateTime.fromDateUnsafe))
      }
      if (!live) {
        yield* Console.log("On a sandbox. With --live it is done at Twilio, which cannot be undone.\n")
        const request = { identity: Option.getOrElse(given, () => "Alice"), ...range }
        return yield* Effect.provide(run(request), Sandbox.layer())
      }
      if (Option.isNone(given)) return yield* fail("Who is to be forgotten? Set ERASE_IDENTITY, or give --identity.")
      yield* Effect.provide(run({ identity: given.value, ...range }), TwilioVideo.layerFetchConfig())
    },
    Effect.catchTags({
      ConfigError: (error) => fail(`The environment lacks credentials. ${error.message}`),
      TwilioError: (error) => fail(error.message)
    })
  )
).pipe(Command.withDescription("Erase an identity from all rooms"))

command.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

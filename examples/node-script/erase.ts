/**
 * `pnpm erase` erases a person: it finds every participation of an identity in all rooms, completed ones included, and
 * anonymizes each, on a sandbox or with `--live` at Twilio. Its output contains no identity.
 *
 * Exits with 0 if everything is done, 1 if something isn't, and 130 if it was interrupted.
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
      ["rooms searched", "participations erased", "problems", "complete"],
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
            onNone: () => "  Not everything is done. Run it again: erased records stay erased.",
            onSome: (before) => `  Not everything is done. Continue with --before ${before}`
          })
        ])
  ].join("\n")

/** Erases, and prints a report however it ends. */
const run = (request: Erasure.Request) =>
  Effect.suspend(() => {
    const progress = new Erasure.Progress()
    return Erasure.erase(request, progress).pipe(
      Stream.flatMap(({ erasures }) => Stream.fromIterable(erasures)),
      Stream.filter(({ problem }) => problem === undefined),
      Stream.runForEach(({ participantSid, roomSid }) => Console.log(`  erased  ${roomSid}  ${participantSid}`)),
      Effect.ensuring(Effect.suspend(() => Console.log(`\n${report(progress)}`))),
      Effect.andThen(Effect.suspend(() => (progress.problems.length === 0 ? Effect.void : exitWith(1)))),
      Effect.catchTag("TwilioError", (error) =>
        fail(`Failed to list the rooms. ${error.reason._tag}: ${error.message}`)
      )
    )
  })

/** A flag exposes the identity in the shell's history and the process list. */
const identityOf = (flag: Option.Option<Redacted.Redacted>) =>
  Option.isSome(flag) ? Effect.succeed(flag) : Config.option(Config.Redacted("ERASE_IDENTITY"))

const command = Command.make(
  "erase",
  {
    live: Flag.Boolean("live").pipe(
      Flag.withDescription("Erase at Twilio, with the credentials of the environment, instead of on a sandbox"),
      Flag.withDefault(false)
    ),
    identity: Flag.Redacted("identity").pipe(
      Flag.withDescription(
        "The identity to erase. Default: ERASE_IDENTITY of the environment, or Alice on the sandbox"
      ),
      Flag.optional
    ),
    after: Flag.Date("after").pipe(Flag.withDescription("Only rooms created at this time or later"), Flag.optional),
    before: Flag.Date("before").pipe(Flag.withDescription("Only rooms created before this time"), Flag.optional)
  },
  Effect.fnUntraced(
    function* ({ after, before, identity, live }) {
      const given = Option.map(yield* identityOf(identity), Redacted.value).pipe(Option.filter((text) => text !== ""))
      const range = {
        after: Option.getOrUndefined(Option.map(after, DateTime.fromDateUnsafe)),
        before: Option.getOrUndefined(Option.map(before, DateTime.fromDateUnsafe))
      }
      if (!live) {
        yield* Console.log("Erasing on a sandbox. Use --live to erase at Twilio, which can't be undone.\n")
        const request = { identity: Option.getOrElse(given, () => "Alice"), ...range }
        return yield* Effect.provide(run(request), Sandbox.layer())
      }
      if (Option.isNone(given)) return yield* fail("The identity is missing. Set ERASE_IDENTITY or pass --identity.")
      yield* Effect.provide(run({ identity: given.value, ...range }), TwilioVideo.layerFetchConfig())
    },
    Effect.catchTags({
      ConfigError: (error) => fail(`The credentials are missing. ${error.message}`),
      TwilioError: (error) => fail(error.message)
    })
  )
).pipe(Command.withDescription("Erase an identity from all rooms"))

command.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

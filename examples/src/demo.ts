/**
 * `pnpm demo`: the main job against the sandbox over real HTTP, or with `--live` against Twilio, told as tables.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Moderation from "./moderation.ts"
import { table, wrap } from "./table.ts"

type AnyParticipant = Participant.Participant | Participant.AnonymizedParticipant

const participantTable = (participants: ReadonlyArray<AnyParticipant>) =>
  participants.length === 0
    ? "  nobody"
    : table(
        ["identity", "sid", "status", "joined", "duration"],
        participants.map((participant) => [
          participant.identity,
          participant.sid,
          participant.status,
          TwilioDate.format(participant.dateCreated),
          Option.match(participant.duration, { onNone: () => "–", onSome: Duration.format })
        ])
      )

const notFoundTable = (error: NotFound.NotFound) =>
  [
    table(
      ["error", "what", "looked up by", "HTTP", "Twilio code", "request"],
      [[error._tag, error.resource, error.lookup, `${error.status}`, `${error.code}`, `${error.method} ${error.path}`]]
    ),
    "",
    wrap(error.message.replace(/ \(.*$/su, ""), 96, "  ")
  ].join("\n")

const section = (title: string, body: string) => Console.log(`\n${title}\n\n${body}`)

const tell = Effect.fnUntraced(function* (room: string, identity: string) {
  const report = yield* Moderation.removeAndErase(room, identity)
  yield* section(`1. Who is connected to ${room}`, participantTable(report.connected))
  yield* section(`2. ${identity}, by identity`, participantTable([report.found]))
  yield* section(`3. ${identity} is removed`, participantTable([report.removed]))
  yield* section(
    `4. ${identity}, by identity again`,
    Result.match(report.byIdentity, {
      onFailure: notFoundTable,
      onSuccess: (again) => `${participantTable([again])}\n\n  Somebody has joined with this identity again.`
    })
  )
  yield* section("5. The same participant, by SID: still on record", participantTable([report.bySid]))
  yield* section("6. Who is not connected any more", participantTable(report.disconnected))
  yield* section("7. The record, anonymized: the identity is gone for good", participantTable([report.anonymized]))
})

const onSandbox = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const baseUrl = yield* SandboxServer.baseUrl
  yield* Console.log(`The sandbox listens on ${baseUrl}; what follows goes over real HTTP.`)
  const Twilio = TwilioVideo.layer({
    accountSid: sandbox.credentials.accountSid,
    authToken: Redacted.make(sandbox.credentials.authToken),
    baseUrl
  }).pipe(Layer.provide(UndiciTransport.layer))
  yield* Effect.provide(tell("DailyStandup", "Alice"), Twilio)
  yield* Console.log(
    [
      "",
      "Next:",
      "  npx -y pnpm@12.21.0 sandbox              keeps a sandbox running, for curl and Twilio's own libraries",
      "  npx -y pnpm@12.21.0 demo --live <room>   reads a room of your Twilio account"
    ].join("\n")
  )
}).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()), Layer.orDie)))

const pairs = [
  ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
  ["TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"],
  ["TWILIO_API_KEY", "TWILIO_API_SECRET"]
] as const

const isSet = (name: string) =>
  Effect.map(Config.option(Config.Redacted(name)), (value) =>
    Option.isSome(Option.filter(value, (text) => Redacted.value(text) !== ""))
  )

const missingCredentials = Effect.gen(function* () {
  const rows: Array<ReadonlyArray<string>> = []
  for (const [user, secret] of pairs) {
    const state = (set: boolean) => (set ? "set" : "missing")
    rows.push([user, state(yield* isSet(user)), secret, state(yield* isSet(secret))])
  }
  return [
    "Twilio needs credentials, and the environment holds no whole pair of them. Set an account's SID and Auth",
    "Token, or an API key's SID and secret, under either of their usual names.",
    "",
    table(["SID", "is", "secret", "is"], rows),
    "",
    "Without an account, run `npx -y pnpm@12.21.0 demo`: it uses the sandbox."
  ].join("\n")
})

const fail = (message: string) =>
  Effect.andThen(
    Console.error(message),
    Effect.sync(() => {
      process.exitCode = 1
    })
  )

const listOnly = (room: string) =>
  Effect.flatMap(Moderation.roster(room), (connected) =>
    section(
      `Who is connected to ${room}`,
      `${participantTable(connected)}\n\n` +
        "  Add `--identity <who>` to remove that participant and anonymize the record, which cannot be undone."
    )
  )

const onTwilio = (room: string, identity: Option.Option<string>) =>
  Option.match(identity, { onSome: (identity) => tell(room, identity), onNone: () => listOnly(room) }).pipe(
    Effect.provide(TwilioVideo.layerConfig().pipe(Layer.provide(UndiciTransport.layer))),
    Effect.catchTag("ConfigError", () => Effect.flatMap(missingCredentials, fail))
  )

const demo = Command.make(
  "demo",
  {
    live: Flag.String("live").pipe(
      Flag.withDescription("The room (unique name or SID) of your Twilio account to run against"),
      Flag.optional
    ),
    identity: Flag.String("identity").pipe(
      Flag.withDescription("With --live: the participant to remove and anonymize; without it the room is only listed"),
      Flag.optional
    )
  },
  ({ identity, live: room }) =>
    Effect.suspend(() => (Option.isNone(room) ? onSandbox : onTwilio(room.value, identity))).pipe(
      Effect.catchTags({
        NotFound: (error) => fail(`NotFound: ${error.message}`),
        TwilioError: (error) => fail(`${error.reason._tag}: ${error.message}`)
      })
    )
).pipe(Command.withDescription("List a room, remove somebody, and prove it"))

demo.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

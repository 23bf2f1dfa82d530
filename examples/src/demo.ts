/**
 * `pnpm demo`: moderates a room of the sandbox over real HTTP, or of Twilio with `--live`, and prints each step as a table.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
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

const moderate = Effect.fnUntraced(function* (room: string, identity: string) {
  const report = yield* Moderation.removeAndErase(room, identity)
  yield* section(`1. Participants connected to ${room}`, participantTable(report.connected))
  yield* section(`2. ${identity}, by identity`, participantTable([report.found]))
  yield* section(`3. ${identity} is removed`, participantTable([report.removed]))
  yield* section(
    `4. ${identity}, by identity again`,
    Result.match(report.byIdentity, {
      onFailure: notFoundTable,
      onSuccess: (again) => `${participantTable([again])}\n\n  A participant with this identity has joined again.`
    })
  )
  yield* section("5. The same participant by SID: the record remains", participantTable([report.bySid]))
  yield* section("6. Disconnected participants", participantTable(report.disconnected))
  yield* section("7. The record is anonymized: the identity can't be recovered", participantTable([report.anonymized]))
})

const onSandbox = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const baseUrl = yield* SandboxServer.baseUrl
  yield* Console.log(`The sandbox listens on ${baseUrl}. The requests below use real HTTP.`)
  const Twilio = TwilioHttpClient.layer(TwilioVideo.services, {
    accountSid: sandbox.credentials.accountSid,
    authToken: Redacted.make(sandbox.credentials.authToken),
    baseUrl
  }).pipe(Layer.provide(UndiciTransport.layer))
  yield* Effect.provide(moderate("DailyStandup", "Alice"), Twilio)
  yield* Console.log(
    [
      "",
      "Next:",
      "  npx -y pnpm@12.21.0 sandbox              keeps a sandbox running, for curl and Twilio's libraries",
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
    "The environment has no complete credentials for Twilio. Set an account SID and an Auth Token, or an API key",
    "SID and its secret, under either of their names.",
    "",
    table(["SID", "state", "secret", "state"], rows),
    "",
    "Without an account, run `npx -y pnpm@12.21.0 demo`. It uses the sandbox."
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
      `Participants connected to ${room}`,
      `${participantTable(connected)}\n\n` +
        "  Add `--identity <identity>` to remove a participant and anonymize the record. This can't be undone."
    )
  )

const onTwilio = (room: string, identity: Option.Option<string>) =>
  Option.match(identity, { onSome: (identity) => moderate(room, identity), onNone: () => listOnly(room) }).pipe(
    Effect.provide(TwilioHttpClient.layerConfig(TwilioVideo.services).pipe(Layer.provide(UndiciTransport.layer))),
    Effect.catchTag("ConfigError", () => Effect.flatMap(missingCredentials, fail))
  )

const demo = Command.make(
  "demo",
  {
    live: Flag.String("live").pipe(
      Flag.withDescription("A room of your Twilio account, by unique name or SID"),
      Flag.optional
    ),
    identity: Flag.String("identity").pipe(
      Flag.withDescription("With --live: the participant to remove and anonymize. Without it, the room is only listed"),
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
).pipe(Command.withDescription("List a room, remove a participant and anonymize the record"))

demo.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

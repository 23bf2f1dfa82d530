/**
 * The sandbox from the command line: listens, and prints what a first request needs. A Node-only entry point. Holds no
 * behaviour of the sandbox.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Callbacks from "./internal/Callbacks.ts"
import * as Faults from "./internal/Faults.ts"
import * as Sandbox from "./Sandbox.ts"
import * as SandboxServer from "./SandboxServer.ts"
import * as Scenario from "./Scenario.ts"

const tryOut = (url: string, accountSid: string, authToken: string): ReadonlyArray<string> => {
  const twilio = `  curl -u ${accountSid}:${authToken} ${url}/v1/Rooms/DailyStandup`
  return [
    "Try",
    `${twilio}/Participants`,
    `${twilio}/Participants/Alice/PublishedTracks`,
    `${twilio}/Participants/Bob/SubscribeRules --data-urlencode 'Rules=[{"type":"include","kind":"audio"}]'`,
    `${twilio}/Participants/Alice -d Status=disconnected`,
    `  curl ${url}/sandbox/rooms/DailyStandup/participants -d '{"identity": "Zoe"}'`,
    `  curl ${url}/sandbox/rooms/DailyStandup/participants/Zoe/tracks -d '{"kind": "video", "name": "cam"}'`,
    `  curl ${url}/sandbox/state`,
    ""
  ]
}

const announce = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const url = yield* SandboxServer.baseUrl
  const { accountSid, apiKeySecret, apiKeySid, authToken } = sandbox.credentials
  const { rooms } = yield* sandbox.exportState
  const lines = [
    "Twilio Video sandbox: rooms, participants, tracks and subscribe rules, in memory. Stop it with Ctrl+C.",
    "",
    `Base URL     ${url}`,
    `Account SID  ${accountSid}`,
    `Auth Token   ${authToken}`,
    `API key      ${apiKeySid}`,
    `API secret   ${apiKeySecret}`,
    "",
    "Rooms",
    ...rooms.map((room) => {
      const there = room.participants.filter((participant) => participant.status !== "disconnected")
      const who = there.length === 0 ? "nobody" : there.map((participant) => participant.identity).join(", ")
      const status = room.ended === null ? "in-progress" : "completed"
      return `  ${(room.uniqueName ?? "").padEnd(14)} ${room.sid}  ${status.padEnd(11)}  ${who}`
    }),
    "",
    ...(rooms.some((room) => room.uniqueName === "DailyStandup" && room.ended === null)
      ? tryOut(url, accountSid, authToken)
      : []),
    `Controls     ${url}/sandbox`,
    `Callbacks    ${url}/sandbox/callbacks`,
    "Rooms end by themselves, as Twilio's do: five minutes after the last participant left, and after 24 hours at most.",
    `Begin again  curl -X POST ${url}/sandbox/reset`
  ]
  yield* Console.log(lines.join("\n"))
})

const stop = (message: string) =>
  Effect.andThen(
    Console.error(message),
    Effect.sync(() => {
      process.exitCode = 1
    })
  )

const command = Command.make(
  "sandbox",
  {
    port: Flag.Int("port").pipe(
      Flag.withDescription("The port to listen on; 0 takes a free one"),
      Flag.withSchema(Schema.Port),
      Flag.withDefault(4010)
    ),
    scenario: Flag.FileSchema("scenario", Scenario.ScenarioJson, { format: "json" }).pipe(
      Flag.withDescription("A JSON file with the rooms to start from"),
      Flag.withDefault(Scenario.defaultScenario)
    ),
    // Any JSON here: the sandbox's own reading refuses members that no rule has.
    faults: Flag.FileSchema("faults", Schema.Unknown, { format: "json" }).pipe(
      Flag.withDescription("A JSON file with the rules of what goes wrong"),
      Flag.withDefault([])
    ),
    quota: Flag.Boolean("quota").pipe(
      Flag.withDescription("Refuse with HTTP 429 what is over Twilio's quota: 80 reads and 20 writes a second"),
      Flag.withDefault(false)
    ),
    callbackUrl: Flag.String("callback-url").pipe(
      Flag.withDescription("Where status callbacks go for rooms without a URL of their own"),
      Flag.optional
    ),
    callbackHosts: Flag.String("allow-callback-host").pipe(
      Flag.withDescription("A host, or host:port, that status callbacks may go to beside loopback; may be repeated"),
      Flag.atLeast(0)
    ),
    host: Flag.String("host").pipe(Flag.withDescription("The address to listen on"), Flag.withDefault("127.0.0.1"))
  },
  ({ callbackHosts, callbackUrl, faults, host, port, quota, scenario }) => {
    const callbacks = { url: Option.getOrUndefined(callbackUrl), allowedHosts: ["loopback", ...callbackHosts] }
    const problem = Callbacks.problemOf(callbacks)
    if (problem !== undefined) return stop(problem)
    return Sandbox.Sandbox.use((sandbox) =>
      Effect.andThen(sandbox.seed(scenario), Effect.flatMap(Effect.fromResult(Faults.read(faults)), sandbox.setFaults))
    ).pipe(
      Effect.andThen(announce),
      Effect.andThen(Effect.never),
      Effect.provide(
        SandboxServer.layer({ host, port }).pipe(
          Layer.provideMerge(Sandbox.layerControls({ callbacks, ...(quota ? { quota: Sandbox.twilioQuota } : {}) }))
        )
      ),
      Effect.catchTags({
        ServeError: (error) =>
          stop(`The sandbox cannot listen on ${host}:${port}: ${reasonOf(error.cause)}. Try another --port.`),
        SandboxError: (error) =>
          stop(`The ${error.problem === "invalid-fault" ? "faults" : "scenario"} cannot be played. ${error.message}`)
      })
    )
  }
).pipe(Command.withDescription("Serve a sandbox of Twilio Video's REST API"))

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

command.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

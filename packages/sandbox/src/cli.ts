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
import * as Schema from "effect/Schema"
import * as Sandbox from "./Sandbox.ts"
import * as SandboxServer from "./SandboxServer.ts"

const announce = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const url = yield* SandboxServer.baseUrl
  const { accountSid, apiKeySecret, apiKeySid, authToken } = sandbox.credentials
  const { rooms } = yield* sandbox.exportState
  const lines = [
    "Twilio Video sandbox: the Participants API, in memory. Stop it with Ctrl+C.",
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
    "Try",
    `  curl -u ${accountSid}:${authToken} ${url}/v1/Rooms/DailyStandup/Participants`,
    `  curl -u ${accountSid}:${authToken} ${url}/v1/Rooms/DailyStandup/Participants/Alice -d Status=disconnected`,
    `  curl ${url}/sandbox/rooms/DailyStandup/participants -d '{"identity": "Zoe"}'`,
    `  curl ${url}/sandbox/state`
  ]
  yield* Console.log(lines.join("\n"))
})

const command = Command.make(
  "sandbox",
  {
    port: Flag.Int("port").pipe(
      Flag.withDescription("The port to listen on; 0 takes a free one"),
      Flag.withSchema(Schema.Port),
      Flag.withDefault(4010)
    ),
    host: Flag.String("host").pipe(Flag.withDescription("The address to listen on"), Flag.withDefault("127.0.0.1"))
  },
  ({ host, port }) =>
    announce.pipe(
      Effect.andThen(Effect.never),
      Effect.provide(SandboxServer.layer({ host, port }).pipe(Layer.provideMerge(Sandbox.layerControls()))),
      Effect.catchTag("ServeError", (error) =>
        Effect.andThen(
          Console.error(`The sandbox cannot listen on ${host}:${port}: ${reasonOf(error.cause)}. Try another --port.`),
          Effect.sync(() => {
            process.exitCode = 1
          })
        )
      )
    )
).pipe(Command.withDescription("Serve a sandbox of Twilio Video's Participants API"))

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

command.pipe(Command.run({ version: "0.1.0" }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

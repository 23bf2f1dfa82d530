/**
 * The command line of the sandbox: starts a server, and prints its URL, its credentials and commands to try. A
 * Node-only entry point.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { randomBytes } from "node:crypto"
import * as AllowedHosts from "./internal/wire/AllowedHosts.ts"
import * as Callbacks from "./internal/callbacks/Callbacks.ts"
import * as AccessControl from "./internal/server/AccessControl.ts"
import { version } from "./internal/server/Version.ts"
import * as Faults from "./internal/faults/Faults.ts"
import * as Sandbox from "./Sandbox.ts"
import type { CallbackOptions } from "./SandboxOptions.ts"
import * as SandboxServer from "./SandboxServer.ts"
import type * as SandboxState from "./SandboxState.ts"
import * as Scenario from "./Scenario.ts"

const name = "effect-twilio-video-sandbox"

const tokenVariable = "SANDBOX_CONTROL_TOKEN"

interface Address {
  readonly url: string
  /** The arguments of curl that authorize a request to the controls. */
  readonly control: string
  readonly credentials: string
}

const tryOut = ({ control, credentials, url }: Address): ReadonlyArray<string> => {
  const twilio = `  curl -u ${credentials} ${url}/v1/Rooms/DailyStandup`
  const room = `  curl ${control}${url}/sandbox/rooms/DailyStandup`
  return [
    "Try",
    `${twilio}/Participants`,
    `${twilio}/Participants/Alice/PublishedTracks`,
    `${twilio}/Participants/Bob/SubscribeRules --data-urlencode 'Rules=[{"type":"include","kind":"audio"}]'`,
    `${twilio}/Participants/Alice -d Status=disconnected`,
    `${room}/participants -d '{"identity": "Zoe"}'`,
    `${room}/participants/Zoe/tracks -d '{"kind": "video", "name": "cam"}'`,
    `  curl ${control}${url}/sandbox/state`,
    ""
  ]
}

const lineOf = (room: SandboxState.SandboxState["rooms"][number]): string => {
  const present = room.participants.filter((participant) => participant.status !== "disconnected")
  const identities = present.length === 0 ? "(empty)" : present.map((participant) => participant.identity).join(", ")
  const status = room.ended === null ? "in-progress" : "completed"
  return `  ${(room.uniqueName ?? "").padEnd(14)} ${room.sid}  ${status.padEnd(11)}  ${identities}`
}

const announce = Effect.fnUntraced(function* (token: ControlToken) {
  const sandbox = yield* Sandbox.Sandbox
  const url = yield* SandboxServer.baseUrl
  const { accountSid, apiKeySecret, apiKeySid, authToken } = sandbox.credentials
  const { rooms } = yield* sandbox.exportState
  const control = token.value === undefined ? "" : `-H "Authorization: Bearer $${tokenVariable}" `
  const lines = [
    "Twilio Video sandbox: rooms, participants, tracks and subscribe rules in memory. Press Ctrl+C to stop.",
    "",
    `Base URL     ${url}`,
    `Account SID  ${accountSid}`,
    `Auth Token   ${authToken}`,
    `API key      ${apiKeySid}`,
    `API secret   ${apiKeySecret}`,
    ...(token.made === undefined
      ? []
      : ["", "The controls require this token, generated for this run:", `  export ${tokenVariable}=${token.made}`]),
    "",
    "Rooms",
    ...rooms.map(lineOf),
    "",
    ...(rooms.some((room) => room.uniqueName === "DailyStandup" && room.ended === null)
      ? tryOut({ url, control, credentials: `${accountSid}:${authToken}` })
      : []),
    `Controls     ${url}/sandbox`,
    `Callbacks    ${url}/sandbox/callbacks`,
    "Rooms end automatically, as in Twilio: five minutes after the last participant leaves, or after 24 hours.",
    `Reset        curl ${control}-X POST ${url}/sandbox/reset`
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

interface ControlToken {
  readonly value: Redacted.Redacted | undefined
  /** The token, if it was generated. */
  readonly made: string | undefined
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/iu.test(host)

const controlTokenFor = (host: string, given: Option.Option<Redacted.Redacted>): ControlToken => {
  if (Option.isSome(given) || isLoopback(host)) return { value: Option.getOrUndefined(given), made: undefined }
  const made = randomBytes(16).toString("hex")
  return { value: Redacted.make(made), made }
}

/** The message for the first invalid option, or for a callback URL on a host that isn't allowed. */
const problemOf = (callbacks: CallbackOptions, listen: SandboxServer.ListenOptions): string | undefined => {
  const problem = Callbacks.problemOf(callbacks) ?? AccessControl.problemOf(listen)
  if (problem !== undefined || callbacks.url === undefined) return problem
  const url = new URL(callbacks.url)
  return AllowedHosts.make(callbacks.allowedHosts ?? [])(url)
    ? undefined
    : `Status callbacks may not be sent to ${url.host}, which isn't on loopback. Add --allow-callback-host ${url.host}.`
}

const unknownAddress = new Set(["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL", "EAFNOSUPPORT"])

const cannotListen = (host: string, port: number, cause: unknown): string => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : ""
  const advice = unknownAddress.has(code)
    ? "Use an address of this machine: --host 127.0.0.1 for this machine only, --host 0.0.0.0 for other machines too"
    : "Try another --port"
  return `The sandbox can't listen on ${host}:${port}: ${reason}. ${advice}.`
}

const flags = {
  port: Flag.Int("port").pipe(
    Flag.withDescription("The port to listen on; 0 picks a free one (default: 4010)"),
    Flag.withSchema(Schema.Port),
    Flag.withDefault(4010)
  ),
  host: Flag.String("host").pipe(
    Flag.withDescription(
      "The address to listen on; beyond loopback, the controls require a token (default: 127.0.0.1)"
    ),
    Flag.withDefault("127.0.0.1")
  ),
  allowedHosts: Flag.String("allow-host").pipe(
    Flag.withDescription(
      "A host name, or name:port, to accept besides localhost, IP addresses and video.twilio.com; repeatable"
    ),
    Flag.atLeast(0)
  ),
  allowedOrigins: Flag.String("allow-origin").pipe(
    Flag.withDescription("The origin of web pages to accept requests from besides pages on loopback; repeatable"),
    Flag.atLeast(0)
  ),
  controlToken: Flag.Redacted("control-token").pipe(
    Flag.withDescription(
      `The token that the controls require as Authorization: Bearer (default: $${tokenVariable}; without it, none on loopback and a generated one beyond)`
    ),
    Flag.withFallbackConfig(Config.Redacted(tokenVariable)),
    Flag.optional
  ),
  publicOrigin: Flag.String("public-origin").pipe(
    Flag.withDescription("The origin in the URLs of responses (default: the origin of the request's URL)"),
    Flag.optional
  ),
  scenario: Flag.FileSchema("scenario", Scenario.ScenarioJson, { format: "json" }).pipe(
    Flag.withDescription(
      "A JSON file with the rooms to start from (default: the rooms DailyStandup, Webinar and Retro)"
    ),
    Flag.withDefault(Scenario.defaultScenario)
  ),
  // Not a schema of rules: Faults.read also refuses unknown members.
  faults: Flag.FileSchema("faults", Schema.Unknown, { format: "json" }).pipe(
    Flag.withDescription("A JSON file with fault rules, which make requests fail (default: none)"),
    Flag.withDefault([])
  ),
  quota: Flag.Boolean("quota").pipe(
    Flag.withDescription(
      "Respond with 429 above Twilio's quota of 80 reads and 20 writes per second (default: no quota)"
    ),
    Flag.withDefault(false)
  ),
  callbackUrl: Flag.String("callback-url").pipe(
    Flag.withDescription("The URL for status callbacks of rooms without a StatusCallback (default: none)"),
    Flag.optional
  ),
  callbackHosts: Flag.String("allow-callback-host").pipe(
    Flag.withDescription("A host, or host:port, that status callbacks may be sent to besides loopback; repeatable"),
    Flag.atLeast(0)
  )
}

const command = Command.make(
  name,
  flags,
  ({ callbackHosts, callbackUrl, controlToken, faults, publicOrigin, quota, scenario, ...given }) => {
    const callbacks = { url: Option.getOrUndefined(callbackUrl), allowedHosts: ["loopback", ...callbackHosts] }
    const token = controlTokenFor(given.host, controlToken)
    const listen = { ...given, controlToken: token.value, publicOrigin: Option.getOrUndefined(publicOrigin) }
    const problem = problemOf(callbacks, listen)
    if (problem !== undefined) return stop(problem)
    // The layer also gets the scenario, for resets, but reports an invalid one as a defect. Seeding it here fails with a
    // SandboxError.
    return Sandbox.Sandbox.use((sandbox) =>
      Effect.andThen(sandbox.seed(scenario), Effect.flatMap(Effect.fromResult(Faults.read(faults)), sandbox.setFaults))
    ).pipe(
      Effect.andThen(announce(token)),
      Effect.andThen(Effect.never),
      Effect.provide(
        SandboxServer.layer(listen).pipe(
          Layer.provideMerge(
            Sandbox.layerControls({
              rooms: scenario.rooms,
              callbacks,
              ...(quota ? { quota: Sandbox.twilioQuota } : {})
            })
          )
        )
      ),
      Effect.catchTags({
        ServeError: ({ cause }) => stop(cannotListen(listen.host, listen.port, cause)),
        SandboxError: (error) =>
          stop(`${error.problem === "invalid-fault" ? "--faults" : "--scenario"}: ${error.message}`)
      })
    )
  }
).pipe(Command.withDescription("Serve a sandbox of Twilio Video's REST API"))

command.pipe(Command.run({ version }), Effect.provide(NodeServices.layer), NodeRuntime.runMain)

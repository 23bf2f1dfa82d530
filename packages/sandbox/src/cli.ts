/**
 * The command line of the sandbox: starts a server, and prints its addresses, its credentials and commands to try, or
 * runs another command beside it. A Node-only entry point.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import { randomBytes } from "node:crypto"
import * as Announcement from "./internal/command/Announcement.ts"
import * as Exec from "./internal/command/Exec.ts"
import * as Flags from "./internal/command/Flags.ts"
import * as Settings from "./internal/command/Settings.ts"
import * as StateFiles from "./internal/command/StateFiles.ts"
import { version } from "./internal/server/Version.ts"
import * as Sandbox from "./Sandbox.ts"
import * as SandboxServer from "./SandboxServer.ts"

const name = "effect-twilio-video-sandbox"

const endWith = (code: number): Effect.Effect<void> =>
  Effect.sync(() => {
    process.exitCode = code
  })

const stop = (message: string): Effect.Effect<void> => Effect.andThen(Console.error(message), endWith(1))

const unknownAddress = new Set(["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL", "EAFNOSUPPORT"])

const cannotListen = ({ listen: { host, port } }: Settings.Settings, cause: unknown): string => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : ""
  const advice = unknownAddress.has(code)
    ? "Use an address of this machine: --host 127.0.0.1 for this machine only, --host 0.0.0.0 for other machines too"
    : "Try another --port"
  return `The sandbox can't listen on ${host}:${port}: ${reason}. ${advice}.`
}

/** Starts the sandbox and runs `use` beside it. */
const withServer = <R>(
  settings: Settings.Settings,
  isTokenMade: boolean,
  use: (ready: Announcement.Ready) => Effect.Effect<void, never, R>
) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    // The layer also gets the scenario, for resets, but reports an invalid one as a defect.
    yield* Effect.mapError(
      sandbox.seed(settings.scenario),
      ({ message }) => new Settings.Invalid({ message: `--scenario: ${message}` })
    )
    yield* StateFiles.load(settings)
    yield* StateFiles.save(settings)
    const { rooms } = yield* sandbox.exportState
    const { controlToken } = settings.listen
    const { credentials } = sandbox
    yield* use({ url: yield* SandboxServer.baseUrl, credentials, rooms, controlToken, isTokenMade })
  }).pipe(
    Effect.scoped,
    Effect.provide(
      SandboxServer.layer(settings.listen).pipe(Layer.provideMerge(Sandbox.layerControls(settings.options)))
    ),
    Effect.catchTags({
      ServeError: ({ cause }) => stop(cannotListen(settings, cause)),
      Invalid: ({ message }) => stop(message)
    })
  )

/** Reads the flags. `use` gets the settings, and whether the control token was generated. */
const withSettings = <R>(
  flags: Flags.Given,
  use: (settings: Settings.Settings, isTokenMade: boolean) => Effect.Effect<void, never, R>
) =>
  Effect.suspend(() => {
    let isTokenMade = false
    const makeToken = () => {
      isTokenMade = true
      return Redacted.make(randomBytes(16).toString("hex"))
    }
    return Settings.read(flags, makeToken).pipe(
      Effect.flatMap((settings) => use(settings, isTokenMade)),
      Effect.catchTag("Invalid", ({ message }) => stop(message))
    )
  })

const serve = Command.make(name).pipe(
  Command.withSharedFlags(Flags.flags),
  Command.withHandler((flags) =>
    withSettings(flags, (settings, isTokenMade) =>
      withServer(settings, isTokenMade, (ready) =>
        Effect.andThen(Console.log(settings.json ? Announcement.json(ready) : Announcement.text(ready)), Effect.never)
      )
    )
  ),
  Command.withDescription("Serve a sandbox of Twilio Video's REST API")
)

const variablesOf = ({ controlToken, credentials, url }: Announcement.Ready): Record<string, string> => ({
  TWILIO_ACCOUNT_SID: credentials.accountSid,
  TWILIO_AUTH_TOKEN: credentials.authToken,
  TWILIO_API_KEY_SID: credentials.apiKeySid,
  TWILIO_API_KEY_SECRET: credentials.apiKeySecret,
  TWILIO_API_KEY: credentials.apiKeySid,
  TWILIO_API_SECRET: credentials.apiKeySecret,
  TWILIO_VIDEO_BASE_URL: url,
  ...(controlToken === undefined ? {} : { [Flags.tokenVariable]: Redacted.value(controlToken) })
})

const exec = Command.make(
  "exec",
  { words: Argument.String("command").pipe(Argument.withDescription("The command to run"), Argument.atLeast(1)) },
  ({ words: [command = "", ...args] }) =>
    Effect.flatMap(serve, (flags) =>
      withSettings(
        // A free port, unless one is given.
        { ...flags, port: Option.orElse(flags.port, () => Option.some(0)) },
        (settings, isTokenMade) =>
          withServer(settings, isTokenMade, (ready) =>
            Effect.gen(function* () {
              const { code, problem } = yield* Exec.run(command, args, variablesOf(ready))
              if (problem !== undefined) yield* Console.error(problem)
              yield* endWith(code)
              // A signal interrupts this program too, but the command gets it and decides.
            }).pipe(Effect.uninterruptible)
          )
      )
    )
).pipe(
  Command.withDescription(
    "Run a command beside a sandbox on a free port, with TWILIO_* and TWILIO_VIDEO_BASE_URL set, and end with its exit code: exec -- npm test"
  )
)

serve.pipe(
  Command.withSubcommands([exec]),
  Command.run({ version }),
  Effect.provide(NodeServices.layer),
  // The output is for --json, or for the command of exec.
  Effect.provideService(Logger.LogToStderr, true),
  NodeRuntime.runMain({
    // The code of `exec` stays, also if a signal ended the command.
    teardown: (exit, onExit) =>
      process.exitCode === undefined ? Runtime.defaultTeardown(exit, onExit) : onExit(Number(process.exitCode))
  })
)

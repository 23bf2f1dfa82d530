/**
 * The settings of a run: the flags, the file of `--config` and the defaults, checked.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as Redacted from "effect/Redacted"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SandboxConfig from "../../SandboxConfig.ts"
import * as SandboxCredentials from "../../SandboxCredentials.ts"
import * as SandboxError from "../../SandboxError.ts"
import type { CallbackOptions, Options } from "../../SandboxOptions.ts"
import type { ListenOptions } from "../../SandboxServer.ts"
import * as Scenario from "../../Scenario.ts"
import * as Callbacks from "../callbacks/Callbacks.ts"
import * as AccessControl from "../server/AccessControl.ts"
import * as AllowedHosts from "../wire/AllowedHosts.ts"
import * as Flags from "./Flags.ts"

/** Why the command can't start. */
export class Invalid extends Data.TaggedError("Invalid")<{ readonly message: string }> {}

export interface Settings {
  readonly listen: ListenOptions & { readonly host: string; readonly port: number }
  readonly options: Options
  readonly scenario: Scenario.Scenario
  /** The path of the state to start from. */
  readonly import: string | undefined
  readonly exportOnExit: string | undefined
  readonly json: boolean
}

type Config = SandboxConfig.SandboxConfig

const parse = <A>(
  what: string,
  decode: (json: unknown) => Result.Result<A, Schema.SchemaError>,
  text: string
): Effect.Effect<A, Invalid> =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new Invalid({ message: `${what} isn't JSON.` })
  }).pipe(
    Effect.flatMap((json) => Effect.fromResult(decode(json))),
    Effect.catchTag("SchemaError", (error) => new Invalid({ message: `${what}: ${SandboxError.where(error)}` }))
  )

const decodeConfig = Schema.decodeUnknownResult(SandboxConfig.SandboxConfig, { onExcessProperty: "error" })

const decodeScenario = Schema.decodeUnknownResult(Scenario.ScenarioJson)

const readText = (what: string, file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(file)).pipe(
    Effect.mapError((error) => new Invalid({ message: `${what} can't be read: ${error.message}` }))
  )

/** Reads the file of `--config`. Its paths become relative to the current folder. */
const readFile = Effect.fnUntraced(function* (file: string) {
  const path = yield* Path.Path
  const config = yield* parse(`--config ${file}`, decodeConfig, yield* readText(`--config ${file}`, file))
  const resolve = (name: string) => path.resolve(path.dirname(file), name)
  const { exportOnExit, import: imported, scenario } = config
  const rooms = Effect.fnUntraced(function* (name: string) {
    const what = `The scenario ${name} of --config ${file}`
    return yield* parse(what, decodeScenario, yield* readText(what, resolve(name)))
  })
  return {
    ...config,
    ...(typeof scenario === "string" ? { scenario: yield* rooms(scenario) } : {}),
    ...(imported === undefined ? {} : { import: resolve(imported) }),
    ...(exportOnExit === undefined ? {} : { exportOnExit: resolve(exportOnExit) })
  }
})

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/iu.test(host)

/** The message for the first invalid option, or for a callback URL on a host that isn't allowed. */
const problemOf = (callbacks: CallbackOptions, listen: ListenOptions): string | undefined => {
  const problem = Callbacks.problemOf(callbacks) ?? AccessControl.problemOf(listen)
  if (problem !== undefined) return problem
  const allows = AllowedHosts.make(callbacks.allowedHosts ?? [])
  for (const text of [callbacks.url, callbacks.forwardTo]) {
    if (text === undefined || allows(new URL(text))) continue
    const { host } = new URL(text)
    return `Status callbacks may not be sent to ${host}, which isn't on loopback. Add --allow-callback-host ${host}.`
  }
  return undefined
}

const callbacksOf = (config: Config): CallbackOptions => ({
  url: config.callbackUrl,
  method: config.callbackMethod,
  forwardTo: config.forwardTo,
  allowedHosts: ["loopback", ...(config.allowedCallbackHosts ?? [])],
  faults: config.deliveryFaults,
  log: config.callbackLog,
  logBytes: config.callbackLogBytes
})

const optionsOf = (config: Config, rooms: Scenario.Scenario["rooms"]): Options => ({
  rooms,
  assumptions: config.assumptions,
  credentials: { ...SandboxCredentials.defaults, ...config.credentials },
  quota: config.quota ?? undefined,
  seed: config.seed,
  faults: config.faults,
  requestLog: config.requestLog,
  requestLogBytes: config.requestLogBytes,
  callbacks: callbacksOf(config)
})

const listenOf = (config: Config, controlToken: Redacted.Redacted | undefined) => ({
  host: config.host ?? "127.0.0.1",
  port: config.port ?? 4010,
  allowedHosts: config.allowedHosts,
  allowedOrigins: config.allowedOrigins,
  controlToken,
  publicOrigin: config.publicOrigin ?? undefined
})

/** Reads everything that was given. `makeToken` makes a control token, for a server that other machines can reach. */
export const read = Effect.fnUntraced(function* (given: Flags.Given, makeToken: () => Redacted.Redacted) {
  const flags = yield* Effect.mapError(Effect.fromResult(Flags.read(given)), (message) => new Invalid({ message }))
  const file: Config = Option.isSome(given.config) ? yield* readFile(given.config.value) : {}
  const config: Config = {
    ...file,
    ...flags,
    assumptions: { ...file.assumptions, ...flags.assumptions },
    credentials: { ...file.credentials, ...flags.credentials }
  }
  const fromFile = typeof config.scenario === "string" ? undefined : config.scenario
  const scenario = Option.getOrElse(given.scenario, () => fromFile ?? Scenario.defaultScenario)
  const { host = "127.0.0.1" } = config
  const token = Option.getOrUndefined(given.controlToken) ?? (isLoopback(host) ? undefined : makeToken())
  const listen = listenOf(config, token)
  const options = optionsOf(config, scenario.rooms)
  const problem = problemOf(options.callbacks ?? {}, listen)
  if (problem !== undefined) return yield* new Invalid({ message: problem })
  const settings: Settings = {
    listen,
    options,
    scenario,
    import: config.import,
    exportOnExit: config.exportOnExit,
    json: given.json
  }
  return settings
})

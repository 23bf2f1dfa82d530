/**
 * The sandbox: Twilio Video's API in memory, with controls for what clients do. Runs in process, as an `HttpClient`
 * layer or a web handler; `SandboxServer` serves it on a port.
 *
 * @since 0.1.0
 */
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Assumptions from "./Assumptions.ts"
import { Callbacks } from "./internal/callbacks/Callbacks.ts"
import type * as Controls from "./internal/controls/Controls.ts"
import * as InProcessControls from "./internal/controls/InProcessControls.ts"
import * as AccessControl from "./internal/server/AccessControl.ts"
import * as Faults from "./internal/faults/Faults.ts"
import * as InProcessClient from "./internal/server/InProcessClient.ts"
import * as IsolatedQuota from "./internal/server/IsolatedQuota.ts"
import { QuotaCounter } from "./internal/api/QuotaCounter.ts"
import { RequestLog } from "./internal/journal/RequestLog.ts"
import { Lifecycle } from "./internal/engine/Lifecycle.ts"
import { RoomEngine } from "./internal/engine/RoomEngine.ts"
import { Store } from "./internal/engine/Store.ts"
import * as Router from "./internal/server/Router.ts"
import * as Routes from "./internal/server/Routes.ts"
import * as Execution from "./internal/wire/ExecutionContext.ts"
import * as SandboxCredentials from "./SandboxCredentials.ts"
import type { Options, ServeOptions } from "./SandboxOptions.ts"
import type { Service } from "./SandboxService.ts"
import * as Scenario from "./Scenario.ts"

export { type Quota, twilio as twilioQuota } from "@effect-twilio-video/http/Quota"
export type { CallbackOptions, Options, ServeOptions } from "./SandboxOptions.ts"
export type * from "./SandboxService.ts"

/**
 * The controls of a sandbox, as a service.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* sandbox.openRoom({ uniqueName: "Huddle" })
 *   yield* sandbox.join("Huddle", "Zoe")
 *   yield* sandbox.loseConnection("Huddle", "Zoe")
 *   const zoe = yield* Participants.fetch("Huddle", "Zoe")
 *   return zoe.status
 * })
 *
 * const status = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * status // => "reconnecting"
 * ```
 * @category services
 * @since 0.1.0
 */
export class Sandbox extends Context.Service<Sandbox, Service>()("@effect-twilio-video/sandbox/Sandbox") {}

const generator = (seed: string): Random.Random => Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))

/**
 * Makes a sandbox without a layer. Call `stopCallbacks` when it is no longer used. The scenario is seeded on first use,
 * at the time of Effect's `Clock` then. An invalid scenario is a defect then; invalid fault rules and callback options
 * are a defect at once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const credentials = options.credentials ?? SandboxCredentials.defaults
  const random = { seed: options.seed ?? "effect-twilio-video" }
  const makeStore = (sids: number) => {
    const { seed } = random
    return new Store((block) => generator(block === 0 ? seed : `${seed} ${block}`), sids)
  }
  const assumptions = { ...Assumptions.defaults, ...options.assumptions }
  const engine = new RoomEngine(credentials, assumptions, makeStore(0))
  const scenario = { rooms: options.rooms ?? Scenario.defaultScenario.rooms }
  const lifecycle = new Lifecycle(engine, scenario, makeStore)
  // Faults have their own generator, so SIDs don't depend on them.
  const faults = new Faults.Faults(() => generator(`${random.seed} faults`))
  faults.set(Result.getOrThrow(Faults.read(options.faults ?? [])))
  const { requestLog = 1000, requestLogBytes } = options
  const log = new RequestLog(requestLog, requestLogBytes, engine.credentials)
  const clock = yield* Clock.Clock
  const callbacks = new Callbacks(engine, options.callbacks ?? {}, clock, () => generator(`${random.seed} callbacks`))
  const quota = new QuotaCounter(options.quota)
  const parts: Controls.Parts = { engine, lifecycle, faults, log, callbacks, quota, random }
  return Routes.attach(InProcessControls.make(parts), parts)
})

/**
 * A sandbox with its controls only. Provide it to {@link layerHttpClient} and to a server to share one sandbox. Logs a
 * warning if status callbacks are pending when the layer closes, and drops them.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerControls = (options: Options = {}): Layer.Layer<Sandbox> =>
  Layer.effect(
    Sandbox,
    Effect.acquireRelease(make(options), ({ stopCallbacks }) =>
      Effect.flatMap(stopCallbacks, (dropped) =>
        dropped === 0
          ? Effect.void
          : Effect.logWarning(
              `The sandbox stopped and dropped ${dropped} pending status callback(s). ` +
                "To wait for them, call awaitCallbacks first."
            )
      )
    )
  )

/**
 * An `HttpClient` that sends every request to the sandbox in process, whatever its origin. Runs on any runtime.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, Sandbox> = Layer.unwrap(
  Effect.map(Sandbox, (sandbox) => Layer.merge(InProcessClient.layer(sandbox), IsolatedQuota.layer))
)

/**
 * Everything that a program needs to run without an account: all Twilio Video services on a sandbox in process, its
 * controls, and the `HttpClient` between them. Each layer that is built is a separate sandbox. An invalid option is a
 * defect.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const removed = await Participants.disconnect("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * removed.status // => "disconnected"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<TwilioVideo.Services | Sandbox | HttpClient.HttpClient> => {
  const client = Layer.unwrap(
    Effect.map(Sandbox, ({ credentials }) =>
      TwilioHttpClient.layer(TwilioVideo.services, {
        accountSid: credentials.accountSid,
        authToken: Redacted.make(credentials.authToken),
        // Without a quota there is nothing to wait for; under a test's clock, waiting would never end.
        quota: options.quota ?? "off"
      })
    )
  )
  return client.pipe(Layer.provideMerge(layerHttpClient), Layer.provideMerge(layerControls(options)), Layer.orDie)
}

/**
 * The execution context that a Worker's `fetch` gets as its third argument. If you use {@link layerRoutes} in a Worker,
 * provide it to each request, so that status callbacks continue after the response. {@link toWebHandler} does this
 * itself.
 *
 * @category references
 * @since 0.1.0
 */
export const ExecutionContext: Context.Reference<
  { readonly waitUntil: (promise: Promise<unknown>) => void } | undefined
> = Execution.ExecutionContext

/**
 * A sandbox as a web handler, for `Deno.serve`, `Bun.serve`, a Worker's `fetch` and tests. It serves Twilio's API, and
 * the controls under `/sandbox`. Throws if an option of {@link ServeOptions} is invalid; other invalid options make
 * requests fail. Call `dispose` to stop it: until then, the timer for the timeouts of rooms with status callbacks keeps
 * a Node process alive.
 *
 * It accepts requests to `localhost`, to IP addresses and to `video.twilio.com`; add other host names to
 * `allowedHosts`. If other machines can reach it, set a `controlToken`: the default credentials are public, and without
 * a token anyone can use the controls.
 *
 * Status callbacks continue after the response. In a Worker this needs `waitUntil`, so pass all arguments of `fetch` to
 * the handler: `export default { fetch: Sandbox.toWebHandler({ allowedHosts: ["sandbox.example.com"] }).handler }`. A
 * Worker's timers end with each request, so callbacks of timeouts are sent at the next request.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 *
 * const sandbox = Sandbox.toWebHandler()
 * const { accountSid, authToken } = sandbox.credentials
 *
 * const response = await sandbox.handler(
 *   new Request("http://localhost/v1/Rooms/DailyStandup/Participants/Alice", {
 *     headers: { Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }
 *   })
 * )
 *
 * response.status // => 200
 * await sandbox.dispose()
 * ```
 * @category converting
 * @since 0.1.0
 */
export const toWebHandler = (
  options: Options & ServeOptions = {}
): {
  readonly handler: (request: Request, ...others: ReadonlyArray<unknown>) => Promise<Response>
  readonly dispose: () => Promise<void>
  readonly credentials: SandboxCredentials.SandboxCredentials
} => {
  const app = layerRoutes(options).pipe(Layer.provide(layerControls(options)))
  const { dispose, handler } = HttpRouter.toWebHandler(app, { disableLogger: true, routerConfig: Router.config })
  return {
    handler: (request, ...others) => {
      const context = others.find(Execution.isExecutionContext)
      return context === undefined ? handler(request) : handler(request, Context.make(ExecutionContext, context))
    },
    dispose,
    credentials: options.credentials ?? SandboxCredentials.defaults
  }
}

/**
 * The sandbox's routes, for your own `HttpRouter` with {@link routerConfig}. An invalid option throws.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRoutes = (options: ServeOptions = {}): Layer.Layer<never, never, Sandbox | HttpRouter.HttpRouter> => {
  const access = AccessControl.make(options)
  return Layer.unwrap(Effect.map(Sandbox, (sandbox) => Routes.layer(sandbox, access)))
}

/**
 * The configuration that a router needs for {@link layerRoutes}: case-sensitive paths and long parameters.
 *
 * @category config
 * @since 0.1.0
 */
export const routerConfig = Router.config

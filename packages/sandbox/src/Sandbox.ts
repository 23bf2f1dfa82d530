/**
 * The sandbox: a stateful stand-in for Twilio Video's API, and its controls, in process. Holds no socket:
 * `SandboxServer` listens on one.
 *
 * @since 0.1.0
 */
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
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
import * as QuotaCounter from "./internal/api/QuotaCounter.ts"
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
 * The controls of the sandbox that a program runs on.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const participants = yield* Participants.Participants
 *   yield* sandbox.openRoom({ uniqueName: "Huddle" })
 *   yield* sandbox.join("Huddle", "Zoe")
 *   yield* sandbox.loseConnection("Huddle", "Zoe")
 *   const zoe = yield* participants.fetch("Huddle", "Zoe")
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
 * Makes a sandbox. It plays its scenario when it is first used, at the time of Effect's `Clock` then. A scenario that
 * cannot be played is a defect, and so are rules of faults and options of callbacks that cannot be.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const credentials = options.credentials ?? SandboxCredentials.defaults
  const seed = options.seed ?? "effect-twilio-video"
  const randomOf = (block: number) => generator(block === 0 ? seed : `${seed} ${block}`)
  const makeStore = (sids: number) => new Store(randomOf, sids)
  const assumptions = { ...Assumptions.defaults, ...options.assumptions }
  const engine = new RoomEngine(credentials.accountSid, assumptions, makeStore(0))
  const scenario = { rooms: options.rooms ?? Scenario.defaultScenario.rooms }
  const lifecycle = new Lifecycle(engine, scenario, makeStore)
  // A generator of its own: SIDs do not depend on faults.
  const faults = new Faults.Faults(() => generator(`${seed} faults`))
  faults.set(Result.getOrThrow(Faults.read(options.faults ?? [])))
  const log = new RequestLog(options.requestLog ?? 1000)
  const clock = yield* Clock.Clock
  const callbacks = new Callbacks(engine, options.callbacks ?? {}, Redacted.make(credentials.authToken), clock)
  const quota = QuotaCounter.make(options.quota)
  const parts: Controls.Parts = { engine, lifecycle, faults, log, callbacks, quota, credentials }
  return Routes.attach(InProcessControls.make(parts), parts)
})

/**
 * A sandbox's controls alone. Provide it to {@link layerHttpClient}, or to a server, to share one sandbox.
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
 * An `HttpClient` that the sandbox answers, in process: no socket, on any runtime. Requests to any origin reach it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, Sandbox> = Layer.unwrap(
  Effect.map(Sandbox, (sandbox) => Layer.merge(InProcessClient.layer(sandbox), IsolatedQuota.layer))
)

/**
 * Everything that a program needs to run without an account: the services of Twilio Video on a sandbox in process, the
 * sandbox's controls, and the `HttpClient` between them.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<TwilioVideo.Services | Sandbox | HttpClient.HttpClient> => {
  const client = Layer.unwrap(
    Effect.map(Sandbox, ({ credentials }) =>
      TwilioVideo.layer({
        accountSid: credentials.accountSid,
        authToken: Redacted.make(credentials.authToken),
        // A sandbox without a quota needs no waiting, which under a test's clock would be for ever.
        quota: options.quota ?? "off"
      })
    )
  )
  return client.pipe(Layer.provideMerge(layerHttpClient), Layer.provideMerge(layerControls(options)), Layer.orDie)
}

/**
 * What a Worker's `fetch` gets as its third argument, for an `HttpRouter` of yours with {@link layerRoutes}: provide it
 * to each request, and status callbacks go on after the answer. {@link toWebHandler} does so itself.
 *
 * @category references
 * @since 0.1.0
 */
export const ExecutionContext: Context.Reference<
  { readonly waitUntil: (promise: Promise<unknown>) => void } | undefined
> = Execution.ExecutionContext

/**
 * A sandbox as a web handler, for `Deno.serve`, `Bun.serve`, a Worker's `fetch` and tests. It answers Twilio's API and,
 * under `/sandbox`, its controls. `dispose` ends it: until then, a timer for what becomes due in rooms with status
 * callbacks keeps a Node process alive.
 *
 * It answers requests to `localhost`, to IP addresses and to `video.twilio.com`; other host names go into `allowedHosts`.
 * If other machines can reach it, set a `controlToken`: its credentials are public, and so are its controls without a
 * token. Throws if an option is invalid.
 *
 * Status callbacks go on after the answer. A Worker allows that through `waitUntil`, so pass on all that its `fetch`
 * gets: `export default { fetch: Sandbox.toWebHandler({ allowedHosts: ["sandbox.example.com"] }).handler }`. There,
 * timers end with each request, so events that are due are sent at the next one.
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
  const app = layerRoutes(options).pipe(Layer.provide(layerControls(options)), Layer.provide(HttpServer.layerServices))
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
 * The sandbox's routes, for your own `HttpRouter`. Give the router {@link routerConfig}. Throws if an option is invalid.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRoutes = (options: ServeOptions = {}): Layer.Layer<never, never, Sandbox | HttpRouter.HttpRouter> => {
  const access = AccessControl.make(options)
  return Layer.unwrap(Effect.map(Sandbox, (sandbox) => Routes.layer(sandbox, access)))
}

/**
 * How the router must read paths for {@link layerRoutes}: case-sensitively, and without a limit on their parameters.
 *
 * @category config
 * @since 0.1.0
 */
export const routerConfig = Router.config

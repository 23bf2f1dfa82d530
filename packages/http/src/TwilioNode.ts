/**
 * The layers that provide services through an undici connection pool, for Node 22.19 or later: they take less time than
 * the global `fetch`. They need the package `undici`.
 *
 * @since 0.1.0
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Pool } from "undici"
import * as ConnectionLayer from "./internal/client/ConnectionLayer.ts"
import * as UndiciSender from "./internal/transport/UndiciSender.ts"
import * as ResponseText from "./internal/wire/ResponseText.ts"
import * as TwilioConnection from "./TwilioConnection.ts"

/**
 * How requests are sent through undici.
 *
 * @category models
 * @since 0.1.0
 */
export interface UndiciOptions extends TwilioConnection.ServerOptions {
  /**
   * Options of undici's `Pool`, such as `connections` for a maximum number of connections, and `connect` for certificates.
   * `maxResponseSize` can't be changed: responses are limited to 16 MiB.
   */
  readonly pool?: Pool.Options | undefined
}

/**
 * The options of a connection through undici: credentials, and where and how to connect.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = TwilioConnection.Credentials & UndiciOptions

const makePool = (origin: string, options: Pool.Options | undefined): Effect.Effect<Pool, TwilioError.TwilioError> =>
  Effect.try({
    // The request policy limits the time.
    try: () =>
      new Pool(origin, { headersTimeout: 0, bodyTimeout: 0, ...options, maxResponseSize: ResponseText.maximum }),
    catch: () => ConnectionLayer.invalid("pool", "is not accepted by undici's Pool")
  })

/**
 * Provides services over a pool of connections to the origin of Twilio's API, which closes with the layer: the same
 * requests, responses and errors as `TwilioConnection.layerFetch`, in less time. `TwilioVideo.services` are all services.
 * `pnpm bench:peers` compares it with `fetch`.
 *
 * The pool ignores the variables of a proxy. To send through a proxy, use `UndiciTransport` or the global `fetch`.
 *
 * Fails with reason `InvalidArgument` for invalid options; nothing is sent.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as TwilioNode from "@effect-twilio-video/http/TwilioNode"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * // Without `baseUrl`, requests are sent to Twilio.
 * const program = Effect.gen(function*() {
 *   const { credentials } = yield* Sandbox.Sandbox
 *   const Twilio = TwilioNode.layerUndici(TwilioVideo.services, {
 *     accountSid: credentials.accountSid,
 *     authToken: Redacted.make(credentials.authToken),
 *     baseUrl: yield* SandboxServer.baseUrl
 *   })
 *   return yield* Effect.provide(Participants.fetch("DailyStandup", "Bob"), Twilio)
 * })
 *
 * const bob = await program.pipe(
 *   Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))),
 *   Effect.runPromise
 * )
 * bob.identity // => "Bob"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerUndici = <Service extends TwilioConnection.VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Options
): Layer.Layer<TwilioConnection.Provided<Service>, TwilioError.TwilioError> =>
  ConnectionLayer.make(services, options, ({ origin, password, username }) =>
    Effect.map(
      Effect.acquireRelease(makePool(origin, options.pool), (pool) => Effect.promise(() => pool.destroy())),
      (pool) => UndiciSender.make({ origin, password, pool, username })
    )
  )

/**
 * The layer of {@link layerUndici} with its credentials and server from a `Config`: by default the environment's, see
 * `TwilioConnection.config`. Fails with `ConfigError` if a variable is missing, and names the variables to set. Options
 * that a `Config` can't contain are the last argument.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerUndiciConfig = <Service extends TwilioConnection.VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Config.Config<TwilioConnection.Credentials & TwilioConnection.ServerOptions> = TwilioConnection.config,
  undiciOptions: Pick<UndiciOptions, "pool"> = {}
): Layer.Layer<TwilioConnection.Provided<Service>, Config.ConfigError | TwilioError.TwilioError> =>
  Layer.unwrap(Effect.map(options, (options) => layerUndici(services, { ...options, ...undiciOptions })))

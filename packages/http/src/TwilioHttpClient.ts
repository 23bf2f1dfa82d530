/**
 * The layers that provide services through the `HttpClient` of the program, such as that of `FetchTransport` or
 * `UndiciTransport`, with a circuit breaker or your own middleware. Those of `TwilioConnection` send through `fetch`
 * alone, in a smaller bundle and with less work.
 *
 * @since 0.1.0
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ConnectionLayer from "./internal/client/ConnectionLayer.ts"
import * as HttpClientSender from "./internal/transport/HttpClientSender.ts"
import * as TwilioConnection from "./TwilioConnection.ts"

/**
 * How requests are sent through an `HttpClient`.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpClientOptions extends TwilioConnection.ServerOptions {
  /** Transforms the `HttpClient`. Its requests already have credentials. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The options of a connection through an `HttpClient`: credentials, and where and how to connect.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = TwilioConnection.Credentials & HttpClientOptions

/**
 * Provides services over the `HttpClient` of the program. Services of one layer share a connection; those that are left
 * out are not in a bundle. `TwilioVideo.services` are all.
 *
 * Fails with reason `InvalidArgument` for invalid options; nothing is sent.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Twilio = TwilioHttpClient.layer(TwilioVideo.services, {
 *   apiKeySid: "SK0123456789abcdef0123456789abcdef",
 *   apiKeySecret: Redacted.make("the secret"),
 *   region: "ie1",
 *   edge: "dublin"
 * }).pipe(Layer.provide(FetchTransport.layer))
 *
 * const program = Participants.list("DailyStandup", { pageSize: 0 })
 *
 * // Nothing is sent: the page size is invalid.
 * const error = await program.pipe(Effect.provide(Twilio), Effect.flip, Effect.runPromise)
 * error._tag // => "TwilioError"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = <Service extends TwilioConnection.VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Options
): Layer.Layer<TwilioConnection.Provided<Service>, TwilioError.TwilioError, HttpClient.HttpClient> =>
  ConnectionLayer.make(services, options, (settings) =>
    HttpClientSender.make({ ...settings, transformClient: options.transformClient ?? identity })
  )

/**
 * The layer of {@link layer} with its options from a `Config`: by default the environment's, see
 * `TwilioConnection.config`. Fails with `ConfigError` if a variable is missing, and names the variables to set.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as ConfigProvider from "effect/ConfigProvider"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const Twilio = TwilioHttpClient.layerConfig(TwilioVideo.services).pipe(Layer.provide(FetchTransport.layer))
 *
 * // A Worker provides its bindings; elsewhere the environment is the default.
 * const bindings = ConfigProvider.fromUnknown({ TWILIO_ACCOUNT_SID: "AC0123456789abcdef0123456789abcdef" })
 *
 * const error = await Participants.list("DailyStandup").pipe(
 *   Effect.provide(Twilio),
 *   Effect.provideService(ConfigProvider.ConfigProvider, bindings),
 *   Effect.flip,
 *   Effect.runPromise
 * )
 * error._tag // => "ConfigError"
 * error.message.includes("TWILIO_AUTH_TOKEN") // => true
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = <Service extends TwilioConnection.VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Config.Config<Options> = TwilioConnection.config
): Layer.Layer<
  TwilioConnection.Provided<Service>,
  Config.ConfigError | TwilioError.TwilioError,
  HttpClient.HttpClient
> => Layer.unwrap(Effect.map(options, (options) => layer(services, options)))

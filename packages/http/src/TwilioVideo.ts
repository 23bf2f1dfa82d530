/**
 * Twilio Video over HTTP: the layers that give a program the services of `@effect-twilio-video/core`. Holds no options
 * (see `TwilioConnection`) and no transport.
 *
 * @since 0.1.0
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Config from "effect/Config"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ParticipantsOverHttp from "./internal/resources/Participants.ts"
import * as PublishedTracksOverHttp from "./internal/resources/PublishedTracks.ts"
import * as RoomsOverHttp from "./internal/resources/Rooms.ts"
import * as SubscribeRulesOverHttp from "./internal/resources/SubscribeRules.ts"
import * as SubscribedTracksOverHttp from "./internal/resources/SubscribedTracks.ts"
import * as TwilioConnection from "./TwilioConnection.ts"

/**
 * The services of Twilio Video.
 *
 * @category models
 * @since 0.1.0
 */
export type Services =
  | Participants.Participants
  | PublishedTracks.PublishedTracks
  | Rooms.Rooms
  | SubscribeRules.SubscribeRules
  | SubscribedTracks.SubscribedTracks

// Fresh: layers are built once in a program for each layer value, and a program with two accounts has two connections.
const service = <I, S>(
  tag: Context.Key<I, S>,
  make: (client: TwilioConnection.TwilioConnection["Service"]) => S
): Layer.Layer<I, never, TwilioConnection.TwilioConnection> =>
  Layer.fresh(Layer.effect(tag, Effect.map(TwilioConnection.TwilioConnection, make)))

/**
 * The operations on participants alone, over a connection. A bundle that takes this layer and
 * not {@link layer} holds no other service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerParticipants: Layer.Layer<Participants.Participants, never, TwilioConnection.TwilioConnection> =
  service(Participants.Participants, ParticipantsOverHttp.make)

/**
 * The operations on published tracks alone, over a connection. A bundle that takes this layer and
 * not {@link layer} holds no other service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerPublishedTracks: Layer.Layer<
  PublishedTracks.PublishedTracks,
  never,
  TwilioConnection.TwilioConnection
> = service(PublishedTracks.PublishedTracks, PublishedTracksOverHttp.make)

/**
 * The operations on rooms alone, over a connection. A bundle that takes this layer and
 * not {@link layer} holds no other service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRooms: Layer.Layer<Rooms.Rooms, never, TwilioConnection.TwilioConnection> = service(
  Rooms.Rooms,
  RoomsOverHttp.make
)

/**
 * The operations on subscribe rules alone, over a connection. A bundle that takes this layer and
 * not {@link layer} holds no other service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerSubscribeRules: Layer.Layer<SubscribeRules.SubscribeRules, never, TwilioConnection.TwilioConnection> =
  service(SubscribeRules.SubscribeRules, SubscribeRulesOverHttp.make)

/**
 * The operations on subscribed tracks alone, over a connection. A bundle that takes this layer and
 * not {@link layer} holds no other service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerSubscribedTracks: Layer.Layer<
  SubscribedTracks.SubscribedTracks,
  never,
  TwilioConnection.TwilioConnection
> = service(SubscribedTracks.SubscribedTracks, SubscribedTracksOverHttp.make)

/**
 * All services, over a connection.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerServices: Layer.Layer<Services, never, TwilioConnection.TwilioConnection> = Layer.fresh(
  Layer.mergeAll(layerParticipants, layerPublishedTracks, layerRooms, layerSubscribeRules, layerSubscribedTracks)
)

/**
 * The services of Twilio Video, over the `HttpClient` that the program provides.
 *
 * Fails with reason `InvalidArgument` for invalid options; nothing is sent.
 *
 * Follows https://www.twilio.com/docs/video/api.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Twilio = TwilioVideo.layer({
 *   apiKeySid: "SK0123456789abcdef0123456789abcdef",
 *   apiKeySecret: Redacted.make("the secret"),
 *   region: "ie1",
 *   edge: "dublin"
 * }).pipe(Layer.provide(FetchTransport.layer))
 *
 * const program = Effect.gen(function*() {
 *   const participants = yield* Participants.Participants
 *   return yield* participants.list("DailyStandup", { pageSize: 0 })
 * })
 *
 * // Nothing is sent here: the page size cannot be.
 * const error = await program.pipe(Effect.provide(Twilio), Effect.flip, Effect.runPromise)
 * error._tag // => "TwilioError"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: TwilioConnection.Options
): Layer.Layer<Services, TwilioError.TwilioError, HttpClient.HttpClient> =>
  Layer.provide(layerServices, TwilioConnection.layer(options))

/**
 * The five services over the runtime's own `fetch`: the same requests, answers and errors without an `HttpClient`, in a
 * smaller bundle. Where size matters most, provide `TwilioConnection.layerFetch` to the services that a program uses.
 *
 * In a Worker, build the layer once and run all requests on it, as here. Building it for each request works too, and is
 * more work: connections with the same credentials share the quota.
 *
 * @example
 * ```ts no-run
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Redacted from "effect/Redacted"
 *
 * interface Env {
 *   readonly TWILIO_API_KEY_SID: string
 *   readonly TWILIO_API_KEY_SECRET: string
 * }
 *
 * const makeRuntime = (env: Env) =>
 *   ManagedRuntime.make(TwilioVideo.layerParticipants.pipe(
 *     Layer.provide(TwilioConnection.layerFetch({
 *       apiKeySid: env.TWILIO_API_KEY_SID,
 *       apiKeySecret: Redacted.make(env.TWILIO_API_KEY_SECRET)
 *     }))
 *   ))
 *
 * // Kept at module scope: the requests of an isolate share it.
 * let runtime: ReturnType<typeof makeRuntime> | undefined
 *
 * export default {
 *   fetch: (request: Request, env: Env) => {
 *     const { runPromise } = (runtime ??= makeRuntime(env))
 *     return Participants.Participants.use((participants) => participants.disconnect("DailyStandup", "Alice")).pipe(
 *       Effect.as(new Response(null, { status: 204 })),
 *       Effect.catchTag("NotFound", () => Effect.succeed(new Response(null, { status: 404 }))),
 *       (program) => runPromise(program, { signal: request.signal })
 *     )
 *   }
 * }
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerFetch = (options: TwilioConnection.FetchOptions): Layer.Layer<Services, TwilioError.TwilioError> =>
  Layer.provide(layerServices, TwilioConnection.layerFetch(options))

/**
 * The same layer with its options from a `Config`: the environment's by default, see `TwilioConnection.config`. Fails
 * with `ConfigError` if a variable is missing, and says which variables to set.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as ConfigProvider from "effect/ConfigProvider"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const Twilio = TwilioVideo.layerConfig().pipe(Layer.provide(FetchTransport.layer))
 *
 * // A Worker hands over its bindings; elsewhere the environment is the default.
 * const bindings = ConfigProvider.fromUnknown({ TWILIO_ACCOUNT_SID: "AC0123456789abcdef0123456789abcdef" })
 *
 * const error = await Participants.Participants.use((participants) => participants.list("DailyStandup")).pipe(
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
export const layerConfig = (
  options?: Config.Config<TwilioConnection.Options>
): Layer.Layer<Services, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient> =>
  Layer.provide(layerServices, TwilioConnection.layerConfig(options))

/**
 * The services of {@link layerFetch} with their connection from a `Config`: the environment's by default. See
 * `TwilioConnection.layerFetchConfig`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetchConfig = (
  ...options: Parameters<typeof TwilioConnection.layerFetchConfig>
): Layer.Layer<Services, Config.ConfigError | TwilioError.TwilioError> =>
  Layer.provide(layerServices, TwilioConnection.layerFetchConfig(...options))

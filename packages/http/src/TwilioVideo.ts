/**
 * Twilio Video over HTTP: the layers that provide the services of `@effect-twilio-video/core`. Options are in
 * `TwilioConnection`, which also has the layers for fewer services.
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
import type * as Layer from "effect/Layer"
import * as VideoServices from "./internal/client/VideoServices.ts"
import * as ParticipantsOverHttp from "./internal/resources/Participants.ts"
import * as PublishedTracksOverHttp from "./internal/resources/PublishedTracks.ts"
import * as RoomsOverHttp from "./internal/resources/Rooms.ts"
import * as SubscribeRulesOverHttp from "./internal/resources/SubscribeRules.ts"
import * as SubscribedTracksOverHttp from "./internal/resources/SubscribedTracks.ts"
import * as TwilioConnection from "./TwilioConnection.ts"

/**
 * The operations on participants, for the layers of `TwilioConnection`.
 *
 * @category services
 * @since 0.1.0
 */
export const participants: TwilioConnection.VideoService<Participants.Participants> = VideoServices.make(
  Participants.Participants,
  ParticipantsOverHttp.make
)

/**
 * The operations on published tracks, for the layers of `TwilioConnection`.
 *
 * @category services
 * @since 0.1.0
 */
export const publishedTracks: TwilioConnection.VideoService<PublishedTracks.PublishedTracks> = VideoServices.make(
  PublishedTracks.PublishedTracks,
  PublishedTracksOverHttp.make
)

/**
 * The operations on rooms, for the layers of `TwilioConnection`.
 *
 * @category services
 * @since 0.1.0
 */
export const rooms: TwilioConnection.VideoService<Rooms.Rooms> = VideoServices.make(Rooms.Rooms, RoomsOverHttp.make)

/**
 * The operations on subscribe rules, for the layers of `TwilioConnection`.
 *
 * @category services
 * @since 0.1.0
 */
export const subscribeRules: TwilioConnection.VideoService<SubscribeRules.SubscribeRules> = VideoServices.make(
  SubscribeRules.SubscribeRules,
  SubscribeRulesOverHttp.make
)

/**
 * The operations on subscribed tracks, for the layers of `TwilioConnection`.
 *
 * @category services
 * @since 0.1.0
 */
export const subscribedTracks: TwilioConnection.VideoService<SubscribedTracks.SubscribedTracks> = VideoServices.make(
  SubscribedTracks.SubscribedTracks,
  SubscribedTracksOverHttp.make
)

/**
 * All five services, for the layers of `TwilioConnection`, `TwilioHttpClient` and `TwilioNode`.
 *
 * @category services
 * @since 0.1.0
 */
export const services = [participants, publishedTracks, rooms, subscribeRules, subscribedTracks]

/**
 * The five services of Twilio Video.
 *
 * @category models
 * @since 0.1.0
 */
export type Services = TwilioConnection.Provided<(typeof services)[number]>

/**
 * Provides the services over the runtime's `fetch`: the same requests, responses and errors without an `HttpClient`, in
 * a smaller bundle. For the smallest bundle, use `TwilioConnection.layerFetch` with the services that the program uses.
 *
 * In a Worker, build the layer once and run all requests on it, as here. Building it for each request takes more time,
 * but works too: connections with the same credentials share the quota.
 *
 * @example
 * ```ts no-run
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Effect from "effect/Effect"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import * as Redacted from "effect/Redacted"
 *
 * interface Env {
 *   readonly TWILIO_API_KEY_SID: string
 *   readonly TWILIO_API_KEY_SECRET: string
 * }
 *
 * const makeRuntime = (env: Env) =>
 *   ManagedRuntime.make(TwilioConnection.layerFetch(TwilioVideo.participants, {
 *     apiKeySid: env.TWILIO_API_KEY_SID,
 *     apiKeySecret: Redacted.make(env.TWILIO_API_KEY_SECRET)
 *   }))
 *
 * // In module scope: the requests of an isolate share it.
 * let runtime: ReturnType<typeof makeRuntime> | undefined
 *
 * export default {
 *   fetch: (request: Request, env: Env) => {
 *     const { runPromise } = (runtime ??= makeRuntime(env))
 *     return Participants.disconnect("DailyStandup", "Alice").pipe(
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
  TwilioConnection.layerFetch(services, options)

/**
 * The layer of {@link layerFetch} with its credentials and server from a `Config`: by default the environment's, see
 * `TwilioConnection.config`. Options that a `Config` can't contain are the last argument.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetchConfig = (
  options?: Config.Config<TwilioConnection.Credentials & TwilioConnection.ServerOptions>,
  fetchOptions?: Pick<TwilioConnection.FetchConnectionOptions, "fetch" | "requestInit">
): Layer.Layer<Services, Config.ConfigError | TwilioError.TwilioError> =>
  TwilioConnection.layerFetchConfig(services, options, fetchOptions)

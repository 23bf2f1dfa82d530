/**
 * The contract of the operations on the tracks that a participant is subscribed to. Holds no transport.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as NotFound from "./NotFound.ts"
import type * as Page from "./Page.ts"
import type * as SubscribedTrack from "./SubscribedTrack.ts"
import type * as TwilioError from "./TwilioError.ts"

/**
 * The operations on the tracks that a participant is subscribed to.
 *
 * `room` is a room's SID or unique name, and `participant` a participant's SID or identity, by the rules of
 * `Participants`. Which tracks these are follows from the participant's subscribe rules: see `SubscribeRules.evaluate`.
 *
 * Follows the `SubscribedTracks` subresource of https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** See {@link fetch}. */
  readonly fetch: (
    room: string,
    participant: string,
    track: string
  ) => Effect.Effect<SubscribedTrack.SubscribedTrack, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link list}. */
  readonly list: (
    room: string,
    participant: string,
    options?: Page.ListOptions
  ) => Effect.Effect<Page.Page<SubscribedTrack.SubscribedTrack>, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link stream}. */
  readonly stream: (
    room: string,
    participant: string,
    options?: Page.StreamOptions
  ) => Stream.Stream<SubscribedTrack.SubscribedTrack, NotFound.NotFound | TwilioError.TwilioError>
}

/**
 * The service of the operations on the tracks that a participant is subscribed to.
 *
 * @category services
 * @since 0.1.0
 */
export class SubscribedTracks extends Context.Service<SubscribedTracks, Service>()(
  "@effect-twilio-video/core/SubscribedTracks"
) {}

/**
 * Reads one track. `track` is its SID: names are unique only among the tracks of one publisher, so any other string
 * fails with reason `InvalidArgument` before anything is sent.
 *
 * Fails with `NotFound` where there is none, and with `TwilioError` for everything else.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const tracks = yield* SubscribedTracks.SubscribedTracks
 *   const { items } = yield* tracks.list("DailyStandup", "Alice")
 *   return yield* tracks.fetch("DailyStandup", "Alice", items[0]?.sid ?? "")
 * })
 *
 * const newest = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * newest.name // => "screen"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const fetch = (
  room: string,
  participant: string,
  track: string
): Effect.Effect<SubscribedTrack.SubscribedTrack, NotFound.NotFound | TwilioError.TwilioError, SubscribedTracks> =>
  SubscribedTracks.use((service) => service.fetch(room, participant, track))

/**
 * Reads one page of tracks, newest first. Without `pageSize` it is Twilio's default, 50. The page's `nextPageToken`,
 * given as `pageToken`, reads the page after it. A record that
 * doesn't decode is in the page's `undecodable`.
 *
 * Fails with `NotFound` where the participant is not there, and with `TwilioError` for everything else.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const page = await SubscribedTracks.list("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * page.items.map((track) => track.name) // => ["screen", "carl-data", "carl-cam", "carl-audio", "bob-cam", "bob-audio"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const list = (
  room: string,
  participant: string,
  options?: Page.ListOptions
): Effect.Effect<
  Page.Page<SubscribedTrack.SubscribedTrack>,
  NotFound.NotFound | TwilioError.TwilioError,
  SubscribedTracks
> => SubscribedTracks.use((service) => service.list(room, participant, options))

/**
 * Reads all tracks, page after page as the consumer asks for more. Without `pageSize` it asks for 1000 at a time.
 *
 * Ends with reason `UnexpectedResponse` rather than in silence where a page leads to another origin or back. Fails
 * with `NotFound` where the participant is not there, and with `TwilioError` for everything else.
 * Records that don't decode are left out, and after the last page the stream fails with the error of the first of
 * them.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const kinds = await SubscribedTracks.SubscribedTracks.use((tracks) =>
 *   tracks.stream("DailyStandup", "Carl").pipe(Stream.map((track) => track.kind), Stream.runCollect)
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * kinds // => ["video", "video", "video", "audio", "video", "audio"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const stream = (
  room: string,
  participant: string,
  options?: Page.StreamOptions
): Stream.Stream<SubscribedTrack.SubscribedTrack, NotFound.NotFound | TwilioError.TwilioError, SubscribedTracks> =>
  Stream.unwrap(SubscribedTracks.useSync((service) => service.stream(room, participant, options)))

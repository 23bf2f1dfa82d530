/**
 * The operations on the tracks that a participant is subscribed to, as a service.
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
 * `room` and `participant` are as in `Participants.Service`; `track` is a SID. The participant's subscribe rules decide
 * which tracks these are: see `SubscribeRules.evaluate`.
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
 * The service of the operations on the tracks that a participant is subscribed to. Call them through the accessors
 * below; use the service itself to implement or wrap it.
 *
 * @category services
 * @since 0.1.0
 */
export class SubscribedTracks extends Context.Service<SubscribedTracks, Service>()(
  "@effect-twilio-video/core/SubscribedTracks"
) {}

/**
 * Fetches a track by its SID. Any other string fails with reason `InvalidArgument`, and nothing is sent: names are
 * unique only among the tracks of one publisher.
 *
 * Fails with `NotFound` if the participant isn't subscribed to such a track. Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const { items } = yield* SubscribedTracks.list("DailyStandup", "Alice")
 *   return yield* SubscribedTracks.fetch("DailyStandup", "Alice", items[0]?.sid ?? "")
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
 * Reads one page of tracks, newest first. The default `pageSize` is Twilio's: 50. For the next page, pass
 * `nextPageToken` as `pageToken`. Records that can't be decoded are in the page's `undecodable`.
 *
 * Fails with `NotFound` if there is no such participant. Other failures are `TwilioError`.
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
 * Streams all tracks. The default `pageSize` is 1000, which takes the fewest requests. While you work on a page, the next
 * one is requested, and never more than that; see `Page.readAhead`.
 *
 * Fails with `NotFound` if there is no such participant; other failures are `TwilioError`. The stream never ends early
 * without an error: a next page outside the base URL, or one that was read before, fails with reason `UnexpectedResponse`.
 * Records that can't be decoded are skipped; after the last page, the stream fails with the error of the first one.
 *
 * @example
 * ```ts
 * import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const kinds = await SubscribedTracks.stream("DailyStandup", "Carl").pipe(
 *   Stream.map((track) => track.kind),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
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

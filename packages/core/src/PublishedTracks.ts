/**
 * The operations on the tracks that a participant publishes, as a service.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as NotFound from "./NotFound.ts"
import type * as Page from "./Page.ts"
import type * as PublishedTrack from "./PublishedTrack.ts"
import type * as TwilioError from "./TwilioError.ts"

/**
 * The operations on the tracks that a participant publishes.
 *
 * `room` and `participant` are as in `Participants.Service`; `track` is a SID or a name. Finds only tracks that are
 * currently published.
 *
 * Follows https://www.twilio.com/docs/video/api/publishedtrack.
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
  ) => Effect.Effect<PublishedTrack.PublishedTrack, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link list}. */
  readonly list: (
    room: string,
    participant: string,
    options?: Page.ListOptions
  ) => Effect.Effect<Page.Page<PublishedTrack.PublishedTrack>, NotFound.NotFound | TwilioError.TwilioError>

  /** See {@link stream}. */
  readonly stream: (
    room: string,
    participant: string,
    options?: Page.StreamOptions
  ) => Stream.Stream<PublishedTrack.PublishedTrack, NotFound.NotFound | TwilioError.TwilioError>
}

/**
 * The service of the operations on the tracks that a participant publishes. Call them through the accessors below;
 * use the service itself to implement or wrap it.
 *
 * @category services
 * @since 0.1.0
 */
export class PublishedTracks extends Context.Service<PublishedTracks, Service>()(
  "@effect-twilio-video/core/PublishedTracks"
) {}

/**
 * Fetches a track by its SID or name. Fails with `NotFound` if there is none. Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const screen = await PublishedTracks.fetch("DailyStandup", "Alice", "screen").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * screen.kind // => "video"
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const fetch = (
  room: string,
  participant: string,
  track: string
): Effect.Effect<PublishedTrack.PublishedTrack, NotFound.NotFound | TwilioError.TwilioError, PublishedTracks> =>
  PublishedTracks.use((service) => service.fetch(room, participant, track))

/**
 * Reads one page of tracks, newest first. The default `pageSize` is Twilio's: 50. For the next page, pass
 * `nextPageToken` as `pageToken`. Records that can't be decoded are in the page's `undecodable`.
 *
 * Fails with `NotFound` if there is no such participant. Other failures are `TwilioError`.
 *
 * @example
 * ```ts
 * import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const page = await PublishedTracks.list("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * page.items.map((track) => track.name) // => ["screen", "alice-cam", "alice-audio"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const list = (
  room: string,
  participant: string,
  options?: Page.ListOptions
): Effect.Effect<
  Page.Page<PublishedTrack.PublishedTrack>,
  NotFound.NotFound | TwilioError.TwilioError,
  PublishedTracks
> => PublishedTracks.use((service) => service.list(room, participant, options))

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
 * import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const kinds = await PublishedTracks.stream("DailyStandup", "Carl").pipe(
 *   Stream.map((track) => track.kind),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * kinds // => ["data", "video", "audio"]
 * ```
 * @category accessors
 * @since 0.1.0
 */
export const stream = (
  room: string,
  participant: string,
  options?: Page.StreamOptions
): Stream.Stream<PublishedTrack.PublishedTrack, NotFound.NotFound | TwilioError.TwilioError, PublishedTracks> =>
  Stream.unwrap(PublishedTracks.useSync((service) => service.stream(room, participant, options)))

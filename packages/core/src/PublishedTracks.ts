/**
 * The contract of the operations on the tracks that a participant publishes. Holds no transport.
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
 * `room` is a room's SID or unique name, and `participant` a participant's SID or identity, by the rules of
 * `Participants`. Only tracks that are published now are there.
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
 * The service of the operations on the tracks that a participant publishes.
 *
 * @category services
 * @since 0.1.0
 */
export class PublishedTracks extends Context.Service<PublishedTracks, Service>()(
  "@effect-twilio-video/core/PublishedTracks"
) {}

/**
 * Reads one track. `track` is its SID or its name.
 *
 * Fails with `NotFound` where there is none, and with `TwilioError` for everything else.
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
 * Reads one page of tracks, newest first. Without `pageSize` it is Twilio's default, 50. The page's `nextPageToken`,
 * given as `pageToken`, reads the page after it. A record that
 * doesn't decode is in the page's `undecodable`.
 *
 * Fails with `NotFound` where the participant is not there, and with `TwilioError` for everything else.
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
 * Reads all tracks, page after page as the consumer asks for more. Without `pageSize` it asks for 1000 at a time.
 *
 * Ends with reason `UnexpectedResponse` rather than in silence where a page leads to another origin or back. Fails
 * with `NotFound` where the participant is not there, and with `TwilioError` for everything else.
 * Records that don't decode are left out, and after the last page the stream fails with the error of the first of
 * them.
 *
 * @example
 * ```ts
 * import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const kinds = await PublishedTracks.PublishedTracks.use((tracks) =>
 *   tracks.stream("DailyStandup", "Carl").pipe(Stream.map((track) => track.kind), Stream.runCollect)
 * ).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
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

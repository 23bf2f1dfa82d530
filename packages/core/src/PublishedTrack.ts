/**
 * A track that a participant publishes, and the codec for Twilio's JSON of one. Holds the record only: the operations
 * are in `PublishedTracks`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const knownKinds = ["audio", "video", "data"] as const

/**
 * The kinds that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownKind = (typeof knownKinds)[number]

/**
 * A track's kind: one of the documented three, or a string that Twilio adds after this release.
 *
 * Follows the `kind` property of https://www.twilio.com/docs/video/api/publishedtrack.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = KnownKind | (string & {})

/**
 * Decodes any string as a kind, so that a new kind does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Kind: Schema.Codec<Kind, string> = Schema.String

/**
 * The schema of the documented kinds, for input that must be one of them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownKind = Schema.Literals(knownKinds)

/**
 * Is this one of the kinds that Twilio documents?
 *
 * @example
 * ```ts
 * import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
 *
 * PublishedTrack.isKnownKind("data") // => true
 * PublishedTrack.isKnownKind("smell") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnownKind: (value: unknown) => value is KnownKind = Schema.is(KnownKind)

/**
 * The fields that a published and a subscribed track share.
 *
 * @internal
 */
export const fields = {
  /** The track's own SID: the same for who publishes it and for who subscribes to it. */
  sid: Sid.TrackSid,
  /** The room. */
  roomSid: Sid.RoomSid,
  /** What the publisher called the track. Unique among that participant's tracks, and not in the room. */
  name: Schema.String,
  /** `audio`, `video` or `data`; another string if Twilio adds one. */
  kind: Kind,
  /** Is media flowing? A disabled track (muted, camera off) stays published. */
  enabled: Schema.Boolean,
  /** When the track was published. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed; none if it never did. */
  dateUpdated: Fields.date,
  /** The absolute URL of the resource. */
  url: Fields.text
}

/**
 * How the shared fields are called on the wire.
 *
 * @internal
 */
export const wireNames = {
  roomSid: "room_sid",
  dateCreated: "date_created",
  dateUpdated: "date_updated"
} as const

/**
 * A track that a participant publishes now.
 *
 * Follows the properties of https://www.twilio.com/docs/video/api/publishedtrack.
 *
 * @example
 * ```ts
 * import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
 * import * as Schema from "effect/Schema"
 *
 * const track = Schema.decodeSync(PublishedTrack.PublishedTrackJson)({
 *   sid: "MT8a1b0c4be07f8a6b2c3d4e5f60718293",
 *   participant_sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293",
 *   room_sid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *   name: "screen",
 *   kind: "video",
 *   enabled: true,
 *   date_created: "2017-12-13T23:40:00Z",
 *   date_updated: null,
 *   url: "https://video.twilio.com/v1/Rooms/RM5a1f0c4be07f8a6b2c3d4e5f60718293/Participants/PA8a1b0c4be07f8a6b2c3d4e5f60718293/PublishedTracks/MT8a1b0c4be07f8a6b2c3d4e5f60718293"
 * })
 *
 * track.name // => "screen"
 * ```
 * @category models
 * @since 0.1.0
 */
export class PublishedTrack extends Schema.Class<PublishedTrack>("@effect-twilio-video/core/PublishedTrack")({
  ...fields,
  /** Who publishes the track. */
  participantSid: Sid.ParticipantSid
}) {}

/**
 * The codec between Twilio's JSON and {@link PublishedTrack}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PublishedTrackJson = PublishedTrack.pipe(
  Schema.encodeKeys({ ...wireNames, participantSid: "participant_sid" })
)

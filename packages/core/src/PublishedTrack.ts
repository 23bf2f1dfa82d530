/**
 * The record of a published track and its JSON codec. The operations are in `PublishedTracks`.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as RecordDecoder from "./internal/RecordDecoder.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const knownKinds = ["audio", "video", "data"] as const

/**
 * A documented kind.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownKind = (typeof knownKinds)[number]

/**
 * A track's kind: a documented one, or a string that Twilio adds after this release.
 *
 * Follows the `kind` property of https://www.twilio.com/docs/video/api/publishedtrack.
 *
 * @category models
 * @since 0.1.0
 */
export type Kind = KnownKind | (string & {})

/**
 * The schema of a kind. Accepts any string, so that a new kind doesn't fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Kind: Schema.Codec<Kind, string> = Schema.String

/**
 * The schema of a documented kind, for input validation.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownKind = Schema.Literals(knownKinds)

/**
 * Whether a value is a documented kind.
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

const wireNames = {
  participantSid: "participant_sid",
  roomSid: "room_sid",
  dateCreated: "date_created",
  dateUpdated: "date_updated"
} as const

/**
 * A track that a participant currently publishes.
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
  /** The track's SID, the same for its publisher and its subscribers. */
  sid: Sid.TrackSid,
  /** The publisher's SID. */
  participantSid: Sid.ParticipantSid,
  /** The room's SID. */
  roomSid: Sid.RoomSid,
  /** The name given by the publisher. Unique among the publisher's tracks, but not in the room. */
  name: Schema.String,
  /** `audio`, `video` or `data`; another string if Twilio adds one. */
  kind: Kind,
  /** False while the track is muted or the camera is off; it stays published. */
  enabled: Schema.Boolean,
  /** When the track was published. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed. `None` if it never did. */
  dateUpdated: Fields.date,
  /** The record's absolute URL. */
  url: Fields.text
}) {}

/**
 * The codec between Twilio's JSON and {@link PublishedTrack}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PublishedTrackJson = PublishedTrack.pipe(Schema.encodeKeys(wireNames))

/**
 * Decodes Twilio's JSON as {@link PublishedTrackJson} does, several times as fast. Errors name the invalid member, not
 * its value.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeJson: (json: unknown) => Result.Result<PublishedTrack, Schema.SchemaError> = RecordDecoder.make(
  PublishedTrack,
  PublishedTrackJson,
  wireNames
)

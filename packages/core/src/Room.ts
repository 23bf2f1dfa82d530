/**
 * A video room, and the codec for Twilio's JSON of one. Holds the record only: the operations on rooms are in `Rooms`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const knownStatuses = ["in-progress", "completed", "failed"] as const

/**
 * The statuses that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownStatus = (typeof knownStatuses)[number]

/**
 * A room's status: one of the documented three, or a string that Twilio adds after this release.
 *
 * Follows the `status` property of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = KnownStatus | (string & {})

/**
 * Decodes any string as a status, so that a new status does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status: Schema.Codec<Status, string> = Schema.String

/**
 * The schema of the documented statuses, for input that must be one of them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownStatus = Schema.Literals(knownStatuses)

/**
 * Is this one of the statuses that Twilio documents?
 *
 * @example
 * ```ts
 * import * as Room from "@effect-twilio-video/core/Room"
 *
 * Room.isKnownStatus("in-progress") // => true
 * Room.isKnownStatus("paused") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnownStatus: (value: unknown) => value is KnownStatus = Schema.is(KnownStatus)

const knownTypes = ["group", "go", "peer-to-peer", "group-small"] as const

/**
 * The types that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownType = (typeof knownTypes)[number]

/**
 * A room's type: one of the documented four, or a string that Twilio adds after this release. New rooms are `group`;
 * the others are of the past, and Twilio refuses them with code 53126 for accounts that came after 21 October 2024.
 *
 * Follows the `type` property of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = KnownType | (string & {})

/**
 * Decodes any string as a type, so that a new type does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type: Schema.Codec<Type, string> = Schema.String

/**
 * Is this one of the types that Twilio documents?
 *
 * @example
 * ```ts
 * import * as Room from "@effect-twilio-video/core/Room"
 *
 * Room.isKnownType("group") // => true
 * Room.isKnownType("hall") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnownType: (value: unknown) => value is KnownType = Schema.is(Schema.Literals(knownTypes))

/**
 * A video room: in progress, or over.
 *
 * Dates are `DateTime.Utc` with whole seconds. What Twilio may leave out or send as null is an `Option`. `links` is an
 * open map.
 *
 * Follows the properties of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @example
 * ```ts
 * import * as Room from "@effect-twilio-video/core/Room"
 * import * as Duration from "effect/Duration"
 * import * as Option from "effect/Option"
 * import * as Schema from "effect/Schema"
 *
 * const room = Schema.decodeSync(Room.RoomJson)({
 *   sid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *   account_sid: "AC0123456789abcdef0123456789abcdef",
 *   unique_name: "DailyStandup",
 *   status: "in-progress",
 *   type: "group",
 *   date_created: "2017-12-13T23:30:00Z",
 *   date_updated: "2017-12-13T23:30:00Z",
 *   max_participants: 50,
 *   empty_room_timeout: 5,
 *   url: "https://video.twilio.com/v1/Rooms/RM5a1f0c4be07f8a6b2c3d4e5f60718293"
 * })
 *
 * room.uniqueName // => "DailyStandup"
 * Option.map(room.emptyRoomTimeout, Duration.toSeconds) // => Option.some(300)
 * room.endTime // => Option.none()
 * ```
 * @category models
 * @since 0.1.0
 */
export class Room extends Schema.Class<Room>("@effect-twilio-video/core/Room")({
  /** The room's own SID, which finds it in any state. */
  sid: Sid.RoomSid,
  /** The account that the room belongs to. */
  accountSid: Fields.accountSid,
  /** The name that the application gave the room, or else the room's SID. Finds the room only while in progress. */
  uniqueName: Schema.String,
  /** `in-progress`, `completed` or `failed`; another string if Twilio adds one. */
  status: Status,
  /** `group`, or one of the types of the past. */
  type: Type,
  /** When the room was made. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed. */
  dateUpdated: Fields.date,
  /** When the room was completed; none while in progress. */
  endTime: Fields.date,
  /** How long the room lasted, in whole seconds. */
  duration: Fields.seconds,
  /** The URL that Twilio tells of the room's events. */
  statusCallback: Fields.text,
  /** How Twilio calls that URL: `POST` or `GET`. */
  statusCallbackMethod: Fields.text,
  /** How many participants may be connected at a time. */
  maxParticipants: Fields.count,
  /** How long one participant may stay connected, in whole seconds. */
  maxParticipantDuration: Fields.seconds,
  /** How many tracks may be published at a time by all participants together; 0 is without limit. */
  maxConcurrentPublishedTracks: Fields.count,
  /** Is everybody recorded from the moment of joining? */
  recordParticipantsOnConnect: Fields.boolean,
  /** The codecs that video tracks may use. */
  videoCodecs: Fields.texts,
  /** Where the room's media servers are. */
  mediaRegion: Fields.text,
  /** May only audio be published? */
  audioOnly: Fields.boolean,
  /** How long the room stays after the last participant left, in whole minutes. */
  emptyRoomTimeout: Fields.minutes,
  /** How long the room stays if nobody joins, in whole minutes. */
  unusedRoomTimeout: Fields.minutes,
  /** Is it a large room? */
  largeRoom: Fields.boolean,
  /** Of the past: Twilio takes it to be true always. */
  enableTurn: Fields.boolean,
  /** The absolute URL of the resource. */
  url: Fields.text,
  /** URLs of the room's subresources by name. Never follow one with credentials to another origin. */
  links: Fields.links
}) {}

/**
 * The codec between Twilio's JSON of a room and {@link Room}. Unknown members are left out; a missing member and null
 * are the same where Twilio may omit it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomJson = Room.pipe(
  Schema.encodeKeys({
    accountSid: "account_sid",
    uniqueName: "unique_name",
    dateCreated: "date_created",
    dateUpdated: "date_updated",
    endTime: "end_time",
    statusCallback: "status_callback",
    statusCallbackMethod: "status_callback_method",
    maxParticipants: "max_participants",
    maxParticipantDuration: "max_participant_duration",
    maxConcurrentPublishedTracks: "max_concurrent_published_tracks",
    recordParticipantsOnConnect: "record_participants_on_connect",
    videoCodecs: "video_codecs",
    mediaRegion: "media_region",
    audioOnly: "audio_only",
    emptyRoomTimeout: "empty_room_timeout",
    unusedRoomTimeout: "unused_room_timeout",
    largeRoom: "large_room",
    enableTurn: "enable_turn"
  })
)

/**
 * A room's record and its JSON codec. The operations are in `Rooms`.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as RecordDecoder from "./internal/RecordDecoder.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const knownStatuses = ["in-progress", "completed", "failed"] as const

/**
 * A documented status.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownStatus = (typeof knownStatuses)[number]

/**
 * A room's status: a documented one, or a string that Twilio adds after this release.
 *
 * Follows the `status` property of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = KnownStatus | (string & {})

/**
 * The schema of a status. Accepts any string, so that a new status doesn't fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status: Schema.Codec<Status, string> = Schema.String

/**
 * The schema of a documented status, for input validation.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownStatus = Schema.Literals(knownStatuses)

/**
 * Whether a value is a documented status.
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
 * A documented type.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownType = (typeof knownTypes)[number]

/**
 * A room's type: a documented one, or a string that Twilio adds after this release. New rooms are `group`; the others
 * are legacy, and Twilio rejects them with code 53126 for accounts created after 21 October 2024.
 *
 * Follows the `type` property of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = KnownType | (string & {})

/**
 * The schema of a type. Accepts any string, so that a new type doesn't fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type: Schema.Codec<Type, string> = Schema.String

/**
 * Whether a value is a documented type.
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

const wireNames = {
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
} as const

/**
 * A video room, in progress or ended. Members that Twilio may omit or send as null are `Option`s; dates have whole
 * seconds.
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
  /** The room's SID, which finds it in any state. */
  sid: Sid.RoomSid,
  /** The account that the room belongs to. */
  accountSid: Fields.accountSid,
  /** The name given by the application, or the room's SID if it has none. Finds the room only while in progress. */
  uniqueName: Schema.String,
  /** `in-progress`, `completed` or `failed`; another string if Twilio adds one. */
  status: Status,
  /** `group`, or a legacy type. */
  type: Type,
  /** When the room was created. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed. */
  dateUpdated: Fields.date,
  /** When the room ended. `None` while in progress. */
  endTime: Fields.date,
  /** How long the room lasted, in whole seconds. */
  duration: Fields.seconds,
  /** The URL that receives the room's status callbacks. */
  statusCallback: Fields.text,
  /** The method of the callbacks: `POST` or `GET`. */
  statusCallbackMethod: Fields.text,
  /** How many participants can be connected at the same time. */
  maxParticipants: Fields.count,
  /** How long a participant can stay connected, in whole seconds. */
  maxParticipantDuration: Fields.seconds,
  /** How many tracks all participants together can publish at the same time; 0 means no limit. */
  maxConcurrentPublishedTracks: Fields.count,
  /** Whether participants are recorded from the moment they join. */
  recordParticipantsOnConnect: Fields.boolean,
  /** The codecs allowed for video tracks. */
  videoCodecs: Fields.texts,
  /** The region of the room's media servers. */
  mediaRegion: Fields.text,
  /** Whether only audio tracks can be published. */
  audioOnly: Fields.boolean,
  /** How long the room stays open after the last participant left, in whole minutes. */
  emptyRoomTimeout: Fields.minutes,
  /** How long the room stays open if no participant joins, in whole minutes. */
  unusedRoomTimeout: Fields.minutes,
  /** Whether it's a large room. */
  largeRoom: Fields.boolean,
  /** Legacy: always treated as true by Twilio. */
  enableTurn: Fields.boolean,
  /** The record's absolute URL. */
  url: Fields.text,
  /** URLs of the subresources by name. Never send credentials to a link of another origin. */
  links: Fields.links
}) {}

/**
 * The codec between Twilio's JSON and {@link Room}. Drops unknown members.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomJson = Room.pipe(Schema.encodeKeys(wireNames))

/**
 * Decodes Twilio's JSON as {@link RoomJson} does, several times as fast. Errors name the invalid member, not its value.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeJson: (json: unknown) => Result.Result<Room, Schema.SchemaError> = RecordDecoder.make(
  Room,
  RoomJson,
  wireNames
)

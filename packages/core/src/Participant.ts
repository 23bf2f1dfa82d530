/**
 * A participant of a video room, and the codec for Twilio's JSON of one. Holds the record only: the operations on
 * participants are in `Participants`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as ParticipantStatus from "./ParticipantStatus.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

/**
 * The fields that a participant and an anonymized participant share. Twilio's specification has all but `status` as
 * nullable. Those that tell who it is, and when it was made, are required; the others may be null or missing.
 *
 * @internal
 */
export const fields = {
  /** The participant's own SID. A person who leaves and joins again gets a new one. */
  sid: Sid.ParticipantSid,
  /** The SID of the room, also when the room was addressed by its unique name. */
  roomSid: Sid.RoomSid,
  /** The account that the room belongs to. */
  accountSid: Fields.accountSid,
  /** `connected`, `reconnecting` or `disconnected`; another string if Twilio adds one. */
  status: ParticipantStatus.ParticipantStatus,
  /** When Twilio made the record: the moment the participant joined. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed. */
  dateUpdated: Fields.date,
  /** When the participant connected. */
  startTime: Fields.date,
  /** When the participant disconnected; none while connected. */
  endTime: Fields.date,
  /** How long the participant was connected, in whole seconds; none while connected. */
  duration: Fields.seconds,
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
  accountSid: "account_sid",
  dateCreated: "date_created",
  dateUpdated: "date_updated",
  startTime: "start_time",
  endTime: "end_time"
} as const

/**
 * A participant of a video room: somebody who is connected, or was.
 *
 * Dates are `DateTime.Utc` with whole seconds. What Twilio may leave out or send as null is an `Option`. `links` is an
 * open map: older records have fewer links.
 *
 * Follows the properties of https://www.twilio.com/docs/video/api/participants.
 *
 * @example
 * ```ts
 * import * as Participant from "@effect-twilio-video/core/Participant"
 * import * as Schema from "effect/Schema"
 *
 * const alice = Schema.decodeSync(Participant.ParticipantJson)({
 *   sid: "PA8a1b0c4be07f8a6b2c3d4e5f60718293",
 *   room_sid: "RM5a1f0c4be07f8a6b2c3d4e5f60718293",
 *   account_sid: "AC0123456789abcdef0123456789abcdef",
 *   status: "connected",
 *   identity: "Alice",
 *   date_created: "2017-12-13T23:37:18Z",
 *   date_updated: "2017-12-13T23:37:18Z",
 *   start_time: "2017-12-13T23:37:18Z",
 *   end_time: null,
 *   duration: null,
 *   url: "https://video.twilio.com/v1/Rooms/RM5a1f0c4be07f8a6b2c3d4e5f60718293/Participants/PA8a1b0c4be07f8a6b2c3d4e5f60718293",
 *   links: {}
 * })
 *
 * alice.identity // => "Alice"
 * alice.endTime._tag // => "None"
 * ```
 * @category models
 * @since 0.1.0
 */
export class Participant extends Schema.Class<Participant>("@effect-twilio-video/core/Participant")({
  ...fields,
  /** The string that the application gave this participant in the access token. */
  identity: Schema.String,
  /** URLs of the participant's subresources by name. Never follow one with credentials to another origin. */
  links: Fields.links
}) {}

/**
 * The codec between Twilio's JSON of a participant and {@link Participant}. Unknown members are left out; a missing
 * member and null are the same where Twilio may omit it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ParticipantJson = Participant.pipe(Schema.encodeKeys(wireNames))

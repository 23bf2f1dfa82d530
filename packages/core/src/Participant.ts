/**
 * A participant of a video room, and the codec for Twilio's JSON of one. Holds the record only: the operations on
 * participants are in `Participants`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const knownStatuses = ["connected", "disconnected", "reconnecting"] as const

/**
 * The statuses that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownStatus = (typeof knownStatuses)[number]

/**
 * A participant's status: one of the documented three, or a string that Twilio adds after this release. Editors
 * complete the known ones.
 *
 * Follows the `status` property of https://www.twilio.com/docs/video/api/participants. Twilio added `reconnecting` in
 * March 2025, years after the other two, so a client must not break on a fourth.
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
 * import * as Participant from "@effect-twilio-video/core/Participant"
 *
 * Participant.isKnownStatus("reconnecting") // => true
 * Participant.isKnownStatus("on-hold") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnownStatus: (value: unknown) => value is KnownStatus = Schema.is(KnownStatus)

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
  status: Status,
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

/**
 * A participant whose identity is gone: `identity` is the participant's own SID, and there are no links.
 *
 * Twilio's specification declares `identity` with the pattern of a participant SID. It is read as any string here, so
 * that another placeholder does not fail the answer to an erasure that has happened.
 *
 * Follows the `UpdateRoomParticipantAnonymize` operation of Twilio's Video v1 OpenAPI document; no page describes it
 * in prose.
 *
 * @category models
 * @since 0.1.0
 */
export class AnonymizedParticipant extends Schema.Class<AnonymizedParticipant>(
  "@effect-twilio-video/core/AnonymizedParticipant"
)({
  ...fields,
  /** What stands in place of the identity: the participant's own SID. */
  identity: Schema.String
}) {}

/**
 * The codec between Twilio's JSON and {@link AnonymizedParticipant}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AnonymizedParticipantJson = AnonymizedParticipant.pipe(Schema.encodeKeys(wireNames))

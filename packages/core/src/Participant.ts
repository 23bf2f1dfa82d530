/**
 * A participant's record and its JSON codec. The operations are in `Participants`.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as RecordDecoder from "./internal/RecordDecoder.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const knownStatuses = ["connected", "disconnected", "reconnecting"] as const

/**
 * A documented status.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownStatus = (typeof knownStatuses)[number]

/**
 * A participant's status: a documented one, or a string that Twilio adds after this release. (It added `reconnecting`
 * in March 2025, years after the other two.)
 *
 * Follows the `status` property of https://www.twilio.com/docs/video/api/participants.
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
 * import * as Participant from "@effect-twilio-video/core/Participant"
 *
 * Participant.isKnownStatus("reconnecting") // => true
 * Participant.isKnownStatus("on-hold") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnownStatus: (value: unknown) => value is KnownStatus = Schema.is(KnownStatus)

// Twilio's specification declares all fields but `status` as nullable. Here, those that identify the record and its
// date of creation are required.
const fields = {
  /** The participant's SID. A user who leaves and rejoins gets a new one. */
  sid: Sid.ParticipantSid,
  /** The room's SID, even if the request used the room's name. */
  roomSid: Sid.RoomSid,
  /** The account that the room belongs to. */
  accountSid: Fields.accountSid,
  /** `connected`, `reconnecting` or `disconnected`; another string if Twilio adds one. */
  status: Status,
  /** When the participant joined. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed. */
  dateUpdated: Fields.date,
  /** When the participant connected. */
  startTime: Fields.date,
  /** When the participant disconnected. `None` while connected. */
  endTime: Fields.date,
  /** How long the participant was connected, in whole seconds. `None` while connected. */
  duration: Fields.seconds,
  /** The record's absolute URL. */
  url: Fields.text
}

const wireNames = {
  roomSid: "room_sid",
  accountSid: "account_sid",
  dateCreated: "date_created",
  dateUpdated: "date_updated",
  startTime: "start_time",
  endTime: "end_time"
} as const

/**
 * A participant who is or was connected to a room. Members that Twilio may omit or send as null are `Option`s; dates
 * have whole seconds.
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
  /** The identity in the access token that the participant joined with. */
  identity: Schema.String,
  /** URLs of the subresources by name; older records have fewer. Never send credentials to a link of another origin. */
  links: Fields.links
}) {}

/**
 * The codec between Twilio's JSON and {@link Participant}. Drops unknown members.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ParticipantJson = Participant.pipe(Schema.encodeKeys(wireNames))

/**
 * Decodes Twilio's JSON as {@link ParticipantJson} does, several times as fast. Errors name the invalid member, not its
 * value.
 *
 * @example
 * ```ts
 * import * as Participant from "@effect-twilio-video/core/Participant"
 * import * as Result from "effect/Result"
 *
 * const decoded = Participant.decodeJson({ sid: "PA1", identity: "Alice" })
 * const message = Result.isFailure(decoded) ? decoded.failure.message : undefined
 *
 * message // => 'Expected a string matching the RegExp ^PA[0-9a-fA-F]{32}$\n  at ["sid"]'
 * ```
 * @category decoding
 * @since 0.1.0
 */
export const decodeJson: (json: unknown) => Result.Result<Participant, Schema.SchemaError> = RecordDecoder.make(
  Participant,
  ParticipantJson,
  wireNames
)

/**
 * A participant after anonymization: `identity` is the participant's SID, and there are no links.
 *
 * Follows the `UpdateRoomParticipantAnonymize` operation of Twilio's Video v1 OpenAPI document. It declares `identity`
 * as a participant SID; here it's any string, so that another placeholder doesn't fail a successful anonymization.
 *
 * @category models
 * @since 0.1.0
 */
export class AnonymizedParticipant extends Schema.Class<AnonymizedParticipant>(
  "@effect-twilio-video/core/AnonymizedParticipant"
)({
  ...fields,
  /** The placeholder for the identity: the participant's SID. */
  identity: Schema.String
}) {}

/**
 * The codec between Twilio's JSON and {@link AnonymizedParticipant}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AnonymizedParticipantJson = AnonymizedParticipant.pipe(Schema.encodeKeys(wireNames))

/**
 * Decodes Twilio's JSON as {@link AnonymizedParticipantJson} does, several times as fast. Errors name the invalid
 * member, not its value.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeAnonymizedJson: (json: unknown) => Result.Result<AnonymizedParticipant, Schema.SchemaError> =
  RecordDecoder.make(AnonymizedParticipant, AnonymizedParticipantJson, wireNames)

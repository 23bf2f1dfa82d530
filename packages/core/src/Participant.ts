/**
 * A participant of a video room, and the codec for Twilio's JSON of one. Holds the record only: the operations on
 * participants are in `Participants`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as ParticipantStatus from "./ParticipantStatus.ts"
import * as Sid from "./Sid.ts"
import * as TwilioDate from "./TwilioDate.ts"

const seconds = Schema.Int.pipe(
  Schema.decodeTo(Schema.Duration, {
    decode: SchemaGetter.transform((n: number) => Duration.seconds(n)),
    encode: SchemaGetter.transform((duration: Duration.Duration) => Math.floor(Duration.toSeconds(duration)))
  })
)

const dateOrNull = Schema.OptionFromOptionalNullOr(TwilioDate.TwilioDate, { onNoneEncoding: null })

const Links = Schema.Record(Schema.String, Schema.String)

// The map is open, and older records lack it or parts of it: what is there and is text is kept.
const links = Schema.optional(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))).pipe(
  Schema.decodeTo(
    Links,
    SchemaTransformation.transformOptional({
      decode: (wire) =>
        Option.some(
          Option.match(Option.filter(wire, Predicate.isNotNullish), {
            onNone: () => ({}),
            onSome: Record.filter(Predicate.isString)
          })
        ),
      encode: (links) => links
    })
  )
)

/**
 * The fields that a participant and an anonymized participant share.
 *
 * @internal
 */
export const fields = {
  /** The participant's own SID. A person who leaves and joins again gets a new one. */
  sid: Sid.ParticipantSid,
  /** The SID of the room, also when the room was addressed by its unique name. */
  roomSid: Sid.RoomSid,
  /** The account that the room belongs to. */
  accountSid: Sid.AccountSid,
  /** `connected`, `reconnecting` or `disconnected`; another string if Twilio adds one. */
  status: ParticipantStatus.ParticipantStatus,
  /** When Twilio made the record: the moment the participant joined. */
  dateCreated: TwilioDate.TwilioDate,
  /** When the record last changed. */
  dateUpdated: dateOrNull,
  /** When the participant connected. */
  startTime: dateOrNull,
  /** When the participant disconnected; none while connected. */
  endTime: dateOrNull,
  /** How long the participant was connected, in whole seconds; none while connected. */
  duration: Schema.OptionFromOptionalNullOr(seconds, { onNoneEncoding: null }),
  /** The absolute URL of the resource. */
  url: Schema.String
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
  links
}) {}

/**
 * The codec between Twilio's JSON of a participant and {@link Participant}. Unknown members are left out; a missing
 * member and null are the same where Twilio may omit it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ParticipantJson = Participant.pipe(Schema.encodeKeys(wireNames))

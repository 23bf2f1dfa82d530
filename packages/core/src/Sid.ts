/**
 * SIDs as branded strings, and their guards.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as RecordDecoder from "./internal/RecordDecoder.ts"
import * as SidPattern from "./internal/SidPattern.ts"

/**
 * The SID of a video room: `RM` and 32 hexadecimal digits.
 *
 * Follows the `sid` property of Twilio's Rooms resource,
 * https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @example
 * ```ts
 * import * as Sid from "@effect-twilio-video/core/Sid"
 *
 * Sid.isRoomSid("RM5a1f0c4be07f8a6b2c3d4e5f60718293") // => true
 * Sid.isRoomSid("DailyStandup") // => false
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const RoomSid = RecordDecoder.withReader(
  Schema.String.check(Schema.isPattern(SidPattern.make("RM"))).pipe(Schema.brand("RoomSid")),
  RecordDecoder.matching(SidPattern.make("RM"))
)

/**
 * A validated room SID.
 *
 * @category models
 * @since 0.1.0
 */
export type RoomSid = typeof RoomSid.Type

/**
 * The SID of a participant: `PA` and 32 hexadecimal digits. A user who leaves and rejoins gets a new one.
 *
 * Follows the `sid` property of Twilio's Participants resource, https://www.twilio.com/docs/video/api/participants.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ParticipantSid = RecordDecoder.withReader(
  Schema.String.check(Schema.isPattern(SidPattern.make("PA"))).pipe(Schema.brand("ParticipantSid")),
  RecordDecoder.matching(SidPattern.make("PA"))
)

/**
 * A validated participant SID.
 *
 * @category models
 * @since 0.1.0
 */
export type ParticipantSid = typeof ParticipantSid.Type

/**
 * The SID of a media track: `MT` and 32 hexadecimal digits.
 *
 * Follows Twilio's PublishedTracks resource, https://www.twilio.com/docs/video/api/publishedtrack.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TrackSid = RecordDecoder.withReader(
  Schema.String.check(Schema.isPattern(SidPattern.make("MT"))).pipe(Schema.brand("TrackSid")),
  RecordDecoder.matching(SidPattern.make("MT"))
)

/**
 * A validated track SID.
 *
 * @category models
 * @since 0.1.0
 */
export type TrackSid = typeof TrackSid.Type

/**
 * The SID of a Twilio account: `AC` and 32 hexadecimal digits.
 *
 * Follows https://www.twilio.com/docs/iam/api/account.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountSid = Schema.String.check(Schema.isPattern(SidPattern.make("AC"))).pipe(Schema.brand("AccountSid"))

/**
 * A validated account SID.
 *
 * @category models
 * @since 0.1.0
 */
export type AccountSid = typeof AccountSid.Type

/**
 * The SID of an API key: `SK` and 32 hexadecimal digits.
 *
 * Follows https://www.twilio.com/docs/iam/api-keys.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ApiKeySid = Schema.String.check(Schema.isPattern(SidPattern.make("SK"))).pipe(Schema.brand("ApiKeySid"))

/**
 * A validated API key SID.
 *
 * @category models
 * @since 0.1.0
 */
export type ApiKeySid = typeof ApiKeySid.Type

// Without Schema, so that a program that only checks SIDs doesn't bundle it.
const isSid = <Sid extends string>(prefix: string) => {
  const pattern = SidPattern.make(prefix)
  return (value: unknown): value is Sid => typeof value === "string" && pattern.test(value)
}

/**
 * Whether a value is a room SID.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRoomSid: (value: unknown) => value is RoomSid = isSid("RM")

/**
 * Whether a value is a participant SID.
 *
 * @category guards
 * @since 0.1.0
 */
export const isParticipantSid: (value: unknown) => value is ParticipantSid = isSid("PA")

/**
 * Whether a value is a track SID.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTrackSid: (value: unknown) => value is TrackSid = isSid("MT")

/**
 * Whether a value is an account SID.
 *
 * @category guards
 * @since 0.1.0
 */
export const isAccountSid: (value: unknown) => value is AccountSid = isSid("AC")

/**
 * Whether a value is an API key SID.
 *
 * @category guards
 * @since 0.1.0
 */
export const isApiKeySid: (value: unknown) => value is ApiKeySid = isSid("SK")

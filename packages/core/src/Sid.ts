/**
 * The SIDs of Twilio Video as branded strings, their guards, and the one classifier that says whether a string is a
 * SID or a name. Holds no resource and no look-up rule of a particular endpoint.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
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
export const RoomSid = Schema.String.check(Schema.isPattern(SidPattern.make("RM"))).pipe(Schema.brand("RoomSid"))

/**
 * The SID of a room: a string that has been checked.
 *
 * @category models
 * @since 0.1.0
 */
export type RoomSid = typeof RoomSid.Type

/**
 * The SID of a participant: `PA` and 32 hexadecimal digits. A participant who leaves and comes back has a new one.
 *
 * Follows the `sid` property of Twilio's Participants resource, https://www.twilio.com/docs/video/api/participants.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ParticipantSid = Schema.String.check(Schema.isPattern(SidPattern.make("PA"))).pipe(
  Schema.brand("ParticipantSid")
)

/**
 * The SID of a participant: a string that has been checked.
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
export const TrackSid = Schema.String.check(Schema.isPattern(SidPattern.make("MT"))).pipe(Schema.brand("TrackSid"))

/**
 * The SID of a track: a string that has been checked.
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
 * The SID of an account: a string that has been checked.
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
 * The SID of an API key: a string that has been checked.
 *
 * @category models
 * @since 0.1.0
 */
export type ApiKeySid = typeof ApiKeySid.Type

/**
 * Is this the SID of a room?
 *
 * @category guards
 * @since 0.1.0
 */
export const isRoomSid: (value: unknown) => value is RoomSid = Schema.is(RoomSid)

/**
 * Is this the SID of a participant?
 *
 * @category guards
 * @since 0.1.0
 */
export const isParticipantSid: (value: unknown) => value is ParticipantSid = Schema.is(ParticipantSid)

/**
 * Is this the SID of a track?
 *
 * @category guards
 * @since 0.1.0
 */
export const isTrackSid: (value: unknown) => value is TrackSid = Schema.is(TrackSid)

/**
 * Is this the SID of an account?
 *
 * @category guards
 * @since 0.1.0
 */
export const isAccountSid: (value: unknown) => value is AccountSid = Schema.is(AccountSid)

/**
 * Is this the SID of an API key?
 *
 * @category guards
 * @since 0.1.0
 */
export const isApiKeySid: (value: unknown) => value is ApiKeySid = Schema.is(ApiKeySid)

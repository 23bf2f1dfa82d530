/**
 * The status of a room, as Twilio reports it. Holds no life cycle: what may follow what is the server's matter.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const known = ["in-progress", "completed", "failed"] as const

/**
 * The statuses that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownRoomStatus = (typeof known)[number]

/**
 * A room's status: one of the documented three, or a string that Twilio adds after this release.
 *
 * Follows the `status` property of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export type RoomStatus = KnownRoomStatus | (string & {})

/**
 * Decodes any string as a status, so that a new status does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomStatus: Schema.Codec<RoomStatus, string> = Schema.String

/**
 * The schema of the documented statuses, for input that must be one of them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownRoomStatus = Schema.Literals(known)

/**
 * Is this one of the statuses that Twilio documents?
 *
 * @example
 * ```ts
 * import * as RoomStatus from "@effect-twilio-video/core/RoomStatus"
 *
 * RoomStatus.isKnown("in-progress") // => true
 * RoomStatus.isKnown("paused") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnown: (value: unknown) => value is KnownRoomStatus = Schema.is(KnownRoomStatus)

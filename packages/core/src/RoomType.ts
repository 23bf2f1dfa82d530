/**
 * The type of a room. Holds no room.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const known = ["group", "go", "peer-to-peer", "group-small"] as const

/**
 * The types that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownRoomType = (typeof known)[number]

/**
 * A room's type: one of the documented four, or a string that Twilio adds after this release. New rooms are `group`;
 * the others are of the past, and Twilio refuses them with code 53126 for accounts that came after 21 October 2024.
 *
 * Follows the `type` property of https://www.twilio.com/docs/video/api/rooms-resource.
 *
 * @category models
 * @since 0.1.0
 */
export type RoomType = KnownRoomType | (string & {})

/**
 * Decodes any string as a type, so that a new type does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomType: Schema.Codec<RoomType, string> = Schema.String

/**
 * Is this one of the types that Twilio documents?
 *
 * @example
 * ```ts
 * import * as RoomType from "@effect-twilio-video/core/RoomType"
 *
 * RoomType.isKnown("group") // => true
 * RoomType.isKnown("hall") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnown: (value: unknown) => value is KnownRoomType = Schema.is(Schema.Literals(known))

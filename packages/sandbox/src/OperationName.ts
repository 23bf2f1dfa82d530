/**
 * The names of the operations in Twilio Video's API, for fault rules and the request log.
 *
 * @since 0.1.0
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Schema from "effect/Schema"

const isName = (text: string): text is keyof typeof Wire.operations => Object.hasOwn(Wire.operations, text)

const names = Object.keys(Wire.operations).filter(isName)

/**
 * The name of an operation, as in Twilio's OpenAPI document of Video v1 and in `VideoWire.operations` of
 * `@effect-twilio-video/http`.
 *
 * Follows https://www.twilio.com/docs/video/api.
 *
 * @example
 * ```ts
 * import * as OperationName from "@effect-twilio-video/sandbox/OperationName"
 * import * as Schema from "effect/Schema"
 *
 * Schema.is(OperationName.OperationName)("UpdateRoomParticipant") // => true
 * Schema.is(OperationName.OperationName)("KickParticipant") // => false
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const OperationName = Schema.Literals(names)

/**
 * The name of an operation.
 *
 * @category models
 * @since 0.1.0
 */
export type OperationName = keyof typeof Wire.operations

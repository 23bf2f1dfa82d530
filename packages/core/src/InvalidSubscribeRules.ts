/**
 * The error of subscribe rules that Twilio refused. Holds only what Twilio itself answered with code 53215: rules that
 * cannot be sent at all are a `TwilioError` with reason `InvalidArgument`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Exchange from "./Exchange.ts"

/**
 * Twilio refused the subscribe rules. The rules that the participant had stay in force, unchanged. Carries no rule,
 * since rules name people.
 *
 * Follows https://www.twilio.com/docs/api/errors/53215 and
 * https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSubscribeRules extends Schema.TaggedError<InvalidSubscribeRules>()("InvalidSubscribeRules", {
  message: Schema.String,
  ...Exchange.fields
}) {}

/**
 * Makes the error with its message.
 *
 * @example
 * ```ts
 * import * as InvalidSubscribeRules from "@effect-twilio-video/core/InvalidSubscribeRules"
 *
 * const error = InvalidSubscribeRules.make({
 *   method: "POST",
 *   path: "/v1/Rooms/{name}/Participants/{identity}/SubscribeRules",
 *   status: 400,
 *   code: 53215
 * })
 * error.message.includes("stay in force") // => true
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const make = (exchange: Exchange.Exchange): InvalidSubscribeRules =>
  new InvalidSubscribeRules({
    message:
      "Twilio refuses these subscribe rules. The rules that the participant had stay in force, unchanged. " +
      `(${Exchange.format(exchange)})`,
    ...exchange
  })

/**
 * The error of an access token that cannot be: nobody's, for too long, or for a room that has no such name. Holds
 * nothing of tokens that Twilio refuses.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * What a token was asked for cannot be. `argument` names it; its value is in no member. No token was made.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidAccessToken extends Data.TaggedError("InvalidAccessToken")<{
  readonly argument: "identity" | "room" | "ttl" | "validFrom"
  readonly message: string
}> {}

/**
 * Makes the error with its message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (argument: InvalidAccessToken["argument"], problem: string): InvalidAccessToken =>
  new InvalidAccessToken({ argument, message: `The argument "${argument}" ${problem}.` })

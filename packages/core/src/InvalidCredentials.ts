/**
 * The error of credentials that cannot be right: a SID that is none, a secret that is empty. Holds no credential, and
 * nothing of credentials that Twilio refuses.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * Options of `ApiKey` or `AuthToken` that cannot be right. `argument` names the option; its value is in no member.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCredentials extends Data.TaggedError("InvalidCredentials")<{
  readonly argument: "accountSid" | "apiKeySid" | "apiKeySecret" | "authToken" | "secondaryAuthToken"
  readonly message: string
}> {}

/**
 * Makes the error with its message.
 *
 * @example
 * ```ts
 * import * as InvalidCredentials from "@effect-twilio-video/core/InvalidCredentials"
 *
 * InvalidCredentials.make("apiKeySecret", "is empty").message // => "The option \"apiKeySecret\" is empty."
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const make = (argument: InvalidCredentials["argument"], problem: string): InvalidCredentials =>
  new InvalidCredentials({ argument, message: `The option "${argument}" ${problem}.` })

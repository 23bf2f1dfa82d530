/**
 * The error of `ApiKey` and `AuthToken` for credentials of the wrong form.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

// With Schema, a program that only mints tokens would be much larger.
/**
 * An option of `ApiKey` or `AuthToken` has the wrong form: a SID that doesn't match its pattern, or an empty secret.
 * `argument` names the option; no member contains its value. Credentials that Twilio rejects fail elsewhere, with
 * `TwilioError` and reason `Unauthorized`.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const error = Effect.runSync(Effect.flip(AuthToken.make({ authToken: Redacted.make("") })))
 * error.message // => "The option \"authToken\" must be a non-empty string."
 * ```
 * @category errors
 * @since 0.1.0
 */
export class InvalidCredentials extends Data.TaggedError("InvalidCredentials")<{
  readonly argument: "accountSid" | "apiKeySid" | "apiKeySecret" | "authToken" | "secondaryAuthToken"
  readonly message: string
}> {}

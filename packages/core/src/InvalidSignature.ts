/**
 * The error of a callback whose signature does not show that Twilio sent it. Holds what to check, and neither the
 * signature nor the token nor the URL.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

const explanations = {
  missing:
    "The request has no X-Twilio-Signature header. It is not Twilio's, or something on the way took the header out.",
  mismatch:
    "The signature is not that of this URL and these parameters. Check that the Auth Token is the primary one of the " +
    "account whose room it is (API key secrets sign no callbacks), and that the URL is the one that Twilio was given: " +
    "behind a proxy, give the public URL with its scheme, host, path and query.",
  "unsigned-body":
    "The body is no form, and the URL has no bodySHA256 parameter, so the signature says nothing of the body.",
  "changed-body": "The body is not the one that was signed: its SHA-256 hash is not the URL's bodySHA256 parameter.",
  "unparsable-url": "The URL is not an absolute HTTP(S) URL, so it cannot be the one that was signed."
} as const

/**
 * What is wrong: no signature, one of something else, a body that none covers or that was changed, or a URL that
 * nothing can be signed for.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem = keyof typeof explanations

/**
 * A callback is not to be believed. The message says what to check where Twilio did send it.
 *
 * Follows https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSignature extends Data.TaggedError("InvalidSignature")<{
  readonly problem: Problem
  readonly message: string
}> {}

/**
 * Makes the error with its message.
 *
 * @example
 * ```ts
 * import * as InvalidSignature from "@effect-twilio-video/core/InvalidSignature"
 *
 * InvalidSignature.make("mismatch").message.includes("primary") // => true
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const make = (problem: Problem): InvalidSignature =>
  new InvalidSignature({ problem, message: explanations[problem] })

/**
 * Twilio's signature of status callbacks: making it, and checking it. Holds no event and no server.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as AuthToken from "./AuthToken.ts"
import * as Hmac from "./internal/Hmac.ts"

/**
 * A callback's parameters by name: the body's where it was a POST. A name that comes more than once has a list.
 *
 * @category models
 * @since 0.1.0
 */
export type Parameters = Readonly<Record<string, string | ReadonlyArray<string>>>

/**
 * What Twilio signs of a callback.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signable {
  /** The URL that was configured, with its query. */
  readonly url: string
  /** The parameters of the body; none where the callback is a GET, which has them in the URL. */
  readonly parameters?: Parameters | undefined
}

const signedText = ({ parameters = {}, url }: Signable): string =>
  Object.keys(parameters)
    .sort()
    .reduce((text, name) => {
      const value = parameters[name] ?? ""
      const values = typeof value === "string" ? [value] : [...new Set(value)].sort()
      return text + values.map((value) => name + value).join("")
    }, url)

/**
 * The value of the header `X-Twilio-Signature` for a callback, as Twilio makes it with the account's primary Auth
 * Token: for tests of a receiver.
 *
 * Follows https://www.twilio.com/docs/usage/security#validating-requests.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const signature = StatusCallback.sign({
 *   url: "https://mycompany.com/myapp.php?foo=1&bar=2",
 *   parameters: { Sid: "CA123", SidAccount: "AC123", Digits: ["5678", "1234", "1234"] }
 * })
 *
 * await signature.pipe(Effect.provide(AuthToken.layer({ authToken: Redacted.make("12345") })), Effect.runPromise)
 * // => "IK+Dwps556ElfBT0I3Rgjkr1wJU="
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const sign = (signable: Signable): Effect.Effect<string, never, AuthToken.AuthToken> =>
  Effect.gen(function* () {
    const { authToken } = yield* AuthToken.AuthToken
    const key = yield* Hmac.key("SHA-1", Redacted.value(authToken))
    return Hmac.base64(yield* Hmac.sign(key, signedText(signable)))
  })

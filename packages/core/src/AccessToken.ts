/**
 * Access tokens, with which somebody's device joins a video room. Holds the minting: what a token opens is Twilio's
 * matter, and who may have one is the application's.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as ApiKey from "./ApiKey.ts"
import * as Hmac from "./internal/Hmac.ts"
import * as Now from "./internal/Now.ts"
import * as NameRules from "./NameRules.ts"

const secondsOf = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const

type Unit = keyof typeof secondsOf

/**
 * How long a token is valid: a `Duration`, or one in words, as `"4 hours"`. A bare number is not taken, since other
 * libraries for Twilio count seconds and Effect counts milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export type Ttl = Duration.Duration | `${number} ${Unit}` | `${number} ${Unit}s`

/**
 * The type of {@link anyRoom}.
 *
 * @category models
 * @since 0.1.0
 */
export interface AnyRoom {
  readonly _tag: "AnyRoom"
}

/**
 * As a token's `room`, opens every room of the account. Only this very value does: nothing that was parsed from a
 * request is it.
 *
 * @category constants
 * @since 0.1.0
 */
export const anyRoom: AnyRoom = { _tag: "AnyRoom" }

/**
 * Who a token is for, and what it opens.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Who joins with it. At most 128 characters, of which those beyond Latin-1 count twice. */
  readonly identity: string
  /** The room that it opens, by unique name or SID, or {@link anyRoom}. */
  readonly room: string | AnyRoom
  /**
   * How long it is valid, in whole seconds: an hour by default, 24 hours at most. Somebody whose connection broke needs
   * a valid token to come back, so it should last as long as the room does.
   */
  readonly ttl?: Ttl | undefined
  /** When it begins to be valid, cut off to whole seconds: at once by default. `ttl` counts from now in any case. */
  readonly validFrom?: DateTime.DateTime | Date | undefined
}

/**
 * A token, and when it ends. The token is `Redacted`, since whoever has it is that participant: take it out with
 * `Redacted.value` where it goes into the answer to its owner, and nowhere else.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessToken {
  readonly token: Redacted.Redacted
  readonly expiresAt: Date
}

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

const refuse = (argument: InvalidAccessToken["argument"], problem: string): InvalidAccessToken =>
  new InvalidAccessToken({ argument, message: `The argument "${argument}" ${problem}.` })

const maximumTtl = 86_400

const textProblems = {
  empty: "is empty",
  "not-unicode": "is not well-formed Unicode",
  "too-long": `has more than ${NameRules.maximumLength} characters`
} as const

const textProblem = (
  value: unknown,
  check: (text: string) => NameRules.NameProblem | undefined
): string | undefined => {
  if (typeof value !== "string") return "is not a string"
  const problem = check(value)
  return problem === undefined ? undefined : textProblems[problem]
}

const roomProblem = (room: unknown): string | undefined => {
  if (room === anyRoom) return undefined
  return typeof room === "string"
    ? textProblem(room, NameRules.nameProblem)
    : "is not a string: name the room, or pass AccessToken.anyRoom to open every room"
}

/** Seconds, or NaN for what is not a duration. */
const secondsIn = (ttl: unknown): number => {
  if (typeof ttl === "string") {
    const [, amount, unit] = /^(\d+(?:\.\d+)?) (second|minute|hour|day)s?$/u.exec(ttl) ?? []
    return Number(amount) * secondsOf[unit as Unit]
  }
  // Programs without types hand over anything.
  const value = (ttl as Partial<Duration.Duration> | null)?.value
  if (value?._tag === "Millis") return value.millis / 1000
  if (value?._tag === "Nanos") return Number(value.nanos) / 1e9
  if (value?._tag === "Infinity") return Infinity
  return value?._tag === "NegativeInfinity" ? 0 : NaN
}

const ttlProblem = (seconds: number): string | undefined => {
  if (Number.isNaN(seconds)) return 'is not a duration: give a Duration, or words as "4 hours"'
  if (seconds <= 0) return "is not longer than nothing"
  if (seconds > maximumTtl) return "is longer than 24 hours, which Twilio refuses (20104)"
  return Number.isInteger(seconds) ? undefined : "is not a whole number of seconds"
}

/** Seconds since 1970, or NaN for what is not a date. */
const epochSeconds = (date: unknown): number =>
  Math.floor(Number(date instanceof Date ? date : (date as DateTime.DateTime | null)?.epochMilliseconds) / 1000)

const header = { alg: "HS256", typ: "JWT", cty: "twilio-fpa;v=1" } as const

const part = (value: unknown): string => Hmac.base64Url(Hmac.bytes(JSON.stringify(value)))

/**
 * Makes a token with which a device joins a video room as `identity`, signed with the program's API key. Nothing is
 * sent: Twilio reads the token when the device connects.
 *
 * What Twilio would refuse then, or what would open another door than was meant, fails now with `InvalidAccessToken`:
 * an identity that is empty, too long or not a string, an empty room or none, a time of more than 24 hours or of none.
 * Tokens of the same second for the same person and room are the same.
 *
 * Give a token only to whom the application has recognised: it is all that the room asks for.
 *
 * Follows https://www.twilio.com/docs/iam/access-tokens and
 * https://www.twilio.com/docs/video/tutorials/user-identity-access-tokens.
 *
 * @example
 * ```ts
 * import * as AccessToken from "@effect-twilio-video/core/AccessToken"
 * import * as ApiKey from "@effect-twilio-video/core/ApiKey"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const Key = ApiKey.layer({
 *   accountSid: "AC0123456789abcdef0123456789abcdef",
 *   apiKeySid: "SK0123456789abcdef0123456789abcdef",
 *   apiKeySecret: Redacted.make("the secret")
 * })
 *
 * const answer = AccessToken.mint({ identity: "Alice", room: "DailyStandup", ttl: "4 hours" }).pipe(
 *   Effect.map(({ token, expiresAt }) => Response.json({ token: Redacted.value(token), expiresAt })),
 *   Effect.catchTag("InvalidAccessToken", (error) => Effect.succeed(new Response(error.message, { status: 400 })))
 * )
 *
 * const response = await answer.pipe(Effect.provide(Key), Effect.runPromise)
 * response.status // => 200
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const mint = (options: Options): Effect.Effect<AccessToken, InvalidAccessToken, ApiKey.ApiKey> =>
  Effect.gen(function* () {
    const { identity, room, ttl = "1 hour", validFrom } = options
    const identityProblem = textProblem(identity, NameRules.identityProblem)
    if (identityProblem !== undefined) return yield* refuse("identity", identityProblem)
    const problemOfRoom = roomProblem(room)
    if (problemOfRoom !== undefined) return yield* refuse("room", problemOfRoom)
    // In whole nanoseconds: 1.1 * 3600 is a little more than 3960.
    const seconds = Math.round(secondsIn(ttl) * 1e9) / 1e9
    const problem = ttlProblem(seconds)
    if (problem !== undefined) return yield* refuse("ttl", problem)

    const { accountSid, apiKeySecret, apiKeySid } = yield* ApiKey.ApiKey
    const iat = yield* Now.seconds
    const exp = iat + seconds
    const nbf = validFrom === undefined ? undefined : epochSeconds(validFrom)
    if (Number.isNaN(nbf)) return yield* refuse("validFrom", "is not a date")
    if (nbf !== undefined && nbf >= exp) return yield* refuse("validFrom", "is not before the token ends")

    // The members stand in the order in which Twilio's own libraries write them.
    const claims = {
      jti: `${apiKeySid}-${iat}`,
      grants: { identity, video: room === anyRoom ? {} : { room } },
      nbf,
      iat,
      exp,
      iss: apiKeySid,
      sub: accountSid
    }
    const signed = `${part(header)}.${part(claims)}`
    const signature = yield* Effect.promise(() => Hmac.sign("SHA-256", apiKeySecret, signed))
    return { token: Redacted.make(`${signed}.${Hmac.base64Url(signature)}`), expiresAt: new Date(exp * 1000) }
  })

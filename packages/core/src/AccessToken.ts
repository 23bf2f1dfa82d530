/**
 * Mints access tokens, with which a device joins a video room.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as ApiKey from "./ApiKey.ts"
import * as Hmac from "./internal/Hmac.ts"
import * as NameRules from "./NameRules.ts"

/**
 * How long a token is valid: a `Duration.Input` that names its unit, such as `"4 hours"`. Bare numbers are refused,
 * because other Twilio libraries count seconds and Effect counts milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export type Ttl = Exclude<Duration.Input, number | bigint>

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
 * Grants access to every room of the account, as the `room` of a token. Compared by identity, so parsed input can't
 * produce it.
 *
 * @category constants
 * @since 0.1.0
 */
export const anyRoom: AnyRoom = { _tag: "AnyRoom" }

/**
 * The options of {@link mint}: whom a token is for and which room it opens.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The participant's identity. At most 128 characters; characters beyond Latin-1 count twice. */
  readonly identity: string
  /** The room that the token grants access to: a unique name, a SID, or {@link anyRoom}. */
  readonly room: string | AnyRoom
  /**
   * How long the token is valid, in whole seconds: 1 hour by default, at most 24 hours. A device needs a valid token to
   * reconnect, so let it last as long as the room.
   */
  readonly ttl?: Ttl | undefined
  /**
   * When the token becomes valid, truncated to whole seconds. Default: immediately. `ttl` counts from now either way.
   */
  readonly validFrom?: DateTime.DateTime | Date | undefined
}

/**
 * A token and its expiry. The token is `Redacted`, because whoever holds it can join as this participant: unwrap it
 * with `Redacted.value` only in the response to its owner.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessToken {
  readonly token: Redacted.Redacted
  /** In JSON, ISO 8601 text. */
  readonly expiresAt: DateTime.Utc
}

// With Schema, a program that only mints tokens would be much larger.
/**
 * An option of {@link mint} is invalid; no token was minted. `argument` names the option; no member contains its value.
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

const textProblems = {
  empty: "must not be empty",
  "not-unicode": "must be well-formed Unicode",
  "too-long": `must have at most ${NameRules.maximumLength} characters`
} as const

const textProblem = (
  value: unknown,
  check: (text: string) => NameRules.NameProblem | undefined
): string | undefined => {
  if (typeof value !== "string") return "must be a string"
  const problem = check(value)
  return problem === undefined ? undefined : textProblems[problem]
}

const roomProblem = (room: unknown): string | undefined => {
  if (room === anyRoom) return undefined
  return typeof room === "string"
    ? textProblem(room, NameRules.nameProblem)
    : "must be a room's name or SID, or AccessToken.anyRoom for access to every room"
}

const maximumTtl = 86_400

/** Seconds, or NaN for an invalid value. Untyped programs may pass any value. */
const secondsOf = (ttl: unknown): number =>
  typeof ttl === "number" || typeof ttl === "bigint"
    ? NaN
    : Option.getOrElse(Option.map(Duration.fromInput(ttl as Ttl), Duration.toSeconds), () => NaN)

const ttlProblem = (seconds: number): string | undefined => {
  if (Number.isNaN(seconds)) return 'must be a duration with a unit, such as "4 hours"'
  if (seconds <= 0) return "must be longer than 0 seconds"
  if (seconds > maximumTtl) return "must be at most 24 hours, or Twilio refuses the token (20104)"
  return Number.isInteger(seconds) ? undefined : "must be a whole number of seconds"
}

/** Seconds since 1970, or NaN for an invalid value. */
const epochSeconds = (date: unknown): number => {
  const millis = date instanceof Date ? date.getTime() : DateTime.isDateTime(date) ? date.epochMilliseconds : NaN
  return Math.floor(millis / 1000)
}

const part = (value: object): string => Base64Url.encode(JSON.stringify(value))

const header = part({ alg: "HS256", typ: "JWT", cty: "twilio-fpa;v=1" })

const keyOf = Hmac.keyring("SHA-256")

/**
 * Mints a token with which a device joins a video room as `identity`, signed with the {@link ApiKey.ApiKey}. Sends
 * nothing: Twilio checks the token when the device connects. Mint one only for users you have authenticated.
 *
 * Fails with `InvalidAccessToken` for options that Twilio would reject later, or that would grant more than intended:
 * an empty, too long or non-string identity, an empty or missing room, a `ttl` that isn't 1 second to 24 hours. Tokens
 * minted in the same second with the same options are equal.
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
    const seconds = secondsOf(ttl)
    const problemOfTtl = ttlProblem(seconds)
    if (problemOfTtl !== undefined) return yield* refuse("ttl", problemOfTtl)

    const service = yield* ApiKey.ApiKey
    const { accountSid, apiKeySecret, apiKeySid } = service
    const iat = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const exp = iat + seconds
    const nbf = validFrom === undefined ? undefined : epochSeconds(validFrom)
    if (Number.isNaN(nbf)) return yield* refuse("validFrom", "must be a valid date")
    if (nbf !== undefined && nbf >= exp) return yield* refuse("validFrom", "must be before the token expires")

    // In the order of Twilio's own libraries.
    const claims = {
      jti: `${apiKeySid}-${iat}`,
      grants: { identity, video: room === anyRoom ? {} : { room } },
      nbf,
      iat,
      exp,
      iss: apiKeySid,
      sub: accountSid
    }
    const signed = `${header}.${part(claims)}`
    const signature = yield* Effect.promise(async () => Hmac.sign(await keyOf(service, apiKeySecret), signed))
    return {
      token: Redacted.make(`${signed}.${Base64Url.encode(signature)}`),
      expiresAt: DateTime.fromEpochSeconds(exp)
    }
  })

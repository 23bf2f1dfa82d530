/**
 * Verifies the access tokens with which clients join a room: format, issuer, signature, validity and grants.
 *
 * Follows https://www.twilio.com/docs/iam/access-tokens.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"
import * as SandboxError from "../../SandboxError.ts"
import type * as Assumptions from "../../Assumptions.ts"
import * as Participants from "../engine/Participants.ts"

type Members = Readonly<Record<string, unknown>>

/** The claims of a token with a valid signature. */
export interface Claims {
  readonly iat: unknown
  readonly nbf: unknown
  readonly exp: unknown
  readonly grants: unknown
}

/** What a token grants. */
export interface Grant {
  readonly identity: string
  /** A unique name or SID; undefined grants every room. */
  readonly room: string | undefined
}

/** Twilio's limit for a token's lifetime: 24 hours. */
const longestSeconds = 86_400

const encoder = new TextEncoder()

const bytes = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const decoded = Result.getOrUndefined(Base64Url.decode(text))
  // Canonical encoding only: a different last character can decode to the same bytes.
  return decoded === undefined || Base64Url.encode(decoded) !== text ? undefined : new Uint8Array(decoded)
}

const isMembers = (json: unknown): json is Members => Predicate.isObject(json)

const members = (part: string): Members | undefined => {
  const decoded = bytes(part)
  if (decoded === undefined) return undefined
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decoded))
    return isMembers(json) ? json : undefined
  } catch {
    return undefined
  }
}

interface Parts {
  readonly header: Members
  readonly payload: Members
  readonly signature: Uint8Array<ArrayBuffer>
  readonly signed: string
}

const split = (token: string): Parts | undefined => {
  const parts = token.split(".")
  const [first = "", second = "", third = ""] = parts
  const header = members(first)
  const payload = members(second)
  const signature = bytes(third)
  return parts.length !== 3 || header === undefined || payload === undefined || signature === undefined
    ? undefined
    : { header, payload, signature, signed: `${first}.${second}` }
}

const isSigned = ({ signature, signed }: Parts, secret: string): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const { subtle } = crypto
    const key = await subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
      "verify"
    ])
    return subtle.verify("HMAC", key, signature, encoder.encode(signed))
  })

/**
 * Verifies a token and returns its claims. Checks in this order: format (20101), header (20102), issuer and subject
 * (20103), signature (20107).
 */
export const read = (
  credentials: SandboxCredentials.SandboxCredentials,
  token: string
): Effect.Effect<Claims, SandboxError.SandboxError> =>
  Effect.gen(function* () {
    const parts = split(token)
    if (parts === undefined) return yield* Effect.fromResult(SandboxError.fail("invalid-token"))
    const { header, payload } = parts
    if (header.alg !== "HS256" || header.typ !== "JWT" || header.cty !== "twilio-fpa;v=1") {
      return yield* Effect.fromResult(SandboxError.fail("invalid-token-header"))
    }
    if (payload.iss !== credentials.apiKeySid || payload.sub !== credentials.accountSid) {
      return yield* Effect.fromResult(SandboxError.fail("invalid-token-issuer"))
    }
    if (!(yield* isSigned(parts, credentials.apiKeySecret))) {
      return yield* Effect.fromResult(SandboxError.fail("invalid-token-signature"))
    }
    return { iat: payload.iat, nbf: payload.nbf, exp: payload.exp, grants: payload.grants }
  })

// Of Twilio's packages, only the one for Node writes iat. Those for PHP, Java and C# don't write nbf either.
const isTooLong = ({ iat, nbf }: Claims, exp: number, now: number): boolean => {
  const begun = iat ?? nbf ?? now / 1000
  // An iat or nbf that isn't a number has its own check.
  return Predicate.isNumber(begun) && exp - begun > longestSeconds
}

/**
 * Returns what a token grants at `now`, in milliseconds. Checks in this order: expiry (20104), start (20105), grants
 * (20106), identity (53200 to 53202). Allows no clock skew.
 */
export const grant = (
  claims: Claims,
  assumptions: Assumptions.Assumptions,
  now: number
): Result.Result<Grant, SandboxError.SandboxError> => {
  const { exp, grants, iat, nbf } = claims
  if (!Predicate.isNumber(exp) || exp * 1000 <= now || isTooLong(claims, exp, now))
    return SandboxError.fail("token-expired")
  if (Predicate.isNotNullish(iat) && !(Predicate.isNumber(iat) && iat < exp)) return SandboxError.fail("token-expired")
  if (Predicate.isNotNullish(nbf) && !(Predicate.isNumber(nbf) && nbf * 1000 <= now)) {
    return SandboxError.fail("token-not-yet-valid")
  }
  if (!isMembers(grants) || !isMembers(grants.video)) return SandboxError.fail("invalid-token-grants")
  const { room } = grants.video
  if (room !== undefined && !Predicate.isString(room)) return SandboxError.fail("invalid-token-grants")
  const { identity = "" } = grants
  if (!Predicate.isString(identity)) return SandboxError.fail("invalid-token-grants")
  const problem = Participants.identityProblem(identity)
  if (problem === "invalid-identity" && assumptions.tokenWithoutIdentityCode === 20_106)
    return SandboxError.fail("invalid-token-grants")
  return problem === undefined ? Result.succeed({ identity, room }) : SandboxError.fail(problem)
}

/**
 * The reading of access tokens, with which somebody's device joins a room: what a token says, if it is of the sandbox's
 * key, within its time, and opens the room. Holds no minting (see core's `AccessToken`) and no joining.
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

/** What a token says. That its signature is good is looked at before. */
export interface Claims {
  readonly iat: unknown
  readonly nbf: unknown
  readonly exp: unknown
  readonly grants: unknown
}

/** What a token opens. */
export interface Grant {
  readonly identity: string
  /** By unique name or SID; any without it. */
  readonly room: string | undefined
}

/** 24 hours. */
const longestSeconds = 86_400

const encoder = new TextEncoder()

const bytes = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const decoded = Result.getOrUndefined(Base64Url.decode(text))
  // In its one form: other last characters give the same bytes, and are no signature that somebody made.
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
 * What a token says, if the sandbox's key has signed it. Refuses in this order: its form (20101), its header (20102),
 * its issuer and subject (20103), its signature (20107). Nothing that it says is believed before.
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

// Twilio's package for Node alone writes iat, and those for PHP, Java and C# write no nbf either.
const isTooLong = ({ iat, nbf }: Claims, exp: number, now: number): boolean => {
  const begun = iat ?? nbf ?? now / 1000
  // What is no number is no beginning: each is refused for what it is.
  return Predicate.isNumber(begun) && exp - begun > longestSeconds
}

/**
 * What a token opens now, in milliseconds. Refuses in this order: its time (20104, then 20105), its grants (20106), its
 * identity (53200 to 53202). Clocks are taken to agree.
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

/**
 * Makes access tokens from arbitrary parts, signed with Node's crypto.
 */
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { createHmac } from "node:crypto"

const { accountSid, apiKeySecret, apiKeySid } = SandboxCredentials.defaults

export const header = { alg: "HS256", typ: "JWT", cty: "twilio-fpa;v=1" }

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")

/** Signs two parts, without checking them. */
export const sign = (first: string, second: string, secret = apiKeySecret, hash = "sha256"): string =>
  `${first}.${second}.${createHmac(hash, secret).update(`${first}.${second}`).digest("base64url")}`

/** The payload of a valid token for Zoe and any room, at a time in milliseconds. */
export const members = (now: number) => {
  const iat = Math.floor(now / 1000)
  return {
    jti: `${apiKeySid}-${iat}`,
    grants: { identity: "Zoe", video: {} },
    iat,
    exp: iat + 3600,
    iss: apiKeySid,
    sub: accountSid
  }
}

/** A token for Zoe and any room, valid except for the members given. */
export const signed = (changed: object = {}, changedHeader: object = {}): Effect.Effect<string> =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    sign(encode({ ...header, ...changedHeader }), encode({ ...members(now), ...changed }))
  )

/**
 * Minting an access token.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import twilio from "twilio"
import * as Bare from "./Bare.ts"
import * as Job from "./Job.ts"
import * as Records from "./Records.ts"

const apiKeySid = `SK${"2".repeat(32)}`
const secret = "the secret of an API key, 32 ch."

const key = ApiKey.layer({ accountSid: Records.accountSid, apiKeySid, apiKeySecret: Redacted.make(secret) })

const mintOfficial = async () => {
  const token = new twilio.jwt.AccessToken(Records.accountSid, apiKeySid, secret, { identity: "Alice", ttl: 3600 })
  token.addGrant(new twilio.jwt.AccessToken.VideoGrant({ room: "DailyStandup" }))
  return token.toJwt()
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")

const claims = {
  jti: `${apiKeySid}-1772323200`,
  grants: { identity: "Alice", video: { room: "DailyStandup" } },
  iat: 1_772_323_200,
  exp: 1_772_326_800,
  iss: apiKeySid,
  sub: Records.accountSid
}
const signed = `${part({ alg: "HS256", typ: "JWT", cty: "twilio-fpa;v=1" })}.${part(claims)}`

const importAndSign = async () => {
  const bytes = new TextEncoder().encode(secret)
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  return crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed))
}

export const jobs = (): ReadonlyArray<Job.Job> => {
  const { runPromise } = ManagedRuntime.make(key)
  const mint = AccessToken.mint({ identity: "Alice", room: "DailyStandup" })
  const count = 2000
  return [
    {
      name: "mint an access token",
      unit: "call",
      clients: {
        "WebCrypto, import and sign": Job.inProcess(count, () => Bare.repeat(count, 1, importAndSign)),
        twilio: Job.inProcess(count, () => Bare.repeat(count, 1, mintOfficial)),
        "this library": Job.inProcess(count, () =>
          runPromise(Effect.forEach(Array.from({ length: count }), () => mint, { discard: true }))
        )
      }
    }
  ]
}

/**
 * Access tokens and the signatures of status callbacks, with WebCrypto.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as DateTime from "effect/DateTime"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestEnvironment from "./TestEnvironment.ts"

const { accountSid, apiKeySecret, apiKeySid, authToken } = SandboxCredentials.defaults

const apiKey = ApiKey.layer({ accountSid, apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) })

const account = AuthToken.layer({ authToken: Redacted.make(authToken) })

const identity = "Zoë 👩‍🚀"

// ---- access tokens ----

interface Claims {
  readonly grants: unknown
  readonly iat: number
  readonly exp: number
  readonly iss: string
  readonly sub: string
  readonly jti: string
}

const partOf = (token: string, index: number): unknown =>
  JSON.parse(Result.getOrThrow(Base64Url.decodeString(token.split(".")[index] ?? "")))

/** The same token with another signature of the same length. */
const forged = (token: string): string => token.replace(/[^.]{4}$/u, (end) => (end === "AAAA" ? "BBBB" : "AAAA"))

export const token = Effect.gen(function* () {
  const { controls } = yield* TestEnvironment.TestEnvironment
  const options = { identity, room: "DailyStandup", ttl: "2 hours" } as const
  const minted = yield* AccessToken.mint(options)
  const text = Redacted.value(minted.token)
  const { exp, grants, iat, iss, jti, sub } = partOf(text, 1) as Claims
  const refused = yield* Effect.flip(AccessToken.mint({ ...options, ttl: "25 hours" }))
  return {
    header: partOf(text, 0),
    grants,
    lasts: exp - iat,
    expires: minted.expiresAt.epochMilliseconds === exp * 1000,
    isOf: [iss === apiKeySid, sub === accountSid, jti === `${apiKeySid}-${iat}`],
    isShown: JSON.stringify(minted).includes(text) || String(minted.token).includes(text),
    refused: { tag: refused._tag, argument: refused.argument },
    joined: yield* controls.joinWithToken(text),
    forged: yield* controls.joinWithToken(forged(text))
  }
}).pipe(Effect.provide(apiKey))

// ---- status callbacks ----

/** The parameters and the signature of Twilio's documentation. */
const documented = {
  token: "12345",
  url: "https://mycompany.com/myapp.php?foo=1&bar=2",
  parameters: {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212"
  },
  signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8="
}

const url = "https://app.test/video-events"

const parameters = {
  AccountSid: accountSid,
  RoomName: "DailyStandup",
  RoomSid: `RM${"5".repeat(32)}`,
  RoomStatus: "in-progress",
  RoomType: "group",
  ParticipantSid: `PA${"7".repeat(32)}`,
  ParticipantStatus: "connected",
  ParticipantIdentity: identity,
  StatusCallbackEvent: "participant-connected",
  Timestamp: "2026-03-01T12:00:00.250Z",
  SequenceNumber: "3"
}

const verifiedOf = ({ parameters, signature, token, url }: typeof documented) =>
  StatusCallback.verify({
    method: "POST",
    url,
    signature,
    body: new URLSearchParams(parameters).toString()
  }).pipe(
    Effect.as("verified"),
    Effect.catchTag("InvalidSignature", ({ problem }) => Effect.succeed(problem)),
    Effect.provide(AuthToken.layer({ authToken: Redacted.make(token) }))
  )

export const callback = Effect.gen(function* () {
  const signature = yield* StatusCallback.sign({ url, parameters })
  const receive = (change: { readonly signature?: string | null; readonly RoomName?: string }) => {
    const { signature: sent = signature, ...others } = change
    return StatusCallback.receive({
      method: "POST",
      url,
      signature: sent,
      body: new URLSearchParams({ ...parameters, ...others }).toString()
    })
  }
  const problemOf = (change: Parameters<typeof receive>[0]) =>
    Effect.map(Effect.flip(receive(change)), ({ _tag, ...error }) => [_tag, "problem" in error ? error.problem : null])
  const event = yield* receive({})
  return {
    documented: yield* verifiedOf(documented),
    documentedElsewhere: yield* verifiedOf({ ...documented, token: "54321" }),
    event:
      event._tag === "ParticipantConnected"
        ? { tag: event._tag, identity: event.participantIdentity, at: DateTime.formatIso(event.timestamp) }
        : event._tag,
    changed: yield* problemOf({ RoomName: "WeeklyStandup" }),
    unsigned: yield* problemOf({ signature: null })
  }
}).pipe(Effect.provide(account))

/** The events that an application receives from a sandbox in the same process, and the delivery results. */
export const delivered = Effect.gen(function* () {
  const events: Array<ReadonlyArray<string>> = []
  const handler = StatusCallbackHandler.toWebHandler(
    (event) =>
      Effect.sync(() =>
        events.push("participantStatus" in event ? [event._tag, event.participantIdentity] : [event._tag])
      ),
    { layer: account, url: "/video-events" }
  )
  const log = yield* Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    yield* Rooms.create({ uniqueName: "Huddle" })
    yield* sandbox.join("Huddle", identity)
    yield* Rooms.complete("Huddle")
    yield* sandbox.awaitCallbacks
    return yield* sandbox.callbacks
  }).pipe(Effect.provide(Sandbox.layer({ callbacks: { url: "http://localhost/video-events", handler } })))
  return {
    events,
    log: log.map(({ attempts, deliveryStatus, event }) => [event, deliveryStatus, attempts.at(-1)?.status ?? null])
  }
})

/**
 * Verifying a status callback: a plain URL and the one with the most variants, each with a valid and a wrong signature,
 * and with one and with two Auth Tokens.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import twilio from "twilio"
import * as Bare from "./Bare.ts"
import * as Job from "./Job.ts"
import * as Records from "./Records.ts"

const parameters = {
  AccountSid: Records.accountSid,
  RoomName: "DailyStandup",
  RoomSid: Records.roomSid(1),
  RoomStatus: "in-progress",
  RoomType: "group",
  ParticipantSid: `PA${"3".repeat(32)}`,
  ParticipantStatus: "connected",
  ParticipantIdentity: "Alice",
  StatusCallbackEvent: "participant-connected",
  Timestamp: "2026-03-01T12:00:00.250Z",
  SequenceNumber: "3"
}
const body = new URLSearchParams(parameters).toString()

const primary = "0123456789abcdef0123456789abcdef"
const secondary = "fedcba9876543210fedcba9876543210"

interface Callback {
  readonly name: string
  readonly url: string
  /** The variant of the URL that Twilio signed. */
  readonly signed: string
}

const callbacks: ReadonlyArray<Callback> = [
  {
    name: "plain URL",
    url: "https://example.com/video-events?tenant=7",
    signed: "https://example.com/video-events?tenant=7"
  },
  {
    name: "worst URL",
    url: "https://user:password@EXAMPLE.com:8443/video-events?tenant=a+b",
    signed: "https://user:password@example.com:8443/video-events?tenant=a%20b"
  }
]

const runtimeOf = (tokens: AuthToken.Options) => ManagedRuntime.make(AuthToken.layer(tokens))

type Runtime = ReturnType<typeof runtimeOf>

const sign = (url: string, token: string) =>
  runtimeOf({ authToken: Redacted.make(token) }).runPromise(StatusCallback.sign({ url, parameters }))

const hmac = async (url: string) => {
  const bytes = new TextEncoder().encode(primary)
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-1" }, false, ["sign"])
  const text = url + Object.entries(parameters).flat().join("")
  return () => crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))
}

const count = 1000

/** Verifies a callback with one or two tokens. The signature is that of the last token, or of none. */
const job = async (
  { name, signed, url }: Callback,
  tokens: ReadonlyArray<string>,
  isValid: boolean,
  runtime: Runtime
) => {
  const signature = await sign(signed, isValid ? (tokens.at(-1) ?? "") : "another token")
  const expect = (actual: boolean, client: string) => {
    if (actual !== isValid) throw new Error(`${client} took the signature for ${actual ? "valid" : "wrong"}.`)
  }
  const verify = StatusCallback.verify({ method: "POST", url, signature, body }).pipe(
    Effect.match({ onFailure: () => false, onSuccess: () => true }),
    Effect.map((actual) => expect(actual, "This library"))
  )
  const sum = await hmac(url)
  return {
    name: `${name}, ${isValid ? "valid" : "wrong"} signature${tokens.length === 1 ? "" : ", two tokens"}`,
    unit: "call",
    clients: {
      "one HMAC": Job.inProcess(count, () => Bare.repeat(count, 1, sum)),
      twilio: Job.inProcess(count, () =>
        Bare.repeat(count, 1, async () => {
          expect(
            tokens.some((token) => twilio.validateRequest(token, signature, url, parameters)),
            "The official package"
          )
        })
      ),
      "this library": Job.inProcess(count, () =>
        runtime.runPromise(Effect.forEach(Array.from({ length: count }), () => verify, { discard: true }))
      )
    }
  }
}

export const jobs = (): Promise<ReadonlyArray<Job.Job>> => {
  const one = runtimeOf({ authToken: Redacted.make(primary) })
  const two = runtimeOf({ authToken: Redacted.make(primary), secondaryAuthToken: Redacted.make(secondary) })
  return Promise.all(
    callbacks.flatMap((callback) =>
      [true, false].flatMap((isValid) => [
        job(callback, [primary], isValid, one),
        job(callback, [primary, secondary], isValid, two)
      ])
    )
  )
}

/**
 * A room with many participants on a sandbox with Twilio's quota, clients that record their requests, and the request rates.
 */
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as RequestRate from "../../packages/http/test/support/RequestRate.ts"

export const room = "Town hall"

export const identityOf = (index: number): string => `guest ${index}`

/** Options of a sandbox with Twilio's quota and one room with this many participants. */
export const sandboxOf = (size: number): Sandbox.Options & Scenario.Scenario => ({
  quota: Quota.twilio,
  rooms: [
    {
      uniqueName: room,
      maxParticipants: size,
      participants: Array.from({ length: size }, (_, index) => ({ identity: identityOf(index) }))
    }
  ]
})

/** The time a request arrived, and the status of its response. */
export interface Sent {
  readonly at: number
  readonly status: number
}

/** Records when each request of a client arrives. The delay simulates a slow network. */
export const recordInto =
  (sent: Array<Sent>, delay: Effect.Effect<void> = Effect.void) =>
  (client: HttpClient.HttpClient): HttpClient.HttpClient =>
    HttpClient.transform(client, (send) =>
      Effect.gen(function* () {
        yield* delay
        const at = yield* Clock.currentTimeMillis
        const response = yield* send
        sent.push({ at, status: response.status })
        return response
      })
    )

/** A client with the default quota. */
export const clientOf = (options: {
  readonly baseUrl?: string
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}): Layer.Layer<TwilioVideo.Services, never, HttpClient.HttpClient | Sandbox.Sandbox> =>
  Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ credentials }) =>
      TwilioHttpClient.layer(TwilioVideo.services, {
        accountSid: credentials.accountSid,
        authToken: Redacted.make(credentials.authToken),
        ...options
      })
    )
  ).pipe(Layer.orDie)

export interface Figures {
  readonly requests: number
  readonly refused: number
  readonly seconds: number
  readonly perSecond: number
  readonly mostInASecond: number
}

export const figuresOf = (sent: ReadonlyArray<Sent>): Figures => {
  const times = sent.map(({ at }) => at).sort((a, b) => a - b)
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
  return {
    requests: sent.length,
    refused: sent.filter(({ status }) => status === 429).length,
    seconds: Number(seconds.toFixed(3)),
    perSecond: Number((sent.length / seconds).toFixed(2)),
    mostInASecond: RequestRate.maxPerSecond(times)
  }
}

/** The number of requests in the 1,000 ms that end at each tenth of a second, from the first request to the last. */
export const timelineOf = (sent: ReadonlyArray<Sent>): ReadonlyArray<number> => {
  const start = Math.min(...sent.map(({ at }) => at))
  const times = sent.map(({ at }) => at - start)
  return Array.from({ length: Math.ceil(Math.max(...times) / 100) + 1 }, (_, tenth) => {
    const end = tenth * 100
    return times.filter((time) => time > end - 1000 && time <= end).length
  })
}

/** Writes figures to a file in `reports/`. */
export const report = (name: string, figures: unknown): void => {
  const folder = join(import.meta.dirname, "../../reports")
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `${JSON.stringify(figures, undefined, 2)}\n`)
}

/**
 * A room full of people on a sandbox with Twilio's quota, clients of it that write down what they send, and figures of
 * that. Holds no tests.
 */
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
import * as Pace from "../../packages/http/test/support/Pace.ts"

export const room = "Town hall"

export const identityOf = (index: number): string => `guest ${index}`

/** A sandbox with Twilio's quota, and one room with so many in it. */
export const sandboxOf = (people: number): Sandbox.Options & Scenario.Scenario => ({
  quota: Quota.twilio,
  rooms: [
    {
      uniqueName: room,
      maxParticipants: people,
      participants: Array.from({ length: people }, (_, index) => ({ identity: identityOf(index) }))
    }
  ]
})

/** A request: when it was sent, or arrived after a delay, and the status of its answer. */
export interface Sent {
  readonly at: number
  readonly status: number
}

/** Writes down when each request of a client arrives. A delay stands for a network that takes longer for some. */
export const recordInto =
  (sent: Array<Sent>, delay: Effect.Effect<void> = Effect.void) =>
  (client: HttpClient.HttpClient): HttpClient.HttpClient =>
    HttpClient.transform(client, (response) =>
      Effect.gen(function* () {
        yield* delay
        const at = yield* Clock.currentTimeMillis
        const answer = yield* response
        sent.push({ at, status: answer.status })
        return answer
      })
    )

/** A client with the quota that clients have by default. */
export const clientOf = (options: {
  readonly baseUrl?: string
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}): Layer.Layer<TwilioVideo.Services, never, HttpClient.HttpClient | Sandbox.Sandbox> =>
  Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ credentials }) =>
      TwilioVideo.layer({
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
    mostInASecond: Pace.mostInASecond(times)
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

/** Writes figures to the folder of reports. */
export const report = (name: string, figures: unknown): void => {
  const folder = join(import.meta.dirname, "../../reports")
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `${JSON.stringify(figures, undefined, 2)}\n`)
}

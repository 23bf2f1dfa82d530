/**
 * The demo's main job in a Worker, and the sandbox as one. Holds no Worker code: see `src/smoke.worker.ts`.
 */
import { expect, layer } from "@effect/vitest"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Effect from "effect/Effect"
import * as Smoke from "../src/smoke.ts"
import { expectRefusal, expectSummary } from "./support/expected.ts"
import * as Loopback from "./support/Loopback.ts"
import * as Workerd from "./support/Workerd.ts"

const timeout = 60_000

const { accountSid, authToken } = SandboxCredentials.defaults

const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`

const ask = (url: string, init?: RequestInit) =>
  Effect.promise(async (signal) => {
    const response = await fetch(url, { ...init, signal })
    const text = await response.text()
    // What workerd itself answers when a Worker throws is no JSON.
    if (response.headers.get("content-type")?.startsWith("application/json") !== true) throw new Error(text)
    const body: unknown = JSON.parse(text)
    return { status: response.status, body }
  })

layer(Workerd.layer, { timeout: "60 seconds", excludeTestServices: true })("the main job on workerd", (it) => {
  for (const age of Workerd.ages) {
    const inWorker = Effect.flatMap(Workerd.Workerd, (workerd) => workerd.origin(age))

    it.effect(
      `runs on the sandbox in the same Worker (${age} compatibility date)`,
      () =>
        Effect.gen(function* () {
          const { body, status } = yield* ask(`${yield* inWorker}/in-process`)
          expect(status).toBe(200)
          yield* expectSummary(body)
        }),
      timeout
    )

    it.effect(
      `runs over loopback (${age} compatibility date)`,
      () =>
        Effect.gen(function* () {
          const baseUrl = yield* Loopback.sandbox
          const { body, status } = yield* ask(`${yield* inWorker}/loopback?baseUrl=${baseUrl}`)
          expect(status).toBe(200)
          yield* expectSummary(body)
        }),
      timeout
    )

    it.effect(
      `fails with TransportFailed where nobody listens (${age} compatibility date)`,
      () =>
        Effect.gen(function* () {
          const baseUrl = yield* Loopback.nobody
          const { body, status } = yield* ask(`${yield* inWorker}/refused?baseUrl=${baseUrl}`)
          expect(status).toBe(200)
          expectRefusal(body, baseUrl)
        }),
      timeout
    )

    it.effect(
      `lets many requests share a quota, and none hangs on another (${age} compatibility date)`,
      () =>
        Effect.gen(function* () {
          const baseUrl = yield* Loopback.sandbox
          const url = `${yield* inWorker}/metered?baseUrl=${baseUrl}`
          const began = Date.now()
          const answers = yield* Effect.all(
            Array.from({ length: 12 }, () => ask(url)),
            { concurrency: "unbounded" }
          )
          for (const answer of answers) expect(answer).toEqual({ status: 200, body: { identity: "Alice" } })
          // Four a second: the last is let out in the third second.
          expect(Date.now() - began).toBeGreaterThan(1_900)
        }),
      timeout
    )

    it.effect(
      `is a sandbox itself, for many at once and for the whole job (${age} compatibility date)`,
      () =>
        Effect.gen(function* () {
          const baseUrl = yield* inWorker
          const alice = `${baseUrl}/v1/Rooms/DailyStandup/Participants/Alice`
          const before = Date.now()
          const answers = yield* Effect.all(
            Array.from({ length: 8 }, () => ask(alice, { headers: { authorization } })),
            { concurrency: "unbounded" }
          )
          const after = Date.now()
          expect(answers).toEqual(answers.map(() => answers[0]))
          for (const { body, status } of answers) {
            expect(status).toBe(200)
            expect(body).toMatchObject({ identity: "Alice", status: "connected", end_time: null, duration: null })
            // The scenario began with the first request: not when the Worker was loaded, which is 1970 for it.
            const began = Date.parse((body as { readonly date_created: string }).date_created) + 14 * 60_000
            expect(began).toBeGreaterThan(before - 1_000)
            expect(began).toBeLessThanOrEqual(after)
          }
          expect(yield* ask(alice)).toMatchObject({ status: 401, body: { code: 20003 } })

          expect(yield* ask(`${baseUrl}/sandbox/reset`, { method: "POST" })).toMatchObject({ status: 200 })
          yield* expectSummary(yield* Effect.provide(Smoke.run, Smoke.overLoopback(baseUrl)))
        }),
      timeout
    )
  }
})

/**
 * The program in a Worker, connections that the requests of a Worker share, and the sandbox as a Worker.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { isDeepStrictEqual } from "node:util"
import * as Expected from "./expected.ts"
import * as TestEnvironment from "./program/TestEnvironment.ts"
import * as Smoke from "./program/smoke.ts"
import * as Loopback from "./runners/Loopback.ts"
import * as Receiver from "./runners/Receiver.ts"
import * as Workerd from "./runners/Workerd.ts"
import { describeRuntime } from "./suite.ts"

const version = /^\d{4}-\d\d-\d\d$/u

for (const age of Workerd.ages) describeRuntime({ runner: Workerd.runners[age], version })

const { accountSid, authToken } = SandboxCredentials.defaults

const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`

const ask = (url: string, init?: RequestInit) =>
  Effect.promise(async (signal) => {
    const response = await fetch(url, { ...init, signal })
    const text = await response.text()
    // If a Worker throws, the response of workerd isn't JSON.
    if (response.headers.get("content-type")?.startsWith("application/json") !== true) throw new Error(text)
    const body: unknown = JSON.parse(text)
    return { status: response.status, body }
  })

const askAtOnce = (count: number, url: string, init?: RequestInit) =>
  Effect.all(
    Array.from({ length: count }, () => ask(url, init)),
    { concurrency: "unbounded" }
  )

const found = { status: 200, body: { identity: "Alice" } }

const circuitOpen = {
  status: 200,
  body: expect.objectContaining({ reason: "TransportFailed", failure: "CIRCUIT_OPEN" })
}

const unavailable = { status: 200, body: expect.objectContaining({ reason: "Unavailable" }) }

const control = (baseUrl: string, method: string, path: string, body?: unknown) =>
  ask(`${baseUrl}/sandbox/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

const hour = 3_600_000

const down = [{ fault: { type: "status", status: 503 } }]

for (const age of Workerd.ages) {
  describe(`a Worker with the ${age} compatibility date`, { concurrent: true }, () => {
    for (const connection of ["shared", "each"] as const) {
      it.live(`shares the quota between requests without blocking any: ${connection}`, () =>
        Effect.gen(function* () {
          const baseUrl = yield* Loopback.sandbox()
          const url = `${yield* Workerd.serve(age)}/${connection}/metered?baseUrl=${baseUrl}`
          const began = Date.now()
          const responses = yield* askAtOnce(120, url)
          expect(responses).toEqual(responses.map(() => found))
          // Twenty are sent at once, then eighty per second.
          expect(Date.now() - began).toBeGreaterThan(1200)
        })
      )
    }

    it.live("shares a receiver's layer between callbacks, and lets none wait for another one to build it", () =>
      Effect.gen(function* () {
        const origin = yield* Workerd.serve(age)
        const url = `${origin}/receiver?baseUrl=${yield* Loopback.sandbox()}`
        const parameters = { StatusCallbackEvent: "room-flooded" }
        const signature = yield* StatusCallback.sign({ url, parameters }).pipe(
          Effect.provide(AuthToken.layer({ authToken: Redacted.make(authToken) }))
        )
        const deliver = Effect.promise(async (signal) => {
          const headers = { "X-Twilio-Signature": signature }
          const response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(parameters), signal })
          return [response.status, await response.text()]
        })
        const handled = Array.from({ length: 20 }, () => [204, ""])
        const deliverAtOnce = Effect.all(
          Array.from({ length: 20 }, () => deliver),
          { concurrency: "unbounded" }
        )
        expect(yield* deliverAtOnce).toEqual(handled)
        const { body } = yield* ask(`${origin}/receiver/builds`)
        const { begun, closed } = body as { readonly begun: number; readonly closed: number }
        expect(begun).toBeGreaterThan(1)
        expect(closed).toBe(begun - 1)
        expect(yield* deliverAtOnce).toEqual(handled)
        expect((yield* ask(`${origin}/receiver/builds`)).body).toEqual(body)
      })
    )

    it.live("sends through a service binding, and explains the error of its unbound method", () =>
      Effect.gen(function* () {
        const origin = yield* Workerd.serve(age)
        expect(yield* ask(`${origin}/bound/itself`)).toEqual(found)
        const refused = expect.objectContaining({ reason: "TransportFailed", failure: "TYPE_ERROR", attempts: 1 })
        expect(yield* ask(`${origin}/bound/method`)).toEqual({ status: 200, body: refused })
      })
    )

    const guarded = (baseUrl: string, openMillis: number, timeoutMillis: number) =>
      Effect.map(
        Workerd.serve(age),
        (origin) =>
          `${origin}/shared/guarded?baseUrl=${baseUrl}&openMillis=${openMillis}&timeoutMillis=${timeoutMillis}`
      )

    const untilFound = (url: string) =>
      Effect.map(ask(url), ({ body }) => body).pipe(
        Effect.filterOrFail((body) => isDeepStrictEqual(body, found.body)),
        Effect.retry(Schedule.spaced("100 millis"))
      )

    it.live("shares an open circuit breaker between requests", () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.sandbox()
        const url = yield* guarded(baseUrl, hour, hour)
        yield* control(baseUrl, "PUT", "faults", down)
        for (let i = 0; i < 3; i++) expect(yield* ask(url)).toEqual(unavailable)
        const refused = yield* askAtOnce(10, url)
        expect(refused).toEqual(refused.map(() => circuitOpen))
        expect((yield* control(baseUrl, "GET", "requests")).body).toHaveLength(3)
      })
    )

    it.live("shares a circuit breaker that closes again between requests", () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.sandbox()
        const url = yield* guarded(baseUrl, 1, hour)
        yield* control(baseUrl, "PUT", "faults", down)
        for (let i = 0; i < 3; i++) expect(yield* ask(url)).toEqual(unavailable)
        yield* control(baseUrl, "DELETE", "faults")
        // One request is let through and decides. The others fail until then.
        for (const response of yield* askAtOnce(10, url)) expect([found, circuitOpen]).toContainEqual(response)
        const letIn = yield* askAtOnce(10, url)
        expect(letIn).toEqual(letIn.map(() => found))
      })
    )

    it.live("closes a circuit breaker after the client of the probing request disconnected", () =>
      Effect.gen(function* () {
        const baseUrl = yield* Loopback.sandbox()
        const url = yield* guarded(baseUrl, 1, 500)
        yield* control(baseUrl, "PUT", "faults", down)
        for (let i = 0; i < 3; i++) expect((yield* ask(url)).status).toBe(200)
        yield* control(baseUrl, "PUT", "faults", [{ times: 1, fault: { type: "delay", millis: hour } }])
        yield* control(baseUrl, "DELETE", "requests")
        const client = yield* Effect.forkChild(ask(url))
        yield* control(baseUrl, "GET", "requests").pipe(
          Effect.filterOrFail(({ body }) => Array.isArray(body) && body.length > 0),
          Effect.retry(Schedule.spaced("20 millis"))
        )
        yield* Fiber.interrupt(client)
        // The breaker's timeout ends the abandoned request, and the next probe decides.
        expect(yield* untilFound(url)).toEqual(found.body)
      })
    )

    it.live("runs a sandbox that sends status callbacks, also after the response", () =>
      Effect.gen(function* () {
        const { events, url } = yield* Receiver.serve
        const baseUrl = yield* Workerd.serve(age)
        yield* control(baseUrl, "POST", "rooms", { uniqueName: "Huddle", statusCallback: url })
        yield* control(baseUrl, "POST", "rooms/Huddle/participants", { identity: "Zoë" })
        yield* control(baseUrl, "POST", "rooms/Huddle/complete")
        yield* Effect.void.pipe(
          Effect.filterOrFail(() => events.length === 4),
          Effect.retry(Schedule.spaced("50 millis"))
        )
        // Callbacks are separate requests and may arrive in any order.
        expect(events.toSorted()).toEqual([
          "ParticipantConnected",
          "ParticipantDisconnected",
          "RoomCreated",
          "RoomEnded"
        ])
      })
    )

    it.live("runs a sandbox whose state takes several chunks", () =>
      Effect.gen(function* () {
        const baseUrl = yield* Workerd.serve(age)
        const participants = Array.from({ length: 3000 }, (_, index) => ({ identity: `guest ${index}` }))
        yield* control(baseUrl, "POST", "seed", { rooms: [{ maxParticipants: 3000, participants }] })
        const { body, status } = yield* control(baseUrl, "GET", "state")
        expect(status).toBe(200)
        const [imported, exported] = yield* Effect.all(
          [control(baseUrl, "PUT", "state?times=keep", body), control(baseUrl, "GET", "state")],
          { concurrency: "unbounded" }
        )
        expect(imported.status).toBe(200)
        expect(exported.status).toBe(200)
        expect((yield* control(baseUrl, "GET", "state")).body).toMatchObject({
          rooms: [{ participants: { length: 3000 } }]
        })
      })
    )

    it.live("runs a sandbox for many concurrent requests, and the program without broken connections", () =>
      Effect.gen(function* () {
        const baseUrl = yield* Workerd.serve(age)
        const alice = `${baseUrl}/v1/Rooms/DailyStandup/Participants/Alice`
        const before = Date.now()
        const responses = yield* askAtOnce(8, alice, { headers: { authorization } })
        const after = Date.now()
        expect(responses).toEqual(responses.map(() => responses[0]))
        for (const { body, status } of responses) {
          expect(status).toBe(200)
          expect(body).toMatchObject({ identity: "Alice", status: "connected", end_time: null, duration: null })
          // The scenario starts with the first request, not when the Worker is loaded, at which time its clock is 1970.
          const began = Date.parse((body as { readonly date_created: string }).date_created) + 14 * 60_000
          expect(began).toBeGreaterThan(before - 1_000)
          expect(began).toBeLessThanOrEqual(after)
        }
        expect(yield* ask(alice)).toMatchObject({ status: 401, body: { code: 20003 } })

        const results = yield* Effect.provide(Smoke.runWithoutFaults, TestEnvironment.loopback(baseUrl))
        expect(results).toEqual(yield* Expected.withoutFaults)
      })
    )
  })
}

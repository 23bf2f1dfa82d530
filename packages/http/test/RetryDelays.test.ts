/**
 * Tests the delays between requests, to the millisecond. `Retries.test.ts` tests which failures are retried.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const fetch = Participants.fetch("Standup", "Alice")

const status =
  (status: number, retryAfter?: string): Timeline.Responder =>
  () =>
    new Response("", { status, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } })

const reset: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNRESET" }))

const hang: Timeline.Responder = () => new Promise(() => {})

/** Repeats the last response, with the same random number for each delay. */
const failing = Effect.fnUntraced(function* (
  responses: ReadonlyArray<Timeline.Responder>,
  draw: number,
  policy: Partial<RequestPolicy.RequestPolicy> = {}
) {
  const server = yield* Timeline.serve(Timeline.inTurn(...responses))
  const { at, exit } = yield* Timeline.run(Timeline.withDraw(draw)(Stub.run(server.handler, fetch, { policy })))
  const error = Timeline.twilioErrorOf(exit)
  assert.strictEqual(error.attempts, server.sent.length)
  return { times: server.sent.map((request) => request.at), error, at }
})

/** The times of requests with these delays. */
const after = (...waits: ReadonlyArray<number>) => {
  const times = [0]
  for (const wait of waits) times.push((times.at(-1) ?? 0) + wait)
  return times
}

const assertNear = (times: ReadonlyArray<number>, expected: ReadonlyArray<number>) => {
  assert.strictEqual(times.length, expected.length, times.join())
  for (const [index, time] of times.entries()) assert.closeTo(time, expected[index] ?? Number.NaN, 0.01, times.join())
}

describe("the delay", () => {
  it.effect("may be 0", () =>
    Effect.gen(function* () {
      for (const response of [reset, status(500), status(429)]) {
        assert.deepStrictEqual((yield* failing([response], 0)).times, [0, 0, 0, 0, 0])
      }
    })
  )

  it.effect("is up to 250 ms at first, and its maximum doubles", () =>
    Effect.gen(function* () {
      for (const response of [reset, status(500), status(503)]) {
        const { at, times } = yield* failing([response], Timeline.almostOne)
        assertNear(times, after(250, 500, 1000, 2000))
        assert.closeTo(at, 3750, 0.01)
      }
      assertNear((yield* failing([reset], 0.5)).times, after(125, 250, 500, 1000))
    })
  )

  it.effect("is up to a second at first after 429, and its maximum doubles", () =>
    Effect.gen(function* () {
      assertNear((yield* failing([status(429)], Timeline.almostOne)).times, after(1000, 2000, 4000, 8000))
      assertNear((yield* failing([status(429)], 0.25)).times, after(250, 500, 1000, 2000))
      // A longer baseDelay applies after 429 too.
      const policy = { baseDelay: "1.5 seconds", attempts: 3 } as const
      assertNear((yield* failing([status(429)], Timeline.almostOne, policy)).times, after(1500, 3000))
    })
  )

  it.effect("has a maximum that doubles with each retry, whatever the failures", () =>
    Effect.gen(function* () {
      const { times } = yield* failing([reset, status(429), status(500), status(429)], Timeline.almostOne)
      assertNear(times, after(250, 2000, 1000, 8000))
    })
  )

  it.effect("is at most 20 seconds, and retries end after two minutes", () =>
    Effect.gen(function* () {
      const { at, times } = yield* failing([reset], Timeline.almostOne, { attempts: 1000 })
      const expected = after(250, 500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000, 20_000)
      assertNear(times, expected)
      // Fails as soon as no retry is possible.
      assert.closeTo(at, expected.at(-1) ?? 0, 0.01)
    })
  )

  it.effect("has the limits of the policy", () =>
    Effect.gen(function* () {
      const policy = { attempts: 7, baseDelay: 10, maxDelay: { milliseconds: 65 }, maxElapsed: "1 second" } as const
      assertNear((yield* failing([reset], Timeline.almostOne, policy)).times, after(10, 20, 40, 65, 65, 65))
      // The delay is between 0 and the maximum.
      assertNear((yield* failing([reset], 0.5, policy)).times, after(5, 10, 20, 32.5, 32.5, 32.5))
      // The second after 429 is limited too.
      assertNear((yield* failing([status(429)], Timeline.almostOne, policy)).times, after(65, 65, 65, 65, 65, 65))
    })
  )

  it.effect("is random between 0 and the maximum", () =>
    Effect.gen(function* () {
      const waits: Array<ReadonlyArray<number>> = []
      for (let seed = 0; seed < 200; seed++) {
        const server = yield* Timeline.serve(Timeline.inTurn(reset))
        yield* Timeline.run(Random.withSeed(Stub.run(server.handler, fetch, { policy: {} }), `seed ${seed}`))
        const times = server.sent.map(({ at }) => at)
        waits.push(times.slice(1).map((time, index) => time - (times[index] ?? 0)))
      }
      for (const [retry, bound] of [250, 500, 1000, 2000].entries()) {
        const drawn = waits.map((waits) => waits[retry] ?? Number.NaN)
        for (const wait of drawn) assert.isTrue(wait >= 0 && wait < bound, String(wait))
        // Over the whole range: at least a twentieth below a tenth, and above nine tenths.
        assert.isAtLeast(drawn.filter((wait) => wait < bound / 10).length, 10)
        assert.isAtLeast(drawn.filter((wait) => wait > bound * 0.9).length, 10)
      }
      assert.isAbove(new Set(waits.flat()).size, 700)
    })
  )

  it.effect("is the same with the same seed", () =>
    Effect.gen(function* () {
      const runs: Array<ReadonlyArray<number>> = []
      for (let run = 0; run < 2; run++) {
        const server = yield* Timeline.serve(Timeline.inTurn(status(429)))
        yield* Timeline.run(Random.withSeed(Stub.run(server.handler, fetch, { policy: {} }), "one"))
        runs.push(server.sent.map(({ at }) => at))
      }
      assert.deepStrictEqual(runs[0], runs[1])
    })
  )
})

describe("a Retry-After", () => {
  for (const code of [429, 503, 500]) {
    it.effect(`of status ${code} is added to the delay, from seconds or a date`, () =>
      Effect.gen(function* () {
        const date = new Date(Timeline.noon + 4000).toUTCString()
        for (const [header, wait] of [
          ["4", 4000],
          [date, 4000],
          ["0", 0]
        ] as const) {
          const soon = yield* failing([status(code, header), status(401)], 0)
          assert.deepStrictEqual(soon.times, [0, wait])
          const late = yield* failing([status(code, header), status(401)], Timeline.almostOne)
          assertNear(late.times, [0, wait + (code === 429 ? 1000 : 250)])
        }
      })
    )
  }

  it.effect("is the minimum of the delay", () =>
    Effect.gen(function* () {
      for (const draw of [0, 0.001, 0.3, 0.99, Timeline.almostOne]) {
        for (const seconds of [1, 5, 19, 20]) {
          const { times } = yield* failing([status(503, String(seconds)), status(401)], draw, {
            baseDelay: "5 seconds"
          })
          assert.strictEqual(times.length, 2)
          assert.isAtLeast(times[1] ?? 0, seconds * 1000)
          assert.isAtMost(times[1] ?? 0, 20_000)
        }
      }
    })
  )

  it.effect("longer than maxDelay fails at once, and the error says when to retry", () =>
    Effect.gen(function* () {
      for (const code of [429, 503]) {
        const long = yield* failing([status(code, "21")], Timeline.almostOne)
        assert.deepStrictEqual([long.times, long.at], [[0], 0])
        const { reason } = long.error
        if (reason._tag !== "RateLimited" && reason._tag !== "Unavailable") return assert.fail(reason._tag)
        assert.deepStrictEqual(reason.retryAfter, Option.some(Duration.seconds(21)))
        assert.strictEqual(long.error.status, code)
        const short = yield* failing([status(code, "2")], 0, { maxDelay: "1999 millis" })
        assert.deepStrictEqual(short.times, [0])
        const same = yield* failing([status(code, "2"), status(401)], Timeline.almostOne, { maxDelay: "2 seconds" })
        assert.deepStrictEqual(same.times, [0, 2000])
      }
    })
  )

  it.effect("that is invalid or in the past is ignored", () =>
    Effect.gen(function* () {
      for (const header of ["soon", "-5", "", new Date(Timeline.noon - 60_000).toUTCString()]) {
        assert.deepStrictEqual((yield* failing([status(503, header), status(401)], 0)).times, [0, 0], header)
      }
    })
  )

  it.effect("of another status is ignored", () =>
    Effect.gen(function* () {
      const page = () => new Response("", { status: 200, headers: { "retry-after": "15" } })
      assert.deepStrictEqual((yield* failing([page, status(401)], 0)).times, [0, 0])
    })
  )
})

describe("maxElapsed", () => {
  it.effect("counts from the first request, with the time of requests", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* failing([hang], 0)).times, after(30_000, 30_000, 30_000, 30_000))
      const minute = yield* failing([hang], 0, { maxElapsed: "1 minute" })
      assert.deepStrictEqual(minute.times, after(30_000, 30_000))
      // The third timed out.
      assert.strictEqual(minute.at, 90_000)
      const less = yield* failing([hang], 0, { maxElapsed: "59999 millis" })
      assert.deepStrictEqual(less.times, after(30_000))
    })
  )

  it.effect("fails at once if the next delay would exceed it", () =>
    Effect.gen(function* () {
      const early = yield* failing([status(503, "3")], 0, { maxElapsed: "2999 millis" })
      assert.deepStrictEqual([early.times, early.at], [[0], 0])
      const exact = yield* failing([status(503, "3")], 0, { maxElapsed: "3 seconds" })
      assert.deepStrictEqual([exact.times, exact.at], [[0, 3000], 3000])
    })
  )

  it.effect("doesn't allow more attempts", () =>
    Effect.gen(function* () {
      for (const attempts of [1, 2, 3, 5, 17]) {
        assert.strictEqual((yield* failing([reset], 0, { attempts })).times.length, attempts)
      }
    })
  )
})

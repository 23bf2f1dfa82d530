/**
 * Tests how many requests a rate limiter admits per second, for many limits and arrivals. `Quota.test.ts` tests a client.
 */
import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as EffectRateLimiter from "effect/persistence/RateLimiter"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as AdmissionQueue from "../src/internal/client/AdmissionQueue.ts"
import * as RateLimiter from "../src/internal/client/RateLimiter.ts"
import * as MonotonicClock from "../src/internal/client/MonotonicClock.ts"
import * as Lane from "../../../tests/support/Lane.ts"
import * as RequestRate from "./support/RequestRate.ts"
import * as Stub from "./support/Stub.ts"

const unlimited = 1_000_000

const makeRateLimiter = (limit: number, reads = unlimited, secret = Stub.secret) =>
  RateLimiter.make({
    quota: { reads, writes: limit },
    username: Stub.accountSid,
    password: Redacted.make(secret),
    baseUrl: "https://video.twilio.com"
  })

/** When requests with these arrival times are admitted, by the rate limiters in turn. */
const admissionTimes = Effect.fnUntraced(function* (
  rateLimiters: ReadonlyArray<RateLimiter.RateLimiter>,
  arrivals: ReadonlyArray<number>,
  share?: number
) {
  const clock = yield* Clock.Clock
  const admitted: Array<number> = []
  const began = clock.currentTimeMillisUnsafe()
  const fibers = yield* Effect.forEach(arrivals, (arrival, index) => {
    const rateLimiter = rateLimiters[index % rateLimiters.length] ?? RateLimiter.unlimited
    return Effect.sleep(arrival).pipe(
      Effect.andThen(rateLimiter.admit("writes", Infinity, share)),
      Effect.andThen(
        Effect.sync(() => {
          admitted.push(clock.currentTimeMillisUnsafe() - began)
        })
      ),
      Effect.forkChild
    )
  })
  yield* TestClock.adjust("1 hour")
  yield* Fiber.awaitAll(fibers)
  return admitted
})

const limits = Lane.isDeep
  ? [...Array.from({ length: 40 }, (_, index) => index + 1), 53, 80, 83, 97, 100, 199, 250, 499]
  : [1, 3, 7, 20]

const inTurn = (times: ReadonlyArray<number>) => [...times].sort((a, b) => a - b)

/** Arrivals all at once, in bursts with pauses around a second, and one after the other. */
const arrivalsFor = Effect.fnUntraced(function* (limit: number) {
  const arrivals: Array<number> = []
  const count = Math.min(Lane.count(100, 600), limit * 6 + 5)
  let time = yield* Random.nextIntBetween(0, 3000)
  while (arrivals.length < count) {
    const burst = yield* Random.nextIntBetween(1, Math.max(2, Math.min(limit * 2, 200)))
    const apart = yield* Random.choice([0, 0, 1, 3, 1000 / limit])
    for (let one = 0; one < burst; one++) arrivals.push(time + one * apart)
    time += yield* Random.choice([1, 7, 250, 257, 500, 999, 1000, 1001, 1025, 1700, 5000])
  }
  return inTurn(arrivals.slice(0, count))
})

/**
 * When requests are admitted that arrive at twice the limit. Half of them have a deadline, and half are interrupted after
 * some time.
 */
const overload = Effect.fnUntraced(function* (limit: number, seconds: number) {
  const clock = yield* Clock.Clock
  const rateLimiter = yield* makeRateLimiter(limit)
  const began = clock.currentTimeMillisUnsafe()
  const admitted: Array<number> = []
  const fibers = yield* Effect.forEach(Array.from({ length: 2 * limit * seconds }), (_, index) =>
    Effect.gen(function* () {
      yield* Effect.sleep((index * 500) / limit)
      const patience = yield* Random.nextBetween(200, 3000)
      yield* (yield* Random.nextBoolean)
        ? rateLimiter.admit("writes", MonotonicClock.millis(clock) + patience)
        : Effect.timeout(rateLimiter.admit("writes", Infinity), patience)
      admitted.push(clock.currentTimeMillisUnsafe() - began)
    }).pipe(Effect.exit, Effect.forkChild)
  )
  yield* TestClock.adjust(seconds * 1000 + 5000)
  yield* Fiber.awaitAll(fibers)
  return admitted
})

/** The minimum in any second between these times. */
const fewestInASecond = (times: ReadonlyArray<number>, from: number, to: number): number => {
  const starts = [from, ...times.filter((time) => time >= from && time <= to - 1000)]
  return Math.min(...starts.map((start) => times.filter((time) => time > start && time <= start + 1000).length))
}

describe("a rate limiter", () => {
  it.effect("admits at most its limit in any second, for any arrivals", () =>
    Effect.gen(function* () {
      for (const limit of limits.filter((limit) => limit <= 30 || limit % 7 === 0 || (limit > 50 && limit < 200))) {
        const rateLimiter = yield* makeRateLimiter(limit)
        const arrivals = yield* arrivalsFor(limit)
        const admitted = yield* admissionTimes([rateLimiter], arrivals)
        assert.strictEqual(admitted.length, arrivals.length)
        assert.isAtMost(RequestRate.maxPerSecond(admitted), limit, `limit ${limit}`)
        // The clock's rounding is far below a millisecond.
        for (const [index, time] of admitted.entries()) assert.isAtLeast(time, (arrivals[index] ?? Infinity) - 0.001)
      }
    }).pipe(Random.withSeed("arrivals"))
  )

  it.effect("admits at most its limit together with other processes on the same store", () =>
    Effect.gen(function* () {
      for (const limit of Lane.isDeep ? [1, 2, 3, 5, 19, 20, 53, 80, 97] : [1, 5, 20]) {
        const store = yield* Layer.build(EffectRateLimiter.layerStoreMemory)
        const process = SharedQuota.layer.pipe(Layer.fresh, Layer.provide(Layer.succeedContext(store)), Layer.build)
        const rateLimiters = yield* Effect.replicateEffect(
          Effect.flatMap(process, (shared) => Effect.provide(makeRateLimiter(limit), shared)),
          3
        )
        const arrivals = yield* arrivalsFor(limit)
        assert.isAtMost(
          RequestRate.maxPerSecond(yield* admissionTimes(rateLimiters, arrivals)),
          limit,
          `limit ${limit}`
        )
      }
    }).pipe(Random.withSeed("shared"))
  )

  it.effect("admits at least 95% of its limit in each second if all requests arrive at once", () =>
    Effect.gen(function* () {
      const wasteful: Array<string> = []
      for (const limit of limits) {
        const seconds = limit > 100 ? 3 : Lane.count(4, 10)
        const admitted = yield* admissionTimes(
          [yield* makeRateLimiter(limit)],
          Array.from({ length: limit * seconds }, () => 0)
        )
        assert.strictEqual(admitted.length, limit * seconds)
        assert.isAtMost(RequestRate.maxPerSecond(admitted), limit, `limit ${limit}`)
        // The last one, because a slow start would hide in it.
        const rate = (limit * seconds * 1000) / (admitted.at(-1) ?? Infinity)
        if (rate < limit * 0.95) wasteful.push(`${rate.toFixed(1)} of ${limit}`)
      }
      assert.deepStrictEqual(wasteful, [])
    })
  )

  it.effect("admits a burst of a quarter of its limit, and again after half a second without requests", () =>
    Effect.gen(function* () {
      for (const [limit, burst] of [
        [1, 1],
        [2, 1],
        [4, 1],
        [20, 5],
        [80, 20]
      ] as const) {
        const rateLimiter = yield* makeRateLimiter(limit)
        const atOnce = Array.from({ length: burst + 1 }, () => 0)
        const admitted = yield* admissionTimes([rateLimiter], [...atOnce, ...atOnce.map(() => 3000)])
        const times = new Set(admitted)
        assert.deepStrictEqual(
          [...times].map((at) => admitted.filter((time) => time === at).length),
          [burst, 1, burst, 1]
        )
      }
    })
  )

  it.effect("admits 95% of its limit in each second if twice as many arrive, some interrupted", () =>
    Effect.gen(function* () {
      for (const limit of Lane.isDeep ? [20, 80] : [20]) {
        for (let run = 0; run < Lane.count(1, 8); run++) {
          const seconds = Lane.count(5, 12)
          const admitted = yield* overload(limit, seconds)
          assert.isAtMost(RequestRate.maxPerSecond(admitted), limit)
          assert.isAtLeast(fewestInASecond(admitted, 1000, seconds * 1000), limit * 0.95)
        }
      }
    }).pipe(Random.withSeed("overload"))
  )

  it.effect("admits a burst at once, and the others in the order of arrival", () =>
    Effect.gen(function* () {
      for (const limit of [4, 20, 80, 100]) {
        const rateLimiter = yield* makeRateLimiter(limit)
        const admissions: Array<AdmissionQueue.Admission> = []
        for (let one = 0; one < limit / 4; one++) admissions.push(yield* rateLimiter.admit("writes", Infinity))
        assert.deepStrictEqual(new Set(admissions), new Set(["immediate"]))
        const order: Array<number> = []
        const fibers = yield* Effect.forEach(Array.from({ length: 50 }), (_, index) =>
          Effect.forkChild(
            Effect.map(rateLimiter.admit("writes", Infinity), (admission) =>
              order.push(admission === "queued" ? index : -1)
            )
          )
        )
        yield* TestClock.adjust("1 minute")
        yield* Fiber.joinAll(fibers)
        assert.deepStrictEqual(order, [...order.keys()])
      }
    })
  )

  it.effect("counts reads and writes separately", () =>
    Effect.gen(function* () {
      const rateLimiter = yield* makeRateLimiter(1, 1)
      assert.strictEqual(yield* rateLimiter.admit("reads", Infinity), "immediate")
      assert.strictEqual(yield* rateLimiter.admit("writes", Infinity), "immediate")
      const next = yield* Effect.forkChild(rateLimiter.admit("reads", Infinity))
      yield* TestClock.adjust("999 millis")
      assert.isUndefined(next.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(next), "queued")
    })
  )

  it.effect("drops the queues of idle accounts, and keeps no secrets", () =>
    Effect.gen(function* () {
      const lines: AdmissionQueue.Queues = new WeakMap()
      const kept = () => [...(lines.get(clock)?.keys() ?? [])]
      const clock = yield* Clock.Clock
      for (let account = 0; account < 50; account++) {
        const rateLimiter = yield* Effect.provideService(
          makeRateLimiter(20, 80, `the secret of ${account}`),
          RateLimiter.ProcessQueues,
          lines
        )
        yield* rateLimiter.admit("writes", Infinity)
        assert.strictEqual(kept().length, 1)
        assert.notInclude(kept().join(), "the secret")
        yield* TestClock.adjust("1 second")
      }
    })
  )

  it.effect("that is unlimited admits everything at once", () =>
    Effect.gen(function* () {
      const admitted = yield* admissionTimes(
        [RateLimiter.unlimited],
        Array.from({ length: 1000 }, () => 0)
      )
      assert.deepStrictEqual(new Set(admitted), new Set([0]))
    })
  )
})

interface Arrivals {
  /** Requests of the share. */
  readonly own: ReadonlyArray<number>
  readonly others: ReadonlyArray<number>
  readonly share: number
}

/** When requests of a share and others are admitted, by the rate limiters in turn, and how long the others wait. */
const admissionsWith = Effect.fnUntraced(function* (
  rateLimiters: ReadonlyArray<RateLimiter.RateLimiter>,
  { others, own, share }: Arrivals
) {
  const clock = yield* Clock.Clock
  const began = clock.currentTimeMillisUnsafe()
  const admitted = { own: Array<number>(), all: Array<number>(), waits: Array<number>() }
  const start = (isOwn: boolean) => (arrival: number, index: number) =>
    Effect.gen(function* () {
      yield* Effect.sleep(arrival)
      const rateLimiter = rateLimiters[index % rateLimiters.length] ?? RateLimiter.unlimited
      yield* rateLimiter.admit("writes", Infinity, isOwn ? share : 1)
      const at = clock.currentTimeMillisUnsafe() - began
      admitted.all.push(at)
      if (isOwn) admitted.own.push(at)
      else admitted.waits.push(at - arrival)
    }).pipe(Effect.forkChild)
  const fibers = [...(yield* Effect.forEach(own, start(true))), ...(yield* Effect.forEach(others, start(false)))]
  yield* TestClock.adjust("1 hour")
  yield* Fiber.awaitAll(fibers)
  return admitted
})

const shares = [
  [1, 0.5, 1],
  [3, 0.5, 1],
  [7, 0.3, 2],
  [20, 0.25, 5],
  [20, 0.001, 1],
  [80, 0.25, 20]
] as const

describe("a share of a rate limiter", () => {
  it.effect("admits at most its part of the limit in any second, for any arrivals of its requests and others", () =>
    Effect.gen(function* () {
      for (const [limit, share, most] of shares) {
        for (let run = 0; run < Lane.count(1, 5); run++) {
          const arrivals = { own: yield* arrivalsFor(limit), others: yield* arrivalsFor(limit), share }
          const { all, own } = yield* admissionsWith([yield* makeRateLimiter(limit)], arrivals)
          assert.strictEqual(all.length, arrivals.own.length + arrivals.others.length)
          assert.isAtMost(RequestRate.maxPerSecond(own), most, `${share} of ${limit}`)
          assert.isAtMost(RequestRate.maxPerSecond(all), limit, `${share} of ${limit}`)
        }
      }
    }).pipe(Random.withSeed("shares"))
  )

  it.effect("is one share for the processes on a store, which exceed it by a quarter at most", () =>
    Effect.gen(function* () {
      for (const [limit, share, most] of shares) {
        const store = yield* Layer.build(EffectRateLimiter.layerStoreMemory)
        const process = SharedQuota.layer.pipe(Layer.fresh, Layer.provide(Layer.succeedContext(store)), Layer.build)
        const rateLimiters = yield* Effect.replicateEffect(
          Effect.flatMap(process, (shared) => Effect.provide(makeRateLimiter(limit), shared)),
          3
        )
        const arrivals = { own: yield* arrivalsFor(limit), others: yield* arrivalsFor(limit), share }
        const { all, own } = yield* admissionsWith(rateLimiters, arrivals)
        assert.isAtMost(RequestRate.maxPerSecond(own), Math.ceil(most * 1.25), `${share} of ${limit}`)
        assert.isAtMost(RequestRate.maxPerSecond(all), limit, `${share} of ${limit}`)
        const seconds = ((own.at(-1) ?? 0) - (own[0] ?? 0)) / 1000
        assert.isAtMost(own.length - 1, most * seconds + Math.ceil(most / 4), `${share} of ${limit}`)
      }
    }).pipe(Random.withSeed("shared shares"))
  )

  it.effect("is used up if nobody else sends, by one process and by several on a store", () =>
    Effect.gen(function* () {
      const store = yield* Layer.build(EffectRateLimiter.layerStoreMemory)
      const process = SharedQuota.layer.pipe(Layer.fresh, Layer.provide(Layer.succeedContext(store)), Layer.build)
      const shared = Effect.flatMap(process, (shared) => Effect.provide(makeRateLimiter(20), shared))
      for (const rateLimiters of [[yield* makeRateLimiter(20)], [yield* shared, yield* shared, yield* shared]]) {
        const admitted = yield* admissionTimes(
          rateLimiters,
          Array.from({ length: 50 }, () => 0),
          0.25
        )
        assert.isAtMost(admitted.at(-1) ?? Infinity, (50 / (5 * 0.95)) * 1000)
      }
    })
  )

  it.effect("doesn't delay others that use the rest of the limit by more than a request's time", () =>
    Effect.gen(function* () {
      const limit = 20
      for (const load of [0.25, 0.5, 0.7]) {
        const others = Array.from({ length: 10 * load * limit }, (_, index) => (index * 1000) / (load * limit))
        const arrivals = { own: Array.from({ length: 200 }, () => 0), others, share: 0.25 }
        const { own, waits } = yield* admissionsWith([yield* makeRateLimiter(limit)], arrivals)
        assert.isAtMost(Math.max(...waits), 1000 / limit)
        assert.isAtLeast(own.filter((at) => at < 10_000).length, 0.9 * 50)
      }
    })
  )

  it.effect("holds back if others use the whole limit: of its requests, only one at a time is ahead of theirs", () =>
    Effect.gen(function* () {
      const arrivals = {
        own: Array.from({ length: 50 }, () => 0),
        others: Array.from({ length: 200 }, () => 10),
        share: 0.25
      }
      const { own, waits } = yield* admissionsWith([yield* makeRateLimiter(20)], arrivals)
      const last = 10 + Math.max(...waits)
      assert.isAtMost(last, (202 / (20 * 0.95)) * 1000)
      assert.isAtMost(own.filter((at) => at < last).length, 3)
    })
  )

  it.effect("fails at once with the time of the turn in the share, or in the limit, if that's too late", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const rateLimiter = yield* makeRateLimiter(4)
      const now = MonotonicClock.millis(clock)
      assert.strictEqual(yield* rateLimiter.admit("writes", Infinity, 0.25), "immediate")
      assert.strictEqual(yield* Effect.flip(rateLimiter.admit("writes", now + 1025, 0.25)), now + 1025)
      // Another share has its own turns.
      assert.strictEqual(yield* Effect.flip(rateLimiter.admit("writes", now + 200, 0.5)), now + 256.25)
    })
  )
})

describe("the slots for a limit", () => {
  it("admit at most the limit per second, on at least one slot", () => {
    for (let limit = 1; limit <= 5000; limit++) {
      const { closedMillis, count } = AdmissionQueue.slotsFor(limit)
      assert.isAtLeast(count, 1)
      assert.isTrue(Number.isInteger(count))
      // The turns that start in a second on one slot.
      assert.isAtMost(count * Math.ceil(1000 / closedMillis), limit, `limit ${limit}`)
    }
  })

  it("waste at most a twentieth", () => {
    const wasteful: Array<number> = []
    for (let limit = 1; limit <= 5000; limit++) {
      const { closedMillis, count } = AdmissionQueue.slotsFor(limit)
      if ((count * 1000) / closedMillis < limit * 0.95) wasteful.push(limit)
    }
    assert.deepStrictEqual(wasteful, [])
  })

  it("for Twilio's quota have four turns per second on a quarter as many slots", () => {
    for (const [limit, count] of [
      [20, 5],
      [80, 20]
    ] as const) {
      const slots = AdmissionQueue.slotsFor(limit)
      assert.strictEqual(slots.count, count)
      assert.isTrue(slots.closedMillis > 250 && slots.closedMillis <= 260)
    }
    assert.isTrue(AdmissionQueue.slotsFor(1).closedMillis > 1000 && AdmissionQueue.slotsFor(1).closedMillis <= 1040)
  })
})

/**
 * Tests that calls which are interrupted, or reach their deadline, while they wait for the quota leave it to the others.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const quota = { reads: 20, writes: 20 }

const ok: Timeline.Responder = () => Stub.json(Stub.body())

const fetch = Participants.fetch("Standup", "Alice")
const disconnect = Participants.disconnect("Standup", "Alice")

/** Starts calls concurrently, and interrupts them after some time. */
const abandon = (count: number, millis: number) =>
  Effect.gen(function* () {
    const fibers = yield* Effect.forEach(Array.from({ length: count }), () => Effect.forkChild(disconnect))
    yield* Effect.sleep(millis)
    yield* Fiber.interruptAll(fibers)
  })

/** Runs a program; returns the times of its requests in milliseconds. */
const play = Effect.fnUntraced(function* <A, E extends Operations.Failure>(
  program: Effect.Effect<A, E, TwilioVideo.Services>,
  policy: Partial<RequestPolicy.RequestPolicy> = {}
) {
  const server = yield* Timeline.serve(Timeline.inTurn(ok))
  const { at, exit } = yield* Timeline.run(Stub.run(server.handler, program, { quota, policy }))
  return { at, exit, times: server.sent.map(({ at }) => at) }
})

describe("an interrupted call", () => {
  it.effect("frees its turn: after 200 interrupted calls, the next call takes the next slot", () =>
    Effect.gen(function* () {
      const { exit, times } = yield* play(Effect.andThen(abandon(200, 50), disconnect))
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(times, [0, 0, 0, 0, 0, 256.25])
    })
  )

  it.effect("frees its turn: 600 interrupted calls don't delay calls behind them", () =>
    Effect.gen(function* () {
      const { exit, times } = yield* play(
        Effect.gen(function* () {
          const removals = yield* Effect.forkChild(abandon(600, 1000))
          yield* Effect.sleep(100)
          yield* disconnect
          yield* Fiber.join(removals)
        })
      )
      assert.isTrue(Exit.isSuccess(exit))
      // Twenty of the 600 go out in the first second.
      assert.strictEqual(times.filter((time) => time < 1000).length, 20)
      assert.strictEqual(times.length, 21)
      assert.isAtMost(times[20] ?? Infinity, 1300)
    })
  )
})

describe("an interrupted call of a share", () => {
  it.effect("frees its turns in the share and in the quota", () =>
    Effect.gen(function* () {
      const { exit, times } = yield* play(
        Effect.gen(function* () {
          const others = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.forkChild(disconnect))
          yield* abandon(200, 50).pipe(Quota.withShare(0.25))
          yield* Fiber.interruptAll(others)
          yield* Effect.all([disconnect.pipe(Quota.withShare(0.25)), disconnect], { concurrency: 2 })
        })
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(times, [0, 0, 0, 0, 0, 256.25, 302.5])
    })
  )
})

describe("a call whose timers stop", () => {
  const isDropped = Context.Reference("isDropped", { defaultValue: () => false })

  for (const [share, burst] of [
    [1, 5],
    [0.25, 1]
  ] as const) {
    it.effect(`is skipped by calls behind it, with a share of ${share}`, () =>
      Effect.gen(function* () {
        const { exit, times } = yield* play(
          Effect.gen(function* () {
            // A Worker drops the requests of clients that went away without interrupting them.
            yield* Effect.forEach(Array.from({ length: 200 }), () =>
              Effect.forkDetach(Effect.provideService(disconnect, isDropped, true))
            )
            yield* Effect.sleep(10)
            yield* disconnect
          }).pipe(
            Quota.withShare(share),
            Effect.updateService(Clock.Clock, (clock) => ({
              ...clock,
              sleep: (duration) =>
                Effect.flatMap(isDropped, (dropped) => (dropped ? Effect.never : clock.sleep(duration)))
            }))
          )
        )
        assert.isTrue(Exit.isSuccess(exit))
        assert.strictEqual(times.length, burst + 1)
        assert.isAtMost(times[burst] ?? Infinity, 1000)
      })
    )
  }
})

describe("a waiting call", () => {
  it.effect("is sent in its turn, after the 60 calls before it", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const note = (name: string) => Effect.tap(disconnect, () => Effect.sync(() => order.push(name)))
      yield* play(
        Effect.all(
          [...Array.from({ length: 60 }, (_, index) => note(`first ${index}`)), Effect.delay(note("then"), 10)],
          {
            concurrency: "unbounded"
          }
        )
      )
      assert.deepStrictEqual(order, [...Array.from({ length: 60 }, (_, index) => `first ${index}`), "then"])
    })
  )
})

describe("a call whose turn comes after its deadline", () => {
  it.effect("fails at once, explains why, and reserves no turn", () =>
    Effect.gen(function* () {
      const { exit, times } = yield* play(
        Effect.gen(function* () {
          const others = yield* Effect.forEach(Array.from({ length: 15 }), () =>
            Effect.forkChild(RequestPolicy.withPolicy({ deadline: Infinity })(disconnect))
          )
          const late = yield* Effect.forEach(Array.from({ length: 100 }), () => Effect.forkChild(disconnect))
          yield* Effect.sleep(1)
          const exits = yield* Fiber.awaitAll(late)
          yield* RequestPolicy.withPolicy({ deadline: Infinity })(disconnect)
          yield* Fiber.joinAll(others)
          return exits
        }),
        { deadline: "500 millis" }
      )
      if (Exit.isFailure(exit)) return assert.fail(String(exit.cause))
      for (const late of exit.value) {
        const error = Timeline.twilioErrorOf(late)
        assert.strictEqual(Timeline.nameOf(error), "TimedOut operation")
        assert.strictEqual(
          error.message,
          "No result within the deadline of 500 ms, which the quota's next turn would exceed; nothing was sent." +
            " (POST /v1/Rooms/{name}/Participants/{identity})"
        )
      }
      // Sixteen requests: the last one waited for the fifteen alone.
      assert.deepStrictEqual([times.length, times.at(-1)], [16, 768.75])
    })
  )

  it.effect("leaves the quota to the others: for six seconds, twice as many calls as it admits", () =>
    Effect.gen(function* () {
      const calls = Array.from({ length: 240 }, (_, index) => Effect.delay(Effect.exit(disconnect), index * 25))
      const { times } = yield* play(Effect.all(calls, { concurrency: "unbounded" }), { deadline: "1 second" })
      const perSecond = Array.from(
        { length: 6 },
        (_, second) => times.filter((time) => time >= second * 1000 && time < (second + 1) * 1000).length
      )
      for (const count of perSecond) assert.isTrue(count === 19 || count === 20, perSecond.join())
    })
  )

  it.effect("doesn't fail if its turn comes before the deadline", () =>
    Effect.gen(function* () {
      const { at, exit, times } = yield* play(
        Effect.all(
          Array.from({ length: 8 }, () => fetch),
          { concurrency: 8 }
        ),
        {
          deadline: "500 millis"
        }
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual([times, at], [[0, 0, 0, 0, 0, 256.25, 302.5, 348.75], 348.75])
    })
  )
})

describe("a shared store", () => {
  /** Runs a program on one instance, then a call on another with the same store; returns the times of the requests. */
  const playOn = Effect.fnUntraced(function* (
    first: Effect.Effect<unknown, Operations.Failure, TwilioVideo.Services>,
    policy: Partial<RequestPolicy.RequestPolicy> = {}
  ) {
    const server = yield* Timeline.serve(Timeline.inTurn(ok))
    const store = yield* Layer.build(RateLimiter.layerStoreMemory)
    const instance = () =>
      Stub.layer(server.handler, { quota, policy }).pipe(
        Layer.provide(Layer.fresh(SharedQuota.layer)),
        Layer.provide(Layer.succeedContext(Context.pick(RateLimiter.RateLimiterStore)(store)))
      )
    const { exit } = yield* Timeline.run(
      Effect.andThen(
        Effect.provide(first, instance()),
        RequestPolicy.withPolicy({ deadline: Infinity })(Effect.provide(disconnect, instance()))
      )
    )
    assert.isTrue(Exit.isSuccess(exit))
    return server.sent.map(({ at }) => at)
  })

  it.effect("keeps no turns of 400 interrupted calls: another instance's request takes the next slot", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* playOn(abandon(400, 50)), [0, 0, 0, 0, 0, 256.25])
    })
  )

  it.effect("keeps no turns of an instance that crashed while 400 calls waited", () =>
    Effect.gen(function* () {
      const calls = Effect.all(
        Array.from({ length: 400 }, () => disconnect),
        { concurrency: "unbounded" }
      )
      // Its timers never fire again.
      const crashing = Effect.updateService(calls, Clock.Clock, (clock) => ({ ...clock, sleep: () => Effect.never }))
      const times = yield* playOn(Effect.andThen(Effect.forkDetach(crashing), Effect.sleep(50)))
      assert.deepStrictEqual(times, [0, 0, 0, 0, 0, 256.25])
    })
  )

  it.effect("keeps no turns of calls that failed because of a deadline", () =>
    Effect.gen(function* () {
      const calls = Effect.all(
        Array.from({ length: 400 }, () => Effect.exit(disconnect)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(yield* playOn(calls, { deadline: "100 millis" }), [0, 0, 0, 0, 0, 256.25])
    })
  )
})

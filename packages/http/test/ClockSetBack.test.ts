/**
 * Tests that no wait takes longer and no deadline comes later if the clock is set back by an hour.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import type * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const hour = 3_600_000

const quota = { reads: 1, writes: 1 }

const turn = 1025

const fetch = Participants.fetch("Standup", "Alice")
const ensureDisconnected = Participants.ensureDisconnected("Standup", Stub.sid("b"))

const ok: Timeline.Responder = () => Stub.json(Stub.body())
const hang: Timeline.Responder = () => new Promise(() => {})
const unavailable: Timeline.Responder = () => new Response("", { status: 503 })

type Program = Effect.Effect<unknown, Operations.Failure, TwilioVideo.Services>

/** How the runtimes' clocks are set back. */
const clocks = {
  /** The date goes back and the monotonic clock doesn't, as on Node, Deno, Bun and in browsers. */
  "whose date is set back": Effect.map(Clock.Clock, (clock) => {
    let behind = 0
    const millis = () => clock.currentTimeMillisUnsafe() - behind
    const set: Clock.Clock = { ...clock, currentTimeMillisUnsafe: millis, currentTimeMillis: Effect.sync(millis) }
    return { clock: set, setBack: Effect.sync(() => (behind += hour)) }
  }),
  /** Both go back, as on workerd. */
  "that is set back as a whole": Effect.map(Clock.Clock, (clock) => {
    let behind = 0
    const millis = () => clock.currentTimeMillisUnsafe() - behind
    const nanos = () => clock.monotonicTimeNanosUnsafe() - BigInt(behind) * 1_000_000n
    const set: Clock.Clock = {
      ...clock,
      currentTimeMillisUnsafe: millis,
      currentTimeMillis: Effect.sync(millis),
      monotonicTimeNanosUnsafe: nanos,
      monotonicTimeNanos: Effect.sync(nanos)
    }
    return { clock: set, setBack: Effect.sync(() => (behind += hour)) }
  })
}

/** How long a program takes, and the times of its requests, by a clock that isn't set back. */
const play = Effect.fnUntraced(function* (
  kind: keyof typeof clocks,
  responses: ReadonlyArray<Timeline.Responder>,
  program: (setBack: Effect.Effect<unknown>) => Program,
  options: Stub.Options = {},
  layers: Layer.Layer<never> = Layer.empty
) {
  let setBackNow: Effect.Effect<unknown> = Effect.void
  const server = yield* Timeline.serve(Timeline.inTurn(...responses))
  const { at, exit } = yield* Timeline.run(
    Effect.gen(function* () {
      const { clock, setBack } = yield* clocks[kind]
      setBackNow = setBack
      return yield* program(Effect.suspend(() => setBackNow)).pipe(
        Effect.provide(Layer.provide(Stub.layer(server.handler, options), layers)),
        Effect.provideService(Clock.Clock, clock)
      )
    }).pipe(Timeline.withDraw(0))
  )
  return { at, exit, times: server.sent.map(({ at }) => at) }
})

const idleForAMinute = (setBack: Effect.Effect<unknown>) =>
  fetch.pipe(Effect.andThen(Effect.sleep("1 minute")), Effect.andThen(setBack), Effect.andThen(fetch))

describe.each(Object.keys(clocks) as ReadonlyArray<keyof typeof clocks>)("with a clock %s", (kind) => {
  // On workerd, the time since the last request is unknown, so a call may wait for a turn of the quota.
  const longest = kind === "whose date is set back" ? 0 : turn

  it.effect("an idle account's next call waits for one turn of the quota at most", () =>
    Effect.gen(function* () {
      const { times } = yield* play(kind, [ok], idleForAMinute, { quota })
      assert.deepStrictEqual(times, [0, 60_000 + longest])
    })
  )

  it.effect("waiting calls keep their turns", () =>
    Effect.gen(function* () {
      const three = Effect.all([fetch, fetch, fetch], { concurrency: 3 })
      const { times } = yield* play(
        kind,
        [ok],
        (setBack) => Effect.all([three, Effect.delay(setBack, 1000)], { concurrency: 2 }),
        { quota }
      )
      assert.deepStrictEqual(times.slice(0, 2), [0, turn])
      assert.isAtMost(times[2] ?? Infinity, 2 * turn + longest)
    })
  )

  it.effect("the turns of a shared store stay the same", () =>
    Effect.gen(function* () {
      const { times } = yield* play(
        kind,
        [ok],
        idleForAMinute,
        { quota },
        Layer.provide(SharedQuota.layer, RateLimiter.layerStoreMemory)
      )
      assert.isAtMost(times[1] ?? Infinity, 60_000 + turn)
    })
  )

  it.effect("retries end at the same time", () =>
    Effect.gen(function* () {
      const policy = { attempts: 1000, timeout: "10 seconds", maxElapsed: "1 minute" } as const
      const { times } = yield* play(
        kind,
        [hang],
        (setBack) => Effect.all([Effect.exit(fetch), Effect.delay(setBack, 25_000)], { concurrency: 2 }),
        { policy }
      )
      // The time between the last reading of the clock and its being set back is unknown.
      const lost = kind === "whose date is set back" ? 0 : 1
      assert.deepStrictEqual(
        times,
        [0, 10, 20, 30, 40, 50, 60, 70].slice(0, 7 + lost).map((second) => second * 1000)
      )
    })
  )

  it.effect("an operation of several requests ends at its deadline", () =>
    Effect.gen(function* () {
      const slow: Timeline.Responder = () => Stub.json(Stub.body({ status: "connected" }))
      const { at, exit } = yield* play(
        kind,
        [slow, hang],
        (setBack) => Effect.all([ensureDisconnected, setBack], { concurrency: 2 }),
        { policy: { deadline: "3 seconds" } }
      )
      assert.strictEqual(Timeline.nameOf(Timeline.failureOf(exit)), "TimedOut operation")
      assert.strictEqual(at, 3000)
    })
  )

  it.effect("a circuit breaker admits requests again after its time", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(unavailable, ok))
      const transport = CircuitBreakerTransport.layer({ failures: 1, openDuration: "30 seconds" }).pipe(
        Layer.provide(WebHandlerTransport.layer(async (request) => server.handler(request)))
      )
      const layer = TwilioHttpClient.layer(TwilioVideo.services, {
        accountSid: Stub.accountSid,
        authToken: Redacted.make(Stub.secret),
        quota: "off"
      }).pipe(Layer.provide(transport))
      const { exit } = yield* Timeline.run(
        Effect.gen(function* () {
          const { clock, setBack } = yield* clocks[kind]
          // On workerd, it's noticed at the next request, which is rejected.
          const noticed = Effect.andThen(Effect.flip(fetch), Effect.sleep("30 seconds"))
          return yield* Effect.exit(fetch).pipe(
            Effect.andThen(setBack),
            Effect.andThen(Effect.sleep("30 seconds")),
            Effect.andThen(kind === "whose date is set back" ? Effect.void : noticed),
            Effect.andThen(fetch),
            RequestPolicy.withPolicy(RequestPolicy.noRetries),
            Effect.provide(layer),
            Effect.provideService(Clock.Clock, clock)
          )
        })
      )
      assert.isTrue(Exit.isSuccess(exit), String(exit))
    })
  )
})

describe("a test's clock that is set back", () => {
  it.effect("delays no call of an idle account", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(ok))
      const { exit } = yield* Timeline.run(
        Stub.run(
          server.handler,
          fetch.pipe(
            Effect.andThen(Effect.sleep("1 minute")),
            Effect.andThen(TestClock.setTime(Timeline.noon - hour)),
            Effect.andThen(fetch)
          ),
          { quota }
        )
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(
        server.sent.map(({ at }) => at),
        [0, -hour]
      )
    })
  )
})

describe("a Retry-After with a date", () => {
  it.effect("counts from the server's date", () =>
    Effect.gen(function* () {
      const later = (seconds: number) => new Date(Timeline.noon + seconds * 1000).toUTCString()
      const busy: Timeline.Responder = () =>
        new Response("", { status: 503, headers: { "retry-after": later(5), date: later(0) } })
      const { exit, times } = yield* play(
        "whose date is set back",
        [busy, ok],
        (setBack) => Effect.andThen(setBack, fetch),
        { policy: { maxDelay: "2 hours", maxElapsed: "1 day" } }
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(times, [0, 5000])
    })
  )
})

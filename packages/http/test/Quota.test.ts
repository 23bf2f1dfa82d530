/**
 * Tests the quota of a client: which requests share it, requests that wait, and a store that fails.
 * `RateLimiter.test.ts` tests the rates.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
import * as Telemetry from "@effect-twilio-video/http/Telemetry"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as AdmissionQueue from "../src/internal/client/AdmissionQueue.ts"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const one: Quota.Quota = { reads: 1, writes: 1 }

/** The time between requests with a quota of 1: a little more than a second. */
const turn = AdmissionQueue.slotsFor(1).closedMillis

const fetch = Participants.fetch("Standup", "Alice")
const fetchRoom = Rooms.fetch("Standup")
const disconnect = Participants.disconnect("Standup", "Alice")
const complete = Rooms.complete(Stub.roomSid)

const response = (request: Request): Timeline.Responder => {
  const { pathname } = new URL(request.url)
  return () => Stub.json(pathname.includes("Participants") ? Stub.body() : Stub.room())
}

const reset: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNRESET" }))

const atOnce = <A, E, R>(...programs: ReadonlyArray<Effect.Effect<A, E, R>>) =>
  Effect.all(programs, { concurrency: "unbounded" })

type Program = Effect.Effect<unknown, unknown, TwilioVideo.Services>

/** The times of a program's requests with a quota of 1. */
const timesOf = Effect.fnUntraced(function* (program: Program, options: Stub.Options = { quota: one }) {
  const server = yield* Timeline.serve(response)
  const { exit } = yield* Timeline.run(Stub.run(server.handler, program, options))
  if (Exit.isFailure(exit)) return assert.fail(String(exit.cause))
  return server.sent.map(({ at, method }) => `${method} ${at}`)
})

describe("a quota", () => {
  it.effect("counts reads and writes separately, for all services of a connection", () =>
    Effect.gen(function* () {
      const times = yield* timesOf(
        atOnce<unknown, unknown, TwilioVideo.Services>(fetch, fetchRoom, disconnect, complete)
      )
      assert.deepStrictEqual(times, ["GET 0", "POST 0", `GET ${turn}`, `POST ${turn}`])
    })
  )

  it.effect("applies to each page of a stream", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve((_, index) => () => {
        const next = index === 2 ? null : `https://video.twilio.com/v1/Rooms?PageToken=${index}`
        return Stub.json(Stub.list([Stub.room()], next, undefined, "rooms"))
      })
      const stream = Operations.all.find(({ name }) => name === "Rooms.stream")
      if (stream === undefined) return assert.fail("no stream")
      yield* Timeline.run(Stub.run(server.handler, stream.call(Operations.byName), { quota: one }))
      assert.deepStrictEqual(
        server.sent.map(({ at }) => at),
        [0, turn, 2 * turn]
      )
    })
  )

  it.effect("that is off delays nothing", () =>
    Effect.gen(function* () {
      const many = atOnce(...Array.from({ length: 100 }, () => fetch))
      assert.deepStrictEqual(new Set(yield* timesOf(many, { quota: "off" })), new Set(["GET 0"]))
    })
  )

  it.effect("is Twilio's by default", () =>
    Effect.gen(function* () {
      const count = (times: ReadonlyArray<string>) => times.filter((time) => Number(time.split(" ")[1]) < 1000).length
      const reads = yield* timesOf(atOnce(...Array.from({ length: 100 }, () => fetch)), { quota: undefined })
      assert.strictEqual(count(reads), 80)
      const writes = yield* timesOf(atOnce(...Array.from({ length: 30 }, () => disconnect)), { quota: undefined })
      assert.strictEqual(count(writes), 20)
    })
  )

  it.effect("that is invalid fails the layer", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(response)
      for (const kind of ["reads", "writes"] as const) {
        for (const limit of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, "20" as unknown as number]) {
          const built = Layer.build(Stub.layer(server.handler, { quota: { reads: 1, writes: 1, [kind]: limit } }))
          const error = yield* Effect.flip(Effect.scoped(built))
          const { reason } = error
          assert.strictEqual(reason._tag === "InvalidArgument" && reason.argument, `quota.${kind}`, String(limit))
        }
      }
      assert.deepStrictEqual(server.sent, [])
    })
  )

  it.effect("counts each retry", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(reset, reset, () => Stub.json(Stub.body())))
      const program = atOnce(disconnect, Effect.delay(disconnect, 10))
      const { exit } = yield* Timeline.run(
        Timeline.withDraw(0)(Stub.run(server.handler, program, { quota: one, policy: {} }))
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(
        server.sent.map(({ at }) => at),
        [0, turn, 2 * turn, 3 * turn]
      )
    })
  )
})

describe("a share of a quota", () => {
  const four: Stub.Options = { quota: { reads: 4, writes: 4 } }

  it.effect("delays the calls in its effect, and no others", () =>
    Effect.gen(function* () {
      const job = atOnce<unknown, unknown, TwilioVideo.Services>(fetch, fetchRoom, fetch).pipe(Quota.withShare(0.25))
      const times = yield* timesOf(atOnce<unknown, unknown, TwilioVideo.Services>(job, Effect.delay(fetch, 300)), four)
      assert.deepStrictEqual(times, ["GET 0", "GET 300", `GET ${turn}`, `GET ${2 * turn}`])
    })
  )

  it.effect("counts reads and writes separately, and applies to each request of a stream", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve((request, index) => () => {
        if (request.method === "POST") return Stub.json(Stub.body())
        const next = index === 3 ? null : `https://video.twilio.com/v1/Rooms?PageToken=${index}`
        return Stub.json(Stub.list([Stub.room()], next, undefined, "rooms"))
      })
      const rooms = Rooms.stream().pipe(Stream.provideService(Quota.Share, 0.25), Stream.runDrain)
      const writes = disconnect.pipe(Quota.withShare(0.25))
      yield* Timeline.run(
        Stub.run(server.handler, atOnce<unknown, unknown, TwilioVideo.Services>(rooms, writes, writes), four)
      )
      assert.deepStrictEqual(server.sent.map(({ at, method }) => `${method} ${at}`).sort(), [
        "GET 0",
        `GET ${turn}`,
        "POST 0",
        `POST ${turn}`
      ])
    })
  )

  it.effect("is used together by all calls with the same share; inner shares override outer ones", () =>
    Effect.gen(function* () {
      const half = fetch.pipe(Quota.withShare(0.5))
      const times = yield* timesOf(atOnce(half, half.pipe(Quota.withShare(0.25)), fetch.pipe(Quota.withShare(0.25))), {
        quota: { reads: 2, writes: 2 }
      })
      assert.deepStrictEqual(times, ["GET 0", "GET 512.5", `GET ${turn}`])
    })
  )

  it.effect("that is 1 is the whole quota", () =>
    Effect.gen(function* () {
      const eight = atOnce(...Array.from({ length: 8 }, () => fetch))
      const whole = yield* timesOf(eight.pipe(Quota.withShare(1), Quota.withShare(0.25)), four)
      assert.deepStrictEqual(whole, yield* timesOf(eight, four))
    })
  )

  it.effect("delays nothing if the quota is off", () =>
    Effect.gen(function* () {
      const many = atOnce(...Array.from({ length: 20 }, () => fetch)).pipe(Quota.withShare(0.25))
      assert.deepStrictEqual(new Set(yield* timesOf(many, { quota: "off" })), new Set(["GET 0"]))
    })
  )

  it.effect("that is invalid fails each call, and nothing is sent", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(response)
      for (const quota of [one, "off"] as const) {
        for (const share of [0, -0.25, 1.01, 25, Number.NaN, Infinity, "a quarter" as unknown as number]) {
          for (const call of [fetch, disconnect, complete] as ReadonlyArray<
            Effect.Effect<unknown, Operations.Failure, TwilioVideo.Services>
          >) {
            const { exit } = yield* Timeline.run(Stub.run(server.handler, call.pipe(Quota.withShare(share)), { quota }))
            const { message, reason } = Timeline.twilioErrorOf(exit)
            assert.strictEqual(reason._tag === "InvalidArgument" && reason.argument, "share", String(share))
            assert.include(message, "Nothing was sent")
            assert.notInclude(message, "may have taken effect")
          }
        }
      }
      assert.deepStrictEqual(server.sent, [])
    })
  )

  it.effect("ends with a deadline before its next turn: the call fails at once", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(response)
      const program = Effect.andThen(fetch, fetch).pipe(
        Quota.withShare(0.25),
        RequestPolicy.withPolicy({ deadline: "1 second" })
      )
      const { at, exit } = yield* Timeline.run(Stub.run(server.handler, program, four))
      const error = Timeline.twilioErrorOf(exit)
      assert.strictEqual(Timeline.nameOf(error), "TimedOut operation")
      assert.include(error.message, "the quota's next turn")
      assert.deepStrictEqual([at, server.sent.length], [0, 1])
    })
  )
})

describe("two connections", () => {
  const both = Effect.fnUntraced(function* (
    store: Layer.Layer<RateLimiter.RateLimiterStore> | undefined,
    accountSids: ReadonlyArray<string>,
    quota = one
  ) {
    const server = yield* Timeline.serve(response)
    const context = store === undefined ? Context.empty() : yield* Layer.build(Layer.provide(SharedQuota.layer, store))
    const programs = accountSids.map((sid) =>
      Effect.provide(
        atOnce(fetch, fetch),
        TwilioHttpClient.layer(TwilioVideo.services, {
          accountSid: sid,
          authToken: Redacted.make(Stub.secret),
          quota
        }).pipe(
          Layer.provide(WebHandlerTransport.layer(async (request) => server.handler(request))),
          Layer.provide(Layer.succeedContext(context))
        )
      )
    )
    yield* Timeline.run(atOnce(...programs))
    return server.sent.map(({ at }) => at)
  })

  const other = `AC${"2".repeat(32)}`

  it.effect("with the same credentials share a quota, in memory and in a store", () =>
    Effect.gen(function* () {
      const store = RateLimiter.layerStoreMemory
      const same = [Stub.accountSid, Stub.accountSid]
      assert.deepStrictEqual(yield* both(undefined, same), [0, turn, 2 * turn, 3 * turn])
      assert.deepStrictEqual(yield* both(store, same), [0, turn, 2 * turn, 3 * turn])
    })
  )

  it.effect("with the same credentials have one share, in memory and in a store", () =>
    Effect.gen(function* () {
      const same = [Stub.accountSid, Stub.accountSid]
      const times = [0, turn, 2 * turn, 3 * turn]
      for (const store of [undefined, RateLimiter.layerStoreMemory]) {
        const shared = both(store, same, { reads: 4, writes: 4 }).pipe(Quota.withShare(0.25))
        assert.deepStrictEqual(yield* shared, times)
      }
    })
  )

  it.effect("of two accounts share no quota, in memory and in a store", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* both(undefined, [Stub.accountSid, other]), [0, 0, turn, turn])
      assert.deepStrictEqual(yield* both(RateLimiter.layerStoreMemory, [Stub.accountSid, other]), [0, 0, turn, turn])
    })
  )
})

describe("a request that waits", () => {
  it.effect("isn't sent if it's interrupted, and the others keep their turns", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(response)
      const running = yield* Timeline.start(
        Stub.run(
          server.handler,
          Effect.gen(function* () {
            const fibers = yield* Effect.forEach(Array.from({ length: 6 }), () => Effect.forkChild(fetch))
            yield* Effect.sleep(500)
            const [, second, third] = fibers
            if (second === undefined || third === undefined) return assert.fail("no fibers")
            yield* Fiber.interruptAll([second, third])
            return yield* Fiber.awaitAll(fibers)
          }),
          { quota: one }
        )
      )
      const { exit } = yield* running.end
      if (Exit.isFailure(exit)) return assert.fail(String(exit.cause))
      assert.deepStrictEqual(exit.value.map(Exit.isSuccess), [true, false, false, true, true, true])
      const times = server.sent.map(({ at }) => at)
      assert.strictEqual(times.length, 4)
      // Each has its own second, and none comes later than before.
      for (const [index, time] of times.entries()) {
        const before = times[index - 1]
        if (before !== undefined) assert.isAtLeast(time - before, 1000)
        assert.isAtMost(time, (index + 2) * turn)
      }
    })
  )

  it.effect("doesn't use up the time for retries", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(
        (_, index) => () => (index === 2 ? new Response("", { status: 503 }) : Stub.json(Stub.body()))
      )
      const exits = yield* Timeline.run(
        Stub.run(server.handler, atOnce(Effect.exit(fetch), Effect.exit(fetch), Effect.exit(fetch)), {
          quota: one,
          policy: { maxElapsed: "1100 millis", baseDelay: "1 millis" }
        })
      )
      // The third is sent after two seconds, and again after its response.
      assert.deepStrictEqual(
        server.sent.map(({ at }) => at),
        [0, turn, 2 * turn, 3 * turn]
      )
      assert.notInclude(JSON.stringify(exits), "Failure")
    })
  )

  it.effect("isn't retried if its turn comes after maxElapsed: it fails at once with the last error", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(() => new Response("", { status: 503 })))
      const three = atOnce(Effect.exit(fetch), Effect.exit(fetch), Effect.exit(fetch))
      const { at, exit } = yield* Timeline.run(
        Timeline.withDraw(0)(Stub.run(server.handler, three, { quota: one, policy: { maxElapsed: "1 second" } }))
      )
      assert.deepStrictEqual(
        server.sent.map(({ at }) => at),
        [0, turn, 2 * turn]
      )
      assert.strictEqual(at, 2 * turn)
      if (Exit.isFailure(exit)) return assert.fail(String(exit.cause))
      for (const one of exit.value) {
        const error = Timeline.twilioErrorOf(one)
        assert.deepStrictEqual([Timeline.nameOf(error), error.attempts], ["Unavailable", 1])
      }
    })
  )

  it.effect("has its timeout from when it is sent", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(() => () => new Promise(() => {}))
      const { at } = yield* Timeline.run(
        Stub.run(server.handler, atOnce(Effect.exit(fetch), Effect.exit(fetch)), {
          quota: one,
          policy: { timeout: "1 second", attempts: 1 }
        })
      )
      assert.deepStrictEqual([server.sent.map(({ at }) => at), at], [[0, turn], turn + 1000])
    })
  )
})

describe("a store", () => {
  const storeOf = (fixedWindow: RateLimiter.RateLimiterStore["Service"]["fixedWindow"]) =>
    Layer.effect(
      RateLimiter.RateLimiterStore,
      Effect.map(
        Effect.provide(Effect.service(RateLimiter.RateLimiterStore), RateLimiter.layerStoreMemory),
        (store) => ({ ...store, fixedWindow })
      )
    )

  const failure = new RateLimiter.RateLimiterError({
    reason: new RateLimiter.RateLimitStoreError({
      message: "redis://:hunter2@localhost is down",
      cause: new Error("hunter2")
    })
  })

  /** Runs two requests on the store; returns the logs, the counts and the times of the requests. */
  const play = Effect.fnUntraced(function* (store: Layer.Layer<RateLimiter.RateLimiterStore>, share = 1) {
    const server = yield* Timeline.serve(response)
    const logged: Array<string> = []
    const logger = Logger.layer([
      Logger.make((entry) => {
        logged.push(Logger.formatJson.log(entry))
      })
    ])
    const keys = { operation: "Participants.fetch" }
    const program = Effect.gen(function* () {
      yield* Effect.provide(
        Effect.andThen(fetch, fetch).pipe(Quota.withShare(share)),
        Stub.layer(server.handler, { quota: one }).pipe(Layer.provide(Layer.provide(SharedQuota.layer, store)))
      )
      const counted = yield* Metric.value(Metric.withAttributes(Telemetry.rateLimits, { ...keys, by: "store" }))
      const waited = yield* Metric.value(Metric.withAttributes(Telemetry.rateLimits, { ...keys, by: "quota" }))
      return [counted.count, waited.count]
    })
    const { exit } = yield* Timeline.run(
      program.pipe(
        Effect.provideService(Metric.MetricRegistry, new Map()),
        Effect.provide([Telemetry.layerMetrics, logger])
      )
    )
    return { counts: Exit.isSuccess(exit) ? exit.value : exit, logged, times: server.sent.map(({ at }) => at) }
  })

  it.effect("that fails admits requests, each with a warning without secrets, and counts them", () =>
    Effect.gen(function* () {
      const { counts, logged, times } = yield* play(storeOf(() => Effect.fail(failure)))
      assert.deepStrictEqual(times, [0, 0])
      assert.deepStrictEqual(counts, [2, 0])
      assert.strictEqual(logged.length, 2)
      for (const line of logged) {
        assert.include(line, "WARN")
        assert.include(line, "without a limit")
        for (const secret of ["hunter2", Stub.secret, Stub.accountSid, "Alice", "Standup"])
          assert.notInclude(line, secret)
      }
    })
  )

  it.effect("that doesn't respond admits requests after two seconds", () =>
    Effect.gen(function* () {
      const { counts, logged, times } = yield* play(storeOf(() => Effect.never))
      assert.deepStrictEqual(times, [2000, 4000])
      assert.deepStrictEqual([counts, logged.length], [[2, 0], 2])
    })
  )

  it.effect("that fails leaves each process its own share", () =>
    Effect.gen(function* () {
      const { counts, logged, times } = yield* play(
        storeOf(() => Effect.fail(failure)),
        0.25
      )
      assert.deepStrictEqual(times, [0, turn])
      assert.deepStrictEqual([counts, logged.length], [[2, 0], 2])
    })
  )

  it.effect("that works again is used again", () =>
    Effect.gen(function* () {
      let asked = 0
      const clock = yield* Clock.Clock
      const { counts, times } = yield* play(
        storeOf(() =>
          Effect.suspend(() => {
            asked += 1
            assert.isAtLeast(clock.currentTimeMillisUnsafe(), Timeline.noon)
            if (asked === 1) return Effect.fail(failure)
            // A count of 2 with a limit of 1: the turn is taken until the given time.
            return Effect.succeed(asked === 2 ? ([2, 700] as const) : ([1, turn] as const))
          })
        )
      )
      assert.deepStrictEqual(times, [0, 700])
      assert.deepStrictEqual(counts, [1, 1])
    })
  )

  it.effect("gets keys with the account and the share only", () =>
    Effect.gen(function* () {
      const keys = new Set<string>()
      const store = storeOf(({ key }) => {
        keys.add(key)
        return Effect.succeed([1, turn] as const)
      })
      yield* play(store)
      const prefix = `effect-twilio-video:${Stub.accountSid}:reads`
      assert.deepStrictEqual([...keys], [`${prefix}:0`])
      keys.clear()
      yield* play(store, 0.25)
      assert.deepStrictEqual([...keys], [`${prefix}:0.25:0`, `${prefix}:0`])
    })
  )
})

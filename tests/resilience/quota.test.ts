/**
 * 600 operations at once on an account with Twilio's quota: none gets a 429, and they use the whole quota. `redis` has the
 * quota of several processes.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as Quota from "@effect-twilio-video/http/Quota"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as LargeRoom from "./LargeRoom.ts"

const figures: Record<string, LargeRoom.Figures> = {}

afterAll(() => LargeRoom.report("quota.json", figures))

const identities = (size: number, from = 0) =>
  Array.from({ length: size }, (_, index) => LargeRoom.identityOf(from + index))

const removeAll = (size: number) =>
  Effect.forEach(identities(size), (identity) => Participants.disconnect(LargeRoom.room, identity), {
    concurrency: "unbounded"
  })

const fetchAll = (size: number, from = 0) =>
  Effect.forEach(identities(size, from), (identity) => Participants.fetch(LargeRoom.room, identity), {
    concurrency: "unbounded"
  })

/** Runs a program on a sandbox in process. It starts `offset` milliseconds after a full second. */
const simulate = Effect.fnUntraced(function* <A>(
  size: number,
  program: Effect.Effect<A, unknown, TwilioVideo.Services>,
  offset: number,
  delay?: Effect.Effect<void>
) {
  yield* TestClock.setTime(Date.parse("2026-11-21T12:00:00Z") + offset)
  const sent: Array<LargeRoom.Sent> = []
  const layer = LargeRoom.clientOf({ transformClient: LargeRoom.recordInto(sent, delay) }).pipe(
    Layer.provide(Sandbox.layerHttpClient),
    Layer.provideMerge(Sandbox.layerControls(LargeRoom.sandboxOf(size)))
  )
  const fiber = yield* Effect.forkChild(
    Effect.gen(function* () {
      const results = yield* program
      const { items } = yield* Participants.list(LargeRoom.room)
      return { results, left: items.length }
    }).pipe(Effect.provide(layer))
  )
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("50 millis")
  return { ...(yield* Fiber.join(fiber)), sent: sent.slice(0, -1) }
})

const assertWithin = (name: string, sent: ReadonlyArray<LargeRoom.Sent>, size: number, limit: number) => {
  const found = LargeRoom.figuresOf(sent)
  figures[name] = found
  assert.strictEqual(found.refused, 0, name)
  assert.strictEqual(found.requests, size, name)
  assert.isAtMost(found.mostInASecond, limit, name)
  assert.isAtLeast(found.perSecond, limit * 0.95, name)
}

const draws = ["a", "b", "c", "d", "e", "f"]

describe("600 operations at once, in process", () => {
  for (const offset of [0, 137, 999]) {
    it.effect(`removals run at the write quota without a 429, from ${offset} ms after a full second`, () =>
      Effect.gen(function* () {
        const { left, results, sent } = yield* simulate(600, removeAll(600), offset)
        assert.deepStrictEqual([results.length, left], [600, 0])
        for (const { status } of results) assert.strictEqual(status, "disconnected")
        assertWithin(`600 removals, ${offset} ms after a full second`, sent, 600, Quota.twilio.writes)
      }).pipe(Random.withSeed(`removals ${offset}`))
    )

    it.effect(`reads run at the read quota without a 429, from ${offset} ms after a full second`, () =>
      Effect.gen(function* () {
        const { results, sent } = yield* simulate(600, fetchAll(600), offset)
        assert.deepStrictEqual(
          results.map(({ identity }) => identity),
          identities(600)
        )
        assertWithin(`600 reads, ${offset} ms after a full second`, sent, 600, Quota.twilio.reads)
      }).pipe(Random.withSeed(`reads ${offset}`))
    )
  }

  it.effect("removals stay within the quota for any start of the rate limiter", () =>
    Effect.gen(function* () {
      for (const draw of draws) {
        const { sent } = yield* Random.withSeed(simulate(60, removeAll(60), 990), draw)
        const found = LargeRoom.figuresOf(sent)
        assert.isAtMost(found.mostInASecond, Quota.twilio.writes, draw)
        assert.strictEqual(found.refused, 0, draw)
      }
    })
  )

  it.effect("removals run without a 429 over a network with up to 25 ms of jitter", () =>
    Effect.gen(function* () {
      const delay = Effect.flatMap(Random.nextBetween(0, 25), (millis) => Effect.sleep(millis))
      const { left, sent } = yield* simulate(600, removeAll(600), 500, delay)
      assert.strictEqual(left, 0)
      assertWithin("600 removals, uneven network", sent, 600, Quota.twilio.writes)
    }).pipe(Random.withSeed("uneven"))
  )

  it.effect("reads and writes don't wait for each other", () =>
    Effect.gen(function* () {
      const began = Date.parse("2026-11-21T12:00:00Z")
      const { sent } = yield* simulate(240, Effect.all([removeAll(120), fetchAll(120, 120)], { concurrency: 2 }), 0)
      assert.strictEqual(sent.length, 240)
      assert.deepStrictEqual(
        sent.filter(({ status }) => status === 429),
        []
      )
      const end = (sent.at(-1)?.at ?? 0) - began
      // 120 writes at 20 per second. The reads end earlier.
      assert.isAtMost(end, 6500)
      assert.isAtLeast(sent.filter(({ at }) => at < began + 1600).length, 140)
    }).pipe(Random.withSeed("both"))
  )
})

describe("60 operations at once, over loopback", () => {
  for (const [name, transport] of [
    ["fetch", FetchTransport.layer],
    ["undici", UndiciTransport.layer]
  ] as const) {
    it.live(`removals all succeed by ${name}`, () =>
      Effect.gen(function* () {
        const sent: Array<LargeRoom.Sent> = []
        const clock = yield* Clock.Clock
        const began = clock.currentTimeMillisUnsafe()
        const layer = Layer.unwrap(
          Effect.map(SandboxServer.baseUrl, (baseUrl) =>
            LargeRoom.clientOf({ baseUrl, transformClient: LargeRoom.recordInto(sent) })
          )
        ).pipe(
          Layer.provide(transport),
          Layer.provide(SandboxServer.layer()),
          Layer.provideMerge(Sandbox.layerControls(LargeRoom.sandboxOf(60)))
        )
        const results = yield* Effect.provide(removeAll(60), layer)
        assert.strictEqual(results.length, 60)
        for (const { status } of results) assert.strictEqual(status, "disconnected")
        figures[`60 removals over loopback, ${name}`] = LargeRoom.figuresOf(sent)
        // Eleven waits of 250 ms. After a 429 it would take longer and still succeed.
        assert.isAtLeast(clock.currentTimeMillisUnsafe() - began, 2500)
      })
    )
  }
})

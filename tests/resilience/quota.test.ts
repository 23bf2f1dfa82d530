/**
 * Six hundred operations at once on an account with Twilio's quota: none is refused, and they take about as long as the
 * quota makes them. Holds one process: for several see `redis`.
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
import * as Crowd from "./Crowd.ts"

const figures: Record<string, Crowd.Figures> = {}

afterAll(() => Crowd.report("quota.json", figures))

const crowd = (people: number, from = 0) => Array.from({ length: people }, (_, index) => Crowd.identityOf(from + index))

const removeAll = (people: number) =>
  Effect.forEach(crowd(people), (identity) => Participants.disconnect(Crowd.room, identity), {
    concurrency: "unbounded"
  })

const fetchAll = (people: number, from = 0) =>
  Effect.forEach(crowd(people, from), (identity) => Participants.fetch(Crowd.room, identity), {
    concurrency: "unbounded"
  })

/** Runs a program on a sandbox in process, a few milliseconds at a time, from this many after a full second. */
const play = Effect.fnUntraced(function* <A>(
  people: number,
  program: Effect.Effect<A, unknown, TwilioVideo.Services>,
  offset: number,
  delay?: Effect.Effect<void>
) {
  yield* TestClock.setTime(Date.parse("2026-11-21T12:00:00Z") + offset)
  const sent: Array<Crowd.Sent> = []
  const layer = Crowd.clientOf({ transformClient: Crowd.recordInto(sent, delay) }).pipe(
    Layer.provide(Sandbox.layerHttpClient),
    Layer.provideMerge(Sandbox.layerControls(Crowd.sandboxOf(people)))
  )
  const fiber = yield* Effect.forkChild(
    Effect.gen(function* () {
      const results = yield* program
      const { items } = yield* Participants.list(Crowd.room)
      return { results, left: items.length }
    }).pipe(Effect.provide(layer))
  )
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("50 millis")
  return { ...(yield* Fiber.join(fiber)), sent: sent.slice(0, -1) }
})

const assertWithin = (name: string, sent: ReadonlyArray<Crowd.Sent>, people: number, limit: number) => {
  const found = Crowd.figuresOf(sent)
  figures[name] = found
  assert.strictEqual(found.refused, 0, name)
  assert.strictEqual(found.requests, people, name)
  assert.isAtMost(found.mostInASecond, limit, name)
  assert.isAtLeast(found.perSecond, limit * 0.95, name)
}

const draws = ["a", "b", "c", "d", "e", "f"]

describe("six hundred at once, in process", () => {
  for (const offset of [0, 137, 999]) {
    it.effect(`are removed at the quota of writes, without a 429, from ${offset} ms after a full second`, () =>
      Effect.gen(function* () {
        const { left, results, sent } = yield* play(600, removeAll(600), offset)
        assert.deepStrictEqual([results.length, left], [600, 0])
        for (const { status } of results) assert.strictEqual(status, "disconnected")
        assertWithin(`600 removals, ${offset} ms after a full second`, sent, 600, Quota.twilio.writes)
      }).pipe(Random.withSeed(`removals ${offset}`))
    )

    it.effect(`are read at the quota of reads, without a 429, from ${offset} ms after a full second`, () =>
      Effect.gen(function* () {
        const { results, sent } = yield* play(600, fetchAll(600), offset)
        assert.deepStrictEqual(
          results.map(({ identity }) => identity),
          crowd(600)
        )
        assertWithin(`600 reads, ${offset} ms after a full second`, sent, 600, Quota.twilio.reads)
      }).pipe(Random.withSeed(`reads ${offset}`))
    )
  }

  it.effect("stay within the quota wherever the meter begins", () =>
    Effect.gen(function* () {
      for (const draw of draws) {
        const { sent } = yield* Random.withSeed(play(60, removeAll(60), 990), draw)
        const found = Crowd.figuresOf(sent)
        assert.isAtMost(found.mostInASecond, Quota.twilio.writes, draw)
        assert.strictEqual(found.refused, 0, draw)
      }
    })
  )

  it.effect("are removed without a 429 over a network that takes up to a fortieth of a second longer for some", () =>
    Effect.gen(function* () {
      const delay = Effect.flatMap(Random.nextBetween(0, 25), (millis) => Effect.sleep(millis))
      const { left, sent } = yield* play(600, removeAll(600), 500, delay)
      assert.strictEqual(left, 0)
      assertWithin("600 removals, uneven network", sent, 600, Quota.twilio.writes)
    }).pipe(Random.withSeed("uneven"))
  )

  it.effect("reads and writes side by side do not wait for each other", () =>
    Effect.gen(function* () {
      const began = Date.parse("2026-11-21T12:00:00Z")
      const { sent } = yield* play(240, Effect.all([removeAll(120), fetchAll(120, 120)], { concurrency: 2 }), 0)
      assert.strictEqual(sent.length, 240)
      assert.deepStrictEqual(
        sent.filter(({ status }) => status === 429),
        []
      )
      const end = (sent.at(-1)?.at ?? 0) - began
      // 120 writes at 20 a second; the reads are done long before.
      assert.isAtMost(end, 6500)
      assert.isAtLeast(sent.filter(({ at }) => at < began + 1600).length, 140)
    }).pipe(Random.withSeed("both"))
  )
})

describe("sixty at once, over loopback", () => {
  for (const [name, transport] of [
    ["fetch", FetchTransport.layer],
    ["undici", UndiciTransport.layer]
  ] as const) {
    it.live(`are removed, all of them, by ${name}`, () =>
      Effect.gen(function* () {
        const sent: Array<Crowd.Sent> = []
        const clock = yield* Clock.Clock
        const began = clock.currentTimeMillisUnsafe()
        const layer = Layer.unwrap(
          Effect.map(SandboxServer.baseUrl, (baseUrl) =>
            Crowd.clientOf({ baseUrl, transformClient: Crowd.recordInto(sent) })
          )
        ).pipe(
          Layer.provide(transport),
          Layer.provide(SandboxServer.layer()),
          Layer.provideMerge(Sandbox.layerControls(Crowd.sandboxOf(60)))
        )
        const results = yield* Effect.provide(removeAll(60), layer)
        assert.strictEqual(results.length, 60)
        for (const { status } of results) assert.strictEqual(status, "disconnected")
        figures[`60 removals over loopback, ${name}`] = Crowd.figuresOf(sent)
        // Eleven waits of a quarter of a second. What came after a 429 would take longer, and succeed all the same.
        assert.isAtLeast(clock.currentTimeMillisUnsafe() - began, 2500)
      })
    )
  }
})

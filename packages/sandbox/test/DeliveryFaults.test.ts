/**
 * Delivery faults together: their order, their random draws, and how they end.
 */
import type * as DeliveryFault from "@effect-twilio-video/sandbox/DeliveryFault"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"
import * as Receiver from "./support/Receiver.ts"
import { control, serve } from "./support/Served.ts"

const url = "http://localhost:8080/callbacks"

const begin = Effect.fnUntraced(function* (callbacks: Sandbox.CallbackOptions = {}, options: Sandbox.Options = {}) {
  const receiver = Receiver.make()
  const { call, sandbox } = yield* Calls.start({
    rooms: [],
    callbacks: { handler: receiver.handler, url, ...callbacks },
    ...options
  })
  return { call, sandbox, receiver }
})

const sequence = (receiver: Receiver.Receiver) => receiver.received.map(({ SequenceNumber }) => Number(SequenceNumber))

const joinAll = (sandbox: Sandbox.Service, identities: ReadonlyArray<string>) =>
  Effect.forEach(identities, (identity) => sandbox.join("R", identity))

const people = (count: number) => Array.from({ length: count }, (_, index) => `P${index}`)

describe("a delivery fault", () => {
  it.effect("signs wrongly, also when it's replayed", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ faults: [{ times: 1, fault: { type: "wrong-signature" } }] })
      yield* sandbox.openRoom({ uniqueName: "R" })
      yield* sandbox.join("R", "Ann")
      yield* sandbox.awaitCallbacks
      const [opened, joined] = receiver.received.map((parameters) => Receiver.signatureOf(url, parameters))
      const [wrong] = Receiver.signatures(receiver)
      assert.notStrictEqual(wrong, opened)
      assert.strictEqual(Receiver.signatures(receiver)[1], joined)
      assert.strictEqual((yield* sandbox.callbacks)[0]?.signature, wrong)
      yield* sandbox.replayCallback((yield* sandbox.callbacks)[0]?.id ?? "")
      yield* sandbox.awaitCallbacks
      assert.strictEqual(Receiver.signatures(receiver)[2], wrong)
    })
  )

  for (const [times, events, expected] of [
    [1, 3, [1, 0, 2]],
    [2, 4, [2, 0, 1, 3]]
  ] as const) {
    it.effect(`sends ${times} out of order: after the next one that's sent in order`, () =>
      Effect.gen(function* () {
        const { receiver, sandbox } = yield* begin({ faults: [{ times, fault: { type: "out-of-order" } }] })
        yield* sandbox.openRoom({ uniqueName: "R" })
        yield* joinAll(sandbox, people(events - 1))
        yield* sandbox.awaitCallbacks
        // The last of those that are let go may follow at once.
        assert.deepStrictEqual(sequence(receiver).slice(0, times + 1), expected.slice(0, times + 1))
        assert.sameMembers(sequence(receiver), [...expected])
      })
    )
  }

  it.effect("keeps a callback out of order until the next one is sent, even if that one is late", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({
        faults: [
          { times: 1, fault: { type: "out-of-order" } },
          { skip: 1, times: 1, fault: { type: "late", millis: 1000 } }
        ]
      })
      yield* sandbox.openRoom({ uniqueName: "R" })
      yield* joinAll(sandbox, people(1))
      yield* TestClock.adjust("1 second")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(sequence(receiver), [1, 0])
    })
  )

  it.effect("ends with a reset", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({
        faults: [{ fault: { type: "twice" } }, { fault: { type: "late", millis: 1000 } }]
      })
      yield* sandbox.openRoom()
      yield* sandbox.reset
      yield* TestClock.adjust("1 minute")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(receiver.received, [])
    })
  )

  it.effect("is refused with the place of an invalid member", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* begin()
      for (const rule of [
        { fault: { type: "late" } },
        { fault: { type: "late", millis: { from: 2, to: 1 } } },
        { fault: { type: "late", millis: -1 } },
        { fault: { type: "lost" }, event: ["room-created"] },
        { fault: { type: "lost" }, events: ["recording-started"] },
        { fault: { type: "lost" }, rate: 2 }
      ]) {
        const reply = yield* call("/sandbox/callbacks/faults", { method: "PUT", body: JSON.stringify([rule]) })
        assert.deepStrictEqual([reply.status, reply.body.problem], [400, "invalid-fault"], JSON.stringify(rule))
      }
      assert.deepStrictEqual(yield* sandbox.deliveryFaults, [])
    })
  )
})

/** 30 % lost, 20 % doubled, all of them within a minute. */
const unreliable: ReadonlyArray<DeliveryFault.DeliveryFaultRule> = [
  { rate: 0.3, fault: { type: "lost" } },
  { rate: 0.2, fault: { type: "twice" } },
  { fault: { type: "late", millis: { from: 0, to: 60_000 } } }
]

/** The callbacks that arrive of each room, in order. Those of different rooms may overtake one another. */
const simulate = Effect.fnUntraced(function* (seed: string, callbackOrder: "in-order" | "at-once") {
  const { receiver, sandbox } = yield* begin({ faults: unreliable }, { seed, assumptions: { callbackOrder } })
  for (const uniqueName of ["A", "B"]) {
    yield* sandbox.openRoom({ uniqueName })
    for (const identity of people(40)) yield* sandbox.join(uniqueName, identity)
  }
  yield* TestClock.adjust("1 minute")
  yield* sandbox.awaitCallbacks
  return {
    received: receiver.received
      .map(({ RoomName, SequenceNumber }) => `${RoomName} ${SequenceNumber}`)
      .toSorted(([a = ""], [b = ""]) => a.localeCompare(b)),
    counts: (yield* sandbox.deliveryFaults).map(({ triggered }) => triggered)
  }
})

describe("unreliable deliveries on a test's clock", () => {
  for (const order of ["in-order", "at-once"] as const) {
    it.effect(`are the same for the same seed, sent ${order}, within the time that the faults allow`, () =>
      Effect.gen(function* () {
        const first = yield* simulate("one", order)
        assert.deepStrictEqual(yield* simulate("one", order), first)
        assert.notDeepEqual(yield* simulate("two", order), first)
        const [lost = 0, twice = 0, late = 0] = first.counts
        assert.isTrue(lost > 10 && twice > 5 && late === 82, first.counts.join())
        assert.strictEqual(new Set(first.received).size, 82 - lost)
      })
    )
  }
})

describe("a late callback on a served sandbox", () => {
  it.live("is sent at its own time when the clock is moved", () => {
    const receiver = Receiver.make()
    return Effect.gen(function* () {
      yield* control("PUT", "/sandbox/clock", { rate: 0 })
      yield* control("PUT", "/sandbox/callbacks/faults", [
        { fault: { type: "late", millis: { from: 0, to: 60_000 } } },
        { fault: { type: "twice" } }
      ])
      yield* control("POST", "/sandbox/rooms", { uniqueName: "R" })
      for (const identity of people(5)) yield* control("POST", "/sandbox/rooms/R/participants", { identity })
      yield* control("PUT", "/sandbox/clock", { advance: "1 minute" })
      const { body } = yield* control("GET", "/sandbox/callbacks")
      const attempts: ReadonlyArray<{ readonly at: string }> = body.flatMap(
        (delivery: { readonly attempts: ReadonlyArray<{ readonly at: string }> }) => delivery.attempts
      )
      assert.strictEqual(attempts.length, 12)
      assert.isAbove(new Set(attempts.map(({ at }) => at)).size, 6)
    }).pipe(Effect.provide(serve({ rooms: [], callbacks: { handler: receiver.handler, url } })))
  })
})

describe("a Worker's request", () => {
  it.effect("sends no second copy after a reset", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({
        faults: [{ fault: { type: "twice" } }, { fault: { type: "late", millis: { from: 1000, to: 3000 } } }]
      })
      const given: Array<Promise<unknown>> = []
      const context = { waitUntil: (promise: Promise<unknown>) => void given.push(promise) }
      yield* Effect.provideService(sandbox.openRoom(), Sandbox.ExecutionContext, context)
      yield* sandbox.reset
      yield* TestClock.adjust("1 minute")
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
      yield* TestClock.adjust("1 minute")
      yield* Effect.promise(() => Promise.all(given))
      assert.deepStrictEqual(receiver.received, [])
    })
  )
})

/**
 * Erasures in memory, on the sandbox, with a test clock.
 */
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { count, identities, rooms, zed } from "./support/World.ts"

const layer = (options: ErasureMemory.Options = {}, sandbox: Sandbox.Options = {}) =>
  ErasureMemory.layerMemory(options).pipe(Layer.provideMerge(Sandbox.layer({ rooms, ...sandbox })))

/** Requests the erasure, and returns the tags of its statuses. */
const watched = Effect.fnUntraced(function* (options: Partial<Erasure.RequestOptions> = {}) {
  const id = yield* Erasure.request({ requestId: "req-17", identities, ...options })
  return yield* Effect.forkChild(Stream.runCollect(Erasure.watch(id)))
})

describe("an erasure", () => {
  it.effect("anonymizes all participations of the identity, and no others", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* count(zed), 7)
      const statuses = yield* watched()
      yield* TestClock.adjust("25 hours")
      const tags = (yield* Fiber.join(statuses)).map(({ _tag }) => _tag)
      assert.deepStrictEqual(tags.at(-1), "Complete")
      assert.includeMembers(tags, ["Sweeping", "Settling"])
      assert.strictEqual(yield* count(zed), 0)
      const receipt = yield* Erasure.receipt("req-17")
      assert.strictEqual(receipt.participations.length, 7)
      yield* Erasure.verifyReceipt(receipt, yield* Erasure.publicKey)
      assert.notInclude(JSON.stringify(receipt), "Zzyx")
    }).pipe(Effect.provide(layer({ connected: "remove" })))
  )
})

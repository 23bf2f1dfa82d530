/**
 * Watches while the store of the jobs is away.
 */
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Engine from "../../packages/erasure/src/internal/engine/Engine.ts"
import * as Service from "../../packages/erasure/src/internal/service/Service.ts"
import * as MemoryStore from "../../packages/erasure/src/internal/store/MemoryStore.ts"
import * as Store from "../../packages/erasure/src/internal/store/Store.ts"

interface Database {
  isAway: boolean
}

const storeOf = (database: Database) =>
  Layer.effect(
    Store.Store,
    Effect.map(Store.Store, (store): Store.Service => {
      const check = Effect.suspend(() =>
        database.isAway ? Effect.fail(new Store.StoreError({ message: "It's away." })) : Effect.void
      )
      return { ...store, get: (address) => Effect.andThen(check, store.get(address)) }
    })
  ).pipe(Layer.provide(MemoryStore.layer))

const layer = (database: Database) =>
  Service.layer({}).pipe(
    Layer.provide(Engine.layer(() => Effect.void)),
    Layer.provide([
      Engine.layerMemory,
      storeOf(database),
      Layer.effect(ErasureKeys.ErasureKeys, ErasureKeys.generate),
      Sandbox.layer({ rooms: [] })
    ])
  )

/** Looks once, beginning while the database is away for this many seconds. */
const look = Effect.fnUntraced(function* (seconds: number) {
  const database = { isAway: false }
  return yield* Effect.gen(function* () {
    const id = yield* Erasure.request({ requestId: "req-17", identities: [Redacted.make("Zoe")] })
    database.isAway = true
    const first = yield* Effect.forkChild(Effect.exit(Stream.runHead(Erasure.watch(id))))
    yield* TestClock.adjust(`${seconds} seconds`)
    database.isAway = false
    yield* TestClock.adjust("1 second")
    return yield* yield* Fiber.join(first)
  }).pipe(Effect.provide(layer(database)))
})

describe("a watch", () => {
  it.effect("waits for a store that's away for less than a minute", () =>
    Effect.gen(function* () {
      assert.isTrue(Option.isSome(yield* look(59)))
    })
  )

  it.effect("fails if the store is away for longer", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(look(61)))._tag, "ErasureUnavailable")
    })
  )
})

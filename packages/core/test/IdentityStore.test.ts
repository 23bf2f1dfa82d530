/**
 * Which identity stores a program asks, depending on how its layers are composed.
 */
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const storeOf = (name: string, kept: ReadonlyArray<string>) => {
  const left = new Set(kept)
  return IdentityStore.layer(
    Effect.succeed({
      name,
      forget: (identities) =>
        Effect.sync(() => identities.filter((identity) => left.delete(Redacted.value(identity))).length)
    })
  )
}

const names = Effect.map(IdentityStore.all, (stores) => stores.map(({ name }) => name))

const forgetAlice = IdentityStore.forget([Redacted.make("Alice")])

describe("identity stores", () => {
  it.effect("are none by default", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* forgetAlice, [])
    })
  )

  it.effect("are all in the context, in the order of their names, however their layers are composed", () =>
    Effect.gen(function* () {
      const [a, b, c] = [storeOf("a", []), storeOf("b", []), storeOf("c", [])]
      for (const layer of [
        Layer.mergeAll(c, b, a),
        Layer.provideMerge(c, Layer.provideMerge(a, b)),
        Layer.merge(Layer.merge(b, a), Layer.merge(a, c))
      ]) {
        assert.deepStrictEqual(yield* Effect.provide(names, layer), ["a", "b", "c"])
      }
    })
  )

  it.effect("are all asked if they have the same name", () =>
    Effect.gen(function* () {
      const both = Layer.merge(storeOf("tables", ["Alice", "Bob"]), storeOf("tables", ["Alice"]))
      const tables = { name: "tables", forgotten: 1 }
      assert.deepStrictEqual(yield* Effect.provide(forgetAlice, both), [tables, tables])
    })
  )

  it.effect("reach the layers that they're provided to", () =>
    Effect.gen(function* () {
      let seen: ReadonlyArray<string> = []
      const reader = Layer.effectDiscard(Effect.map(names, (names) => void (seen = names)))
      yield* Effect.void.pipe(Effect.provide(Layer.provide(reader, storeOf("a", []))))
      assert.deepStrictEqual(seen, ["a"])
      yield* Effect.void.pipe(Effect.provide(Layer.merge(reader, storeOf("a", [])), { local: true }))
      assert.deepStrictEqual(seen, [])
    })
  )

  it.effect("that fail say why", () =>
    Effect.gen(function* () {
      const failing = IdentityStore.layer(
        Effect.succeed({
          name: "failing",
          forget: () => Effect.fail(new IdentityStore.CannotForget({ message: "The database is away." }))
        })
      )
      const error = yield* Effect.flip(Effect.provide(forgetAlice, failing))
      assert.deepStrictEqual([error._tag, error.message], ["CannotForget", "The database is away."])
    })
  )
})

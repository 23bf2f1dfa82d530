/**
 * Erasures that ask identity stores, in memory and with a test clock.
 */
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { identities, reach, rooms, zed } from "./support/World.ts"

const id = "req-17"

const request = Erasure.request({ requestId: id, identities })

/** Records with an identity, and how often they were asked for each. */
const makeStore = (name: string, kept: ReadonlyArray<string>) => {
  const left = [...kept]
  const asked: Array<string> = []
  const forget: IdentityStore.IdentityStore["forget"] = (identities) =>
    Effect.sync(() => {
      const wanted = identities.map(Redacted.value)
      asked.push(...wanted)
      const before = left.length
      left.splice(0, before, ...left.filter((identity) => !wanted.includes(identity)))
      return before - left.length
    })
  return { asked, left, layer: IdentityStore.layer(Effect.succeed({ name, forget })) }
}

const erasures = (
  stores: Layer.Layer<never>,
  options: ErasureMemory.Options = { connected: "remove", tokenLifetime: "1 hour" }
) => ErasureMemory.layerMemory(options).pipe(Layer.provide(stores), Layer.provideMerge(Sandbox.layer({ rooms })))

describe("an identity store", () => {
  it.effect("forgets after each sweep and before the receipt, which adds up what it forgot", () => {
    const profiles = makeStore("profiles", [zed, "Ann", zed])
    const minutes = makeStore("minutes", ["Ann"])
    return Effect.gen(function* () {
      const { stores } = yield* Erasure.preview({ identities })
      assert.deepStrictEqual([stores, profiles.asked], [["minutes", "profiles"], []])

      yield* request
      yield* reach("Settling")
      assert.deepStrictEqual([profiles.asked, profiles.left], [[zed], ["Ann"]])
      // Back with a token that's still valid.
      profiles.left.push(zed)
      yield* reach("Complete")
      assert.deepStrictEqual([profiles.asked, profiles.left], [[zed, zed, zed], ["Ann"]])

      const receipt = yield* Erasure.receipt(id)
      assert.deepStrictEqual(receipt.stores, [
        { name: "minutes", forgotten: 0 },
        { name: "profiles", forgotten: 3 }
      ])
      assert.notInclude(JSON.stringify(receipt), "Zzyx")
      yield* Erasure.verifyReceipt(receipt, yield* Erasure.publicKey)
    }).pipe(Effect.provide(erasures(Layer.merge(profiles.layer, minutes.layer))))
  })

  it.effect("that isn't provided shows in the receipt", () =>
    Effect.gen(function* () {
      yield* request
      yield* reach("Complete")
      assert.deepStrictEqual((yield* Erasure.receipt(id)).stores, [])
    }).pipe(Effect.provide(erasures(Layer.empty)))
  )

  it.effect("forgets for each request of a job, and each receipt has its own numbers", () => {
    const profiles = makeStore("profiles", [zed, zed, "Ann"])
    return Effect.gen(function* () {
      yield* request
      yield* Erasure.request({ requestId: "req-18", identities: [Redacted.make("Ann"), Redacted.make("Anne")] })
      yield* reach("Complete", id)
      yield* reach("Complete", "req-18")
      const forgotten = ({ stores = [] }: { readonly stores?: ReadonlyArray<IdentityStore.Forgotten> }) =>
        stores.map(({ forgotten }) => forgotten)
      assert.deepStrictEqual(forgotten(yield* Erasure.receipt(id)), [2])
      assert.deepStrictEqual(forgotten(yield* Erasure.receipt("req-18")), [1])
      assert.lengthOf(profiles.left, 0)
    }).pipe(Effect.provide(erasures(profiles.layer, { connected: "remove", embargo: () => Effect.sleep("1 second") })))
  })

  it.effect("isn't asked any more once the request is canceled", () => {
    const profiles = makeStore("profiles", [zed])
    return Effect.gen(function* () {
      yield* request
      yield* reach("Settling")
      const receipt = yield* Erasure.cancel(id)
      assert.deepStrictEqual(receipt.stores, [{ name: "profiles", forgotten: 1 }])
      yield* Erasure.request({ requestId: "req-18", identities: [Redacted.make("Ann")] })
      yield* reach("Complete", "req-18")
      assert.deepStrictEqual(profiles.asked, [zed, "Ann", "Ann", "Ann"])
    }).pipe(Effect.provide(erasures(profiles.layer)))
  })

  it.effect("that fails is asked again, and then stalls the job, without showing its error", () => {
    const profiles = makeStore("profiles", [zed])
    let asked = 0
    const failing = IdentityStore.layer(
      Effect.succeed({
        name: "tickets",
        forget: ([identity]) =>
          Effect.suspend(() => {
            asked += 1
            const message = `no ${identity === undefined ? "" : Redacted.value(identity)}`
            if (asked <= 13) return Effect.fail(new IdentityStore.CannotForget({ message }))
            return asked === 14 ? Effect.die(message) : Effect.succeed(1)
          })
      })
    )
    return Effect.gen(function* () {
      yield* request
      for (const reason of [/The identity store "tickets" failed/u, /unexpected error/u]) {
        const status = yield* reach("Stalled")
        if (status._tag !== "Stalled") return assert.fail(status._tag)
        assert.match(status.reason, reason)
        assert.notInclude(status.reason, "Zzyx")
        yield* Erasure.resume(id)
      }
      yield* reach("Complete")
      assert.deepStrictEqual((yield* Erasure.receipt(id)).stores, [
        { name: "profiles", forgotten: 1 },
        { name: "tickets", forgotten: 3 }
      ])
    }).pipe(Effect.provide(erasures(Layer.merge(failing, profiles.layer))))
  })
})

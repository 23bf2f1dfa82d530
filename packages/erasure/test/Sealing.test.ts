/**
 * Sealed identities, and the fingerprints of sets of identities.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import * as Sealing from "../src/internal/Sealing.ts"

const Texts = Schema.Array(Schema.String)

const redact = (texts: ReadonlyArray<string>) => texts.map((text) => Redacted.make(text))

describe("Sealing", () => {
  it.effect.prop("opens what it sealed", [Schema.String, Texts], ([requestId, identities]) =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const sealed = yield* Sealing.seal(keys, requestId, redact(identities))
      const opened = yield* Sealing.open(keys, requestId, sealed)
      assert.deepStrictEqual(opened.map(Redacted.value), identities)
    })
  )

  it.effect("seals the same identities to another text each time, without them", () =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const seal = Sealing.seal(keys, "req-17", redact(["alice@example.com"]))
      const [first, second] = [yield* seal, yield* seal]
      assert.notStrictEqual(first, second)
      for (const encoding of ["latin1", "hex", "base64", "base64url"] as const) {
        const bytes = Buffer.from(first, "base64url").toString(encoding)
        assert.notInclude(bytes, Buffer.from("alice@example.com").toString(encoding).slice(0, -4))
      }
    })
  )

  it.effect("doesn't open with other keys, for another request, or any changed text", () =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const sealed = yield* Sealing.seal(keys, "req-17", redact(["alice"]))
      const changes = [...sealed].flatMap((character, index) => {
        const [before, after] = [sealed.slice(0, index), sealed.slice(index + 1)]
        return [
          `${before}${character === "A" ? "B" : "A"}${after}`,
          `${before}${after}`,
          `${before}${character}=${after}`
        ]
      })
      const failures = [
        Sealing.open(yield* ErasureKeys.generate, "req-17", sealed),
        Sealing.open(keys, "req-18", sealed),
        ...["", "alice", `${sealed}\n`, `${sealed}.`, ...changes].map((text) => Sealing.open(keys, "req-17", text))
      ]
      for (const failure of failures) {
        const error = yield* Effect.flip(failure)
        assert.strictEqual(error._tag, "CannotOpen")
        assert.notInclude(`${inspect(error)} ${JSON.stringify(error)}`, "alice")
      }
    })
  )

  it.effect.prop("has equal fingerprints for equal sets", [Schema.String, Texts], ([requestId, identities]) =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const fingerprint = yield* Sealing.fingerprint(keys, requestId, redact(identities))
      assert.match(fingerprint, /^[\w-]{43}$/u)
      const shuffled = [...identities.toReversed(), ...identities]
      assert.strictEqual(yield* Sealing.fingerprint(keys, requestId, redact(shuffled)), fingerprint)
      const others = [
        Sealing.fingerprint(keys, `${requestId}.`, redact(identities)),
        Sealing.fingerprint(keys, requestId, redact([...identities, identities.join("") + "."])),
        Sealing.fingerprint(yield* ErasureKeys.generate, requestId, redact(identities))
      ]
      for (const other of others) assert.notStrictEqual(yield* other, fingerprint)
    })
  )

  it.effect("tells sets apart that have the same characters", () =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const sets = [[], [""], ["ab", "c"], ["a", "bc"], ["abc"], ['a","bc'], ["\u{d800}"], ["\u{fffd}"]]
      const fingerprints = yield* Effect.forEach(sets, (set) => Sealing.fingerprint(keys, "req-17", redact(set)))
      assert.strictEqual(new Set(fingerprints).size, sets.length)
    })
  )
})

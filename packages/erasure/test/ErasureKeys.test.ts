/**
 * The keys as text, in the environment and in logs, and their public half.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"

/** The text of keys with changes to their JSON. */
const changed = (text: string, change: (json: { seal: string; sign: object }) => unknown) =>
  Base64Url.encode(JSON.stringify(change(JSON.parse(Buffer.from(text, "base64url").toString()))))

const secretsOf = ({ seal, sign }: ErasureKeys.Keys): ReadonlyArray<string> => {
  const bytes = Buffer.from(Redacted.value(seal))
  return [Redacted.value(sign).d, bytes.toString("base64url"), bytes.toString("hex"), bytes.join(","), bytes.join(", ")]
}

const renderingsOf = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: 9, showHidden: true }),
    String(Object.values(value ?? {}))
  ].join("\n")

describe("ErasureKeys", () => {
  it.effect("round-trips as one line of text", () =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const text = yield* ErasureKeys.toText(keys)
      assert.match(text, /^[\w-]+$/u)
      const read = yield* ErasureKeys.fromText(`  ${text}\n`)
      assert.deepStrictEqual(Redacted.value(read.seal), Redacted.value(keys.seal))
      assert.deepStrictEqual(Redacted.value(read.sign), Redacted.value(keys.sign))
      assert.notStrictEqual(text, yield* Effect.flatMap(ErasureKeys.generate, ErasureKeys.toText))
    })
  )

  it.effect("rejects other text without quoting it", () =>
    Effect.gen(function* () {
      const text = yield* Effect.flatMap(ErasureKeys.generate, ErasureKeys.toText)
      const { sign: other } = yield* ErasureKeys.generate
      const { x, y } = Redacted.value(other)
      const texts = [
        "",
        "the keys",
        `${text}A`,
        text.slice(0, -4),
        changed(text, () => "keys"),
        changed(text, ({ sign }) => ({ sign })),
        changed(text, ({ seal, sign }) => ({ seal: seal.slice(1), sign })),
        // Stands for the same bytes as another text.
        changed(text, ({ seal, sign }) => ({ seal: `${seal.slice(0, -1)}B`, sign })),
        changed(text, ({ seal, sign }) => ({ seal, sign: { ...sign, d: undefined } })),
        changed(text, ({ seal, sign }) => ({ seal, sign: { ...sign, crv: "P-384" } })),
        changed(text, ({ seal, sign }) => ({ seal, sign: { ...sign, d: "A".repeat(43) } })),
        changed(text, ({ seal, sign }) => ({ seal, sign: { ...sign, x: "A".repeat(43) } })),
        changed(text, ({ seal, sign }) => ({ seal, sign: { ...sign, x, y } }))
      ]
      const renderings = new Set<string>()
      for (const invalid of texts) {
        const error = yield* Effect.flip(ErasureKeys.fromText(invalid))
        assert.strictEqual(error._tag, "InvalidKeys", invalid)
        renderings.add(renderingsOf(error))
      }
      // An error that quoted its text would differ from the others.
      assert.strictEqual(renderings.size, 1)
    })
  )

  it.effect("stays out of text, JSON and inspection", () =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      for (const secret of secretsOf(keys)) assert.notInclude(renderingsOf(keys), secret)
      assert.notProperty(yield* ErasureKeys.publicKey(keys), "d")
    })
  )

  it.effect("reads the environment", () =>
    Effect.gen(function* () {
      const keys = yield* ErasureKeys.generate
      const TWILIO_ERASURE_KEYS = yield* ErasureKeys.toText(keys)
      const read = yield* ErasureKeys.config.parse(ConfigProvider.fromUnknown({ TWILIO_ERASURE_KEYS }))
      assert.deepStrictEqual(yield* ErasureKeys.publicKey(read), yield* ErasureKeys.publicKey(keys))
    })
  )

  it.effect("names the variable that's missing or invalid, without its value", () =>
    Effect.gen(function* () {
      const text = yield* Effect.flatMap(ErasureKeys.generate, ErasureKeys.toText)
      for (const environment of [{}, { TWILIO_ERASURE_KEYS: text.slice(4) }]) {
        const error = yield* Effect.flip(ErasureKeys.config.parse(ConfigProvider.fromUnknown(environment)))
        assert.include(error.message, "TWILIO_ERASURE_KEYS")
        assert.notInclude(`${renderingsOf(error)} ${error.message}`, text.slice(4))
      }
    })
  )

  it.effect("has a public key with the thumbprint of RFC 7638 as its ID", () =>
    Effect.gen(function* () {
      // The example of RFC 7517, A.2. The thumbprint was computed with node:crypto.
      const jwk = {
        kty: "EC",
        crv: "P-256",
        x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
      }
      const seal = "A".repeat(43)
      const keys = yield* ErasureKeys.fromText(Base64Url.encode(JSON.stringify({ seal, sign: jwk })))
      const key = yield* ErasureKeys.publicKey(keys)
      assert.isTrue(Schema.is(ErasureKeys.PublicKey)(key))
      assert.strictEqual(key.kid, "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s")
    })
  )
})

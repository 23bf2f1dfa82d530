/**
 * The keys of an erasure service: one seals the identities until they're erased, one signs receipts.
 *
 * Whoever has a copy of the database or of its backups, but not the keys, can't read an identity. Destroying the keys makes
 * every sealed identity unreadable at once.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Bytes from "./internal/Bytes.ts"

/**
 * The key that verifies receipts: a JSON Web Key for ECDSA on P-256. Its ID is the key's thumbprint.
 *
 * Follows https://www.rfc-editor.org/rfc/rfc7517 and https://www.rfc-editor.org/rfc/rfc7638.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublicKey extends Schema.Schema.Type<typeof PublicKey> {}

/**
 * @category schemas
 * @since 0.1.0
 */
export const PublicKey = Schema.Struct({
  kty: Schema.Literal("EC"),
  crv: Schema.Literal("P-256"),
  x: Schema.String,
  y: Schema.String,
  kid: Schema.String
})

const PrivateKey = Schema.Struct({ ...PublicKey.fields, kid: Schema.optionalKey(Schema.String), d: Schema.String })

/** The text form: 32 bytes that seal, and the private key that signs. */
const Text = Schema.fromJsonString(Schema.Struct({ seal: Schema.String, sign: PrivateKey }))

/**
 * The keys of an erasure service. They're opaque: {@link toText} writes them out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keys {
  readonly seal: Redacted.Redacted<Uint8Array<ArrayBuffer>>
  readonly sign: Redacted.Redacted<Schema.Schema.Type<typeof PrivateKey>>
}

/**
 * The keys in use. The layers of erasures provide it from their options.
 *
 * @category services
 * @since 0.1.0
 */
export class ErasureKeys extends Context.Service<ErasureKeys, Keys>()("@effect-twilio-video/erasure/ErasureKeys") {}

/**
 * The text isn't one that {@link toText} wrote. The message doesn't quote it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidKeys extends Schema.TaggedError<InvalidKeys>()("InvalidKeys", { message: Schema.String }) {}

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const

/**
 * Makes new keys at random.
 *
 * @category constructors
 * @since 0.1.0
 */
export const generate: Effect.Effect<Keys> = Effect.gen(function* () {
  const pair = yield* Effect.promise(() => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]))
  const jwk = yield* Effect.promise(() => crypto.subtle.exportKey("jwk", pair.privateKey))
  const sign = yield* Effect.orDie(Schema.decodeUnknownEffect(PrivateKey)(jwk))
  return { seal: Redacted.make(crypto.getRandomValues(new Uint8Array(32))), sign: Redacted.make(sign) }
})

/**
 * Writes keys as one line of text, to be kept in a vault or a file that only the service can read.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toText = (keys: Keys): Effect.Effect<string> =>
  Effect.map(
    Effect.orDie(
      Schema.encodeEffect(Text)({
        seal: Bytes.toBase64Url(Redacted.value(keys.seal)),
        sign: Redacted.value(keys.sign)
      })
    ),
    (json) => Bytes.toBase64Url(Bytes.fromText(json))
  )

const invalid = new InvalidKeys({
  message: "The text isn't the keys of an erasure service. Use a text that ErasureKeys.toText wrote, unchanged."
})

const parse = Effect.fnUntraced(function* (text: string) {
  const bytes = Bytes.fromBase64Url(text.trim())
  if (bytes === undefined) return yield* invalid
  const { seal, sign } = yield* Schema.decodeEffect(Text)(Bytes.toText(bytes))
  const sealing = Bytes.fromBase64Url(seal)
  if (sealing?.length !== 32) return yield* invalid
  // Checks that the key is one.
  yield* Effect.promise(() => crypto.subtle.importKey("jwk", jwkOf(sign), algorithm, false, ["sign"]))
  const keys: Keys = { seal: Redacted.make(sealing), sign: Redacted.make(sign) }
  return keys
})

const jwkOf = ({ crv, d, kty, x, y }: Schema.Schema.Type<typeof PrivateKey>): JsonWebKey => ({ crv, d, kty, x, y })

/**
 * Reads what {@link toText} wrote. Fails with `InvalidKeys` for any other text.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromText = (text: string): Effect.Effect<Keys, InvalidKeys> =>
  // Errors of the decoder and of WebCrypto may quote the key.
  Effect.catchCause(parse(text), () => Effect.fail(invalid))

/**
 * Reads the keys from the variable `TWILIO_ERASURE_KEYS`. Fails with `ConfigError` if it's missing.
 *
 * @category config
 * @since 0.1.0
 */
export const fromConfig: Effect.Effect<Keys, Config.ConfigError | InvalidKeys> = Effect.gen(function* () {
  const text = yield* Config.Redacted("TWILIO_ERASURE_KEYS")
  return yield* fromText(Redacted.value(text))
})

const thumbprint = (x: string, y: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() =>
      crypto.subtle.digest("SHA-256", Bytes.fromText(JSON.stringify({ crv: "P-256", kty: "EC", x, y })))
    ),
    Bytes.toBase64Url
  )

/**
 * Returns the key that verifies the receipts signed with these keys.
 *
 * @category conversions
 * @since 0.1.0
 */
export const publicKey = (keys: Keys): Effect.Effect<PublicKey> => {
  const { x, y } = Redacted.value(keys.sign)
  return Effect.map(thumbprint(x, y), (kid) => ({ kty: "EC", crv: "P-256", x, y, kid }))
}

/**
 * Returns the key that signs, for WebCrypto.
 *
 * @category conversions
 * @since 0.1.0
 */
export const signingKey = (keys: Keys): Effect.Effect<CryptoKey> =>
  Effect.promise(() => crypto.subtle.importKey("jwk", jwkOf(Redacted.value(keys.sign)), algorithm, false, ["sign"]))

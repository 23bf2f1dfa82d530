/**
 * The keys of an erasure service: one seals identities until they're erased, the other signs receipts.
 *
 * A copy of the database, or of its backups, doesn't reveal an identity without the keys. Destroying the keys makes every
 * sealed identity unreadable at once.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Bytes from "./internal/Bytes.ts"
import * as Ecdsa from "./internal/Ecdsa.ts"

/** 32 bytes in base64url. */
const Coordinate = Schema.String.check(Schema.isPattern(/^[\w-]{43}$/u))

/**
 * The key that verifies receipts: a JSON Web Key for ECDSA on P-256. Publish it, or hand it over with the receipts.
 *
 * Follows https://www.rfc-editor.org/rfc/rfc7517.
 *
 * @category models
 * @since 0.1.0
 */
export interface PublicKey extends Schema.Schema.Type<typeof PublicKey> {}

/**
 * The schema of a public key.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PublicKey = Schema.Struct({
  kty: Schema.Literal("EC"),
  crv: Schema.Literal("P-256"),
  x: Coordinate,
  y: Coordinate,
  /** The key's ID: its thumbprint by https://www.rfc-editor.org/rfc/rfc7638. */
  kid: Coordinate
})

const PrivateKey = Schema.Struct({
  kty: Schema.Literal("EC"),
  crv: Schema.Literal("P-256"),
  x: Coordinate,
  y: Coordinate,
  d: Coordinate
})

/** What the text form contains, in base64url. */
const decodeText = Schema.decodeSync(Schema.fromJsonString(Schema.Struct({ seal: Coordinate, sign: PrivateKey })))

/**
 * The keys of an erasure service. {@link toText} writes them as text.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keys {
  /** 32 bytes. */
  readonly seal: Redacted.Redacted<Uint8Array<ArrayBuffer>>
  /** A private JSON Web Key. */
  readonly sign: Redacted.Redacted<Schema.Schema.Type<typeof PrivateKey>>
}

/**
 * The keys that an erasure service uses.
 *
 * @category services
 * @since 0.1.0
 */
export class ErasureKeys extends Context.Service<ErasureKeys, Keys>()("@effect-twilio-video/erasure/ErasureKeys") {}

/**
 * {@link toText} didn't write this text. The message doesn't quote it.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidKeys extends Schema.TaggedError<InvalidKeys>()("InvalidKeys", { message: Schema.String }) {}

const sealLength = 32

/**
 * Makes new keys at random.
 *
 * @category constructors
 * @since 0.1.0
 */
export const generate: Effect.Effect<Keys> = Effect.map(Effect.promise(Ecdsa.generate), (jwk): Keys => ({
  seal: Redacted.make(crypto.getRandomValues(new Uint8Array(sealLength))),
  sign: Redacted.make(Schema.decodeUnknownSync(PrivateKey)(jwk))
}))

/**
 * Writes keys as one line of text. Keep it in a vault, or in a file that only the service can read.
 *
 * @example
 * ```ts
 * import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
 * import * as Effect from "effect/Effect"
 *
 * const text = await ErasureKeys.generate.pipe(Effect.flatMap(ErasureKeys.toText), Effect.runPromise)
 * const keys = await Effect.runPromise(ErasureKeys.fromText(text))
 *
 * JSON.stringify(keys) // => '{"seal":"<redacted>","sign":"<redacted>"}'
 * ```
 * @category conversions
 * @since 0.1.0
 */
export const toText = (keys: Keys): Effect.Effect<string> =>
  Effect.sync(() => {
    const seal = Bytes.toBase64Url(Redacted.value(keys.seal))
    return Bytes.toBase64Url(Bytes.fromText(JSON.stringify({ seal, sign: Redacted.value(keys.sign) })))
  })

const parse = async (text: string): Promise<Keys | undefined> => {
  const bytes = Bytes.fromBase64Url(text.trim())
  if (bytes === undefined) return undefined
  const { seal, sign } = decodeText(Bytes.toText(bytes))
  const sealBytes = Bytes.fromBase64Url(seal)
  // Not every runtime checks on import that the public and the private half belong together.
  const isPair = await Ecdsa.verify(sign, await Ecdsa.sign(sign, ""), "")
  return sealBytes !== undefined && isPair ? { seal: Redacted.make(sealBytes), sign: Redacted.make(sign) } : undefined
}

/**
 * Reads text that {@link toText} wrote; white space around it is ignored. Fails with `InvalidKeys` for other text.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromText = (text: string): Effect.Effect<Keys, InvalidKeys> =>
  // The errors of the decoder and of WebCrypto may quote the keys.
  Effect.promise(() => parse(text).catch(() => undefined)).pipe(
    Effect.filterOrFail(
      (keys) => keys !== undefined,
      () =>
        new InvalidKeys({
          message: "The text isn't the keys of an erasure service. Use text from ErasureKeys.toText, unchanged."
        })
    )
  )

/**
 * Reads the text of {@link toText} from the environment variable `TWILIO_ERASURE_KEYS`. Fails with `ConfigError` if it's
 * missing or invalid; the message doesn't quote it.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<Keys> = Config.Redacted("TWILIO_ERASURE_KEYS").pipe(
  Config.mapEffect((text) =>
    Effect.mapError(
      fromText(Redacted.value(text)),
      ({ message }) =>
        new Config.ConfigError(
          new ConfigProvider.SourceError({ message: `Cannot read TWILIO_ERASURE_KEYS. ${message}` })
        )
    )
  )
)

/**
 * Returns the key that verifies what these keys sign.
 *
 * @category conversions
 * @since 0.1.0
 */
export const publicKey = (keys: Keys): Effect.Effect<PublicKey> =>
  Effect.promise(async () => {
    const { crv, kty, x, y } = Redacted.value(keys.sign)
    // The members in the order of RFC 7638.
    const digest = await crypto.subtle.digest("SHA-256", Bytes.fromText(JSON.stringify({ crv, kty, x, y })))
    return { kty, crv, x, y, kid: Bytes.toBase64Url(digest) }
  })

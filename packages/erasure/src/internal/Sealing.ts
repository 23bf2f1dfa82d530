/**
 * Seals identities, and compares them without opening.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as ErasureKeys from "../ErasureKeys.ts"
import * as Bytes from "./Bytes.ts"

/** The keys are others than those that sealed, or the text was changed. */
export class CannotOpen extends Schema.TaggedError<CannotOpen>()("CannotOpen", { message: Schema.String }) {}

const Identities = Schema.fromJsonString(Schema.Array(Schema.String))

/** Derives a key for one purpose, so that no other use of the keys weakens it. */
const derive = <Usages extends ReadonlyArray<KeyUsage>>(
  { seal }: ErasureKeys.Keys,
  purpose: string,
  algorithm: AesKeyAlgorithm | HmacKeyGenParams,
  usages: Usages
): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", Redacted.value(seal), "HKDF", false, ["deriveKey"]).then((key) =>
    crypto.subtle.deriveKey(
      {
        name: "HKDF",
        hash: "SHA-256",
        salt: new Uint8Array(),
        info: Bytes.fromText(`effect-twilio-video/erasure/${purpose}`)
      },
      key,
      algorithm,
      false,
      [...usages]
    )
  )

const sealingKey = (keys: ErasureKeys.Keys) =>
  derive(keys, "seal", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"])

const parameters = (iv: Bytes.Bytes, requestId: string) => ({
  name: "AES-GCM",
  iv,
  additionalData: Bytes.fromText(requestId)
})

const ivLength = 12

/** Seals the identities of a request. The text opens only for the same request. */
export const seal = (
  keys: ErasureKeys.Keys,
  requestId: string,
  identities: ReadonlyArray<Redacted.Redacted>
): Effect.Effect<string> =>
  Effect.promise(async () => {
    const iv = crypto.getRandomValues(new Uint8Array(ivLength))
    const text = JSON.stringify(identities.map(Redacted.value))
    const sealed = await crypto.subtle.encrypt(parameters(iv, requestId), await sealingKey(keys), Bytes.fromText(text))
    return `${Bytes.toBase64Url(iv)}.${Bytes.toBase64Url(sealed)}`
  })

const cannotOpen = new CannotOpen({
  message: "The sealed identities can't be opened. Provide the keys that sealed them; without those, they're lost."
})

/** Opens what `seal` sealed with the same keys for the same request. */
export const open = (
  keys: ErasureKeys.Keys,
  requestId: string,
  text: string
): Effect.Effect<ReadonlyArray<Redacted.Redacted>, CannotOpen> =>
  Effect.tryPromise({
    try: async () => {
      const [iv, sealed] = text.split(".").map(Bytes.fromBase64Url)
      if (iv === undefined || sealed === undefined) throw cannotOpen
      return crypto.subtle.decrypt(parameters(iv, requestId), await sealingKey(keys), sealed)
    },
    // WebCrypto's error says nothing, and must not quote anything.
    catch: () => cannotOpen
  }).pipe(
    Effect.flatMap((bytes) => Schema.decodeEffect(Identities)(Bytes.toText(bytes))),
    Effect.map((identities) => identities.map((identity) => Redacted.make(identity))),
    Effect.catchCause(() => Effect.fail(cannotOpen))
  )

/** Computes a text that is equal for equal sets of identities of a request, and tells nothing about them without the keys. */
export const fingerprint = (
  keys: ErasureKeys.Keys,
  requestId: string,
  identities: ReadonlyArray<Redacted.Redacted>
): Effect.Effect<string> =>
  Effect.promise(async () => {
    const key = await derive(keys, "fingerprint", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"])
    // JSON keeps the ends of the texts apart.
    const text = JSON.stringify([requestId, ...[...new Set(identities.map(Redacted.value))].sort()])
    return Bytes.toBase64Url(await crypto.subtle.sign("HMAC", key, Bytes.fromText(text)))
  })

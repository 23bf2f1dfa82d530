/**
 * Seals identities, and compares sets of identities without opening them.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as ErasureKeys from "../ErasureKeys.ts"
import * as Bytes from "./Bytes.ts"

/** The text was sealed with other keys or for another request, or was changed. */
export class CannotOpen extends Data.TaggedError("CannotOpen")<{ readonly message: string }> {}

const decodeIdentities = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Schema.String)))

/** Derives the key of one purpose, so that no two purposes share a key. */
const derive = async (
  { seal }: ErasureKeys.Keys,
  purpose: string,
  algorithm: AesKeyAlgorithm | HmacKeyGenParams,
  usages: Array<KeyUsage>
): Promise<CryptoKey> => {
  const key = await crypto.subtle.importKey("raw", Redacted.value(seal), "HKDF", false, ["deriveKey"])
  const info = Bytes.fromText(`effect-twilio-video/erasure/${purpose}`)
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }
  return crypto.subtle.deriveKey(hkdf, key, algorithm, false, usages)
}

const sealingKey = (keys: ErasureKeys.Keys) =>
  derive(keys, "seal", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"])

const ivLength = 12

const parameters = (iv: Bytes.Bytes, requestId: string) => ({
  name: "AES-GCM",
  iv,
  additionalData: Bytes.fromText(requestId)
})

/** Seals the identities of a request with AES-GCM: the iv and the ciphertext, in base64url. */
export const seal = (
  keys: ErasureKeys.Keys,
  requestId: string,
  identities: ReadonlyArray<Redacted.Redacted>
): Effect.Effect<string> =>
  Effect.promise(async () => {
    const iv = crypto.getRandomValues(new Uint8Array(ivLength))
    const text = Bytes.fromText(JSON.stringify(identities.map(Redacted.value)))
    const ciphertext = await crypto.subtle.encrypt(parameters(iv, requestId), await sealingKey(keys), text)
    return Bytes.toBase64Url(new Uint8Array([...iv, ...new Uint8Array(ciphertext)]))
  })

/** Opens what `seal` returned for the same keys and request. */
export const open = (
  keys: ErasureKeys.Keys,
  requestId: string,
  text: string
): Effect.Effect<ReadonlyArray<Redacted.Redacted>, CannotOpen> =>
  Effect.tryPromise({
    try: async () => {
      const bytes = Bytes.fromBase64Url(text) ?? new Uint8Array()
      const [iv, ciphertext] = [bytes.slice(0, ivLength), bytes.slice(ivLength)]
      const opened = await crypto.subtle.decrypt(parameters(iv, requestId), await sealingKey(keys), ciphertext)
      return decodeIdentities(Bytes.toText(opened)).map((identity) => Redacted.make(identity))
    },
    // The errors of the decoder and of WebCrypto may quote what they read.
    catch: () =>
      new CannotOpen({
        message:
          "The sealed identities can't be opened: they were sealed with other keys, or changed. Provide the keys that sealed them."
      })
  })

/**
 * Computes an HMAC of the set of identities. Equal sets have equal fingerprints within a request, whatever their order,
 * and different ones in different requests.
 */
export const fingerprint = (
  keys: ErasureKeys.Keys,
  requestId: string,
  identities: ReadonlyArray<Redacted.Redacted>
): Effect.Effect<string> =>
  Effect.promise(async () => {
    const key = await derive(keys, "fingerprint", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"])
    // JSON delimits the identities, and keeps malformed Unicode apart that UTF-8 would replace.
    const text = JSON.stringify([requestId, ...[...new Set(identities.map(Redacted.value))].sort()])
    return Bytes.toBase64Url(await crypto.subtle.sign("HMAC", key, Bytes.fromText(text)))
  })

/**
 * Keyed hashes by WebCrypto. Effect's own `Mac` is a service, which every program that mints or verifies would have to
 * provide.
 */
import * as Redacted from "effect/Redacted"

const encoder = new TextEncoder()

// Looked up on use, so that importing a module never fails in a runtime without WebCrypto.
const subtle = (): SubtleCrypto => {
  const found = globalThis.crypto?.subtle
  if (found === undefined) {
    throw new Error(
      "This runtime has no WebCrypto (crypto.subtle). Browsers provide it only to pages served over HTTPS."
    )
  }
  return found
}

type Hash = "SHA-1" | "SHA-256"

// Stores keys, not promises: on workerd, a request must not await a promise of another request.
const keys: Readonly<Record<Hash, WeakMap<Redacted.Redacted, CryptoKey>>> = {
  "SHA-1": new WeakMap(),
  "SHA-256": new WeakMap()
}

const importKey = async (hash: Hash, secret: Redacted.Redacted): Promise<CryptoKey> => {
  const known = keys[hash].get(secret)
  if (known !== undefined) return known
  const raw = encoder.encode(Redacted.value(secret))
  const key = await subtle().importKey("raw", raw, { name: "HMAC", hash }, false, ["sign"])
  keys[hash].set(secret, key)
  return key
}

/** Signs a text. Imports the key on a secret's first use and keeps it as long as the secret. */
export const sign = async (hash: Hash, secret: Redacted.Redacted, text: string): Promise<Uint8Array> =>
  new Uint8Array(await subtle().sign("HMAC", await importKey(hash, secret), encoder.encode(text)))

export const sha256 = async (body: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await subtle().digest("SHA-256", typeof body === "string" ? encoder.encode(body) : body))

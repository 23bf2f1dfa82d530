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

/** Returns the key of a service's secret. Imports it on first use. */
export type Keyring = (service: object, secret: Redacted.Redacted) => Promise<CryptoKey>

/** Keeps keys as long as the service they belong to, so no longer than its layer. The secret may live longer. */
export const keyring = (hash: "SHA-1" | "SHA-256"): Keyring => {
  // Stores keys, not promises: on workerd, a request must not await a promise of another request.
  const keys = new WeakMap<object, WeakMap<Redacted.Redacted, CryptoKey>>()
  return async (service, secret) => {
    const known = keys.get(service)?.get(secret)
    if (known !== undefined) return known
    const raw = encoder.encode(Redacted.value(secret))
    const key = await subtle().importKey("raw", raw, { name: "HMAC", hash }, false, ["sign", "verify"])
    const others = keys.get(service)
    if (others === undefined) keys.set(service, new WeakMap([[secret, key]]))
    else others.set(secret, key)
    return key
  }
}

export const sign = async (key: CryptoKey, text: string): Promise<Uint8Array> =>
  new Uint8Array(await subtle().sign("HMAC", key, encoder.encode(text)))

/** Whether the signature is that of the text. WebCrypto compares in constant time. */
export const verify = (key: CryptoKey, signature: Uint8Array<ArrayBuffer>, text: string): Promise<boolean> =>
  subtle().verify("HMAC", key, signature, encoder.encode(text))

export const sha256 = async (body: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await subtle().digest("SHA-256", typeof body === "string" ? encoder.encode(body) : body))

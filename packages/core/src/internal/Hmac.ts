/**
 * Keyed hashes by WebCrypto, which every runtime has. Holds no format of Twilio's.
 */
import * as Redacted from "effect/Redacted"

const encoder = /* @__PURE__ */ new TextEncoder()

export const bytes = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

// Read at each use: a module that is only loaded asks its runtime for nothing.
const subtle = (): SubtleCrypto => {
  const found = globalThis.crypto?.subtle
  if (found === undefined) {
    throw new Error("There is no WebCrypto (crypto.subtle) here. A page has it only over HTTPS.")
  }
  return found
}

type Hash = "SHA-1" | "SHA-256"

// Resolved keys only: on workerd a request must not await a promise of another request.
const keys: Readonly<Record<Hash, WeakMap<Redacted.Redacted, CryptoKey>>> = {
  "SHA-1": /* @__PURE__ */ new WeakMap(),
  "SHA-256": /* @__PURE__ */ new WeakMap()
}

const keyOf = async (hash: Hash, secret: Redacted.Redacted): Promise<CryptoKey> => {
  const known = keys[hash].get(secret)
  if (known !== undefined) return known
  const key = await subtle().importKey("raw", bytes(Redacted.value(secret)), { name: "HMAC", hash }, false, ["sign"])
  keys[hash].set(secret, key)
  return key
}

/** Signs a text. Imports the key at a secret's first use, and keeps it as long as the secret is kept. */
export const sign = async (hash: Hash, secret: Redacted.Redacted, text: string): Promise<Uint8Array> =>
  new Uint8Array(await subtle().sign("HMAC", await keyOf(hash, secret), bytes(text)))

export const sha256 = async (body: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await subtle().digest("SHA-256", typeof body === "string" ? bytes(body) : body))

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export const base64Url = (bytes: Uint8Array): string =>
  base64(bytes).replace(/=/gu, "").replace(/\+/gu, "-").replace(/\//gu, "_")

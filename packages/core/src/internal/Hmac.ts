/**
 * Keyed hashes by WebCrypto, which every runtime has. Holds no format of Twilio's.
 */
import * as Effect from "effect/Effect"

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

/** The keyed hash of a text. The key is not kept: importing one costs less than a signature. */
export const sign = (hash: "SHA-1" | "SHA-256", secret: string, text: string): Effect.Effect<Uint8Array> =>
  Effect.promise(async () => {
    const key = await subtle().importKey("raw", bytes(secret), { name: "HMAC", hash }, false, ["sign"])
    return new Uint8Array(await subtle().sign("HMAC", key, bytes(text)))
  })

export const sha256 = (body: string | Uint8Array<ArrayBuffer>): Effect.Effect<Uint8Array> =>
  Effect.promise(
    async () => new Uint8Array(await subtle().digest("SHA-256", typeof body === "string" ? bytes(body) : body))
  )

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export const base64Url = (bytes: Uint8Array): string =>
  base64(bytes).replace(/=/gu, "").replace(/\+/gu, "-").replace(/\//gu, "_")

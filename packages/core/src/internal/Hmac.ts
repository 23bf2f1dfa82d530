/**
 * Keyed hashes by WebCrypto, which every runtime has. Holds no format of Twilio's.
 */
import * as Effect from "effect/Effect"

const encoder = /* @__PURE__ */ new TextEncoder()

export const bytes = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

// Read at each use: a module that is only loaded asks its runtime for nothing.
const subtle = Effect.suspend(() =>
  globalThis.crypto?.subtle === undefined
    ? Effect.die(new Error("This runtime has no WebCrypto (crypto.subtle). A page has it only over HTTPS."))
    : Effect.succeed(globalThis.crypto.subtle)
)

/** A key that signs. It is not kept: importing one costs less than a signature. */
export const key = (hash: "SHA-1" | "SHA-256", secret: string): Effect.Effect<CryptoKey> =>
  Effect.flatMap(subtle, (subtle) =>
    Effect.promise(() => subtle.importKey("raw", bytes(secret), { name: "HMAC", hash }, false, ["sign"]))
  )

export const sign = (key: CryptoKey, text: string): Effect.Effect<Uint8Array> =>
  Effect.flatMap(subtle, (subtle) =>
    Effect.map(
      Effect.promise(() => subtle.sign("HMAC", key, bytes(text))),
      (signature) => new Uint8Array(signature)
    )
  )

export const sha256 = (body: string | Uint8Array<ArrayBuffer>): Effect.Effect<Uint8Array> =>
  Effect.flatMap(subtle, (subtle) =>
    Effect.map(
      Effect.promise(() => subtle.digest("SHA-256", typeof body === "string" ? bytes(body) : body)),
      (digest) => new Uint8Array(digest)
    )
  )

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export const base64Url = (bytes: Uint8Array): string =>
  base64(bytes).replace(/=/gu, "").replace(/\+/gu, "-").replace(/\//gu, "_")

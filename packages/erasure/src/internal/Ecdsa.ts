/**
 * Signatures by ECDSA on P-256 with SHA-256, through WebCrypto.
 */
import * as Bytes from "./Bytes.ts"

export interface PublicJwk {
  readonly kty: "EC"
  readonly crv: "P-256"
  readonly x: string
  readonly y: string
}

export interface PrivateJwk extends PublicJwk {
  readonly d: string
}

const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" } as const

const algorithm = { name: "ECDSA", hash: "SHA-256" } as const

/** Makes a private key at random. Its members are those of a {@link PrivateJwk}, and others. */
export const generate = async (): Promise<JsonWebKey> => {
  const { privateKey } = await crypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"])
  return crypto.subtle.exportKey("jwk", privateKey)
}

/** Rejects if the key isn't on the curve. */
export const sign = async ({ crv, d, kty, x, y }: PrivateJwk, text: string): Promise<string> => {
  const key = await crypto.subtle.importKey("jwk", { crv, d, kty, x, y }, keyAlgorithm, false, ["sign"])
  return Bytes.toBase64Url(await crypto.subtle.sign(algorithm, key, Bytes.fromText(text)))
}

/** Rejects if the key isn't on the curve. */
export const verify = async ({ crv, kty, x, y }: PublicJwk, signature: string, text: string): Promise<boolean> => {
  const bytes = Bytes.fromBase64Url(signature)
  if (bytes === undefined) return false
  const key = await crypto.subtle.importKey("jwk", { crv, kty, x, y }, keyAlgorithm, false, ["verify"])
  return crypto.subtle.verify(algorithm, key, bytes, Bytes.fromText(text))
}

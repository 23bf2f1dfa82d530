/**
 * Bytes and text for WebCrypto.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"

export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()

export const fromText = (text: string): Bytes => encoder.encode(text)

/** Throws if the bytes aren't UTF-8. */
export const toText = (bytes: BufferSource): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes)

export const toBase64Url = (bytes: ArrayBuffer | Bytes): string =>
  Base64Url.encode(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))

/**
 * Decodes base64url. `undefined` for any text that {@link toBase64Url} doesn't write: several texts would stand for the
 * same bytes otherwise, so that a changed text could go unnoticed.
 */
export const fromBase64Url = (text: string): Bytes | undefined => {
  const bytes = Result.getOrUndefined(Result.map(Base64Url.decode(text), (bytes) => new Uint8Array(bytes)))
  return bytes !== undefined && toBase64Url(bytes) === text ? bytes : undefined
}

/**
 * The body of an answer as text, up to a size.
 */
import * as Chunks from "./Chunks.ts"

/**
 * How many bytes an answer may have after decompression: 16 MiB. The largest answer of Twilio's, a page of 1000
 * records, has less than 2.
 */
export const maximum = 16 * 1024 * 1024

/** Reads the body of a web `Response`; nothing if it is too large. That, or aborting the signal, closes the connection. */
export const read = async ({ body }: Response, signal: AbortSignal): Promise<string | undefined> => {
  if (body === null) return ""
  const bytes = await Chunks.read(body, maximum, signal)
  // At once: chunk by chunk, Node takes several times as long.
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

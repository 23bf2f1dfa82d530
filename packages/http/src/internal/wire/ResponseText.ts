/**
 * Reads the body of a response as text, up to a size.
 */
import * as BoundedStream from "./BoundedStream.ts"

/** The most bytes of a body, after decompression: 16 MiB. Twilio's largest, a page of 1000 records, has less than 2 MiB. */
export const maximum = 16 * 1024 * 1024

const decoder = new TextDecoder()

/** Reads the body; `undefined` if it is too large. That, or aborting the signal, closes the connection. */
export const read = async ({ body }: Response, signal: AbortSignal): Promise<string | undefined> => {
  if (body === null) return ""
  const bytes = await BoundedStream.read(body, maximum, signal)
  // Decoding chunk by chunk takes several times as long on Node.
  return bytes === undefined ? undefined : decoder.decode(bytes)
}

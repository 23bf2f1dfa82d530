/**
 * Reads a web stream up to a size.
 */

const concat = (chunks: ReadonlyArray<Uint8Array<ArrayBuffer>>, size: number): Uint8Array<ArrayBuffer> => {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/** Reads the stream; `undefined` if it has more than `maximum` bytes. That, or aborting the signal, cancels it. */
export const read = async (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maximum: number,
  signal: AbortSignal
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const reader = body.getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  signal.addEventListener("abort", cancel, { once: true })
  const chunks: Array<Uint8Array<ArrayBuffer>> = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concat(chunks, size)
    size += value.length
    if (size > maximum) {
      cancel()
      return undefined
    }
    chunks.push(value)
  }
}

/**
 * The body of a web `Request` up to a size: what is larger is not read to its end, and not held. Holds no form.
 */
import * as Effect from "effect/Effect"

const collect = async (body: ReadableStream<Uint8Array>, maximum: number) => {
  const reader = body.getReader()
  const chunks: Array<Uint8Array> = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maximum) {
      // The rest is not waited for.
      reader.cancel().catch(() => {})
      return "too-large" as const
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

export const read = (
  request: Request,
  maximum: number
): Effect.Effect<Uint8Array<ArrayBuffer> | "too-large" | "unreadable"> => {
  const { body } = request
  if (body === null) return Effect.succeed(new Uint8Array(0))
  // Who says that it is too large is believed before a byte of it is read.
  if (Number(request.headers.get("content-length") ?? 0) > maximum) return Effect.succeed("too-large")
  return Effect.tryPromise(() => collect(body, maximum)).pipe(Effect.orElseSucceed(() => "unreadable" as const))
}

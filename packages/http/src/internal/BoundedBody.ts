/**
 * Reads the body of a web `Request`, up to a size and for a limited time. Cancels the rest of a body that is too large
 * or too slow, or whose reading is interrupted.
 */
import * as Effect from "effect/Effect"

// Twilio sends a callback at once, and waits 15 seconds for its answer.
const patience = "10 seconds"

const cancel = (reader: ReadableStreamDefaultReader<Uint8Array>): void => {
  reader.cancel().catch(() => {})
}

const collect = async (reader: ReadableStreamDefaultReader<Uint8Array>, maximum: number) => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maximum) {
      cancel(reader)
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
): Effect.Effect<Uint8Array<ArrayBuffer> | "too-large" | "too-slow" | "unreadable"> => {
  const { body } = request
  if (body === null) return Effect.succeed(new Uint8Array(0))
  // Reject early if Content-Length exceeds the limit.
  if (Number(request.headers.get("content-length") ?? 0) > maximum) return Effect.succeed("too-large")
  return Effect.tryPromise((signal) => {
    const reader = body.getReader()
    signal.addEventListener("abort", () => cancel(reader))
    return collect(reader, maximum)
  }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed("too-slow" as const) }),
    Effect.orElseSucceed(() => "unreadable" as const)
  )
}

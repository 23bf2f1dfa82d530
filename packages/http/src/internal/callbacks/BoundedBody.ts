/**
 * Reads the body of a web `Request`, up to a size and for a limited time. Cancels the rest of a body that is too large
 * or too slow, or whose reading is interrupted.
 */
import * as Effect from "effect/Effect"
import * as Chunks from "../wire/Chunks.ts"

// Twilio sends a callback at once, and waits 15 seconds for its answer.
const patience = "10 seconds"

export const read = (
  request: Request,
  maximum: number
): Effect.Effect<Uint8Array<ArrayBuffer> | "too-large" | "too-slow" | "unreadable"> => {
  const { body } = request
  if (body === null) return Effect.succeed(new Uint8Array(0))
  // Reject early if Content-Length exceeds the limit.
  if (Number(request.headers.get("content-length") ?? 0) > maximum) return Effect.succeed("too-large")
  return Effect.tryPromise((signal) => Chunks.read(body, maximum, signal)).pipe(
    Effect.map((bytes) => bytes ?? ("too-large" as const)),
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed("too-slow" as const) }),
    Effect.orElseSucceed(() => "unreadable" as const)
  )
}

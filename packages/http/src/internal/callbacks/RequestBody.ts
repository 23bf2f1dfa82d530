/**
 * Reads the body of a web `Request`, up to a size and for a limited time. Cancels the rest of a body that is too large
 * or too slow, or when interrupted.
 */
import * as Effect from "effect/Effect"
import * as BoundedStream from "../wire/BoundedStream.ts"

// Twilio sends the whole body at once, and waits 15 seconds for the response.
const timeout = "10 seconds"

export const read = (
  request: Request,
  maximum: number
): Effect.Effect<Uint8Array<ArrayBuffer> | "too-large" | "too-slow" | "unreadable"> => {
  const { body } = request
  if (body === null) return Effect.succeed(new Uint8Array(0))
  // Reject early when Content-Length exceeds the limit.
  if (Number(request.headers.get("content-length") ?? 0) > maximum) return Effect.succeed("too-large")
  return Effect.tryPromise((signal) => BoundedStream.read(body, maximum, signal)).pipe(
    Effect.map((bytes) => bytes ?? ("too-large" as const)),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed("too-slow" as const) }),
    Effect.orElseSucceed(() => "unreadable" as const)
  )
}

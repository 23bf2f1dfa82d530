/**
 * Isolates a sandbox's quota. Connections with the same credentials share a quota within a process, and all sandboxes
 * have the same credentials by default.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

// Declared again here, since this reference is internal to the package http.
const Lines = Context.Reference<WeakMap<object, unknown>>(
  "@effect-twilio-video/http/internal/RateLimiter/ProcessQueues",
  {
    defaultValue: () => new WeakMap()
  }
)

/** Connections that are built with this layer share a separate quota. */
export const layer: Layer.Layer<never> = Layer.fresh(Layer.sync(Lines, () => new WeakMap()))

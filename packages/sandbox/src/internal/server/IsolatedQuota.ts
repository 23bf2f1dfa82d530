/**
 * Keeps a sandbox's quota apart. Connections of a process with the same credentials share a quota, and sandboxes have
 * the same credentials by default.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"

// What connections look up by this key is internal to the package http, so it's named here again.
const Lines = Context.Reference<WeakMap<object, unknown>>(
  "@effect-twilio-video/http/internal/RateLimiter/ProcessQueues",
  {
    defaultValue: () => new WeakMap()
  }
)

/** Gives connections that are built with it a quota of their own, which they share. */
export const layer: Layer.Layer<never> = Layer.fresh(Layer.sync(Lines, () => new WeakMap()))

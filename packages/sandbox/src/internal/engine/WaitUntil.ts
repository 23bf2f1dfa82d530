/**
 * What keeps a runtime going after the answer to a request: a Worker's context. Holds no runtime.
 */
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"

export interface RequestContext {
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Runtimes hand other things over as well. */
export const isRequestContext = (value: unknown): value is RequestContext =>
  Predicate.hasProperty(value, "waitUntil") && Predicate.isFunction(value.waitUntil)

/** Of the request that is being answered, where the runtime has one. */
export const WaitUntil = Context.Reference<RequestContext | undefined>("@effect-twilio-video/sandbox/WaitUntil", {
  defaultValue: () => undefined
})

/** Keeps the runtime going until the fiber ends. */
export const hold = (context: RequestContext | undefined, fiber: Fiber.Fiber<unknown, unknown>): void =>
  context?.waitUntil(new Promise<void>((resolve) => fiber.addObserver(() => resolve())))

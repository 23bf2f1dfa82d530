/**
 * The execution context of a Worker's request, which keeps the runtime alive after the response.
 */
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"

export interface ExecutionContext {
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Tells a Worker's execution context from other arguments that runtimes pass to a handler. */
export const isExecutionContext = (value: unknown): value is ExecutionContext =>
  Predicate.hasProperty(value, "waitUntil") && Predicate.isFunction(value.waitUntil)

/** The execution context of the current request, if the runtime has one. */
export const ExecutionContext = Context.Reference<ExecutionContext | undefined>(
  "@effect-twilio-video/sandbox/ExecutionContext",
  { defaultValue: () => undefined }
)

/** Keeps the runtime alive until the fiber ends. */
export const waitUntil = (context: ExecutionContext | undefined, fiber: Fiber.Fiber<unknown, unknown>): void =>
  context?.waitUntil(new Promise<void>((resolve) => fiber.addObserver(() => resolve())))

/**
 * The execution context of a Worker's request, which keeps the runtime alive after the response.
 */
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"

export interface ExecutionContext {
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Runtimes pass other arguments as well. */
export const isExecutionContext = (value: unknown): value is ExecutionContext =>
  Predicate.hasProperty(value, "waitUntil") && Predicate.isFunction(value.waitUntil)

/** That of the current request, if the runtime has one. */
export const ExecutionContext = Context.Reference<ExecutionContext | undefined>(
  "@effect-twilio-video/sandbox/ExecutionContext",
  { defaultValue: () => undefined }
)

/** Keeps the runtime alive until the fiber ends. */
export const waitUntil = (context: ExecutionContext | undefined, fiber: Fiber.Fiber<unknown, unknown>): void =>
  context?.waitUntil(new Promise<void>((resolve) => fiber.addObserver(() => resolve())))

/**
 * Runs a request that reports its end to a callback, up to a time limit. A timer costs less than `Effect.timeout`, which
 * runs both sides of a race in fibers of their own.
 */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as ApiResponse from "../wire/ApiResponse.ts"
import * as Attempt from "./Attempt.ts"

type End = (result: ApiResponse.ApiResponse | Attempt.NoResponse) => void

/**
 * Starts a request. Cancels it if the time is up, and if the fiber is interrupted. `start` returns how to cancel. The
 * fiber's `Clock` times it, so a `TestClock` moves the limit.
 */
export const run = (
  limit: Duration.Duration,
  start: (end: End) => () => void
): Effect.Effect<ApiResponse.ApiResponse, Attempt.NoResponse | Attempt.TimeUp> =>
  Effect.withFiber((fiber) =>
    Effect.callback((resume) => {
      const timer = Effect.runForkWith(fiber.context)(fiber.getRef(Clock.Clock).sleep(limit))
      const cancel = start((result) => {
        timer.interruptUnsafe()
        resume(result instanceof Attempt.NoResponse ? Effect.fail(result) : Effect.succeed(result))
      })
      timer.addObserver((exit) => {
        if (Exit.isFailure(exit)) return
        resume(Effect.fail(new Attempt.TimeUp()))
        cancel()
      })
      return Effect.sync(() => {
        timer.interruptUnsafe()
        cancel()
      })
    })
  )

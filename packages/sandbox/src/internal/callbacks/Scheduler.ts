/**
 * Advances the time when the next deadline is reached, so that its callbacks are sent without any request.
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as Timeouts from "../engine/Timeouts.ts"
import * as ExecutionContext from "../wire/ExecutionContext.ts"

// Timers of some runtimes overflow above 24 days.
const longestMillis = 24 * 60 * 60_000

type Fork = (effect: Effect.Effect<void>) => Fiber.Fiber<void>

export class Scheduler {
  private readonly engine: RoomEngine
  private readonly clock: () => Clock.Clock
  private readonly fork: Fork
  private asked = false
  private stopped = false
  private set: { readonly at: number; readonly fiber: Fiber.Fiber<void> } | undefined = undefined

  constructor(engine: RoomEngine, clock: () => Clock.Clock, fork: Fork) {
    this.engine = engine
    this.clock = clock
    this.fork = fork
  }

  /** Sets the timer for the next deadline once the current change is complete. */
  ask(): void {
    if (this.asked || this.stopped) return
    this.asked = true
    const context = Fiber.getCurrent()?.getRef(ExecutionContext.ExecutionContext)
    queueMicrotask(() => {
      this.asked = false
      this.reset(context)
    })
  }

  stop(): void {
    this.stopped = true
    this.set?.fiber.interruptUnsafe()
    this.set = undefined
  }

  private reset(context: ExecutionContext.ExecutionContext | undefined): void {
    const { first } = this.engine.store.deadlines
    if (first === undefined || this.stopped) return
    const now = this.clock().currentTimeMillisUnsafe()
    // An overdue timer may never fire: a Worker's timers end with the request that set them.
    if (this.set !== undefined && this.set.at <= first && this.set.at > now) return
    this.set?.fiber.interruptUnsafe()
    const at = Math.min(Math.max(first, now), now + longestMillis)
    const fire = Effect.sync(() => {
      this.set = undefined
      Timeouts.advance(this.engine, Math.max(this.clock().currentTimeMillisUnsafe(), at))
      this.reset(context)
    })
    // The callbacks of this deadline keep the Worker's request alive.
    const timer = Effect.provideService(fire, ExecutionContext.ExecutionContext, context)
    this.set = { at, fiber: this.fork(Effect.andThen(Effect.sleep(at - now), timer)) }
  }
}

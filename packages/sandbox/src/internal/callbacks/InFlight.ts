/**
 * The status callbacks under way: at most so many to one receiver, and twice as many to all together, so that a receiver
 * that hangs takes neither the memory nor the place of others. Says when there are none.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as ExecutionContext from "../wire/ExecutionContext.ts"

interface Journey {
  readonly receiver: string
  breakOff: () => void
}

const pollMillis = 10

export class InFlight<A> {
  private readonly maximum: number
  private readonly journeys = new Map<A, Journey>()
  /** How many are under way to each. */
  private readonly receivers = new Map<string, number>()
  private readonly none = Latch.makeUnsafe(true)

  /** `maximum` is how many may be under way to one receiver. */
  constructor(maximum: number) {
    this.maximum = maximum
  }

  get size(): number {
    return this.journeys.size
  }

  get values(): Iterable<A> {
    return this.journeys.keys()
  }

  /** Takes one in, unless there are too many. */
  enter(value: A, receiver: string): boolean {
    const count = this.receivers.get(receiver) ?? 0
    if (count >= this.maximum || this.size >= 2 * this.maximum) return false
    this.receivers.set(receiver, count + 1)
    this.journeys.set(value, { receiver, breakOff: () => {} })
    this.none.closeUnsafe()
    return true
  }

  /** Says how one is broken off, if it is still under way. */
  onBreakOff(value: A, breakOff: () => void): void {
    const journey = this.journeys.get(value)
    if (journey !== undefined) journey.breakOff = breakOff
  }

  leave(value: A): void {
    const journey = this.journeys.get(value)
    if (journey === undefined) return
    this.journeys.delete(value)
    const count = this.receivers.get(journey.receiver) ?? 0
    if (count > 1) this.receivers.set(journey.receiver, count - 1)
    else this.receivers.delete(journey.receiver)
    if (this.size === 0) this.none.openUnsafe()
  }

  /** Breaks one off. */
  breakOff(value: A): void {
    const journey = this.journeys.get(value)
    this.leave(value)
    journey?.breakOff()
  }

  /**
   * Waits until there are none. A Worker's request looks again and again, by a timer of its own: one request cannot be
   * woken by the work of another.
   */
  readonly awaitNone: Effect.Effect<void> = Effect.suspend(() =>
    Fiber.getCurrent()?.getRef(ExecutionContext.ExecutionContext) === undefined ? this.none.await : this.look
  )

  private readonly look = Effect.callback<void>((resume) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      if (this.size === 0) resume(Effect.void)
      else timer = setTimeout(look, pollMillis)
    }
    look()
    return Effect.sync(() => clearTimeout(timer))
  })
}

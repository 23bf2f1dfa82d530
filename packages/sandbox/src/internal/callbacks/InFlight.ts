/**
 * Tracks the pending status callbacks, at most `maximum` for each receiver and twice as many in total. A receiver that
 * hangs neither fills the memory nor blocks the others.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as ExecutionContext from "../wire/ExecutionContext.ts"

interface Pending {
  readonly receiver: string
  abort: () => void
}

const pollMillis = 10

export class InFlight<A> {
  private readonly maximum: number
  private readonly pending = new Map<A, Pending>()
  /** The number of pending callbacks by receiver. */
  private readonly receivers = new Map<string, number>()
  private readonly none = Latch.makeUnsafe(true)

  /** `maximum` is the limit for one receiver. */
  constructor(maximum: number) {
    this.maximum = maximum
  }

  get size(): number {
    return this.pending.size
  }

  get values(): Iterable<A> {
    return this.pending.keys()
  }

  /** Adds a callback; returns false if a limit is reached. */
  enter(value: A, receiver: string): boolean {
    const count = this.receivers.get(receiver) ?? 0
    if (count >= this.maximum || this.size >= 2 * this.maximum) return false
    this.receivers.set(receiver, count + 1)
    this.pending.set(value, { receiver, abort: () => {} })
    this.none.closeUnsafe()
    return true
  }

  /** Sets the function that aborts a callback, if it's still pending. */
  onAbort(value: A, abort: () => void): void {
    const found = this.pending.get(value)
    if (found !== undefined) found.abort = abort
  }

  leave(value: A): void {
    const found = this.pending.get(value)
    if (found === undefined) return
    this.pending.delete(value)
    const count = this.receivers.get(found.receiver) ?? 0
    if (count > 1) this.receivers.set(found.receiver, count - 1)
    else this.receivers.delete(found.receiver)
    if (this.size === 0) this.none.openUnsafe()
  }

  /** Removes and aborts a callback. */
  abort(value: A): void {
    const found = this.pending.get(value)
    this.leave(value)
    found?.abort()
  }

  /**
   * Waits until no callback is pending. A request of a Worker polls with its own timer, since the work of another
   * request can't resume it.
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

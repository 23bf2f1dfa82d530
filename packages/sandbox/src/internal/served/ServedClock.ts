/**
 * The clock of a served sandbox: real time, or a time that its controls have frozen, moved forward or made faster.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Deadlines from "../engine/Deadlines.ts"

interface Sleeper {
  readonly wake: () => void
  /** Its place among the sleepers. A reset moves it. */
  deadline?: Deadlines.Deadline<Sleeper>
}

const nanosPerMilli = 1_000_000n

/** Waiting fibers wake at the sandbox's time. `base` is the clock of the process. */
export class ServedClock implements Clock.Clock {
  /** Called when its time or rate was changed. */
  onChange: (() => void) | undefined
  /** How often it was set back. */
  resets = 0
  /** How many of the sandbox's milliseconds pass in one of the base's. 0 if the clock is frozen. */
  private pace = 1
  private readonly base: Clock.Clock
  private anchor: { readonly base: number; readonly time: number }
  private readonly sleepers = new Deadlines.Deadlines<Sleeper>()
  private timer: { readonly at: number; readonly fiber: Fiber.Fiber<void> } | undefined

  constructor(base: Clock.Clock) {
    this.base = base
    const now = base.currentTimeMillisUnsafe()
    this.anchor = { base: now, time: now }
  }

  get rate(): number {
    return this.pace
  }

  /** How far the sandbox's time is ahead of the process's, in milliseconds. Negative if it's behind. */
  get ahead(): number {
    const now = this.base.currentTimeMillisUnsafe()
    return this.at(now) - now
  }

  /** The time of the first sleeper. */
  get first(): number | undefined {
    return this.sleepers.first
  }

  currentTimeMillisUnsafe(): number {
    return this.at(this.base.currentTimeMillisUnsafe())
  }

  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())

  currentTimeNanosUnsafe(): bigint {
    return BigInt(this.currentTimeMillisUnsafe()) * nanosPerMilli
  }

  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())

  monotonicTimeNanosUnsafe(): bigint {
    return this.base.monotonicTimeNanosUnsafe()
  }

  get monotonicTimeNanos(): Effect.Effect<bigint> {
    return this.base.monotonicTimeNanos
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    if (millis <= 0) return Effect.yieldNow
    if (!Number.isFinite(millis)) return Effect.never
    return Effect.callback((resume) => {
      const sleeper: Sleeper = { wake: () => resume(Effect.void) }
      this.add(this.currentTimeMillisUnsafe() + millis, sleeper)
      this.arm()
      return Effect.sync(() => {
        if (sleeper.deadline !== undefined) this.sleepers.remove(sleeper.deadline)
        // A timer would keep the process running.
        if (this.sleepers.first === undefined) this.disarm()
      })
    })
  }

  setRate(rate: number): void {
    const base = this.base.currentTimeMillisUnsafe()
    this.start(base, this.at(base), rate)
  }

  /**
   * Moves the time forward, to a whole millisecond; an earlier time changes nothing. Sleepers wake with {@link wake}.
   */
  jump(time: number): void {
    const base = this.base.currentTimeMillisUnsafe()
    this.start(base, Math.max(Math.ceil(time), this.at(base)), this.pace)
  }

  /** Returns to the time of the process. Sleepers still wait as long as they had to. */
  reset(): number {
    this.resets += 1
    const before = this.currentTimeMillisUnsafe()
    const now = this.base.currentTimeMillisUnsafe()
    const waiting = Array.from(this.takeAll(Number.POSITIVE_INFINITY))
    for (const { at, value } of waiting) this.add(at - before + now, value)
    this.start(now, now, 1)
    return now
  }

  /** Wakes the sleepers that are due, and returns their number. */
  wake(): number {
    const due = Array.from(this.takeAll(this.currentTimeMillisUnsafe()))
    for (const { value } of due) value.wake()
    this.arm()
    return due.length
  }

  /** The sandbox's time at a time of the process. */
  private at(now: number): number {
    return Math.floor(this.anchor.time + (now - this.anchor.base) * this.pace)
  }

  private add(at: number, sleeper: Sleeper): void {
    sleeper.deadline = this.sleepers.add(at, sleeper)
  }

  private *takeAll(by: number): Generator<Deadlines.Deadline<Sleeper>> {
    for (let due = this.sleepers.take(by); due !== undefined; due = this.sleepers.take(by)) yield due
  }

  private start(base: number, time: number, rate: number): void {
    this.anchor = { base, time }
    this.pace = rate
    this.disarm()
    this.arm()
    this.onChange?.()
  }

  private disarm(): void {
    this.timer?.fiber.interruptUnsafe()
    this.timer = undefined
  }

  /** Sets the timer for the first sleeper. */
  private arm(): void {
    const { first } = this.sleepers
    if (first === undefined || this.pace === 0 || (this.timer !== undefined && this.timer.at <= first)) return
    this.disarm()
    const wait = Math.max(0, Math.ceil((first - this.currentTimeMillisUnsafe()) / this.pace))
    const fire = Effect.sync(() => {
      this.timer = undefined
      this.wake()
    })
    this.timer = { at: first, fiber: Effect.runFork(Effect.andThen(this.base.sleep(Duration.millis(wait)), fire)) }
  }
}

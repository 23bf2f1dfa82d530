/**
 * Monotonic time for waits and deadlines. It isn't a date: it starts at 0 for each clock.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

interface Reading {
  readonly origin: bigint
  last: number
  /** By how much the clock was set back so far, in milliseconds. */
  setBack: number
}

const readings = new WeakMap<Clock.Clock, Reading>()

/**
 * Milliseconds since the first reading of a clock. They never decrease, even if the runtime's monotonic clock does:
 * workerd's `performance.now()` is the wall clock.
 */
export const millis = (clock: Clock.Clock): number => {
  const nanos = clock.monotonicTimeNanosUnsafe()
  let reading = readings.get(clock)
  if (reading === undefined) {
    reading = { origin: nanos, last: 0, setBack: 0 }
    readings.set(clock, reading)
  }
  const elapsed = Number(nanos - reading.origin) / 1e6
  reading.setBack = Math.max(reading.setBack, reading.last - elapsed)
  reading.last = elapsed + reading.setBack
  return reading.last
}

/** Provides monotonic time to an effect that measures time by the current date. */
export const provideAsDate = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(effect, Clock.Clock, (clock): Clock.Clock => {
    const now = () => millis(clock)
    const members = { currentTimeMillisUnsafe: now, currentTimeMillis: Effect.sync(now) }
    return Object.assign(Object.create(clock) as Clock.Clock, members)
  })

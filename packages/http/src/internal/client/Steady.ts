/**
 * Time that only goes on, for waits and deadlines. It isn't a date: it begins at nothing for each clock.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

interface Reading {
  readonly origin: bigint
  last: number
  /** How far the clock was set back so far. */
  behind: number
}

const readings = new WeakMap<Clock.Clock, Reading>()

/**
 * Milliseconds since the first reading of a clock. They never go back, even where the runtime's monotonic clock does:
 * workerd's `performance.now()` is the wall clock.
 */
export const millis = (clock: Clock.Clock): number => {
  const nanos = clock.monotonicTimeNanosUnsafe()
  let reading = readings.get(clock)
  if (reading === undefined) {
    reading = { origin: nanos, last: 0, behind: 0 }
    readings.set(clock, reading)
  }
  const since = Number(nanos - reading.origin) / 1e6
  reading.behind = Math.max(reading.behind, reading.last - since)
  reading.last = since + reading.behind
  return reading.last
}

/** Runs something that measures time by dates. */
export const only = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(effect, Clock.Clock, (clock): Clock.Clock => {
    const now = () => millis(clock)
    const members = { currentTimeMillisUnsafe: now, currentTimeMillis: Effect.sync(now) }
    return Object.assign(Object.create(clock) as Clock.Clock, members)
  })

/**
 * Durations in messages.
 */
import * as Duration from "effect/Duration"

/** Seconds, or milliseconds below one second. `Duration.format` would add its units to every bundle. */
export const format = (duration: Duration.Duration): string => {
  const millis = Duration.toMillis(duration)
  return millis < 1000 ? `${millis} ms` : `${millis / 1000} s`
}

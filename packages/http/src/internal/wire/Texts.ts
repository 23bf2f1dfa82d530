/**
 * How values are written in messages.
 */
import * as Duration from "effect/Duration"

/** In seconds, or in milliseconds below one. (`Duration.format` does more, at a cost to every bundle.) */
export const duration = (duration: Duration.Duration): string => {
  const millis = Duration.toMillis(duration)
  return millis < 1000 ? `${millis} ms` : `${millis / 1000} s`
}

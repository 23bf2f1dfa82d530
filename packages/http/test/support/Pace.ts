/**
 * How many things happen in a second, from the times at which they did. Holds no clock.
 */

/** The most in any 1,000 ms, wherever they begin. The times are in order. */
export const mostInASecond = (times: ReadonlyArray<number>): number => {
  let most = 0
  let first = 0
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? 0) <= time - 1000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}

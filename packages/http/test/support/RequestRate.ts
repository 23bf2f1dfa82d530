/**
 * Computes rates from times.
 */

/** The maximum number in any 1,000 ms. The times must be sorted. */
export const maxPerSecond = (times: ReadonlyArray<number>): number => {
  let most = 0
  let first = 0
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? 0) <= time - 1000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}

/**
 * Timing for the benchmarks: rounds after a warm-up, their least and their median. Holds no benchmark.
 */

export const rounds = 7

export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export interface Measured {
  /** Microseconds of one call. */
  readonly min: number
  readonly median: number
}

/** Microseconds of one call: the least and the median of several rounds, after a warm-up. */
export const measure = async (calls: number, run: (calls: number) => Promise<unknown>): Promise<Measured> => {
  await run(calls)
  const times: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await run(calls)
    times.push(((performance.now() - start) * 1000) / calls)
  }
  return { min: Math.min(...times), median: median(times) }
}

/**
 * Times the benchmarks, and writes the reports that `figures.ts` reads.
 */
import { mkdir, writeFile } from "node:fs/promises"
import * as path from "node:path"

export const root = path.join(import.meta.dirname, "..")

export const rounds = 7

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return (low + high) / 2
}

/** Measures one call in microseconds: the minimum and the median of several rounds, after a warm-up. */
export const measure = async (
  calls: number,
  run: (calls: number) => Promise<unknown>
): Promise<{ readonly min: number; readonly median: number }> => {
  await run(calls)
  const times: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await run(calls)
    times.push(((performance.now() - start) * 1000) / calls)
  }
  return { min: Math.min(...times), median: median(times) }
}

/** Writes `reports/<name>.json`, with numbers rounded to one decimal. */
export const writeReport = async (name: string, report: unknown): Promise<void> => {
  await mkdir(path.join(root, "reports"), { recursive: true })
  const rounded = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value * 10) / 10 : value)
  await writeFile(path.join(root, "reports", `${name}.json`), JSON.stringify(report, rounded, 2))
}

/**
 * Medians, and the reports that `figures.ts` reads.
 */
import { mkdir, writeFile } from "node:fs/promises"
import * as path from "node:path"

export const root = path.join(import.meta.dirname, "..")

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return (low + high) / 2
}

/** Writes `reports/<name>.json`, with numbers rounded to two decimals. */
export const writeReport = async (name: string, report: unknown): Promise<void> => {
  await mkdir(path.join(root, "reports"), { recursive: true })
  const rounded = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value * 100) / 100 : value)
  await writeFile(path.join(root, "reports", `${name}.json`), JSON.stringify(report, rounded, 2))
}

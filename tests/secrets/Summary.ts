/**
 * Writes `reports/secrets.json`: what the tests covered, one part per test file.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"

const reports = new URL("../../reports/", import.meta.url)
const parts = new URL("secrets/", reports)

/** Adds a part and writes the report from all parts so far. */
export const write = (part: string, covered: Readonly<Record<string, unknown>>): void => {
  mkdirSync(parts, { recursive: true })
  writeFileSync(new URL(`${part}.json`, parts), JSON.stringify(covered))
  const entries = readdirSync(parts)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file): [string, unknown] => [file.slice(0, -5), JSON.parse(readFileSync(new URL(file, parts), "utf8"))])
  const next = new URL(`secrets.json.${process.pid}`, reports)
  writeFileSync(next, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`)
  renameSync(next, new URL("secrets.json", reports))
}

/**
 * The measurements that `docs/figures.md` shows, committed as `docs/figures/data.json`: the reports of the benchmarks
 * and tests, and the machine that they ran on.
 */
import { readFile, writeFile } from "node:fs/promises"
import { cpus } from "node:os"
import * as path from "node:path"
import type data from "../../docs/figures/data.json"
import { root } from "../measure.ts"
import type * as Summary from "../peers/Summary.ts"

/** The size of a program's bundle, in bytes after gzip. */
export interface Size {
  readonly name: string
  readonly esbuild: number
  readonly rolldown: number
  /** The largest size that `pnpm size` allows. */
  readonly budget?: { readonly esbuild: number; readonly rolldown: number } | undefined
  /** The name of the program to whose size the budget is added. */
  readonly over?: string | undefined
  /** The name of the program that does the same with the official package. */
  readonly beside?: string | undefined
}

export interface Figures extends Omit<typeof data, "peers" | "size"> {
  readonly size: ReadonlyArray<Size>
  readonly peers: { readonly rounds: number; readonly jobs: ReadonlyArray<Summary.Summary> }
}

const file = path.join(root, "docs/figures/data.json")

const reports = [
  "size",
  "peers",
  "cold-start",
  "sandbox",
  "resilience",
  "quota",
  "redis",
  "memory",
  "erasure",
  "roster"
]

const readJson = async (file: string) => JSON.parse(await readFile(file, "utf8"))

export const load = (): Promise<Figures> => readJson(file)

/** Writes the figures, with each list of numbers on one line. */
export const save = (figures: Figures): Promise<void> => {
  const json = JSON.stringify(figures, undefined, 2)
  return writeFile(file, `${json.replaceAll(/\[[\d\s.,-]*\]/gu, (list) => list.replaceAll(/\s+/gu, " "))}\n`)
}

/** Finds an entry by its name. */
export const named = <A extends { readonly name: string }>(entries: ReadonlyArray<A>, name: string | undefined): A => {
  const found = entries.find((entry) => entry.name === name)
  if (found === undefined) throw new Error(`docs/figures/data.json has no "${name}". Run \`pnpm figures:measure\`.`)
  return found
}

/** The budget of a program in kB. A plus sign says that it's what the program may add to another. */
export const budgetOf = ({ budget, over }: Pick<Size, "budget" | "over">): string => {
  const plus = over === undefined ? "" : "+"
  return budget === undefined ? "" : `${plus}${budget.esbuild / 1000} / ${plus}${budget.rolldown / 1000}`
}

const machine = async (): Promise<Figures["machine"]> => {
  const { dependencies } = await readJson(path.join(root, "benchmarks/package.json"))
  const { effect, twilio, workerd } = dependencies
  const cores = cpus()
  const date = new Date().toISOString().slice(0, 10)
  return { date, cores: cores.length, cpu: cores[0]?.model ?? "", node: process.versions.node, effect, twilio, workerd }
}

/** Reads the figures from `reports/`: those of all reports, or of some. The others stay as they are. */
export const collect = async (only: ReadonlyArray<string>): Promise<Figures> => {
  const read = async (name: string) => {
    try {
      return [name, await readJson(path.join(root, "reports", `${name}.json`))]
    } catch (cause) {
      throw new Error(`reports/${name}.json can't be read. Run \`pnpm figures:measure\`.`, { cause })
    }
  }
  const isSome = only.length > 0
  const known = isSome ? await load() : { machine: await machine() }
  const figures = { ...known, ...Object.fromEntries(await Promise.all((isSome ? only : reports).map(read))) }
  const { memory, peers, resilience, roster } = figures
  const isShort = resilience.operations < 20_000 || memory.participants < 1_000_000 || peers.rounds < 10
  if (isShort || roster.ages.at(-1).events < 1_000_000) {
    throw new Error("A report of peers, resilience, memory or roster is from a short run. Run `pnpm figures:measure`.")
  }
  return figures
}

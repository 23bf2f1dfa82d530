/**
 * Prints summaries and targets, and formats their numbers.
 */
import type * as Summary from "./Summary.ts"

/** Microseconds, in a unit that leaves few digits. */
export const time = (micros: number): string =>
  micros < 1000 ? `${micros.toFixed(1)} µs` : `${(micros / 1000).toFixed(micros < 100_000 ? 1 : 0)} ms`

export const ratio = (value: number): string => `×${value.toFixed(2)}`

/** What a target limits, in words. */
export const figures = { cpu: "CPU", wall: "time" } as const

/** A target as text, such as "CPU ≤ 1.40 × bare fetch". */
const limit = ({ figure, limit, to }: Summary.Target): string => `${figures[figure]} ≤ ${limit.toFixed(2)} × ${to}`

const columns = ["CPU, min", "CPU, median", "ratio", "time", "ratio", "heap, MB", "requests"]

const row = (name: string, cells: ReadonlyArray<string>, rest = "") =>
  console.log(`${name.padEnd(31)}${cells.map((cell) => cell.padStart(12)).join("")}   ${rest}`.trimEnd())

export const print = ({ clients, name, rounds, targets, unit }: Summary.Summary): void => {
  row(`\n${name}, per ${unit}, ${rounds} ${rounds === 1 ? "round" : "rounds"}`, [])
  row("", columns, "target")
  for (const { cpu, heap, name: client, requests, wall } of clients) {
    const limits = targets.filter((target) => target.client === client).map(limit)
    row(
      client,
      [
        time(cpu.min),
        time(cpu.median),
        ratio(cpu.ratio),
        time(wall.median),
        ratio(wall.ratio),
        heap.toFixed(1),
        requests === 0 ? "" : String(requests)
      ],
      limits.join("; ")
    )
  }
}

export const printTargets = (targets: ReadonlyArray<Summary.Target>): void => {
  console.log(`\nTargets met: ${targets.filter(({ isMet }) => isMet).length} of ${targets.length}`)
  for (const target of targets) {
    const { client, isMet, job, value } = target
    console.log(`${isMet ? "met   " : "missed"}  ${ratio(value).padStart(6)}  ${job}: ${client}: ${limit(target)}`)
  }
}

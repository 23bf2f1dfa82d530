/**
 * What a roster in memory costs: CPU time per event, memory per participant, and CPU time per change and reader. Each job runs
 * in a process of its own; the least of three runs counts.
 */
import { fork } from "node:child_process"
import type * as CostJobs from "./CostJobs.ts"

const rounds = 3

const runOnce = (job: CostJobs.Job, size: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL("./cost-process.ts", import.meta.url), [job, String(size)], {
      execArgv: ["--expose-gc", "--max-old-space-size=4096"]
    })
    child.once("message", (result) => resolve(Number(result)))
    child.once("exit", (code) => reject(new Error(`The job ${job} of ${size} ended with code ${code}.`)))
  })

const least = async (job: CostJobs.Job, size: number): Promise<number> => {
  const results: Array<number> = []
  for (let round = 0; round < rounds; round++) results.push(await runOnce(job, size))
  return Math.min(...results)
}

export interface Cost {
  /** CPU time per event in microseconds, and memory per participant in bytes. */
  readonly rooms: ReadonlyArray<{ readonly rooms: number; readonly micros: number; readonly bytes: number }>
  /** CPU time per change and reader in microseconds, of `Roster.changes` and of `RosterEvents`. */
  readonly readers: ReadonlyArray<{ readonly readers: number; readonly changes: number; readonly events: number }>
}

export const measure = async (): Promise<Cost> => {
  const rooms: Array<Cost["rooms"][number]> = []
  const readers: Array<Cost["readers"][number]> = []
  console.log("Rooms, CPU time per event, memory per participant")
  for (const count of [1, 100, 10_000]) {
    const cost = { rooms: count, micros: await least("micros", count), bytes: await least("bytes", count) }
    console.log(
      `${String(count).padStart(6)} ${cost.micros.toFixed(1).padStart(8)} µs ${cost.bytes.toFixed(0).padStart(7)} bytes`
    )
    rooms.push(cost)
  }
  console.log("Readers of one room, CPU time per change and reader: Roster.changes, RosterEvents")
  for (const count of [10, 100, 1000]) {
    const cost = { readers: count, changes: await least("changes", count), events: await least("events", count) }
    console.log(
      `${String(count).padStart(6)} ${cost.changes.toFixed(1).padStart(8)} µs ${cost.events.toFixed(1).padStart(8)} µs`
    )
    readers.push(cost)
  }
  return { rooms, readers }
}

/**
 * What a roster in memory costs: CPU time and memory by the number of rooms, and CPU time by the number of readers. Each
 * figure is the least of several processes: whatever else the machine does only makes it higher.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import type * as CostJobs from "./CostJobs.ts"

/** How many participants are in a room. */
const participants = 10

const processes = 3

const run = async <A>(kind: string, size: number): Promise<A> => {
  const file = new URL("./cost-process.ts", import.meta.url)
  const child = fork(file, [kind, String(size)], { execArgv: ["--expose-gc", "--max-old-space-size=4096"] })
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The process that measures ${kind} ${size} ended with ${code}.`)
  })
  failed.catch(() => undefined)
  const [measured] = (await Promise.race([once(child, "message"), failed])) as [A]
  return measured
}

/** Runs a job several times, and returns the cheapest run. */
const least = async <A extends { readonly micros: number }>(kind: string, size: number): Promise<A> => {
  let best = await run<A>(kind, size)
  for (let process = 1; process < processes; process++) {
    const next = await run<A>(kind, size)
    if (next.micros < best.micros) best = next
  }
  return best
}

export interface Cost {
  readonly rooms: ReadonlyArray<CostJobs.Callbacks & { readonly rooms: number; readonly participants: number }>
  /** Microseconds for each change and reader. */
  readonly readers: ReadonlyArray<{ readonly readers: number; readonly changes: number; readonly events: number }>
}

export const measure = async (): Promise<Cost> => {
  console.log("\nCost of a callback, µs, and memory of a participant, bytes")
  const rooms = []
  for (const count of [1, 100, 10_000]) {
    const { bytes, micros } = await least<CostJobs.Callbacks>(String(participants), count)
    console.log(`${count} rooms`.padEnd(16), micros.toFixed(1).padStart(8), bytes.toFixed(0).padStart(8))
    rooms.push({ rooms: count, participants, micros, bytes })
  }
  console.log("\nCost of a change for each reader of a room, µs: as a stream, and as server-sent events")
  const readers = []
  for (const count of [1, 100, 1000]) {
    const changes = (await least<CostJobs.Readers>("changes", count)).micros
    const events = (await least<CostJobs.Readers>("events", count)).micros
    console.log(`${count} readers`.padEnd(16), changes.toFixed(1).padStart(8), events.toFixed(1).padStart(8))
    readers.push({ readers: count, changes, events })
  }
  return { rooms, readers }
}

/**
 * Jobs that several clients do, and the measurement of one job: the clients alternate, in another order each round.
 */
import { getHeapStatistics } from "node:v8"

/** What a client took for one job. */
export interface Sample {
  /** The process's CPU time per unit, in microseconds. */
  readonly cpu: number
  /** Microseconds per unit. */
  readonly wall: number
  /** The most heap in use, above that before the job, in megabytes. */
  readonly heap: number
  /** Requests to the server. */
  readonly requests: number
}

export interface Job {
  readonly name: string
  /** What the times of the samples are divided by, such as "call". */
  readonly unit: string
  /** The most rounds to run, without a warm-up. Default: as many as asked for, after one that isn't measured. */
  readonly rounds?: number
  /** How each client does the job. The first is the one to compare the others with. */
  readonly clients: Readonly<Record<string, () => Promise<Sample>>>
}

/** Every client's samples, in the order of the rounds. */
export type Samples = Readonly<Record<string, ReadonlyArray<Sample>>>

/** A job with its samples. */
export interface Measured extends Pick<Job, "name" | "unit"> {
  readonly group: string
  readonly samples: Samples
}

/** Measures work in this process. `requests` counts those that the server received so far. */
export const inProcess =
  (units: number, work: () => Promise<unknown>, requests: () => Promise<number> = async () => 0) =>
  async (): Promise<Sample> => {
    const requestsBefore = await requests()
    // Otherwise one client pays for the garbage of another.
    globalThis.gc?.()
    const heapBefore = getHeapStatistics().used_heap_size
    let heap = heapBefore
    const sampleHeap = () => (heap = Math.max(heap, getHeapStatistics().used_heap_size))
    const timer = setInterval(sampleHeap, 5)
    const cpuBefore = process.cpuUsage()
    const start = performance.now()
    await work()
    const wall = performance.now() - start
    const { system, user } = process.cpuUsage(cpuBefore)
    clearInterval(timer)
    sampleHeap()
    return {
      cpu: (system + user) / units,
      wall: (wall * 1000) / units,
      heap: (heap - heapBefore) / 1e6,
      requests: (await requests()) - requestsBefore
    }
  }

export const measure = async ({ clients, ...job }: Job, rounds: number): Promise<Samples> => {
  const names = Object.keys(clients)
  const samples: Record<string, Array<Sample>> = Object.fromEntries(names.map((name) => [name, []]))
  const first = job.rounds === undefined ? -1 : 0
  for (let round = first; round < Math.min(rounds, job.rounds ?? rounds); round++) {
    const turn = (round + 1) % names.length
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      const sample = await clients[name]?.()
      if (round >= 0 && sample !== undefined) samples[name]?.push(sample)
    }
  }
  return samples
}

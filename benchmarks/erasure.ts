/**
 * Measures erasures, each in a process of its own, against a sandbox in another process over loopback and without a quota:
 *
 * - time, requests, memory and database size by the number of rooms, and the engine's share of the time: what a job on SQLite
 *   takes beyond its steps
 * - one request against 50 that are open when the sweep starts
 * - the time from the start of a process to its first request after a kill in mid-job
 *
 * Prints the figures and writes them to `reports/erasure.json`. `--rooms 1000` only measures a job in so many rooms.
 */
import { setTimeout } from "node:timers/promises"
import { parseArgs } from "node:util"
import * as Run from "./erasure/Run.ts"
import { median, writeReport } from "./measure.ts"

const { rooms } = parseArgs({ options: { rooms: { type: "string" } } }).values

const rounds = 3

const row = (...cells: ReadonlyArray<string>) =>
  console.log(cells.map((cell, column) => (column === 0 ? cell.padEnd(36) : cell.padStart(12))).join(""))

const show = ({ cpuMillis, database, engine, erased, millis, people, peakMegabytes, requests, rooms }: Run.Result) =>
  row(
    `${rooms} rooms, ${people} people, ${engine}`,
    (millis / 1000).toFixed(1),
    (cpuMillis / 1000).toFixed(1),
    `${requests}`,
    `${erased}`,
    peakMegabytes.toFixed(0),
    ...(database === undefined ? [] : [database.largest, database.after, database.used].map((size) => size.toFixed(1)))
  )

/**
 * Runs jobs in turn, several times, and returns the quickest run of each: whatever else the machine does only makes a run
 * slower.
 */
const measure = async <Name extends string>(jobs: Readonly<Record<Name, Parameters<typeof Run.run>>>) => {
  const best = new Map<string, Run.Result>()
  const names = Object.keys(jobs) as Array<Name>
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const options: Parameters<typeof Run.run> = jobs[name]
      const result = await Run.run(...options)
      if (result.millis < (best.get(name)?.millis ?? Infinity)) best.set(name, result)
    }
  }
  best.forEach(show)
  return Object.fromEntries(best) as Record<Name, Run.Result>
}

const jobs = async (rooms: number) => {
  const { memory, sqlite, steps } = await measure({
    steps: ["steps", rooms, 1],
    memory: ["memory", rooms, 1],
    sqlite: ["sqlite", rooms, 1]
  })
  const share = (of: "cpuMillis" | "millis") => (sqlite[of] - steps[of]) / sqlite[of]
  const engine = { time: share("millis"), cpu: share("cpuMillis") }
  console.log(
    `The engine's share: ${(100 * engine.time).toFixed(0)} % of the time, ${(100 * engine.cpu).toFixed(0)} % of the CPU.`
  )
  return { rooms, steps, memory, sqlite, engine }
}

const kills = 12

/** Kills jobs at random times, and returns the times from the start of the next process to its first request. */
const restarts = async () => {
  const millis: Array<number> = []
  while (millis.length < kills) {
    await Run.withFolder(async (file) => {
      const sandbox = await Run.startSandbox(10_000, 1)
      const settings = { engine: "sqlite", baseUrl: sandbox.baseUrl, file, requests: 1 } as const
      let worker = Run.startWorker(settings)
      await sandbox.next()
      for (let kill = 0; kill < 4 && millis.length < kills; kill++) {
        await setTimeout(100 + 400 * Math.random())
        await Run.kill(worker)
        await setTimeout(100) // Requests on their way arrive.
        const next = sandbox.next()
        const start = Date.now()
        worker = Run.startWorker(settings)
        millis.push((await next) - start)
      }
      await Run.kill(worker)
      await sandbox.stop()
    })
  }
  return { kills, median: median(millis), least: Math.min(...millis), most: Math.max(...millis) }
}

console.log(`Seconds, the quickest of ${rounds} runs; the worker's memory and the database in MB.`)
row("", "time", "CPU", "requests", "erased", "memory", "DB, most", "DB, after", "DB, used")

if (rooms === undefined) {
  const sizes = []
  for (const rooms of [1000, 10_000, 100_000]) sizes.push(await jobs(rooms))
  console.log("\nOpen requests that share a sweep")
  const open = await measure({ one: ["sqlite", 10_000, 1, 50], fifty: ["sqlite", 10_000, 50] })
  const restart = await restarts()
  console.log(`\nFrom the start of a process to its first request, after ${kills} kills: `, restart)
  await writeReport("erasure", { sizes, open, restart })
} else {
  await jobs(Number(rooms))
}

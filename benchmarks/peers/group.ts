/**
 * Measures a group of jobs in this process. Sends each job's samples to the parent.
 */
import * as CannedServer from "./CannedServer.ts"
import * as Groups from "./Groups.ts"
import * as Job from "./Job.ts"

const [group = "", rounds = ""] = process.argv.slice(2)

process.on("disconnect", () => process.exit())

const send = (measured: Job.Measured) => new Promise((resolve) => process.send?.(measured, resolve))

for (const job of await Groups.load(group, await CannedServer.start())) {
  const samples = await Job.measure(job, Number(rounds))
  await send({ group, name: job.name, unit: job.unit, samples })
}
// Open connections would keep it running.
process.exit()

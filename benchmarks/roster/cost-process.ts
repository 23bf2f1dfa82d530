/**
 * Runs a job in this process, and sends its result to the parent.
 */
import { argv } from "node:process"
import * as CostJobs from "./CostJobs.ts"

const [job, size] = argv.slice(2)
const result = await CostJobs.run(job as CostJobs.Job, Number(size))
process.send?.(result, () => process.exit())

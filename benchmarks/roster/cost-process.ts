/**
 * Measures one thing in this process, and sends it to the parent. Needs `--expose-gc`.
 */
import * as CostJobs from "./CostJobs.ts"

const [kind = "", size = ""] = process.argv.slice(2)
const measured =
  kind === "changes" || kind === "events"
    ? await CostJobs.readers(kind, Number(size))
    : await CostJobs.callbacks(Number(size), Number(kind))
process.send?.(measured, () => process.exit())

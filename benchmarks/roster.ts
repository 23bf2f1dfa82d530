/**
 * Measures rosters, and writes the figures to `reports/roster.json`: what an event, a participant and a reader cost; and how
 * old the states of 100, 1,000 and 2,000 rooms are at 20 reads a second, in a simulation of 1,000,000 events in 2,000 rooms.
 * It takes some fifteen minutes; `--events 10000` is a short run.
 */
import { parseArgs } from "node:util"
import { writeReport } from "./measure.ts"
import * as Ages from "./roster/Ages.ts"
import * as Cost from "./roster/Cost.ts"

const { events } = parseArgs({ options: { events: { type: "string", default: "1000000" } } }).values

await writeReport("roster", { cost: await Cost.measure(), ages: await Ages.measure(Number(events)) })

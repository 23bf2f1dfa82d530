/**
 * `pnpm bench:peers`: compares this library with bare fetch, undici, the official package and WebCrypto, on the built
 * packages and against a server of canned responses in its own process. The clients alternate, and the ratios are medians
 * of the rounds' ratios. Prints a table for each job, and which targets are met.
 *
 * `--only fetch,list` measures some groups, `--rounds 3` sets the number of rounds, and `--json` writes the figures to
 * `reports/peers.json`. Run `pnpm build` first.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import * as path from "node:path"
import { parseArgs } from "node:util"
import { writeReport } from "./measure.ts"
import * as Groups from "./peers/Groups.ts"
import type * as Job from "./peers/Job.ts"
import * as Summary from "./peers/Summary.ts"
import * as Table from "./peers/Table.ts"
import * as Project from "./Project.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", default: Groups.names.join(",") },
    rounds: { type: "string", default: "10" },
    json: { type: "boolean", default: false }
  }
})
const groups = values.only.split(",")
const unknown = groups.filter((group) => !Groups.names.includes(group))
const rounds = Number(values.rounds)
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`peers: --only takes some of ${Groups.names.join(",")}, and --rounds a whole number from 1.`)
  process.exit(1)
}

const { folder, remove } = await Project.make(path.join(import.meta.dirname, "peers"), [
  "@effect/platform-node",
  "effect",
  "twilio",
  "undici"
])
const jobs: Array<Summary.Summary> = []
try {
  console.log(`Node ${process.version}. Ratios are to the first row of each table.`)
  for (const group of groups) {
    const child = fork(path.join(folder, "group.ts"), [group, values.rounds], { execArgv: ["--expose-gc"] })
    child.on("message", (measured: Job.Measured) => {
      const summary = Summary.make(measured)
      Table.print(summary)
      jobs.push(summary)
    })
    const [code] = await once(child, "exit")
    if (code !== 0) throw new Error(`The group ${group} ended with exit code ${code}.`)
  }
} finally {
  remove()
}
Table.printTargets(jobs.flatMap(({ targets }) => targets))
if (values.json) await writeReport("peers", { rounds, jobs })

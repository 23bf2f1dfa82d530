/**
 * Measures cold starts on workerd and on Node: loading, the first call and the second call, with this library, with bare
 * fetch and, on Node, with the official package. Each figure is the median of several new processes, and the clients
 * alternate. workerd loads a Worker before it listens. Run `pnpm build` first. Prints milliseconds and writes them to
 * `reports/cold-start.json`.
 */
import { build, type BuildOptions } from "esbuild"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import * as Workerd from "../tests/packages/support/Workerd.ts"
import { median, writeReport } from "./measure.ts"
import * as Project from "./Project.ts"

const rounds = 15

const account = { sid: `AC${"1".repeat(32)}`, token: "token" }
const participant = {
  account_sid: account.sid,
  room_sid: `RM${"2".repeat(32)}`,
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:31Z",
  start_time: "2017-12-13T23:37:18Z",
  end_time: null,
  sid: `PA${"3".repeat(32)}`,
  identity: "Alice",
  status: "connected",
  url: "https://video.twilio.com/v1/Rooms/RM/Participants/PA",
  duration: null,
  links: { anonymize: "https://video.twilio.com/v1/Rooms/RM/Participants/PA/Anonymize" }
}

const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(participant))
})
await once(server.listen(0, "127.0.0.1"), "listening")
const address = server.address()
const baseUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`

const { folder: project, remove } = await Project.make(path.join(import.meta.dirname, "cold-start"), [
  "effect",
  "twilio"
])

const runEsbuild = (options: BuildOptions) =>
  build({ absWorkingDir: project, target: "es2022", logLevel: "error", ...options })

const onNode: BuildOptions = { bundle: true, minify: true, platform: "node" }

await runEsbuild({ entryPoints: ["bare.ts", "ours.ts", "official.ts"], outdir: ".", outExtension: { ".js": ".mjs" } })
await runEsbuild({ ...onNode, entryPoints: ["ours.ts"], format: "esm", outfile: "ours.bundle.mjs" })
await runEsbuild({ ...onNode, entryPoints: ["official.ts"], format: "cjs", outfile: "official.bundle.cjs" })

const bundleWorker = (client: string) =>
  runEsbuild({
    stdin: {
      contents: `import { call } from "./${client}.ts"
export default { fetch: async (_, env) => new Response(await call(env.BASE_URL, env.SID, env.TOKEN)) }`,
      resolveDir: project,
      loader: "ts"
    },
    outfile: `${client}.worker.js`,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"]
  })
await bundleWorker("bare")
await bundleWorker("ours")

type Figures = Readonly<Record<string, number>>

/** The CPU time of all threads of a process, in milliseconds. `NaN` on systems other than Linux. */
const cpuOf = (pid: number): number => {
  const tasks = `/proc/${pid}/task`
  try {
    return readdirSync(tasks).reduce((sum, task) => {
      const [nanos = ""] = readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")
      return sum + Number(nanos) / 1e6
    }, 0)
  } catch {
    return Number.NaN
  }
}

const startWorkerd = async (script: string): Promise<Figures> => {
  const start = performance.now()
  const workerd = await Workerd.start(project, script, { BASE_URL: baseUrl, SID: account.sid, TOKEN: account.token })
  try {
    const listening = performance.now()
    const cpuListening = cpuOf(workerd.pid)
    const call = async () => {
      const body = await (await fetch(workerd.url)).text()
      if (body !== "Alice") throw new Error(`The Worker responded with "${body}" instead of "Alice".`)
      return { at: performance.now(), cpu: cpuOf(workerd.pid) }
    }
    const first = await call()
    const second = await call()
    return {
      "until it listens": listening - start,
      "first call": first.at - listening,
      "CPU, first call": first.cpu - cpuListening,
      "second call": second.at - first.at,
      "CPU, second call": second.cpu - first.cpu,
      "first response": first.at - start,
      "CPU until then": first.cpu
    }
  } finally {
    await workerd.stop()
  }
}

interface Step {
  readonly wall: number
  readonly cpu: number
}

const startNode = async (file: string): Promise<Figures> => {
  const child = spawn(process.execPath, ["process.ts", path.join(project, file), baseUrl, account.sid, account.token], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"]
  })
  const printed = await text(child.stdout)
  const { boot, first, loading, second }: Record<"boot" | "loading" | "first" | "second", Step> = JSON.parse(printed)
  return {
    loading: loading.wall,
    "CPU, loading": loading.cpu,
    "first call": first.wall,
    "CPU, first call": first.cpu,
    "second call": second.wall,
    "CPU, second call": second.cpu,
    "first response": boot.wall + loading.wall + first.wall,
    "CPU until then": boot.cpu + loading.cpu + first.cpu
  }
}

type Medians = Readonly<Record<string, Figures>>

/** Runs the variants alternately and returns the medians of each. */
const measure = async (
  variants: Readonly<Record<string, string>>,
  start: (file: string) => Promise<Figures>
): Promise<Medians> => {
  const runs = new Map(Object.keys(variants).map((name): [string, Array<Figures>] => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, file] of Object.entries(variants)) {
      const figures = await start(file)
      // The first round fills the file cache.
      if (round > 0) runs.get(name)?.push(figures)
    }
  }
  return Object.fromEntries(
    Array.from(runs, ([name, figures]) => {
      const columns = Object.keys(figures[0] ?? {})
      const medianOf = (column: string) => median(figures.map((figure) => figure[column] ?? Number.NaN))
      return [name, Object.fromEntries(columns.map((column) => [column, medianOf(column)]))]
    })
  )
}

/** Prints the medians of each variant, and their ratios to those of the first. */
const print = (title: string, medians: Medians) => {
  const [baseline = {}] = Object.values(medians)
  const columns = Object.keys(baseline)
  console.log(`\n${title}\n${"".padEnd(26)}${columns.map((column) => column.padStart(18)).join("")}`)
  for (const [name, figures] of Object.entries(medians)) {
    const cells = columns.map((column) => {
      const value = figures[column] ?? Number.NaN
      const least = baseline[column] ?? value
      // A ratio to less than 1.5 ms is mostly noise.
      const ratio = least < 1.5 ? "" : ` ×${(value / least).toFixed(1)}`
      return (Number.isNaN(value) ? "unknown" : `${value.toFixed(1)}${ratio}`).padStart(18)
    })
    console.log(name.padEnd(26) + cells.join(""))
  }
}

console.log(`Milliseconds, medians of ${rounds} new processes each. × is the ratio to bare fetch.`)
try {
  const workerd = await measure({ "bare fetch": "bare.worker.js", "this library": "ours.worker.js" }, startWorkerd)
  print("workerd", workerd)
  const node = await measure(
    {
      "bare fetch": "bare.mjs",
      "this library, bundled": "ours.bundle.mjs",
      "this library": "ours.mjs",
      "twilio, bundled": "official.bundle.cjs",
      twilio: "official.mjs"
    },
    startNode
  )
  print(`Node ${process.version}`, node)
  await writeReport("cold-start", { workerd, node })
} finally {
  server.close()
  server.closeAllConnections()
  remove()
}

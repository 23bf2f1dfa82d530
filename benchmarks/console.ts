/**
 * Measures what the sandbox's console costs its server: CPU per request without a page and with three that read the events,
 * against the server of an earlier commit, `--before <commit>`. Three servers run side by side, each in a process of its
 * own, and take turns for `--rounds 10`; the minimum of each counts. Prints the ratios and writes them to
 * `reports/console.json`.
 */
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { get, type IncomingMessage } from "node:http"
import { loadavg, tmpdir } from "node:os"
import * as path from "node:path"
import { parseArgs } from "node:util"
import { root, writeReport } from "./measure.ts"
import * as Load from "./sandbox-load.ts"
import { SandboxProcess } from "./sandbox-process.ts"

const { before, rounds: roundsText } = parseArgs({
  options: { before: { type: "string" }, rounds: { type: "string", default: "10" } }
}).values
const rounds = Number(roundsText)
if (before === undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error("console: --before takes the commit to compare with, and --rounds a whole number from 1.")
  process.exit(1)
}

const pages = 3

const jobs: ReadonlyArray<{ readonly name: string; readonly calls: number; readonly path: string; form?: string }> = [
  ...Load.requests.map(([name, path, calls]) => ({ name, path, calls })),
  {
    name: "new subscribe rules",
    calls: 2000,
    path: "/v1/Rooms/Crowd/Participants/p500/SubscribeRules",
    form: new URLSearchParams({ Rules: '[{"type":"include","all":true}]' }).toString()
  }
]

/** Checks a commit out, with its packages, and runs `use` there. */
const withCommit = async (commit: string, use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(path.join(tmpdir(), "effect-twilio-video-"))
  const run = (command: string, args: ReadonlyArray<string>, cwd: string) =>
    execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] })
  try {
    run("git", ["worktree", "add", "--detach", "--force", folder, commit], root)
    run("npx", ["-y", "pnpm@12.21.0", "install", "--frozen-lockfile", "--ignore-scripts"], folder)
    // The same server and the same rooms.
    for (const file of ["sandbox-server.ts", "sandbox-load.ts"]) {
      copyFileSync(path.join(import.meta.dirname, file), path.join(folder, "benchmarks", file))
    }
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
    run("git", ["worktree", "prune"], root)
  }
}

/** Reads the events as a page does. Returns the number of characters that have arrived. */
const openPage = async (baseUrl: string): Promise<() => number> => {
  const [response] = (await once(get(`${baseUrl}/sandbox/events`), "response")) as [IncomingMessage] // Its argument.
  let characters = 0
  response.setEncoding("utf8").on("data", (text: string) => (characters += text.length))
  await once(response, "data")
  return () => characters
}

const row = (name: string, ...figures: ReadonlyArray<string>) =>
  console.log(name.padEnd(22) + figures.map((figure) => figure.padStart(12)).join(""))

const compare = async (servers: ReadonlyArray<SandboxProcess>) => {
  const minima = jobs.map(() => servers.map(() => Number.POSITIVE_INFINITY))
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { calls, form, path }] of jobs.entries()) {
      for (let turn = 0; turn < servers.length; turn++) {
        const which = (round + turn) % servers.length
        const server = servers[which]
        const best = minima[index]
        if (server === undefined || best === undefined) continue
        const start = await server.cpu()
        await server.load(calls, path, form)
        const micros = ((await server.cpu()) - start) / calls
        if (round > 0) best[which] = Math.min(best[which] ?? micros, micros)
      }
    }
  }
  return jobs.map(({ name }, index) => {
    const [was = 0, closed = 0, open = 0] = minima[index] ?? []
    return { name, before: was, noPage: closed, threePages: open }
  })
}

await withCommit(before, async (folder) => {
  const here = path.join(import.meta.dirname, "sandbox-server.ts")
  const servers = await Promise.all(
    [path.join(folder, "benchmarks", "sandbox-server.ts"), here, here].map((file) => SandboxProcess.start(file))
  )
  try {
    const watched = servers[2]?.baseUrl ?? ""
    const opened = await Promise.all(Array.from({ length: pages }, () => openPage(watched)))
    const load = loadavg()
    const results = await compare(servers)
    console.log(`Node ${process.version}, minima of ${rounds} rounds; load average before ${load[0]?.toFixed(1)}.\n`)
    row("CPU µs per request", "before", "no page", "ratio", `${pages} pages`, "ratio")
    for (const { before, name, noPage, threePages } of results) {
      const ratio = (micros: number) => (micros / before).toFixed(2)
      row(name, before.toFixed(1), noPage.toFixed(1), ratio(noPage), threePages.toFixed(1), ratio(threePages))
    }
    const characters = opened.map((read) => read())
    console.log(`\nEach page read ${characters.map((count) => `${(count / 1e6).toFixed(1)} MB`).join(", ")}.`)
    await writeReport("console", { before, rounds, load, results, characters })
  } finally {
    for (const server of servers) server.stop()
  }
})

/**
 * Measures the sandbox: requests per second and CPU per request, in process and over loopback, the time to list rooms
 * of up to 100,000 participants page by page, and lists, states and resets of up to a million participants. Over
 * loopback, the server is a separate process, and only its CPU counts. Prints the figures and writes them to
 * `reports/sandbox.json`.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { fork } from "node:child_process"
import { once } from "node:events"
import { median, writeReport } from "./measure.ts"
import type { CrowdReport } from "./sandbox-crowd.ts"
import * as Load from "./sandbox-load.ts"
import { SandboxProcess, connections, totalCpu } from "./sandbox-process.ts"

const rounds = 7

const sandboxOf = (scenario: Sandbox.Options) =>
  ManagedRuntime.make(Sandbox.layerHttpClient.pipe(Layer.provide(Sandbox.layerControls(scenario))))

const row = (name: string, ...figures: ReadonlyArray<string>) =>
  console.log(name.padEnd(28) + figures.map((figure) => figure.padStart(16)).join(""))

const format = (value: number): string => value.toFixed(value < 100 ? 1 : 0)

interface Rate {
  readonly name: string
  readonly perSecond: number
  readonly cpuMicros: number
}

/** Measures requests per second and CPU per request: the medians of several rounds, after a warm-up. */
const measureRate = async (
  name: string,
  calls: number,
  run: (calls: number) => Promise<unknown>,
  cpuMicros: () => Promise<number>
): Promise<Rate> => {
  await run(calls)
  const rates: Array<number> = []
  const cpus: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const cpu = await cpuMicros()
    const start = performance.now()
    await run(calls)
    rates.push(calls / ((performance.now() - start) / 1000))
    cpus.push(((await cpuMicros()) - cpu) / calls)
  }
  row(name, Math.round(median(rates)).toLocaleString("en"), format(median(cpus)))
  return { name, perSecond: median(rates), cpuMicros: median(cpus) }
}

console.log(`Node ${process.version}, medians of ${rounds} rounds.\n`)
row("in process", "requests/s", "CPU µs each")
const runtime = ManagedRuntime.make(Sandbox.layer(Load.scenario))
const web = Sandbox.toWebHandler(Load.scenario)
const repeat =
  <A, E>(program: Effect.Effect<A, E, HttpClient.HttpClient | Participants.Participants>) =>
  (calls: number) =>
    runtime.runPromise(Effect.forEach(Array.from({ length: calls }), () => program, { discard: true }))
const ways: ReadonlyArray<readonly [name: string, calls: number, run: (calls: number) => Promise<unknown>]> = [
  ...Load.requests.map(([name, path, calls]) => [name, calls, repeat(Load.call(path))] as const),
  ["fetch by the client", 5000, repeat(Participants.fetch("Crowd", "p500"))],
  ["list of 1,000 by the client", 20, repeat(Participants.list("Crowd", { pageSize: 1000 }))],
  [
    "fetch from the web handler",
    5000,
    async (calls) => {
      for (let i = 0; i < calls; i++) await (await web.handler(Load.fetchRequest("http://localhost"))).text()
    }
  ]
]
const inProcess: Array<Rate> = []
for (const [name, calls, run] of ways) {
  inProcess.push(await measureRate(name, calls, run, async () => totalCpu(process.cpuUsage())))
}
await Promise.all([runtime.dispose(), web.dispose()])

const server = await SandboxProcess.start(new URL("./sandbox-server.ts", import.meta.url))
console.log(`\nThe server's CPU, with ${connections} connections at once.`)
row("over loopback", "requests/s", "CPU µs each")
const overLoopback: Array<Rate> = []
for (const [name, path, calls] of Load.requests) {
  overLoopback.push(
    await measureRate(
      name,
      calls,
      (calls) => server.load(calls, path),
      () => server.cpu()
    )
  )
}
server.stop()

/** Lists all pages of a room, one after another, and counts pages and participants. */
const listAll = Effect.fnUntraced(function* (pageSize: number) {
  let path: string | undefined = `/v1/Rooms/Crowd/Participants?PageSize=${pageSize}`
  const listed = { pages: 0, participants: 0 }
  while (path !== undefined) {
    const body: { participants: ReadonlyArray<unknown>; meta: { next_page_url: string | null } } = JSON.parse(
      yield* Load.call(path)
    )
    listed.pages += 1
    listed.participants += body.participants.length
    path = body.meta.next_page_url?.slice("http://sandbox.test".length)
  }
  return listed
})

console.log("\nA room listed page by page, in process, with JSON.parse of each page.")
row("participants", "pages", "page size", "seconds", "ms per page")
const listings: Array<{ readonly participants: number; readonly pageSize: number; readonly millis: number }> = []
for (const count of [25_000, 50_000, 100_000]) {
  const room = sandboxOf(Load.crowd(count))
  await room.runPromise(Load.call("/v1/Rooms"))
  for (const pageSize of [50, 1000]) {
    const start = performance.now()
    const { pages, participants } = await room.runPromise(listAll(pageSize))
    const millis = performance.now() - start
    if (participants !== count) throw new Error(`The room lists ${participants} of ${count} participants.`)
    listings.push({ participants, pageSize, millis })
    row(String(count), String(pages), String(pageSize), (millis / 1000).toFixed(2), (millis / pages).toFixed(3))
  }
  await room.dispose()
}

const crowds: Array<CrowdReport> = []
for (const participants of [1000, 100_000, 1_000_000]) {
  const child = fork(new URL("./sandbox-crowd.ts", import.meta.url), [String(participants)], {
    execArgv: ["--expose-gc", "--max-old-space-size=4096"]
  })
  const [report] = (await once(child, "message")) as [CrowdReport] // Its only message.
  crowds.push(report)
}

console.log("\nOne page of 50 of a large room, in process: milliseconds, the medians of 100 requests.")
row("participants", "by identity", "disconnected", "from the middle", "by date")
for (const { lists, participants } of crowds) row(String(participants), ...lists.map((millis) => millis.toFixed(3)))

console.log("\nThe whole state over loopback, and a reset, in process: seconds, and the heap in MB.")
row("participants", "seconds", "before", "peak", "after", "document")
for (const { participants, states } of crowds) {
  for (const { after, before, document, name, peak, seconds } of states) {
    row(
      `${name}, ${participants}`,
      seconds.toFixed(2),
      ...[before, peak, after, document].map((size) => size.toFixed(0))
    )
  }
}

await writeReport("sandbox", { inProcess, overLoopback, listings, crowds })

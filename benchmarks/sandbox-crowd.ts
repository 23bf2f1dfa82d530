/**
 * Measures a sandbox with a room of many participants, as a child process of the benchmark with a heap of its own: lists
 * with filters, the export and import of its state over loopback, and a reset. Sends its figures to the parent.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import type * as HttpClient from "effect/http/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { createReadStream, createWriteStream } from "node:fs"
import { mkdtemp, rm, stat } from "node:fs/promises"
import { get, request, type IncomingMessage } from "node:http"
import { once } from "node:events"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { argv } from "node:process"
import { pipeline } from "node:stream/promises"
import { getHeapStatistics } from "node:v8"
import { median } from "./measure.ts"
import * as Load from "./sandbox-load.ts"

interface State {
  readonly name: string
  readonly seconds: number
  /** The heap in MB before, at its highest, and after garbage collection. */
  readonly before: number
  readonly peak: number
  readonly after: number
  /** The size of the document in MB. */
  readonly document: number
}

export interface CrowdReport {
  readonly participants: number
  /** Milliseconds for one page: by identity, by status, from the middle, and by date. */
  readonly lists: ReadonlyArray<number>
  readonly states: ReadonlyArray<State>
}

const participants = Number(argv[2])

const megabyte = 1_000_000

const heap = (): number => getHeapStatistics().used_heap_size / megabyte

const sandbox = ManagedRuntime.make(
  Layer.merge(SandboxServer.layer({ requestTimeout: "10 minutes" }), Sandbox.layerHttpClient).pipe(
    Layer.provideMerge(Sandbox.layerControls(Load.crowd(participants)))
  )
)

const measureList = async (query: string): Promise<number> => {
  const one: Effect.Effect<string, unknown, HttpClient.HttpClient> = Load.call(`/v1/Rooms/Crowd/Participants?${query}`)
  const times: Array<number> = []
  for (let call = 0; call < 200; call++) {
    const start = performance.now()
    await sandbox.runPromise(one)
    times.push(performance.now() - start)
  }
  // The first half warms up.
  return median(times.slice(100))
}

const measureState = async (name: string, file: string, run: () => Promise<unknown>): Promise<State> => {
  globalThis.gc?.()
  const before = heap()
  let peak = before
  const timer = setInterval(() => (peak = Math.max(peak, heap())), 5)
  const start = performance.now()
  await run()
  const seconds = (performance.now() - start) / 1000
  peak = Math.max(peak, heap())
  clearInterval(timer)
  globalThis.gc?.()
  const { size } = await stat(file)
  return { name, seconds, before, peak, after: heap(), document: size / megabyte }
}

await sandbox.runPromise(Load.call("/v1/Rooms"))
const state = await sandbox.runPromise(Effect.map(SandboxServer.baseUrl, (baseUrl) => `${baseUrl}/sandbox/state`))
const middle = await sandbox.runPromise(Load.call(`/v1/Rooms/Crowd/Participants/p${participants / 2}`))
const { sid } = JSON.parse(middle)
const lists = [
  await measureList("Identity=p5"),
  await measureList("Status=disconnected"),
  await measureList(`Status=connected&PageToken=PA${sid}`),
  await measureList("DateCreatedAfter=2100-01-01")
]

const folder = await mkdtemp(path.join(tmpdir(), "sandbox-crowd-"))
const file = path.join(folder, "state.json")

const receive = async () => {
  const [response] = (await once(get(state), "response")) as [IncomingMessage] // The event's argument.
  await pipeline(response, createWriteStream(file))
}

const send = async () => {
  const sent = request(state, { method: "PUT" })
  const [[response]] = (await Promise.all([once(sent, "response"), pipeline(createReadStream(file), sent)])) as [
    [IncomingMessage],
    unknown
  ] // The event's argument.
  // The response is the state again.
  response.destroy()
  if (response.statusCode !== 200) throw new Error(`The state was refused with ${response.statusCode}.`)
}

const states = [
  await measureState("export", file, receive),
  await measureState("import", file, send),
  await measureState("reset", file, () => sandbox.runPromise(Sandbox.Sandbox.use(({ reset }) => reset)))
]
await rm(folder, { recursive: true })
await sandbox.dispose()
const report: CrowdReport = { participants, lists, states }
process.send?.(report)
process.disconnect?.()

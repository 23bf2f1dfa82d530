/**
 * Writes the charts, the tables of `docs/figures.md` and the README's figures. In a page, each generated block is between
 * `<!-- name -->` and `<!-- /name -->`.
 */
import { readFile, writeFile } from "node:fs/promises"
import * as path from "node:path"
import { root } from "../measure.ts"
import * as Table from "../peers/Table.ts"
import { charts } from "./Charts.ts"
import * as Figures from "./Figures.ts"

/** Writes a Markdown table in the formatter's layout. All columns but the first are numbers. */
const table = (...rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  const line = (cells: ReadonlyArray<string>) => `| ${cells.map(pad).join(" | ")} |`
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  const [head = [], ...body] = rows
  return [line(head), line(rule), ...body.map(line)].join("\n")
}

const grouped = (value: number): string => Math.round(value).toLocaleString("en")

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1)

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const machine = ({ machine: { cores, cpu, date, effect, node, twilio, workerd } }: Figures.Figures): string =>
  `Measured on ${date} on ${cores} cores of ${cpu}, with Node ${node}, effect ${effect}, workerd ${workerd} and twilio ${twilio}.`

const sizes = ({ size }: Figures.Figures): string =>
  table(
    ["program", "esbuild", "rolldown", "budget", "`twilio`, esbuild"],
    ...size
      .filter(({ name }) => !name.startsWith("official") && !name.startsWith("  "))
      .map(({ beside, budget, esbuild, name, over, rolldown }) => [
        name,
        kilobytes(esbuild),
        kilobytes(rolldown),
        Figures.budgetOf({ budget, over }),
        beside === undefined ? "" : kilobytes(Figures.named(size, beside).esbuild)
      ])
  )

const peers = ({ peers: { jobs } }: Figures.Figures): string => {
  const rows = jobs.flatMap(({ clients, name, unit }) => [
    [`**${name}**, per ${unit}`, "", "", "", "", "", ""],
    ...clients.map(({ cpu, heap, name, requests, wall }) => [
      name,
      Table.time(cpu.min),
      Table.time(cpu.median),
      Table.ratio(cpu.ratio),
      Table.time(wall.median),
      heap.toFixed(1),
      requests === 0 ? "" : grouped(requests)
    ])
  ])
  return table(["", "CPU, least", "CPU, median", "ratio", "time, median", "heap, MB", "requests"], ...rows)
}

const targets = ({ peers: { jobs } }: Figures.Figures): string => {
  const rows = jobs
    .flatMap(({ targets }) => targets)
    .map(({ client, figure, isMet, job, limit, to, value }) => [
      `${job}: ${client}`,
      `${Table.figures[figure]} of ${to}`,
      Table.ratio(value),
      Table.ratio(limit),
      isMet ? "yes" : "no"
    ])
  return table(["", "relative to", "measured", "target", "met"], ...rows)
}

type Steps = Figures.Figures["cold-start"]["workerd"]["this library"]

const coldStart = ({ "cold-start": { node, workerd } }: Figures.Figures): string => {
  const steps = ["first response", "CPU until then", "first call", "second call"] as const
  const rows = (runtime: string, clients: Readonly<Record<string, Pick<Steps, (typeof steps)[number]>>>) =>
    Object.entries(clients).map(([client, millis]) =>
      [`${runtime}: ${client}`].concat(steps.map((step) => millis[step].toFixed(1)))
    )
  return table(["milliseconds", ...steps], ...rows("workerd", workerd), ...rows("Node", node))
}

const resilience = ({ resilience }: Figures.Figures): string => {
  const { faultRate, operations, outcomes, requests, withoutRetries, writes } = resilience
  const share = (counts: Readonly<Record<string, number>>, outcome: string, operations: number) =>
    percent((counts[outcome] ?? 0) / operations)
  const rows = Array.from(new Set([...Object.keys(outcomes), ...Object.keys(withoutRetries.outcomes)]), (outcome) => [
    `\`${outcome}\``,
    share(outcomes, outcome, operations),
    share(withoutRetries.outcomes, outcome, withoutRetries.operations)
  ])
  return `${table(["outcome", "by default", "without retries"], ...rows)}

${grouped(operations)} operations sent ${grouped(requests)} requests, of which ${percent(faultRate)} met a fault. Of ${grouped(writes.tried)} changes, ${grouped(writes.takenEffectOnce)} took effect once and ${writes.takenEffectTwice} twice. ${writes.failedAndTakenEffect} took effect although their operation failed, because the response was lost; ${writes.succeededWithoutEffect} operations succeeded without effect.`
}

const quota = ({ quota, redis }: Figures.Figures): string => {
  const rows = [
    ["600 reads", quota["600 reads, 0 ms after a full second"]],
    ["600 removals", quota["600 removals, 0 ms after a full second"]],
    ["600 removals, latency up to 25 ms", quota["600 removals, uneven network"]],
    ["60 removals over loopback, fetch", quota["60 removals over loopback, fetch"]],
    ["60 removals over loopback, undici", quota["60 removals over loopback, undici"]],
    ["100 removals by two processes, shared quota", redis.shared.both],
    ["100 removals by two processes, separate quotas", redis.apart.both]
  ] as const
  return table(
    ["operations at once", "requests per second", "most in any second", "HTTP 429"],
    ...rows.map(([name, pace]) => [name, pace.perSecond.toFixed(1), `${pace.mostInASecond}`, `${pace.refused}`])
  )
}

const memory = ({ memory: { heapMegabytes, participants } }: Figures.Figures): string => {
  const { after, before, during } = heapMegabytes
  return `Heap use of a program that streams ${grouped(participants)} participants: ${before} MB before the stream, at most ${Math.max(...during)} MB during, and ${after} MB after. Most of it is the sandbox in the same process, which stores all participants.`
}

const sandbox = ({ sandbox: { inProcess, overLoopback } }: Figures.Figures): string => {
  const rows = (transport: string, rates: typeof inProcess) =>
    rates.map(({ cpuMicros, name, perSecond }) => [`${name}, ${transport}`, grouped(perSecond), grouped(cpuMicros)])
  return table(
    ["", "requests per second", "CPU µs per request"],
    ...rows("in process", inProcess),
    ...rows("over loopback", overLoopback)
  )
}

/** Twilio's quota per second. */
const twilio = { reads: 80, writes: 20 }

const minutes = (requests: number, writes: number): string =>
  (Math.max((requests - writes) / twilio.reads, writes / twilio.writes) / 60).toFixed(1)

const erasure = ({ erasure: { open, restart, sizes } }: Figures.Figures): string => {
  const seconds = (millis: number) => (millis / 1000).toFixed(1)
  const share = (share: number) => `${(100 * share).toFixed(0)} %`
  const rows = sizes.map(({ engine, memory, rooms, sqlite, steps }) => [
    grouped(rooms),
    grouped(sqlite.requests),
    grouped(sqlite.erased),
    seconds(sqlite.millis),
    seconds(memory.millis),
    seconds(steps.millis),
    `${share(engine.time)} / ${share(engine.cpu)}`,
    sqlite.peakMegabytes.toFixed(0),
    `${sqlite.database.largest.toFixed(1)} / ${sqlite.database.used.toFixed(1)}`,
    minutes(sqlite.requests, sqlite.erased)
  ])
  const { fifty, one } = open
  return `${table(
    [
      "rooms",
      "requests",
      "erased",
      "on SQLite, s",
      "in memory, s",
      "steps alone, s",
      "engine, time / CPU",
      "memory, MB",
      "database, MB",
      "with Twilio's quota, min"
    ],
    ...rows
  )}

In ${grouped(one.rooms)} rooms, a job for one request sent ${grouped(one.requests)} requests and took ${seconds(one.millis)} s. A job for ${fifty.people} requests, each for a person with as many participations, sent ${grouped(fifty.requests)} and took ${seconds(fifty.millis)} s; ${fifty.people} jobs would send ${grouped(fifty.people * one.requests)}.

After \`kill -9\` in mid-job, the next process sent its first request ${grouped(restart.median)} ms after its start (median of ${restart.kills} kills; ${grouped(restart.least)} to ${grouped(restart.most)} ms).`
}

const rosterAges = ({ roster: { ages } }: Figures.Figures): string => {
  const seconds = (millis: number) => (millis / 1000).toFixed(1)
  const rows = ages.map(({ ages: { bound, median, most, p99 }, callbacks, corrections, events, reads, ...run }) => [
    grouped(run.rooms),
    grouped(events),
    `${grouped(callbacks.sent)} / ${grouped(callbacks.lost)} / ${grouped(callbacks.doubled)}`,
    grouped(reads),
    grouped(run.reconciliations.all),
    grouped(corrections),
    seconds(median),
    seconds(p99),
    seconds(most),
    seconds(bound)
  ])
  return table(
    [
      "rooms",
      "events",
      "callbacks, lost, doubled",
      "reads",
      "rooms read",
      "corrections",
      "age of half, s",
      "of 99 %, s",
      "oldest, s",
      "bound, s"
    ],
    ...rows
  )
}

const rosterCost = ({ roster: { cost } }: Figures.Figures): string => {
  const rooms = cost.rooms.map(({ bytes, micros, rooms }) => [grouped(rooms), micros.toFixed(1), grouped(bytes)])
  const readers = cost.readers.map(({ changes, events, readers }) => [
    grouped(readers),
    changes.toFixed(1),
    events.toFixed(1)
  ])
  return `${table(["rooms", "CPU per callback, µs", "memory per participant, bytes"], ...rooms)}

${table(["readers of a room", "CPU per change and reader, µs: `Roster.changes`", "`RosterEvents`"], ...readers)}`
}

const readme = ({ "cold-start": { workerd }, peers, size }: Figures.Figures): string => {
  const { beside, esbuild } = Figures.named(size, "one fetch, with retries and typed errors")
  const official = Figures.named(size, beside).esbuild
  const millis = (client: keyof typeof workerd) => workerd[client]["first response"].toFixed(0)
  const { clients } = Figures.named(peers.jobs, "fetch, 50 at a time")
  const ratio = (client: string) => Figures.named(clients, client).cpu.ratio.toFixed(1)
  return `A Worker that fetches a participant is ${kilobytes(esbuild)} kB after gzip (with the official package: ${kilobytes(official)} kB). From a cold start of workerd, it responds in ${millis("this library")} ms (with bare fetch: ${millis("bare fetch")} ms). On Node, a call on undici takes ${ratio("layerUndici")} times the CPU time of bare fetch, one on fetch ${ratio("layerFetch")} times (with the official package: ${ratio("twilio")} times). [Figures](docs/figures.md) has the rest.`
}

const pages: Readonly<Record<string, Readonly<Record<string, (figures: Figures.Figures) => string>>>> = {
  "docs/figures.md": {
    machine,
    sizes,
    peers,
    targets,
    "cold-start": coldStart,
    resilience,
    quota,
    memory,
    sandbox,
    erasure,
    "roster-ages": rosterAges,
    "roster-cost": rosterCost
  },
  "README.md": { figures: readme }
}

const fill = (file: string, text: string, name: string, block: string): string => {
  const place = new RegExp(`(?<=<!-- ${name} -->\n\n)[^]*(?=\n\n<!-- /${name} -->)`, "u")
  if (!place.test(text)) throw new Error(`${file} has no block between <!-- ${name} --> and <!-- /${name} -->`)
  return text.replace(place, () => block)
}

/** Renders each file that shows figures, by its path. */
const render = async (figures: Figures.Figures): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>()
  for (const [name, draw] of Object.entries(charts)) files.set(`docs/figures/${name}.svg`, draw(figures))
  for (const [file, blocks] of Object.entries(pages)) {
    let text = await readFile(path.join(root, file), "utf8")
    for (const [name, block] of Object.entries(blocks)) text = fill(file, text, name, block(figures))
    files.set(file, text)
  }
  return files
}

/** Writes all files from `docs/figures/data.json`. */
export const write = async (): Promise<void> => {
  for (const [file, content] of await render(await Figures.load())) await writeFile(path.join(root, file), content)
}

/** Lists the files that are out of date with `docs/figures/data.json`. */
export const stale = async (): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const [file, content] of await render(await Figures.load())) {
    const actual = await readFile(path.join(root, file), "utf8").catch(() => undefined)
    if (actual !== content) found.push(file)
  }
  return found
}

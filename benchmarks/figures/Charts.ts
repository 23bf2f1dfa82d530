/**
 * The charts of `docs/figures.md`: which figures they show, and how they're labelled.
 */
import * as Table from "../peers/Table.ts"
import * as Figures from "./Figures.ts"
import * as Plot from "./Plot.ts"

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

const programs = [
  ["Fetch a participant", "one fetch, with retries and typed errors"],
  ["Mint an access token", "access token only"],
  ["Verify a status callback", "status callback, verified"]
] as const

const sizes = ({ size }: Figures.Figures): string =>
  Plot.barChart({
    title: "Size of a Worker",
    description: "Three programs, each with this library and with the official package, and this library's budgets.",
    subtitle: "kB after minifying and gzip, bundled with esbuild as Wrangler does",
    legend: [
      ["ours", "this library"],
      ["other", "the official package, for Node"],
      ["limit", "budget"]
    ],
    groups: programs.map(([title, name]) => {
      const { beside, budget, esbuild } = Figures.named(size, name)
      const official = Figures.named(size, beside).esbuild
      return {
        title,
        bars: [
          { label: "this library", value: esbuild, text: kilobytes(esbuild), tone: "ours", limit: budget?.esbuild },
          { label: "twilio", value: official, text: kilobytes(official), tone: "other" }
        ]
      }
    })
  })

const comparison = [
  ["ours", "this library"],
  ["other", "for comparison"]
] as const

/** The jobs to draw, and their clients with the labels of the bars. */
const jobs = [
  [
    "Fetch a participant, 50 at a time",
    "fetch, 50 at a time",
    ["bare fetch", "bare fetch"],
    ["twilio", "twilio"],
    ["layerFetch", "on fetch"],
    ["layerFetch, with a tracer", "on fetch, with a tracer"],
    ["layerUndici", "on undici"]
  ],
  [
    "List 20,000 participants",
    "list 20,000",
    ["bare fetch", "bare fetch"],
    ["twilio, 50 a page", "twilio"],
    ["twilio, 1,000 a page", "twilio, 1,000 a page"],
    ["this library", "this library"]
  ],
  [
    "Remove 1,000 participants",
    "remove 1,000",
    ["bare fetch", "bare fetch"],
    ["twilio", "twilio"],
    ["twilio, read and write", "twilio, read and write"],
    ["this library", "this library"]
  ],
  [
    "Mint an access token",
    "mint an access token",
    ["WebCrypto, import and sign", "WebCrypto"],
    ["twilio", "twilio"],
    ["this library", "this library"]
  ],
  [
    "Verify a status callback",
    "plain URL, valid signature",
    ["one HMAC", "one HMAC by WebCrypto"],
    ["twilio", "twilio"],
    ["this library", "this library"]
  ],
  [
    "Decode 1,000 participants",
    "decode a page of 1,000",
    ["JSON.parse", "JSON.parse"],
    ["this library", "parse and decode"]
  ],
  [
    "Import",
    "import",
    ["Effect, Schema, Stream, Layer", "Effect alone"],
    ["twilio", "twilio"],
    ["layerFetch and Participants", "this library"]
  ]
] as const

const isOurs = (client: string): boolean => /^(layer|this)/u.test(client)

const peers = (figures: Figures.Figures): string =>
  Plot.barChart({
    title: "CPU time of a job",
    description: "The CPU time of each job with several clients, as a multiple of the least code for the same job.",
    subtitle: "Multiple of the least code for the same job, and CPU time of one call, list, removal or import",
    legend: comparison,
    groups: jobs.map(([title, name, ...bars]) => {
      const { clients } = Figures.named(figures.peers.jobs, name)
      return {
        title,
        bars: bars.map(([client, label]) => {
          const { median, ratio } = Figures.named(clients, client).cpu
          const text = `×${ratio.toFixed(1)}, ${Table.time(median)}`
          return { label, value: ratio, text, tone: isOurs(client) ? "ours" : "other" }
        })
      }
    })
  })

const waiting = (figures: Figures.Figures): string =>
  Plot.barChart({
    title: "Time to list 20,000 participants",
    description: "The time to list a room whose pages take 20 ms each, with a quick and with a slow consumer.",
    subtitle: "Milliseconds, while the server takes 20 ms for each page of 1,000",
    legend: comparison,
    groups: [
      ["The consumer takes no time", "list 20,000, 20 ms a page"],
      ["The consumer takes 20 ms for each page", "list 20,000, 20 ms a page, slow consumer"]
    ].map(([title = "", name]) => ({
      title,
      bars: Figures.named(figures.peers.jobs, name).clients.map(({ name: label, wall: { median } }) => ({
        label,
        value: median,
        text: Table.time(median),
        tone: isOurs(label) ? "ours" : "other"
      }))
    }))
  })

const coldStart = ({ "cold-start": { node, workerd } }: Figures.Figures): string => {
  const bars = (clients: Readonly<Record<string, { readonly "first response": number }>>) =>
    Object.entries(clients).map(([label, { "first response": millis }]): Plot.Bar => {
      return {
        label,
        value: millis,
        text: `${millis.toFixed(0)} ms`,
        tone: label.startsWith("this") ? "ours" : "other"
      }
    })
  return Plot.barChart({
    title: "Cold start",
    description: "Milliseconds from the start of a process to its first response, on workerd and on Node.",
    subtitle: "Milliseconds from the start of a process to its first response (median of 15 processes)",
    legend: comparison,
    groups: [
      { title: "A Worker, on workerd", bars: bars(workerd) },
      { title: "Node", bars: bars(node) }
    ]
  })
}

/** The groups of operations, by whether they're retried after a failure. */
const operationGroups = [
  ["Reads", /fetch|list|stream/iu],
  ["Removals and other changes that are safe to repeat", /disconnect|update, |anonymize|complete/iu],
  ["Creating a room, replacing rules: not retried if in doubt", /create|Rules\.update/iu]
] as const

type Kinds = Readonly<Record<string, Readonly<Record<string, number>>>>

const successOf = (kinds: Kinds, pattern: RegExp): number => {
  const counts = Object.entries(kinds).flatMap(([kind, outcomes]) => (pattern.test(kind) ? [outcomes] : []))
  const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, number) => total + number, 0)
  return sum(counts.map(({ Success = 0 }) => Success)) / sum(counts.flatMap((outcomes) => Object.values(outcomes)))
}

const resilience = ({ resilience }: Figures.Figures): string => {
  const bar = (label: string, tone: Plot.Tone, share: number): Plot.Bar => {
    return { label, tone, value: share, text: `${(100 * share).toFixed(1)} %` }
  }
  return Plot.barChart({
    title: "Operations that succeed on a bad network",
    description:
      "The share of operations that succeed while three requests in ten meet a fault, with and without retries.",
    subtitle: "% of operations that succeed while three requests in ten meet a fault",
    legend: [
      ["ours", "with retries, the default"],
      ["other", "without retries"]
    ],
    groups: operationGroups.map(([title, pattern]) => ({
      title,
      bars: [
        bar("default", "ours", successOf(resilience.kinds, pattern)),
        bar("no retries", "other", successOf(resilience.withoutRetries.kinds, pattern))
      ]
    }))
  })
}

const quota = ({ redis: { apart, shared } }: Figures.Figures): string => {
  /** Steps from zero to at least `end`. */
  const ticks = (end: number, step: number) =>
    Array.from({ length: Math.ceil(end / step) + 1 }, (_, tick) => tick * step)
  const tenths = Math.max(shared.timeline.length, apart.timeline.length) - 1
  const points = (timeline: ReadonlyArray<number>) => timeline.map((count, tenth) => [tenth / 10, count] as const)
  return Plot.lineChart({
    title: "Two processes on one account's quota",
    description: "Requests in each second, of two processes that remove 100 participants together.",
    subtitle: "Requests in the preceding second; Twilio refuses more than 20 writes with HTTP 429",
    legend: [
      ["ours", "sharing the quota through Redis"],
      ["other", "each with its own quota"],
      ["limit", "the account's quota"]
    ],
    x: { ticks: ticks(tenths / 10, 1), format: (second) => `${second} s` },
    y: { ticks: ticks(Math.max(20, ...shared.timeline, ...apart.timeline), 10), format: String },
    limit: 20,
    series: [
      { tone: "other", points: points(apart.timeline) },
      { tone: "ours", points: points(shared.timeline) }
    ]
  })
}

const erasure = ({ erasure: { sizes } }: Figures.Figures): string => {
  const bar = (label: string, tone: Plot.Tone, { millis, requests }: (typeof sizes)[number]["steps"]): Plot.Bar => {
    const text = `${(millis / 1000).toFixed(1)} s, ${requests.toLocaleString("en")} requests`
    return { label, tone, value: millis, text }
  }
  return Plot.barChart({
    title: "Time to erase a person",
    description: "The time of an erasure by the number of rooms, on SQLite, in memory, and of its steps alone.",
    subtitle: "Seconds without a quota, so the steps alone are the limit of the client and the sandbox",
    legend: [
      ["ours", "a job"],
      ["other", "its steps alone"]
    ],
    groups: sizes.map(({ memory, rooms, sqlite, steps }) => ({
      title: `${rooms.toLocaleString("en")} rooms`,
      bars: [bar("on SQLite", "ours", sqlite), bar("in memory", "ours", memory), bar("steps alone", "other", steps)]
    }))
  })
}

const roster = ({ roster: { ages } }: Figures.Figures): string => {
  const bar = (label: string, millis: number, bound: number): Plot.Bar => {
    const text = `${(millis / 1000).toFixed(0)} s`
    return { label, tone: "ours", value: millis / 1000, text, limit: bound / 1000 }
  }
  return Plot.barChart({
    title: "Age of a room's state",
    description: "How old the states of 100, 1,000 and 2,000 rooms are: half of them, 99 %, the oldest, and the bound.",
    subtitle: "Seconds since a room's participants were last read, at 20 reads a second",
    legend: [
      ["ours", "age of the states"],
      ["limit", "bound"]
    ],
    groups: ages.map(({ ages: { bound, median, most, p99 }, rooms }) => ({
      title: `${rooms.toLocaleString("en")} rooms`,
      bars: [bar("half", median, bound), bar("99 %", p99, bound), bar("oldest", most, bound)]
    }))
  })
}

/** What draws each chart, by the name of its file. */
export const charts: Readonly<Record<string, (figures: Figures.Figures) => string>> = {
  sizes,
  peers,
  waiting,
  "cold-start": coldStart,
  resilience,
  quota,
  erasure,
  roster
}

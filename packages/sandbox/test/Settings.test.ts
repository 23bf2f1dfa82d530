/**
 * Everything that can be set, set over HTTP, in the file of `--config` and by flags. Each setting is observed in a
 * command that has it in one of these ways, and in one that doesn't have it.
 */
import * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxConfig from "@effect-twilio-video/sandbox/SandboxConfig"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { text as consume } from "node:stream/consumers"
import { basic, type Reply } from "./support/Calls.ts"
import * as CommandProcess from "./support/CommandProcess.ts"
import * as Tokens from "./support/Tokens.ts"

type Running = CommandProcess.Running

const folder = mkdtempSync(path.join(tmpdir(), "settings-"))

/** Writes a JSON file, and returns its path. */
const write = (name: string, content: unknown): string => {
  const file = path.join(folder, name)
  writeFileSync(file, JSON.stringify(content))
  return file
}

// ---- the receiver of status callbacks ----

const received: Array<{ readonly method: string; readonly path: string; readonly parameters: URLSearchParams }> = []

const receiver = createServer(async (incoming, response) => {
  const { pathname, search } = new URL(incoming.url ?? "", "http://receiver.test")
  const body = await consume(incoming)
  const parameters = new URLSearchParams(body === "" ? search : body)
  received.push({ method: incoming.method ?? "", path: pathname, parameters })
  response.writeHead(pathname === "/failing" ? 500 : 204).end()
})
await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
const receiverPort = (receiver.address() as AddressInfo).port
const receiverUrl = `http://127.0.0.1:${receiverPort}`

/** The callbacks of a room that arrived at a path. */
const arrived = (roomSid: string, at: string) =>
  received.filter(({ parameters, path }) => path === at && parameters.get("RoomSid") === roomSid)

const eventsOf = (roomSid: string, at: string) =>
  arrived(roomSid, at).map(({ parameters }) => parameters.get("StatusCallbackEvent"))

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

// ---- what is set ----

interface Way {
  readonly name: "by default" | "over HTTP" | "in the file" | "by flags"
  /** A port to listen on. */
  readonly port: number
}

interface Setting {
  /** Its value in the file of `--config`. */
  readonly value: unknown
  readonly flags: (value: unknown) => ReadonlyArray<string>
  /** Sets it in a running command. Undefined if it can be set only at the start. */
  readonly http?: ((running: Running) => Promise<Reply>) | undefined
  readonly observe: (running: Running) => Promise<unknown>
  readonly expected: unknown
}

type Settings = Readonly<Record<string, Setting>>

const flag =
  (name: string) =>
  (value: unknown): ReadonlyArray<string> => [`--${name}`, String(value)]

const flagOfEach =
  (name: string) =>
  (values: unknown): ReadonlyArray<string> =>
    (values as ReadonlyArray<string>).flatMap(flag(name)) // Only for lists.

const flagOfFile =
  (name: string) =>
  (value: unknown): ReadonlyArray<string> => [`--${name}`, write(`${name}.json`, value)]

const patch = (change: unknown) => (running: Running) => running.control("PATCH", "options", change)

const statusOf = (reply: { readonly status: number }): number => reply.status

/** Opens a room. The options are those of the control. */
const open = async ({ control }: Running, options: object = {}): Promise<string> =>
  (await control("POST", "rooms", options)).body.sid

const callbacksEnd = ({ control }: Running) => control("POST", "callbacks/await")

/** The status of a request to the list of rooms with these headers. */
const statusWith = ({ ready }: Running, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(`${ready.url}/sandbox/state`, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.once("error", reject).end()
  })

const listening = ({ port }: Way): Record<string, Setting> => ({
  port: {
    value: port,
    flags: flag("port"),
    observe: async ({ ready }) => Number(new URL(ready.url).port),
    expected: port
  },
  host: {
    value: "127.0.0.2",
    flags: flag("host"),
    observe: async ({ ready }) => new URL(ready.url).hostname,
    expected: "127.0.0.2"
  },
  allowedHosts: {
    value: ["video_sandbox", "sandbox.example.com"],
    flags: flagOfEach("allow-host"),
    observe: (running) => statusWith(running, { host: "sandbox.example.com" }),
    expected: 200
  },
  allowedOrigins: {
    value: ["https://app.example.com", "https://other.example.com"],
    flags: flagOfEach("allow-origin"),
    observe: (running) => statusWith(running, { origin: "https://other.example.com" }),
    expected: 200
  },
  publicOrigin: {
    value: "https://video.example.com",
    flags: flag("public-origin"),
    http: patch({ publicOrigin: "https://video.example.com" }),
    observe: async ({ control }) => new URL((await control("POST", "rooms")).body.url).origin,
    expected: "https://video.example.com"
  }
})

const credential = (
  member: keyof SandboxCredentials.SandboxCredentials,
  name: string,
  value: string,
  authorize: (credentials: Required<SandboxCredentials.SandboxCredentials>) => string
): readonly [string, Setting] => [
  `credentials.${member}`,
  {
    value,
    flags: flag(name),
    http: patch({ credentials: { [member]: value } }),
    observe: async ({ control, twilio }) => {
      const { credentials } = (await control("GET", "options")).body
      return statusOf(await twilio("", undefined, authorize({ ...credentials, [member]: value })))
    },
    expected: 200
  }
]

const credentials: Record<string, Setting> = Object.fromEntries([
  credential("accountSid", "account-sid", `AC${"1".repeat(32)}`, (its) => basic(its.accountSid, its.authToken)),
  credential("authToken", "auth-token", "another-token", (its) => basic(its.accountSid, its.authToken)),
  credential("apiKeySid", "api-key-sid", `SK${"2".repeat(32)}`, (its) => basic(its.apiKeySid, its.apiKeySecret)),
  credential("apiKeySecret", "api-key-secret", "another-secret", (its) => basic(its.apiKeySid, its.apiKeySecret)),
  credential("bearerToken", "bearer-token", "another-bearer", (its) => `Bearer ${its.bearerToken}`)
])

const scenario = { rooms: [{ uniqueName: "Own", participants: [{ identity: "Olga" }] }] }

/** The SID of the scenario's room. It follows from the seed. */
const ownSid = async ({ control }: Running): Promise<string | undefined> =>
  (await control("GET", "state")).body.rooms.find((room: { readonly uniqueName: string }) => room.uniqueName === "Own")
    ?.sid

const seed = "another"

const seeded = await Effect.gen(function* () {
  const { rooms } = yield* (yield* Sandbox.Sandbox).exportState
  return rooms[0]?.sid
}).pipe(Effect.provide(Sandbox.layer({ seed, rooms: scenario.rooms })), Effect.runPromise)

const beginnings: Record<string, Setting> = {
  seed: {
    value: seed,
    flags: flag("seed"),
    http: patch({ seed }),
    observe: ownSid,
    expected: seeded
  },
  scenario: {
    value: scenario,
    flags: flagOfFile("scenario"),
    http: ({ control }) => control("POST", "seed", scenario),
    observe: async (running) => (await ownSid(running)) !== undefined,
    expected: true
  },
  faults: {
    value: [{ operations: ["ListRoomParticipantSubscribedTrack"], fault: { type: "status", status: 503 } }],
    flags: flagOfFile("faults"),
    http: ({ control }) => control("PUT", "faults", beginnings.faults?.value),
    observe: async ({ twilio }) => statusOf(await twilio("/Standup/Participants/Alice/SubscribedTracks")),
    expected: 503
  },
  requestLog: {
    value: 5,
    flags: flag("request-log"),
    http: patch({ requestLog: 5 }),
    observe: async ({ control, twilio }) => {
      for (let page = 0; page < 6; page++) await twilio("")
      return (await control("GET", "requests")).body.length
    },
    expected: 5
  }
}

const callbacks: Record<string, Setting> = {
  callbackUrl: {
    value: `${receiverUrl}/default`,
    flags: flag("callback-url"),
    observe: async (running) => {
      const sid = await open(running)
      await callbacksEnd(running)
      return eventsOf(sid, "/default")
    },
    expected: ["room-created"]
  },
  callbackMethod: {
    value: "GET",
    flags: flag("callback-method"),
    observe: async (running) => {
      const sid = await open(running)
      await callbacksEnd(running)
      return arrived(sid, "/default").map(({ method }) => method)
    },
    expected: ["GET"]
  },
  forwardTo: {
    value: `${receiverUrl}/copy`,
    flags: flag("forward-to"),
    observe: async (running) => {
      const sid = await open(running, { statusCallback: `${receiverUrl}/own` })
      await callbacksEnd(running)
      return [eventsOf(sid, "/own"), eventsOf(sid, "/copy")]
    },
    expected: [["room-created"], ["room-created"]]
  },
  allowedCallbackHosts: {
    // The same address, in a form that doesn't count as loopback.
    value: ["app.example.com", `[::ffff:127.0.0.1]:${receiverPort}`],
    flags: flagOfEach("allow-callback-host"),
    observe: async (running) => {
      const sid = await open(running, { statusCallback: `http://[::ffff:127.0.0.1]:${receiverPort}/mapped` })
      await callbacksEnd(running)
      return eventsOf(sid, "/mapped")
    },
    expected: ["room-created"]
  },
  deliveryFaults: {
    value: [{ events: ["track-disabled"], fault: { type: "lost" } }],
    flags: flagOfFile("delivery-faults"),
    http: ({ control }) => control("PUT", "callbacks/faults", callbacks.deliveryFaults?.value),
    observe: async (running) => {
      const sid = await open(running, { statusCallback: `${receiverUrl}/own` })
      await running.control("POST", `rooms/${sid}/participants`, { identity: "Zoe" })
      await running.control("POST", `rooms/${sid}/participants/Zoe/tracks`, { kind: "audio", name: "mic" })
      await running.control("POST", `rooms/${sid}/participants/Zoe/tracks/mic/disable`)
      await callbacksEnd(running)
      return eventsOf(sid, "/own").slice(-1)
    },
    expected: ["track-added"]
  },
  callbackLog: {
    value: 10,
    flags: flag("callback-log"),
    http: patch({ callbackLog: 10 }),
    observe: async (running) => {
      // Refused by every command, and logged.
      for (let room = 0; room < 11; room++) await open(running, { statusCallback: "http://refused.example.com/" })
      return (await running.control("GET", "callbacks")).body.length
    },
    expected: 10
  }
}

// ---- limits, and states ----

const quota = { reads: 40, writes: 40 }

/** The Retry-After of more reads in one second than the quota has, by status. */
const burst = async ({ control, twilio }: Running): Promise<ReadonlyMap<number, string | null>> => {
  await control("PUT", "clock", { rate: 0 })
  const replies = await Promise.all(Array.from({ length: quota.reads + 1 }, () => twilio("")))
  return new Map(replies.map(({ headers, status }) => [status, headers.get("retry-after")]))
}

const roomNames = async ({ control }: Running) =>
  (await control("GET", "state")).body.rooms.map((room: { readonly uniqueName: string }) => room.uniqueName)

const importedState = await Effect.gen(function* () {
  return yield* (yield* Sandbox.Sandbox).exportState
}).pipe(Effect.provide(Sandbox.layer({ rooms: [{ uniqueName: "Imported" }] })), Effect.runPromise)

const limits: Record<string, Setting> = {
  requestLogBytes: {
    value: 4000,
    flags: flag("request-log-bytes"),
    http: patch({ requestLogBytes: 4000 }),
    observe: async ({ control, twilio }) => {
      for (let page = 0; page < 10; page++) await twilio("")
      return (await control("GET", "requests")).body.length < 10
    },
    expected: true
  },
  callbackLogBytes: {
    value: 4000,
    flags: flag("callback-log-bytes"),
    http: patch({ callbackLogBytes: 4000 }),
    observe: async (running) => {
      for (let room = 0; room < 10; room++) await open(running, { statusCallback: "http://refused.example.com/" })
      return (await running.control("GET", "callbacks")).body.length < 10
    },
    expected: true
  },
  quota: {
    value: quota,
    flags: () => [`--quota=${quota.reads}/${quota.writes}`],
    http: patch({ quota }),
    observe: async (running) => [...(await burst(running)).keys()].toSorted((a, b) => a - b),
    expected: [200, 429]
  }
}

const states = ({ name }: Way): Record<string, Setting> => ({
  // The file's paths are relative to the file.
  import: {
    value: path.basename(write("imported.json", importedState)),
    flags: (value) => ["--import", path.join(folder, String(value))],
    http: ({ control }) => control("PUT", "state", importedState),
    observe: async (running) => (await roomNames(running)).includes("Imported"),
    expected: true
  },
  exportOnExit: {
    value: `exported ${name}.json`,
    flags: (value) => ["--export-on-exit", path.join(folder, String(value))],
    // Last: it stops the command.
    observe: async (running) => {
      await running.control("POST", "rooms", { uniqueName: "Exported" })
      await running.stop()
      const file = path.join(folder, `exported ${name}.json`)
      return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).rooms.at(-1).uniqueName
    },
    expected: "Exported"
  }
})

// ---- assumptions ----

const participants = "/Standup/Participants"

const codeOf = async (reply: Promise<{ readonly body: { readonly code: number } }>) => (await reply).body.code

const identities = async ({ twilio }: Running, query: string): Promise<ReadonlyArray<string>> =>
  (await twilio(`${participants}${query}`)).body.participants.map(
    (participant: { readonly identity: string }) => participant.identity
  )

/** The path of a participant by SID, also one who has left. */
const bySid = async ({ control }: Running, room: string, identity: string): Promise<string> => {
  const { rooms } = (await control("GET", "state")).body
  const { participants, sid } = rooms.find((its: { readonly uniqueName: string }) => its.uniqueName === room)
  const found = participants.find((participant: { readonly identity: string }) => participant.identity === identity)
  return `/${sid}/Participants/${found.sid}`
}

const join =
  (identity: string | undefined, room: string) =>
  async ({ control }: Running) => {
    const { credentials } = (await control("GET", "options")).body
    const { apiKeySid, apiKeySecret, accountSid } = credentials as Required<SandboxCredentials.SandboxCredentials>
    const members = { ...Tokens.members(Date.now()), iss: apiKeySid, sub: accountSid }
    const payload = { ...members, grants: { video: {}, ...(identity === undefined ? {} : { identity }) } }
    const token = Tokens.sign(Tokens.encode(Tokens.header), Tokens.encode(payload), apiKeySecret)
    return control("POST", `rooms/${room}/participants`, { token })
  }

/** The status of the response to a form, sent to a participant by SID. */
const changed =
  (room: string, identity: string, suffix: string, form: Record<string, string>) => async (running: Running) =>
    statusOf(await running.twilio(`${await bySid(running, room, identity)}${suffix}`, form))

const ruleForAll = { Rules: '[{"type":"include","all":true}]' }

const disconnect = { Status: "disconnected" }

const created = async ({ control }: Running): Promise<string> => {
  const { rooms } = (await control("GET", "state")).body
  const { participants } = rooms.find((room: { readonly uniqueName: string }) => room.uniqueName === "Standup")
  return `${participants[0].created.slice(0, 19)}Z`
}

type Switches = {
  readonly [K in keyof Assumptions.Assumptions]: readonly [
    value: Assumptions.Assumptions[K],
    observe?: (running: Running) => Promise<unknown>,
    expected?: unknown
  ]
}

/** A position of each switch that isn't its default, and its effect. The effects change what later ones don't use. */
const switches: Switches = {
  notFoundCode: ["resource", ({ twilio }) => codeOf(twilio("/Nowhere")), 53_106],
  identityFindsReconnecting: [false, async ({ twilio }) => statusOf(await twilio(`${participants}/Rhea`)), 404],
  defaultListHasReconnecting: [true, async (running) => (await identities(running, "")).includes("Rhea"), true],
  connectedListHasReconnecting: [
    true,
    async (running) => (await identities(running, "?Status=connected")).includes("Rhea"),
    true
  ],
  listOrder: ["oldest-first", (running) => identities(running, "?PageSize=1"), ["Alice"]],
  pageSizeAboveMaximum: ["refuse", async ({ twilio }) => statusOf(await twilio(`${participants}?PageSize=5000`)), 400],
  unknownPageToken: ["restart", async ({ twilio }) => statusOf(await twilio(`${participants}?PageToken=none`)), 200],
  dateCreatedAfterInclusive: [
    false,
    async (running) => identities(running, `?Identity=Alice&DateCreatedAfter=${await created(running)}`),
    []
  ],
  dateCreatedBeforeInclusive: [
    true,
    async (running) => identities(running, `?Identity=Alice&DateCreatedBefore=${await created(running)}`),
    ["Alice"]
  ],
  updateOfDisconnected: ["refuse", changed("Standup", "Dan", "", disconnect), 400],
  updateToOtherStatus: ["accept", changed("Standup", "Alice", "", { Status: "connected" }), 202],
  updateInCompletedRoom: ["not-found", changed("Done", "Eve", "", disconnect), 404],
  anonymizeOfConnected: ["refuse", changed("Standup", "Carl", "/Anonymize", {}), 400],
  anonymizeInCompletedRoom: ["refuse", changed("Done", "Eve", "/Anonymize", {}), 400],
  identityFilterFindsAnonymized: [
    true,
    async (running) => {
      await changed("Standup", "Frank", "/Anonymize", {})(running)
      return (await identities(running, "?Status=disconnected&Identity=Frank")).length
    },
    1
  ],
  tracksOfDisconnected: [
    "not-found",
    async (running) => statusOf(await running.twilio(`${await bySid(running, "Standup", "Dan")}/PublishedTracks`)),
    404
  ],
  rulesOfDisconnected: [
    "not-found",
    async (running) => statusOf(await running.twilio(`${await bySid(running, "Standup", "Dan")}/SubscribeRules`)),
    404
  ],
  rulesInCompletedRoom: ["not-found", changed("Done", "Finn", "/SubscribeRules", ruleForAll), 404],
  ruleAllAsText: [
    "refuse",
    changed("Standup", "Alice", "/SubscribeRules", { Rules: '[{"type":"include","all":"true"}]' }),
    400
  ],
  maxParticipantsAboveLimit: [
    "clamp",
    async ({ twilio }) => statusOf(await twilio("", { MaxParticipants: "90" })),
    201
  ],
  legacyRooms: ["accept", async ({ twilio }) => statusOf(await twilio("", { Type: "go" })), 201],
  durationInProgress: ["zero", async ({ twilio }) => (await twilio("/Standup")).body.duration, 0],
  adHocRooms: ["refuse", async (running) => statusOf(await join("Zoe", "Nowhere")(running)), 404],
  tokenWithoutIdentityCode: [20_106, (running) => codeOf(join(undefined, "Standup")(running)), 20_106],
  callbackOrderAtCompletion: [
    "room-first",
    async (running) => {
      const sid = await open(running, { statusCallback: `${receiverUrl}/own` })
      await running.control("POST", `rooms/${sid}/participants`, { identity: "Zoe" })
      await running.control("POST", `rooms/${sid}/complete`)
      await callbacksEnd(running)
      return eventsOf(sid, "/own").slice(-2)
    },
    ["room-ended", "participant-disconnected"]
  ],
  callbackTracksOfLeaving: [
    "track-removed",
    async (running) => {
      const sid = await open(running, { statusCallback: `${receiverUrl}/own` })
      await running.control("POST", `rooms/${sid}/participants`, { identity: "Zoe" })
      await running.control("POST", `rooms/${sid}/participants/Zoe/tracks`, { kind: "audio" })
      await running.control("POST", `rooms/${sid}/participants/Zoe/leave`)
      await callbacksEnd(running)
      return eventsOf(sid, "/own").slice(-2)
    },
    ["track-removed", "participant-disconnected"]
  ],
  callbackDelivery: [
    "retried",
    async (running) => {
      const sid = await open(running, { statusCallback: `${receiverUrl}/failing` })
      await running.control("PUT", "clock", { advance: "10 seconds" })
      await callbacksEnd(running)
      return arrived(sid, "/failing").length
    },
    4
  ],
  // Its effect shows only while a receiver is slow.
  callbackOrder: ["at-once"],
  bearerAuth: [
    "accept",
    async ({ control, twilio }) => {
      const { credentials } = (await control("GET", "options")).body
      return statusOf(await twilio("", undefined, `Bearer ${credentials.bearerToken}`))
    },
    200
  ],
  retryAfterOn429: ["one-second", async (running) => (await burst(running)).get(429), "1"],
  trailingSlash: ["not-found", async ({ twilio }) => statusOf(await twilio(`${participants}/`)), 404],
  jsonSuffix: ["accept", async ({ twilio }) => statusOf(await twilio(`${participants}.json`)), 200],
  invalidParameterCode: [21_218, ({ twilio }) => codeOf(twilio(`${participants}?Status=gone`)), 21_218],
  emptyParameter: ["refuse", async ({ twilio }) => statusOf(await twilio(`${participants}?Identity=`)), 400],
  // Last: it ends the other rooms too.
  completedRoomRetention: [
    "1 day",
    async (running) => {
      const done = await bySid(running, "Done", "Gus")
      await running.control("PUT", "clock", { advance: "2 days" })
      return statusOf(await running.twilio(done))
    },
    404
  ]
}

const assumptions: Record<string, Setting> = Object.fromEntries(
  Object.entries(switches).map(([name, [value, observe, expected]]) => [
    `assumptions.${name}`,
    {
      value,
      flags: () => ["--assumption", `${name}=${value}`],
      http: patch({ assumptions: { [name]: value } }),
      observe: async (running: Running) => [
        (await running.control("GET", "options")).body.assumptions[name],
        await observe?.(running)
      ],
      expected: [value, expected]
    }
  ])
)

/** The settings of one command each: those of a group don't hide one another's effects. */
const groups: ReadonlyArray<(way: Way) => Readonly<Record<string, Setting>>> = [
  (way) => {
    const { "assumptions.retryAfterOn429": _, ...others } = assumptions
    return { ...listening(way), ...credentials, ...beginnings, ...callbacks, ...others }
  },
  (way) => ({
    ...limits,
    "assumptions.retryAfterOn429": assumptions["assumptions.retryAfterOn429"]!,
    ...states(way)
  })
]

// ---- the ways ----

/** The settings as the file of `--config`. */
const fileOf = (settings: Settings): unknown => {
  const file: Record<string, unknown> = {}
  for (const [name, { value }] of Object.entries(settings)) {
    const [member = "", part] = name.split(".")
    file[member] = part === undefined ? value : { ...(file[member] as object), [part]: value } // Set here.
  }
  return file
}

const start: Record<Way["name"], (settings: Settings) => Promise<Running>> = {
  "by default": () => CommandProcess.start(["--port", "0"]),
  "over HTTP": async (settings) => {
    const running = await CommandProcess.start(["--port", "0"])
    for (const [name, { http }] of Object.entries(settings)) {
      const reply = await http?.(running)
      if (reply !== undefined) assert.strictEqual(statusOf(reply), 200, name)
    }
    return running
  },
  "in the file": (settings) => CommandProcess.start(["--config", write("config.json", fileOf(settings))]),
  "by flags": (settings) => CommandProcess.start(Object.values(settings).flatMap(({ flags, value }) => flags(value)))
}

/** The rooms that the assumptions are observed in. */
const prepare = async ({ control }: Running) => {
  const people = "rooms/Standup/participants"
  await control("POST", "rooms", { uniqueName: "Standup" })
  for (const identity of ["Alice", "Bob", "Carl", "Rhea", "Dan", "Frank"]) await control("POST", people, { identity })
  await control("POST", `${people}/Rhea/lose-connection`)
  for (const identity of ["Dan", "Frank"]) await control("POST", `${people}/${identity}/leave`)
  await control("POST", "rooms", { uniqueName: "Done" })
  for (const identity of ["Eve", "Finn", "Gus"]) await control("POST", "rooms/Done/participants", { identity })
  await control("POST", "rooms/Done/complete")
}

const ways: ReadonlyArray<Way> = [
  { name: "by default", port: await freePort() },
  { name: "over HTTP", port: 0 },
  { name: "in the file", port: await freePort() },
  { name: "by flags", port: await freePort() }
]

afterAll(() => {
  receiver.close()
  receiver.closeAllConnections()
  rmSync(folder, { recursive: true })
})

for (const way of ways) {
  for (const group of groups) {
    const settings = Object.entries(group(way)).filter(([, { http }]) => way.name !== "over HTTP" || http !== undefined)
    describe(`a setting ${way.name}`, () => {
      let running: Running
      beforeAll(async () => {
        // Commands with the same seed have rooms with the same SIDs.
        received.length = 0
        running = await start[way.name](Object.fromEntries(settings))
        await prepare(running)
      })
      afterAll(() => running.stop())
      for (const [name, { expected, observe }] of settings) {
        it(`${name} ${way.name === "by default" ? "has another effect" : "takes effect"}`, async () => {
          const observed = await observe(running)
          if (way.name === "by default") assert.notDeepEqual(observed, expected)
          else assert.deepStrictEqual(observed, expected)
        })
      }
    })
  }
}

describe("the settings", () => {
  const settings = Object.assign({}, ...groups.map((group) => group(ways[0]!))) as Settings
  const expanded = (name: string, members: object) => Object.keys(members).map((member) => `${name}.${member}`)

  it("are all members of the file", () => {
    const { $schema: _, assumptions: _a, credentials: _c, ...others } = SandboxConfig.SandboxConfig.fields
    assert.deepStrictEqual(
      Object.keys(settings).toSorted(),
      [
        ...Object.keys(others),
        ...expanded("assumptions", Assumptions.defaults),
        ...expanded("credentials", SandboxCredentials.defaults)
      ].toSorted()
    )
  })

  it("have all flags but those that a file can't have", () => {
    const { stdout } = spawnSync(process.execPath, [CommandProcess.bin, "--help"], { encoding: "utf8" })
    const listed = [...stdout.split("GLOBAL")[0]!.matchAll(/^ {2}--([\w-]+)/gmu)].map(([, name = ""]) => name)
    const used = Object.values(settings).flatMap(({ flags, value }) =>
      flags(value).flatMap((text) => /^--([\w-]+)/u.exec(text)?.[1] ?? [])
    )
    assert.deepStrictEqual(
      [...new Set(listed)].toSorted(),
      [...new Set([...used, "config", "control-token", "json"])].toSorted()
    )
  })

  it("can be changed over HTTP unless they say where to listen, who may connect or where to send", () => {
    const only = Object.entries(settings).filter(([, { http }]) => http === undefined)
    assert.deepStrictEqual(
      only.map(([name]) => name),
      [
        "port",
        "host",
        "allowedHosts",
        "allowedOrigins",
        "callbackUrl",
        "callbackMethod",
        "forwardTo",
        "allowedCallbackHosts",
        "exportOnExit"
      ]
    )
  })
})

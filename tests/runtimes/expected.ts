/**
 * The expected results of the program, on every runtime and in every environment, and the few differences between
 * runtimes.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"

/** The error codes of a runtime's `fetch` for a refused and a cut connection. Null if it has none. */
export interface Names {
  readonly refused: string | null
  readonly cut: string | null
  readonly why: string
}

const inWords = "The error has a message but no code."

/** The differences between runtimes, by the runner's name. */
export const differences: Readonly<Record<string, Names>> = {
  Node: { refused: "ECONNREFUSED", cut: "UND_ERR_SOCKET", why: "Node's fetch is undici, which has its own codes." },
  Deno: { refused: "ECONNREFUSED", cut: null, why: "The library knows its message for a refused connection." },
  Bun: { refused: "ECONNREFUSED", cut: "ECONNRESET", why: "Bun uses the system's names." },
  workerd: { refused: null, cut: null, why: inWords },
  "workerd as of 2023": { refused: null, cut: null, why: inWords },
  "edge-runtime": { refused: "ECONNREFUSED", cut: "UND_ERR_SOCKET", why: "It includes undici." },
  Chromium: { refused: null, cut: null, why: "A page doesn't learn why a request failed." }
}

const namesOf = (runtime: string): Names => {
  const names = differences[runtime]
  if (names === undefined) throw new Error(`There is no entry for ${runtime}`)
  return names
}

interface Sids {
  readonly alice: string
  readonly webinar: string
}

/** The sandbox derives SIDs from its seed, so they are the same everywhere. */
const sids = Effect.gen(function* () {
  const alice = yield* Participants.fetch("DailyStandup", "Alice")
  const webinar = yield* Rooms.fetch("Webinar")
  return { alice: alice.sid, webinar: webinar.sid }
}).pipe(Effect.provide(Sandbox.layer()), Effect.orDie)

const moderation = ({ alice }: Sids) => ({
  sid: alice,
  connected: ["Erin", "Bob", "Alice"],
  found: "connected",
  removed: { status: "disconnected", minutes: 14 },
  byIdentity: "NotFound: participant by identity",
  bySid: { status: "disconnected", identity: "Alice" },
  disconnected: ["Erin", "Dana", "Alice"],
  anonymized: { identityIsSid: true, status: "disconnected", minutes: 14 }
})

const operations = {
  rooms: {
    created: { name: "Huddle 👋", status: "in-progress", seats: 4 },
    fetchedIsCreated: true,
    listed: ["Huddle 👋", "DailyStandup", "Webinar"],
    streamed: ["Retro"],
    completed: "completed"
  },
  tracks: {
    published: ["screen", "bob-cam", "bob-audio"],
    streamed: ["screen", "bob-cam", "bob-audio"],
    screen: { kind: "video", enabled: true },
    subscribed: ["screen", "carl-data", "carl-cam", "carl-audio", "bob-cam", "bob-audio"],
    first: { name: "screen", kind: "video" },
    rules: {
      before: [{ type: "include", all: true }],
      after: [
        { type: "include", kind: "audio" },
        { type: "include", publisher: "Bob", track: "screen" }
      ]
    },
    received: ["bob-audio", "carl-audio", "screen"]
  },
  participants: {
    bob: { status: "connected", identity: "Bob" },
    removed: "disconnected",
    again: "AlreadyGone",
    erased: true,
    everybody: ["Carl: Disconnected", "Erin: Disconnected"],
    left: ["Alice"]
  },
  seen: Object.keys(VideoWire.operations).toSorted()
}

const byIdentity = "/v1/Rooms/{name}/Participants/{identity}"

/** An error with a response. */
const withResponse = (tag: string, request: string, status: number, code: number, detail: object = {}) => ({
  tag,
  ...detail,
  request,
  status,
  code,
  attempts: 1,
  hasRequestId: true,
  shown: []
})

/** A `TwilioError` without a response, from a fetch of Alice. */
const withoutResponse = (detail: object, rest: object = {}) => ({
  tag: "TwilioError",
  ...detail,
  request: `GET ${byIdentity}`,
  status: null,
  code: null,
  attempts: 1,
  hasRequestId: false,
  shown: [],
  ...rest
})

const failures = ({ webinar }: Sids, cut: string | null) => {
  const nobody = `PA${"0".repeat(32)}`
  const nowhere = `RM${"0".repeat(32)}`
  const refused = (reason: string, status: number, code: number, detail: object = {}) =>
    withResponse("TwilioError", `GET ${byIdentity}`, status, code, { reason, ...detail })
  return {
    roomByName: withResponse("NotFound", "GET /v1/Rooms/{name}", 404, 20404, { resource: "room", lookup: "name" }),
    roomBySid: withResponse("NotFound", `GET /v1/Rooms/${nowhere}`, 404, 20404, { resource: "room", lookup: "sid" }),
    byIdentity: withResponse("NotFound", `GET ${byIdentity}`, 404, 20404, {
      resource: "participant",
      lookup: "identity"
    }),
    bySid: withResponse("NotFound", `POST /v1/Rooms/{name}/Participants/${nobody}`, 404, 20404, {
      resource: "participant",
      lookup: "sid"
    }),
    roomExists: withResponse("RoomExists", "POST /v1/Rooms", 400, 53113),
    roomNotInProgress: withResponse("RoomNotInProgress", `POST /v1/Rooms/${webinar}`, 400, 53112),
    invalidSubscribeRules: withResponse("InvalidSubscribeRules", `POST ${byIdentity}/SubscribeRules`, 400, 53215),
    invalidArgument: withoutResponse(
      { reason: "InvalidArgument", argument: "pageSize" },
      { request: "GET /v1/Rooms/{name}/Participants", attempts: null }
    ),
    invalidRequest: withResponse("TwilioError", `POST ${byIdentity}`, 400, 53209, { reason: "InvalidRequest" }),
    unauthorized: refused("Unauthorized", 401, 20003),
    forbidden: refused("Forbidden", 403, 20003),
    rateLimited: refused("RateLimited", 429, 20429, { retryAfter: 7 }),
    unavailable: refused("Unavailable", 503, 20503, { retryAfter: 3 }),
    cutOff: withoutResponse({ reason: "TransportFailed", failure: cut }),
    brokenOff: withoutResponse({ reason: "TransportFailed", failure: cut }),
    timedOut: withoutResponse({ reason: "TimedOut", limit: "attempt" }),
    deadline: withoutResponse({ reason: "TimedOut", limit: "operation" }),
    notTwilio: withoutResponse({ reason: "UnexpectedResponse", problem: "not-json" }, { status: 200 }),
    proxyPage: withoutResponse({ reason: "UnexpectedResponse", problem: "unknown-status" }, { status: 404 })
  }
}

const paging = {
  everybody: ["Erin", "Bob", "Alice"],
  pages: [200, 200, 200],
  firstThree: ["screen", "carl-data", "carl-cam"],
  pagesOfThree: [200, 200],
  byToken: [["Erin", "Bob"], ["Alice"]],
  isEnd: true
}

const retry = { found: "Alice", seen: [503, 200], removed: "disconnected" }

const interruption = {
  interrupted: true,
  late: "timed out: attempt",
  patient: "DailyStandup",
  seen: [null, null, 200]
}

const roster = {
  listed: ["Alice: connected", "Bob: connected", "Carl: reconnecting", "Erin: connected"],
  doubts: [],
  remaining: ["Bob: connected", "Carl: reconnecting", "Erin: connected"],
  changes: ["Joined", "Joined", "Joined", "Reconnecting", "Joined", "Left"]
}

const zoe = "Zoë 👩‍🚀"

const token = {
  header: { alg: "HS256", typ: "JWT", cty: "twilio-fpa;v=1" },
  grants: { identity: zoe, video: { room: "DailyStandup" } },
  lasts: 7200,
  expires: true,
  isOf: [true, true, true],
  isShown: false,
  refused: { tag: "InvalidAccessToken", argument: "ttl" },
  joined: { identity: zoe, status: "connected" },
  forged: { refused: 20107 }
}

const callback = {
  documented: "verified",
  documentedElsewhere: "mismatch",
  event: { tag: "ParticipantConnected", identity: zoe, at: "2026-03-01T12:00:00.250Z" },
  changed: ["InvalidSignature", "mismatch"],
  unsigned: ["InvalidSignature", "missing"]
}

/** What a sandbox in process sends to an application. */
export const delivered = {
  events: [["RoomCreated"], ["ParticipantConnected", zoe], ["ParticipantDisconnected", zoe], ["RoomEnded"]],
  log: [
    ["room-created", "delivered", 204],
    ["participant-connected", "delivered", 204],
    ["participant-disconnected", "delivered", 204],
    ["room-ended", "delivered", 204]
  ]
}

/** The environments by task name. */
export const environments = {
  "in-process": "in process",
  loopback: "over loopback",
  "fetch-alone": "over loopback, fetch alone"
} as const

export type Environment = keyof typeof environments

/** All results. In process they don't depend on the runtime: the sandbox names the failure. */
export const results = (runtime: string, environment: Environment) =>
  Effect.map(sids, (sids) => ({
    moderation: moderation(sids),
    operations,
    failures: failures(sids, environment === "in-process" ? "ECONNRESET" : namesOf(runtime).cut),
    paging,
    retry,
    interruption,
    roster,
    token,
    callback
  }))

/** The results of the parts without broken connections. */
export const withoutFaults = Effect.map(sids, (sids) => ({
  moderation: moderation(sids),
  operations,
  paging,
  roster,
  token
}))

/** The fields of the error if nothing listens, after all attempts. */
export const connectionRefused = (failure: string | null) =>
  withoutResponse({ reason: "TransportFailed", failure }, { attempts: 5 })

/** The same, by the runner's name. */
export const connectionRefusedOn = (runtime: string) => connectionRefused(namesOf(runtime).refused)

/** The same without a code, if the runtime itself refuses the connection. */
export const connectionRefusedWithoutCode = connectionRefused(null)

/**
 * What the program must come to, value by value, on every runtime and in every setting, and the few places where
 * runtimes differ. Holds no runtime.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"

/** What a runtime's `fetch` calls a connection that was refused, and one that the other side cut; null is nothing. */
export interface Names {
  readonly refused: string | null
  readonly cut: string | null
  readonly why: string
}

const inWords = "The error says it in words alone, which change, and has no code."

/** Where runtimes differ, by the runner's name. */
export const differences: Readonly<Record<string, Names>> = {
  Node: { refused: "ECONNREFUSED", cut: "UND_ERR_SOCKET", why: "Node's fetch is undici, which has codes of its own." },
  Deno: { refused: "ECONNREFUSED", cut: null, why: "Its words for a connection that did not come about are known." },
  Bun: { refused: "ECONNREFUSED", cut: "ECONNRESET", why: "Bun gives the system's names." },
  workerd: { refused: null, cut: null, why: inWords },
  "workerd as of 2023": { refused: null, cut: null, why: inWords },
  "edge-runtime": { refused: "ECONNREFUSED", cut: "UND_ERR_SOCKET", why: "It brings an undici of its own." },
  Chromium: { refused: null, cut: null, why: "A page is not told why a request failed." }
}

const namesOf = (runtime: string): Names => {
  const names = differences[runtime]
  if (names === undefined) throw new Error(`Nothing is said of ${runtime}`)
  return names
}

interface Sids {
  readonly alice: string
  readonly webinar: string
}

/** The SIDs of the sandbox's scenario follow from its seed: the same everywhere. */
const sids = Effect.gen(function* () {
  const alice = yield* Participants.fetch("DailyStandup", "Alice")
  const webinar = yield* Rooms.fetch("Webinar")
  return { alice: alice.sid, webinar: webinar.sid }
}).pipe(Effect.provide(Sandbox.layer()), Effect.orDie)

const job = ({ alice }: Sids) => ({
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

/** An error that Twilio answered. */
const answered = (tag: string, request: string, status: number, code: number, detail: object = {}) => ({
  tag,
  ...detail,
  request,
  status,
  code,
  attempts: 1,
  hasRequestId: true,
  shown: []
})

/** A `TwilioError` without an answer of Twilio's to a look-up of Alice. */
const unanswered = (detail: object, rest: object = {}) => ({
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
    answered("TwilioError", `GET ${byIdentity}`, status, code, { reason, ...detail })
  return {
    roomByName: answered("NotFound", "GET /v1/Rooms/{name}", 404, 20404, { resource: "room", lookup: "name" }),
    roomBySid: answered("NotFound", `GET /v1/Rooms/${nowhere}`, 404, 20404, { resource: "room", lookup: "sid" }),
    byIdentity: answered("NotFound", `GET ${byIdentity}`, 404, 20404, { resource: "participant", lookup: "identity" }),
    bySid: answered("NotFound", `POST /v1/Rooms/{name}/Participants/${nobody}`, 404, 20404, {
      resource: "participant",
      lookup: "sid"
    }),
    roomExists: answered("RoomExists", "POST /v1/Rooms", 400, 53113),
    roomNotInProgress: answered("RoomNotInProgress", `POST /v1/Rooms/${webinar}`, 400, 53112),
    invalidSubscribeRules: answered("InvalidSubscribeRules", `POST ${byIdentity}/SubscribeRules`, 400, 53215),
    invalidArgument: unanswered(
      { reason: "InvalidArgument", argument: "pageSize" },
      { request: "GET /v1/Rooms/{name}/Participants", attempts: null }
    ),
    invalidRequest: answered("TwilioError", `POST ${byIdentity}`, 400, 53209, { reason: "InvalidRequest" }),
    unauthorized: refused("Unauthorized", 401, 20003),
    forbidden: refused("Forbidden", 403, 20003),
    rateLimited: refused("RateLimited", 429, 20429, { retryAfter: 7 }),
    unavailable: refused("Unavailable", 503, 20503, { retryAfter: 3 }),
    cutOff: unanswered({ reason: "TransportFailed", failure: cut }),
    brokenOff: unanswered({ reason: "TransportFailed", failure: cut }),
    timedOut: unanswered({ reason: "TimedOut", limit: "attempt" }),
    deadline: unanswered({ reason: "TimedOut", limit: "operation" }),
    notTwilio: unanswered({ reason: "UnexpectedResponse", problem: "not-json" }, { status: 200 }),
    proxyPage: unanswered({ reason: "UnexpectedResponse", problem: "unknown-status" }, { status: 404 })
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

/** What a sandbox in process tells an application. */
export const delivered = {
  events: [["RoomCreated"], ["ParticipantConnected", zoe], ["ParticipantDisconnected", zoe], ["RoomEnded"]],
  log: [
    ["room-created", "delivered", 204],
    ["participant-connected", "delivered", 204],
    ["participant-disconnected", "delivered", 204],
    ["room-ended", "delivered", 204]
  ]
}

/** The settings, by the names of their tasks, in words. */
export const settings = {
  "in-process": "in process",
  loopback: "over loopback",
  straight: "over loopback, straight on fetch"
} as const

export type Setting = keyof typeof settings

/** The whole account. In process nothing depends on the runtime: the sandbox itself names what it does. */
export const account = (runtime: string, setting: Setting) =>
  Effect.map(sids, (sids) => ({
    job: job(sids),
    operations,
    failures: failures(sids, setting === "in-process" ? "ECONNRESET" : namesOf(runtime).cut),
    paging,
    retry,
    interruption,
    token,
    callback
  }))

/** The account of the parts that break no connection. */
export const unbroken = Effect.map(sids, (sids) => ({ job: job(sids), operations, paging, token }))

/** The error's facts where nobody listens, after all attempts that the policy allows. */
export const refusal = (failure: string | null) => unanswered({ reason: "TransportFailed", failure }, { attempts: 5 })

/** The same, by the runner's name. */
export const refusalOn = (runtime: string) => refusal(namesOf(runtime).refused)

/** Where it is not the network that says no, and no system has a name for it. */
export const refusalWithoutName = refusal(null)

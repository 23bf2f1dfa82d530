/**
 * What both clients tell when the sandbox refuses on rooms, tracks and subscribe rules: the official package's error
 * class has what is in the body, and our client's error has the code, and a tag or a reason of its own. Holds no
 * refusals on participants (see refusals).
 */
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import type * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { RoomContextUpdateOptions, RoomListInstanceCreateOptions } from "twilio/lib/rest/video/v1/room.js"
import type * as Client from "./Client.ts"
import * as OfficialClient from "./OfficialClient.ts"
import * as OurClient from "./OurClient.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

/** The SIDs of what there is, in a room in progress, in one that is over and in another one. */
interface Place {
  readonly open: string
  readonly over: string
  readonly ann: string
  readonly ben: string
  readonly gone: string
  readonly camera: string
  readonly unpublished: string
  readonly elsewhere: string
}

class Here extends Context.Service<Here, Place>()("tests/conformance/twilio-node/codes/Here") {}

const layerHere = Layer.effect(
  Here,
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const over = yield* sandbox.openRoom({ uniqueName: "Over" })
    const gone = yield* sandbox.join("Over", "Gus")
    yield* sandbox.completeRoom("Over")
    const elsewhere = yield* sandbox.openRoom({ uniqueName: "Elsewhere" })
    const open = yield* sandbox.openRoom({ uniqueName: "Open" })
    const ann = yield* sandbox.join("Open", "Ann")
    const ben = yield* sandbox.join("Open", "Ben")
    const camera = yield* sandbox.publishTrack("Open", "Ann", { kind: "video", name: "cam" })
    const unpublished = yield* sandbox.publishTrack("Open", "Ann", { kind: "audio", name: "mic" })
    yield* sandbox.unpublishTrack("Open", "Ann", "mic")
    return {
      open: open.sid,
      over: over.sid,
      ann: ann.sid,
      ben: ben.sid,
      gone: gone.sid,
      camera: camera.sid,
      unpublished: unpublished.sid,
      elsewhere: elsewhere.sid
    }
  })
).pipe(Layer.provideMerge(SandboxOnLoopback.layer({ assumptions: { emptyParameter: "refuse" } })), Layer.orDie)

interface Told {
  readonly status: number
  readonly code: number
  readonly message: string
}

/** Ours, as far as tags go; what is not sent has no code. */
type Kind =
  | "InvalidRequest"
  | "InvalidSubscribeRules"
  | "NotFound published-track by name"
  | "NotFound published-track by sid"
  | "NotFound participant by identity"
  | "NotFound participant by sid"
  | "NotFound room by name"
  | "NotFound room by sid"
  | "NotFound subscribed-track by sid"
  | "RoomExists"
  | "RoomNotInProgress"
  | `not sent: ${string}`

interface Ours {
  readonly kind: Kind
  readonly run: (services: OurClient.Services, here: Place) => Effect.Effect<unknown, OurClient.Failure>
}

interface Case {
  readonly title: string
  readonly official: (rooms: TwilioSdk.Rooms, here: Place) => PromiseLike<unknown>
  readonly told: Told | ((here: Place) => Told)
  /** Nothing where our client has no way to ask for it. */
  readonly ours?: Ours
}

const nobody = "0".repeat(32)

const kindOf = (failure: OurClient.Failure): string => {
  if (failure._tag === "NotFound") return `NotFound ${failure.resource} by ${failure.lookup}`
  if (failure._tag !== "TwilioError") return failure._tag
  return failure.reason._tag === "InvalidArgument" ? `not sent: ${failure.reason.argument}` : failure.reason._tag
}

// ---- rooms ----

const bad = (code: number, message: string): Told => ({ status: 400, code, message })

const nameInvalid = bad(53100, "Room name is invalid")
const nameTooLong = bad(53101, "Room name is too long")
const maxParticipants = bad(53107, "MaxParticipants is out of range")
const typeInvalid = bad(53108, "Invalid Room type")
const timeout = bad(53109, "Timeout is out of range")
const callbackMethod = bad(53110, "StatusCallbackMethod is invalid")
const callback = bad(53111, "StatusCallback is invalid")
const statusInvalid = bad(53112, "Status is invalid")
const roomExists = bad(53113, "Room exists")
const mediaRegion = bad(53115, "Invalid media region")
const completed = bad(53118, "Room completed")
const recordingRules = bad(53120, "Invalid Recording Rule(s)")
const duration = bad(53123, "MaxParticipantDuration is out of range")
const legacyType = bad(53126, "Legacy Room type is not available to this account")
const audioOnly = bad(53127, "AudioOnly is not available to this account")
const rulesInvalid = bad(53215, "Invalid Subscribe Rule(s)")

const invalid = (parameter: string, problem: string): Told =>
  bad(20001, `Invalid value for parameter ${parameter}: ${problem}`)

/** Programs in JavaScript can pass anything, so these are wider than the types of both clients. */
type Options = Readonly<Record<string, unknown>>

/** To make a room with options that are the same for both clients, unless others are given for ours. */
const creation = (options: Options, told: Told, kind: Kind, ourOptions: Options = options): Case => {
  const shown = JSON.stringify(options)
  return {
    title: `a room with ${shown.length > 70 ? `${shown.slice(0, 70)}…` : shown}`,
    told,
    official: (rooms) => rooms.create({ ...options } as RoomListInstanceCreateOptions),
    ours: { kind, run: ({ rooms }) => rooms.create(ourOptions as Rooms.CreateOptions) }
  }
}

const creations: ReadonlyArray<Case> = [
  creation({ uniqueName: "" }, nameInvalid, "not sent: uniqueName"),
  creation({ uniqueName: "x".repeat(129) }, nameTooLong, "InvalidRequest"),
  creation({ uniqueName: "🎉".repeat(129) }, nameTooLong, "InvalidRequest"),
  creation({ uniqueName: "Open" }, roomExists, "RoomExists"),
  creation({ maxParticipants: 0 }, maxParticipants, "InvalidRequest"),
  creation({ maxParticipants: 51 }, maxParticipants, "InvalidRequest"),
  creation({ maxParticipants: -1 }, maxParticipants, "not sent: maxParticipants"),
  creation({ maxParticipants: 2.5 }, maxParticipants, "not sent: maxParticipants"),
  creation({ type: "hall" }, typeInvalid, "InvalidRequest"),
  creation({ type: "Group" }, typeInvalid, "InvalidRequest"),
  creation({ type: "" }, typeInvalid, "not sent: type"),
  creation({ emptyRoomTimeout: 0 }, timeout, "InvalidRequest", { emptyRoomTimeout: "0 minutes" }),
  creation({ emptyRoomTimeout: 61 }, timeout, "InvalidRequest", { emptyRoomTimeout: "61 minutes" }),
  creation({ unusedRoomTimeout: 0 }, timeout, "InvalidRequest", { unusedRoomTimeout: "0 minutes" }),
  creation({ unusedRoomTimeout: 61 }, timeout, "InvalidRequest", { unusedRoomTimeout: "61 minutes" }),
  creation({ unusedRoomTimeout: 1.5 }, timeout, "not sent: unusedRoomTimeout", { unusedRoomTimeout: "90 seconds" }),
  creation({ statusCallbackMethod: "PUT" }, callbackMethod, "InvalidRequest"),
  creation({ statusCallbackMethod: "post" }, callbackMethod, "InvalidRequest"),
  creation({ statusCallback: "example.com/hook" }, callback, "InvalidRequest"),
  creation({ statusCallback: "ftp://example.com/hook" }, callback, "InvalidRequest"),
  creation({ statusCallback: `https://example.com/${"x".repeat(1004)}` }, callback, "InvalidRequest"),
  creation({ mediaRegion: "mars1" }, mediaRegion, "InvalidRequest"),
  creation({ recordingRules: [] }, recordingRules, "not sent: recordingRules"),
  creation({ recordingRules: [{ type: "include", kind: "data" }] }, recordingRules, "InvalidRequest"),
  creation({ recordingRules: [{ type: "include", size: 1, kind: "audio" }] }, recordingRules, "InvalidRequest"),
  creation({ recordingRules: [{ type: "include" }] }, recordingRules, "not sent: recordingRules"),
  creation({ maxParticipantDuration: 599 }, duration, "InvalidRequest", { maxParticipantDuration: "599 seconds" }),
  creation({ maxParticipantDuration: 86_401 }, duration, "InvalidRequest", {
    maxParticipantDuration: "86401 seconds"
  }),
  creation({ type: "go" }, legacyType, "InvalidRequest"),
  creation({ type: "peer-to-peer" }, legacyType, "InvalidRequest"),
  creation({ type: "group-small" }, legacyType, "InvalidRequest"),
  creation({ audioOnly: true }, audioOnly, "InvalidRequest"),
  creation({ videoCodecs: ["VP8", "VP9"] }, invalid("VideoCodecs", "not VP8 or H264"), "InvalidRequest"),
  creation(
    { transcriptionsConfiguration: [] },
    invalid("TranscriptionsConfiguration", "not a JSON object"),
    "InvalidRequest"
  ),
  creation({ largeRoom: "yes" }, invalid("LargeRoom", "not a boolean"), "InvalidRequest"),
  {
    title: "a room with recording rules that are not JSON",
    told: recordingRules,
    official: (rooms) => rooms.create({ recordingRules: "include all" })
  }
]

const missing =
  (path: string | ((here: Place) => string)) =>
  (here: Place): Told => ({
    status: 404,
    code: 20404,
    message: `The requested resource ${typeof path === "string" ? path : path(here)} was not found`
  })

const completion = (title: string, room: (here: Place) => string, told: Case["told"], kind: Kind): Case => ({
  title: `to complete ${title}`,
  told,
  official: (rooms, here) => rooms(room(here)).update({ status: "completed" }),
  ours: { kind, run: ({ rooms }, here) => rooms.complete(room(here)) }
})

const fetchRoom = (title: string, room: (here: Place) => string, told: Case["told"], kind: Kind): Case => ({
  title: `to fetch ${title}`,
  told,
  official: (rooms, here) => rooms(room(here)).fetch(),
  ours: { kind, run: ({ rooms }, here) => rooms.fetch(room(here)) }
})

/** Our client has `complete` alone. */
const otherStatus = (options: Options, room: (here: Place) => string): Case => ({
  title: `to update a room with ${JSON.stringify(options)}`,
  told: statusInvalid,
  official: (rooms, here) => rooms(room(here)).update({ ...options } as unknown as RoomContextUpdateOptions)
})

const roomInstances: ReadonlyArray<Case> = [
  completion("a room that is over, by SID", ({ over }) => over, statusInvalid, "RoomNotInProgress"),
  completion("a room that is over, by name", () => "Over", missing("/Rooms/Over"), "NotFound room by name"),
  completion(
    "a room that is not there, by name",
    () => "No where",
    missing("/Rooms/No%20where"),
    "NotFound room by name"
  ),
  completion(
    "a room that is not there, by SID",
    () => `RM${nobody}`,
    missing(`/Rooms/RM${nobody}`),
    "NotFound room by sid"
  ),
  fetchRoom("a room that is over, by name", () => "Over", missing("/Rooms/Over"), "NotFound room by name"),
  fetchRoom("a room by its name in another case", () => "open", missing("/Rooms/open"), "NotFound room by name"),
  fetchRoom(
    "a room that is not there, by SID",
    () => `RM${nobody}`,
    missing(`/Rooms/RM${nobody}`),
    "NotFound room by sid"
  ),
  otherStatus({ status: "in-progress" }, () => "Open"),
  otherStatus({ status: "failed" }, ({ open }) => open),
  otherStatus({ status: "Completed" }, () => "Open"),
  otherStatus({ status: "in-progress" }, ({ over }) => over),
  {
    title: "to update a room without a status",
    told: statusInvalid,
    // The package itself asks for the parameter, so this goes past its types and its check.
    official: (rooms, { open }) =>
      rooms._version.update({
        uri: `/Rooms/${open}`,
        method: "post",
        data: {},
        headers: { "Content-Type": "application/x-www-form-urlencoded" }
      })
  }
]

// ---- lists ----

const listing = (options: Options, told: Case["told"], kind: Kind, ourOptions: Options = options): Case => ({
  title: `a list of rooms with ${JSON.stringify(options)}`,
  told,
  official: (rooms) => rooms.page({ ...options }),
  ours: { kind, run: ({ rooms }) => rooms.list(ourOptions as Rooms.ListOptions) }
})

const invalidToken = bad(21481, "Invalid PageToken")

type Track = (here: Place) => string

const lists: ReadonlyArray<Case> = [
  listing({ status: "paused" }, invalid("Status", "not in-progress, completed or failed"), "InvalidRequest"),
  listing({ status: "" }, invalid("Status", "not in-progress, completed or failed"), "not sent: status"),
  listing(
    { dateCreatedAfter: "today" },
    invalid("DateCreatedAfter", "not an ISO 8601 date"),
    "not sent: dateCreatedAfter"
  ),
  listing(
    { dateCreatedBefore: "2026-02-30T25:00:00Z" },
    invalid("DateCreatedBefore", "not an ISO 8601 date"),
    "not sent: dateCreatedBefore"
  ),
  listing({ pageSize: 0 }, invalid("PageSize", "below 1"), "not sent: pageSize"),
  listing({ pageSize: 1.5 }, invalid("PageSize", "not a whole number"), "not sent: pageSize"),
  listing({ pageToken: "PT10" }, invalidToken, "InvalidRequest"),
  listing({ pageToken: `PARM${nobody}` }, invalidToken, "InvalidRequest"),
  {
    title: "a list of rooms with a page number below 0",
    told: invalid("Page", "not a whole number from 0"),
    official: (rooms) => rooms.page({ pageNumber: -1 })
  },
  {
    title: "a list of published tracks with a page token of a participant",
    told: invalidToken,
    official: (rooms, { ann }) =>
      rooms("Open")
        .participants("Ann")
        .publishedTracks.page({ pageToken: `PA${ann}` }),
    ours: {
      kind: "InvalidRequest",
      run: ({ published }, { ann }) => published.list("Open", "Ann", { pageToken: `PA${ann}` })
    }
  },
  {
    title: "a list of published tracks with a page token of somebody else's track",
    told: invalidToken,
    official: (rooms, { camera }) =>
      rooms("Open")
        .participants("Ben")
        .publishedTracks.page({ pageToken: `PA${camera}` }),
    ours: {
      kind: "InvalidRequest",
      run: ({ published }, { camera }) => published.list("Open", "Ben", { pageToken: `PA${camera}` })
    }
  },
  {
    title: "a list of subscribed tracks with a page token of a participant",
    told: invalidToken,
    official: (rooms, { ann }) =>
      rooms("Open")
        .participants("Ben")
        .subscribedTracks.page({ pageToken: `PA${ann}` }),
    ours: {
      kind: "InvalidRequest",
      run: ({ subscribed }, { ann }) => subscribed.list("Open", "Ben", { pageToken: `PA${ann}` })
    }
  },
  {
    title: "a list of subscribed tracks with a page size of 0",
    told: invalid("PageSize", "below 1"),
    official: (rooms) => rooms("Open").participants("Ben").subscribedTracks.page({ pageSize: 0 }),
    ours: { kind: "not sent: pageSize", run: ({ subscribed }) => subscribed.list("Open", "Ben", { pageSize: 0 }) }
  }
]

// ---- tracks and rules of whom and what is not there ----

const wheres: ReadonlyArray<{
  readonly title: string
  readonly room: (here: Place) => string
  readonly who: (here: Place) => string
  readonly kind: Kind
}> = [
  { title: "an identity", room: () => "Open", who: () => "ann", kind: "NotFound participant by identity" },
  {
    title: "an identity of a room that is over",
    room: ({ over }) => over,
    who: () => "Gus",
    kind: "NotFound participant by identity"
  },
  { title: "a SID", room: () => "Open", who: () => `PA${nobody}`, kind: "NotFound participant by sid" },
  {
    title: "a SID of another room",
    room: ({ elsewhere }) => elsewhere,
    who: ({ ann }) => ann,
    kind: "NotFound participant by sid"
  },
  { title: "a room's name", room: () => "Over", who: ({ gone }) => gone, kind: "NotFound participant by sid" },
  {
    title: "a room's SID",
    room: () => `RM${nobody}`,
    who: () => "Ann",
    kind: "NotFound participant by identity"
  }
]

const ofParticipants: ReadonlyArray<Case> = wheres.flatMap(({ kind, room, title, who }) => {
  const at = (end: string) => missing((here) => `/Rooms/${room(here)}/Participants/${who(here)}/${end}`)
  const official = (rooms: TwilioSdk.Rooms, here: Place) => rooms(room(here)).participants(who(here))
  const rules = [{ type: "include", all: true }] as const
  return [
    {
      title: `the published tracks of ${title} that is not there`,
      told: at("PublishedTracks"),
      official: (rooms, here) => official(rooms, here).publishedTracks.list(),
      ours: { kind, run: ({ published }, here) => published.list(room(here), who(here)) }
    },
    {
      title: `a published track of ${title} that is not there`,
      told: at("PublishedTracks/cam"),
      official: (rooms, here) => official(rooms, here).publishedTracks("cam").fetch(),
      ours: {
        kind: "NotFound published-track by name",
        run: ({ published }, here) => published.fetch(room(here), who(here), "cam")
      }
    },
    {
      title: `the subscribed tracks of ${title} that is not there`,
      told: at("SubscribedTracks"),
      official: (rooms, here) => official(rooms, here).subscribedTracks.list(),
      ours: { kind, run: ({ subscribed }, here) => subscribed.list(room(here), who(here)) }
    },
    {
      title: `a subscribed track of ${title} that is not there`,
      told: (here) => at(`SubscribedTracks/${here.camera}`)(here),
      official: (rooms, here) => official(rooms, here).subscribedTracks(here.camera).fetch(),
      ours: {
        kind: "NotFound subscribed-track by sid",
        run: ({ subscribed }, here) => subscribed.fetch(room(here), who(here), here.camera)
      }
    },
    {
      title: `the subscribe rules of ${title} that is not there`,
      told: at("SubscribeRules"),
      official: (rooms, here) => official(rooms, here).subscribeRules.fetch(),
      ours: { kind, run: ({ rules }, here) => rules.fetch(room(here), who(here)) }
    },
    {
      title: `new subscribe rules for ${title} that is not there`,
      told: at("SubscribeRules"),
      official: (rooms, here) => official(rooms, here).subscribeRules.update({ rules }),
      ours: { kind, run: (services, here) => services.rules.update(room(here), who(here), rules) }
    }
  ] satisfies ReadonlyArray<Case>
})

const trackPath = (who: string, kind: string, track: Track) =>
  missing((here) => `/Rooms/Open/Participants/${who}/${kind}/${track(here)}`)

const publishedTrack = (title: string, who: string, track: Track, kind: Kind): Case => ({
  title: `a published track: ${title}`,
  told: trackPath(who, "PublishedTracks", track),
  official: (rooms, here) => rooms("Open").participants(who).publishedTracks(track(here)).fetch(),
  ours: { kind, run: ({ published }, here) => published.fetch("Open", who, track(here)) }
})

const subscribedTrack = (title: string, who: string, track: Track, kind: Kind): Case => ({
  title: `a subscribed track: ${title}`,
  told: trackPath(who, "SubscribedTracks", track),
  official: (rooms, here) => rooms("Open").participants(who).subscribedTracks(track(here)).fetch(),
  ours: { kind, run: ({ subscribed }, here) => subscribed.fetch("Open", who, track(here)) }
})

const tracks: ReadonlyArray<Case> = [
  publishedTrack("another name", "Ann", () => "Cam", "NotFound published-track by name"),
  publishedTrack("another SID", "Ann", () => `MT${nobody}`, "NotFound published-track by sid"),
  publishedTrack("the name of one taken back", "Ann", () => "mic", "NotFound published-track by name"),
  publishedTrack(
    "the SID of one taken back",
    "Ann",
    ({ unpublished }) => unpublished,
    "NotFound published-track by sid"
  ),
  publishedTrack("the name of somebody else's", "Ben", () => "cam", "NotFound published-track by name"),
  publishedTrack("the SID of somebody else's", "Ben", ({ camera }) => camera, "NotFound published-track by sid"),
  subscribedTrack("another SID", "Ben", () => `MT${nobody}`, "NotFound subscribed-track by sid"),
  subscribedTrack(
    "the SID of one taken back",
    "Ben",
    ({ unpublished }) => unpublished,
    "NotFound subscribed-track by sid"
  ),
  subscribedTrack("the SID of one's own", "Ann", ({ camera }) => camera, "NotFound subscribed-track by sid"),
  // Twilio finds these by SID alone.
  subscribedTrack("a name", "Ben", () => "cam", "not sent: track")
]

// ---- subscribe rules ----

/** Ann's rules, given to both clients as they are. */
const ruling = (rules: unknown, kind: Kind): Case => {
  const shown = JSON.stringify(rules)
  return {
    title: `subscribe rules ${shown.length > 90 ? `${shown.slice(0, 90)}…` : shown}`,
    told: rulesInvalid,
    official: (rooms) => rooms("Open").participants("Ann").subscribeRules.update({ rules }),
    ours: {
      kind,
      run: (services) =>
        services.rules.update("Open", "Ann", rules as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>)
    }
  }
}

/** What our client has no way to say. */
const rulesAsText = (title: string, parameters: { readonly rules?: unknown }): Case => ({
  title: `subscribe rules: ${title}`,
  told: rulesInvalid,
  official: (rooms) =>
    rooms("Open")
      .participants("Ann")
      .subscribeRules.update({ ...parameters })
})

const unsentRules = "not sent: rules"

const rules: ReadonlyArray<Case> = [
  ruling([], unsentRules),
  ruling(
    Array.from({ length: 21 }, () => ({ type: "include", all: true })),
    unsentRules
  ),
  ruling([{ type: "include" }], unsentRules),
  ruling([{ all: true }], unsentRules),
  ruling([{ type: "add", all: true }], unsentRules),
  ruling([{ type: "include", all: false }], unsentRules),
  ruling([{ type: "include", all: true, kind: "audio" }], unsentRules),
  ruling([{ type: "include", kind: "smell" }], unsentRules),
  ruling([{ type: "include", publisher: "" }], unsentRules),
  ruling([{ type: "include", track: 7 }], unsentRules),
  ruling([{ type: "include", all: true }, { type: "exclude" }], unsentRules),
  ruling([{ type: "include", kind: "audio", colour: "red" }], "InvalidSubscribeRules"),
  ruling([{ type: "include", all: true, priority: 1 }], "InvalidSubscribeRules"),
  rulesAsText("one rule instead of a list", { rules: { type: "include", all: true } }),
  rulesAsText("a list of texts", { rules: ["include all"] }),
  rulesAsText("null", { rules: null }),
  rulesAsText("none at all", {}),
  rulesAsText("text that is not JSON", { rules: "include all" }),
  rulesAsText("JSON that ends early", { rules: '[{"type":"include","all":true}' }),
  rulesAsText("a filter twice in a rule", { rules: '[{"type":"include","kind":"audio","kind":"video"}]' }),
  {
    title: "subscribe rules in a room that is over",
    told: completed,
    official: (rooms, { gone, over }) =>
      rooms(over)
        .participants(gone)
        .subscribeRules.update({ rules: [{ type: "include", all: true }] }),
    ours: {
      kind: "InvalidRequest",
      run: (services, { gone, over }) => services.rules.update(over, gone, [{ type: "include", all: true }])
    }
  }
]

// ---- methods ----

/** For titles. */
const anywhere: Place = {
  open: "RM…",
  over: "RM…",
  elsewhere: "RM…",
  ann: "PA…",
  ben: "PA…",
  gone: "PA…",
  camera: "MT…",
  unpublished: "MT…"
}

/** Our client has no way to send these, and neither has the package but for its way of sending anything. */
const method = (verb: "delete" | "post", uri: (here: Place) => string): Case => {
  const noMethod: Told = { status: 405, code: 20004, message: "Method not allowed" }
  return {
    title: `${verb.toUpperCase()} ${uri(anywhere)}`,
    told: noMethod,
    official: ({ _version }, here) =>
      verb === "delete"
        ? _version.remove({ uri: uri(here), method: verb })
        : _version.update({
            uri: uri(here),
            method: verb,
            data: { Status: "subscribe", Track: here.camera },
            headers: { "Content-Type": "application/x-www-form-urlencoded" }
          })
  }
}

const methods: ReadonlyArray<Case> = [
  method("delete", () => "/Rooms"),
  method("delete", ({ open }) => `/Rooms/${open}`),
  method("delete", ({ ann, open }) => `/Rooms/${open}/Participants/${ann}`),
  method("post", ({ open }) => `/Rooms/${open}/Participants`),
  method("post", ({ ann, open }) => `/Rooms/${open}/Participants/${ann}/PublishedTracks`),
  method("delete", ({ ann, camera, open }) => `/Rooms/${open}/Participants/${ann}/PublishedTracks/${camera}`),
  // Of the past, as the client libraries' own tests still show it.
  method("post", ({ ben, open }) => `/Rooms/${open}/Participants/${ben}/SubscribedTracks`),
  method("delete", ({ ben, camera, open }) => `/Rooms/${open}/Participants/${ben}/SubscribedTracks/${camera}`),
  method("delete", ({ ann, open }) => `/Rooms/${open}/Participants/${ann}/SubscribeRules`)
]

const cases = [...creations, ...roomInstances, ...lists, ...ofParticipants, ...tracks, ...rules, ...methods]

layer(layerHere)("a refusal", (it) => {
  it.effect.each(cases)("$title", ({ official: run, ours, told }) =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const { httpClient, rooms } = yield* SandboxOnLoopback.Official
      const here = yield* Here
      const before = yield* sandbox.exportState
      const { code, message, status } = typeof told === "function" ? told(here) : told
      const moreInfo = `https://www.twilio.com/docs/errors/${code}`
      assert.deepStrictEqual(yield* TwilioSdk.refusal(() => run(rooms, here)), {
        status,
        code,
        message,
        moreInfo,
        details: undefined
      })
      assert.strictEqual(httpClient.lastResponse?.statusCode, status)
      assert.deepStrictEqual(httpClient.lastResponse?.body, { code, message, more_info: moreInfo, status })
      if (ours !== undefined) {
        const sent = (yield* SandboxOnLoopback.Sent).ours
        const count = sent.length
        const error = yield* Effect.flip(ours.run(yield* OurClient.services, here))
        assert.strictEqual(kindOf(error), ours.kind)
        if (ours.kind.startsWith("not sent")) {
          assert.deepStrictEqual([error.status, error.code, sent.length - count], [undefined, undefined, 0])
        } else {
          assert.deepStrictEqual([error.status, error.code, error.moreInfo], [status, code, moreInfo])
          assert.strictEqual(sent.length - count, 1)
        }
      }
      assert.deepStrictEqual(yield* sandbox.exportState, before)
    })
  )

  it.effect("401 for both clients, on every operation, before anything is looked up", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const { ann, camera, open } = yield* Here
      const before = yield* sandbox.exportState
      const { accountSid } = sandbox.credentials
      const strangers = TwilioVideo.layer({
        accountSid,
        authToken: Redacted.make("wrong"),
        baseUrl: official.baseUrl,
        quota: "off"
      }).pipe(Layer.provide(FetchTransport.layer))
      const clients = [
        OfficialClient.make(official.client({ password: "wrong" }).video.v1.rooms),
        OurClient.make(yield* Effect.provide(OurClient.services, strangers))
      ]
      const everything = [{ type: "include", all: true }]
      for (const { read, write } of clients) {
        for (const [room, who] of [
          [open, ann],
          ["Nowhere", "Nobody"]
        ] as const) {
          const operations = [
            write.createRoom({ uniqueName: room }),
            read.rooms.list({ pageSize: 50 }),
            read.fetchRoom(room),
            write.completeRoom(room),
            read.participants.list(room, { pageSize: 50 }),
            read.fetchParticipant(room, who),
            write.updateParticipant(room, who, "disconnected"),
            write.anonymize(room, who),
            read.publishedTracks.list(room, who, { pageSize: 50 }),
            read.fetchPublishedTrack(room, who, camera),
            read.subscribedTracks.list(room, who, { pageSize: 50 }),
            read.fetchSubscribedTrack(room, who, camera),
            read.fetchRules(room, who),
            write.updateRules(room, who, everything)
          ]
          const told = yield* Effect.forEach(operations, (operation: Client.Answer<unknown>) => Effect.flip(operation))
          assert.deepStrictEqual(
            told,
            Array.from({ length: 14 }, () => ({
              status: 401,
              code: 20003,
              moreInfo: "https://www.twilio.com/docs/errors/20003"
            }))
          )
        }
      }
      assert.deepStrictEqual(yield* sandbox.exportState, before)
    })
  )
})

/**
 * Errors on rooms, tracks and subscribe rules: the error of Twilio's package has the fields of the response body, and the
 * library's error has the code and its own tag or reason. `errors` has those on participants.
 */
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
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

/** The SIDs of a room in progress, a completed room and another room, and of what is in them. */
interface Fixture {
  readonly open: string
  readonly over: string
  readonly ann: string
  readonly ben: string
  readonly gone: string
  readonly camera: string
  readonly unpublished: string
  readonly elsewhere: string
}

class Records extends Context.Service<Records, Fixture>()("tests/conformance/twilio-node/codes/Records") {}

const layerRecords = Layer.effect(
  Records,
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

interface Expected {
  readonly status: number
  readonly code: number
  readonly message: string
}

/** The library's error by its tags. A request that isn't sent has no code. */
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
  readonly run: (services: OurClient.Services, fixture: Fixture) => Effect.Effect<unknown, OurClient.Failure>
}

interface Case {
  readonly title: string
  readonly official: (rooms: TwilioSdk.Rooms, fixture: Fixture) => PromiseLike<unknown>
  readonly expected: Expected | ((fixture: Fixture) => Expected)
  /** Missing if the library can't send the request. */
  readonly ours?: Ours
}

const nobody = "0".repeat(32)

const kindOf = (failure: OurClient.Failure): string => {
  if (failure._tag === "NotFound") return `NotFound ${failure.resource} by ${failure.lookup}`
  if (failure._tag !== "TwilioError") return failure._tag
  return failure.reason._tag === "InvalidArgument" ? `not sent: ${failure.reason.argument}` : failure.reason._tag
}

// ---- rooms ----

const bad = (code: number, message: string): Expected => ({ status: 400, code, message })

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

const invalid = (parameter: string, problem: string): Expected =>
  bad(20001, `Invalid value for parameter ${parameter}: ${problem}`)

/** Wider than the types of both clients: JavaScript programs can pass anything. */
type Options = Readonly<Record<string, unknown>>

/** Creates a room, with the same options for both clients unless `ourOptions` is given. */
const creation = (options: Options, expected: Expected, kind: Kind, ourOptions: Options = options): Case => {
  const shown = JSON.stringify(options)
  return {
    title: `create a room with ${shown.length > 70 ? `${shown.slice(0, 70)}…` : shown}`,
    expected,
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
    title: "create a room with recording rules that aren't JSON",
    expected: recordingRules,
    official: (rooms) => rooms.create({ recordingRules: "include all" })
  }
]

const missing =
  (path: string | ((fixture: Fixture) => string)) =>
  (fixture: Fixture): Expected => ({
    status: 404,
    code: 20404,
    message: `The requested resource ${typeof path === "string" ? path : path(fixture)} was not found`
  })

const completion = (
  title: string,
  room: (fixture: Fixture) => string,
  expected: Case["expected"],
  kind: Kind
): Case => ({
  title: `complete ${title}`,
  expected,
  official: (rooms, fixture) => rooms(room(fixture)).update({ status: "completed" }),
  ours: { kind, run: ({ rooms }, fixture) => rooms.complete(room(fixture)) }
})

const fetchRoom = (
  title: string,
  room: (fixture: Fixture) => string,
  expected: Case["expected"],
  kind: Kind
): Case => ({
  title: `fetch ${title}`,
  expected,
  official: (rooms, fixture) => rooms(room(fixture)).fetch(),
  ours: { kind, run: ({ rooms }, fixture) => rooms.fetch(room(fixture)) }
})

/** The library only has `complete`. */
const otherStatus = (options: Options, room: (fixture: Fixture) => string): Case => ({
  title: `update a room with ${JSON.stringify(options)}`,
  expected: statusInvalid,
  official: (rooms, fixture) => rooms(room(fixture)).update({ ...options } as unknown as RoomContextUpdateOptions)
})

const roomInstances: ReadonlyArray<Case> = [
  completion("a completed room by SID", ({ over }) => over, statusInvalid, "RoomNotInProgress"),
  completion("a completed room by name", () => "Over", missing("/Rooms/Over"), "NotFound room by name"),
  completion("an unknown room by name", () => "No where", missing("/Rooms/No%20where"), "NotFound room by name"),
  completion("an unknown room by SID", () => `RM${nobody}`, missing(`/Rooms/RM${nobody}`), "NotFound room by sid"),
  fetchRoom("a completed room by name", () => "Over", missing("/Rooms/Over"), "NotFound room by name"),
  fetchRoom("a room by its name in another case", () => "open", missing("/Rooms/open"), "NotFound room by name"),
  fetchRoom("an unknown room by SID", () => `RM${nobody}`, missing(`/Rooms/RM${nobody}`), "NotFound room by sid"),
  otherStatus({ status: "in-progress" }, () => "Open"),
  otherStatus({ status: "failed" }, ({ open }) => open),
  otherStatus({ status: "Completed" }, () => "Open"),
  otherStatus({ status: "in-progress" }, ({ over }) => over),
  {
    title: "update a room without a status",
    expected: statusInvalid,
    // The package requires the parameter. This bypasses its types and its check.
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

const listing = (options: Options, expected: Case["expected"], kind: Kind, ourOptions: Options = options): Case => ({
  title: `list rooms with ${JSON.stringify(options)}`,
  expected,
  official: (rooms) => rooms.page({ ...options }),
  ours: { kind, run: ({ rooms }) => rooms.list(ourOptions as Rooms.ListOptions) }
})

const invalidToken = bad(21481, "Invalid PageToken")

type Track = (fixture: Fixture) => string

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
    title: "list rooms with a negative page number",
    expected: invalid("Page", "not a whole number from 0"),
    official: (rooms) => rooms.page({ pageNumber: -1 })
  },
  {
    title: "list published tracks with a page token of participants",
    expected: invalidToken,
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
    title: "list published tracks with a page token of another participant's tracks",
    expected: invalidToken,
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
    title: "list subscribed tracks with a page token of participants",
    expected: invalidToken,
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
    title: "list subscribed tracks with a page size of 0",
    expected: invalid("PageSize", "below 1"),
    official: (rooms) => rooms("Open").participants("Ben").subscribedTracks.page({ pageSize: 0 }),
    ours: { kind: "not sent: pageSize", run: ({ subscribed }) => subscribed.list("Open", "Ben", { pageSize: 0 }) }
  }
]

// ---- tracks and rules of unknown participants ----

const wheres: ReadonlyArray<{
  readonly title: string
  readonly room: (fixture: Fixture) => string
  readonly who: (fixture: Fixture) => string
  readonly kind: Kind
}> = [
  { title: "an identity", room: () => "Open", who: () => "ann", kind: "NotFound participant by identity" },
  {
    title: "an identity in a completed room",
    room: ({ over }) => over,
    who: () => "Gus",
    kind: "NotFound participant by identity"
  },
  { title: "a SID", room: () => "Open", who: () => `PA${nobody}`, kind: "NotFound participant by sid" },
  {
    title: "a SID in another room",
    room: ({ elsewhere }) => elsewhere,
    who: ({ ann }) => ann,
    kind: "NotFound participant by sid"
  },
  {
    title: "a SID in a completed room by name",
    room: () => "Over",
    who: ({ gone }) => gone,
    kind: "NotFound participant by sid"
  },
  {
    title: "a room's SID as identity",
    room: () => `RM${nobody}`,
    who: () => "Ann",
    kind: "NotFound participant by identity"
  }
]

const ofParticipants: ReadonlyArray<Case> = wheres.flatMap(({ kind, room, title, who }) => {
  const at = (end: string) => missing((fixture) => `/Rooms/${room(fixture)}/Participants/${who(fixture)}/${end}`)
  const official = (rooms: TwilioSdk.Rooms, fixture: Fixture) => rooms(room(fixture)).participants(who(fixture))
  const rules = [{ type: "include", all: true }] as const
  return [
    {
      title: `list published tracks of ${title}, unknown`,
      expected: at("PublishedTracks"),
      official: (rooms, fixture) => official(rooms, fixture).publishedTracks.list(),
      ours: { kind, run: ({ published }, fixture) => published.list(room(fixture), who(fixture)) }
    },
    {
      title: `fetch a published track of ${title}, unknown`,
      expected: at("PublishedTracks/cam"),
      official: (rooms, fixture) => official(rooms, fixture).publishedTracks("cam").fetch(),
      ours: {
        kind: "NotFound published-track by name",
        run: ({ published }, fixture) => published.fetch(room(fixture), who(fixture), "cam")
      }
    },
    {
      title: `list subscribed tracks of ${title}, unknown`,
      expected: at("SubscribedTracks"),
      official: (rooms, fixture) => official(rooms, fixture).subscribedTracks.list(),
      ours: { kind, run: ({ subscribed }, fixture) => subscribed.list(room(fixture), who(fixture)) }
    },
    {
      title: `fetch a subscribed track of ${title}, unknown`,
      expected: (fixture) => at(`SubscribedTracks/${fixture.camera}`)(fixture),
      official: (rooms, fixture) => official(rooms, fixture).subscribedTracks(fixture.camera).fetch(),
      ours: {
        kind: "NotFound subscribed-track by sid",
        run: ({ subscribed }, fixture) => subscribed.fetch(room(fixture), who(fixture), fixture.camera)
      }
    },
    {
      title: `fetch subscribe rules of ${title}, unknown`,
      expected: at("SubscribeRules"),
      official: (rooms, fixture) => official(rooms, fixture).subscribeRules.fetch(),
      ours: { kind, run: ({ rules }, fixture) => rules.fetch(room(fixture), who(fixture)) }
    },
    {
      title: `update subscribe rules of ${title}, unknown`,
      expected: at("SubscribeRules"),
      official: (rooms, fixture) => official(rooms, fixture).subscribeRules.update({ rules }),
      ours: { kind, run: (services, fixture) => services.rules.update(room(fixture), who(fixture), rules) }
    }
  ] satisfies ReadonlyArray<Case>
})

const trackPath = (who: string, kind: string, track: Track) =>
  missing((fixture) => `/Rooms/Open/Participants/${who}/${kind}/${track(fixture)}`)

const publishedTrack = (title: string, who: string, track: Track, kind: Kind): Case => ({
  title: `fetch a published track by ${title}`,
  expected: trackPath(who, "PublishedTracks", track),
  official: (rooms, fixture) => rooms("Open").participants(who).publishedTracks(track(fixture)).fetch(),
  ours: { kind, run: ({ published }, fixture) => published.fetch("Open", who, track(fixture)) }
})

const subscribedTrack = (title: string, who: string, track: Track, kind: Kind): Case => ({
  title: `fetch a subscribed track by ${title}`,
  expected: trackPath(who, "SubscribedTracks", track),
  official: (rooms, fixture) => rooms("Open").participants(who).subscribedTracks(track(fixture)).fetch(),
  ours: { kind, run: ({ subscribed }, fixture) => subscribed.fetch("Open", who, track(fixture)) }
})

const tracks: ReadonlyArray<Case> = [
  publishedTrack("an unknown name", "Ann", () => "Cam", "NotFound published-track by name"),
  publishedTrack("an unknown SID", "Ann", () => `MT${nobody}`, "NotFound published-track by sid"),
  publishedTrack("the name of an unpublished track", "Ann", () => "mic", "NotFound published-track by name"),
  publishedTrack(
    "the SID of an unpublished track",
    "Ann",
    ({ unpublished }) => unpublished,
    "NotFound published-track by sid"
  ),
  publishedTrack("the name of another participant's track", "Ben", () => "cam", "NotFound published-track by name"),
  publishedTrack(
    "the SID of another participant's track",
    "Ben",
    ({ camera }) => camera,
    "NotFound published-track by sid"
  ),
  subscribedTrack("an unknown SID", "Ben", () => `MT${nobody}`, "NotFound subscribed-track by sid"),
  subscribedTrack(
    "the SID of an unpublished track",
    "Ben",
    ({ unpublished }) => unpublished,
    "NotFound subscribed-track by sid"
  ),
  subscribedTrack("the SID of their own track", "Ann", ({ camera }) => camera, "NotFound subscribed-track by sid"),
  // Twilio finds subscribed tracks only by SID.
  subscribedTrack("a name", "Ben", () => "cam", "not sent: track")
]

// ---- subscribe rules ----

/** Updates Ann's rules, with the same rules for both clients. */
const ruling = (rules: unknown, kind: Kind): Case => {
  const shown = JSON.stringify(rules)
  return {
    title: `update subscribe rules to ${shown.length > 90 ? `${shown.slice(0, 90)}…` : shown}`,
    expected: rulesInvalid,
    official: (rooms) => rooms("Open").participants("Ann").subscribeRules.update({ rules }),
    ours: {
      kind,
      run: (services) =>
        services.rules.update("Open", "Ann", rules as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>)
    }
  }
}

/** The library can't send these. */
const rulesAsText = (title: string, parameters: { readonly rules?: unknown }): Case => ({
  title: `update subscribe rules to ${title}`,
  expected: rulesInvalid,
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
  rulesAsText("a list of strings", { rules: ["include all"] }),
  rulesAsText("null", { rules: null }),
  rulesAsText("nothing", {}),
  rulesAsText("text that isn't JSON", { rules: "include all" }),
  rulesAsText("incomplete JSON", { rules: '[{"type":"include","all":true}' }),
  rulesAsText("a rule with a repeated filter", { rules: '[{"type":"include","kind":"audio","kind":"video"}]' }),
  {
    title: "update subscribe rules in a completed room",
    expected: completed,
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
const anywhere: Fixture = {
  open: "RM…",
  over: "RM…",
  elsewhere: "RM…",
  ann: "PA…",
  ben: "PA…",
  gone: "PA…",
  camera: "MT…",
  unpublished: "MT…"
}

/** Sent with the package's generic request function: neither client has these methods. */
const method = (verb: "delete" | "post", uri: (fixture: Fixture) => string): Case => {
  const noMethod: Expected = { status: 405, code: 20004, message: "Method not allowed" }
  return {
    title: `${verb.toUpperCase()} ${uri(anywhere)}`,
    expected: noMethod,
    official: ({ _version }, fixture) =>
      verb === "delete"
        ? _version.remove({ uri: uri(fixture), method: verb })
        : _version.update({
            uri: uri(fixture),
            method: verb,
            data: { Status: "subscribe", Track: fixture.camera },
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
  // Removed by Twilio. The tests of its client libraries still have it.
  method("post", ({ ben, open }) => `/Rooms/${open}/Participants/${ben}/SubscribedTracks`),
  method("delete", ({ ben, camera, open }) => `/Rooms/${open}/Participants/${ben}/SubscribedTracks/${camera}`),
  method("delete", ({ ann, open }) => `/Rooms/${open}/Participants/${ann}/SubscribeRules`)
]

const cases = [...creations, ...roomInstances, ...lists, ...ofParticipants, ...tracks, ...rules, ...methods]

layer(layerRecords)("an error", (it) => {
  it.effect.each(cases)("$title", ({ official: run, ours, expected }) =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const { httpClient, rooms } = yield* SandboxOnLoopback.Official
      const fixture = yield* Records
      const before = yield* sandbox.exportState
      const { code, message, status } = typeof expected === "function" ? expected(fixture) : expected
      const moreInfo = `https://www.twilio.com/docs/errors/${code}`
      assert.deepStrictEqual(yield* TwilioSdk.apiError(() => run(rooms, fixture)), {
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
        const error = yield* Effect.flip(ours.run(yield* OurClient.services, fixture))
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

  it.effect("401 for both clients and every operation, with known and unknown records", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const { ann, camera, open } = yield* Records
      const before = yield* sandbox.exportState
      const { accountSid } = sandbox.credentials
      const strangers = TwilioHttpClient.layer(TwilioVideo.services, {
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
          const errors = yield* Effect.forEach(operations, (operation: Client.Response<unknown>) =>
            Effect.flip(operation)
          )
          assert.deepStrictEqual(
            errors,
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

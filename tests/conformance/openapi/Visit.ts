/**
 * The steps of a run: every operation, with every parameter that the client has, on rooms, participants, tracks and
 * rules in every state that they can be in. Asserts only that each state was come to: the exchanges are checked
 * elsewhere.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { refusals } from "./Refusals.ts"
import { type Part, Sender } from "./Run.ts"
import { noon, refused, services, turnPages } from "./Steps.ts"

const roomsInEveryState = Effect.gen(function* () {
  const { participants, rooms, sandbox } = yield* services
  const reads = Effect.fnUntraced(function* (room: string, status: string) {
    assert.strictEqual((yield* rooms.fetch(room)).status, status)
  })

  const plain = yield* rooms.create()
  assert.strictEqual(plain.uniqueName, plain.sid)
  yield* reads(plain.sid, "in-progress")

  const full = yield* rooms.create({
    uniqueName: "Every option: é, 50 % & more",
    type: "group",
    statusCallback: "https://example.com/events?of=rooms&secret=a%20b",
    statusCallbackMethod: "GET",
    maxParticipants: 2,
    recordParticipantsOnConnect: true,
    transcribeParticipantsOnConnect: true,
    videoCodecs: ["H264", "VP8"],
    mediaRegion: "ie1",
    recordingRules: [
      SubscribeRule.include({ all: true }),
      SubscribeRule.exclude({ kind: "video", publisher: "Bob", track: "screen" })
    ],
    transcriptionsConfiguration: { languageCode: "en-US", partialResults: true },
    audioOnly: false,
    maxParticipantDuration: "10 minutes",
    emptyRoomTimeout: "1 minute",
    unusedRoomTimeout: "2 minutes",
    largeRoom: true
  })
  yield* reads("Every option: é, 50 % & more", "in-progress")
  yield* refused(53113, rooms.create({ uniqueName: "Every option: é, 50 % & more" }))

  // Nobody joins.
  yield* TestClock.adjust("2 minutes")
  yield* reads(full.sid, "completed")
  yield* reads(plain.sid, "in-progress")
  yield* TestClock.adjust("3 minutes")
  yield* reads(plain.sid, "completed")

  // The last participant leaves.
  const left = yield* rooms.create({ uniqueName: "left", emptyRoomTimeout: "1 minute" })
  yield* sandbox.join("left", "Alice")
  yield* sandbox.leave("left", "Alice")
  yield* reads("left", "in-progress")
  assert.deepStrictEqual((yield* participants.list("left")).items, [])
  yield* TestClock.adjust("1 minute")
  yield* reads(left.sid, "completed")

  // The last participant's time is over.
  const expired = yield* rooms.create({ maxParticipantDuration: "10 minutes", emptyRoomTimeout: "1 minute" })
  const guest = yield* sandbox.join(expired.sid, "Alice")
  yield* TestClock.adjust("10 minutes")
  yield* reads(expired.sid, "in-progress")
  assert.strictEqual((yield* participants.fetch(expired.sid, guest.sid)).status, "disconnected")
  yield* TestClock.adjust("1 minute")
  yield* reads(expired.sid, "completed")

  // The room is as old as rooms get, with somebody in it.
  const old = yield* rooms.create({
    uniqueName: "old",
    unusedRoomTimeout: "60 minutes",
    maxParticipantDuration: "1 day"
  })
  yield* TestClock.adjust("30 minutes")
  const last = yield* sandbox.join("old", "Alice")
  yield* TestClock.adjust("23.4 hours")
  yield* reads("old", "in-progress")
  yield* TestClock.adjust("1 hour")
  yield* reads(old.sid, "completed")
  assert.strictEqual((yield* participants.fetch(old.sid, last.sid)).status, "disconnected")

  // Ad hoc, and ended by the last participant.
  const adHoc = yield* sandbox.openRoom({ emptyRoomTimeout: 0, unusedRoomTimeout: 0 })
  yield* sandbox.join(adHoc.sid, "Alice")
  yield* reads(adHoc.sid, "in-progress")
  yield* sandbox.leave(adHoc.sid, "Alice")
  yield* reads(adHoc.sid, "completed")

  // Over REST, by name and by SID, and by the controls.
  yield* rooms.create({ uniqueName: "by name" })
  yield* sandbox.join("by name", "Alice")
  yield* TestClock.adjust("90 seconds")
  assert.strictEqual((yield* rooms.complete("by name")).status, "completed")
  yield* refused(20404, rooms.complete("by name"))
  const bySid = yield* rooms.create()
  assert.strictEqual((yield* rooms.complete(bySid.sid)).status, "completed")
  yield* refused(53112, rooms.complete(bySid.sid))
  const byControl = yield* sandbox.openRoom({ uniqueName: "by control", maxParticipants: 1 })
  yield* sandbox.completeRoom("by control")
  yield* reads(byControl.sid, "completed")
  yield* refused(20404, rooms.fetch("by control"))
})

const roomsInLists = Effect.gen(function* () {
  const { rooms } = yield* services
  const names = ["first", "second", "third & last"]
  for (const uniqueName of names) {
    yield* rooms.create({ uniqueName })
    yield* TestClock.adjust("1 second")
  }
  assert.strictEqual((yield* rooms.list()).items.length, 3)
  yield* turnPages(rooms.list, 3)
  const { items } = yield* rooms.list({ uniqueName: "third & last" })
  assert.strictEqual(items.length, 1)
  const created = items[0]?.dateCreated
  if (created === undefined) return
  const status = "in-progress"
  assert.strictEqual((yield* rooms.list({ status, dateCreatedAfter: created })).items.length, 1)
  assert.strictEqual((yield* rooms.list({ status, dateCreatedBefore: created, pageSize: 1000 })).items.length, 2)
  assert.isAbove((yield* rooms.list({ status: "completed" })).items.length, 5)
  assert.deepStrictEqual((yield* rooms.list({ status: "failed" })).items, [])
  const filtered = { status: "completed", dateCreatedAfter: noon, dateCreatedBefore: created, pageSize: 3 }
  assert.isAbove((yield* Stream.runCollect(rooms.stream(filtered))).length, 5)
  assert.strictEqual((yield* Stream.runCollect(rooms.stream())).length, 3)
  assert.strictEqual((yield* Stream.runCollect(rooms.stream({ uniqueName: "first" }))).length, 1)
  for (const name of names) yield* rooms.complete(name)
})

const participantsInEveryState = Effect.gen(function* () {
  const { participants, rooms, sandbox } = yield* services
  const room = yield* rooms.create({ uniqueName: "people", emptyRoomTimeout: "60 minutes" })
  const reads = Effect.fnUntraced(function* (participant: string, status: string) {
    for (const of of ["people", room.sid]) {
      assert.strictEqual((yield* participants.fetch(of, participant)).status, status)
    }
  })

  const connected = yield* sandbox.join("people", "connected & here")
  yield* TestClock.adjust("1 minute")
  const reconnecting = yield* sandbox.join("people", "reconnecting")
  yield* sandbox.loseConnection("people", "reconnecting")
  const left = yield* sandbox.join("people", "left")
  yield* TestClock.adjust("1500 millis")
  yield* sandbox.leave("people", "left")
  const removed = yield* sandbox.join("people", "removed")
  const replaced = yield* sandbox.join("people", "twice")
  const newcomer = yield* sandbox.join("people", "twice")
  yield* TestClock.adjust("12 seconds")

  for (const one of ["connected & here", connected.sid, "twice", newcomer.sid]) yield* reads(one, "connected")
  for (const one of ["reconnecting", reconnecting.sid]) yield* reads(one, "reconnecting")
  for (const one of [left.sid, replaced.sid]) yield* reads(one, "disconnected")
  const removal = yield* participants.update("people", "removed", { status: "disconnected" })
  assert.strictEqual(removal.status, "disconnected")
  assert.strictEqual((yield* participants.disconnect("people", removed.sid)).status, "disconnected")
  assert.strictEqual((yield* participants.ensureDisconnected("people", "removed"))._tag, "AlreadyGone")
  assert.strictEqual((yield* participants.ensureDisconnected(room.sid, newcomer.sid))._tag, "Disconnected")
  yield* refused(53209, participants.update("people", "connected & here", { status: "connected" }))
  yield* refused(53209, participants.update("people", "connected & here", { status: "reconnecting" }))

  const counts = { connected: 1, reconnecting: 1, disconnected: 4 }
  for (const [status, count] of Object.entries(counts)) {
    assert.strictEqual((yield* participants.list("people", { status })).items.length, count)
  }
  const filters = {
    status: "disconnected",
    identity: "twice",
    dateCreatedAfter: noon,
    dateCreatedBefore: yield* DateTime.now,
    pageSize: 1
  }
  assert.strictEqual((yield* participants.list(room.sid, filters)).items.length, 1)
  assert.strictEqual((yield* Stream.runCollect(participants.stream("people", filters))).length, 2)
  assert.strictEqual((yield* Stream.runCollect(participants.stream(room.sid))).length, 1)
  yield* turnPages((options) => participants.list("people", { ...options, status: "disconnected" }), 4)

  // Somebody else, with the same status, for what is done once.
  yield* sandbox.regainConnection("people", "reconnecting")
  yield* reads("reconnecting", "connected")
  yield* sandbox.loseConnection("people", "reconnecting")

  const anonymized = [
    ["connected & here", connected.sid, "connected"],
    ["reconnecting", reconnecting.sid, "reconnecting"],
    [left.sid, left.sid, "disconnected"]
  ] as const
  for (const [participant, sid, status] of anonymized) {
    const record = yield* participants.anonymize("people", participant)
    assert.strictEqual(record.status, status)
    assert.strictEqual(record.identity, sid)
    yield* reads(sid, status)
    yield* participants.anonymize(room.sid, sid)
  }
  assert.strictEqual((yield* participants.list("people", { identity: connected.sid })).items.length, 1)
  yield* refused(20404, participants.fetch("people", "connected & here"))

  yield* rooms.complete("people")
  assert.strictEqual((yield* participants.fetch(room.sid, removed.sid)).status, "disconnected")
  assert.strictEqual((yield* participants.list(room.sid)).items.length, 6)
  assert.deepStrictEqual((yield* participants.list(room.sid, { status: "connected" })).items, [])
  assert.strictEqual((yield* participants.anonymize(room.sid, removed.sid)).identity, removed.sid)
  yield* refused(53118, participants.disconnect(room.sid, removed.sid))
  yield* refused(20404, participants.list("people"))
})

const tracksInEveryState = Effect.gen(function* () {
  const { publishedTracks, rooms, rules, sandbox, subscribedTracks } = yield* services
  const room = yield* rooms.create({ uniqueName: "tracks" })
  const alice = yield* sandbox.join("tracks", "Alice")
  const bob = yield* sandbox.join("tracks", "Bob")
  const publish = (publication: Sandbox.Publication) => sandbox.publishTrack("tracks", "Alice", publication)
  const voice = yield* publish({ kind: "audio", name: "voice" })
  yield* publish({ kind: "video", name: "screen & all", enabled: false })
  const unnamed = yield* publish({ kind: "data" })
  const reads = Effect.fnUntraced(function* (track: string, enabled: boolean, changed: boolean) {
    for (const publisher of ["Alice", alice.sid]) {
      const record = yield* publishedTracks.fetch("tracks", publisher, track)
      assert.strictEqual(record.enabled, enabled)
      assert.strictEqual(Option.isSome(record.dateUpdated), changed)
    }
  })

  yield* reads("voice", true, false)
  yield* reads("screen & all", false, false)
  yield* reads(unnamed.sid, true, false)
  yield* TestClock.adjust("1 minute")
  yield* sandbox.disableTrack("tracks", "Alice", "voice")
  yield* reads("voice", false, true)
  yield* sandbox.enableTrack("tracks", "Alice", voice.sid)
  yield* reads(voice.sid, true, true)
  yield* sandbox.enableTrack("tracks", "Alice", "screen & all")

  assert.strictEqual((yield* publishedTracks.list(room.sid, alice.sid)).items.length, 3)
  assert.strictEqual((yield* publishedTracks.list("tracks", "Bob", { pageSize: 5 })).items.length, 0)
  yield* turnPages((options) => publishedTracks.list("tracks", "Alice", options), 3)
  for (const options of [undefined, { pageSize: 2 }]) {
    const published = yield* Stream.runCollect(publishedTracks.stream("tracks", "Alice", options))
    assert.strictEqual(published.length, 3)
    const subscribed = yield* Stream.runCollect(subscribedTracks.stream("tracks", "Bob", options))
    assert.strictEqual(subscribed.length, 3)
  }
  assert.strictEqual((yield* subscribedTracks.list(room.sid, bob.sid)).items.length, 3)
  yield* turnPages((options) => subscribedTracks.list("tracks", "Bob", options), 3)
  assert.strictEqual((yield* subscribedTracks.fetch("tracks", "Bob", voice.sid)).publisherSid, alice.sid)

  yield* rules.update("tracks", "Bob", [SubscribeRule.include({ kind: "video" })])
  assert.strictEqual((yield* subscribedTracks.list("tracks", "Bob")).items.length, 1)
  yield* refused(20404, subscribedTracks.fetch("tracks", "Bob", voice.sid))
  yield* rules.update("tracks", "Bob", [SubscribeRule.exclude({ kind: "video" })])
  assert.strictEqual((yield* subscribedTracks.list("tracks", "Bob")).items.length, 0)

  yield* sandbox.unpublishTrack("tracks", "Alice", unnamed.sid)
  yield* refused(20404, publishedTracks.fetch("tracks", "Alice", unnamed.sid))
  assert.strictEqual((yield* publishedTracks.list("tracks", "Alice")).items.length, 2)
  yield* sandbox.leave("tracks", "Alice")
  assert.strictEqual((yield* publishedTracks.list("tracks", alice.sid)).items.length, 0)
  assert.strictEqual((yield* subscribedTracks.list("tracks", alice.sid)).items.length, 0)
  yield* rooms.complete("tracks")
  assert.strictEqual((yield* publishedTracks.list(room.sid, alice.sid)).items.length, 0)
})

const rulesInEveryState = Effect.gen(function* () {
  const { rooms, rules, sandbox } = yield* services
  const { probe } = yield* Sender
  const room = yield* rooms.create({ uniqueName: "rules" })
  const alice = yield* sandbox.join("rules", "Alice")
  yield* sandbox.join("rules", "Bob", { automaticSubscription: false })

  const joined = yield* rules.fetch("rules", "Alice")
  assert.deepStrictEqual(joined.rules, [{ type: "include", all: true }])
  assert.deepStrictEqual(joined.dateCreated, Option.none())
  assert.deepStrictEqual((yield* rules.fetch(room.sid, "Bob")).rules, [{ type: "exclude", all: true }])

  const filters: ReadonlyArray<SubscribeRule.SubscribeRule> = [
    SubscribeRule.include({ all: true }),
    SubscribeRule.exclude({ kind: "audio" }),
    SubscribeRule.include({ publisher: "Bob & é" }),
    SubscribeRule.exclude({ track: "screen" }),
    SubscribeRule.include({ publisher: alice.sid, track: `MT${"a".repeat(32)}`, kind: "data" }),
    { type: "include", kind: "video", priority: "high" }
  ]
  for (const rule of filters) {
    const after = yield* rules.update("rules", alice.sid, [rule])
    assert.deepStrictEqual(after.rules, [rule])
    assert.isTrue(Option.isSome(after.dateUpdated))
    yield* TestClock.adjust("1 second")
  }
  const twenty = Array.from({ length: 20 }, (_, index) => SubscribeRule.include({ publisher: `p${index}` }))
  yield* rules.update("rules", "Alice", [SubscribeRule.exclude({ all: true }), ...twenty.slice(1)])
  assert.strictEqual((yield* rules.fetch("rules", "Alice")).rules.length, 20)

  const refusals = [
    "",
    "Rules=",
    "Rules=all",
    "Rules=[]",
    'Rules=[{"type":"include"}]',
    'Rules=[{"type":"include","all":false}]',
    'Rules=[{"type":"include","all":true,"kind":"audio"}]',
    'Rules=[{"type":"include","kind":"smell"}]',
    'Rules=[{"type":"include","kind":"audio","kind":"video"}]',
    'Rules=[{"all":true}]'
  ]
  for (const body of refusals) {
    const path = "/v1/Rooms/rules/Participants/Alice/SubscribeRules"
    yield* probe({ method: "POST", path, body: body.replaceAll('"', "%22"), status: 400, code: 53215 })
  }
  assert.strictEqual((yield* rules.fetch("rules", "Alice")).rules.length, 20)

  yield* sandbox.leave("rules", "Alice")
  yield* rules.fetch("rules", alice.sid)
  yield* rules.update("rules", alice.sid, [SubscribeRule.include({ all: true })])
  yield* rooms.complete("rules")
  yield* rules.fetch(room.sid, alice.sid)
  yield* refused(53118, rules.update(room.sid, alice.sid, [SubscribeRule.exclude({ all: true })]))
})

/** Reads everything that there is. */
const readEverything = Effect.gen(function* () {
  const { participants, publishedTracks, rooms, rules, subscribedTracks } = yield* services
  for (const status of ["in-progress", "completed"]) {
    for (const room of yield* Stream.runCollect(rooms.stream({ status }))) {
      assert.deepStrictEqual(yield* rooms.fetch(room.sid), room)
      for (const status of ["connected", "reconnecting", "disconnected"]) {
        for (const participant of yield* Stream.runCollect(participants.stream(room.sid, { status }))) {
          assert.deepStrictEqual(yield* participants.fetch(room.sid, participant.sid), participant)
          yield* rules.fetch(room.sid, participant.sid)
          for (const tracks of [publishedTracks, subscribedTracks]) {
            for (const track of yield* Stream.runCollect(tracks.stream(room.sid, participant.sid))) {
              assert.deepStrictEqual<unknown>(yield* tracks.fetch(room.sid, participant.sid, track.sid), track)
            }
          }
        }
      }
    }
  }
})

/** Of a sandbox as it is, without rooms. */
const visitEmpty = Effect.gen(function* () {
  const { sandbox } = yield* services
  yield* TestClock.setTime(DateTime.toEpochMillis(noon))
  yield* roomsInEveryState
  yield* roomsInLists
  yield* participantsInEveryState
  yield* tracksInEveryState
  yield* rulesInEveryState
  yield* refusals
  yield* sandbox.importState(JSON.parse(JSON.stringify(yield* sandbox.exportState)))
  yield* readEverything
})

const switched: Partial<Assumptions.Assumptions> = {
  notFoundCode: "resource",
  identityFindsReconnecting: false,
  defaultListHasReconnecting: true,
  listOrder: "oldest-first",
  pageSizeAboveMaximum: "refuse",
  unknownPageToken: "restart",
  updateOfDisconnected: "refuse",
  updateToOtherStatus: "accept",
  anonymizeOfConnected: "refuse",
  anonymizeInCompletedRoom: "not-found",
  tracksOfDisconnected: "not-found",
  rulesOfDisconnected: "not-found",
  emptyParameter: "refuse",
  maxParticipantsAboveLimit: "clamp",
  legacyRooms: "accept",
  durationInProgress: "zero",
  completedRoomRetention: "1 hour"
}

/** Of a sandbox with these assumptions switched, for what it then answers otherwise. */
const visitSwitched = Effect.gen(function* () {
  const { participants, publishedTracks, rooms, rules, sandbox, subscribedTracks } = yield* services
  const { probe } = yield* Sender
  for (const type of ["group", "go", "peer-to-peer", "group-small"]) {
    assert.strictEqual((yield* rooms.create({ type, uniqueName: type, audioOnly: true })).type, type)
  }
  yield* probe({ method: "POST", path: "/v1/Rooms", body: "MaxParticipants=90", status: 201 })
  yield* probe({ method: "POST", path: "/v1/Rooms", body: "UniqueName=", status: 400, code: 53100 })
  yield* turnPages(rooms.list, 5)
  yield* probe({ method: "GET", path: "/v1/Rooms?PageSize=1001", status: 400, code: 20001 })
  yield* probe({ method: "GET", path: "/v1/Rooms?PageToken=nonsense", status: 200 })

  const alice = yield* sandbox.join("group", "Alice")
  const bob = yield* sandbox.join("group", "Bob")
  yield* sandbox.loseConnection("group", "Bob")
  assert.strictEqual((yield* participants.list("group")).items.length, 2)
  yield* refused(53204, participants.fetch("group", "Bob"))
  assert.strictEqual((yield* participants.update("group", "Alice", { status: "connected" })).status, "connected")
  yield* refused(53209, participants.anonymize("group", "Alice"))

  yield* participants.disconnect("group", "Alice")
  yield* refused(53209, participants.disconnect("group", alice.sid))
  yield* refused(53204, publishedTracks.list("group", alice.sid))
  yield* refused(53204, subscribedTracks.list("group", alice.sid))
  yield* refused(53204, rules.fetch("group", alice.sid))
  const room = yield* rooms.complete("group")
  yield* refused(53106, rooms.fetch("group"))
  yield* refused(53204, participants.anonymize(room.sid, bob.sid))
  yield* TestClock.adjust("1 hour")
  yield* refused(53106, rooms.fetch(room.sid))
})

/** All steps, each part on a sandbox of its own. */
export const parts: ReadonlyArray<Part> = [
  { options: { rooms: [] }, visit: visitEmpty },
  { options: {}, visit: readEverything },
  { options: { rooms: [], assumptions: switched }, visit: visitSwitched }
]

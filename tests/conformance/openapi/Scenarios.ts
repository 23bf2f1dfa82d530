/**
 * The scenarios: every operation, with every parameter of the client, on rooms, participants, tracks and rules in every
 * state. A scenario asserts only that it reaches the state. `Requests` and `Responses` check what was recorded.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import type * as Room from "@effect-twilio-video/core/Room"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { failsWith, noon, turnPages } from "./Assertions.ts"
import { errors } from "./Errors.ts"
import { type Scenario, Sender } from "./Recording.ts"

const roomHasStatus = Effect.fnUntraced(function* (room: string, status: string) {
  assert.strictEqual((yield* Rooms.fetch(room)).status, status)
})

const roomSettings = Effect.gen(function* () {
  const plain = yield* Rooms.create()
  assert.strictEqual(plain.uniqueName, plain.sid)
  yield* roomHasStatus(plain.sid, "in-progress")

  const full = yield* Rooms.create({
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
  yield* roomHasStatus("Every option: é, 50 % & more", "in-progress")
  yield* failsWith(53113, Rooms.create({ uniqueName: "Every option: é, 50 % & more" }))

  // The unused timeout, with nobody joining.
  yield* TestClock.adjust("2 minutes")
  yield* roomHasStatus(full.sid, "completed")
  yield* roomHasStatus(plain.sid, "in-progress")
  yield* TestClock.adjust("3 minutes")
  yield* roomHasStatus(plain.sid, "completed")
})

const roomTimeouts = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox

  // The empty timeout, after the last participant leaves.
  const left = yield* Rooms.create({ uniqueName: "left", emptyRoomTimeout: "1 minute" })
  yield* sandbox.join("left", "Alice")
  yield* sandbox.leave("left", "Alice")
  yield* roomHasStatus("left", "in-progress")
  assert.deepStrictEqual((yield* Participants.list("left")).items, [])
  yield* TestClock.adjust("1 minute")
  yield* roomHasStatus(left.sid, "completed")

  // The maximum duration of the last participant, then the empty timeout.
  const expired = yield* Rooms.create({ maxParticipantDuration: "10 minutes", emptyRoomTimeout: "1 minute" })
  const guest = yield* sandbox.join(expired.sid, "Alice")
  yield* TestClock.adjust("10 minutes")
  yield* roomHasStatus(expired.sid, "in-progress")
  assert.strictEqual((yield* Participants.fetch(expired.sid, guest.sid)).status, "disconnected")
  yield* TestClock.adjust("1 minute")
  yield* roomHasStatus(expired.sid, "completed")

  // The maximum age of a room, with a participant in it.
  const old = yield* Rooms.create({
    uniqueName: "old",
    unusedRoomTimeout: "60 minutes",
    maxParticipantDuration: "1 day"
  })
  yield* TestClock.adjust("30 minutes")
  const last = yield* sandbox.join("old", "Alice")
  yield* TestClock.adjust("23.4 hours")
  yield* roomHasStatus("old", "in-progress")
  yield* TestClock.adjust("1 hour")
  yield* roomHasStatus(old.sid, "completed")
  assert.strictEqual((yield* Participants.fetch(old.sid, last.sid)).status, "disconnected")

  // Without an empty timeout, the last participant ends the room.
  const adHoc = yield* sandbox.openRoom({ emptyRoomTimeout: 0, unusedRoomTimeout: 0 })
  yield* sandbox.join(adHoc.sid, "Alice")
  yield* roomHasStatus(adHoc.sid, "in-progress")
  yield* sandbox.leave(adHoc.sid, "Alice")
  yield* roomHasStatus(adHoc.sid, "completed")
})

const completedRooms = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* Rooms.create({ uniqueName: "by name" })
  yield* sandbox.join("by name", "Alice")
  yield* TestClock.adjust("90 seconds")
  assert.strictEqual((yield* Rooms.complete("by name")).status, "completed")
  yield* failsWith(20404, Rooms.complete("by name"))
  const bySid = yield* Rooms.create()
  assert.strictEqual((yield* Rooms.complete(bySid.sid)).status, "completed")
  yield* failsWith(53112, Rooms.complete(bySid.sid))
  const byControl = yield* sandbox.openRoom({ uniqueName: "by control", maxParticipants: 1 })
  yield* sandbox.completeRoom("by control")
  yield* roomHasStatus(byControl.sid, "completed")
  yield* failsWith(20404, Rooms.fetch("by control"))
})

const roomsInLists = Effect.gen(function* () {
  const names = ["first", "second", "third & last"]
  for (const uniqueName of names) {
    yield* Rooms.create({ uniqueName })
    yield* TestClock.adjust("1 second")
  }
  assert.strictEqual((yield* Rooms.list()).items.length, 3)
  yield* turnPages(Rooms.list, 3)
  const { items } = yield* Rooms.list({ uniqueName: "third & last" })
  assert.strictEqual(items.length, 1)
  const created = items[0]?.dateCreated
  if (created === undefined) return
  const status = "in-progress"
  assert.strictEqual((yield* Rooms.list({ status, dateCreatedAfter: created })).items.length, 1)
  assert.strictEqual((yield* Rooms.list({ status, dateCreatedBefore: created, pageSize: 1000 })).items.length, 2)
  assert.isAbove((yield* Rooms.list({ status: "completed" })).items.length, 5)
  assert.deepStrictEqual((yield* Rooms.list({ status: "failed" })).items, [])
  const filtered = { status: "completed", dateCreatedAfter: noon, dateCreatedBefore: created, pageSize: 3 }
  assert.isAbove((yield* Stream.runCollect(Rooms.stream(filtered))).length, 5)
  assert.strictEqual((yield* Stream.runCollect(Rooms.stream())).length, 3)
  assert.strictEqual((yield* Stream.runCollect(Rooms.stream({ uniqueName: "first" }))).length, 1)
  for (const name of names) yield* Rooms.complete(name)
})

const participantHasStatus = Effect.fnUntraced(function* (participant: string, status: string) {
  for (const room of ["people", (yield* Rooms.fetch("people")).sid]) {
    assert.strictEqual((yield* Participants.fetch(room, participant)).status, status)
  }
})

/** One participant per status and way of leaving. */
const participantsInEveryState = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const room = yield* Rooms.create({ uniqueName: "people", emptyRoomTimeout: "60 minutes" })
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

  for (const one of ["connected & here", connected.sid, "twice", newcomer.sid])
    yield* participantHasStatus(one, "connected")
  for (const one of ["reconnecting", reconnecting.sid]) yield* participantHasStatus(one, "reconnecting")
  for (const one of [left.sid, replaced.sid]) yield* participantHasStatus(one, "disconnected")
  const removal = yield* Participants.update("people", "removed", { status: "disconnected" })
  assert.strictEqual(removal.status, "disconnected")
  assert.strictEqual((yield* Participants.disconnect("people", removed.sid)).status, "disconnected")
  assert.strictEqual((yield* Participants.ensureDisconnected("people", "removed"))._tag, "AlreadyGone")
  assert.strictEqual((yield* Participants.ensureDisconnected(room.sid, newcomer.sid))._tag, "Disconnected")
  yield* failsWith(53209, Participants.update("people", "connected & here", { status: "connected" }))
  yield* failsWith(53209, Participants.update("people", "connected & here", { status: "reconnecting" }))
  return { room, connected, reconnecting, left, removed }
})

const participantsInLists = Effect.fnUntraced(function* (room: Room.Room) {
  const counts = { connected: 1, reconnecting: 1, disconnected: 4 }
  for (const [status, count] of Object.entries(counts)) {
    assert.strictEqual((yield* Participants.list("people", { status })).items.length, count)
  }
  const filters = {
    status: "disconnected",
    identity: "twice",
    dateCreatedAfter: noon,
    dateCreatedBefore: yield* DateTime.now,
    pageSize: 1
  }
  assert.strictEqual((yield* Participants.list(room.sid, filters)).items.length, 1)
  assert.strictEqual((yield* Stream.runCollect(Participants.stream("people", filters))).length, 2)
  assert.strictEqual((yield* Stream.runCollect(Participants.stream(room.sid))).length, 1)
  yield* turnPages((options) => Participants.list("people", { ...options, status: "disconnected" }), 4)
})

const participants = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { connected, left, reconnecting, removed, room } = yield* participantsInEveryState
  yield* participantsInLists(room)

  yield* sandbox.regainConnection("people", "reconnecting")
  yield* participantHasStatus("reconnecting", "connected")
  yield* sandbox.loseConnection("people", "reconnecting")

  const anonymized = [
    ["connected & here", connected.sid, "connected"],
    ["reconnecting", reconnecting.sid, "reconnecting"],
    [left.sid, left.sid, "disconnected"]
  ] as const
  for (const [participant, sid, status] of anonymized) {
    const record = yield* Participants.anonymize("people", participant)
    assert.strictEqual(record.status, status)
    assert.strictEqual(record.identity, sid)
    yield* participantHasStatus(sid, status)
    yield* Participants.anonymize(room.sid, sid)
  }
  assert.strictEqual((yield* Participants.list("people", { identity: connected.sid })).items.length, 1)
  yield* failsWith(20404, Participants.fetch("people", "connected & here"))

  yield* Rooms.complete("people")
  assert.strictEqual((yield* Participants.fetch(room.sid, removed.sid)).status, "disconnected")
  assert.strictEqual((yield* Participants.list(room.sid)).items.length, 6)
  assert.deepStrictEqual((yield* Participants.list(room.sid, { status: "connected" })).items, [])
  assert.strictEqual((yield* Participants.anonymize(room.sid, removed.sid)).identity, removed.sid)
  yield* failsWith(53118, Participants.disconnect(room.sid, removed.sid))
  yield* failsWith(20404, Participants.list("people"))
})

const tracksInEveryState = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const room = yield* Rooms.create({ uniqueName: "tracks" })
  const alice = yield* sandbox.join("tracks", "Alice")
  const bob = yield* sandbox.join("tracks", "Bob")
  const publish = (publication: Sandbox.Publication) => sandbox.publishTrack("tracks", "Alice", publication)
  const voice = yield* publish({ kind: "audio", name: "voice" })
  yield* publish({ kind: "video", name: "screen & all", enabled: false })
  const unnamed = yield* publish({ kind: "data" })
  const reads = Effect.fnUntraced(function* (track: string, enabled: boolean, changed: boolean) {
    for (const publisher of ["Alice", alice.sid]) {
      const record = yield* PublishedTracks.fetch("tracks", publisher, track)
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

  assert.strictEqual((yield* PublishedTracks.list(room.sid, alice.sid)).items.length, 3)
  assert.strictEqual((yield* PublishedTracks.list("tracks", "Bob", { pageSize: 5 })).items.length, 0)
  yield* turnPages((options) => PublishedTracks.list("tracks", "Alice", options), 3)
  for (const options of [undefined, { pageSize: 2 }]) {
    const published = yield* Stream.runCollect(PublishedTracks.stream("tracks", "Alice", options))
    assert.strictEqual(published.length, 3)
    const subscribed = yield* Stream.runCollect(SubscribedTracks.stream("tracks", "Bob", options))
    assert.strictEqual(subscribed.length, 3)
  }
  assert.strictEqual((yield* SubscribedTracks.list(room.sid, bob.sid)).items.length, 3)
  yield* turnPages((options) => SubscribedTracks.list("tracks", "Bob", options), 3)
  assert.strictEqual((yield* SubscribedTracks.fetch("tracks", "Bob", voice.sid)).publisherSid, alice.sid)

  yield* SubscribeRules.update("tracks", "Bob", [SubscribeRule.include({ kind: "video" })])
  assert.strictEqual((yield* SubscribedTracks.list("tracks", "Bob")).items.length, 1)
  yield* failsWith(20404, SubscribedTracks.fetch("tracks", "Bob", voice.sid))
  yield* SubscribeRules.update("tracks", "Bob", [SubscribeRule.exclude({ kind: "video" })])
  assert.strictEqual((yield* SubscribedTracks.list("tracks", "Bob")).items.length, 0)

  yield* sandbox.unpublishTrack("tracks", "Alice", unnamed.sid)
  yield* failsWith(20404, PublishedTracks.fetch("tracks", "Alice", unnamed.sid))
  assert.strictEqual((yield* PublishedTracks.list("tracks", "Alice")).items.length, 2)
  yield* sandbox.leave("tracks", "Alice")
  assert.strictEqual((yield* PublishedTracks.list("tracks", alice.sid)).items.length, 0)
  assert.strictEqual((yield* SubscribedTracks.list("tracks", alice.sid)).items.length, 0)
  yield* Rooms.complete("tracks")
  assert.strictEqual((yield* PublishedTracks.list(room.sid, alice.sid)).items.length, 0)
})

const rulesInEveryState = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { probe } = yield* Sender
  const room = yield* Rooms.create({ uniqueName: "rules" })
  const alice = yield* sandbox.join("rules", "Alice")
  yield* sandbox.join("rules", "Bob", { automaticSubscription: false })

  const joined = yield* SubscribeRules.fetch("rules", "Alice")
  assert.deepStrictEqual(joined.rules, [{ type: "include", all: true }])
  assert.deepStrictEqual(joined.dateCreated, Option.none())
  assert.deepStrictEqual((yield* SubscribeRules.fetch(room.sid, "Bob")).rules, [{ type: "exclude", all: true }])

  const filters: ReadonlyArray<SubscribeRule.SubscribeRule> = [
    SubscribeRule.include({ all: true }),
    SubscribeRule.exclude({ kind: "audio" }),
    SubscribeRule.include({ publisher: "Bob & é" }),
    SubscribeRule.exclude({ track: "screen" }),
    SubscribeRule.include({ publisher: alice.sid, track: `MT${"a".repeat(32)}`, kind: "data" }),
    { type: "include", kind: "video", priority: "high" }
  ]
  for (const rule of filters) {
    const after = yield* SubscribeRules.update("rules", alice.sid, [rule])
    assert.deepStrictEqual(after.rules, [rule])
    assert.isTrue(Option.isSome(after.dateUpdated))
    yield* TestClock.adjust("1 second")
  }
  const twenty = Array.from({ length: 20 }, (_, index) => SubscribeRule.include({ publisher: `p${index}` }))
  yield* SubscribeRules.update("rules", "Alice", [SubscribeRule.exclude({ all: true }), ...twenty.slice(1)])
  assert.strictEqual((yield* SubscribeRules.fetch("rules", "Alice")).rules.length, 20)

  const invalid = [
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
  for (const body of invalid) {
    const path = "/v1/Rooms/rules/Participants/Alice/SubscribeRules"
    yield* probe({ method: "POST", path, body: body.replaceAll('"', "%22"), status: 400, code: 53215 })
  }
  assert.strictEqual((yield* SubscribeRules.fetch("rules", "Alice")).rules.length, 20)

  yield* sandbox.leave("rules", "Alice")
  yield* SubscribeRules.fetch("rules", alice.sid)
  yield* SubscribeRules.update("rules", alice.sid, [SubscribeRule.include({ all: true })])
  yield* Rooms.complete("rules")
  yield* SubscribeRules.fetch(room.sid, alice.sid)
  yield* failsWith(53118, SubscribeRules.update(room.sid, alice.sid, [SubscribeRule.exclude({ all: true })]))
})

/** Reads every record. */
const readEverything = Effect.gen(function* () {
  for (const status of ["in-progress", "completed"]) {
    for (const room of yield* Stream.runCollect(Rooms.stream({ status }))) {
      assert.deepStrictEqual(yield* Rooms.fetch(room.sid), room)
      for (const status of ["connected", "reconnecting", "disconnected"]) {
        for (const participant of yield* Stream.runCollect(Participants.stream(room.sid, { status }))) {
          assert.deepStrictEqual(yield* Participants.fetch(room.sid, participant.sid), participant)
          yield* SubscribeRules.fetch(room.sid, participant.sid)
          for (const track of yield* Stream.runCollect(PublishedTracks.stream(room.sid, participant.sid))) {
            assert.deepStrictEqual(yield* PublishedTracks.fetch(room.sid, participant.sid, track.sid), track)
          }
          for (const track of yield* Stream.runCollect(SubscribedTracks.stream(room.sid, participant.sid))) {
            assert.deepStrictEqual(yield* SubscribedTracks.fetch(room.sid, participant.sid, track.sid), track)
          }
        }
      }
    }
  }
})

/** On a sandbox with the default assumptions. */
const withDefaults = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* TestClock.setTime(DateTime.toEpochMillis(noon))
  yield* roomSettings
  yield* roomTimeouts
  yield* completedRooms
  yield* roomsInLists
  yield* participants
  yield* tracksInEveryState
  yield* rulesInEveryState
  yield* errors
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

/** On a sandbox with these assumptions, for its other responses. */
const withSwitched = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { probe } = yield* Sender
  for (const type of ["group", "go", "peer-to-peer", "group-small"]) {
    assert.strictEqual((yield* Rooms.create({ type, uniqueName: type, audioOnly: true })).type, type)
  }
  yield* probe({ method: "POST", path: "/v1/Rooms", body: "MaxParticipants=90", status: 201 })
  yield* probe({ method: "POST", path: "/v1/Rooms", body: "UniqueName=", status: 400, code: 53100 })
  yield* turnPages(Rooms.list, 5)
  yield* probe({ method: "GET", path: "/v1/Rooms?PageSize=1001", status: 400, code: 20001 })
  yield* probe({ method: "GET", path: "/v1/Rooms?PageToken=nonsense", status: 200 })

  const alice = yield* sandbox.join("group", "Alice")
  const bob = yield* sandbox.join("group", "Bob")
  yield* sandbox.loseConnection("group", "Bob")
  assert.strictEqual((yield* Participants.list("group")).items.length, 2)
  yield* failsWith(53204, Participants.fetch("group", "Bob"))
  assert.strictEqual((yield* Participants.update("group", "Alice", { status: "connected" })).status, "connected")
  yield* failsWith(53209, Participants.anonymize("group", "Alice"))

  yield* Participants.disconnect("group", "Alice")
  yield* failsWith(53209, Participants.disconnect("group", alice.sid))
  yield* failsWith(53204, PublishedTracks.list("group", alice.sid))
  yield* failsWith(53204, SubscribedTracks.list("group", alice.sid))
  yield* failsWith(53204, SubscribeRules.fetch("group", alice.sid))
  const room = yield* Rooms.complete("group")
  yield* failsWith(53106, Rooms.fetch("group"))
  yield* failsWith(53204, Participants.anonymize(room.sid, bob.sid))
  yield* TestClock.adjust("1 hour")
  yield* failsWith(53106, Rooms.fetch(room.sid))
})

/** Each runs on its own sandbox. */
export const all: ReadonlyArray<Scenario> = [
  { options: { rooms: [] }, run: withDefaults },
  { options: {}, run: readEverything },
  { options: { rooms: [], assumptions: switched }, run: withSwitched }
]

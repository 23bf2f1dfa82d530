/**
 * The roster of a sandbox's rooms: callbacks, lists and their freshness.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as Room from "@effect-twilio-video/core/Room"
import type * as Sid from "@effect-twilio-video/core/Sid"
import * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as ResponseInfo from "@effect-twilio-video/core/ResponseInfo"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Events from "./support/Events.ts"
import * as Live from "./support/Live.ts"

const identities = ({ participants }: Roster.RoomRoster) =>
  participants.map(({ identity }) => Option.getOrElse(identity, () => "nobody"))

/** Opens a room, and waits for its callback. */
const open = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const room = yield* sandbox.openRoom({ uniqueName: "Clinic" })
  yield* sandbox.awaitCallbacks
  return { room, sandbox }
})

const created = ({ accountSid, sid, uniqueName }: Room.Room, timestamp: DateTime.Utc) =>
  new StatusCallbackEvent.RoomCreated({
    accountSid: Option.getOrThrow(accountSid),
    roomSid: sid,
    roomName: uniqueName,
    roomType: "group",
    roomStatus: "in-progress",
    sequenceNumber: Option.none(),
    timestamp
  })

const lose = (sandbox: Sandbox.Service) => sandbox.setDeliveryFaults([{ fault: { type: "lost" } }])

describe("callbacks", () => {
  const live = Live.layer(Roster.layerOnDemand())

  it.effect("say who is in the room, since when, with which tracks", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* TestClock.adjust("1 minute")
      yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.join("Clinic", "Bob")
      yield* sandbox.publishTrack("Clinic", "Alice", { kind: "video", name: "cam" })
      yield* sandbox.disableTrack("Clinic", "Alice", "cam")
      yield* sandbox.leave("Clinic", "Bob")
      yield* sandbox.awaitCallbacks
      const { freshness, participants } = yield* Roster.participants("Clinic")
      const [alice, ...others] = participants
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(alice?.identity, Option.some("Alice"))
      assert.strictEqual(Option.getOrThrow(alice?.joinedAt ?? Option.none()).epochMilliseconds, Live.start + 60_000)
      assert.deepStrictEqual(
        alice?.tracks.map(({ isEnabled, kind, name }) => [kind, name, isEnabled]),
        [["video", Option.none(), false]]
      )
      assert.deepStrictEqual(freshness.doubts, [])
      assert.strictEqual(Duration.toMillis(freshness.age), 60_000)
    }).pipe(Effect.provide(live))
  )

  it.effect("of a room's end leave nobody in it", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* open
      yield* sandbox.join("Clinic", "Alice")
      yield* Rooms.complete("Clinic")
      yield* sandbox.awaitCallbacks
      const roster = yield* Roster.participants("Clinic")
      assert.deepStrictEqual([roster.roomSid, roster.participants.length], [room.sid, 0])
      assert.isTrue(Option.isSome(roster.endedAt))
      assert.strictEqual(Duration.toMillis(roster.freshness.age), 0)
    }).pipe(Effect.provide(live))
  )

  it.effect("that are lost leave doubt if later ones have arrived, until the room is read", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* lose(sandbox)
      yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.setDeliveryFaults([])
      yield* sandbox.join("Clinic", "Bob")
      yield* sandbox.publishTrack("Clinic", "Alice", { kind: "audio" })
      yield* sandbox.awaitCallbacks
      const roster = yield* Roster.participants("Clinic")
      assert.deepStrictEqual(identities(roster).toSorted(), ["Alice", "Bob"])
      assert.deepStrictEqual(roster.freshness.doubts, ["gap", "contradiction"])
      yield* TestClock.adjust("1 second")
      const { freshness } = yield* Roster.participants("Clinic", { maxAge: 0 })
      assert.deepStrictEqual(freshness.doubts, [])
    }).pipe(Effect.provide(live))
  )
})

describe("a maximum age", () => {
  const live = Live.layer(Roster.layerOnDemand())

  it.effect("reads a room whose state is older, and no other", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.awaitCallbacks
      yield* lose(sandbox)
      yield* sandbox.leave("Clinic", "Alice")
      yield* sandbox.join("Clinic", "Bob")
      yield* sandbox.join("Clinic", "Carl")
      yield* sandbox.loseConnection("Clinic", "Carl")
      yield* TestClock.adjust("10 seconds")
      const [stale, none] = yield* ResponseInfo.collect(Roster.participants("Clinic", { maxAge: "10 seconds" }))
      assert.deepStrictEqual([identities(stale), none.length], [["Alice"], 0])
      const [fresh, reads] = yield* ResponseInfo.collect(Roster.participants("Clinic", { maxAge: "9 seconds" }))
      assert.deepStrictEqual(
        fresh.participants.map(({ identity, status }) => [Option.getOrNull(identity), status]),
        [
          ["Bob", "connected"],
          ["Carl", "reconnecting"]
        ]
      )
      // Alice isn't in the two lists, so those who reconnect are read again.
      assert.strictEqual(reads.length, 3)
      assert.strictEqual(Duration.toMillis(fresh.freshness.age), 0)
    }).pipe(Effect.provide(live))
  )

  it.effect("finds out that a room has ended", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* lose(sandbox)
      yield* sandbox.completeRoom("Clinic")
      yield* TestClock.adjust("1 second")
      const roster = yield* Roster.participants("Clinic", { maxAge: 0 })
      assert.isTrue(Option.isSome(roster.endedAt))
    }).pipe(Effect.provide(live))
  )

  it.effect("reads a room that was created later than now, by a clock that's ahead of ours", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* open
      yield* Roster.record(created(room, DateTime.add(room.dateCreated, { hours: 1 })))
      yield* lose(sandbox)
      yield* sandbox.join("Clinic", "Alice")
      assert.deepStrictEqual(identities(yield* Roster.participants("Clinic", { maxAge: "1 minute" })), ["Alice"])
    }).pipe(Effect.provide(live))
  )

  it.effect("finds the new room with the name of one that has ended", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* open
      yield* sandbox.completeRoom("Clinic")
      yield* sandbox.awaitCallbacks
      const ended = yield* Roster.participants("Clinic", { maxAge: "1 minute" })
      assert.deepStrictEqual([ended.roomSid, Option.isSome(ended.endedAt)], [room.sid, true])
      yield* lose(sandbox)
      yield* sandbox.openRoom({ uniqueName: "Clinic" })
      yield* sandbox.join("Clinic", "Alice")
      assert.deepStrictEqual(identities(yield* Roster.participants("Clinic", { maxAge: "1 minute" })), ["Alice"])
    }).pipe(Effect.provide(live))
  )

  it.effect("is read once for all who ask at the same time", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* sandbox.join("Clinic", "Alice")
      yield* TestClock.adjust("5 seconds")
      yield* sandbox.clearRequests
      const ask = Roster.participants("Clinic", { maxAge: "1 second" })
      const answers = yield* Effect.all(
        Array.from({ length: 20 }, () => ask),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(new Set(answers.flatMap(identities)), new Set(["Alice"]))
      assert.strictEqual((yield* sandbox.requests).length, 2)
    }).pipe(Effect.provide(Live.layer(Roster.layer({ interval: "1 hour" }))))
  )
})

describe("a room of which nothing is known", () => {
  it.effect("is read from Twilio, by name and by SID", () =>
    Effect.gen(function* () {
      const found = yield* Roster.participants("DailyStandup")
      assert.include(identities(found), "Alice")
      assert.deepStrictEqual((yield* Roster.participants(found.roomSid)).roomName, "DailyStandup")
    }).pipe(Effect.provide(Roster.layerOnDemand().pipe(Layer.provideMerge(Sandbox.layer()))))
  )

  it.effect("is read before its changes and events begin", () =>
    Effect.gen(function* () {
      const changes = yield* Roster.changes("DailyStandup").pipe(Stream.take(4), Stream.runCollect)
      assert.deepStrictEqual(
        changes.map(({ _tag }) => _tag),
        ["Joined", "Joined", "Joined", "Reconnecting"]
      )
      const options = { authorize: Effect.succeed(true) }
      const response = yield* RosterEvents.handle(new Request("http://localhost/"), "Webinar", options)
      const snapshot = yield* Events.events(response).event
      assert.deepStrictEqual(snapshot?.data.freshness.doubts, [])
    }).pipe(Effect.provide(Roster.layerOnDemand().pipe(Layer.provideMerge(Sandbox.layer()))))
  )

  it.effect("isn't listed if it has ended", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* open
      yield* sandbox.completeRoom("Clinic")
      yield* sandbox.clearRequests
      const roster = yield* Roster.participants(room.sid)
      assert.isTrue(Option.isSome(roster.endedAt))
      assert.strictEqual((yield* sandbox.requests).length, 1)
    }).pipe(Effect.provide(Roster.layerOnDemand().pipe(Layer.provideMerge(Sandbox.layer({ rooms: [] })))))
  )

  it.effect("is unknown if Twilio has none in progress", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Roster.participants("Nowhere"))
      assert.strictEqual(error._tag, "UnknownRoom")
      assert.notInclude(error.message, "Nowhere")
    }).pipe(Effect.provide(Live.layer(Roster.layerOnDemand())))
  )

  it.effect("is unknown to a roster of callbacks only", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(Roster.participants("DailyStandup")))._tag, "UnknownRoom")
    }).pipe(Effect.provide(Roster.layerCallbacks()))
  )
})

describe("in the background", () => {
  it.effect("corrects what lost callbacks got wrong, within the interval", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* lose(sandbox)
      yield* sandbox.join("Clinic", "Alice")
      yield* TestClock.adjust("31 seconds")
      assert.deepStrictEqual(identities(yield* Roster.participants("Clinic")), ["Alice"])
      yield* sandbox.completeRoom("Clinic")
      yield* TestClock.adjust("31 seconds")
      assert.isTrue(Option.isSome((yield* Roster.participants("Clinic")).endedAt))
    }).pipe(Effect.provide(Live.layer(Roster.layer())))
  )

  it.effect("reads doubtful rooms sooner", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* lose(sandbox)
      yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.setDeliveryFaults([])
      yield* sandbox.join("Clinic", "Bob")
      yield* sandbox.awaitCallbacks
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(identities(yield* Roster.participants("Clinic")), ["Alice", "Bob"])
    }).pipe(Effect.provide(Live.layer(Roster.layer())))
  )

  it.effect("goes on reading rooms while it asks which of many have ended", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      const names = Array.from({ length: 100 }, (_, index) => `room ${index}`)
      yield* Effect.forEach(names, (uniqueName) => sandbox.openRoom({ uniqueName }))
      yield* sandbox.join("Clinic", "Alice")
      yield* TestClock.adjust("1 minute")
      yield* lose(sandbox)
      yield* Effect.forEach(names, sandbox.completeRoom)
      yield* sandbox.setFaults([{ operations: ["FetchRoom"], fault: { type: "late-response", millis: 2000 } }])
      const ages: Array<number> = []
      for (let second = 0; second < 240; second++) {
        yield* TestClock.adjust("1 second")
        ages.push(Duration.toMillis((yield* Roster.participants("Clinic")).freshness.age))
      }
      assert.isBelow(Math.max(...ages), 60_000)
    }).pipe(Effect.provide(Live.layer(Roster.layer())))
  )

  it.effect("reads within its share of the quota", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      for (let index = 0; index < 50; index++) yield* sandbox.openRoom({ uniqueName: `room ${index}` })
      yield* sandbox.awaitCallbacks
      yield* TestClock.adjust("40 seconds")
      yield* sandbox.clearRequests
      yield* TestClock.adjust("10 seconds")
      const { length } = yield* sandbox.requests
      assert.isAbove(length, 35)
      assert.isAtMost(length, 44)
    }).pipe(Effect.provide(Live.layer(Roster.layer({ share: 0.05 }), { quota: Sandbox.twilioQuota })))
  )

  it.effect("goes on after Twilio was unavailable", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* sandbox.setFaults([{ fault: { type: "status", status: 503 } }])
      yield* sandbox.join("Clinic", "Alice")
      yield* TestClock.adjust("3 minutes")
      yield* sandbox.setFaults([])
      yield* TestClock.adjust("3 minutes")
      const { freshness } = yield* Roster.participants("Clinic")
      assert.isBelow(Duration.toMillis(freshness.age), 32_000)
    }).pipe(Effect.provide(Live.layer(Roster.layer())))
  )
})

describe("an outage", () => {
  const status = { type: "status", status: 503 } as const
  const faults = {
    "of Twilio": [{ fault: status }],
    "of some requests": [{ operations: ["ListRoomParticipant"], fault: status }],
    "of the quota": [{ fault: { type: "status", status: 429 } }]
  } as const

  for (const [name, rules] of Object.entries(faults)) {
    it.effect(`${name} is logged once, and so is its end`, () => {
      const logged: Array<string> = []
      const logger = Logger.layer([Logger.make(({ logLevel, message }) => void logged.push(`${logLevel}: ${message}`))])
      return Effect.gen(function* () {
        const { sandbox } = yield* open
        yield* sandbox.join("Clinic", "Alice")
        yield* sandbox.openRoom({ uniqueName: "Hall" })
        yield* sandbox.join("Hall", "Bob")
        yield* TestClock.adjust("1 minute")
        yield* sandbox.setFaults(rules)
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(logged.length, 1)
        assert.match(
          logged[0] ?? "",
          /^Warn: The roster can't read rooms from Twilio, and goes on trying\. TwilioError: /u
        )
        yield* sandbox.setFaults([])
        yield* TestClock.adjust("2 minutes")
        assert.deepStrictEqual(logged.slice(1), ["Info: The roster reads rooms from Twilio again."])
      }).pipe(Effect.provide(Layer.provideMerge(Live.layer(Roster.layer()), logger)))
    })
  }
})

describe("on demand", () => {
  it.effect("reads the rooms that are due, but not those that were read just now", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* lose(sandbox)
      yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.openRoom({ uniqueName: "Hall" })
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* Roster.reconcile, 2)
      assert.deepStrictEqual(identities(yield* Roster.participants("Clinic")), ["Alice"])
      assert.strictEqual(yield* Roster.reconcile, 0)
    }).pipe(Effect.provide(Live.layer(Roster.layerOnDemand())))
  )

  it.effect("reads other rooms although Twilio doesn't find one, and warns once", () => {
    const warnings: Array<unknown> = []
    const logger = Logger.layer([Logger.make(({ message }) => void warnings.push(message))])
    return Effect.gen(function* () {
      const { room, sandbox } = yield* open
      // A room of another account.
      const foreign = { ...room, sid: `RM${"f".repeat(32)}` as Sid.RoomSid, uniqueName: "Foreign" }
      yield* Roster.record(created(foreign, room.dateCreated))
      yield* lose(sandbox)
      yield* sandbox.join("Clinic", "Alice")
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(identities(yield* Roster.participants("Clinic")), ["Alice"])
      assert.strictEqual(warnings.length, 1)
      assert.match(String(warnings[0]), /Check that the credentials are of the account/u)
    }).pipe(Effect.provide(Layer.provideMerge(Live.layer(Roster.layer()), logger)))
  })
})

describe("personal data", () => {
  it.effect("can be left out", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      const alice = yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.awaitCallbacks
      yield* TestClock.adjust("31 seconds")
      const roster = yield* Roster.participants("Clinic")
      assert.deepStrictEqual(
        roster.participants.map(({ identity, sid }) => [sid, identity]),
        [[alice.sid, Option.none()]]
      )
    }).pipe(Effect.provide(Live.layer(Roster.layer({ identities: "omitted" }))))
  )

  it.effect("of rooms that ended is dropped after the retention time", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.completeRoom("Clinic")
      yield* sandbox.awaitCallbacks
      yield* TestClock.adjust("1 hour")
      yield* Roster.participants("Clinic")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* Effect.flip(Roster.participants("Clinic")))._tag, "UnknownRoom")
    }).pipe(Effect.provide(Live.layer(Roster.layer())))
  )
})

describe("the rooms", () => {
  /** Whether a roster knows a room that another has a callback of. */
  const isShared = Effect.fnUntraced(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const room = yield* sandbox.openRoom({ uniqueName: "Clinic" })
    const [one, other] = yield* Effect.all([
      Layer.build(Roster.layerCallbacks()),
      Layer.build(Roster.layerCallbacks({ retention: "2 hours" }))
    ])
    yield* Effect.provideContext(Roster.record(created(room, room.dateCreated)), one)
    return yield* Effect.isSuccess(Effect.provideContext(Roster.participants("Clinic"), other))
  })

  it.effect("are in a memory of the roster's own", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* isShared())
    }).pipe(Effect.provide(Sandbox.layer({ rooms: [] })))
  )

  it.effect("are in the store that the roster is provided with", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* isShared())
    }).pipe(Effect.provide(Layer.merge(Sandbox.layer({ rooms: [] }), RosterMemory.layer)))
  )
})

describe("tracks", () => {
  it.effect("of one participant are read on demand", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* open
      const alice = yield* sandbox.join("Clinic", "Alice")
      yield* sandbox.publishTrack("Clinic", "Alice", { kind: "audio", name: "old" })
      yield* sandbox.awaitCallbacks
      yield* lose(sandbox)
      yield* sandbox.unpublishTrack("Clinic", "Alice", "old")
      yield* sandbox.publishTrack("Clinic", "Alice", { kind: "video", name: "cam" })
      yield* TestClock.adjust("1 second")
      const read = Option.getOrThrow(yield* Roster.readTracks("Clinic", alice.sid))
      assert.deepStrictEqual(
        read.tracks.map(({ kind, name }) => [kind, name]),
        [["video", Option.some("cam")]]
      )
      assert.strictEqual(Option.getOrThrow(read.tracksReadAt).epochMilliseconds, Live.start + 1000)
      yield* sandbox.setDeliveryFaults([])
      yield* Participants.disconnect("Clinic", alice.sid)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(yield* Roster.readTracks("Clinic", alice.sid), Option.none())
    }).pipe(Effect.provide(Live.layer(Roster.layerOnDemand())))
  )
})

/**
 * Exporting and importing a sandbox's state, seeding scenarios, and what reset, seed and import clear.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"
import * as Receiver from "./support/Receiver.ts"
import { control, serve } from "./support/Served.ts"

const noon = TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))

/** A sandbox whose state has a value in every member. */
const lived = Effect.gen(function* () {
  yield* noon
  const { call, sandbox } = yield* Calls.start({ assumptions: { identityFilterFindsAnonymized: true } })
  yield* sandbox.openRoom({ uniqueName: "Short", emptyRoomTimeout: 90_000, maxParticipants: 1000 })
  yield* sandbox.join("Short", "Alice")
  yield* TestClock.adjust("1234 millis")
  yield* sandbox.leave("Short", "Alice")
  // A room that was empty and no longer is.
  yield* sandbox.openRoom({ uniqueName: "Again" })
  yield* sandbox.join("Again", "Alice")
  yield* sandbox.leave("Again", "Alice")
  yield* sandbox.join("Again", "Alice")
  yield* sandbox.unpublishTrack("DailyStandup", "Alice", "screen")
  yield* sandbox.enableTrack("DailyStandup", "Bob", "bob-audio")
  yield* call("/v1/Rooms/DailyStandup/Participants/Bob/Anonymize", { method: "POST" })
  yield* call("/v1/Rooms/DailyStandup/Participants/Alice/SubscribeRules", {
    body: `Rules=${encodeURIComponent('[{"type":"include","kind":"audio","priority":"x"},{"type":"exclude","track":"é"}]')}`
  })
  yield* call("/v1/Rooms", { body: "StatusCallback=https%3A%2F%2Fexample.com&VideoCodecs=H264&LargeRoom=true" })
  return { call, sandbox }
})

const everything = ["/v1/Rooms", "/v1/Rooms?Status=completed"]

/** Everything that Twilio's API shows, for each room. */
const shown = (call: Effect.Success<ReturnType<typeof Calls.start>>["call"]) =>
  Effect.gen(function* () {
    const lists = yield* Effect.forEach(everything, (path) => call(path))
    const rooms = lists.flatMap((list) => list.body.rooms)
    const bodies: Array<unknown> = [rooms]
    for (const { sid } of rooms) {
      for (const status of ["connected", "reconnecting", "disconnected"]) {
        const { body } = yield* call(`/v1/Rooms/${sid}/Participants?Status=${status}`)
        bodies.push(body)
        for (const participant of body.participants) {
          for (const part of ["PublishedTracks", "SubscribedTracks", "SubscribeRules"]) {
            bodies.push((yield* call(`/v1/Rooms/${sid}/Participants/${participant.sid}/${part}`)).body)
          }
        }
      }
    }
    return bodies
  })

describe("a state", () => {
  it.effect("imported into another sandbox as JSON makes both behave the same", () =>
    Effect.gen(function* () {
      const one = yield* lived
      const json = JSON.stringify(yield* one.sandbox.exportState)
      const other = yield* Calls.start({ rooms: [], assumptions: { identityFilterFindsAnonymized: true } })
      yield* other.sandbox.importState(JSON.parse(json))
      assert.deepStrictEqual(yield* other.sandbox.exportState, JSON.parse(json))
      assert.deepStrictEqual(yield* shown(other.call), yield* shown(one.call))
      assert.strictEqual((yield* other.call("/v1/Rooms/Retro")).status, 404)
      // Timeouts apply in both: the short room's empty timeout, then the participants' longest stay.
      for (const wait of [
        "88 seconds",
        "1 second",
        "1 second",
        "5 minutes",
        "3 hours",
        "1 hour",
        "20 hours"
      ] as const) {
        yield* TestClock.adjust(wait)
        assert.deepStrictEqual(yield* other.sandbox.exportState, yield* one.sandbox.exportState, wait)
        assert.deepStrictEqual(yield* shown(other.call), yield* shown(one.call), wait)
      }
      assert.deepStrictEqual((yield* one.call("/v1/Rooms")).body.rooms, [])
    })
  )

  it.effect("imported again undoes later changes, and new SIDs differ from its own", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* lived
      const before = yield* sandbox.exportState
      const sids = new Set(before.rooms.flatMap((room) => [room.sid, ...room.participants.map(({ sid }) => sid)]))
      const zoe = yield* sandbox.join("DailyStandup", "Zoe")
      yield* call("/v1/Rooms/Webinar", { body: "Status=completed" })
      yield* sandbox.importState(before)
      assert.deepStrictEqual(yield* sandbox.exportState, before)
      const again = yield* sandbox.join("DailyStandup", "Zoe")
      assert.isFalse(sids.has(again.sid))
      const fresh = yield* Sandbox.make({ rooms: [] })
      yield* fresh.importState(before)
      assert.strictEqual((yield* fresh.join("DailyStandup", "Zoe")).sid, zoe.sid)
    })
  )

  it.effect("imported later has all of its times moved by the time since the export", () =>
    Effect.gen(function* () {
      const one = yield* lived
      const state = yield* one.sandbox.exportState
      const before = yield* shown(one.call)
      yield* TestClock.adjust("1 day")
      const other = yield* Calls.start({ rooms: [], assumptions: { identityFilterFindsAnonymized: true } })
      yield* other.sandbox.importState(state)
      const moved = (value: unknown, by: number): unknown =>
        JSON.parse(JSON.stringify(value), (_, item: unknown) =>
          typeof item === "string" && /^\d{4}-\d\d-\d\dT/u.test(item)
            ? new Date(Date.parse(item) + by).toISOString().replace(item.includes(".") ? "" : ".000", "")
            : item
        )
      const day = 24 * 60 * 60_000
      assert.deepStrictEqual(yield* other.sandbox.exportState, moved(state, day))
      assert.deepStrictEqual(yield* shown(other.call), moved(before, day))
      // Also under a test's clock, which begins in 1970.
      yield* TestClock.setTime(0)
      const third = yield* Calls.start({ rooms: [], assumptions: { identityFilterFindsAnonymized: true } })
      yield* third.sandbox.importState(JSON.parse(JSON.stringify(state)))
      const back = -Date.parse(state.exportedAt ?? "")
      assert.deepStrictEqual(yield* third.sandbox.exportState, moved(state, back))
      yield* TestClock.adjust("5 seconds")
      const standup = (yield* third.call("/v1/Rooms/DailyStandup", { body: "Status=completed" })).body
      assert.strictEqual(standup.duration, 15 * 60 + 1 + 5)
      const rooms = state.rooms.map((room) => ({ ...room, created: "-271821-04-20T00:00:00.000Z" }))
      const refused = yield* Effect.flip(third.sandbox.importState({ ...state, rooms }))
      assert.include(refused.message, "rooms[0] was created before the earliest possible date.")
    })
  )

  it.effect('imported with times "keep" keeps its times, and timeouts since the export have applied', () =>
    Effect.gen(function* () {
      const { sandbox } = yield* lived
      const state = yield* sandbox.exportState
      yield* TestClock.adjust("2 minutes")
      const over = [["2026-03-01T12:01:31Z", 91]]
      const ended = (other: Effect.Success<ReturnType<typeof Calls.start>>) =>
        Effect.map(other.call("/v1/Rooms?Status=completed&UniqueName=Short"), ({ body }) =>
          body.rooms.map((room: { end_time: string; duration: number }) => [room.end_time, room.duration])
        )
      const other = yield* Calls.start({ rooms: [] })
      yield* other.sandbox.importState(state, { times: "keep" })
      assert.deepStrictEqual(yield* ended(other), over)
      const put = { method: "PUT", body: JSON.stringify(state) }
      const third = yield* Calls.start({ rooms: [] })
      assert.strictEqual((yield* third.call("/sandbox/state?times=keep", put)).status, 200)
      assert.deepStrictEqual(yield* ended(third), over)
      assert.strictEqual((yield* third.call("/sandbox/state?times=move", put)).status, 200)
      assert.deepStrictEqual(yield* ended(third), [])
      for (const query of ["times=stop", "time=keep"]) {
        const refused = yield* third.call(`/sandbox/state?${query}`, put)
        assert.deepStrictEqual([refused.status, refused.body.problem], [400, "invalid-request"], query)
      }
      // Before the time of the export, kept times would be in the future.
      yield* TestClock.setTime(Date.parse(state.exportedAt ?? "") - 1)
      const fourth = yield* Calls.start({ rooms: [] })
      const error = yield* Effect.flip(fourth.sandbox.importState(state, { times: "keep" }))
      assert.deepStrictEqual(
        [error.problem, error.message],
        ["invalid-state", 'The state is invalid. It was exported later than now. Import it without times "keep".']
      )
    })
  )

  it.effect("without exportedAt counts as exported at its latest time", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* lived
      yield* TestClock.adjust("1 minute")
      const { exportedAt: _, ...state } = yield* sandbox.exportState
      yield* sandbox.importState(state)
      const [, , standup] = (yield* sandbox.exportState).rooms
      // Opened 15 minutes before noon; the latest time is that of the rules, 1.234 seconds after noon.
      assert.strictEqual(standup?.created, "2026-03-01T11:46:00.000Z")
      yield* sandbox.importState({ version: 1, sids: 7, rooms: [] })
      assert.deepStrictEqual(yield* sandbox.exportState, {
        version: 1,
        exportedAt: "2026-03-01T12:01:01.234Z",
        sids: 7,
        rooms: []
      })
    })
  )

  it.effect("can be exported and imported over HTTP", () =>
    Effect.gen(function* () {
      const one = yield* lived
      const other = yield* Calls.start({ rooms: [] })
      const headers = { authorization: "" }
      const state = yield* one.call("/sandbox/state", { headers })
      const put = yield* other.call("/sandbox/state", { method: "PUT", body: JSON.stringify(state.body), headers })
      assert.deepStrictEqual([put.status, put.body], [200, state.body])
      assert.deepStrictEqual(yield* other.sandbox.exportState, yield* one.sandbox.exportState)
    })
  )

  it.effect("that is invalid is refused with its place and changes nothing", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* lived
      const good = yield* sandbox.exportState
      const other = yield* Sandbox.make()
      const before = yield* other.exportState
      const [retro, webinar, standup] = [0, 1, 2]
      // Invalid states have no type.
      // oxlint-disable-next-line typescript/no-explicit-any
      const changed = (change: (rooms: Array<any>) => void): unknown => {
        const copy = structuredClone(good) as unknown as { rooms: Array<unknown> }
        change(copy.rooms)
        return copy
      }
      // oxlint-disable-next-line typescript/no-explicit-any
      const person = (change: (people: Array<any>) => void) => changed((rooms) => change(rooms[standup].participants))
      // oxlint-disable-next-line typescript/no-explicit-any
      const track = (change: (tracks: Array<any>) => void) => changed((rooms) => change(rooms[standup].tracks))
      const early = "2026-03-01T11:00:00.000Z"
      const dana = good.rooms[standup]?.participants[3]?.sid
      assert.deepStrictEqual(
        [retro, webinar, standup].map((index) => good.rooms[index]?.uniqueName),
        ["Retro", "Webinar", "DailyStandup"]
      )
      const long = "x".repeat(1000)
      const states: ReadonlyArray<readonly [says: string, state: unknown]> = [
        ["Expected object", undefined],
        ["Expected object", "state"],
        ['at ["version"]', { ...good, version: 2 }],
        ['at ["rooms"]', { version: 1, sids: 0 }],
        ['at ["sids"]', { version: 1, rooms: [] }],
        ['at ["exportedAt"]', { ...good, exportedAt: "yesterday" }],
        ['at ["rooms"][1]["sid"]', changed((rooms) => (rooms[webinar].sid = "RM1"))],
        ['at ["rooms"][1]["created"]', changed((rooms) => (rooms[webinar].created = "2026-13-01T12:00:00.000Z"))],
        ['at ["rooms"][1]["created"]', changed((rooms) => (rooms[webinar].created = "2026-02-31T12:00:00.000Z"))],
        ['at ["rooms"][1]["created"]', changed((rooms) => (rooms[webinar].created = "2026-02-28T12:00:00Z"))],
        ['at ["rooms"][2]["settings"]', changed((rooms) => delete rooms[standup].settings)],
        ['at ["rooms"][2]["tracks"][0]["kind"]', changed((rooms) => (rooms[standup].tracks[0].kind = "smell"))],
        ["out of order", { ...good, exportedAt: "2026-03-01T12:00:01.233Z" }],
        ["rooms[6] contains a SID that isn't unique", changed((rooms) => rooms.push(rooms[webinar]))],
        ["rooms[2] has the unique name", changed((rooms) => (rooms[webinar].uniqueName = "DailyStandup"))],
        ["rooms[1] has an invalid uniqueName: too-long", changed((rooms) => (rooms[webinar].uniqueName = long))],
        ["rooms[0] has times out of order", changed((rooms) => (rooms[retro].ended = "2026-02-28T11:00:00.000Z"))],
        ["rooms[2] is completed but has", changed((rooms) => (rooms[standup].ended = rooms[standup].updated))],
        ["rooms[2] has an emptySince", changed((rooms) => (rooms[standup].emptySince = rooms[standup].created))],
        ["rooms[3] has an emptySince", changed((rooms) => (rooms[3].emptySince = null))],
        ["rooms[2] has more participants", changed((rooms) => (rooms[standup].settings.maxParticipants = 3))],
        ["rooms[1] has an unknown room type", changed((rooms) => (rooms[webinar].settings.type = "hall"))],
        ["rooms[1] has an unknown mediaRegion", changed((rooms) => (rooms[webinar].settings.mediaRegion = "mars"))],
        ["rooms[1] has an unknown video codec", changed((rooms) => (rooms[webinar].settings.videoCodecs = ["VP9"]))],
        ["rooms[1] has a statusCallback", changed((rooms) => (rooms[webinar].settings.statusCallback = "file:///x"))],
        ["rooms[2].participants[2] has the same identity", person((people) => (people[0].identity = "Carl"))],
        ["rooms[2].participants[0] has an invalid identity: too-long", person(([alice]) => (alice.identity = long))],
        ["rooms[2].participants[0] has an erasedIdentity", person(([alice]) => (alice.erasedIdentity = "Alicia"))],
        ["rooms[2].participants[1] has an erasedIdentity", person(([, bob]) => (bob.erasedIdentity = long))],
        ["rooms[2].participants[0] must have an ended time", person(([alice]) => (alice.ended = alice.updated))],
        ["rooms[2].participants[3] must have an ended time", person(([, , , dana]) => (dana.ended = null))],
        ["rooms[2].participants[3] has times out of order", person(([, , , dana]) => (dana.ended = early))],
        ["rooms[2].participants[0] has times out of order", person(([alice]) => (alice.created = early))],
        [
          "rooms[2].participants[1] has times out of order",
          person((people) => people.splice(0, 2, people[1], people[0]))
        ],
        ["rooms[2].participants[0] has times out of order", person(([alice]) => (alice.updated = early))],
        ["rooms[2].participants[0] has times out of order", person(([alice]) => (alice.rulesCreated = early))],
        ["rooms[2].participants[0] has one of rulesCreated", person(([alice]) => (alice.rulesCreated = null))],
        [
          "rooms[2].participants[0] has invalid subscribe rules",
          person(([alice]) => (alice.rules = [{ type: "maybe", all: true }]))
        ],
        ["rooms[2].participants[0] has invalid subscribe rules", person(([alice]) => (alice.rules = []))],
        [
          "rooms[2].tracks[0] is published by a participant who isn't in the room",
          track(([one]) => (one.participantSid = `PA${"0".repeat(32)}`))
        ],
        [
          "rooms[2].tracks[0] is published by a participant who has left",
          track(([one]) => (one.participantSid = dana))
        ],
        ["rooms[2].tracks[0] has the name of another", track(([one]) => (one.name = "alice-cam"))],
        ["rooms[2].tracks[0] has an invalid name: too-long", track(([one]) => (one.name = long))],
        ["rooms[2].tracks[0] has times out of order", track(([one]) => (one.created = early))],
        ["rooms[2].tracks[0] has times out of order", track(([one]) => (one.unpublished = early))],
        ["rooms[2].tracks[0] has times out of order", track(([one]) => (one.updated = early))],
        ["rooms[2].tracks[2] has times out of order", track((tracks) => tracks.splice(1, 0, tracks.pop()))]
      ]
      const names = good.rooms.flatMap((room) => [
        room.uniqueName ?? long,
        ...room.participants.map((participant) => participant.identity)
      ])
      for (const [says, state] of states) {
        const error = yield* Effect.flip(other.importState(state))
        assert.strictEqual(error.problem, "invalid-state", says)
        assert.include(error.message, says)
        for (const name of [long, ...names]) assert.notInclude(error.message, name)
        assert.deepStrictEqual(yield* other.exportState, before, says)
      }
      yield* other.importState(good satisfies SandboxState.SandboxState)
    })
  )

  it.effect("with 2 ** 52 issued SIDs is imported without drawing each of them", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [] })
      yield* sandbox.importState({ version: 1, sids: 2 ** 52, rooms: [] })
      const room = yield* sandbox.openRoom()
      const state = yield* sandbox.exportState
      assert.deepStrictEqual([state.sids, state.rooms[0]?.sid], [2 ** 52 + 1, room.sid])
      yield* sandbox.importState(state)
      assert.deepStrictEqual(yield* sandbox.exportState, state)
    })
  )

  it.effect("has no end before its beginning if the clock is set back", () =>
    Effect.gen(function* () {
      yield* noon
      const { call, sandbox } = yield* Calls.start({ rooms: [{ uniqueName: "Room" }] })
      const { roomSid, sid } = yield* sandbox.join("Room", "Alice")
      yield* TestClock.adjust("-1 hours")
      yield* sandbox.leave("Room", "Alice")
      yield* sandbox.completeRoom("Room")
      const alice = (yield* call(`/v1/Rooms/${roomSid}/Participants/${sid}`)).body
      const room = (yield* call(`/v1/Rooms/${roomSid}`)).body
      assert.deepStrictEqual([alice.duration, room.duration, room.end_time], [0, 0, "2026-03-01T12:00:00Z"])
      const state = yield* sandbox.exportState
      yield* sandbox.importState(state)
      assert.deepStrictEqual((yield* call(`/v1/Rooms/${roomSid}`)).body.end_time, "2026-03-01T11:00:00Z")
    })
  )
})

describe("a scenario", () => {
  const scenario = {
    rooms: [
      {
        uniqueName: "Clinic",
        maxParticipants: 2,
        participants: [
          {
            identity: "doctor",
            joinedAgo: "20 minutes",
            rules: [{ type: "include", publisher: "patient", track: null }],
            tracks: [{ kind: "audio" }, { kind: "video", name: "cam", enabled: false, publishedAgo: 60_000 }]
          },
          { identity: "patient", automaticSubscription: false }
        ]
      }
    ]
  }

  it.effect("read from JSON replaces the rooms when seeded, and a reset returns to the sandbox's own", () =>
    Effect.gen(function* () {
      yield* noon
      const sandbox = yield* Sandbox.make()
      const own = yield* sandbox.exportState
      const read = yield* Schema.decodeEffect(Schema.fromJsonString(Scenario.ScenarioJson))(JSON.stringify(scenario))
      yield* sandbox.seed(read)
      const state = yield* sandbox.exportState
      assert.deepStrictEqual(
        state.rooms.map((room) => [room.uniqueName, room.created, room.settings.maxParticipants]),
        [["Clinic", "2026-03-01T11:40:00.000Z", 2]]
      )
      const [room] = state.rooms
      assert.deepStrictEqual(
        room?.participants.map((participant) => [participant.identity, participant.rules]),
        [
          ["doctor", [SubscribeRule.include({ publisher: "patient" })]],
          ["patient", [SubscribeRule.exclude({ all: true })]]
        ]
      )
      assert.deepStrictEqual(
        room?.tracks.map((track) => [track.kind, track.enabled, track.created]),
        [
          ["audio", true, "2026-03-01T11:40:00.000Z"],
          ["video", false, "2026-03-01T11:59:00.000Z"]
        ]
      )
      yield* sandbox.leave("Clinic", "patient")
      yield* sandbox.seed(read)
      assert.deepStrictEqual(yield* sandbox.exportState, state)
      yield* sandbox.reset
      assert.deepStrictEqual(yield* sandbox.exportState, own)
    })
  )

  it.effect("can be seeded over HTTP", () =>
    Effect.gen(function* () {
      yield* noon
      const { call, sandbox } = yield* Calls.start()
      const reply = yield* call("/sandbox/seed", { body: JSON.stringify(scenario), headers: { authorization: "" } })
      assert.deepStrictEqual([reply.status, reply.body], [200, yield* sandbox.exportState])
      assert.deepStrictEqual(
        (yield* call("/v1/Rooms")).body.rooms.map((room: { unique_name: string }) => room.unique_name),
        ["Clinic"]
      )
    })
  )

  it.effect("that is invalid is refused with its place and changes nothing", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const before = yield* sandbox.exportState
      const person = { identity: "A" }
      const audio = { kind: "audio" } as const
      const room = (room: Scenario.ScenarioRoom): Scenario.Scenario => ({ rooms: [room] })
      const people = (...participants: ReadonlyArray<Scenario.ScenarioParticipant>) => room({ participants })
      const where = "rooms[0].participants[0]"
      const scenarios: ReadonlyArray<readonly [problem: string, where: string, scenario: Scenario.Scenario]> = [
        ["room-exists", "rooms[1]", { rooms: [{ uniqueName: "A" }, { uniqueName: "A" }] }],
        ["invalid-settings", "rooms[0]", room({ maxParticipants: 0 })],
        [
          "room-full",
          "rooms[0].participants[1]",
          room({ maxParticipants: 1, participants: [person, { identity: "B" }] })
        ],
        ["identity-too-long", where, people({ identity: "x".repeat(129) })],
        ["invalid-scenario", where, people({ ...person, rules: [] })],
        ["not-connected", where, people({ ...person, joinedAgo: "5 hours", leftAgo: "5 minutes" })],
        ["invalid-scenario", "rooms[0]", room({ completedAgo: "1 second" })],
        ["invalid-scenario", "rooms[0]", room({ openedAgo: "1 minute", completedAgo: "2 minutes" })],
        [
          "invalid-scenario",
          where,
          room({ openedAgo: "1 minute", participants: [{ ...person, joinedAgo: "1 hour" }] })
        ],
        ["invalid-scenario", where, room({ openedAgo: "1 hour", completedAgo: "1 minute", participants: [person] })],
        ["invalid-scenario", where, people({ ...person, leftAgo: "1 second" })],
        ["invalid-scenario", `${where}.tracks[0]`, people({ ...person, tracks: [{ ...audio, publishedAgo: 1 }] })],
        [
          "invalid-scenario",
          `${where}.tracks[0]`,
          people({ ...person, joinedAgo: 9, leftAgo: 5, tracks: [{ ...audio, publishedAgo: 4 }] })
        ]
      ]
      for (const [problem, where, scenario] of scenarios) {
        const error = yield* Effect.flip(sandbox.seed(scenario))
        assert.strictEqual(error.problem, problem)
        assert.include(error.message, `Found at ${where} of the scenario.`)
        assert.deepStrictEqual(yield* sandbox.exportState, before)
      }
    })
  )

  it.effect("with a negative time, or one longer ago than 3,650 days, is refused", () =>
    Effect.gen(function* () {
      yield* noon
      const { call, sandbox } = yield* Calls.start()
      const before = yield* sandbox.exportState
      const said =
        "The scenario is invalid. openedAgo must be a duration from 0 to 3650 days. Found at rooms[0] of the scenario."
      for (const openedAgo of ["Infinity", "-Infinity", 1e300, -1, "-5 minutes", "3650.1 days"] as const) {
        const body = JSON.stringify({ rooms: [{ openedAgo }] })
        const refused = yield* call("/sandbox/seed", { body })
        assert.deepStrictEqual([refused.status, refused.body.message], [400, said], String(openedAgo))
        for (const path of ["/v1/Rooms", "/v1/Rooms?Status=completed"]) {
          assert.strictEqual((yield* call(path)).status, 200, path)
        }
        assert.deepStrictEqual(yield* sandbox.exportState, before)
      }
      for (const openedAgo of ["soon" as "1 day", { days: 3651 }]) {
        assert.strictEqual((yield* Effect.flip(sandbox.seed({ rooms: [{ openedAgo }] }))).message, said)
      }
      yield* sandbox.seed({ rooms: [{ openedAgo: "3650 days" }, { openedAgo: 0.6 }] })
      assert.deepStrictEqual(
        (yield* sandbox.exportState).rooms.map((room) => room.created),
        ["2016-03-03T12:00:00.000Z", "2026-03-01T11:59:59.999Z"]
      )
    })
  )

  it.effect("with an unknown member is refused, like the bodies of other controls", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start()
      const before = yield* sandbox.exportState
      const rule = { type: "include", all: true, kinds: "audio" }
      const seed = (room: object) => ["/sandbox/seed", { rooms: [room] }, "invalid-scenario"] as const
      const seedPerson = (person: object) => seed({ participants: [{ identity: "Zoe", ...person }] })
      const zoe = '["rooms"][0]["participants"][0]'
      const people = "/sandbox/rooms/DailyStandup/participants"
      const controls = [
        [...seed({ UniqueName: "Secret" }), '["rooms"][0]["UniqueName"]'],
        [...seedPerson({ joinAgo: 7 }), `${zoe}["joinAgo"]`],
        [...seedPerson({ tracks: [{ kind: "audio", muted: true }] }), `${zoe}["tracks"][0]["muted"]`],
        [...seedPerson({ rules: [rule] }), `${zoe}["rules"][0]["kinds"]`],
        ["/sandbox/rooms", { UniqueName: "Secret" }, "invalid-request", '["UniqueName"]'],
        [people, { participant: "Zoe" }, "invalid-request", '["participant"]'],
        ["/sandbox/participants", { token: "Zoe", room: "Secret" }, "invalid-request", '["room"]'],
        [`${people}/Alice/tracks`, { kind: "audio", Name: "Secret" }, "invalid-request", '["Name"]']
      ] as const
      for (const [path, body, problem, where] of controls) {
        const refused = yield* call(path, { body: JSON.stringify(body) })
        assert.deepStrictEqual([refused.status, refused.body.problem], [400, problem], where)
        assert.include(refused.body.message, `Expected no excess property at ${where}.`)
        assert.notMatch(refused.body.message, /Secret|Zoe/u)
        assert.deepStrictEqual(yield* sandbox.exportState, before)
      }
      const read = Schema.decodeEffect(Scenario.ScenarioJson)({ rooms: [{ UniqueName: "Secret" }] })
      assert.include((yield* Effect.flip(read)).message, '["UniqueName"]')
    })
  )

  it.effect("of 1,001 rooms keeps their order", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 1001 }, (_, index) => `room ${index}`)
      const listed = yield* Rooms.Rooms.use((rooms) => rooms.list({ pageSize: 1000 })).pipe(
        Effect.provide(Sandbox.layer({ rooms: names.map((uniqueName) => ({ uniqueName })) }))
      )
      assert.deepStrictEqual(
        listed.items.map((room) => room.uniqueName),
        names.toReversed().slice(0, 1000)
      )
    })
  )
})

describe("rooms added to a running sandbox", () => {
  const url = "http://localhost/callbacks"
  const own = { rooms: [{ uniqueName: "Own", statusCallback: url, participants: [{ identity: "Alice" }] }] }
  const party: Scenario.ScenarioRoom = {
    uniqueName: "Party",
    statusCallback: url,
    emptyRoomTimeout: "2 minutes",
    participants: [{ identity: "Bob", joinedAgo: "10 minutes", leftAgo: "1 minute", tracks: [{ kind: "audio" }] }]
  }

  for (const way of ["in process", "over HTTP"]) {
    it.effect(`${way} keep everything else, and have timeouts and new SIDs that follow from the seed`, () =>
      Effect.gen(function* () {
        yield* noon
        const receiver = Receiver.make()
        const answer = Receiver.hold(receiver)
        const rule = { fault: { type: "status", status: 500 }, times: 1 } as const
        const { call, sandbox } = yield* Calls.start({
          ...own,
          faults: [rule],
          callbacks: { handler: receiver.handler }
        })
        yield* call("/v1/Rooms/Own")
        yield* sandbox.leave("Own", "Alice")
        yield* receiver.came(1)
        const before = yield* sandbox.exportState
        const logs = [yield* sandbox.requests, yield* sandbox.callbacks, yield* sandbox.faults]
        const scenario: Scenario.Scenario = { rooms: [party, { openedAgo: "1 hour", completedAgo: "58 minutes" }] }
        if (way === "in process") yield* sandbox.addRooms(scenario)
        else {
          const reply = yield* call("/sandbox/add-rooms", { body: JSON.stringify(scenario) })
          assert.deepStrictEqual([reply.status, reply.body], [200, yield* sandbox.exportState])
        }
        const after = yield* sandbox.exportState
        assert.deepStrictEqual(after.rooms[0], before.rooms[0])
        assert.deepStrictEqual([yield* sandbox.requests, yield* sandbox.callbacks, yield* sandbox.faults], logs)
        // The rooms are in order of opening. Before, there were a room and a participant.
        assert.deepStrictEqual(
          after.rooms.map(({ created, ended, uniqueName }) => [uniqueName, created, ended]),
          [
            ["Own", "2026-03-01T12:00:00.000Z", null],
            [null, "2026-03-01T11:00:00.000Z", "2026-03-01T11:02:00.000Z"],
            ["Party", "2026-03-01T11:50:00.000Z", null]
          ]
        )
        const other = yield* Sandbox.make({ rooms: [] })
        yield* other.importState({ ...before, rooms: [] })
        const next = yield* Effect.forEach([1, 2], () => other.openRoom())
        assert.deepStrictEqual(
          after.rooms.slice(1).map(({ sid }) => sid),
          next.map(({ sid }) => sid)
        )
        assert.deepStrictEqual([before.sids, after.sids], [2, 6])
        answer(204)
        yield* sandbox.awaitCallbacks
        yield* TestClock.adjust("1 minute")
        yield* receiver.came(2)
        assert.deepStrictEqual(
          receiver.received.map(({ RoomName, StatusCallbackEvent }) => [RoomName, StatusCallbackEvent]),
          [
            ["Own", "participant-disconnected"],
            ["Party", "room-ended"]
          ]
        )
      })
    )
  }

  it.effect("are refused with the name of a room in progress or if they're invalid, and nothing changes", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start(own)
      yield* call("/v1/Rooms/Own")
      const state = yield* sandbox.exportState
      const requests = yield* sandbox.requests
      const refusals: ReadonlyArray<readonly [number, string, Scenario.ScenarioRoom]> = [
        [409, "room-exists", { uniqueName: "Own" }],
        [409, "room-exists", { uniqueName: "Own", openedAgo: "1 hour", completedAgo: "30 minutes" }],
        [409, "room-exists", { uniqueName: "Party" }],
        [400, "identity-too-long", { participants: [{ identity: "x".repeat(129) }] }],
        [400, "invalid-scenario", { completedAgo: 1 }]
      ]
      for (const [status, problem, room] of refusals) {
        const scenario = { rooms: [party, room] }
        const error = yield* Effect.flip(sandbox.addRooms(scenario))
        assert.strictEqual(error.problem, problem)
        assert.match(error.message, /Found at rooms\[1\](\.participants\[0\])? of the scenario\.$/u)
        const refused = yield* call("/sandbox/add-rooms", { body: JSON.stringify(scenario) })
        assert.deepStrictEqual([refused.status, refused.body.problem], [status, problem])
        assert.deepStrictEqual([yield* sandbox.exportState, yield* sandbox.requests], [state, requests])
      }
      yield* sandbox.completeRoom("Own")
      yield* sandbox.addRooms({ rooms: [{ uniqueName: "Own" }] })
      const names = (yield* sandbox.exportState).rooms.map(({ uniqueName }) => uniqueName)
      assert.deepStrictEqual(names, ["Own", "Own"])
    })
  )

  it.live("are in a new snapshot for the console", () =>
    Effect.gen(function* () {
      const baseUrl = yield* SandboxServer.baseUrl
      const response = yield* Effect.promise(() => fetch(`${baseUrl}/sandbox/events`))
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      /** Reads until the text has arrived. */
      const readUntil = (wanted: string) =>
        Effect.promise(async () => {
          for (let text = ""; !text.includes(wanted);) text += (await reader?.read())?.value
        })
      yield* readUntil('"type":"snapshot"')
      yield* control("POST", "/sandbox/add-rooms", { rooms: [party] })
      yield* readUntil('"uniqueName":"Party"')
      yield* Effect.promise(async () => reader?.cancel())
    }).pipe(Effect.provide(serve({ rooms: [] })))
  )

  it.effect("are gone after a reset", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* Calls.start(own)
      const state = yield* sandbox.exportState
      yield* sandbox.addRooms({ rooms: [party] })
      yield* sandbox.reset
      assert.deepStrictEqual(yield* sandbox.exportState, state)
    })
  )
})

describe("a reset, seed or import", () => {
  const quota = { reads: 2, writes: 2 }
  const beginnings = ["reset", "seed", "import", "/sandbox/reset", "/sandbox/seed", "/sandbox/state"] as const
  for (const name of beginnings) {
    it.effect(`by ${name} clears the logs, the quota and the fault counts`, () =>
      Effect.gen(function* () {
        yield* noon
        const receiver = Receiver.make()
        const answer = Receiver.hold(receiver)
        const rule = { operations: ["FetchRoom"], times: 1, fault: { type: "status", status: 500 } } as const
        const { call, sandbox } = yield* Calls.start({
          quota,
          faults: [rule],
          rooms: [{ uniqueName: "Own", statusCallback: "http://localhost/callbacks" }],
          callbacks: { handler: receiver.handler }
        })
        const state = yield* sandbox.exportState
        const scenario = { rooms: [{ uniqueName: "Other", statusCallback: "http://localhost/callbacks" }] }
        const begin = {
          reset: sandbox.reset,
          seed: sandbox.seed(scenario),
          import: sandbox.importState(state),
          "/sandbox/reset": call("/sandbox/reset", { method: "POST" }),
          "/sandbox/seed": call("/sandbox/seed", { body: JSON.stringify(scenario) }),
          "/sandbox/state": call("/sandbox/state", { method: "PUT", body: JSON.stringify(state) })
        }[name]
        const uses = Effect.forEach([500, 200, 429], () => Effect.map(call("/v1/Rooms/Own"), ({ status }) => status))
        assert.deepStrictEqual(yield* uses, [500, 200, 429])
        yield* sandbox.join("Own", "Alice")
        yield* sandbox.leave("Own", "Alice")
        // The first is in progress, and the second waits for it.
        yield* receiver.came(1)
        assert.strictEqual((yield* sandbox.callbacks).length, 2)
        yield* begin
        assert.deepStrictEqual([yield* sandbox.requests, yield* sandbox.callbacks], [[], []])
        assert.deepStrictEqual([...new Set(Object.values(yield* sandbox.callbackCounts))], [0])
        assert.deepStrictEqual(yield* sandbox.faults, [{ rule, triggered: 0 }])
        answer(204)
        yield* sandbox.awaitCallbacks
        assert.strictEqual(receiver.requests.length, 1)
        assert.deepStrictEqual(yield* sandbox.callbacks, [])
        const found = name.includes("seed") ? 404 : 200
        assert.deepStrictEqual(yield* uses, [500, found, 429])
      })
    )
  }

  it.effect("that is refused keeps the logs and the callbacks", () =>
    Effect.gen(function* () {
      yield* noon
      const receiver = Receiver.make()
      const answer = Receiver.hold(receiver)
      const { call, sandbox } = yield* Calls.start({
        rooms: [{ uniqueName: "Own", statusCallback: "http://localhost/callbacks" }],
        callbacks: { handler: receiver.handler }
      })
      yield* call("/v1/Rooms/Own")
      yield* sandbox.join("Own", "Alice")
      yield* receiver.came(1)
      yield* Effect.flip(sandbox.seed({ rooms: [{ uniqueName: "" }] }))
      yield* Effect.flip(sandbox.importState({}))
      assert.strictEqual((yield* sandbox.requests).length, 1)
      answer(204)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map(({ deliveryStatus }) => deliveryStatus),
        ["delivered"]
      )
    })
  )
})

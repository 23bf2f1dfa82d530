/**
 * A sandbox's state taken out, put back, and put into another; and scenarios as JSON. Holds no other control.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const noon = TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))

/** A sandbox to which everything has happened that a state can tell of. */
const lived = Effect.gen(function* () {
  yield* noon
  const { call, sandbox } = yield* Calls.start({ assumptions: { identityFilterFindsAnonymized: true } })
  yield* sandbox.openRoom({ uniqueName: "Short", emptyRoomTimeout: 90_000, maxParticipants: 1000 })
  yield* sandbox.join("Short", "Alice")
  yield* TestClock.adjust("1234 millis")
  yield* sandbox.leave("Short", "Alice")
  // A room that was empty and is not any more.
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

/** Everything that Twilio's API shows, room by room. */
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
  it.effect("goes into another sandbox as JSON, and both are the same from then on", () =>
    Effect.gen(function* () {
      const one = yield* lived
      const json = JSON.stringify(yield* one.sandbox.exportState)
      const other = yield* Calls.start({ rooms: [], assumptions: { identityFilterFindsAnonymized: true } })
      yield* other.sandbox.importState(JSON.parse(json))
      assert.deepStrictEqual(yield* other.sandbox.exportState, JSON.parse(json))
      assert.deepStrictEqual(yield* shown(other.call), yield* shown(one.call))
      assert.strictEqual((yield* other.call("/v1/Rooms/Retro")).status, 404)
      // What is to become due becomes due in both: the short room's empty timeout, and then the participants' time.
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

  it.effect("put back undoes what happened since; new SIDs are new", () =>
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

  it.effect("that is old is brought up to now: what became due since then has happened at its time", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* lived
      const state = yield* sandbox.exportState
      yield* TestClock.adjust("2 minutes")
      const other = yield* Calls.start({ rooms: [] })
      yield* other.sandbox.importState(state)
      const [room] = (yield* other.call("/v1/Rooms?Status=completed&UniqueName=Short")).body.rooms
      assert.deepStrictEqual([room.end_time, room.duration], ["2026-03-01T12:01:31Z", 91])
    })
  )

  it.effect("goes in and out over HTTP, too", () =>
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

  it.effect("that cannot be is refused, and nothing changes", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* lived
      const good = yield* sandbox.exportState
      const other = yield* Sandbox.make()
      const before = yield* other.exportState
      // The rooms, by name; in the order of opening.
      const [retro, webinar, standup] = [0, 1, 2]
      // What is broken has no type.
      // oxlint-disable-next-line typescript/no-explicit-any
      const changed = (change: (rooms: Array<any>) => void): unknown => {
        const copy = structuredClone(good) as unknown as { rooms: Array<unknown> }
        change(copy.rooms)
        return copy
      }
      assert.deepStrictEqual(
        [retro, webinar, standup].map((index) => good.rooms[index]?.uniqueName),
        ["Retro", "Webinar", "DailyStandup"]
      )
      const states: ReadonlyArray<readonly [what: string, state: unknown]> = [
        ["nothing", undefined],
        ["text", "state"],
        ["another version", { ...good, version: 2 }],
        ["no rooms", { version: 1, sids: 0 }],
        ["no count of SIDs", { version: 1, rooms: [] }],
        ["a SID that is none", changed((rooms) => (rooms[webinar].sid = "RM1"))],
        ["a time that is none", changed((rooms) => (rooms[webinar].created = "2026-13-01T12:00:00.000Z"))],
        ["a room twice", changed((rooms) => rooms.push(rooms[webinar]))],
        ["a name twice", changed((rooms) => (rooms[webinar].uniqueName = "DailyStandup"))],
        ["an identity twice", changed((rooms) => (rooms[standup].participants[0].identity = "Carl"))],
        ["people in a completed room", changed((rooms) => (rooms[standup].ended = "2026-03-01T12:00:00.000Z"))],
        ["connected with an end", changed((rooms) => (rooms[standup].participants[0].ended = rooms[standup].created))],
        ["disconnected without one", changed((rooms) => (rooms[retro].participants[0].ended = null))],
        ["a track of nobody", changed((rooms) => (rooms[standup].tracks[0].participantSid = `PA${"0".repeat(32)}`))],
        [
          "a track of who is gone",
          changed((rooms) => {
            rooms[standup].tracks[0].participantSid = rooms[standup].participants[3].sid
            rooms[standup].tracks[0].unpublished = null
          })
        ],
        ["two tracks of one name", changed((rooms) => (rooms[standup].tracks[0].name = "alice-cam"))],
        ["empty and not", changed((rooms) => (rooms[standup].emptySince = rooms[standup].created))],
        ["no settings", changed((rooms) => delete rooms[standup].settings)],
        ["a kind that is none", changed((rooms) => (rooms[standup].tracks[0].kind = "smell"))]
      ]
      for (const [what, state] of states) {
        const error = yield* Effect.flip(other.importState(state))
        assert.strictEqual(error.problem, "invalid-state", what)
        assert.deepStrictEqual(yield* other.exportState, before, what)
      }
      yield* other.importState(good satisfies SandboxState.SandboxState)
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

  it.effect("is read from JSON, and starts a sandbox again, at each reset too", () =>
    Effect.gen(function* () {
      yield* noon
      const sandbox = yield* Sandbox.make()
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
      yield* sandbox.reset
      assert.deepStrictEqual(yield* sandbox.exportState, state)
    })
  )

  it.effect("over HTTP, too", () =>
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

  it.effect("that cannot be played is refused, and nothing changes", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const before = yield* sandbox.exportState
      const person = { identity: "A" }
      const scenarios: ReadonlyArray<readonly [problem: string, where: string, scenario: Scenario.Scenario]> = [
        ["room-exists", "rooms[1]", { rooms: [{ uniqueName: "A" }, { uniqueName: "A" }] }],
        ["invalid-settings", "rooms[0]", { rooms: [{ maxParticipants: 0 }] }],
        [
          "room-full",
          "rooms[0].participants[1]",
          { rooms: [{ maxParticipants: 1, participants: [person, { identity: "B" }] }] }
        ],
        [
          "identity-too-long",
          "rooms[0].participants[0]",
          { rooms: [{ participants: [{ identity: "x".repeat(129) }] }] }
        ],
        ["invalid-scenario", "rooms[0].participants[0]", { rooms: [{ participants: [{ ...person, rules: [] }] }] }],
        [
          "not-connected",
          "rooms[0].participants[0]",
          { rooms: [{ participants: [{ ...person, joinedAgo: "5 hours", leftAgo: "5 minutes" }] }] }
        ],
        [
          "not-connected",
          "rooms[0].participants[0].tracks[0]",
          {
            rooms: [
              {
                participants: [
                  { ...person, leftAgo: "-1 minutes", tracks: [{ kind: "audio", publishedAgo: "-2 minutes" }] }
                ]
              }
            ]
          }
        ]
      ]
      for (const [problem, where, scenario] of scenarios) {
        const error = yield* Effect.flip(sandbox.seed(scenario))
        assert.strictEqual(error.problem, problem)
        assert.include(error.message, `This is about ${where} of the scenario.`)
        assert.deepStrictEqual(yield* sandbox.exportState, before)
      }
    })
  )

  it.effect("whose rooms are many keeps their order", () =>
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

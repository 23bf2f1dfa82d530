/**
 * The timeouts of rooms and participants, to the millisecond: unused, empty and maximum-age rooms, the longest stay of a
 * participant, and the removal of completed rooms.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Calls from "./support/Calls.ts"

const start = (options: Sandbox.OpenRoomOptions = {}) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
    const { call, sandbox } = yield* Calls.start({ rooms: [] })
    const { sid } = yield* sandbox.openRoom({ uniqueName: "Room", ...options })
    const room = Effect.map(call(`/v1/Rooms/${sid}`), ({ body }) => [body.status, body.end_time, body.duration])
    const people = Effect.map(
      Effect.forEach(["connected", "disconnected"], (status) => call(`/v1/Rooms/${sid}/Participants?Status=${status}`)),
      (replies) =>
        replies.map(({ body }) =>
          body.participants.map((participant: { identity: string; end_time: string | null }) => [
            participant.identity,
            participant.end_time
          ])
        )
    )
    /** The room a millisecond before the end of the wait, and at its end. */
    const around = (wait: Duration.Input) =>
      Effect.gen(function* () {
        yield* TestClock.adjust(wait)
        yield* TestClock.adjust(-1)
        const before = yield* room
        yield* TestClock.adjust(1)
        return [before, yield* room]
      })
    return { call, sandbox, sid, room, people, around }
  })

const running = ["in-progress", null, null]

describe("a room", () => {
  it.effect("that nobody joins ends after its unused timeout, five minutes by default", () =>
    Effect.gen(function* () {
      const { around } = yield* start()
      assert.deepStrictEqual(yield* around("5 minutes"), [running, ["completed", "2026-03-01T12:05:00Z", 300]])
      const short = yield* start({ unusedRoomTimeout: "1 minute" })
      assert.deepStrictEqual(yield* short.around("1 minute"), [running, ["completed", "2026-03-01T12:01:00Z", 60]])
    })
  )

  it.effect("stays open if a participant joins in time, or if its unused timeout is 0", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* start()
      yield* TestClock.adjust("4 minutes")
      yield* sandbox.join("Room", "Alice")
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* room, running)
      const patient = yield* start({ unusedRoomTimeout: 0 })
      yield* TestClock.adjust("23 hours")
      assert.deepStrictEqual(yield* patient.room, running)
    })
  )

  it.effect("that is empty ends after its empty timeout, counted from when the last participant left", () =>
    Effect.gen(function* () {
      const { around, sandbox } = yield* start({ emptyRoomTimeout: "2 minutes" })
      yield* sandbox.join("Room", "Alice")
      yield* sandbox.join("Room", "Bob")
      yield* sandbox.leave("Room", "Alice")
      yield* TestClock.adjust("10 minutes")
      yield* sandbox.leave("Room", "Bob")
      yield* TestClock.adjust("1 minute")
      // Somebody joins and leaves: the timeout starts again.
      yield* sandbox.join("Room", "Carl")
      yield* TestClock.adjust("90 seconds")
      yield* sandbox.leave("Room", "Carl")
      assert.deepStrictEqual(yield* around("2 minutes"), [running, ["completed", "2026-03-01T12:14:30Z", 870]])
    })
  )

  it.effect("with the empty timeout 0 ends when the last participant leaves, but not when one is replaced", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* start({ emptyRoomTimeout: 0 })
      yield* sandbox.join("Room", "Alice")
      yield* sandbox.join("Room", "Alice")
      assert.deepStrictEqual(yield* room, running)
      yield* sandbox.leave("Room", "Alice")
      assert.deepStrictEqual(yield* room, ["completed", "2026-03-01T12:00:00Z", 0])
    })
  )

  it.effect("stays open while its only participant is reconnecting", () =>
    Effect.gen(function* () {
      const { room, sandbox } = yield* start()
      yield* sandbox.join("Room", "Alice")
      yield* sandbox.loseConnection("Room", "Alice")
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(yield* room, running)
    })
  )

  it.effect("ends after 24 hours and disconnects its participants", () =>
    Effect.gen(function* () {
      const { around, people, sandbox } = yield* start({ maxParticipantDuration: "2 days" })
      yield* sandbox.join("Room", "Alice")
      assert.deepStrictEqual(yield* around("24 hours"), [running, ["completed", "2026-03-02T12:00:00Z", 86_400]])
      assert.deepStrictEqual(yield* people, [[], [["Alice", "2026-03-02T12:00:00Z"]]])
    })
  )

  it.effect("that times out frees its name, and the next room of that name has its own timeouts", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      yield* TestClock.adjust("6 minutes")
      const next = yield* sandbox.openRoom({ uniqueName: "Room" })
      yield* TestClock.adjust("4 minutes")
      assert.strictEqual((yield* call("/v1/Rooms/Room")).body.sid, next.sid)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* call("/v1/Rooms/Room")).status, 404)
    })
  )
})

describe("a participant", () => {
  it.effect("is disconnected after the room's longest stay, four hours by default", () =>
    Effect.gen(function* () {
      const { people, sandbox, sid, call } = yield* start()
      const alice = yield* sandbox.join("Room", "Alice")
      yield* TestClock.adjust("1 hour")
      yield* sandbox.join("Room", "Bob")
      yield* TestClock.adjust("3 hours")
      assert.deepStrictEqual(yield* people, [[["Bob", null]], [["Alice", "2026-03-01T16:00:00Z"]]])
      const gone = (yield* call(`/v1/Rooms/${sid}/Participants/${alice.sid}`)).body
      assert.deepStrictEqual([gone.status, gone.duration], ["disconnected", 14_400])
    })
  )

  it.effect("who is disconnected last leaves a room that is empty from then on, even if read hours later", () =>
    Effect.gen(function* () {
      const { people, room, sandbox } = yield* start({ maxParticipantDuration: "10 minutes" })
      yield* sandbox.join("Room", "Alice")
      yield* TestClock.adjust("1 minute")
      yield* sandbox.join("Room", "Bob")
      yield* sandbox.loseConnection("Room", "Bob")
      // Nothing is read for hours, but each timeout has its own time.
      yield* TestClock.adjust("5 hours")
      assert.deepStrictEqual(yield* people, [
        [],
        [
          ["Bob", "2026-03-01T12:11:00Z"],
          ["Alice", "2026-03-01T12:10:00Z"]
        ]
      ])
      assert.deepStrictEqual(yield* room, ["completed", "2026-03-01T12:16:00Z", 960])
    })
  )

  it.effect("who joins again has the whole longest stay again", () =>
    Effect.gen(function* () {
      const { people, sandbox } = yield* start({ maxParticipantDuration: "10 minutes" })
      yield* sandbox.join("Room", "Alice")
      yield* TestClock.adjust("6 minutes")
      yield* sandbox.join("Room", "Alice")
      yield* TestClock.adjust("6 minutes")
      assert.deepStrictEqual(yield* people, [[["Alice", null]], [["Alice", "2026-03-01T12:06:00Z"]]])
    })
  )
})

describe("a completed room after its retention", () => {
  /** Collects garbage in another turn, when the stack holds no references to it. */
  const collectGarbage = Effect.promise(async () => {
    setFlagsFromString("--expose-gc")
    await new Promise((resolve) => setTimeout(resolve))
    runInNewContext("gc")()
  })

  it.effect("is removed from memory, whatever its other deadlines", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const { sandbox } = yield* Calls.start({ rooms: [], assumptions: { completedRoomRetention: "1 hour" } })
      // The sandbox doesn't copy a participant's rules: as long as this array is reachable, so is the participant.
      const seed = (completedAgo: "30 minutes" | "59 minutes") => {
        const rules = [SubscribeRule.include({ all: true })]
        const participants = [{ identity: "Alice", joinedAgo: "1 hour", tracks: [{ kind: "audio" }], rules }] as const
        const room = { uniqueName: "Room", maxParticipantDuration: "300 days", completedAgo, participants } as const
        return Effect.as(sandbox.seed({ rooms: [room] }), new WeakRef(rules))
      }
      const kept = yield* seed("30 minutes")
      yield* TestClock.adjust("1 minute")
      yield* sandbox.exportState
      yield* collectGarbage
      assert.isDefined(kept.deref())
      const forgotten = yield* seed("59 minutes")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual((yield* sandbox.exportState).rooms, [])
      // V8 may keep what a job has just used for a while.
      const isForgotten = Effect.map(collectGarbage, () => forgotten.deref() === undefined)
      assert.isTrue(yield* Effect.repeat(isForgotten, { until: (is) => is, times: 20 }))
    })
  )
})

describe("a scenario", () => {
  it.effect("applies the timeouts that are due before now", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const { call } = yield* Calls.start({
        rooms: [
          { uniqueName: "Unused", openedAgo: "10 minutes" },
          { uniqueName: "Empty", participants: [{ identity: "Alice", joinedAgo: "1 hour", leftAgo: "20 minutes" }] },
          { uniqueName: "Long", participants: [{ identity: "Alice", joinedAgo: "5 hours" }] },
          {
            uniqueName: "Kept",
            maxParticipantDuration: "1 day",
            participants: [{ identity: "A", joinedAgo: "5 hours" }]
          }
        ]
      })
      const ended = (yield* call("/v1/Rooms?Status=completed")).body.rooms
      assert.deepStrictEqual(
        ended.map((room: { unique_name: string; end_time: string }) => [room.unique_name, room.end_time]),
        [
          ["Unused", "2026-03-01T11:55:00Z"],
          ["Empty", "2026-03-01T11:45:00Z"],
          ["Long", "2026-03-01T11:05:00Z"]
        ]
      )
      const [kept] = (yield* call("/v1/Rooms")).body.rooms
      assert.strictEqual(kept.unique_name, "Kept")
    })
  )
})

describe("a scenario that uses a room after its end", () => {
  const over = "The room is completed and can't be reopened. Open a new one. "
  const zoe = { identity: "Zoe" }
  const cases: ReadonlyArray<readonly [what: string, room: Scenario.ScenarioRoom, message: string]> = [
    [
      "unused",
      { openedAgo: "20 minutes", participants: [{ ...zoe, joinedAgo: "1 minute" }] },
      `${over}It ended because nobody joined for 5m. Set a longer unusedRoomTimeout, or change the times. ` +
        "Found at rooms[0].participants[0] of the scenario."
    ],
    [
      "empty",
      { emptyRoomTimeout: "90 seconds", participants: [{ ...zoe, joinedAgo: "9 minutes", leftAgo: "8 minutes" }, zoe] },
      `${over}It ended because it was empty for 1m 30s. Set a longer emptyRoomTimeout, or change the times. ` +
        "Found at rooms[0].participants[1] of the scenario."
    ],
    [
      "unused, and completed later",
      { openedAgo: "20 minutes", completedAgo: "1 minute" },
      `${over}It ended because nobody joined for 5m. Set a longer unusedRoomTimeout, or change the times. ` +
        "Found at rooms[0] of the scenario."
    ],
    [
      "too old",
      { openedAgo: "25 hours", unusedRoomTimeout: 0, participants: [zoe] },
      `${over}It ended when it was 24 hours old. Found at rooms[0].participants[0] of the scenario.`
    ]
  ]
  for (const [what, room, message] of cases) {
    it.effect(`is refused with the reason of the end: ${what}`, () =>
      Effect.gen(function* () {
        const { sandbox } = yield* start()
        const error = yield* Effect.flip(sandbox.seed({ rooms: [room] }))
        assert.deepStrictEqual([error.problem, error.message], ["room-completed", message])
      })
    )
  }
})

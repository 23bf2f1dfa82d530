/**
 * The log of rooms in memory, beyond what the tests of the hosts cover.
 */
import type * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RoomLog from "../../examples/backend/RoomLog.ts"

const sid = (prefix: "RM" | "PA", number: number) => `${prefix}${String(number).padStart(32, "0")}`

const eventOf = (parameters: Readonly<Record<string, string>>): StatusCallbackEvent.StatusCallbackEvent =>
  Effect.runSync(
    StatusCallback.decode({
      AccountSid: `AC${"0".repeat(32)}`,
      RoomName: "Clinic",
      RoomSid: sid("RM", 1),
      RoomStatus: "in-progress",
      RoomType: "group",
      Timestamp: "2026-01-01T00:00:00.000Z",
      ...parameters
    })
  )

const came = (participant: number, parameters: Readonly<Record<string, string>> = {}) =>
  eventOf({
    StatusCallbackEvent: "participant-connected",
    ParticipantSid: sid("PA", participant),
    ParticipantStatus: "connected",
    ParticipantIdentity: "Zoe",
    ...parameters
  })

const record = (event: StatusCallbackEvent.StatusCallbackEvent, idempotencyToken?: string) =>
  RoomLog.RoomLog.use((log) => log.record(event, { idempotencyToken: Option.fromUndefinedOr(idempotencyToken) }))

const read = (room: string) => RoomLog.RoomLog.use((log) => log.read(room))

describe("the log of rooms", () => {
  it.effect("ignores duplicates by sequence number and room, or by idempotency token", () =>
    Effect.gen(function* () {
      yield* record(came(1, { SequenceNumber: "1" }), "a")
      yield* record(came(1, { SequenceNumber: "1" }), "b")
      yield* record(came(2, { SequenceNumber: "1", RoomSid: sid("RM", 2), Timestamp: "2026-01-01T00:00:01.000Z" }), "a")
      yield* record(came(3), "c")
      yield* record(came(3), "c")
      yield* record(came(4))
      assert.deepStrictEqual(
        (yield* read("Clinic")).entries.map(({ participantSid }) => participantSid),
        [1, 3, 4, 2].map((participant) => sid("PA", participant))
      )
    }).pipe(Effect.provide(RoomLog.layerMemory()))
  )

  it.effect("has nobody present in a room that ended, and separates rooms", () =>
    Effect.gen(function* () {
      yield* record(came(1))
      yield* record(came(2, { RoomSid: sid("RM", 2) }))
      yield* record(came(3, { RoomSid: sid("RM", 3), RoomName: "Hall" }))
      yield* record(eventOf({ StatusCallbackEvent: "room-ended", RoomStatus: "completed" }))
      const { entries, present } = yield* read("Clinic")
      assert.deepStrictEqual([entries.length, present], [3, [sid("PA", 2)]])
      assert.deepStrictEqual((yield* read("Hall")).present, [sid("PA", 3)])
      assert.deepStrictEqual(yield* read("Cellar"), { present: [], entries: [] })
    }).pipe(Effect.provide(RoomLog.layerMemory()))
  )

  it.effect("forgets the least recently active room", () =>
    Effect.gen(function* () {
      const inRoom = (room: number) => ({ RoomSid: sid("RM", room), RoomName: `Room ${room}` })
      for (const room of [1, 2, 1, 3]) yield* record(came(room, inRoom(room)))
      const counts = yield* Effect.forEach([1, 2, 3], (room) => read(`Room ${room}`))
      assert.deepStrictEqual(
        counts.map(({ entries }) => entries.length),
        [2, 0, 1]
      )
    }).pipe(Effect.provide(RoomLog.layerMemory(2)))
  )

  it.effect("contains no identities and no tracks", () =>
    Effect.gen(function* () {
      yield* record(came(1))
      yield* record(
        came(1, { StatusCallbackEvent: "track-added", TrackSid: `MT${"0".repeat(32)}`, TrackKind: "audio" })
      )
      assert.deepStrictEqual((yield* read("Clinic")).entries, [
        {
          at: "2026-01-01T00:00:00.000Z",
          event: "ParticipantConnected",
          roomSid: sid("RM", 1),
          participantSid: sid("PA", 1)
        }
      ])
    }).pipe(Effect.provide(RoomLog.layerMemory()))
  )
})

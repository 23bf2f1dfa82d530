/**
 * The contract of the Rooms service, on every transport.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, layer } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as TestRoom from "../support/TestRoom.ts"
import { transports } from "../support/Transports.ts"

const { freshName, iso, noon } = TestRoom

const names = (items: ReadonlyArray<{ readonly uniqueName: string }>) => items.map((item) => item.uniqueName)

/** Sets the clock to noon and returns an unused name. */
const start = Effect.map(TestRoom.atNoon, freshName)

for (const [name, transport] of transports) {
  describe(`Rooms, ${name}`, () => {
    layer(transport({ rooms: [] }))((it) => {
      it.effect("create opens a room with Twilio's defaults, and fetch finds it by name and SID", () =>
        Effect.gen(function* () {
          const name = yield* start
          const room = yield* Rooms.create({ uniqueName: name })
          assert.strictEqual(room.uniqueName, name)
          assert.strictEqual(room.status, "in-progress")
          assert.strictEqual(room.type, "group")
          assert.strictEqual(iso(room.dateCreated), "2026-03-01T12:00:00.000Z")
          assert.deepStrictEqual([room.endTime, room.duration, room.statusCallback], Array(3).fill(Option.none()))
          assert.deepStrictEqual(room.statusCallbackMethod, Option.some("POST"))
          assert.deepStrictEqual(room.maxParticipants, Option.some(50))
          assert.deepStrictEqual(room.maxParticipantDuration, Option.some(Duration.hours(4)))
          assert.deepStrictEqual(room.emptyRoomTimeout, Option.some(Duration.minutes(5)))
          assert.deepStrictEqual(room.unusedRoomTimeout, Option.some(Duration.minutes(5)))
          assert.deepStrictEqual(room.recordParticipantsOnConnect, Option.some(false))
          assert.deepStrictEqual(
            [room.audioOnly, room.largeRoom, room.enableTurn],
            [Option.some(false), Option.some(false), Option.some(true)]
          )
          assert.isTrue(Option.getOrThrow(room.url).endsWith(`/v1/Rooms/${room.sid}`))
          assert.deepStrictEqual(Object.keys(room.links).sort(), [
            "participants",
            "recording_rules",
            "recordings",
            "transcriptions"
          ])
          assert.deepStrictEqual(yield* Rooms.fetch(name), room)
          assert.deepStrictEqual(yield* Rooms.fetch(room.sid), room)
          const unnamed = yield* Rooms.create()
          assert.strictEqual(unnamed.uniqueName, unnamed.sid)
        })
      )

      it.effect("create accepts every option, and the record has it", () =>
        Effect.gen(function* () {
          const name = yield* start
          const room = yield* Rooms.create({
            uniqueName: name,
            type: "group",
            statusCallback: "https://example.com/events?a=1&b=ü",
            statusCallbackMethod: "GET",
            maxParticipants: 7,
            recordParticipantsOnConnect: true,
            transcribeParticipantsOnConnect: true,
            videoCodecs: ["H264", "VP8"],
            mediaRegion: "ie1",
            recordingRules: [SubscribeRule.exclude({ all: true })],
            transcriptionsConfiguration: { languageCode: "en-US", partialResults: true },
            audioOnly: false,
            maxParticipantDuration: "10 minutes",
            emptyRoomTimeout: "60 minutes",
            unusedRoomTimeout: "1 minute",
            largeRoom: true
          })
          assert.deepStrictEqual(room.statusCallback, Option.some("https://example.com/events?a=1&b=ü"))
          assert.deepStrictEqual(room.statusCallbackMethod, Option.some("GET"))
          assert.deepStrictEqual(room.maxParticipants, Option.some(7))
          assert.deepStrictEqual(room.recordParticipantsOnConnect, Option.some(true))
          assert.deepStrictEqual(room.videoCodecs, ["H264", "VP8"])
          assert.deepStrictEqual(room.mediaRegion, Option.some("ie1"))
          assert.deepStrictEqual(room.maxParticipantDuration, Option.some(Duration.minutes(10)))
          assert.deepStrictEqual(room.emptyRoomTimeout, Option.some(Duration.hours(1)))
          assert.deepStrictEqual(room.unusedRoomTimeout, Option.some(Duration.minutes(1)))
          assert.deepStrictEqual(room.largeRoom, Option.some(true))
        })
      )

      it.effect("create fails with RoomExists until the room of that name is completed", () =>
        Effect.gen(function* () {
          const name = yield* start
          const first = yield* Rooms.create({ uniqueName: name })
          const error = yield* Effect.flip(Rooms.create({ uniqueName: name }))
          assert.strictEqual(error._tag, "RoomExists")
          assert.deepStrictEqual([error.status, error.code, error.path], [400, 53113, "/v1/Rooms"])
          assert.notInclude(JSON.stringify(error), name)
          yield* Rooms.complete(name)
          const second = yield* Rooms.create({ uniqueName: name })
          assert.notStrictEqual(second.sid, first.sid)
          assert.strictEqual((yield* Rooms.fetch(name)).sid, second.sid)
          assert.strictEqual((yield* Rooms.fetch(first.sid)).status, "completed")
        })
      )

      it.effect("create outside of Twilio's ranges fails with InvalidRequest and Twilio's code", () =>
        Effect.gen(function* () {
          yield* TestRoom.atNoon
          const refusals = [
            [{ uniqueName: "x".repeat(129) }, 53101],
            [{ maxParticipants: 51 }, 53107],
            [{ type: "hall" }, 53108],
            [{ emptyRoomTimeout: "61 minutes" }, 53109],
            [{ statusCallback: "ftp://example.com" }, 53111],
            [{ mediaRegion: "mars1" }, 53115],
            [{ recordingRules: [SubscribeRule.include({ kind: "data" })] }, 53120],
            [{ maxParticipantDuration: "599 seconds" }, 53123],
            [{ type: "go" }, 53126],
            [{ audioOnly: true }, 53127]
          ] as const
          for (const [options, code] of refusals) {
            const error = yield* Effect.flip(Rooms.create(options))
            assert.strictEqual(error._tag, "TwilioError", JSON.stringify(options))
            if (error._tag !== "TwilioError") return
            assert.deepStrictEqual([error.reason._tag, error.code], ["InvalidRequest", code])
          }
        })
      )

      it.effect("complete ends a room and disconnects everybody; a second time fails with RoomNotInProgress", () =>
        Effect.gen(function* () {
          yield* TestRoom.atNoon
          const { name, sandbox, sid } = yield* TestRoom.open()
          const alice = yield* sandbox.join(name, "Alice")
          yield* TestClock.adjust("90 seconds")
          const room = yield* Rooms.complete(name)
          assert.deepStrictEqual([room.sid, room.status], [sid, "completed"])
          assert.deepStrictEqual(room.duration, Option.some(Duration.seconds(90)))
          assert.deepStrictEqual(Option.map(room.endTime, iso), Option.some("2026-03-01T12:01:30.000Z"))
          assert.strictEqual((yield* Participants.fetch(sid, alice.sid)).status, "disconnected")
          const again = yield* Effect.flip(Rooms.complete(sid))
          assert.strictEqual(again._tag, "RoomNotInProgress")
          assert.deepStrictEqual([again.status, again.code], [400, 53112])
          const byName = yield* Effect.flip(Rooms.complete(name))
          assert.strictEqual(byName._tag, "NotFound")
          assert.deepStrictEqual(yield* Rooms.fetch(sid), room)
        })
      )

      it.effect("NotFound names the resource and the lookup", () =>
        Effect.gen(function* () {
          yield* TestRoom.atNoon
          const unknown = `RM${"0".repeat(32)}`
          const lookups = [
            [Rooms.fetch("no such room"), "name", "/v1/Rooms/{name}"],
            [Rooms.fetch(unknown), "sid", `/v1/Rooms/${unknown}`],
            [Rooms.complete(unknown), "sid", `/v1/Rooms/${unknown}`]
          ] as const
          for (const [lookup, how, path] of lookups) {
            const error = yield* Effect.flip(lookup as Effect.Effect<unknown, Effect.Error<typeof lookup>>)
            assert.strictEqual(error._tag, "NotFound")
            if (error._tag !== "NotFound") return
            assert.deepStrictEqual([error.resource, error.lookup, error.path], ["room", how, path])
          }
        })
      )

      it.effect("list returns rooms in progress, newest first, or those that match the filters", () =>
        Effect.gen(function* () {
          yield* TestRoom.atNoon
          const made = [freshName(), freshName(), freshName()]
          // On another day: the rooms of other tests are created at noon.
          yield* TestClock.adjust("10 days")
          const sids: Array<string> = []
          for (const uniqueName of made) {
            sids.push((yield* Rooms.create({ uniqueName })).sid)
            yield* TestClock.adjust("1 minute")
          }
          yield* Rooms.complete(made[1] ?? "")
          const dateCreatedAfter = DateTime.add(noon, { days: 10 })
          const after = { dateCreatedAfter }
          assert.deepStrictEqual(names((yield* Rooms.list(after)).items), [made[2], made[0]])
          assert.deepStrictEqual(names((yield* Rooms.list({ ...after, status: "completed" })).items), [made[1]])
          assert.deepStrictEqual((yield* Rooms.list({ ...after, status: "failed" })).items, [])
          const oneMinute = DateTime.add(dateCreatedAfter, { minutes: 1 })
          assert.deepStrictEqual(names((yield* Rooms.list({ ...after, dateCreatedBefore: oneMinute })).items), [
            made[0]
          ])
          assert.deepStrictEqual(names((yield* Rooms.list({ uniqueName: made[2] })).items), [made[2]])
          assert.deepStrictEqual((yield* Rooms.list({ uniqueName: made[1] })).items, [])
          assert.deepStrictEqual(
            (yield* Rooms.list({ uniqueName: made[1], status: "completed" })).items.map((room) => room.sid),
            [sids[1]]
          )
        })
      )

      it.effect("list reads pages by token, and stream reads all pages", () =>
        Effect.gen(function* () {
          yield* TestRoom.atNoon
          yield* TestClock.adjust("20 days")
          const dateCreatedAfter = DateTime.add(noon, { days: 20 })
          const made = Array.from({ length: 5 }, freshName)
          for (const uniqueName of made) yield* Rooms.create({ uniqueName })
          const newest = made.toReversed()
          const first = yield* Rooms.list({ dateCreatedAfter, pageSize: 2 })
          assert.deepStrictEqual(names(first.items), newest.slice(0, 2))
          assert.deepStrictEqual(first.previousPageToken, Option.none())
          const pageToken = Option.getOrThrow(first.nextPageToken)
          const second = yield* Rooms.list({ dateCreatedAfter, pageSize: 2, pageToken })
          assert.deepStrictEqual(names(second.items), newest.slice(2, 4))
          const back = yield* Rooms.list({
            dateCreatedAfter,
            pageSize: 2,
            pageToken: Option.getOrThrow(second.previousPageToken)
          })
          assert.deepStrictEqual(names(back.items), newest.slice(0, 2))
          const all = yield* Stream.runCollect(Rooms.stream({ dateCreatedAfter, pageSize: 2 }))
          assert.deepStrictEqual(names(all), newest)
        })
      )
    })
  })
}

/**
 * The steps about timeouts: unused, empty, maximum participant duration and maximum age. Each reads the state in the last
 * millisecond before the timeout and in the next one.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Step from "./Step.ts"

const { at, names, remember, notFound, sid } = Step

export const steps: ReadonlyArray<Step.Step> = [
  Step.make(
    "an unused room ends after its unused timeout",
    (context) =>
      Effect.gen(function* () {
        const { read, write } = context.client
        yield* at("12:00:00.400")
        yield* write.createRoom({ uniqueName: "Unused", unusedRoomTimeout: 2 }).pipe(remember(context, "unused"))
        yield* at("12:02:00.399")
        const before = yield* read.fetchRoom("Unused")
        yield* at("12:02:00.400")
        const byName = yield* Effect.flip(read.fetchRoom("Unused"))
        return { before, byName, after: yield* read.fetchRoom(sid(context, "unused")) }
      }),
    ({ after, before, byName }) => {
      assert.deepInclude(before, { status: "in-progress", endTime: null, duration: null, unusedRoomTimeout: 2 })
      assert.deepStrictEqual(byName, notFound)
      assert.deepStrictEqual(after, {
        ...before,
        status: "completed",
        dateUpdated: "2026-03-02T12:02:00.000Z",
        endTime: "2026-03-02T12:02:00.000Z",
        duration: 120
      })
    }
  ),
  Step.make(
    "a room that was joined ends after its empty timeout, not its unused timeout",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        const status = Effect.map(
          Effect.suspend(() => client.read.fetchRoom(sid(context, "lobby"))),
          (room) => room.status
        )
        yield* at("12:10:00")
        yield* client.write
          .createRoom({ uniqueName: "Lobby", emptyRoomTimeout: 3, unusedRoomTimeout: 1 })
          .pipe(remember(context, "lobby"))
        yield* sandbox.join("Lobby", "Ann")
        yield* at("12:14:00")
        const joined = yield* status
        yield* sandbox.leave("Lobby", "Ann")
        yield* at("12:16:59.999")
        const empty = yield* status
        yield* sandbox.join("Lobby", "Ben")
        yield* at("12:17:00")
        const rejoined = yield* status
        yield* at("12:18:00.500")
        yield* client.write.updateParticipant("Lobby", "Ben", "disconnected")
        yield* at("12:19:00")
        yield* sandbox.join("Lobby", "Cat")
        yield* at("12:20:00.500")
        yield* sandbox.leave("Lobby", "Cat")
        // Three minutes after it was first empty. A participant joined in between.
        yield* at("12:21:00.500")
        const emptyAgain = yield* status
        yield* at("12:23:00.499")
        const last = yield* status
        yield* at("12:23:00.500")
        const after = yield* client.read.fetchRoom(sid(context, "lobby"))
        return { statuses: [joined, empty, rejoined, emptyAgain, last], after }
      }),
    ({ after, statuses }) => {
      assert.deepStrictEqual(
        statuses,
        Array.from({ length: 5 }, () => "in-progress")
      )
      assert.deepInclude(after, {
        status: "completed",
        dateUpdated: "2026-03-02T12:23:00.000Z",
        endTime: "2026-03-02T12:23:00.000Z",
        duration: 780
      })
    }
  ),
  Step.make(
    "a participant is disconnected after the room's maximum duration, also while reconnecting",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        const lists = Effect.suspend(() =>
          Effect.all({
            connected: client.read.participants.list("Clinic", { pageSize: 50 }),
            reconnecting: client.read.participants.list("Clinic", { status: "reconnecting", pageSize: 50 }),
            gone: client.read.participants.list("Clinic", { status: "disconnected", pageSize: 50 }),
            published: client.read.publishedTracks.list("Clinic", sid(context, "patient"), { pageSize: 50 })
          })
        )
        yield* at("12:30:00")
        yield* client.write.createRoom({ uniqueName: "Clinic", maxParticipantDuration: 600, emptyRoomTimeout: 60 })
        yield* at("12:30:00.300")
        yield* sandbox.join("Clinic", "patient").pipe(remember(context, "patient"))
        yield* sandbox
          .publishTrack("Clinic", "patient", { kind: "audio", name: "voice" })
          .pipe(remember(context, "voice"))
        yield* at("12:30:10")
        yield* sandbox.join("Clinic", "doctor").pipe(remember(context, "doctor"))
        yield* sandbox.loseConnection("Clinic", "doctor")
        yield* at("12:40:00.299")
        const first = yield* lists
        yield* at("12:40:00.300")
        const second = yield* lists
        yield* at("12:40:10")
        return [first, second, yield* lists]
      }),
    (seen, context) => {
      assert.deepStrictEqual(
        seen.map(({ connected, gone, published, reconnecting }) =>
          [connected, reconnecting, gone, published].map((items) => names(context, items))
        ),
        [
          [["patient"], ["doctor"], [], ["voice"]],
          [[], ["doctor"], ["patient"], []],
          [[], [], ["doctor", "patient"], []]
        ]
      )
      assert.deepStrictEqual(
        seen[2]?.gone.map(({ dateUpdated, duration, endTime }) => [endTime, dateUpdated, duration]),
        [
          ["2026-03-02T12:40:10.000Z", "2026-03-02T12:40:10.000Z", 600],
          ["2026-03-02T12:40:00.000Z", "2026-03-02T12:40:00.000Z", 600]
        ]
      )
    }
  ),
  Step.make(
    "a room ends after 24 hours, with participants in it",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        yield* at("13:00:00.250")
        yield* client.write
          .createRoom({ uniqueName: "Marathon", maxParticipantDuration: 86_400 })
          .pipe(remember(context, "marathon"))
        const marathon = sid(context, "marathon")
        yield* at("13:01:00")
        yield* sandbox.join("Marathon", "early").pipe(remember(context, "early"))
        yield* at("2026-03-03T12:00:00")
        yield* sandbox.join("Marathon", "late").pipe(remember(context, "late"))
        yield* at("2026-03-03T13:00:00.249")
        const before = yield* client.read.fetchRoom("Marathon")
        yield* at("2026-03-03T13:00:01")
        const after = yield* client.read.fetchRoom(marathon)
        return { before, after, participants: yield* client.read.participants.list(marathon, { pageSize: 50 }) }
      }),
    ({ after, before, participants }, context) => {
      assert.deepInclude(before, { status: "in-progress", endTime: null, duration: null })
      assert.deepStrictEqual(after, {
        ...before,
        status: "completed",
        dateUpdated: "2026-03-03T13:00:00.000Z",
        endTime: "2026-03-03T13:00:00.000Z",
        duration: 86_400
      })
      assert.deepStrictEqual(names(context, participants), ["late", "early"])
      assert.deepStrictEqual(
        participants.map(({ duration, endTime, status }) => [status, endTime, duration]),
        [
          ["disconnected", "2026-03-03T13:00:00.000Z", 3_600],
          ["disconnected", "2026-03-03T13:00:00.000Z", 86_340]
        ]
      )
    }
  ),
  Step.make(
    "list all rooms of two days, none in progress",
    ({ client }) =>
      Effect.all([
        client.read.rooms.list({ pageSize: 50 }),
        client.read.rooms.list({ status: "completed", pageSize: 4 })
      ]),
    ([open, over], context) => {
      assert.deepStrictEqual(open, [])
      assert.deepStrictEqual(
        over.map(({ sid, uniqueName }) => (uniqueName === sid ? "bare" : uniqueName)),
        [
          "Marathon",
          "Clinic",
          "Lobby",
          "Unused",
          "Trio",
          "Huddle",
          "Series 5",
          "Series 4",
          "Series 3",
          "Series 2",
          "Series 1",
          "Retro",
          "Retro",
          "Daily Standup",
          "bare"
        ]
      )
      assert.strictEqual(over.at(-1)?.sid, sid(context, "bare"))
    }
  )
]

/**
 * The operations of the simulation, every kind of them. One that changes something has its own target.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** The change that an operation makes exactly once. A created room is identified by its status callback. */
export type Target =
  | { readonly type: Exclude<LoggedRequest.Change["type"], "room-created">; readonly sid: string }
  | { readonly type: "room-created"; readonly statusCallback: string }

export interface Operation {
  readonly target?: Target
  readonly run: Effect.Effect<unknown, { readonly _tag: string }, TwilioVideo.Services>
}

type Make = (index: number) => Effect.Effect<Operation, unknown, Sandbox.Sandbox>

const longTime = 1_000_000

/** A hall that no operation changes, and stages for the operations that change something. */
export const rooms: Sandbox.Options["rooms"] = [
  {
    uniqueName: "Hall",
    maxParticipants: 100,
    emptyRoomTimeout: longTime,
    maxParticipantDuration: longTime,
    participants: Array.from({ length: 30 }, (_, i) => ({
      identity: `guest ${i}`,
      tracks: [{ kind: "audio" as const, name: "mic" }]
    }))
  },
  ...Array.from({ length: 40 }, (_, i) => ({
    uniqueName: `Stage ${i}`,
    maxParticipants: longTime,
    emptyRoomTimeout: longTime,
    unusedRoomTimeout: longTime,
    maxParticipantDuration: longTime,
    participants: []
  }))
]

const stageOf = (index: number): string => `Stage ${index % 40}`

/** Joins a participant for one operation. */
const joinStage = (index: number) =>
  Sandbox.Sandbox.use((sandbox) => sandbox.join(stageOf(index), `participant ${index}`))

const read = (run: Operation["run"]): Make => {
  const operation = Effect.succeed<Operation>({ run })
  return () => operation
}

const inHall = <A>(page: { readonly items: ReadonlyArray<A> }) => assert.strictEqual(page.items.length, 10)

const onParticipant =
  (
    type: "participant-disconnected" | "participant-anonymized" | "subscribe-rules-replaced",
    run: (room: string, sid: string, identity: string) => Operation["run"]
  ): Make =>
  (index) =>
    Effect.map(joinStage(index), ({ identity, sid }) => ({
      target: { type, sid },
      run: run(stageOf(index), sid, identity)
    }))

const completion =
  (by: "sid" | "uniqueName"): Make =>
  (index) =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const room = yield* sandbox.openRoom({ uniqueName: `closing ${index}`, unusedRoomTimeout: longTime })
      yield* sandbox.join(room.sid, "guest")
      return {
        target: { type: "room-completed", sid: room.sid },
        run: Effect.map(Rooms.complete(room[by]), (completed) =>
          assert.deepStrictEqual([completed.sid, completed.status], [room.sid, "completed"])
        )
      }
    })

const creation =
  (isNamed: boolean): Make =>
  (index) => {
    const statusCallback = `https://hooks.example/${index}`
    return Effect.succeed({
      target: { type: "room-created", statusCallback },
      run: Rooms.create({
        statusCallback,
        unusedRoomTimeout: "1 hour",
        ...(isNamed ? { uniqueName: `created ${index}` } : {})
      })
    })
  }

const isDisconnected = ({ status }: { readonly status: string }) => assert.strictEqual(status, "disconnected")

export const byName: Readonly<Record<string, Make>> = {
  "Rooms.create, named": creation(true),
  "Rooms.create, unnamed": creation(false),
  "Rooms.fetch": read(Rooms.fetch("Hall")),
  "Rooms.list": read(Rooms.list({ uniqueName: "Hall" })),
  "Rooms.stream": read(Stream.runCount(Stream.take(Rooms.stream({ pageSize: 20 }), 50))),
  "Rooms.complete, by name": completion("uniqueName"),
  "Rooms.complete, by SID": completion("sid"),
  "Participants.fetch": read(
    Effect.map(Participants.fetch("Hall", "guest 7"), ({ identity }) => assert.strictEqual(identity, "guest 7"))
  ),
  "Participants.list": read(Effect.map(Participants.list("Hall", { pageSize: 10 }), inHall)),
  "Participants.stream": read(
    Effect.map(Stream.runCount(Participants.stream("Hall", { pageSize: 10 })), (count) => assert.strictEqual(count, 30))
  ),
  "Participants.update, by SID": onParticipant("participant-disconnected", (room, sid) =>
    Effect.map(Participants.update(room, sid, { status: "disconnected" }), isDisconnected)
  ),
  "Participants.disconnect, by identity": onParticipant("participant-disconnected", (room, _, identity) =>
    Effect.map(Participants.disconnect(room, identity), isDisconnected)
  ),
  "Participants.disconnect, by SID": onParticipant("participant-disconnected", (room, sid) =>
    Effect.map(Participants.disconnect(room, sid), isDisconnected)
  ),
  "Participants.ensureDisconnected, by identity": onParticipant("participant-disconnected", (room, _, identity) =>
    Effect.map(Participants.ensureDisconnected(room, identity), ({ _tag }) => assert.strictEqual(_tag, "Disconnected"))
  ),
  "Participants.ensureDisconnected, by SID": onParticipant("participant-disconnected", (room, sid) =>
    Participants.ensureDisconnected(room, sid)
  ),
  "Participants.anonymize, by identity": onParticipant("participant-anonymized", (room, sid, identity) =>
    Effect.map(Participants.anonymize(room, identity), (record) => assert.strictEqual(record.identity, sid))
  ),
  "Participants.anonymize, by SID": onParticipant("participant-anonymized", (room, sid) =>
    Effect.map(Participants.anonymize(room, sid), (record) => assert.strictEqual(record.identity, sid))
  ),
  "PublishedTracks.fetch": read(PublishedTracks.fetch("Hall", "guest 3", "mic")),
  "PublishedTracks.list": read(PublishedTracks.list("Hall", "guest 3")),
  "PublishedTracks.stream": read(Stream.runCount(PublishedTracks.stream("Hall", "guest 3"))),
  "SubscribedTracks.list": read(Effect.map(SubscribedTracks.list("Hall", "guest 3", { pageSize: 10 }), inHall)),
  "SubscribedTracks.stream and fetch": read(
    SubscribedTracks.stream("Hall", "guest 3").pipe(
      Stream.take(1),
      Stream.runForEach(({ sid }) => SubscribedTracks.fetch("Hall", "guest 3", sid))
    )
  ),
  "SubscribeRules.fetch": read(SubscribeRules.fetch("Hall", "guest 3")),
  "SubscribeRules.update": onParticipant("subscribe-rules-replaced", (room, sid, identity) =>
    SubscribeRules.update(room, sid, [
      SubscribeRule.include({ all: true }),
      SubscribeRule.exclude({ publisher: identity })
    ])
  )
}

/**
 * What a roster in memory does for callbacks and for readers, on events that are verified and decoded.
 */
import type * as Sid from "@effect-twilio-video/core/Sid"
import * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** A SID has 32 hexadecimal digits. */
const sidOf = (prefix: string, ...numbers: ReadonlyArray<number>): string =>
  prefix +
  numbers
    .map((number) => number.toString(16).padStart(8, "0"))
    .join("")
    .padStart(32, "0")

const start = Date.now() - 60_000

interface At {
  readonly room: number
  readonly participant: number
  /** Counts the events of a room. */
  readonly sequence: number
}

const roomOf = ({ room, sequence }: At): StatusCallbackEvent.RoomEvent => ({
  accountSid: sidOf("AC", 1) as Sid.AccountSid,
  roomSid: sidOf("RM", room) as Sid.RoomSid,
  roomName: `room ${room}`,
  roomType: "group",
  roomStatus: "in-progress",
  timestamp: DateTime.makeUnsafe(start + sequence),
  sequenceNumber: Option.some(sequence)
})

const participantOf = (at: At): StatusCallbackEvent.ParticipantEvent => ({
  ...roomOf(at),
  participantSid: sidOf("PA", at.room, at.participant) as Sid.ParticipantSid,
  participantStatus: "connected",
  participantIdentity: `user ${at.room} ${at.participant}`
})

const trackOf = (at: At, track: number): StatusCallbackEvent.TrackEvent => ({
  ...participantOf(at),
  trackSid: sidOf("MT", at.room, at.participant, track) as Sid.TrackSid,
  trackKind: track === 0 ? "audio" : "video"
})

type Event = StatusCallbackEvent.StatusCallbackEvent

/** A room is created, everybody joins and publishes two tracks. */
const opening = function* (room: number, participants: number): Generator<Event> {
  yield new StatusCallbackEvent.RoomCreated(roomOf({ room, participant: 0, sequence: 0 }))
  for (let participant = 0; participant < participants; participant++) {
    const sequence = 1 + 3 * participant
    yield new StatusCallbackEvent.ParticipantConnected(participantOf({ room, participant, sequence }))
    yield new StatusCallbackEvent.TrackAdded(trackOf({ room, participant, sequence: sequence + 1 }, 0))
    yield new StatusCallbackEvent.TrackAdded(trackOf({ room, participant, sequence: sequence + 2 }, 1))
  }
}

/** Everybody mutes, and unmutes in the next round. */
const muting = function* (room: number, participants: number, round: number): Generator<Event> {
  const Event = round % 2 === 0 ? StatusCallbackEvent.TrackDisabled : StatusCallbackEvent.TrackEnabled
  for (let participant = 0; participant < participants; participant++) {
    const sequence = 1 + (3 + round) * participants + participant
    yield new Event(trackOf({ room, participant, sequence }, 0))
  }
}

const RosterLive = Layer.provide(Roster.layerCallbacks(), RosterMemory.layer)

const heap = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const cpuOf = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const before = process.cpuUsage()
  yield* effect
  const { system, user } = process.cpuUsage(before)
  return system + user
})

/** Records the events of each room in turn. */
const record = Effect.fnUntraced(function* (rooms: number, eventsOf: (room: number) => Iterable<Event>) {
  for (let room = 0; room < rooms; room++) for (const event of eventsOf(room)) yield* Roster.record(event)
})

const people = 20

/** How much memory a roster of so many rooms occupies for each participant, with the logs of the rooms. In bytes. */
const bytes = (rooms: number) =>
  Effect.gen(function* () {
    // Several rosters, if one would be too small to be seen.
    const rosters = Math.max(1, Math.ceil(1000 / rooms))
    const empty = heap()
    const built = yield* Effect.forEach(Array.from({ length: rosters }), () => Effect.scoped(Layer.build(RosterLive)))
    for (const roster of built) {
      yield* Effect.provideContext(
        record(rooms, (room) => opening(room, people)),
        roster
      )
    }
    const occupied = heap() - empty
    return built.length === rosters ? occupied / (rosters * rooms * people) : Number.NaN
  })

/** How much CPU time an event takes, in microseconds. Making it is part of it. */
const micros = (rooms: number) =>
  Effect.gen(function* () {
    const rounds = Math.max(2, Math.ceil(200_000 / (rooms * people)))
    yield* record(rooms, (room) => opening(room, people))
    yield* record(rooms, (room) => muting(room, people, 1))
    const total = yield* cpuOf(
      Effect.gen(function* () {
        for (let round = 2; round < 2 + rounds; round++) yield* record(rooms, (room) => muting(room, people, round))
      })
    )
    return total / (rounds * rooms * people)
  }).pipe(Effect.provide(RosterLive))

/** Waits until the readers have this many changes. */
const arrived = (count: number, received: () => number) =>
  Effect.gen(function* () {
    while (received() < count) yield* Effect.yieldNow
  })

/** Who counts what readers get: what was there before the first change, and changes. */
interface Counter {
  starts: number
  changes: number
}

const muted = new Set(["TrackEnabled", "TrackDisabled"])

const throughStream = (counter: Counter) =>
  Stream.runForEach(Roster.changes("room 0"), ({ _tag }) =>
    Effect.sync(() => {
      if (muted.has(_tag)) counter.changes++
      else counter.starts++
    })
  )

const readEvents = async (body: ReadableStream<Uint8Array>, counter: Counter) => {
  const decoder = new TextDecoder()
  for await (const part of body) {
    for (const line of decoder.decode(part).split("\n")) {
      if (line.startsWith("event: track-")) counter.changes++
      else if (line === "event: snapshot") counter.starts++
    }
  }
}

const request = new Request("http://localhost/events")

const throughEvents = (counter: Counter) =>
  Effect.gen(function* () {
    const { body } = yield* RosterEvents.handle(request, "room 0", { authorize: Effect.succeed(true) })
    if (body !== null) yield* Effect.promise(() => readEvents(body, counter))
  })

const speakers = 10

/** How much CPU time a change takes for each of so many readers of a room, in microseconds. The readers are part of it. */
const readers =
  <E>(readerOf: (counter: Counter) => Effect.Effect<unknown, E, Roster.Roster>, startsOf: number) =>
  (count: number) =>
    Effect.gen(function* () {
      const rounds = Math.max(2, Math.ceil(10_000 / count))
      const counter: Counter = { starts: 0, changes: 0 }
      yield* record(1, (room) => opening(room, speakers))
      yield* Effect.forEach(Array.from({ length: count }), () => Effect.forkScoped(readerOf(counter)), {
        discard: true
      })
      yield* arrived(startsOf * count, () => counter.starts)
      let sent = 0
      const send = Effect.fnUntraced(function* (round: number) {
        for (const event of muting(0, speakers, round)) {
          yield* Roster.record(event)
          sent += count
          yield* arrived(sent, () => counter.changes)
        }
      })
      yield* send(0)
      const total = yield* cpuOf(
        Effect.gen(function* () {
          for (let round = 1; round <= rounds; round++) yield* send(round)
        })
      )
      return total / (rounds * speakers * count)
    }).pipe(Effect.scoped, Effect.provide(RosterLive))

const jobs = {
  bytes,
  micros,
  // Each participant has two tracks.
  changes: readers(throughStream, 3 * speakers),
  events: readers(throughEvents, 1)
} as const

export type Job = keyof typeof jobs

/** Runs a job of a size: rooms, or readers. */
export const run = (job: Job, size: number): Promise<number> =>
  Effect.runPromise(jobs[job](size) as Effect.Effect<number>)

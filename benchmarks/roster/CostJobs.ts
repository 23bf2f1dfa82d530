/**
 * What a roster in memory does for callbacks and for readers, on events that are verified and decoded.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as Roster from "@effect-twilio-video/roster/Roster"
import type * as RosterChange from "@effect-twilio-video/roster/RosterChange"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

export interface Cost {
  /** CPU time, of all threads. */
  readonly micros: number
  /** The memory that the roster occupies. */
  readonly bytes?: number
}

/** A SID has 32 hexadecimal digits. */
const sidOf = (prefix: string, ...numbers: ReadonlyArray<number>): string =>
  prefix + numbers.map((number) => number.toString(16).padStart(8, "0")).join("").padStart(32, "0")

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

export interface Callbacks {
  /** CPU time for each event, of all threads. Making the event is part of it. */
  readonly micros: number
  /** What the roster keeps of each participant: their state, and their part of the room's log. */
  readonly bytes: number
}

/** Records some 100,000 events in so many rooms. */
export const callbacks = (rooms: number, participants: number): Promise<Callbacks> =>
  Effect.gen(function* () {
    const rounds = Math.max(2, Math.ceil(100_000 / (rooms * participants)))
    const empty = heap()
    yield* record(rooms, (room) => opening(room, participants))
    const bytes = (heap() - empty) / (rooms * participants)
    const micros = yield* cpuOf(
      Effect.gen(function* () {
        for (let round = 0; round < rounds; round++) yield* record(rooms, (room) => muting(room, participants, round))
      })
    )
    return { micros: micros / (rounds * rooms * participants), bytes }
  }).pipe(Effect.provide(RosterLive), Effect.runPromise)

export interface Readers {
  /** CPU time for each change and reader, of all threads. */
  readonly micros: number
}

interface Tally {
  /** How many readers know who is in the room, and how many changes they got since. */
  ready: number
  received: number
}

const count = (tally: Tally, event: string) => {
  if (event === "snapshot") tally.ready++
  if (event.startsWith("track-")) tally.received++
}

const readBody = async (body: ReadableStream<Uint8Array>, tally: Tally) => {
  const decoder = new TextDecoder()
  for await (const part of body) {
    for (const [, event = ""] of decoder.decode(part).matchAll(/^event: (.*)$/gmu)) count(tally, event)
  }
}

const request = new Request("http://localhost/events")

const isMuting = ({ _tag }: RosterChange.RosterChange) => _tag === "TrackEnabled" || _tag === "TrackDisabled"

/** The readers of a stream, and those of server-sent events. Interrupting them ends them. */
const reading = {
  changes: (tally: Tally) =>
    Roster.changes("room 0").pipe(
      // A snapshot is the first array of changes.
      Stream.runForEachArray((changes) =>
        Effect.sync(() => {
          if (changes.some(isMuting)) tally.received += changes.filter(isMuting).length
          else tally.ready++
        })
      )
    ),
  events: (tally: Tally) =>
    Effect.gen(function* () {
      const { body } = yield* RosterEvents.handle(request, "room 0", { authorize: Effect.succeed(true) })
      if (body !== null) yield* Effect.promise(() => readBody(body, tally))
    })
} as const

const until = (isTrue: () => boolean) =>
  Effect.gen(function* () {
    while (!isTrue()) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
  })

/** Sends some 50,000 changes to so many readers of a room with ten participants, each change to all before the next. */
export const readers = (kind: keyof typeof reading, size: number): Promise<Readers> =>
  Effect.gen(function* () {
    const rounds = Math.max(2, Math.ceil(5000 / size))
    const tally: Tally = { ready: 0, received: 0 }
    yield* record(1, (room) => opening(room, 10))
    yield* Effect.forEach(Array.from({ length: size }), () => Effect.forkScoped(reading[kind](tally)), {
      discard: true
    })
    yield* until(() => tally.ready === size)
    let sent = 0
    const send = Effect.fnUntraced(function* (round: number) {
      for (const event of muting(0, 10, round)) {
        yield* Roster.record(event)
        sent += size
        yield* until(() => tally.received === sent)
      }
    })
    yield* send(0)
    const micros = yield* cpuOf(
      Effect.gen(function* () {
        for (let round = 1; round <= rounds; round++) yield* send(round)
      })
    )
    return { micros: micros / (rounds * 10 * size) }
  }).pipe(Effect.scoped, Effect.provide(RosterLive), Effect.runPromise)

/**
 * Erases one identity from all rooms, as an Effect: finds the participants with the identity, present or past, and
 * anonymizes each. It runs with any layers of `Rooms` and `Participants`. Its results contain no identity.
 */
import * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as Room from "@effect-twilio-video/core/Room"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

export interface Request {
  readonly identity: string
  /** Only rooms created at this time or later. */
  readonly after?: DateTime.Utc | undefined
  /** Only rooms created before this time. */
  readonly before?: DateTime.Utc | undefined
  /** The number of rooms to search at a time, within the account's quota. Default: 8. */
  readonly concurrency?: number | undefined
}

/** The result for one participation. */
export interface Erasure {
  readonly roomSid: string
  readonly participantSid: string
  /** Why it isn't anonymized. Contains no identity. */
  readonly problem: string | undefined
}

/** The results for one room. */
export interface RoomErasure {
  readonly room: Room.Room
  readonly erasures: ReadonlyArray<Erasure>
  /** Why its participants could not be listed. */
  readonly problem: string | undefined
}

export interface Problem {
  readonly roomSid: string
  /** Empty if the problem concerns the whole room. */
  readonly participantSid: string
  readonly problem: string
}

/** The progress of an erasure, also after an interruption. */
export class Progress {
  rooms = 0
  erased = 0
  readonly problems: Array<Problem> = []
  isComplete = false
  /** Every completed room created at this time or later is done. */
  #doneFrom: DateTime.Utc | undefined
  #isOrdered = true

  add({ erasures, problem, room }: RoomErasure): void {
    this.rooms += 1
    if (problem !== undefined) this.problems.push({ roomSid: room.sid, participantSid: "", problem })
    for (const { participantSid, problem, roomSid } of erasures) {
      if (problem === undefined) this.erased += 1
      else this.problems.push({ roomSid, participantSid, problem })
    }
    // All rooms in progress come before the first completed one.
    if (room.status === "in-progress" || this.problems.length > 0) return
    if (this.#doneFrom !== undefined && DateTime.isGreaterThan(room.dateCreated, this.#doneFrom))
      this.#isOrdered = false
    this.#doneFrom = room.dateCreated
  }

  /**
   * The value of `before` with which to continue: all rooms created at that time or later are done without a problem. None
   * if everything must run again.
   */
  get resume(): Option.Option<string> {
    // Twilio accepts whole seconds, and other rooms may have been created in the same second.
    return this.isComplete || this.#doneFrom === undefined || !this.#isOrdered
      ? Option.none()
      : Option.some(TwilioDate.format(DateTime.add(this.#doneFrom, { seconds: 1 })))
  }
}

// A list without a status is incomplete. A participant who leaves meanwhile is in the last list.
const statuses = ["connected", "reconnecting", "disconnected"] as const

const participations = Effect.fnUntraced(function* (room: Room.Room, identity: string) {
  const found = new Set<string>()
  const unreadable = new Map<string, Erasure>()
  for (const status of statuses) {
    const pages = Page.stream((pageToken) =>
      Participants.list(room.sid, { status, identity, pageSize: 1000, pageToken })
    )
    yield* Stream.runForEach(pages, ({ items, undecodable }) =>
      Effect.sync(() => {
        for (const participant of items) {
          // Checks the filter: other records belong to other people.
          if (participant.identity === identity) found.add(participant.sid)
        }
        // These records may belong to other people, and erasing can't be undone.
        for (const { error, sid } of undecodable) {
          const participantSid = Option.getOrElse(sid, () => "")
          unreadable.set(participantSid, { roomSid: room.sid, participantSid, problem: error.message })
        }
      })
    )
  }
  return { found, unreadable }
})

const eraseIn = Effect.fnUntraced(function* (room: Room.Room, identity: string) {
  const { found, unreadable } = yield* participations(room, identity)
  const erasures = yield* Effect.forEach(found, (sid) =>
    Participants.anonymize(room.sid, sid).pipe(
      // Checks the record, not only that the request succeeded.
      Effect.map((record) => (record.identity === identity ? "The record still has the identity." : undefined)),
      // A listed record that isn't found any more is a problem too: it may still exist.
      Effect.catch((error) => Effect.succeed(error.message)),
      Effect.map((problem): Erasure => ({ roomSid: room.sid, participantSid: sid, problem }))
    )
  )
  return [...erasures, ...unreadable.values()]
})

/**
 * Erases the identity room by room: rooms in progress first, then completed ones, newest first. A failure in a room is
 * reported and doesn't stop the others. A failure to list the rooms stops the stream. Anonymizing twice changes nothing,
 * so it's always safe to run it again.
 */
export const erase = ({ after, before, concurrency = 8, identity }: Request, progress: Progress) =>
  Stream.fromIterable(["in-progress", "completed"]).pipe(
    Stream.flatMap((status) => Rooms.stream({ status, dateCreatedAfter: after, dateCreatedBefore: before })),
    // In order, so that `resume` can name a time from which all rooms are done.
    Stream.mapEffect(
      (room) =>
        eraseIn(room, identity).pipe(
          Effect.map((erasures): RoomErasure => ({ room, erasures, problem: undefined })),
          Effect.catch((error) => Effect.succeed<RoomErasure>({ room, erasures: [], problem: error.message }))
        ),
      { concurrency }
    ),
    Stream.tap((erasure) => Effect.sync(() => progress.add(erasure))),
    Stream.onEnd(
      Effect.sync(() => {
        progress.isComplete = true
      })
    )
  )

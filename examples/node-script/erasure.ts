/**
 * The erasure of one identity from all rooms, as an Effect: finds whatever participants had it, whether they are still
 * there or not, and anonymizes each. Runs on whatever provides `Rooms` and `Participants`; prints nothing, and nothing
 * that it tells holds the identity.
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
  /** Only rooms that were made from then on. */
  readonly after?: DateTime.Utc | undefined
  /** Only rooms that were made before then. */
  readonly before?: DateTime.Utc | undefined
  /** How many rooms are looked into at a time, within the account's quota. Default: 8. */
  readonly concurrency?: number | undefined
}

/** What became of one participation. */
export interface Outcome {
  readonly roomSid: string
  readonly participantSid: string
  /** Why it is not anonymized, in words that hold no identity. */
  readonly problem: string | undefined
}

/** What became of one room. */
export interface RoomOutcome {
  readonly room: Room.Room
  readonly outcomes: ReadonlyArray<Outcome>
  /** Why nobody knows who was in it. */
  readonly problem: string | undefined
}

export interface Problem {
  readonly roomSid: string
  /** Empty where the problem is the whole room's. */
  readonly participantSid: string
  readonly problem: string
}

/** How far an erasure has come, also where it was interrupted. */
export class Progress {
  rooms = 0
  erased = 0
  readonly problems: Array<Problem> = []
  isComplete = false
  /** Every room that is over and was made then or later is done. */
  #doneFrom: DateTime.Utc | undefined
  #isOrdered = true

  add({ outcomes, problem, room }: RoomOutcome): void {
    this.rooms += 1
    if (problem !== undefined) this.problems.push({ roomSid: room.sid, participantSid: "", problem })
    for (const { participantSid, problem, roomSid } of outcomes) {
      if (problem === undefined) this.erased += 1
      else this.problems.push({ roomSid, participantSid, problem })
    }
    // Rooms in progress are all looked into before the first that is over.
    if (room.status === "in-progress" || this.problems.length > 0) return
    if (this.#doneFrom !== undefined && DateTime.isGreaterThan(room.dateCreated, this.#doneFrom))
      this.#isOrdered = false
    this.#doneFrom = room.dateCreated
  }

  /**
   * What to give as `before` to go on from here: rooms from then on are done, without a problem. Nothing where the whole
   * must be run again.
   */
  get resume(): Option.Option<string> {
    // Twilio takes whole seconds, and others may have been made in the same.
    return this.isComplete || this.#doneFrom === undefined || !this.#isOrdered
      ? Option.none()
      : Option.some(TwilioDate.format(DateTime.add(this.#doneFrom, { seconds: 1 })))
  }
}

// A list without a status leaves some out, and whoever leaves while it is read is in the last.
const statuses = ["connected", "reconnecting", "disconnected"] as const

const participations = Effect.fnUntraced(function* (room: Room.Room, identity: string) {
  const found = new Set<string>()
  const unreadable = new Map<string, Outcome>()
  for (const status of statuses) {
    const pages = Page.stream((pageToken) =>
      Participants.list(room.sid, { status, identity, pageSize: 1000, pageToken })
    )
    yield* Stream.runForEach(pages, ({ items, undecodable }) =>
      Effect.sync(() => {
        for (const participant of items) {
          // Whatever else the filter lets through is somebody else.
          if (participant.identity === identity) found.add(participant.sid)
        }
        // Nothing shows that these have the identity, and erasing can't be undone.
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
  const outcomes = yield* Effect.forEach(found, (sid) =>
    Participants.anonymize(room.sid, sid).pipe(
      // That Twilio says so is not enough: the record shows it.
      Effect.map((record) => (record.identity === identity ? "The record still has the identity." : undefined)),
      // A record that was listed and is not found may still be somewhere.
      Effect.catch((error) => Effect.succeed(error.message)),
      Effect.map((problem): Outcome => ({ roomSid: room.sid, participantSid: sid, problem }))
    )
  )
  return [...outcomes, ...unreadable.values()]
})

/**
 * Erases the identity, room by room: rooms in progress, then those that are over, newest first. What fails in a room is
 * told and does not stop the others; that rooms cannot be listed does. Anonymizing twice changes nothing, so running it
 * again is always right.
 */
export const erase = ({ after, before, concurrency = 8, identity }: Request, progress: Progress) =>
  Stream.unwrap(
    Effect.map(Rooms.Rooms, (rooms) =>
      Stream.fromIterable(["in-progress", "completed"]).pipe(
        Stream.flatMap((status) => rooms.stream({ status, dateCreatedAfter: after, dateCreatedBefore: before })),
        // In order, so that what is done is always all from some time on.
        Stream.mapEffect(
          (room) =>
            eraseIn(room, identity).pipe(
              Effect.map((outcomes): RoomOutcome => ({ room, outcomes, problem: undefined })),
              Effect.catch((error) => Effect.succeed<RoomOutcome>({ room, outcomes: [], problem: error.message }))
            ),
          { concurrency }
        ),
        Stream.tap((outcome) => Effect.sync(() => progress.add(outcome))),
        Stream.onEnd(
          Effect.sync(() => {
            progress.isComplete = true
          })
        )
      )
    )
  )

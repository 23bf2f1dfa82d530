/**
 * The participants of a room by status and identity.
 */
import type { ParticipantRecord, RoomRecord, Status } from "./Records.ts"
import { RecordIndex } from "./RecordIndex.ts"
import * as RoomSettings from "./RoomSettings.ts"
import * as Selection from "./Selection.ts"

const make = (participants: ReadonlyArray<ParticipantRecord>): RecordIndex<ParticipantRecord, Status> =>
  new RecordIndex(
    participants,
    ({ status }) => status,
    ({ erasedIdentity, identity }) =>
      erasedIdentity === undefined || erasedIdentity === identity ? [identity] : [identity, erasedIdentity]
  )

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

/** A room with Twilio's default settings that nobody has joined, still without a SID. */
export const emptyRoom = (position: number, now: number): Mutable<RoomRecord> => {
  const participants: Array<ParticipantRecord> = []
  return {
    sid: "",
    position,
    uniqueName: undefined,
    settings: RoomSettings.defaults,
    created: now,
    updated: now,
    ended: undefined,
    latest: now,
    participants,
    roster: make(participants),
    emptySince: undefined,
    deadline: undefined,
    idleDeadline: undefined,
    events: 0,
    tracks: [],
    published: new Map()
  }
}

/** The number of participants who haven't left. */
export const countPresent = ({ roster }: RoomRecord): number => roster.count("connected") + roster.count("reconnecting")

/** The participants who haven't left, in order of joining. They may leave meanwhile. */
export const present = function* ({ roster }: RoomRecord): Generator<ParticipantRecord> {
  const { next } = Selection.union(roster.select("connected"), roster.select("reconnecting"))
  for (let record = next(0); record !== undefined; record = next(record.position + 1)) yield record
}

/**
 * The participants with an identity who haven't left. At most two: one who joined with it, and an anonymized one whose
 * SID it is.
 */
export const namesakes = ({ roster }: RoomRecord, identity: string): ReadonlyArray<ParticipantRecord> => {
  const found = roster.named("connected", identity).concat(roster.named("reconnecting", identity))
  // The erased identity of an anonymized participant isn't an identity any more.
  return found.filter((participant) => participant.identity === identity)
}

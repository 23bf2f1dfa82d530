/**
 * The participants of a room by status and identity.
 */
import type { ParticipantRecord, RoomRecord, Status } from "./Records.ts"
import { RecordIndex } from "./RecordIndex.ts"
import * as Selection from "./Selection.ts"

export const make = (participants: ReadonlyArray<ParticipantRecord>): RecordIndex<ParticipantRecord, Status> =>
  new RecordIndex(
    participants,
    ({ status }) => status,
    ({ erasedIdentity, identity }) =>
      erasedIdentity === undefined || erasedIdentity === identity ? [identity] : [identity, erasedIdentity]
  )

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
  const found = [...roster.named("connected", identity), ...roster.named("reconnecting", identity)]
  // The erased identity of an anonymized participant isn't an identity any more.
  return found.filter((participant) => participant.identity === identity)
}

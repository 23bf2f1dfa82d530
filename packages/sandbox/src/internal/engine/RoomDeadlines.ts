/**
 * Sets and removes the deadlines of rooms and participants: unused, empty and maximum-age rooms, the longest stay of a
 * participant, and the removal of completed rooms. Deadlines that no longer apply are removed at once, because they
 * keep records in memory.
 */
import * as Duration from "effect/Duration"
import type * as Assumptions from "../../Assumptions.ts"
import type { Deadlines } from "./Deadlines.ts"
import type { Deadline, Due, ParticipantRecord, RoomRecord } from "./Records.ts"

type Queue = Deadlines<Due>

export const maximumRoomAge = 24 * 60 * 60_000

const remove = (deadlines: Queue, deadline: Deadline | undefined): void => {
  if (deadline !== undefined) deadlines.remove(deadline)
}

const setIdle = (deadlines: Queue, room: RoomRecord, at: number): void => {
  room.idleDeadline = deadlines.add(at, { _tag: "RoomOver", room })
}

/** Sets the deadlines of a room that was just opened or restored. */
export const roomAdded = (deadlines: Queue, room: RoomRecord, assumptions: Assumptions.Assumptions): void => {
  const { created, emptySince, ended, participants, settings } = room
  if (ended !== undefined) return roomCompleted(deadlines, room, assumptions)
  room.deadline = deadlines.add(created + maximumRoomAge, { _tag: "RoomOver", room })
  if (participants.length === 0 && settings.unusedRoomTimeout > 0) {
    setIdle(deadlines, room, created + settings.unusedRoomTimeout)
  }
  if (emptySince !== undefined) roomEmptied(deadlines, room, emptySince)
}

export const roomEmptied = (deadlines: Queue, room: RoomRecord, since: number): void =>
  setIdle(deadlines, room, since + room.settings.emptyRoomTimeout)

export const roomCompleted = (
  deadlines: Queue,
  room: RoomRecord,
  { completedRoomRetention }: Assumptions.Assumptions
): void => {
  remove(deadlines, room.deadline)
  remove(deadlines, room.idleDeadline)
  if (completedRoomRetention === "forever" || room.ended === undefined) return
  const at = room.ended + Duration.toMillis(completedRoomRetention)
  room.deadline = deadlines.add(at, { _tag: "RoomForgotten", room })
}

/** Sets the deadline of a participant who just joined, or is connected in a restored room. */
export const participantJoined = (deadlines: Queue, participant: ParticipantRecord): void => {
  const { created, room } = participant
  remove(deadlines, room.idleDeadline)
  const at = created + room.settings.maxParticipantDuration
  participant.deadline = deadlines.add(at, { _tag: "TimeOver", participant })
}

export const participantLeft = (deadlines: Queue, participant: ParticipantRecord): void => {
  remove(deadlines, participant.deadline)
  participant.deadline = undefined
}

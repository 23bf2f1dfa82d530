/**
 * What becomes due in a room, and when: its end for being unused, empty or too old, the end of a participant's time,
 * and the forgetting of a completed room. Deadlines that no longer apply are removed at once: until then they would keep
 * the room in memory.
 */
import * as Duration from "effect/Duration"
import type * as Assumptions from "../../Assumptions.ts"
import type * as Deadlines from "./Deadlines.ts"
import type { ParticipantRecord, RoomRecord } from "./Records.ts"
import type { World } from "./World.ts"

export type Due =
  | { readonly _tag: "RoomOver" | "RoomForgotten"; readonly room: RoomRecord }
  | { readonly _tag: "TimeOver"; readonly participant: ParticipantRecord }

export type Deadline = Deadlines.Deadline<Due>

export const maximumRoomAge = 24 * 60 * 60_000

const remove = ({ deadlines }: World, deadline: Deadline | undefined): void => {
  if (deadline !== undefined) deadlines.remove(deadline)
}

const setIdle = (world: World, room: RoomRecord, at: number): void => {
  room.idleDeadline = world.deadlines.add(at, { _tag: "RoomOver", room })
}

/** Sets the deadlines of a room that was just opened or restored. */
export const ofRoom = (world: World, room: RoomRecord, assumptions: Assumptions.Assumptions): void => {
  const { created, emptySince, ended, participants, settings } = room
  if (ended !== undefined) return roomCompleted(world, room, assumptions)
  room.deadline = world.deadlines.add(created + maximumRoomAge, { _tag: "RoomOver", room })
  if (participants.length === 0 && settings.unusedRoomTimeout > 0) {
    setIdle(world, room, created + settings.unusedRoomTimeout)
  }
  if (emptySince !== undefined) roomEmptied(world, room, emptySince)
}

export const roomEmptied = (world: World, room: RoomRecord, since: number): void =>
  setIdle(world, room, since + room.settings.emptyRoomTimeout)

export const roomCompleted = (world: World, room: RoomRecord, { completedRoomRetention }: Assumptions.Assumptions) => {
  remove(world, room.deadline)
  remove(world, room.idleDeadline)
  if (completedRoomRetention === "forever" || room.ended === undefined) return
  const at = room.ended + Duration.toMillis(completedRoomRetention)
  room.deadline = world.deadlines.add(at, { _tag: "RoomForgotten", room })
}

/** Sets the deadline of a participant who just joined, or is there in a restored room. */
export const participantJoined = (world: World, participant: ParticipantRecord): void => {
  const { created, room } = participant
  remove(world, room.idleDeadline)
  const at = created + room.settings.maxParticipantDuration
  participant.deadline = world.deadlines.add(at, { _tag: "TimeOver", participant })
}

export const participantLeft = (world: World, participant: ParticipantRecord): void => {
  remove(world, participant.deadline)
  participant.deadline = undefined
}

/**
 * What becomes due in a room, and when: its end for being unused, empty or too old, the end of a participant's time,
 * and the forgetting of a completed room. Holds no happening.
 */
import * as Duration from "effect/Duration"
import type * as Assumptions from "../Assumptions.ts"
import type { ParticipantRecord, RoomRecord } from "./Records.ts"
import type { World } from "./World.ts"

export type Due =
  | { readonly _tag: "Unused" | "Aged" | "Forgotten"; readonly room: RoomRecord }
  | { readonly _tag: "Empty"; readonly room: RoomRecord; readonly emptied: number }
  | { readonly _tag: "Expired"; readonly participant: ParticipantRecord }

export const maximumRoomAge = 24 * 60 * 60_000

/** Is it still meant? Somebody may have joined or left since it was set. */
export const isMeant = (due: Due): boolean => {
  switch (due._tag) {
    case "Unused":
      return due.room.ended === undefined && due.room.participants.length === 0
    case "Empty":
      return due.room.ended === undefined && due.room.live.size === 0 && due.room.emptied === due.emptied
    case "Aged":
      return due.room.ended === undefined
    case "Forgotten":
      return true
    case "Expired":
      return due.participant.status !== "disconnected"
  }
}

/** Sets the end of a room that has just become empty. */
export const ofEmpty = (world: World, room: RoomRecord, since: number): void =>
  world.deadlines.add(since + room.settings.emptyRoomTimeout, { _tag: "Empty", room, emptied: room.emptied })

/** Sets the end of the participant's time. */
export const ofParticipant = (world: World, participant: ParticipantRecord): void =>
  world.deadlines.add(participant.created + participant.room.settings.maxParticipantDuration, {
    _tag: "Expired",
    participant
  })

/** Sets what becomes due in a room as it is: one that was just made, just completed, or restored. */
export const ofRoom = (world: World, room: RoomRecord, assumptions: Assumptions.Assumptions): void => {
  const { created, emptySince, ended, settings } = room
  if (ended !== undefined) {
    const { completedRoomRetention } = assumptions
    if (completedRoomRetention !== "forever") {
      world.deadlines.add(ended + Duration.toMillis(completedRoomRetention), { _tag: "Forgotten", room })
    }
    return
  }
  world.deadlines.add(created + maximumRoomAge, { _tag: "Aged", room })
  if (room.participants.length === 0 && settings.unusedRoomTimeout > 0) {
    world.deadlines.add(created + settings.unusedRoomTimeout, { _tag: "Unused", room })
  }
  if (emptySince !== undefined) ofEmpty(world, room, emptySince)
}

/**
 * Opens and completes rooms, and lets participants leave them. A room without an empty timeout ends with its last
 * participant.
 */
import * as NameRules from "@effect-twilio-video/core/NameRules"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import * as Participants from "./Participants.ts"
import type * as Records from "./Records.ts"
import * as RoomDeadlines from "./RoomDeadlines.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as Roster from "./Roster.ts"

type RoomRecord = Records.RoomRecord
type ParticipantRecord = Records.ParticipantRecord

const nameProblems = {
  empty: "invalid-name",
  "not-unicode": "name-not-unicode",
  "too-long": "name-too-long"
} as const

export const open = (
  engine: RoomEngine,
  uniqueName: string | undefined,
  settings: Partial<Records.RoomSettings> = {}
): Result.Result<RoomRecord, SandboxError.SandboxError> => {
  const { store } = engine
  if (uniqueName !== undefined) {
    const problem = NameRules.nameProblem(uniqueName)
    if (problem !== undefined) return SandboxError.fail(nameProblems[problem])
    if (store.inProgress.has(uniqueName)) return SandboxError.fail("room-exists")
  }
  const room = Roster.emptyRoom(store.nextPosition, store.now)
  room.sid = store.roomSid()
  room.uniqueName = uniqueName
  room.settings = { ...room.settings, ...settings }
  store.add(room)
  RoomDeadlines.roomAdded(store.deadlines, room, engine.assumptions)
  engine.report({ type: "room-created", room })
  return Result.succeed(room)
}

const close = (engine: RoomEngine, room: RoomRecord): void => {
  const now = engine.timeIn(room)
  engine.store.roomIndex.update(room, () => {
    room.ended = now
  })
  room.updated = now
  room.emptySince = undefined
  if (room.uniqueName !== undefined) engine.store.inProgress.delete(room.uniqueName)
  RoomDeadlines.roomCompleted(engine.store.deadlines, room, engine.assumptions)
  engine.report({ type: "room-completed", room })
}

/** Ends a room in progress and disconnects every participant. */
export const end = (engine: RoomEngine, room: RoomRecord): void => {
  const isRoomFirst = engine.assumptions.callbackOrderAtCompletion === "room-first"
  if (isRoomFirst) close(engine, room)
  for (const participant of Roster.present(room)) Participants.disconnect(engine, participant)
  if (!isRoomFirst) close(engine, room)
}

export const complete = (
  engine: RoomEngine,
  room: RoomRecord
): Result.Result<RoomRecord, SandboxError.SandboxError> => {
  if (room.ended !== undefined) return SandboxError.fail("room-completed")
  end(engine, room)
  return Result.succeed(room)
}

/** Disconnects a participant who hasn't left. Ends a room that is then empty and has no empty timeout. */
export const remove = (engine: RoomEngine, participant: ParticipantRecord): void => {
  const { room } = participant
  Participants.disconnect(engine, participant)
  if (Roster.countPresent(room) > 0) return
  room.emptySince = engine.timeIn(room)
  if (room.settings.emptyRoomTimeout === 0) end(engine, room)
  else RoomDeadlines.roomEmptied(engine.store.deadlines, room, room.emptySince)
}

export const leave = (
  engine: RoomEngine,
  participant: ParticipantRecord
): Result.Result<ParticipantRecord, SandboxError.SandboxError> => {
  if (participant.status === "disconnected") return SandboxError.fail("not-connected")
  remove(engine, participant)
  return Result.succeed(participant)
}

/**
 * Rooms, and facts about them.
 */
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Effect from "effect/Effect"

/** A SID with a number. */
export const sid = (prefix: string, index: number): string => prefix + index.toString(16).padStart(32, "0")

export const room = (index: number, roomName = `Room ${index}`): RosterFact.InRoom => ({
  roomSid: sid("RM", index),
  roomName
})

export const participantSid = (index: number): string => sid("PA", index)

export const participant = (index: number, identity = `guest ${index}`): RosterFact.FactParticipant => ({
  sid: participantSid(index),
  identity
})

export const callback = (
  room: RosterFact.InRoom,
  event: RosterFact.Callback["event"],
  at: number,
  members: Pick<RosterFact.Callback, "participant" | "track"> = {}
): RosterFact.Callback => ({ ...room, _tag: "Callback", event, at, ...members })

export const roomEvent = (
  room: RosterFact.InRoom,
  event: "RoomCreated" | "RoomEnded",
  at: number
): RosterFact.Callback => callback(room, event, at)

const participantEvent =
  (event: "ParticipantConnected" | "ParticipantDisconnected") =>
  (room: RosterFact.InRoom, index: number, at: number, identity?: string): RosterFact.Callback =>
    callback(room, event, at, { participant: participant(index, identity) })

export const joined = participantEvent("ParticipantConnected")

export const left = participantEvent("ParticipantDisconnected")

/** A complete list of participants, read at this time. */
export const listed = (
  room: RosterFact.InRoom,
  indexes: ReadonlyArray<number>,
  at: number
): RosterFact.ParticipantsListed => ({
  ...room,
  _tag: "ParticipantsListed",
  at,
  readAt: at,
  isComplete: true,
  participants: indexes.map((index) => ({ ...participant(index), status: "connected" })),
  absent: []
})

/** Adds facts to the store, each on its own. */
export const add = (...facts: ReadonlyArray<RosterFact.RosterFact>) =>
  RosterStore.RosterStore.use((store) => Effect.forEach(facts, (fact) => store.apply(fact, [fact]), { discard: true }))

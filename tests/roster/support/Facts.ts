/**
 * Rooms, and facts about them.
 */
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"

const sid = (prefix: string, index: number): string => prefix + index.toString(16).padStart(32, "0")

export const room = (index: number, roomName = `Room ${index}`): RosterFact.InRoom => ({
  roomSid: sid("RM", index),
  roomName
})

export const participantSid = (index: number): string => sid("PA", index)

export const roomEvent = (
  room: RosterFact.InRoom,
  event: "RoomCreated" | "RoomEnded",
  at: number
): RosterFact.Callback => ({ ...room, _tag: "Callback", event, at })

export const participantEvent =
  (event: "ParticipantConnected" | "ParticipantDisconnected") =>
  (room: RosterFact.InRoom, index: number, at: number, identity = `guest ${index}`): RosterFact.Callback => ({
    ...room,
    _tag: "Callback",
    event,
    at,
    participant: { sid: participantSid(index), identity }
  })

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
  participants: indexes.map((index) => ({
    sid: participantSid(index),
    identity: `guest ${index}`,
    status: "connected"
  })),
  absent: []
})

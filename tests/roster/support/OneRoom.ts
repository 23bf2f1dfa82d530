/**
 * Callbacks of one room, as facts.
 */
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as Effect from "effect/Effect"

/** A SID with a number. */
export const sid = (prefix: string, number: number): string => prefix + number.toString(16).padStart(32, "0")

export const room: RosterFact.InRoom = { roomSid: sid("RM", 1), roomName: "DailyStandup" }

/** The time of the first callback. */
export const start = Date.UTC(2026, 0, 1, 9)

/** A callback, a number of seconds after the start. */
export const callback = (
  event: RosterFact.Callback["event"],
  seconds: number,
  members: Pick<RosterFact.Callback, "participant" | "track"> = {}
): RosterFact.Callback => ({ ...room, _tag: "Callback", event, at: start + seconds * 1000, ...members })

export const participant = (number: number): RosterFact.FactParticipant => ({
  sid: sid("PA", number),
  identity: `Guest ${number}`
})

export const created = callback("RoomCreated", 0)

export const joined = (number: number, seconds = number): RosterFact.Callback =>
  callback("ParticipantConnected", seconds, { participant: participant(number) })

export const left = (number: number, seconds: number): RosterFact.Callback =>
  callback("ParticipantDisconnected", seconds, { participant: participant(number) })

/** Adds facts to the store, each on its own. */
export const add = (...facts: ReadonlyArray<RosterFact.RosterFact>) =>
  RosterStore.RosterStore.use((store) => Effect.forEach(facts, (fact) => store.apply(fact, [fact]), { discard: true }))

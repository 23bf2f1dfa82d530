/**
 * Callbacks of one room. Their times are seconds after the first.
 */
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as Facts from "./Facts.ts"

export const room = Facts.room(1, "DailyStandup")

/** A time, in milliseconds since 1970. */
export const at = (seconds: number): number => Date.UTC(2026, 0, 1, 9) + seconds * 1000

export const callback = (
  event: RosterFact.Callback["event"],
  seconds: number,
  members?: Pick<RosterFact.Callback, "participant" | "track">
): RosterFact.Callback => Facts.callback(room, event, at(seconds), members)

export const created = callback("RoomCreated", 0)

export const joined = (index: number, seconds = index): RosterFact.Callback => Facts.joined(room, index, at(seconds))

export const left = (index: number, seconds: number): RosterFact.Callback => Facts.left(room, index, at(seconds))

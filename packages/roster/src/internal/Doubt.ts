/**
 * How doubtful a room's state is: by its age, and by what says that a callback is missing.
 */
import type * as RoomState from "../RoomState.ts"
import * as Membership from "./Membership.ts"
import * as State from "../RoomState.ts"
import * as Sequence from "./Sequence.ts"

/**
 * - `unverified`: no list was read, and the room's creation wasn't reported
 * - `gap`: a sequence number is missing
 * - `contradiction`: callbacks contradict each other, or the latest list
 */
export type Reason = "unverified" | "gap" | "contradiction"

/** Whether somebody counts as there who isn't in the latest list, and wasn't seen after it. */
const isUnlisted = (room: RoomState.RoomState, participant: RoomState.ParticipantState): boolean => {
  const { found = Membership.never, seen = Membership.never } = participant
  return State.isPresent(room, participant) && found < room.listed && seen <= room.listed
}

const contradicts = (room: RoomState.RoomState, participant: RoomState.ParticipantState): boolean => {
  const { found = Membership.never, joined, left, missing = Infinity, seen = Membership.never } = participant
  // Seen after they left, or after the list that lacks them.
  if (left !== undefined) return Math.max(found, seen) > left + Membership.clockSkew
  if (!State.isPresent(room, participant)) return seen > missing
  // Tracks without the callback of their publisher.
  return joined === undefined || isUnlisted(room, participant)
}

/** A participant who joins with the identity of another replaces them. */
const hasSameIdentity = (room: RoomState.RoomState): boolean => {
  const identities = Object.values(room.participants).flatMap((participant) =>
    participant.identity !== undefined && State.isPresent(room, participant) ? [participant.identity] : []
  )
  return new Set(identities).size < identities.length
}

/** Nothing is doubtful in a room that has ended. */
export const reasons = (room: RoomState.RoomState): ReadonlyArray<Reason> => {
  if (room.ended !== undefined) return []
  const found: Array<Reason> = room.verified === Membership.never ? ["unverified"] : []
  if (Sequence.hasGap(room.sequence)) found.push("gap")
  const isContradictory = Object.values(room.participants).some((participant) => contradicts(room, participant))
  if (isContradictory || hasSameIdentity(room)) found.push("contradiction")
  return found
}

/** How much older a state counts for each reason, in milliseconds. */
export const weight = 30_000

/** At most a gap and a contradiction: `unverified` alone comes first. */
export const mostReasons = 2

/**
 * The time from which the state's age counts. The lowest is the most doubtful. A state without doubt that's older than
 * another with it by `mostReasons` weights comes first, so that no room waits forever.
 */
export const rank = (room: RoomState.RoomState): number =>
  room.verified === Membership.never ? Number.MIN_SAFE_INTEGER : room.verified - weight * reasons(room).length

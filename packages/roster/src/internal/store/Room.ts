/**
 * What every store does with one room, as pure functions.
 */
import * as RoomState from "../../RoomState.ts"
import * as RosterFact from "../../RosterFact.ts"
import type * as RosterStore from "../../RosterStore.ts"
import * as Membership from "../Membership.ts"
import * as View from "../View.ts"

/** How many changes a log keeps. Readers who are further behind get a new snapshot. */
export const logLength = 100

/** Rooms of which nothing was heard for this long have ended: Twilio ends rooms after 24 hours. */
export const longestRoom = 25 * 60 * 60 * 1000

export interface Applied extends RosterStore.StoredRoom {
  /** The changes to append to the log. */
  readonly added: ReadonlyArray<RosterStore.LoggedChange>
}

export const apply = (
  room: RosterFact.InRoom,
  stored: RosterStore.StoredRoom | undefined,
  facts: ReadonlyArray<RosterFact.RosterFact>
): Applied => {
  let state = stored?.state ?? RoomState.empty(room)
  let position = stored?.position ?? 0
  const added: Array<RosterStore.LoggedChange> = []
  for (const fact of facts) {
    const next = RoomState.apply(state, fact)
    for (const change of View.changes(state, next, RosterFact.timeOf(fact))) {
      position++
      added.push({ position, change })
    }
    state = next
  }
  return { state, position, added }
}

const hasIdentity = (identities: ReadonlySet<string>, identity: string | undefined): boolean =>
  identity !== undefined && identities.has(identity)

const withoutIdentity = (participant: View.Participant): View.Participant =>
  Membership.compact({ ...participant, identity: undefined })

/** Removes identities from a room. Returns the SIDs of those who had them, and the same room if there are none. */
export const forget = <A extends RosterStore.StoredRoom & { readonly log: ReadonlyArray<RosterStore.LoggedChange> }>(
  room: A,
  identities: ReadonlySet<string>
): { readonly room: A; readonly sids: ReadonlySet<string> } => {
  const sids = new Set<string>()
  const participants = { ...room.state.participants }
  for (const [sid, participant] of Object.entries(participants)) {
    if (!hasIdentity(identities, participant.identity)) continue
    sids.add(sid)
    participants[sid] = Membership.compact({
      ...participant,
      identity: undefined,
      identified: undefined,
      isForgotten: true as const
    })
  }
  const log = room.log.map((logged) => {
    const { change } = logged
    if (!("participant" in change) || !hasIdentity(identities, change.participant.identity)) return logged
    sids.add(change.participant.sid)
    return { ...logged, change: { ...change, participant: withoutIdentity(change.participant) } }
  })
  return sids.size === 0 ? { room, sids } : { room: { ...room, state: { ...room.state, participants }, log }, sids }
}

/** When a room ended, or will have ended if nothing more is heard of it. */
export const overSince = ({ ended, latest }: RoomState.RoomState): number => ended ?? latest + longestRoom

/** Whether a room can be dropped: it ended before a time, or nothing was heard of it for longer than rooms last. */
export const isOver = (state: RoomState.RoomState, before: number): boolean => overSince(state) < before

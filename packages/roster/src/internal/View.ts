/**
 * What readers see of a room's state, and what changed between two states, as plain JSON.
 */
import * as Membership from "./Membership.ts"
import * as RoomState from "../RoomState.ts"
import type * as RosterChange from "../RosterChange.ts"

export type Track = RosterChange.StoredTrack

export type Participant = RosterChange.StoredParticipant

export type Change = RosterChange.StoredChange

const trackOf = (
  sid: string,
  kind: string,
  { disabled, enabled = Membership.never, name }: RoomState.TrackState
): Track =>
  // Enabled and disabled at the same time: the doubt is for the viewer's privacy.
  Membership.compact({ sid, kind, name, isEnabled: disabled === undefined || enabled > disabled })

const bySid = (a: { readonly sid: string }, b: { readonly sid: string }): number => (a.sid < b.sid ? -1 : 1)

const tracksOf = (state: RoomState.ParticipantState): ReadonlyArray<Track> =>
  Object.entries(state.tracks)
    .flatMap(([sid, track]) =>
      track.kind !== undefined && RoomState.isPublished(state, track) ? [trackOf(sid, track.kind, track)] : []
    )
    .sort(bySid)

/** Reconnecting has no callback, but somebody who is reported after the list is connected again. */
const isReconnecting = ({
  connected = Membership.never,
  reconnecting = Membership.never,
  seen = Membership.never
}: RoomState.ParticipantState): boolean => reconnecting > Math.max(connected, seen)

const participantOf = (sid: string, state: RoomState.ParticipantState): Participant =>
  Membership.compact({
    sid,
    identity: state.identity,
    status: isReconnecting(state) ? ("reconnecting" as const) : ("connected" as const),
    joinedAt: state.joined,
    tracks: tracksOf(state),
    tracksReadAt: state.tracksListed === Membership.never ? undefined : state.tracksListed
  })

const find = (room: RoomState.RoomState, sid: string): Participant | undefined => {
  const state = room.participants[sid]
  return state !== undefined && RoomState.isPresent(room, state) ? participantOf(sid, state) : undefined
}

const byJoining = (a: Participant, b: Participant): number =>
  a.joinedAt === b.joinedAt ? bySid(a, b) : (a.joinedAt ?? Infinity) - (b.joinedAt ?? Infinity)

/** The participants who are in the room, in the order in which they joined. */
export const participants = (room: RoomState.RoomState): ReadonlyArray<Participant> =>
  Object.keys(room.participants)
    .flatMap((sid) => find(room, sid) ?? [])
    .sort(byJoining)

const trackChanges = (before: Participant, after: Participant, at: number): ReadonlyArray<Change> => {
  if (before.tracks.length === 0 && after.tracks.length === 0) return []
  const old = new Map(before.tracks.map((track) => [track.sid, track]))
  const now = new Set(after.tracks.map(({ sid }) => sid))
  const change = (_tag: RosterChange.TrackTag, track: Track): Change => ({ _tag, at, participant: after, track })
  return [
    ...before.tracks.filter(({ sid }) => !now.has(sid)).map((track) => change("TrackUnpublished", track)),
    ...after.tracks.flatMap((track) => {
      const known = old.get(track.sid)
      if (known === undefined) return change("TrackPublished", track)
      return known.isEnabled === track.isEnabled
        ? []
        : change(track.isEnabled ? "TrackEnabled" : "TrackDisabled", track)
    })
  ]
}

/** Whether something else is different, such as when they joined. */
const isUpdated = (before: Participant | undefined, after: Participant): boolean =>
  before !== undefined && JSON.stringify(before) !== JSON.stringify(after)

const participantChanges = (
  before: Participant | undefined,
  after: Participant | undefined,
  at: number
): ReadonlyArray<Change> => {
  if (after === undefined) return before === undefined ? [] : [{ _tag: "Left", at, participant: before }]
  const known = before ?? { ...after, status: "connected", tracks: [] }
  const changes: Array<Change> = before === undefined ? [{ _tag: "Joined", at, participant: known }] : []
  if (known.status !== after.status) {
    changes.push({ _tag: after.status === "connected" ? "Reconnected" : "Reconnecting", at, participant: after })
  }
  changes.push(...trackChanges(known, after, at))
  if (changes.length === 0 && isUpdated(before, after)) changes.push({ _tag: "Updated", at, participant: after })
  return changes
}

/** The changes that lead from what a reader saw to a room's state. */
export const changesTo = (seen: ReadonlyArray<Participant>, room: RoomState.RoomState): ReadonlyArray<Change> => {
  const old = new Map(seen.map((participant) => [participant.sid, participant]))
  const now = new Map(participants(room).map((participant) => [participant.sid, participant]))
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((sid) =>
    participantChanges(old.get(sid), now.get(sid), room.latest)
  )
  return room.ended === undefined ? changes : [...changes, { _tag: "RoomEnded", at: room.ended }]
}

/** What a reader sees after a change. */
export const withChange = (seen: ReadonlyArray<Participant>, change: Change): ReadonlyArray<Participant> => {
  if (change._tag === "RoomEnded") return []
  const others = seen.filter(({ sid }) => sid !== change.participant.sid)
  return change._tag === "Left" ? others : [...others, change.participant]
}

/** What changed between two states of a room. Participants whose state is the same object aren't looked at. */
export const changes = (before: RoomState.RoomState, after: RoomState.RoomState, at: number): ReadonlyArray<Change> => {
  const sids = new Set([...Object.keys(before.participants), ...Object.keys(after.participants)])
  const found: Array<Change> = []
  for (const sid of sids) {
    if (before.participants[sid] === after.participants[sid]) continue
    found.push(...participantChanges(find(before, sid), find(after, sid), at))
  }
  if (before.ended === undefined && after.ended !== undefined) found.push({ _tag: "RoomEnded", at: after.ended })
  return found
}

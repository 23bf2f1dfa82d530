/**
 * Compares what the roster shows of a room with the sandbox's records.
 */
import type * as RosterChange from "@effect-twilio-video/roster/RosterChange"
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as RoomState from "@effect-twilio-video/roster/RoomState"
import * as Option from "effect/Option"
import * as View from "../../../packages/roster/src/internal/View.ts"
import type { ParticipantRecord, RoomRecord } from "../../../packages/sandbox/src/internal/engine/Records.ts"

/** The SIDs of those who are shown in a room. */
export const presentIn = (state: RoomState.RoomState): ReadonlySet<string> =>
  new Set(
    Object.entries(state.participants).flatMap(([sid, participant]) =>
      RoomState.isPresent(state, participant) ? [sid] : []
    )
  )

/** A participant who is shown, and the time of the latest callback. */
type Shown = Pick<View.Participant, "identity" | "status"> & { readonly seen: number | undefined }

/** Whether somebody joined, left or lost the connection since a time, or the room ended. */
export const hasChanged = ({ ended, participants }: RoomRecord, since: number): boolean =>
  (ended ?? since - 1) >= since || participants.some(({ updated }) => updated >= since)

/** A list that was read. Without it, nothing has changed for long enough. */
interface Read {
  readonly since: number
  /** Callbacks that are newer than the list, if only by Twilio's clock, count more than its status. */
  readonly at: number
  /** The participants who were known before, and those who are in the list. */
  readonly known: ReadonlySet<string>
}

const difference = (
  { created, ended, identity, sid, status, updated }: ParticipantRecord,
  shown: Shown | undefined,
  { at, known, since }: Read
): string | undefined => {
  // Somebody who joins or leaves meanwhile may be seen or not.
  if (created >= since || (ended ?? -1) >= since) return undefined
  const isSteady = updated < since
  if (ended !== undefined) return shown === undefined ? undefined : `${sid} has left, and is shown`
  // Those who lose the connection between two requests may be in neither list. Nobody looks again for those of whom
  // nothing is known.
  if (shown === undefined) return isSteady || known.has(sid) ? `${sid} is ${status}, and isn't shown` : undefined
  if (shown.identity !== identity) return `${sid} has another identity`
  return isSteady && shown.status !== status && (shown.seen ?? 0) <= at
    ? `${sid} is ${status}, and is shown as ${shown.status}`
    : undefined
}

const readOf = (list: RosterFact.ParticipantsListed | undefined): Read =>
  list === undefined
    ? { since: Infinity, at: Infinity, known: new Set() }
    : { since: list.readAt, at: list.at, known: new Set([...list.absent, ...list.participants.map(({ sid }) => sid)]) }

/** How the roster differs from the sandbox, right after a list, or at rest. */
export const differences = (
  record: RoomRecord,
  state: RoomState.RoomState,
  list?: RosterFact.ParticipantsListed
): ReadonlyArray<string> => {
  const found: Array<string> = []
  const read = readOf(list)
  if (record.ended === undefined && state.ended !== undefined)
    found.push("the room is in progress, and is shown as ended")
  if (record.ended !== undefined && record.ended < read.since && state.ended === undefined)
    found.push("the room has ended, and is shown as in progress")
  const shown = new Map<string, Shown>(
    View.participants(state).map((participant) => [
      participant.sid,
      { ...participant, seen: state.participants[participant.sid]?.seen }
    ])
  )
  for (const participant of record.participants) {
    const problem = difference(participant, shown.get(participant.sid), read)
    if (problem !== undefined) found.push(problem)
    shown.delete(participant.sid)
  }
  for (const sid of shown.keys()) found.push(`${sid} doesn't exist, and is shown`)
  return found.map((problem) => `${record.sid}: ${problem}`)
}

/** How a participant's tracks differ from those that the sandbox has. */
export const trackDifferences = (
  { sid, tracks }: ParticipantRecord,
  read: RosterChange.Participant | undefined
): ReadonlyArray<string> => {
  const line = (track: { readonly sid: string; readonly kind: string }, isEnabled: boolean, name?: string) =>
    `${track.sid} ${track.kind} ${name} ${isEnabled ? "enabled" : "disabled"}`
  const published = tracks.map((track) => line(track, track.enabled, track.name)).sort()
  const shown = read?.tracks.map((track) => line(track, track.isEnabled, Option.getOrUndefined(track.name))).sort()
  return published.join() === shown?.join()
    ? []
    : [`${sid} publishes ${published.join()}, and ${shown?.join()} is shown`]
}

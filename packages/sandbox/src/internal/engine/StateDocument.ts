/**
 * Writes the engine's records as a state document, and reads them back. `SandboxState` is the document's schema;
 * `StateValidator` checks that its records fit together.
 */
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as SandboxState from "../../SandboxState.ts"
import * as Records from "./Records.ts"
import * as Roster from "./Roster.ts"
import * as StateValidator from "./StateValidator.ts"
import type { Store } from "./Store.ts"

const time = (millis: number): string => new Date(millis).toISOString()

const timeOrNull = (millis: number | undefined): string | null => (millis === undefined ? null : time(millis))

const trackState = (track: Records.TrackRecord) => ({
  sid: track.sid,
  participantSid: track.publisher.sid,
  name: track.name,
  kind: track.kind,
  enabled: track.enabled,
  created: time(track.created),
  updated: timeOrNull(track.updated),
  unpublished: timeOrNull(track.unpublished)
})

const participantState = (participant: Records.ParticipantRecord) => ({
  sid: participant.sid,
  identity: participant.identity,
  erasedIdentity: participant.erasedIdentity ?? null,
  status: participant.status,
  created: time(participant.created),
  updated: time(participant.updated),
  ended: timeOrNull(participant.ended),
  rules: participant.rules,
  rulesCreated: timeOrNull(participant.rulesCreated),
  rulesUpdated: timeOrNull(participant.rulesUpdated)
})

const roomState = (room: Records.RoomRecord) => ({
  sid: room.sid,
  uniqueName: room.uniqueName ?? null,
  created: time(room.created),
  updated: time(room.updated),
  ended: timeOrNull(room.ended),
  emptySince: timeOrNull(room.emptySince),
  settings: { ...room.settings, statusCallback: room.settings.statusCallback ?? null },
  events: room.events,
  participants: room.participants.map(participantState),
  tracks: room.tracks.map(trackState)
})

// If the clock was set back, a room's latest change is later than now.
const exportedAt = ({ now, rooms }: Store): string => {
  let latest = now
  for (const room of rooms.values()) latest = Math.max(latest, room.latest)
  return time(latest)
}

export const write = (store: Store): SandboxState.SandboxState => ({
  version: 1,
  exportedAt: exportedAt(store),
  sids: store.sids,
  rooms: Array.from(store.rooms.values(), roomState)
})

type State = SandboxState.SandboxState

type RoomState = State["rooms"][number]

const wrong = (what: string) => SandboxError.fail("invalid-state", what)

/** Parses times and moves them by some milliseconds. */
const mover = (by: number) => {
  const time = (text: string): number => Date.parse(text) + by
  return { time, timeOrNot: (text: string | null): number | undefined => (text === null ? undefined : time(text)) }
}

type Mover = ReturnType<typeof mover>

const readParticipants = (room: Records.RoomRecord, state: RoomState, { time, timeOrNot }: Mover): void => {
  for (const [position, person] of state.participants.entries()) {
    const participant: Records.ParticipantRecord = {
      sid: person.sid,
      room,
      position,
      identity: person.identity,
      erasedIdentity: person.erasedIdentity ?? undefined,
      status: person.status,
      created: time(person.created),
      updated: time(person.updated),
      ended: timeOrNot(person.ended),
      tracks: [],
      rules: person.rules,
      rulesCreated: timeOrNot(person.rulesCreated),
      rulesUpdated: timeOrNot(person.rulesUpdated),
      deadline: undefined
    }
    room.participants.push(participant)
    room.roster.add(participant)
  }
}

const readTracks = (
  room: Records.RoomRecord,
  state: RoomState,
  { time, timeOrNot }: Mover
): Result.Result<void, SandboxError.SandboxError> => {
  const publishers = new Map(room.participants.map((participant) => [participant.sid, participant]))
  for (const [position, entry] of state.tracks.entries()) {
    const publisher = publishers.get(entry.participantSid)
    if (publisher === undefined) {
      return wrong(`rooms[${room.position}].tracks[${position}] is published by a participant who isn't in the room.`)
    }
    const track = new Records.TrackRecord({
      sid: entry.sid,
      publisher,
      position,
      name: entry.name,
      kind: entry.kind,
      created: time(entry.created),
      enabled: entry.enabled,
      updated: timeOrNot(entry.updated),
      unpublished: timeOrNot(entry.unpublished)
    })
    room.tracks.push(track)
    if (track.unpublished !== undefined) continue
    publisher.tracks.push(track)
    room.published.set(track.sid, track)
  }
  return Result.void
}

const readRoom = (
  state: RoomState,
  position: number,
  mover: Mover
): Result.Result<Records.RoomRecord, SandboxError.SandboxError> => {
  const participants: Array<Records.ParticipantRecord> = []
  const room: Records.RoomRecord = {
    sid: state.sid,
    position,
    uniqueName: state.uniqueName ?? undefined,
    settings: { ...state.settings, statusCallback: state.settings.statusCallback ?? undefined },
    created: mover.time(state.created),
    updated: mover.time(state.updated),
    ended: mover.timeOrNot(state.ended),
    latest: mover.time(state.created),
    participants,
    roster: Roster.make(participants),
    emptySince: mover.timeOrNot(state.emptySince),
    deadline: undefined,
    idleDeadline: undefined,
    events: state.events ?? 0,
    tracks: [],
    published: new Map()
  }
  readParticipants(room, state, mover)
  return Result.map(readTracks(room, state, mover), () => room)
}

/** The latest time in a state, for one without `exportedAt`. */
const latestOf = ({ rooms }: State): number => {
  let latest = Number.NEGATIVE_INFINITY
  const add = (...times: ReadonlyArray<string | null>) => {
    for (const time of times) if (time !== null) latest = Math.max(latest, Date.parse(time))
  }
  for (const room of rooms) {
    add(room.created, room.updated, room.ended, room.emptySince)
    for (const person of room.participants) add(person.created, person.ended, person.rulesUpdated, person.updated)
    for (const { created, unpublished, updated } of room.tracks) add(created, unpublished, updated)
  }
  return latest
}

export interface Reading {
  readonly now: number
  readonly times: "move" | "keep"
}

/** Reads the records of a valid document, and the time at which they were like this. */
export const read = (
  state: State,
  { now, times }: Reading
): Result.Result<
  { readonly rooms: ReadonlyArray<Records.RoomRecord>; readonly asOf: number },
  SandboxError.SandboxError
> =>
  Result.gen(function* () {
    const exported = state.exportedAt === undefined ? latestOf(state) : Date.parse(state.exportedAt)
    const asOf = times === "keep" ? exported : now
    if (asOf > now) return yield* wrong('It was exported later than now. Import it without times "keep".')
    const rooms: Array<Records.RoomRecord> = []
    const moved = mover(asOf - exported)
    for (const [position, entry] of state.rooms.entries()) rooms.push(yield* readRoom(entry, position, moved))
    const problem = StateValidator.problem(rooms, asOf)
    return problem === undefined ? { rooms, asOf } : yield* wrong(problem)
  })

/**
 * The engine's records as a state document, and back. Holds neither the document's form (see `SandboxState`) nor the
 * engine's rules, except those that every state keeps.
 */
import * as Result from "effect/Result"
import * as SandboxError from "../SandboxError.ts"
import type * as SandboxState from "../SandboxState.ts"
import * as Records from "./Records.ts"
import type { Outcome, RoomEngine } from "./RoomEngine.ts"

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

/** The document of all there is. */
export const write = (engine: RoomEngine): SandboxState.SandboxState => ({
  version: 1,
  sids: engine.world.sids,
  rooms: engine.world.roomsInOrder.map(roomState)
})

const millis = (text: string): number => Date.parse(text)

const millisOrNot = (text: string | null): number | undefined => (text === null ? undefined : millis(text))

type RoomState = SandboxState.SandboxState["rooms"][number]

const wrong = (what: string) => Result.fail(SandboxError.make("invalid-state", what))

const readParticipants = (room: Records.RoomRecord, state: RoomState): Outcome<void> => {
  for (const [position, person] of state.participants.entries()) {
    const participant: Records.ParticipantRecord = {
      sid: person.sid,
      room,
      position,
      identity: person.identity,
      erasedIdentity: person.erasedIdentity ?? undefined,
      status: person.status,
      created: millis(person.created),
      updated: millis(person.updated),
      ended: millisOrNot(person.ended),
      tracks: [],
      rules: person.rules,
      rulesCreated: millisOrNot(person.rulesCreated),
      rulesUpdated: millisOrNot(person.rulesUpdated)
    }
    if ((person.status === "disconnected") !== (person.ended !== null)) {
      return wrong("A participant has an end without being disconnected, or the reverse.")
    }
    if (person.status !== "disconnected") {
      if (room.ended !== undefined) return wrong("A completed room has a participant who is not disconnected.")
      room.live.set(person.sid, participant)
      if (person.identity !== person.sid) {
        if (room.named.has(person.identity)) return wrong("Two participants in a room have the same identity at once.")
        room.named.set(person.identity, participant)
      }
    }
    room.participants.push(participant)
  }
  return Result.void
}

const readTracks = (room: Records.RoomRecord, state: RoomState): Outcome<void> => {
  const publishers = new Map(room.participants.map((participant) => [participant.sid, participant]))
  for (const [position, entry] of state.tracks.entries()) {
    const publisher = publishers.get(entry.participantSid)
    if (publisher === undefined) return wrong("A track has no publisher in its room.")
    const track = new Records.TrackRecord({
      sid: entry.sid,
      publisher,
      position,
      name: entry.name,
      kind: entry.kind,
      created: millis(entry.created),
      enabled: entry.enabled,
      updated: millisOrNot(entry.updated),
      unpublished: millisOrNot(entry.unpublished)
    })
    room.tracks.push(track)
    if (track.unpublished !== undefined) continue
    if (publisher.status === "disconnected") return wrong("A participant who is disconnected publishes a track.")
    if (publisher.tracks.some((other) => other.name === track.name)) {
      return wrong("A participant publishes two tracks of one name.")
    }
    publisher.tracks.push(track)
    room.published.set(track.sid, track)
  }
  return Result.void
}

const readRoom = (state: RoomState, position: number): Outcome<Records.RoomRecord> => {
  const room: Records.RoomRecord = {
    sid: state.sid,
    position,
    uniqueName: state.uniqueName ?? undefined,
    settings: { ...state.settings, statusCallback: state.settings.statusCallback ?? undefined },
    created: millis(state.created),
    updated: millis(state.updated),
    ended: millisOrNot(state.ended),
    participants: [],
    live: new Map(),
    named: new Map(),
    emptied: 0,
    emptySince: millisOrNot(state.emptySince),
    events: state.events ?? 0,
    tracks: [],
    published: new Map()
  }
  return Result.flatMap(readParticipants(room, state), () =>
    Result.flatMap(readTracks(room, state), () => {
      const empty = room.ended === undefined && room.participants.length > 0 && room.live.size === 0
      return empty === (room.emptySince !== undefined)
        ? Result.succeed(room)
        : wrong("A room says since when it is empty without being empty, or the reverse.")
    })
  )
}

/** The records of a document, if they can be together. */
export const read = (state: SandboxState.SandboxState): Outcome<ReadonlyArray<Records.RoomRecord>> =>
  Result.gen(function* () {
    const rooms: Array<Records.RoomRecord> = []
    const sids = new Set<string>()
    const names = new Set<string>()
    for (const [position, entry] of state.rooms.entries()) {
      const room = yield* readRoom(entry, position)
      for (const { sid } of [room, ...room.participants, ...room.tracks]) {
        if (sids.has(sid)) return yield* wrong("A SID is there twice.")
        sids.add(sid)
      }
      if (room.uniqueName !== undefined && room.ended === undefined) {
        if (names.has(room.uniqueName)) return yield* wrong("Two rooms in progress have one unique name.")
        names.add(room.uniqueName)
      }
      rooms.push(room)
    }
    return rooms
  })

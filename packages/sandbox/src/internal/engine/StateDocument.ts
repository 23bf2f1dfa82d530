/**
 * Writes the engine's records as a state document: as a value, or as JSON in chunks. `SandboxState` is the document's
 * schema.
 */
import type * as SandboxState from "../../SandboxState.ts"
import type * as Records from "./Records.ts"
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

const participantState = (participant: Records.ParticipantRecord) => {
  // Formatting a time takes longer than the rest of the record, and most of these times are equal.
  const created = time(participant.created)
  const updated = participant.updated === participant.created ? created : time(participant.updated)
  return {
    sid: participant.sid,
    identity: participant.identity,
    erasedIdentity: participant.erasedIdentity ?? null,
    status: participant.status,
    created,
    updated,
    ended: participant.ended === participant.updated ? updated : timeOrNull(participant.ended),
    rules: participant.rules,
    rulesCreated: timeOrNull(participant.rulesCreated),
    rulesUpdated: timeOrNull(participant.rulesUpdated)
  }
}

const roomState = (room: Records.RoomRecord) => ({
  sid: room.sid,
  uniqueName: room.uniqueName ?? null,
  created: time(room.created),
  updated: time(room.updated),
  ended: timeOrNull(room.ended),
  emptySince: timeOrNull(room.emptySince),
  settings: { ...room.settings, statusCallback: room.settings.statusCallback ?? null },
  events: room.events
})

// If the clock was set back, a room's latest change is later than now.
const exportedAt = ({ now, rooms }: Store): string => {
  let latest = now
  for (const room of rooms.values()) latest = Math.max(latest, room.latest)
  return time(latest)
}

const headOf = (store: Store) => ({ version: 1 as const, exportedAt: exportedAt(store), sids: store.sids })

export const write = (store: Store): SandboxState.SandboxState => ({
  ...headOf(store),
  rooms: Array.from(store.rooms.values(), (room) => ({
    ...roomState(room),
    participants: room.participants.map(participantState),
    tracks: room.tracks.map(trackState)
  }))
})

/** An object's JSON up to its closing brace, for a list to follow. */
const open = (value: object, list: string): string => `${JSON.stringify(value).slice(0, -1)},"${list}":[`

const lines = function* <A>(items: Iterable<A>, write: (item: A) => string): Generator<string> {
  let separator = "\n"
  for (const item of items) {
    yield separator + write(item)
    separator = ",\n"
  }
}

/** The document as JSON, with one record per line. */
const texts = function* (store: Store): Generator<string> {
  yield open(headOf(store), "rooms")
  let separator = "\n"
  for (const room of store.rooms.values()) {
    yield separator + open(roomState(room), "participants")
    yield* lines(room.participants, (participant) => JSON.stringify(participantState(participant)))
    yield '\n],"tracks":['
    yield* lines(room.tracks, (track) => JSON.stringify(trackState(track)))
    yield "\n]}"
    separator = ",\n"
  }
  yield "\n]}\n"
}

const chunkLength = 65_536

const encoder = new TextEncoder()

const encode = function* (texts: Iterator<string>): Generator<Uint8Array> {
  for (let next = texts.next(); next.done !== true;) {
    let chunk = ""
    for (; next.done !== true && chunk.length < chunkLength; next = texts.next()) chunk += next.value
    yield encoder.encode(chunk)
  }
}

/**
 * The document as JSON, of the records as they are when the first chunk is taken. Each chunk is written when it is
 * taken; a change meanwhile waits until the rest is written.
 */
export const chunks = function* (store: Store): Generator<Uint8Array> {
  const unwritten = encode(texts(store))
  const written: Array<Uint8Array> = []
  const writeAll = () => {
    for (const chunk of unwritten) written.push(chunk)
  }
  store.onChange.add(writeAll)
  try {
    for (;;) {
      const next = written.shift() ?? unwritten.next().value
      if (next === undefined) return
      yield next
    }
  } finally {
    store.onChange.delete(writeAll)
  }
}

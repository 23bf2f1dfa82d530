/**
 * Reads a state document record by record. `SandboxState` is the document's schema; `StateValidator` checks that its
 * records fit together.
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SandboxError from "../../SandboxError.ts"
import * as SandboxState from "../../SandboxState.ts"
import * as Records from "./Records.ts"
import * as Roster from "./Roster.ts"
import * as StateValidator from "./StateValidator.ts"
import type { Store } from "./Store.ts"

const decodeState = Schema.decodeUnknownResult(SandboxState.SandboxState)

const decodeRoom = Schema.decodeUnknownResult(SandboxState.RoomState)

const decodeParticipant = Schema.decodeUnknownResult(SandboxState.ParticipantState)

const decodeTrack = Schema.decodeUnknownResult(SandboxState.TrackState)

const time = (text: string): number => Date.parse(text)

const timeOrNot = (text: string | null): number | undefined => (text === null ? undefined : time(text))

type Times<K extends string> = { [P in K]?: number | undefined }

const roomTimes = ["created", "updated", "ended", "emptySince"] as const
const participantTimes = ["created", "updated", "ended", "rulesCreated", "rulesUpdated"] as const
const trackTimes = ["created", "updated", "unpublished"] as const

/** Replaces the times that are given. */
const changeTimes = <K extends string>(record: Times<K>, names: ReadonlyArray<K>, change: (time: number) => number) => {
  for (const name of names) {
    const time = record[name]
    if (time !== undefined) record[name] = change(time)
  }
}

const itemsOf = (value: unknown, name: string): ReadonlyArray<unknown> =>
  Predicate.hasProperty(value, name) && Array.isArray(value[name]) ? value[name] : []

/** The value without the items of some of its arrays. */
const withoutItems = (value: unknown, ...names: ReadonlyArray<string>): unknown =>
  names.some((name) => itemsOf(value, name).length > 0)
    ? { ...(value as object), ...Object.fromEntries(names.map((name) => [name, []])) } // It has members.
    : value

export interface Reading {
  readonly now: number
  readonly times: "move" | "keep"
}

export interface Read {
  readonly store: Store
  /** The time at which the rooms were like this. */
  readonly asOf: number
}

/** Participants and tracks are read before their room, and the rooms before the document. */
export class StateReader {
  /** The first problem. What is read after it is ignored. */
  problem: SandboxError.SandboxError | undefined
  private document: SandboxState.SandboxState | undefined
  private readonly rooms: Array<Records.RoomRecord> = []
  private room = Roster.emptyRoom(0, 0)
  private publishers = new Map<string, Records.ParticipantRecord>()
  /** The tracks that came before their participants, and those after them. */
  private waiting: Array<typeof SandboxState.TrackState.Type> = []

  /** Reads the document, with any rooms that weren't read before. */
  readDocument(json: unknown): void {
    for (const room of itemsOf(json, "rooms")) this.readRoom(room)
    this.document = this.decode(decodeState, withoutItems(json, "rooms"), [])
  }

  /** Reads a room, with any participants and tracks that weren't read before. The next ones belong to another room. */
  readRoom(json: unknown): void {
    for (const participant of itemsOf(json, "participants")) this.readParticipant(participant)
    for (const track of itemsOf(json, "tracks")) this.readTrack(track)
    const { room } = this
    const state = this.decode(decodeRoom, withoutItems(json, "participants", "tracks"), ["rooms", room.position])
    if (state === undefined) return
    room.sid = state.sid
    room.uniqueName = state.uniqueName ?? undefined
    room.settings = { ...state.settings, statusCallback: state.settings.statusCallback ?? undefined }
    room.created = time(state.created)
    room.updated = time(state.updated)
    room.ended = timeOrNot(state.ended)
    room.emptySince = timeOrNot(state.emptySince)
    room.events = state.events ?? 0
    for (const track of this.waiting) this.addTrack(track)
    this.rooms.push(room)
    this.room = Roster.emptyRoom(this.rooms.length, 0)
    this.publishers = new Map()
    this.waiting = []
  }

  readParticipant(json: unknown): void {
    const { room } = this
    const position = room.participants.length
    const state = this.decode(decodeParticipant, json, ["rooms", room.position, "participants", position])
    if (state === undefined) return
    const participant: Records.ParticipantRecord = {
      sid: state.sid,
      room,
      position,
      identity: state.identity,
      erasedIdentity: state.erasedIdentity ?? undefined,
      status: state.status,
      created: time(state.created),
      updated: time(state.updated),
      ended: timeOrNot(state.ended),
      tracks: [],
      rules: state.rules,
      rulesCreated: timeOrNot(state.rulesCreated),
      rulesUpdated: timeOrNot(state.rulesUpdated),
      deadline: undefined
    }
    room.participants.push(participant)
    room.roster.add(participant)
    this.publishers.set(state.sid, participant)
  }

  readTrack(json: unknown): void {
    const { publishers, room, waiting } = this
    const position = room.tracks.length + waiting.length
    const state = this.decode(decodeTrack, json, ["rooms", room.position, "tracks", position])
    if (state === undefined) return
    if (waiting.length > 0 || !publishers.has(state.participantSid)) waiting.push(state)
    else this.addTrack(state)
  }

  private addTrack(state: typeof SandboxState.TrackState.Type): void {
    const { room } = this
    const position = room.tracks.length
    const publisher = this.publishers.get(state.participantSid)
    if (publisher === undefined) {
      const where = `rooms[${room.position}].tracks[${position}]`
      return this.fail(`${where} is published by a participant who isn't in the room.`)
    }
    const track = new Records.TrackRecord({
      sid: state.sid,
      publisher,
      position,
      name: state.name,
      kind: state.kind,
      created: time(state.created),
      enabled: state.enabled,
      updated: timeOrNot(state.updated),
      unpublished: timeOrNot(state.unpublished)
    })
    room.tracks.push(track)
    if (track.unpublished !== undefined) return
    publisher.tracks.push(track)
    room.published.set(track.sid, track)
  }

  /** Adds what was read to a new store, if it's valid. `makeStore` makes one that has issued a number of SIDs. */
  finish(makeStore: (sids: number) => Store, { now, times }: Reading): Result.Result<Read, SandboxError.SandboxError> {
    const { document, problem, rooms } = this
    if (problem !== undefined || document === undefined) {
      return Result.fail(problem ?? SandboxError.make("invalid-state"))
    }
    const exported = document.exportedAt === undefined ? this.latest() : time(document.exportedAt)
    const asOf = times === "keep" ? exported : now
    if (asOf > now) {
      return SandboxError.fail("invalid-state", 'It was exported later than now. Import it without times "keep".')
    }
    if (asOf !== exported) this.changeAllTimes((time) => time + asOf - exported)
    const store = makeStore(document.sids)
    const wrong = StateValidator.add(store, rooms, asOf)
    return wrong === undefined ? Result.succeed({ store, asOf }) : SandboxError.fail("invalid-state", wrong)
  }

  private changeAllTimes(change: (time: number) => number): void {
    for (const room of this.rooms) {
      changeTimes(room, roomTimes, change)
      for (const participant of room.participants) changeTimes(participant, participantTimes, change)
      for (const track of room.tracks) changeTimes(track, trackTimes, change)
    }
  }

  /** The latest time, for a state without `exportedAt`. */
  private latest(): number {
    let latest = Number.NEGATIVE_INFINITY
    this.changeAllTimes((time) => {
      latest = Math.max(latest, time)
      return time
    })
    return latest
  }

  private fail(what: string): void {
    this.problem ??= SandboxError.make("invalid-state", what)
  }

  private decode<A>(
    decode: (json: unknown) => Result.Result<A, Schema.SchemaError>,
    json: unknown,
    path: ReadonlyArray<string | number>
  ): A | undefined {
    if (this.problem !== undefined) return undefined
    const decoded = decode(json)
    if (Result.isSuccess(decoded)) return decoded.success
    const issue = new SchemaIssue.Pointer(path, decoded.failure.issue)
    this.fail(SandboxError.where(new Schema.SchemaError(issue)))
    return undefined
  }
}

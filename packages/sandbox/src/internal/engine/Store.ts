/**
 * Stores the rooms, participants and tracks of a sandbox and finds them by SID or name. Also holds the current time,
 * the deadlines, and the generator of SIDs.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as Random from "effect/Random"
import * as Deadlines from "./Deadlines.ts"
import { RecordIndex } from "./RecordIndex.ts"
import type { Due, ParticipantRecord, RoomRecord, TrackRecord } from "./Records.ts"
import * as Roster from "./Roster.ts"

const hexDigits = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0))

/** A SID has 128 bits; one draw from the generator gives 32. */
const drawsEach = 4

/**
 * The number of SIDs from one generator. A store that continues after any number of SIDs has to repeat the draws of one
 * block at most.
 */
const blockSize = 65_536

export class Store {
  /** By SID, in order of creation. */
  readonly rooms = new Map<string, RoomRecord>()
  readonly participants = new Map<string, ParticipantRecord>()
  readonly tracks = new Map<string, TrackRecord>()
  /** By unique name. */
  readonly inProgress = new Map<string, RoomRecord>()
  /** By position. A removed room leaves a gap. */
  private readonly positions: Array<RoomRecord | undefined> = []
  /** By status and by the name that Twilio shows. */
  readonly roomIndex = new RecordIndex<RoomRecord, "in-progress" | "completed" | "failed">(
    this.positions,
    ({ ended }) => (ended === undefined ? "in-progress" : "completed"),
    ({ sid, uniqueName }) => [uniqueName ?? sid]
  )
  readonly deadlines = new Deadlines.Deadlines<Due>()
  /** The current time in milliseconds since 1970. */
  now = 0
  /** Called before the next change, for those who are still reading the records. */
  readonly onChange = new Set<() => void>()
  /** The number of SIDs issued so far. */
  sids: number
  private readonly randomOf: (block: number) => Random.Random
  private random: Random.Random

  /** `randomOf` makes a block's generator, always with the same sequence. `sids` SIDs count as issued. */
  constructor(randomOf: (block: number) => Random.Random, sids = 0) {
    this.randomOf = randomOf
    this.sids = sids
    this.random = randomOf(Math.floor(sids / blockSize))
    for (let draw = 0; draw < (sids % blockSize) * drawsEach; draw++) this.random.nextDoubleUnsafe()
  }

  // Made at once, not concatenated: V8 keeps a concatenated string as a tree, which takes several times the memory.
  private sid(prefix: string): string {
    if (this.sids % blockSize === 0) this.random = this.randomOf(this.sids / blockSize)
    this.sids += 1
    const codes = [prefix.charCodeAt(0), prefix.charCodeAt(1)]
    for (let draw = 0; draw < drawsEach; draw++) {
      const bits = (this.random.nextDoubleUnsafe() * 0x1_0000_0000) >>> 0
      for (let shift = 28; shift >= 0; shift -= 4) codes.push(hexDigits[(bits >>> shift) & 15] ?? 0)
    }
    return String.fromCharCode(...codes)
  }

  // A state written by hand may contain SIDs that this generator has yet to draw.
  private freshSid(prefix: string, taken: ReadonlyMap<string, unknown>): string {
    for (;;) {
      const sid = this.sid(prefix)
      if (!taken.has(sid)) return sid
    }
  }

  /** The number of records. */
  get size(): number {
    return this.rooms.size + this.participants.size + this.tracks.size
  }

  /** The position of the next room. */
  get nextPosition(): number {
    return this.positions.length
  }

  roomSid(): string {
    return this.freshSid("RM", this.rooms)
  }

  participantSid(): string {
    return this.freshSid("PA", this.participants)
  }

  trackSid(): string {
    return this.freshSid("MT", this.tracks)
  }

  /** Must be called before any change of a room, a participant or a track. `add` and `forget` do so themselves. */
  aboutToChange(): void {
    for (const listener of this.onChange) listener()
  }

  /** Adds a room with all of its participants and tracks, past ones included. */
  add(room: RoomRecord): void {
    this.aboutToChange()
    this.rooms.set(room.sid, room)
    this.positions[room.position] = room
    this.roomIndex.add(room)
    if (room.uniqueName !== undefined && room.ended === undefined) this.inProgress.set(room.uniqueName, room)
    for (const participant of room.participants) this.participants.set(participant.sid, participant)
    for (const track of room.tracks) this.tracks.set(track.sid, track)
  }

  /** Removes a room with all of its participants and tracks. */
  forget(room: RoomRecord): void {
    this.aboutToChange()
    this.rooms.delete(room.sid)
    this.roomIndex.remove(room)
    this.positions[room.position] = undefined
    for (const participant of room.participants) this.participants.delete(participant.sid)
    for (const track of room.tracks) this.tracks.delete(track.sid)
  }

  /** Finds any room by SID, or a room in progress by unique name. */
  findRoom(room: string): RoomRecord | undefined {
    return Sid.isRoomSid(room) ? this.rooms.get(room) : this.inProgress.get(room)
  }

  /** Finds any participant of the room by SID, or one who hasn't left by identity. */
  findParticipant(room: RoomRecord, participant: string): ParticipantRecord | undefined {
    if (Sid.isParticipantSid(participant)) {
      const record = this.participants.get(participant)
      return record?.room === room ? record : undefined
    }
    return Roster.namesakes(room, participant)[0]
  }

  /** Finds a track that the participant publishes now, by SID or name. */
  findPublished(participant: ParticipantRecord, track: string): TrackRecord | undefined {
    const bySid = Sid.isTrackSid(track)
    return participant.tracks.find((candidate) => (bySid ? candidate.sid : candidate.name) === track)
  }
}

/**
 * Everything that a sandbox knows at one time: rooms, participants and tracks as they are found, the SIDs that were
 * given out, the time, and what is due. Holds no rule of what may happen: see `RoomEngine`.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as Random from "effect/Random"
import * as Deadlines from "./Deadlines.ts"
import type { Due, ParticipantRecord, RoomRecord, TrackRecord } from "./Records.ts"

/** A SID has 128 bits, and a draw of the generator 32. */
const drawsEach = 4

/** How many SIDs come from one generator: to go on after any number of SIDs takes fewer draws than for these. */
const blockSize = 65_536

export class Store {
  readonly rooms = new Map<string, RoomRecord>()
  readonly participants = new Map<string, ParticipantRecord>()
  readonly tracks = new Map<string, TrackRecord>()
  /** By unique name. */
  readonly inProgress = new Map<string, RoomRecord>()
  /** By position; a room that is forgotten leaves a gap in the positions. */
  readonly roomsInOrder: Array<RoomRecord> = []
  readonly deadlines = new Deadlines.Deadlines<Due>()
  /** The time of what happens now, in milliseconds since 1970. */
  now = 0
  /** How many SIDs were given out. */
  sids: number
  private readonly randomOf: (block: number) => Random.Random
  private random: Random.Random

  /** `randomOf` gives a block's generator, which starts the same each time; `sids` SIDs are given out already. */
  constructor(randomOf: (block: number) => Random.Random, sids = 0) {
    this.randomOf = randomOf
    this.sids = sids
    this.random = randomOf(Math.floor(sids / blockSize))
    for (let draw = 0; draw < (sids % blockSize) * drawsEach; draw++) this.random.nextDoubleUnsafe()
  }

  // Joined and not added up: a string that was added up takes several times the memory until somebody reads it.
  private sid(prefix: string): string {
    if (this.sids % blockSize === 0) this.random = this.randomOf(this.sids / blockSize)
    this.sids += 1
    const parts = [prefix]
    for (let draw = 0; draw < drawsEach; draw++) {
      parts.push(((this.random.nextDoubleUnsafe() * 0x1_0000_0000) >>> 0).toString(16).padStart(8, "0"))
    }
    return parts.join("")
  }

  // A state that was written by hand may have SIDs that this generator is yet to come to.
  private freshSid(prefix: string, taken: ReadonlyMap<string, unknown>): string {
    for (;;) {
      const sid = this.sid(prefix)
      if (!taken.has(sid)) return sid
    }
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

  /** Adds a room with everybody and everything that is or was in it. */
  add(room: RoomRecord): void {
    this.rooms.set(room.sid, room)
    this.roomsInOrder.push(room)
    if (room.uniqueName !== undefined && room.ended === undefined) this.inProgress.set(room.uniqueName, room)
    for (const participant of room.participants) this.participants.set(participant.sid, participant)
    for (const track of room.tracks) this.tracks.set(track.sid, track)
  }

  /** Takes out what was added. */
  forget(room: RoomRecord): void {
    this.rooms.delete(room.sid)
    this.roomsInOrder.splice(this.roomsInOrder.indexOf(room), 1)
    for (const participant of room.participants) this.participants.delete(participant.sid)
    for (const track of room.tracks) this.tracks.delete(track.sid)
  }

  /** A room by SID in any state, or by unique name while in progress. */
  findRoom(room: string): RoomRecord | undefined {
    return Sid.isRoomSid(room) ? this.rooms.get(room) : this.inProgress.get(room)
  }

  /** A participant of the room by SID in any state, or by identity while not gone. */
  findParticipant(room: RoomRecord, participant: string): ParticipantRecord | undefined {
    if (Sid.isParticipantSid(participant)) {
      const record = this.participants.get(participant)
      return record?.room === room ? record : undefined
    }
    return room.named.get(participant)
  }

  /** A track that the participant publishes now, by SID or name. */
  findPublished(participant: ParticipantRecord, track: string): TrackRecord | undefined {
    const bySid = Sid.isTrackSid(track)
    return participant.tracks.find((candidate) => (bySid ? candidate.sid : candidate.name) === track)
  }
}

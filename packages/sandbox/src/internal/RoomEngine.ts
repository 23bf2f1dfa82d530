/**
 * The rooms of the sandbox and their participants, in memory: what there is, what may happen to it, and what each
 * look-up finds. Synchronous and told the time, so that it runs under any clock. Holds no HTTP.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Duration from "effect/Duration"
import type * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as Assumptions from "../Assumptions.ts"
import * as SandboxError from "../SandboxError.ts"
import type * as Scenario from "../Scenario.ts"

export type Status = "connected" | "reconnecting" | "disconnected"

/** Times are milliseconds since 1970. */
export interface ParticipantRecord {
  readonly sid: string
  readonly room: RoomRecord
  /** The place in the room's order of joining, from 0. */
  readonly index: number
  identity: string
  status: Status
  readonly created: number
  updated: number
  ended: number | undefined
}

export interface RoomRecord {
  readonly sid: string
  readonly uniqueName: string | undefined
  readonly created: number
  updated: number
  ended: number | undefined
  /** In order of joining; never shortened, so that a participant's index is its place. */
  readonly participants: Array<ParticipantRecord>
  /** Those who have not left, by identity. */
  readonly live: Map<string, ParticipantRecord>
}

type Outcome<A> = Result.Result<A, SandboxError.SandboxError>

const refuse = (problem: typeof SandboxError.Problem.Type) => Result.fail(SandboxError.make(problem))

const isText = (text: string): boolean => {
  if (text === "") return false
  try {
    encodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

export class RoomEngine {
  readonly rooms = new Map<string, RoomRecord>()
  readonly participants = new Map<string, ParticipantRecord>()
  readonly inProgress = new Map<string, RoomRecord>()
  readonly accountSid: string
  readonly assumptions: Assumptions.Assumptions
  private answers = 0
  private readonly scenario: Scenario.Scenario
  private readonly freshRandom: () => Random.Random
  private random: Random.Random
  private started = false

  /** `freshRandom` gives a generator that starts the same each time. */
  constructor(
    accountSid: string,
    assumptions: Assumptions.Assumptions,
    scenario: Scenario.Scenario,
    freshRandom: () => Random.Random
  ) {
    this.accountSid = accountSid
    this.assumptions = assumptions
    this.scenario = scenario
    this.freshRandom = freshRandom
    this.random = freshRandom()
  }

  /**
   * Plays the scenario, once. At first use and not when made: a Worker makes its handler where there is no clock yet.
   */
  start(now: number): void {
    if (!this.started) this.reset(now)
  }

  /** Throws where the scenario cannot be played: that is a mistake in the program that wrote it. */
  reset(now: number): void {
    this.rooms.clear()
    this.participants.clear()
    this.inProgress.clear()
    this.random = this.freshRandom()
    this.started = true
    Result.getOrThrow(this.play(now))
  }

  /** An id for the next answer. Apart from the SIDs, so that these do not depend on how often somebody asked. */
  requestId(): string {
    this.answers += 1
    return `RQ${this.answers.toString(16).padStart(32, "0")}`
  }

  private hex32(): string {
    let hex = ""
    for (let i = 0; i < 4; i++) {
      hex += ((this.random.nextDoubleUnsafe() * 0x1_0000_0000) >>> 0).toString(16).padStart(8, "0")
    }
    return hex
  }

  // ---- what happens ----

  openRoom(uniqueName: string | undefined, now: number): Outcome<RoomRecord> {
    if (uniqueName !== undefined) {
      if (!isText(uniqueName)) return refuse("invalid-name")
      if (this.inProgress.has(uniqueName)) return refuse("room-exists")
    }
    const room: RoomRecord = {
      sid: `RM${this.hex32()}`,
      uniqueName,
      created: now,
      updated: now,
      ended: undefined,
      participants: [],
      live: new Map()
    }
    this.rooms.set(room.sid, room)
    if (uniqueName !== undefined) this.inProgress.set(uniqueName, room)
    return Result.succeed(room)
  }

  completeRoom(room: RoomRecord, now: number): Outcome<RoomRecord> {
    if (room.ended !== undefined) return refuse("room-completed")
    for (const participant of room.live.values()) this.end(participant, now)
    room.ended = now
    room.updated = now
    if (room.uniqueName !== undefined) this.inProgress.delete(room.uniqueName)
    return Result.succeed(room)
  }

  join(room: RoomRecord, identity: string, now: number): Outcome<ParticipantRecord> {
    if (!isText(identity)) return refuse("invalid-identity")
    if (room.ended !== undefined) return refuse("room-completed")
    const namesake = room.live.get(identity)
    if (namesake !== undefined) this.end(namesake, now)
    const participant: ParticipantRecord = {
      sid: `PA${this.hex32()}`,
      room,
      index: room.participants.length,
      identity,
      status: "connected",
      created: now,
      updated: now,
      ended: undefined
    }
    room.participants.push(participant)
    room.live.set(identity, participant)
    this.participants.set(participant.sid, participant)
    return Result.succeed(participant)
  }

  leave(participant: ParticipantRecord, now: number): Outcome<ParticipantRecord> {
    if (participant.status === "disconnected") return refuse("not-connected")
    this.end(participant, now)
    return Result.succeed(participant)
  }

  loseConnection(participant: ParticipantRecord, now: number): Outcome<ParticipantRecord> {
    if (participant.status !== "connected") return refuse("not-connected")
    participant.status = "reconnecting"
    participant.updated = now
    return Result.succeed(participant)
  }

  regainConnection(participant: ParticipantRecord, now: number): Outcome<ParticipantRecord> {
    if (participant.status !== "reconnecting") return refuse("not-reconnecting")
    participant.status = "connected"
    participant.updated = now
    return Result.succeed(participant)
  }

  /** Replaces the identity for good. Once done, doing it again changes nothing. */
  anonymize(participant: ParticipantRecord, now: number): void {
    if (participant.identity === participant.sid) return
    if (participant.status !== "disconnected") {
      participant.room.live.delete(participant.identity)
      participant.room.live.set(participant.sid, participant)
    }
    participant.identity = participant.sid
    participant.updated = now
  }

  private end(participant: ParticipantRecord, now: number): void {
    participant.status = "disconnected"
    participant.ended = now
    participant.updated = now
    participant.room.live.delete(participant.identity)
  }

  // ---- what is found ----

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
    return room.live.get(participant)
  }

  // ---- seeding ----

  /** Plays the scenario in the order in which it happened. */
  private play(now: number): Outcome<void> {
    const at = (ago: Duration.Input) => now - Duration.toMillis(ago)
    const events: Array<{ readonly at: number; readonly happen: (at: number) => Outcome<unknown> }> = []
    for (const room of this.scenario.rooms) {
      const joins = (room.participants ?? []).map((participant) => at(participant.joinedAgo ?? 0))
      const opened = Math.min(room.openedAgo === undefined ? now : at(room.openedAgo), ...joins)
      let record: RoomRecord | undefined
      events.push({
        at: opened,
        happen: (at) =>
          Result.map(this.openRoom(room.uniqueName, at), (room) => {
            record = room
          })
      })
      for (const participant of room.participants ?? []) {
        let joined: ParticipantRecord | undefined
        events.push({
          at: at(participant.joinedAgo ?? 0),
          happen: (at) =>
            record === undefined
              ? refuse("room-completed")
              : Result.map(this.join(record, participant.identity, at), (participant) => {
                  joined = participant
                })
        })
        if (participant.reconnecting === true) {
          events.push({
            at: now,
            happen: (at) => (joined === undefined ? refuse("not-connected") : this.loseConnection(joined, at))
          })
        }
        if (participant.leftAgo !== undefined) {
          events.push({
            at: at(participant.leftAgo),
            happen: (at) => (joined === undefined ? refuse("not-connected") : this.leave(joined, at))
          })
        }
      }
      if (room.completedAgo !== undefined) {
        events.push({
          at: at(room.completedAgo),
          happen: (at) => (record === undefined ? refuse("room-completed") : this.completeRoom(record, at))
        })
      }
    }
    // Stable: of two events at one time, the one written first happens first.
    events.sort((a, b) => a.at - b.at)
    for (const event of events) {
      const outcome = event.happen(event.at)
      if (Result.isFailure(outcome)) return Result.fail(outcome.failure)
    }
    return Result.void
  }
}

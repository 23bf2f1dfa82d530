/**
 * What may happen in the sandbox's rooms, and what becomes of it: rooms, participants, tracks and rules change here and
 * nowhere else. Synchronous and told the time, so that it runs under any clock. Holds no HTTP, and not the records (see
 * `World`).
 */
import * as NameRules from "@effect-twilio-video/core/NameRules"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import type * as Change from "./Change.ts"
import * as Records from "./Records.ts"
import * as RoomSettings from "./RoomSettings.ts"
import * as ScenarioPlay from "./ScenarioPlay.ts"
import * as Timeouts from "./Timeouts.ts"
import { World } from "./World.ts"

type RoomRecord = Records.RoomRecord
type ParticipantRecord = Records.ParticipantRecord
type TrackRecord = Records.TrackRecord

export type Outcome<A> = Result.Result<A, SandboxError.SandboxError>

const refuse = (problem: typeof SandboxError.Problem.Type) => Result.fail(SandboxError.make(problem))

const subscribeToAll: ReadonlyArray<SubscribeRule.SubscribeRule> = [{ type: "include", all: true }]

const subscribeToNone: ReadonlyArray<SubscribeRule.SubscribeRule> = [{ type: "exclude", all: true }]

const roomNameProblems = {
  empty: "invalid-name",
  "not-unicode": "name-not-unicode",
  "too-long": "name-too-long"
} as const

const identityProblems = {
  empty: "invalid-identity",
  "not-unicode": "identity-not-unicode",
  "too-long": "identity-too-long"
} as const

const trackNameProblems = {
  empty: "invalid-track",
  "not-unicode": "track-name-not-unicode",
  "too-long": "track-name-too-long"
} as const

const tellNobody: Change.Tell = () => {}

export interface Publication {
  readonly kind: string
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
}

export class RoomEngine {
  world: World
  readonly accountSid: string
  readonly assumptions: Assumptions.Assumptions
  private answers = 0
  private readonly scenario: Scenario.Scenario
  private readonly randomOf: (block: number) => Random.Random
  private started = false
  private answering = tellNobody
  /** Told of every change, at the world's time. */
  listen = tellNobody
  /** Told when a state was put in the place of everything. */
  restored: (world: World) => void = () => {}
  /** Is what happens now the past: that of a scenario, or of a state that is imported? */
  playing = false

  /** `scenario` is where the sandbox starts and resets to; `randomOf` is that of `World`. */
  constructor(
    accountSid: string,
    assumptions: Assumptions.Assumptions,
    scenario: Scenario.Scenario,
    randomOf: (block: number) => Random.Random
  ) {
    this.accountSid = accountSid
    this.assumptions = assumptions
    this.scenario = scenario
    this.randomOf = randomOf
    this.world = new World(randomOf)
  }

  /** An id for the next answer. Apart from the SIDs, so that these do not depend on how often somebody asked. */
  requestId(): string {
    this.answers += 1
    return `RQ${this.answers.toString(16).padStart(32, "0")}`
  }

  /** Tells what changes while this happens, which is at once: what else is under way is not told. */
  telling<A>(tell: Change.Tell, happen: () => A): A {
    this.answering = tell
    try {
      return happen()
    } finally {
      this.answering = tellNobody
    }
  }

  private tell(change: Change.Change): void {
    this.listen(change)
    this.answering(change)
  }

  // ---- time ----

  /**
   * Plays the scenario, once. At first use and not when made: a Worker makes its handler where there is no clock yet.
   * Throws where the scenario cannot be played: that is a mistake in the program that wrote it.
   */
  start(now: number): void {
    if (!this.started) this.reset(now)
  }

  /** Lets time go on until now: what became due happens, each at its own time. */
  advance(now: number): void {
    this.start(now)
    this.settle(now)
  }

  private settle(now: number): void {
    const { deadlines } = this.world
    for (let due = deadlines.take(now); due !== undefined; due = deadlines.take(now)) {
      this.world.now = due.at
      this.happen(due.value)
    }
    this.world.now = now
  }

  /** The time of what happens now in a room: never before what happened in it last, though the clock was set back. */
  private timeIn(room: RoomRecord): number {
    room.latest = Math.max(room.latest, this.world.now)
    return room.latest
  }

  private happen(due: Timeouts.Due): void {
    if (due._tag === "TimeOver") this.end(due.participant)
    else if (due._tag === "RoomForgotten") this.world.forget(due.room)
    else this.complete(due.room)
  }

  // ---- beginnings ----

  /** Goes back to the scenario of the start. */
  reset(now: number): void {
    Result.getOrThrow(this.seed(this.scenario, now))
  }

  /** Starts from another scenario. Nothing changes if it can't be played. */
  seed(scenario: Scenario.Scenario, now: number): Outcome<void> {
    const { started, world } = this
    this.world = new World(this.randomOf)
    this.started = true
    let isPlayed = false
    try {
      const outcome = this.past(() => ScenarioPlay.play(this, scenario, now))
      isPlayed = Result.isSuccess(outcome)
      return outcome
    } finally {
      if (!isPlayed) {
        this.world = world
        this.started = started
      }
    }
  }

  private past<A>(happen: () => A): A {
    this.playing = true
    try {
      return happen()
    } finally {
      this.playing = false
    }
  }

  /** Takes the rooms of records in the place of its own. They are as they were at `asOf`, which is not after now. */
  restore(rooms: ReadonlyArray<RoomRecord>, sids: number, asOf: number, now: number): void {
    const world = new World(this.randomOf, sids)
    for (const room of rooms) {
      room.latest = asOf
      world.add(room)
      Timeouts.ofRoom(world, room, this.assumptions)
      for (const participant of room.live.values()) Timeouts.participantJoined(world, participant)
    }
    this.world = world
    this.started = true
    this.past(() => this.settle(now))
    this.restored(world)
  }

  // ---- rooms ----

  openRoom(uniqueName: string | undefined, settings: Partial<Records.RoomSettings> = {}): Outcome<RoomRecord> {
    if (uniqueName !== undefined) {
      const problem = NameRules.nameProblem(uniqueName)
      if (problem !== undefined) return refuse(roomNameProblems[problem])
      if (this.world.inProgress.has(uniqueName)) return refuse("room-exists")
    }
    const room: RoomRecord = {
      sid: this.world.roomSid(),
      position: (this.world.roomsInOrder.at(-1)?.position ?? -1) + 1,
      uniqueName,
      settings: { ...RoomSettings.defaults, ...settings },
      created: this.world.now,
      updated: this.world.now,
      ended: undefined,
      latest: this.world.now,
      participants: [],
      live: new Map(),
      named: new Map(),
      emptySince: undefined,
      deadline: undefined,
      idleDeadline: undefined,
      events: 0,
      tracks: [],
      published: new Map()
    }
    this.world.add(room)
    Timeouts.ofRoom(this.world, room, this.assumptions)
    this.tell({ type: "room-created", room })
    return Result.succeed(room)
  }

  completeRoom(room: RoomRecord): Outcome<RoomRecord> {
    if (room.ended !== undefined) return refuse("room-completed")
    this.complete(room)
    return Result.succeed(room)
  }

  private complete(room: RoomRecord): void {
    const roomFirst = this.assumptions.callbackOrderAtCompletion === "room-first"
    if (roomFirst) this.close(room)
    for (const participant of room.live.values()) this.disconnect(participant)
    if (!roomFirst) this.close(room)
  }

  private close(room: RoomRecord): void {
    room.ended = this.timeIn(room)
    room.updated = room.ended
    room.emptySince = undefined
    if (room.uniqueName !== undefined) this.world.inProgress.delete(room.uniqueName)
    Timeouts.roomCompleted(this.world, room, this.assumptions)
    this.tell({ type: "room-completed", room })
  }

  // ---- participants ----

  join(room: RoomRecord, identity: string, automaticSubscription = true): Outcome<ParticipantRecord> {
    const problem = NameRules.identityProblem(identity)
    if (problem !== undefined) return refuse(identityProblems[problem])
    if (room.ended !== undefined) return refuse("room-completed")
    // Two at most: one who came with this identity, and an anonymized one whose SID it is.
    const namesakes = new Set(
      [room.named.get(identity), room.live.get(identity)].flatMap((live) => (live?.identity === identity ? [live] : []))
    )
    if (room.live.size - namesakes.size >= room.settings.maxParticipants) return refuse("room-full")
    // The newcomer takes the place: the room is not empty in between.
    for (const namesake of namesakes) this.disconnect(namesake)
    const now = this.timeIn(room)
    const participant: ParticipantRecord = {
      sid: this.world.participantSid(),
      room,
      position: room.participants.length,
      identity,
      erasedIdentity: undefined,
      status: "connected",
      created: now,
      updated: now,
      ended: undefined,
      tracks: [],
      rules: automaticSubscription ? subscribeToAll : subscribeToNone,
      rulesCreated: undefined,
      rulesUpdated: undefined,
      deadline: undefined
    }
    room.participants.push(participant)
    room.live.set(participant.sid, participant)
    room.named.set(identity, participant)
    room.emptySince = undefined
    this.world.participants.set(participant.sid, participant)
    Timeouts.participantJoined(this.world, participant)
    this.tell({ type: "participant-connected", participant })
    return Result.succeed(participant)
  }

  leave(participant: ParticipantRecord): Outcome<ParticipantRecord> {
    if (participant.status === "disconnected") return refuse("not-connected")
    this.end(participant)
    return Result.succeed(participant)
  }

  loseConnection(participant: ParticipantRecord): Outcome<ParticipantRecord> {
    if (participant.status !== "connected") return refuse("not-connected")
    participant.status = "reconnecting"
    participant.updated = this.timeIn(participant.room)
    return Result.succeed(participant)
  }

  regainConnection(participant: ParticipantRecord): Outcome<ParticipantRecord> {
    if (participant.status !== "reconnecting") return refuse("not-reconnecting")
    participant.status = "connected"
    participant.updated = this.timeIn(participant.room)
    return Result.succeed(participant)
  }

  /** Replaces the identity for good. Once done, doing it again changes nothing. */
  anonymize(participant: ParticipantRecord): void {
    if (participant.identity === participant.sid) return
    if (participant.status !== "disconnected") participant.room.named.delete(participant.identity)
    if (this.assumptions.identityFilterFindsAnonymized) participant.erasedIdentity = participant.identity
    participant.identity = participant.sid
    participant.updated = this.timeIn(participant.room)
    this.tell({ type: "participant-anonymized", participant })
  }

  private disconnect(participant: ParticipantRecord): void {
    const { room } = participant
    const now = this.timeIn(room)
    for (const track of participant.tracks) {
      track.unpublished = now
      room.published.delete(track.sid)
      if (this.assumptions.callbackTracksOfLeaving === "track-removed") this.tell({ type: "track-unpublished", track })
    }
    participant.tracks.length = 0
    participant.status = "disconnected"
    participant.ended = now
    participant.updated = now
    Timeouts.participantLeft(this.world, participant)
    room.live.delete(participant.sid)
    if (room.named.get(participant.identity) === participant) room.named.delete(participant.identity)
    this.tell({ type: "participant-disconnected", participant })
  }

  private end(participant: ParticipantRecord): void {
    const { room } = participant
    this.disconnect(participant)
    if (room.live.size > 0) return
    room.emptySince = this.timeIn(room)
    if (room.settings.emptyRoomTimeout === 0) this.complete(room)
    else Timeouts.roomEmptied(this.world, room, room.emptySince)
  }

  // ---- tracks ----

  publish(publisher: ParticipantRecord, publication: Publication): Outcome<TrackRecord> {
    if (publisher.status === "disconnected") return refuse("not-connected")
    const { kind, name } = publication
    if (!PublishedTrack.isKnownKind(kind)) return refuse("invalid-track")
    if (name !== undefined) {
      const problem = NameRules.nameProblem(name)
      if (problem !== undefined) return refuse(trackNameProblems[problem])
      if (publisher.tracks.some((track) => track.name === name)) return refuse("track-exists")
    }
    const { room } = publisher
    const sid = this.world.trackSid()
    const track = new Records.TrackRecord({
      sid,
      publisher,
      position: room.tracks.length,
      name: name ?? sid,
      kind,
      created: this.timeIn(room),
      enabled: publication.enabled ?? true
    })
    room.tracks.push(track)
    room.published.set(sid, track)
    publisher.tracks.push(track)
    this.world.tracks.set(sid, track)
    this.tell({ type: "track-published", track })
    return Result.succeed(track)
  }

  unpublish(track: TrackRecord): TrackRecord {
    track.unpublished = this.timeIn(track.publisher.room)
    track.publisher.room.published.delete(track.sid)
    track.publisher.tracks.splice(track.publisher.tracks.indexOf(track), 1)
    this.tell({ type: "track-unpublished", track })
    return track
  }

  setEnabled(track: TrackRecord, enabled: boolean): TrackRecord {
    if (track.enabled !== enabled) {
      track.enabled = enabled
      track.updated = this.timeIn(track.publisher.room)
      this.tell({ type: enabled ? "track-enabled" : "track-disabled", track })
    }
    return track
  }

  /** Replaces all rules. That they are by the grammar is looked at before. */
  setRules(participant: ParticipantRecord, rules: ReadonlyArray<SubscribeRule.SubscribeRule>): void {
    participant.rules = rules
    participant.rulesUpdated = this.timeIn(participant.room)
    participant.rulesCreated ??= participant.rulesUpdated
    this.tell({ type: "subscribe-rules-replaced", participant })
  }

  /** What a participant is subscribed to now, in order of publishing. */
  subscribed(participant: ParticipantRecord): ReadonlyArray<TrackRecord> {
    if (participant.status === "disconnected") return []
    return SubscribeRules.evaluate(
      { participantSid: participant.sid, rules: participant.rules },
      Array.from(participant.room.published.values())
    )
  }
}

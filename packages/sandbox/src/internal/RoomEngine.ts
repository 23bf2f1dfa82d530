/**
 * The rooms of the sandbox with their participants, tracks and rules, in memory: what there is, what may happen to it,
 * what becomes due, and what each look-up finds. Synchronous and told the time, so that it runs under any clock. Holds
 * no HTTP.
 */
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TrackKind from "@effect-twilio-video/core/TrackKind"
import * as Duration from "effect/Duration"
import type * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as Assumptions from "../Assumptions.ts"
import * as SandboxError from "../SandboxError.ts"
import type * as Scenario from "../Scenario.ts"
import * as Deadlines from "./Deadlines.ts"
import * as Records from "./Records.ts"
import * as ScenarioPlay from "./ScenarioPlay.ts"
import * as Texts from "./Texts.ts"

type RoomRecord = Records.RoomRecord
type ParticipantRecord = Records.ParticipantRecord
type TrackRecord = Records.TrackRecord

export type Outcome<A> = Result.Result<A, SandboxError.SandboxError>

const refuse = (problem: typeof SandboxError.Problem.Type) => Result.fail(SandboxError.make(problem))

const minute = 60_000

/** Of a room of group type, where nothing else is said. */
export const defaultSettings: Records.RoomSettings = {
  type: "group",
  statusCallback: undefined,
  statusCallbackMethod: "POST",
  maxParticipants: 50,
  maxParticipantDuration: 240 * minute,
  emptyRoomTimeout: 5 * minute,
  unusedRoomTimeout: 5 * minute,
  recordParticipantsOnConnect: false,
  videoCodecs: ["VP8", "H264"],
  mediaRegion: "us1",
  audioOnly: false,
  largeRoom: false
}

const maximumRoomAge = 1440 * minute

/** A SID has 128 bits, and a draw of the generator 32. */
const drawsEach = 4

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

type Due =
  | { readonly _tag: "Unused" | "Aged" | "Forgotten"; readonly room: RoomRecord }
  | { readonly _tag: "Empty"; readonly room: RoomRecord; readonly emptied: number }
  | { readonly _tag: "Expired"; readonly participant: ParticipantRecord }

export interface Publication {
  readonly kind: string
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
}

export class RoomEngine {
  rooms = new Map<string, RoomRecord>()
  participants = new Map<string, ParticipantRecord>()
  tracks = new Map<string, TrackRecord>()
  inProgress = new Map<string, RoomRecord>()
  /** By position; a room that is forgotten leaves a gap in the positions. */
  roomsInOrder: Array<RoomRecord> = []
  /** How many SIDs were given out. */
  sids = 0
  /** The time of what happens now, in milliseconds since 1970. */
  now = 0
  readonly accountSid: string
  readonly assumptions: Assumptions.Assumptions
  private answers = 0
  private scenario: Scenario.Scenario
  private readonly freshRandom: () => Random.Random
  private random: Random.Random
  private deadlines = new Deadlines.Deadlines<Due>()
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
    for (let due = this.deadlines.take(now); due !== undefined; due = this.deadlines.take(now)) {
      this.now = due.at
      this.happen(due.value)
    }
    this.now = now
  }

  private happen(due: Due): void {
    switch (due._tag) {
      case "Unused":
        if (due.room.ended === undefined && due.room.participants.length === 0) this.complete(due.room)
        return
      case "Empty":
        if (due.room.ended === undefined && due.room.live.size === 0 && due.room.emptied === due.emptied) {
          this.complete(due.room)
        }
        return
      case "Aged":
        if (due.room.ended === undefined) this.complete(due.room)
        return
      case "Forgotten":
        return this.forget(due.room)
      case "Expired":
        if (due.participant.status !== "disconnected") this.end(due.participant)
    }
  }

  private schedule(room: RoomRecord): void {
    const { created, emptySince, ended, settings } = room
    if (ended !== undefined) {
      const { completedRoomRetention } = this.assumptions
      if (completedRoomRetention !== "forever") {
        const kept = Duration.toMillis(completedRoomRetention)
        this.deadlines.add(ended + kept, { _tag: "Forgotten", room })
      }
      return
    }
    this.deadlines.add(created + maximumRoomAge, { _tag: "Aged", room })
    if (room.participants.length === 0 && settings.unusedRoomTimeout > 0) {
      this.deadlines.add(created + settings.unusedRoomTimeout, { _tag: "Unused", room })
    }
    if (emptySince !== undefined) {
      this.deadlines.add(emptySince + settings.emptyRoomTimeout, { _tag: "Empty", room, emptied: room.emptied })
    }
  }

  private expire(participant: ParticipantRecord): void {
    this.deadlines.add(participant.created + participant.room.settings.maxParticipantDuration, {
      _tag: "Expired",
      participant
    })
  }

  // ---- beginnings ----

  /** Goes back to the start of the scenario. */
  reset(now: number): void {
    Result.getOrThrow(this.seed(this.scenario, now))
  }

  /** Starts from a scenario, now and at each reset. Nothing changes where it cannot be played. */
  seed(scenario: Scenario.Scenario, now: number): Outcome<void> {
    const fresh = new RoomEngine(this.accountSid, this.assumptions, scenario, this.freshRandom)
    fresh.started = true
    return Result.map(ScenarioPlay.play(fresh, scenario, now), () => {
      this.scenario = scenario
      this.take(fresh)
    })
  }

  /** Takes the rooms of records in the place of its own. */
  restore(rooms: ReadonlyArray<RoomRecord>, sids: number, now: number): void {
    const fresh = new RoomEngine(this.accountSid, this.assumptions, this.scenario, this.freshRandom)
    // As many draws as those SIDs took.
    for (let draw = 0; draw < sids * drawsEach; draw++) fresh.random.nextDoubleUnsafe()
    fresh.sids = sids
    for (const room of rooms) {
      fresh.rooms.set(room.sid, room)
      fresh.roomsInOrder.push(room)
      if (room.uniqueName !== undefined && room.ended === undefined) fresh.inProgress.set(room.uniqueName, room)
      for (const participant of room.participants) {
        fresh.participants.set(participant.sid, participant)
        if (participant.status !== "disconnected") fresh.expire(participant)
      }
      for (const track of room.tracks) fresh.tracks.set(track.sid, track)
      fresh.schedule(room)
    }
    this.take(fresh)
    this.settle(now)
  }

  private take(fresh: RoomEngine): void {
    this.rooms = fresh.rooms
    this.participants = fresh.participants
    this.tracks = fresh.tracks
    this.inProgress = fresh.inProgress
    this.roomsInOrder = fresh.roomsInOrder
    this.random = fresh.random
    this.sids = fresh.sids
    this.deadlines = fresh.deadlines
    this.now = fresh.now
    this.started = true
  }

  // ---- ids ----

  /** An id for the next answer. Apart from the SIDs, so that these do not depend on how often somebody asked. */
  requestId(): string {
    this.answers += 1
    return `RQ${this.answers.toString(16).padStart(32, "0")}`
  }

  private hex32(): string {
    this.sids += 1
    let hex = ""
    for (let draw = 0; draw < drawsEach; draw++) {
      hex += ((this.random.nextDoubleUnsafe() * 0x1_0000_0000) >>> 0).toString(16).padStart(8, "0")
    }
    return hex
  }

  // A state that was written by hand may have SIDs that this generator is yet to come to.
  private freshSid(prefix: string, taken: ReadonlyMap<string, unknown>): string {
    for (;;) {
      const sid = prefix + this.hex32()
      if (!taken.has(sid)) return sid
    }
  }

  // ---- rooms ----

  openRoom(uniqueName: string | undefined, settings: Partial<Records.RoomSettings> = {}): Outcome<RoomRecord> {
    if (uniqueName !== undefined) {
      const problem = Texts.nameProblem(uniqueName)
      if (problem !== undefined) return refuse(roomNameProblems[problem])
      if (this.inProgress.has(uniqueName)) return refuse("room-exists")
    }
    const room: RoomRecord = {
      sid: this.freshSid("RM", this.rooms),
      position: (this.roomsInOrder.at(-1)?.position ?? -1) + 1,
      uniqueName,
      settings: { ...defaultSettings, ...settings },
      created: this.now,
      updated: this.now,
      ended: undefined,
      participants: [],
      live: new Map(),
      named: new Map(),
      emptied: 0,
      emptySince: undefined,
      tracks: [],
      published: new Map()
    }
    this.rooms.set(room.sid, room)
    this.roomsInOrder.push(room)
    if (uniqueName !== undefined) this.inProgress.set(uniqueName, room)
    this.schedule(room)
    return Result.succeed(room)
  }

  completeRoom(room: RoomRecord): Outcome<RoomRecord> {
    if (room.ended !== undefined) return refuse("room-completed")
    this.complete(room)
    return Result.succeed(room)
  }

  private complete(room: RoomRecord): void {
    for (const participant of room.live.values()) this.disconnect(participant)
    room.ended = this.now
    room.updated = this.now
    room.emptySince = undefined
    if (room.uniqueName !== undefined) this.inProgress.delete(room.uniqueName)
    this.schedule(room)
  }

  private forget(room: RoomRecord): void {
    this.rooms.delete(room.sid)
    this.roomsInOrder.splice(this.roomsInOrder.indexOf(room), 1)
    for (const participant of room.participants) this.participants.delete(participant.sid)
    for (const track of room.tracks) this.tracks.delete(track.sid)
  }

  // ---- participants ----

  join(room: RoomRecord, identity: string, automaticSubscription = true): Outcome<ParticipantRecord> {
    const problem = Texts.identityProblem(identity)
    if (problem !== undefined) return refuse(identityProblems[problem])
    if (room.ended !== undefined) return refuse("room-completed")
    // Two at most: one who came with this identity, and an anonymized one whose SID it is.
    const namesakes = [room.named.get(identity), room.live.get(identity)].flatMap((live) =>
      live?.identity === identity ? [live] : []
    )
    if (room.live.size - namesakes.length >= room.settings.maxParticipants) return refuse("room-full")
    // The newcomer takes the place: the room is not empty in between.
    for (const namesake of namesakes) this.disconnect(namesake)
    const participant: ParticipantRecord = {
      sid: this.freshSid("PA", this.participants),
      room,
      position: room.participants.length,
      identity,
      erasedIdentity: undefined,
      status: "connected",
      created: this.now,
      updated: this.now,
      ended: undefined,
      tracks: [],
      rules: automaticSubscription ? subscribeToAll : subscribeToNone,
      rulesCreated: undefined,
      rulesUpdated: undefined
    }
    room.participants.push(participant)
    room.live.set(participant.sid, participant)
    room.named.set(identity, participant)
    room.emptySince = undefined
    this.participants.set(participant.sid, participant)
    this.expire(participant)
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
    participant.updated = this.now
    return Result.succeed(participant)
  }

  regainConnection(participant: ParticipantRecord): Outcome<ParticipantRecord> {
    if (participant.status !== "reconnecting") return refuse("not-reconnecting")
    participant.status = "connected"
    participant.updated = this.now
    return Result.succeed(participant)
  }

  /** Replaces the identity for good. Once done, doing it again changes nothing. */
  anonymize(participant: ParticipantRecord): void {
    if (participant.identity === participant.sid) return
    if (participant.status !== "disconnected") participant.room.named.delete(participant.identity)
    if (this.assumptions.identityFilterFindsAnonymized) participant.erasedIdentity = participant.identity
    participant.identity = participant.sid
    participant.updated = this.now
  }

  private disconnect(participant: ParticipantRecord): void {
    const { room } = participant
    participant.status = "disconnected"
    participant.ended = this.now
    participant.updated = this.now
    room.live.delete(participant.sid)
    if (room.named.get(participant.identity) === participant) room.named.delete(participant.identity)
    for (const track of participant.tracks) {
      track.unpublished = this.now
      room.published.delete(track.sid)
    }
    participant.tracks.length = 0
  }

  private end(participant: ParticipantRecord): void {
    const { room } = participant
    this.disconnect(participant)
    if (room.live.size > 0) return
    room.emptied += 1
    room.emptySince = this.now
    if (room.settings.emptyRoomTimeout === 0) this.complete(room)
    else {
      this.deadlines.add(this.now + room.settings.emptyRoomTimeout, { _tag: "Empty", room, emptied: room.emptied })
    }
  }

  // ---- tracks ----

  publish(publisher: ParticipantRecord, publication: Publication): Outcome<TrackRecord> {
    if (publisher.status === "disconnected") return refuse("not-connected")
    const { kind, name } = publication
    if (!TrackKind.isKnown(kind)) return refuse("invalid-track")
    if (name !== undefined) {
      const problem = Texts.nameProblem(name)
      if (problem !== undefined) return refuse(trackNameProblems[problem])
      if (publisher.tracks.some((track) => track.name === name)) return refuse("track-exists")
    }
    const { room } = publisher
    const sid = this.freshSid("MT", this.tracks)
    const track = new Records.TrackRecord({
      sid,
      publisher,
      position: room.tracks.length,
      name: name ?? sid,
      kind,
      created: this.now,
      enabled: publication.enabled ?? true
    })
    room.tracks.push(track)
    room.published.set(sid, track)
    publisher.tracks.push(track)
    this.tracks.set(sid, track)
    return Result.succeed(track)
  }

  unpublish(track: TrackRecord): TrackRecord {
    track.unpublished = this.now
    track.publisher.room.published.delete(track.sid)
    track.publisher.tracks.splice(track.publisher.tracks.indexOf(track), 1)
    return track
  }

  setEnabled(track: TrackRecord, enabled: boolean): TrackRecord {
    if (track.enabled !== enabled) {
      track.enabled = enabled
      track.updated = this.now
    }
    return track
  }

  /** Replaces all rules. That they are by the grammar is looked at before. */
  setRules(participant: ParticipantRecord, rules: ReadonlyArray<SubscribeRule.SubscribeRule>): void {
    participant.rules = rules
    participant.rulesCreated ??= this.now
    participant.rulesUpdated = this.now
  }

  /** What a participant is subscribed to now, in order of publishing. */
  subscribed(participant: ParticipantRecord): ReadonlyArray<TrackRecord> {
    if (participant.status === "disconnected") return []
    return SubscribeRules.evaluate(
      { participantSid: participant.sid, rules: participant.rules },
      Array.from(participant.room.published.values())
    )
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
    return room.named.get(participant)
  }

  /** A track that the participant publishes now, by SID or name. */
  findPublished(participant: ParticipantRecord, track: string): TrackRecord | undefined {
    const bySid = Sid.isTrackSid(track)
    return participant.tracks.find((candidate) => (bySid ? candidate.sid : candidate.name) === track)
  }
}

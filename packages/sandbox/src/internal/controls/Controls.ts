/**
 * Implements the controls, in process and over HTTP. Rooms are given by SID or unique name, participants by SID or
 * identity, and tracks by SID or name.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type * as SandboxService from "../../SandboxService.ts"
import type * as SandboxState from "../../SandboxState.ts"
import type * as Scenario from "../../Scenario.ts"
import * as AccessTokens from "./AccessTokens.ts"
import type { Callbacks } from "../callbacks/Callbacks.ts"
import type { Lifecycle } from "../engine/Lifecycle.ts"
import * as Participants from "../engine/Participants.ts"
import type { ParticipantRecord, RoomRecord, TrackRecord } from "../engine/Records.ts"
import type { Faults } from "../faults/Faults.ts"
import type { QuotaCounter } from "../api/QuotaCounter.ts"
import type { RequestLog } from "../journal/RequestLog.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as Rooms from "../engine/Rooms.ts"
import * as Tracks from "../engine/Tracks.ts"
import * as RoomSettings from "../engine/RoomSettings.ts"
import type { StateReader } from "../engine/StateReader.ts"

/** The parts of a sandbox. */
export interface Parts {
  readonly engine: RoomEngine
  readonly lifecycle: Lifecycle
  readonly faults: Faults
  readonly log: RequestLog
  readonly callbacks: Callbacks
  readonly quota: QuotaCounter
  /** Seeds the generators of the next rooms and fault rules. */
  readonly random: { seed: string }
}

/** Clears everything about the previous rooms, since new rooms may have the same SIDs. */
const begin = ({ callbacks, faults, log, quota }: Parts): void => {
  faults.restart()
  log.clear()
  callbacks.drop()
  callbacks.faults.restart()
  callbacks.clear()
  quota.reset()
}

/** Restores the initial scenario, clears logs and counts, drops pending callbacks, and restarts the fault rules. */
export const reset = (parts: Parts, now: number): void => {
  parts.lifecycle.reset(parts.engine.clock?.reset() ?? now)
  begin(parts)
}

/** Restarts from another scenario. Nothing changes if the scenario is invalid. */
export const seed = (
  parts: Parts,
  scenario: Scenario.Scenario,
  now: number
): Result.Result<void, SandboxError.SandboxError> => Result.map(parts.lifecycle.seed(scenario, now), () => begin(parts))

/** Advances the time to `now`, then waits until no status callback is pending. */
export const awaitCallbacks = (
  { callbacks, lifecycle }: Parts,
  now: number,
  limit?: Duration.Duration
): Effect.Effect<void, SandboxError.SandboxError> =>
  Effect.suspend(() => {
    lifecycle.advance(now)
    return callbacks.settled(limit)
  })

export const find = <A>(
  found: A | undefined,
  problem: typeof SandboxError.Problem.Type
): Result.Result<A, SandboxError.SandboxError> =>
  found === undefined ? SandboxError.fail(problem) : Result.succeed(found)

export const findRoom = (engine: RoomEngine, room: string): Result.Result<RoomRecord, SandboxError.SandboxError> =>
  find(engine.store.findRoom(room), "no-such-room")

export const findParticipant = (
  engine: RoomEngine,
  inRoom: string,
  participant: string
): Result.Result<ParticipantRecord, SandboxError.SandboxError> =>
  Result.flatMap(findRoom(engine, inRoom), (room) =>
    find(engine.store.findParticipant(room, participant), "no-such-participant")
  )

export const openRoom = (
  engine: RoomEngine,
  options: SandboxService.OpenRoomOptions
): Result.Result<RoomRecord, SandboxError.SandboxError> =>
  Result.flatMap(RoomSettings.ofControl(options), (settings) => Rooms.open(engine, options.uniqueName, settings))

export const completeRoom = (engine: RoomEngine, which: string): Result.Result<RoomRecord, SandboxError.SandboxError> =>
  Result.flatMap(findRoom(engine, which), (found) => Rooms.complete(engine, found))

export const join = (
  engine: RoomEngine,
  inRoom: string,
  identity: string,
  options: SandboxService.JoinOptions = {}
): Result.Result<ParticipantRecord, SandboxError.SandboxError> =>
  Result.flatMap(findRoom(engine, inRoom), (room) =>
    Participants.join(engine, room, identity, options.automaticSubscription)
  )

export const joinMany = (
  engine: RoomEngine,
  inRoom: string,
  identities: Iterable<string>,
  options: SandboxService.JoinOptions = {}
): Result.Result<ReadonlyArray<ParticipantRecord>, SandboxError.SandboxError> =>
  Result.flatMap(findRoom(engine, inRoom), (room) =>
    Participants.joinMany(engine, room, identities, options.automaticSubscription)
  )

const ofToken = (
  engine: RoomEngine,
  { identity, room: granted }: AccessTokens.Grant,
  options: SandboxService.TokenJoinOptions
): Result.Result<ParticipantRecord, SandboxError.SandboxError> => {
  const asked = options.room ?? granted
  const found = asked === undefined ? undefined : engine.store.findRoom(asked)
  const names = found === undefined ? [asked] : [found.uniqueName, found.sid]
  if (granted !== undefined && !names.includes(granted)) return SandboxError.fail("invalid-token-grants")
  if (found !== undefined) return Participants.join(engine, found, identity, options.automaticSubscription)
  // A SID can't be the name of a new room.
  if (engine.assumptions.adHocRooms === "refuse" || Sid.isRoomSid(asked)) {
    return SandboxError.fail("no-such-room")
  }
  return Result.flatMap(Rooms.open(engine, asked, { emptyRoomTimeout: 0, unusedRoomTimeout: 0 }), (room) =>
    Participants.join(engine, room, identity, options.automaticSubscription)
  )
}

/** Joins with the claims of a verified token. */
export const joinWithToken = (
  engine: RoomEngine,
  claims: AccessTokens.Claims,
  options: SandboxService.TokenJoinOptions = {},
  now: number
): Result.Result<ParticipantRecord, SandboxError.SandboxError> =>
  Result.flatMap(AccessTokens.grant(claims, engine.assumptions, now), (grant) => ofToken(engine, grant, options))

export type ParticipantChange = (
  engine: RoomEngine,
  room: string,
  participant: string
) => Result.Result<ParticipantRecord, SandboxError.SandboxError>

export const leave: ParticipantChange = (engine, room, who) =>
  Result.flatMap(findParticipant(engine, room, who), (found) => Rooms.leave(engine, found))

export const loseConnection: ParticipantChange = (engine, room, who) =>
  Result.flatMap(findParticipant(engine, room, who), (found) => Participants.loseConnection(engine, found))

export const regainConnection: ParticipantChange = (engine, room, who) =>
  Result.flatMap(findParticipant(engine, room, who), (found) => Participants.regainConnection(engine, found))

export const publishTrack = (
  engine: RoomEngine,
  room: string,
  who: string,
  publication: Tracks.Publication
): Result.Result<TrackRecord, SandboxError.SandboxError> =>
  Result.flatMap(findParticipant(engine, room, who), (found) => Tracks.publish(engine, found, publication))

export type TrackChange = (
  engine: RoomEngine,
  room: string,
  participant: string,
  track: string
) => Result.Result<TrackRecord, SandboxError.SandboxError>

const trackChange =
  (change: (engine: RoomEngine, track: TrackRecord) => TrackRecord): TrackChange =>
  (engine, room, who, track) =>
    Result.flatMap(findParticipant(engine, room, who), (found) =>
      Result.map(find(engine.store.findPublished(found, track), "no-such-track"), (track) => change(engine, track))
    )

export const unpublishTrack = trackChange(Tracks.unpublish)

export const enableTrack = trackChange((engine, track) => Tracks.setEnabled(engine, track, true))

export const disableTrack = trackChange((engine, track) => Tracks.setEnabled(engine, track, false))

/** Replaces all rooms with those of a state that was read. Nothing changes if it's invalid. */
export const importState = (
  parts: Parts,
  state: StateReader,
  { times = "move" }: SandboxState.ImportOptions,
  now: number
): Result.Result<void, SandboxError.SandboxError> =>
  Result.map(parts.lifecycle.restore(state, { now, times }), () => {
    begin(parts)
    parts.callbacks.resume()
  })

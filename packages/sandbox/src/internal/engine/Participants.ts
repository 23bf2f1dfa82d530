/**
 * Joins, anonymizes and disconnects participants, breaks and restores their connection, and sets their subscribe rules.
 * `Rooms.leave` also ends a room that becomes empty.
 */
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as NameRules from "@effect-twilio-video/core/NameRules"
import * as Result from "effect/Result"
import * as SandboxError from "../../SandboxError.ts"
import type { ParticipantRecord, RoomRecord, Status, TrackRecord } from "./Records.ts"
import * as RoomDeadlines from "./RoomDeadlines.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as Roster from "./Roster.ts"

const subscribeToAll: ReadonlyArray<SubscribeRule.SubscribeRule> = [{ type: "include", all: true }]

const subscribeToNone: ReadonlyArray<SubscribeRule.SubscribeRule> = [{ type: "exclude", all: true }]

const identityProblems = {
  empty: "invalid-identity",
  "not-unicode": "identity-not-unicode",
  "too-long": "identity-too-long"
} as const

/** The error for an invalid identity. */
export const identityProblem = (identity: string): (typeof identityProblems)[NameRules.NameProblem] | undefined => {
  const problem = NameRules.identityProblem(identity)
  return problem === undefined ? undefined : identityProblems[problem]
}

/** Joins a participant who may join. */
const enter = (
  engine: RoomEngine,
  room: RoomRecord,
  identity: string,
  automaticSubscription: boolean
): ParticipantRecord => {
  // Not through `Rooms.remove`: the newcomer replaces them, so the room doesn't become empty and end.
  for (const namesake of Roster.namesakes(room, identity)) disconnect(engine, namesake)
  const now = engine.timeIn(room)
  const participant: ParticipantRecord = {
    sid: engine.store.participantSid(),
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
  room.roster.add(participant)
  room.emptySince = undefined
  engine.store.participants.set(participant.sid, participant)
  RoomDeadlines.participantJoined(engine.store.deadlines, participant)
  engine.report({ type: "participant-connected", participant })
  return participant
}

/** Joins each identity once. If one of them can't join, nobody does. */
export const joinMany = (
  engine: RoomEngine,
  room: RoomRecord,
  identities: Iterable<string>,
  automaticSubscription = true
): Result.Result<ReadonlyArray<ParticipantRecord>, SandboxError.SandboxError> => {
  let present = Roster.countPresent(room)
  const distinct = new Set(identities)
  for (const identity of distinct) {
    const problem = identityProblem(identity)
    if (problem !== undefined) return SandboxError.fail(problem)
    if (room.ended !== undefined) return SandboxError.fail("room-completed")
    present += 1 - Roster.namesakes(room, identity).length
    if (present > room.settings.maxParticipants) return SandboxError.fail("room-full")
  }
  return Result.succeed(Array.from(distinct, (identity) => enter(engine, room, identity, automaticSubscription)))
}

export const join = (
  engine: RoomEngine,
  room: RoomRecord,
  identity: string,
  automaticSubscription?: boolean
): Result.Result<ParticipantRecord, SandboxError.SandboxError> =>
  // One for each identity.
  Result.map(
    joinMany(engine, room, [identity], automaticSubscription),
    ([participant]) => participant as ParticipantRecord
  )

const setStatus = (engine: RoomEngine, participant: ParticipantRecord, status: Status): void => {
  participant.updated = engine.timeIn(participant.room)
  participant.room.roster.update(participant, () => {
    participant.status = status
  })
}

export const loseConnection = (
  engine: RoomEngine,
  participant: ParticipantRecord
): Result.Result<ParticipantRecord, SandboxError.SandboxError> => {
  if (participant.status !== "connected") return SandboxError.fail("not-connected")
  setStatus(engine, participant, "reconnecting")
  engine.report({ type: "participant-reconnecting", participant })
  return Result.succeed(participant)
}

export const regainConnection = (
  engine: RoomEngine,
  participant: ParticipantRecord
): Result.Result<ParticipantRecord, SandboxError.SandboxError> => {
  if (participant.status !== "reconnecting") return SandboxError.fail("not-reconnecting")
  setStatus(engine, participant, "connected")
  engine.report({ type: "participant-reconnected", participant })
  return Result.succeed(participant)
}

/** Replaces the identity with the SID. Idempotent. */
export const anonymize = (engine: RoomEngine, participant: ParticipantRecord): void => {
  if (participant.identity === participant.sid) return
  participant.updated = engine.timeIn(participant.room)
  participant.room.roster.update(participant, () => {
    if (engine.assumptions.identityFilterFindsAnonymized) participant.erasedIdentity = participant.identity
    participant.identity = participant.sid
  })
  engine.report({ type: "participant-anonymized", participant })
}

/** Disconnects a participant and unpublishes its tracks. The room stays as it is, even if it becomes empty. */
export const disconnect = (engine: RoomEngine, participant: ParticipantRecord): void => {
  const { room } = participant
  const now = engine.timeIn(room)
  for (const track of participant.tracks) {
    track.unpublished = now
    room.published.delete(track.sid)
    if (engine.assumptions.callbackTracksOfLeaving === "track-removed") {
      engine.report({ type: "track-unpublished", track })
    }
  }
  participant.tracks.length = 0
  setStatus(engine, participant, "disconnected")
  participant.ended = now
  RoomDeadlines.participantLeft(engine.store.deadlines, participant)
  engine.report({ type: "participant-disconnected", participant })
}

/** Replaces all subscribe rules. The caller must have validated them. */
export const setRules = (
  engine: RoomEngine,
  participant: ParticipantRecord,
  rules: ReadonlyArray<SubscribeRule.SubscribeRule>
): void => {
  participant.rulesUpdated = engine.timeIn(participant.room)
  participant.rules = rules
  participant.rulesCreated ??= participant.rulesUpdated
  engine.report({ type: "subscribe-rules-replaced", participant })
}

/** The tracks that a participant is subscribed to, in order of publication. */
export const subscribedTracks = (participant: ParticipantRecord): ReadonlyArray<TrackRecord> => {
  if (participant.status === "disconnected") return []
  return SubscribeRules.evaluate(
    { participantSid: participant.sid, rules: participant.rules },
    Array.from(participant.room.published.values())
  )
}

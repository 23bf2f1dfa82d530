/**
 * Checks the invariants that the engine maintains, for records that were read from a state document.
 */
import * as Room from "@effect-twilio-video/core/Room"
import * as Result from "effect/Result"
import type { ParticipantRecord, RoomRecord, TrackRecord } from "./Records.ts"
import * as RoomSettings from "./RoomSettings.ts"
import * as Roster from "./Roster.ts"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as NameRules from "@effect-twilio-video/core/NameRules"
import type { Store } from "./Store.ts"

type Problem = string | undefined

/** Whether the times that are given are in order. */
const follow = (...times: ReadonlyArray<number | undefined>): boolean => {
  let before = Number.NEGATIVE_INFINITY
  for (const time of times) {
    if (time === undefined) continue
    if (time < before) return false
    before = time
  }
  return true
}

const ofSettings = ({ mediaRegion, statusCallback, type, videoCodecs }: RoomRecord["settings"]): Problem => {
  if (!Room.isKnownType(type)) return "has an unknown room type"
  if (!RoomSettings.mediaRegions.has(mediaRegion)) return "has an unknown mediaRegion"
  if (!videoCodecs.every(RoomSettings.isVideoCodec)) return "has an unknown video codec"
  if (statusCallback !== undefined && !RoomSettings.isCallbackUrl(statusCallback)) {
    return "has a statusCallback that isn't an http or https URL of less than 1024 characters"
  }
  return undefined
}

const ofRoom = (room: RoomRecord, asOf: number): Problem => {
  const { created, emptySince, ended, participants, settings, uniqueName, updated } = room
  const present = Roster.countPresent(room)
  if (Number.isNaN(new Date(created).getTime())) return "was created before the earliest possible date"
  if (!follow(created, ended, updated, asOf)) return "has times out of order: created, ended, updated, exportedAt"
  const nameProblem = uniqueName === undefined ? undefined : NameRules.nameProblem(uniqueName)
  if (nameProblem !== undefined) return `has an invalid uniqueName: ${nameProblem}`
  if (ended !== undefined && present > 0) return "is completed but has a participant who isn't disconnected"
  if (present > settings.maxParticipants) return "has more participants at once than its maxParticipants"
  const isEmpty = ended === undefined && participants.length > 0 && present === 0
  let lastLeft: number | undefined
  if (isEmpty)
    for (const participant of participants) lastLeft = Math.max(lastLeft ?? created, participant.ended ?? created)
  if (emptySince !== lastLeft) return "has an emptySince that isn't the time when its last participant left"
  return ofSettings(settings)
}

const ofRules = ({ created, rules, rulesCreated, rulesUpdated }: ParticipantRecord, asOf: number): Problem => {
  if (Result.isFailure(SubscribeRule.check(rules))) return "has invalid subscribe rules"
  if ((rulesCreated === undefined) !== (rulesUpdated === undefined)) {
    return "has one of rulesCreated and rulesUpdated without the other"
  }
  return follow(created, rulesCreated, rulesUpdated, asOf)
    ? undefined
    : "has times out of order: created, rulesCreated, rulesUpdated, exportedAt"
}

const ofParticipant = (participant: ParticipantRecord, before: number, asOf: number): Problem => {
  const { created, ended, erasedIdentity, identity, room, sid, status, updated } = participant
  if ((status === "disconnected") !== (ended !== undefined)) {
    return "must have an ended time if it is disconnected, and none otherwise"
  }
  const isAnonymized = identity === sid
  const identityProblem = isAnonymized ? undefined : NameRules.identityProblem(identity)
  if (identityProblem !== undefined) return `has an invalid identity: ${identityProblem}`
  if (erasedIdentity !== undefined && (!isAnonymized || NameRules.identityProblem(erasedIdentity) !== undefined)) {
    return "has an erasedIdentity but isn't anonymized, or the erasedIdentity is invalid"
  }
  if (!follow(room.created, before, created, ended, room.ended ?? asOf)) {
    return "has times out of order: the room's created, that of the participant before, created, ended, the room's ended"
  }
  if (!follow(ended ?? created, updated, asOf)) {
    return "has times out of order: created, ended, updated, exportedAt"
  }
  return ofRules(participant, asOf)
}

const ofTrack = (track: TrackRecord, before: number, asOf: number): Problem => {
  const { created, name, publisher, unpublished, updated } = track
  const nameProblem = NameRules.nameProblem(name)
  if (nameProblem !== undefined) return `has an invalid name: ${nameProblem}`
  if (unpublished === undefined && publisher.ended !== undefined) return "is published by a participant who has left"
  if (!follow(publisher.created, created, unpublished, publisher.ended ?? asOf)) {
    return "has times out of order: the participant's created, created, unpublished, the participant's ended"
  }
  if (!follow(before, created, updated, unpublished ?? asOf)) {
    return "has times out of order: created of the track before, created, updated, unpublished"
  }
  return unpublished === undefined && publisher.tracks.some((other) => other !== track && other.name === name)
    ? "has the name of another track that the participant publishes"
    : undefined
}

const at = (where: string, problem: Problem): Problem => (problem === undefined ? undefined : `${where} ${problem}.`)

/** Whether an earlier participant who hasn't left joined with the same identity. */
const isTwice = ({ identity, position, room, sid, status }: ParticipantRecord): boolean =>
  status !== "disconnected" &&
  identity !== sid &&
  Roster.namesakes(room, identity).some((other) => other.position < position && other.sid !== identity)

const inRoom = (room: RoomRecord, where: string, asOf: number): Problem => {
  const problem = ofRoom(room, asOf)
  if (problem !== undefined) return at(where, problem)
  let before = room.created
  for (const [index, participant] of room.participants.entries()) {
    const { created } = participant
    const problem = isTwice(participant)
      ? "has the same identity as another participant in the room"
      : ofParticipant(participant, before, asOf)
    if (problem !== undefined) return at(`${where}.participants[${index}]`, problem)
    before = created
  }
  before = room.created
  for (const [index, track] of room.tracks.entries()) {
    const problem = ofTrack(track, before, asOf)
    if (problem !== undefined) return at(`${where}.tracks[${index}]`, problem)
    before = track.created
  }
  return undefined
}

/**
 * Adds valid rooms to a store, up to the first problem, and describes it without names or identities.
 */
export const add = (store: Store, rooms: ReadonlyArray<RoomRecord>, asOf: number): Problem => {
  for (const [index, room] of rooms.entries()) {
    const where = `rooms[${index}]`
    const problem = inRoom(room, where, asOf)
    if (problem !== undefined) return problem
    const isNameTaken =
      room.uniqueName !== undefined && room.ended === undefined && store.inProgress.has(room.uniqueName)
    const size = store.size + 1 + room.participants.length + room.tracks.length
    store.add(room)
    if (store.size < size) return at(where, "contains a SID that isn't unique")
    if (isNameTaken) return at(where, "has the unique name of another room in progress")
  }
  return undefined
}

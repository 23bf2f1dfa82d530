/**
 * The console's short forms of what a sandbox has: requests, callbacks, the clock, and the records of a change.
 */
import type { Delivery } from "../callbacks/Delivery.ts"
import type * as Change from "../engine/Change.ts"
import type { ParticipantRecord, RoomRecord, TrackRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import type * as Protocol from "./ConsoleProtocol.ts"

type OfParticipant = Exclude<Change.Change, { readonly room: RoomRecord }>

export const recordsOf = (
  change: OfParticipant
): { readonly participant: ParticipantRecord; readonly track?: TrackRecord } =>
  "track" in change ? { participant: change.track.publisher, track: change.track } : { participant: change.participant }

export const roomOf = (change: Change.Change): RoomRecord =>
  "room" in change ? change.room : recordsOf(change).participant.room

export const causeOf = (engine: RoomEngine, recorder: Change.Recorder | undefined): Protocol.Cause => {
  if (engine.isReplaying) return "replay"
  if (engine.isTimeout) return "timeout"
  return recorder === undefined ? "control" : "request"
}

export const callbackOf = (delivery: Delivery): Protocol.CallbackSummary => {
  const { attempts, at, deliveryStatus, event, faults, id, method, problem, roomSid, sequenceNumber, url } =
    delivery.show()
  const last = attempts.at(-1)
  const why = problem ?? last?.problem
  return {
    id,
    at,
    event,
    roomSid,
    sequenceNumber,
    method,
    url,
    deliveryStatus,
    attempts: attempts.length,
    ...(faults === undefined ? {} : { faults }),
    ...(last?.status === undefined ? {} : { status: last.status }),
    ...(why === undefined ? {} : { problem: why })
  }
}

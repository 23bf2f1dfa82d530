/**
 * The console's short forms of what a sandbox has: requests, callbacks, the clock, and the records of a change.
 */
import type { Delivery } from "../callbacks/Delivery.ts"
import type * as Change from "../engine/Change.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import type * as Protocol from "./ConsoleProtocol.ts"

type OfParticipant = Exclude<Change.Change, { readonly room: RoomRecord }>

const participantOf = (change: OfParticipant): ParticipantRecord =>
  "track" in change ? change.track.publisher : change.participant

/** What a console needs of the records of a change. */
export const detailsOf = (change: OfParticipant, enabled: boolean): Partial<Protocol.TimelineEvent> => {
  const { identity, rules, sid } = participantOf(change)
  switch (change.type) {
    case "participant-connected":
      return { participantSid: sid, participant: { identity }, rules }
    case "subscribe-rules-replaced":
      return { participantSid: sid, rules }
    case "track-published": {
      const { kind, name, sid: trackSid } = change.track
      return { participantSid: sid, trackSid, track: { name, kind, enabled } }
    }
    default:
      return "track" in change ? { participantSid: sid, trackSid: change.track.sid } : { participantSid: sid }
  }
}

export const roomOf = (change: Change.Change): RoomRecord =>
  "room" in change ? change.room : participantOf(change).room

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

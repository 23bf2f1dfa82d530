/**
 * Maps a change in a room to the event and parameters of Twilio's status callback.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 */
import type * as EventName from "../../EventName.ts"
import type * as Change from "../engine/Change.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"

/** The events by change. Twilio has none for the other changes. */
const names: Readonly<Partial<Record<Change.Change["type"], EventName.EventName>>> = {
  "room-created": "room-created",
  "room-completed": "room-ended",
  "participant-connected": "participant-connected",
  "participant-disconnected": "participant-disconnected",
  "track-published": "track-added",
  "track-unpublished": "track-removed",
  "track-enabled": "track-enabled",
  "track-disabled": "track-disabled"
}

export const nameOf = ({ type }: Change.Change): EventName.EventName | undefined => names[type]

export const roomOf = (change: Change.Change): RoomRecord => {
  if ("room" in change) return change.room
  return "participant" in change ? change.participant.room : change.track.publisher.room
}

const seconds = (from: number, to: number): string => String(Math.floor((to - from) / 1000))

const ofParticipant = (participant: ParticipantRecord) => ({
  ParticipantSid: participant.sid,
  // A reconnecting participant has not left yet.
  ParticipantStatus: participant.status === "disconnected" ? "disconnected" : "connected",
  ParticipantIdentity: participant.identity
})

const ofChange = (change: Change.Change): Readonly<Record<string, string>> => {
  if ("room" in change) {
    const { created, ended } = change.room
    return ended === undefined ? {} : { RoomDuration: seconds(created, ended) }
  }
  if ("track" in change) {
    const { kind, publisher, sid } = change.track
    return { ...ofParticipant(publisher), TrackSid: sid, TrackKind: kind }
  }
  const { created, ended } = change.participant
  return {
    ...ofParticipant(change.participant),
    ...(ended === undefined ? {} : { ParticipantDuration: seconds(created, ended) })
  }
}

export interface Moment {
  readonly accountSid: string
  readonly event: EventName.EventName
  readonly sequenceNumber: number
  readonly now: number
}

/** The parameters of the callback, from the current state of the records. */
export const parameters = (
  change: Change.Change,
  { accountSid, event, now, sequenceNumber }: Moment
): Readonly<Record<string, string>> => {
  const room = roomOf(change)
  return {
    AccountSid: accountSid,
    RoomSid: room.sid,
    RoomName: room.uniqueName ?? room.sid,
    RoomType: room.settings.type,
    RoomStatus: room.ended === undefined ? "in-progress" : "completed",
    StatusCallbackEvent: event,
    Timestamp: new Date(now).toISOString(),
    SequenceNumber: String(sequenceNumber),
    ...ofChange(change)
  }
}

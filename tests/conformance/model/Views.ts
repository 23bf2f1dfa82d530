/**
 * The library's records and errors as plain data, in the model's form.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import type * as Room from "@effect-twilio-video/core/Room"
import type * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as SandboxError from "@effect-twilio-video/sandbox/SandboxError"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import type * as Model from "./Model.ts"

// Milliseconds stay visible: Twilio's dates have none.
const date = (date: DateTime.Utc): string => new Date(date.epochMilliseconds).toISOString().replace(".000Z", "Z")

const dateOrNull = (value: Option.Option<DateTime.Utc>): string | null => Option.getOrNull(Option.map(value, date))

const secondsOrNull = (value: Option.Option<Duration.Duration>): number | null =>
  Option.getOrNull(Option.map(value, Duration.toSeconds))

const minutesOrNull = (value: Option.Option<Duration.Duration>): number | null =>
  Option.getOrNull(Option.map(value, Duration.toMinutes))

const path = (url: string): string => url.replace("https://video.twilio.com", "")

export const room = (room: Room.Room) => ({
  sid: room.sid,
  accountSid: Option.getOrNull(room.accountSid),
  uniqueName: room.uniqueName,
  status: room.status,
  type: room.type,
  dateCreated: date(room.dateCreated),
  dateUpdated: dateOrNull(room.dateUpdated),
  endTime: dateOrNull(room.endTime),
  duration: secondsOrNull(room.duration),
  maxParticipants: Option.getOrNull(room.maxParticipants),
  maxParticipantDuration: secondsOrNull(room.maxParticipantDuration),
  emptyRoomTimeout: minutesOrNull(room.emptyRoomTimeout),
  unusedRoomTimeout: minutesOrNull(room.unusedRoomTimeout),
  path: Option.getOrNull(Option.map(room.url, path)),
  participants: path(room.links["participants"] ?? "")
})

const shared = (participant: Participant.Participant | Participant.AnonymizedParticipant) => ({
  sid: participant.sid,
  roomSid: participant.roomSid,
  accountSid: Option.getOrNull(participant.accountSid),
  identity: participant.identity,
  status: participant.status,
  dateCreated: date(participant.dateCreated),
  dateUpdated: dateOrNull(participant.dateUpdated),
  startTime: dateOrNull(participant.startTime),
  endTime: dateOrNull(participant.endTime),
  duration: secondsOrNull(participant.duration),
  path: Option.getOrNull(Option.map(participant.url, path))
})

export const participant = (participant: Participant.Participant) => ({
  ...shared(participant),
  links: Record.map(participant.links, path)
})

export const anonymized = (participant: Participant.AnonymizedParticipant) => shared(participant)

export const disconnection = (disconnection: Participants.Disconnection) => [
  disconnection._tag,
  disconnection._tag === "Disconnected"
    ? participant(disconnection.participant)
    : Option.getOrNull(Option.map(disconnection.participant, participant))
]

export const published = (track: PublishedTrack.PublishedTrack) => ({
  sid: track.sid,
  roomSid: track.roomSid,
  participantSid: track.participantSid,
  name: track.name,
  kind: track.kind,
  enabled: track.enabled,
  dateCreated: date(track.dateCreated),
  dateUpdated: dateOrNull(track.dateUpdated),
  path: Option.getOrNull(Option.map(track.url, path))
})

export const subscribed = (track: SubscribedTrack.SubscribedTrack) => ({
  sid: track.sid,
  roomSid: track.roomSid,
  participantSid: track.participantSid,
  name: track.name,
  kind: track.kind,
  enabled: track.enabled,
  dateCreated: date(track.dateCreated),
  dateUpdated: dateOrNull(track.dateUpdated),
  path: Option.getOrNull(Option.map(track.url, path)),
  publisherSid: track.publisherSid
})

export const rules = (set: SubscribeRule.SubscribeRuleSet) => ({
  participantSid: set.participantSid,
  roomSid: set.roomSid,
  rules: set.rules,
  dateCreated: dateOrNull(set.dateCreated),
  dateUpdated: dateOrNull(set.dateUpdated)
})

/** The errors of the services and of the controls. */
export type Failure =
  | NotFound.NotFound
  | TwilioError.TwilioError
  | SandboxError.SandboxError
  | { readonly _tag: "RoomExists" | "RoomNotInProgress" | "InvalidSubscribeRules"; readonly code?: number }

const format = (error: Failure): string => {
  switch (error._tag) {
    case "NotFound":
      return `NotFound ${error.resource} by ${error.lookup}`
    case "TwilioError":
      return `TwilioError ${error.reason._tag}`
    case "SandboxError":
      return `SandboxError ${error.problem}`
    default:
      return error._tag
  }
}

export const failure = (error: Failure): Model.Failure => ({ error: format(error), code: error.code })

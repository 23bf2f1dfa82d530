/**
 * A participant as Twilio's own package shows it and as this library does, in one common form: dates as text, durations
 * in seconds, null where there is no value. Holds no tests.
 */
import type * as AnonymizedParticipant from "@effect-twilio-video/core/AnonymizedParticipant"
import type * as Participant from "@effect-twilio-video/core/Participant"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { ParticipantInstance } from "twilio/lib/rest/video/v1/room/participant.js"
import type { AnonymizeInstance } from "twilio/lib/rest/video/v1/room/participant/anonymize.js"

export interface AnonymizedView {
  readonly sid: string
  readonly roomSid: string
  readonly accountSid: string
  readonly status: string
  readonly identity: string
  readonly dateCreated: string | null
  readonly dateUpdated: string | null
  readonly startTime: string | null
  readonly endTime: string | null
  readonly duration: number | null
  readonly url: string
}

export interface ParticipantView extends AnonymizedView {
  readonly links: Readonly<Record<string, string>>
}

// The package's types deny the nulls that it hands out.
const officialDate = (date: Date | null): string | null => (date === null ? null : date.toISOString())

export const ofOfficialAnonymized = (instance: ParticipantInstance | AnonymizeInstance): AnonymizedView => ({
  sid: instance.sid,
  roomSid: instance.roomSid,
  accountSid: instance.accountSid,
  status: instance.status,
  identity: instance.identity,
  dateCreated: officialDate(instance.dateCreated),
  dateUpdated: officialDate(instance.dateUpdated),
  startTime: officialDate(instance.startTime),
  endTime: officialDate(instance.endTime),
  duration: instance.duration,
  url: instance.url
})

export const ofOfficial = (instance: ParticipantInstance): ParticipantView => ({
  ...ofOfficialAnonymized(instance),
  links: instance.links
})

const ourDate = (date: Option.Option<DateTime.Utc>): string | null =>
  Option.getOrNull(Option.map(date, DateTime.formatIso))

export const ofOursAnonymized = (
  participant: Participant.Participant | AnonymizedParticipant.AnonymizedParticipant
): AnonymizedView => ({
  sid: participant.sid,
  roomSid: participant.roomSid,
  accountSid: participant.accountSid,
  status: participant.status,
  identity: participant.identity,
  dateCreated: DateTime.formatIso(participant.dateCreated),
  dateUpdated: ourDate(participant.dateUpdated),
  startTime: ourDate(participant.startTime),
  endTime: ourDate(participant.endTime),
  duration: Option.getOrNull(Option.map(participant.duration, Duration.toSeconds)),
  url: participant.url
})

export const ofOurs = (participant: Participant.Participant): ParticipantView => ({
  ...ofOursAnonymized(participant),
  links: participant.links
})

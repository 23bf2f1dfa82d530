/**
 * Writes records as Twilio's JSON. Every member is always present; a missing value is null.
 */
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import type { ParticipantRecord, RoomRecord, TrackRecord } from "../engine/Records.ts"

const date = TwilioDate.formatMillis

const dateOrNull = (millis: number | undefined): string | null => (millis === undefined ? null : date(millis))

/** What a body contains beyond the record. */
export interface Options {
  /** The origin in the URLs. */
  readonly origin: string
  readonly accountSid: string
  readonly durationInProgress: "null" | "zero"
}

/** The options for an engine's records, as they are now. */
export const options = ({ accountSid, assumptions }: RoomEngine, origin: string): Options => ({
  origin,
  accountSid,
  durationInProgress: assumptions.durationInProgress
})

const roomUrl = ({ origin }: Options, room: RoomRecord): string => `${origin}/v1/Rooms/${room.sid}`

const participantUrl = (options: Options, participant: ParticipantRecord): string =>
  `${roomUrl(options, participant.room)}/Participants/${participant.sid}`

// Rounds the exact difference down. In captured responses, it can be less than the difference of the times shown.
const seconds = (from: number, to: number): number => Math.floor((to - from) / 1000)

const shared = ({ accountSid }: Options, participant: ParticipantRecord) => {
  // Formatting a time takes longer than the rest of the record, and most of these times are equal.
  const created = date(participant.created)
  const updated = participant.updated === participant.created ? created : date(participant.updated)
  const ended = participant.ended === participant.updated ? updated : dateOrNull(participant.ended)
  return {
    account_sid: accountSid,
    room_sid: participant.room.sid,
    date_created: created,
    date_updated: updated,
    start_time: created,
    end_time: ended,
    sid: participant.sid,
    identity: participant.identity,
    status: participant.status,
    duration: participant.ended === undefined ? null : seconds(participant.created, participant.ended)
  }
}

export const participant = (options: Options, record: ParticipantRecord) => {
  const url = participantUrl(options, record)
  return {
    ...shared(options, record),
    url,
    links: {
      published_tracks: `${url}/PublishedTracks`,
      subscribed_tracks: `${url}/SubscribedTracks`,
      subscribe_rules: `${url}/SubscribeRules`,
      anonymize: `${url}/Anonymize`
    }
  }
}

export const anonymized = (options: Options, record: ParticipantRecord) => ({
  ...shared(options, record),
  url: `${participantUrl(options, record)}/Anonymize`
})

// Twilio's unit. A control can set less than one minute.
const minutes = (millis: number): number => Math.ceil(millis / 60_000)

export const room = (options: Options, record: RoomRecord) => {
  const { created, ended, settings } = record
  const url = roomUrl(options, record)
  return {
    sid: record.sid,
    status: ended === undefined ? ("in-progress" as const) : ("completed" as const),
    date_created: date(created),
    date_updated: date(record.updated),
    account_sid: options.accountSid,
    // Deprecated by Twilio: always true.
    enable_turn: true,
    unique_name: record.uniqueName ?? record.sid,
    status_callback: settings.statusCallback ?? null,
    status_callback_method: settings.statusCallbackMethod,
    end_time: dateOrNull(ended),
    duration: ended === undefined ? (options.durationInProgress === "zero" ? 0 : null) : seconds(created, ended),
    type: settings.type,
    max_participants: settings.maxParticipants,
    max_participant_duration: Math.ceil(settings.maxParticipantDuration / 1000),
    max_concurrent_published_tracks: 170,
    record_participants_on_connect: settings.recordParticipantsOnConnect,
    video_codecs: settings.videoCodecs,
    media_region: settings.mediaRegion,
    audio_only: settings.audioOnly,
    empty_room_timeout: minutes(settings.emptyRoomTimeout),
    unused_room_timeout: minutes(settings.unusedRoomTimeout),
    large_room: settings.largeRoom,
    url,
    links: {
      participants: `${url}/Participants`,
      recordings: `${url}/Recordings`,
      transcriptions: `${url}/Transcriptions`,
      recording_rules: `${url}/RecordingRules`
    }
  }
}

const track = (record: TrackRecord) => ({
  sid: record.sid,
  room_sid: record.publisher.room.sid,
  name: record.name,
  date_created: date(record.created),
  date_updated: dateOrNull(record.updated),
  enabled: record.enabled,
  kind: record.kind
})

export const publishedTrack = (options: Options, record: TrackRecord) => ({
  ...track(record),
  participant_sid: record.publisher.sid,
  url: `${participantUrl(options, record.publisher)}/PublishedTracks/${record.sid}`
})

export const subscribedTrack = (options: Options, subscriber: ParticipantRecord, record: TrackRecord) => ({
  ...track(record),
  participant_sid: subscriber.sid,
  publisher_sid: record.publisher.sid,
  url: `${participantUrl(options, subscriber)}/SubscribedTracks/${record.sid}`
})

// As in Twilio's specification, every filter is present, and null if the rule doesn't use it.
const rule = ({ all, kind, priority, publisher, track, type }: SubscribeRule.SubscribeRule) => ({
  type,
  all: all ?? null,
  publisher: publisher ?? null,
  track: track ?? null,
  kind: kind ?? null,
  priority: priority ?? null
})

export const subscribeRules = (record: ParticipantRecord) => ({
  participant_sid: record.sid,
  room_sid: record.room.sid,
  rules: record.rules.map(rule),
  // The initial rules were never set, so they have no dates.
  date_created: dateOrNull(record.rulesCreated),
  date_updated: dateOrNull(record.rulesUpdated)
})

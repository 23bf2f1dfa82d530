/**
 * The sandbox's records as Twilio writes them: bodies, error bodies and headers. Every member is always there, null
 * where there is no value. Holds no routing.
 */
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import type { ParticipantRecord, RoomRecord } from "./RoomEngine.ts"

const date = TwilioDate.formatMillis

const dateOrNull = (millis: number | undefined): string | null => (millis === undefined ? null : date(millis))

const resourceUrl = (origin: string, participant: ParticipantRecord): string =>
  `${origin}/v1/Rooms/${participant.room.sid}/Participants/${participant.sid}`

const shared = (accountSid: string, participant: ParticipantRecord) => ({
  account_sid: accountSid,
  room_sid: participant.room.sid,
  date_created: date(participant.created),
  date_updated: date(participant.updated),
  start_time: date(participant.created),
  end_time: dateOrNull(participant.ended),
  sid: participant.sid,
  identity: participant.identity,
  status: participant.status,
  // Of the exact times, cut off to seconds: captured answers show less than the shown times are apart.
  duration: participant.ended === undefined ? null : Math.floor((participant.ended - participant.created) / 1000)
})

export const participant = (origin: string, accountSid: string, record: ParticipantRecord) => {
  const url = resourceUrl(origin, record)
  return {
    ...shared(accountSid, record),
    url,
    links: {
      published_tracks: `${url}/PublishedTracks`,
      subscribed_tracks: `${url}/SubscribedTracks`,
      subscribe_rules: `${url}/SubscribeRules`,
      anonymize: `${url}/Anonymize`
    }
  }
}

export const anonymized = (origin: string, accountSid: string, record: ParticipantRecord) => ({
  ...shared(accountSid, record),
  url: `${resourceUrl(origin, record)}/Anonymize`
})

/** A room as the sandbox's controls show it. The Rooms resource of Twilio's API is not part of the sandbox yet. */
export const room = (origin: string, accountSid: string, record: RoomRecord) => ({
  sid: record.sid,
  account_sid: accountSid,
  unique_name: record.uniqueName ?? record.sid,
  status: record.ended === undefined ? ("in-progress" as const) : ("completed" as const),
  date_created: date(record.created),
  date_updated: date(record.updated),
  end_time: dateOrNull(record.ended),
  participants: record.participants.map((record) => participant(origin, accountSid, record))
})

export interface ErrorBody {
  readonly code: number
  readonly message: string
  readonly more_info: string
  readonly status: number
}

export const error = (status: number, code: number, message: string): ErrorBody => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status
})

/** The CORS headers that Twilio declares on every response. */
export const corsHeaders = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers":
    "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since",
  "access-control-allow-credentials": "true",
  "access-control-expose-headers": "ETag, Twilio-Request-Id"
} as const

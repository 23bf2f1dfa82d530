/**
 * Participants as Twilio writes them: the example of Twilio's OpenAPI document, with another SID, identity and date for
 * each.
 */

export const accountSid = `AC${"1".repeat(32)}`

const participantSid = (index: number): string => `PA${index.toString(16).padStart(32, "0")}`

/** A room's SID, which tells the server how many participants to list and by how many milliseconds to delay responses. */
export const roomSid = (participants: number, latency = 0): string =>
  `RM${String(latency).padStart(8, "0")}${String(participants).padStart(24, "0")}`

export interface Room {
  readonly participants: number
  readonly latency: number
}

/** The inverse of {@link roomSid}. */
export const roomOf = (sid: string): Room => {
  const [, latency, participants] = /^RM(\d{8})(\d{24})$/u.exec(sid) ?? []
  return { participants: Number(participants), latency: Number(latency) }
}

const start = Date.UTC(2026, 2, 1)

const dateOf = (index: number): string => new Date(start + index * 1000).toISOString().replace(".000Z", "Z")

const record = (room: string, sid: string, identity: string, date: string) => {
  const url = `https://video.twilio.com/v1/Rooms/${room}/Participants/${sid}`
  return {
    account_sid: accountSid,
    room_sid: room,
    date_created: date,
    date_updated: date,
    start_time: date,
    end_time: null,
    sid,
    identity,
    status: "connected",
    url,
    duration: null,
    links: {
      published_tracks: `${url}/PublishedTracks`,
      subscribed_tracks: `${url}/SubscribedTracks`,
      subscribe_rules: `${url}/SubscribeRules`,
      anonymize: `${url}/Anonymize`
    }
  }
}

/** The JSON of a listed participant. It has the same length for every index below a million. */
export const listed = (room: string, index: number): string =>
  JSON.stringify(record(room, participantSid(index), `participant-${String(index).padStart(6, "0")}`, dateOf(index)))

/** The JSON of one participant, by SID or, as every identity names the same one, by identity. */
export const single = (room: string, sidOrIdentity: string): string =>
  JSON.stringify(record(room, sidOrIdentity.startsWith("PA") ? sidOrIdentity : participantSid(0), "Alice", dateOf(0)))

/** The JSON of a participant who has been removed. */
export const removed = (room: string, sid: string): string =>
  JSON.stringify({
    ...record(room, sid, "Alice", dateOf(0)),
    date_updated: dateOf(60),
    end_time: dateOf(60),
    duration: 60,
    status: "disconnected"
  })

/**
 * Applies a change to a participant of a timeline.
 */
import type { Mark, TimelineEvent, TimelineParticipant } from "../../src/internal/served/ConsoleProtocol.ts"

type Track = TimelineParticipant["tracks"][number]

type Period = { readonly from: number; readonly to?: number }

/** Ends the last period, unless it's over. */
const ended = <A extends Period>(periods: ReadonlyArray<A>, at: number): ReadonlyArray<A> => {
  const last = periods.at(-1)
  return last === undefined || last.to !== undefined ? periods : [...periods.slice(0, -1), { ...last, to: at }]
}

const endedTrack = (track: Track, at: number): Track =>
  track.to === undefined ? { ...track, to: at, muted: ended(track.muted, at) } : track

const joined = ({ at, participant, participantSid = "", rules = [] }: TimelineEvent): TimelineParticipant => ({
  sid: participantSid,
  identity: participant?.identity ?? participantSid,
  status: "connected",
  created: at,
  spans: [{ status: "connected", from: at }],
  tracks: [],
  marks: [],
  rules
})

const withStatus = (
  participant: TimelineParticipant,
  status: "connected" | "reconnecting",
  at: number
): TimelineParticipant => ({
  ...participant,
  status,
  spans: [...ended(participant.spans, at), { status, from: at }]
})

const left = (participant: TimelineParticipant, at: number): TimelineParticipant =>
  participant.ended === undefined
    ? {
        ...participant,
        status: "disconnected",
        ended: at,
        spans: ended(participant.spans, at),
        tracks: participant.tracks.map((track) => endedTrack(track, at))
      }
    : participant

const marked = (participant: TimelineParticipant, type: Mark["type"], event: TimelineEvent): TimelineParticipant => {
  const { at, by, requestId } = event
  const mark = { at, type, by, ...(requestId === undefined ? {} : { requestId }) }
  return { ...participant, marks: [...participant.marks, mark] }
}

const published = (participant: TimelineParticipant, event: TimelineEvent): TimelineParticipant => {
  const { at, track, trackSid } = event
  if (track === undefined || trackSid === undefined) return participant
  const { enabled, kind, name } = track
  const muted = enabled ? [] : [{ from: at }]
  return { ...participant, tracks: [...participant.tracks, { sid: trackSid, name, kind, from: at, muted }] }
}

const withTrack = (participant: TimelineParticipant, { at, trackSid, type }: TimelineEvent): TimelineParticipant => {
  const change = (track: Track): Track => {
    if (type === "track-unpublished") return endedTrack(track, at)
    const past = ended(track.muted, at)
    return { ...track, muted: type === "track-disabled" ? [...past, { from: at }] : past }
  }
  const tracks = participant.tracks.map((track) => (track.sid === trackSid ? change(track) : track))
  return { ...participant, tracks }
}

/** Returns the participant after a change; undefined if the change is of a participant that isn't known. */
export const apply = (
  participant: TimelineParticipant | undefined,
  event: TimelineEvent
): TimelineParticipant | undefined => {
  const { at, type } = event
  if (type === "participant-connected") return participant ?? joined(event)
  if (participant === undefined) return undefined
  switch (type) {
    case "participant-reconnecting":
      return withStatus(participant, "reconnecting", at)
    case "participant-reconnected":
      return withStatus(participant, "connected", at)
    case "participant-disconnected":
      return left(participant, at)
    case "participant-removed":
      return marked(left(participant, at), type, event)
    case "participant-anonymized":
      return marked({ ...participant, identity: participant.sid }, type, event)
    case "subscribe-rules-replaced":
      return marked({ ...participant, rules: event.rules ?? participant.rules }, type, event)
    case "track-published":
      return published(participant, event)
    default:
      return withTrack(participant, event)
  }
}

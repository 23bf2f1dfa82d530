/**
 * The timeline of a room: the periods of each participant's connection and tracks, and what happened to them.
 */
import type { ParticipantRecord, RoomRecord, TrackRecord } from "../engine/Records.ts"
import type * as Protocol from "./ConsoleProtocol.ts"
import type { HistoryEvent, RoomHistory } from "./RoomHistory.ts"

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

export const summaryOf = (room: RoomRecord): Protocol.RoomSummary => ({
  sid: room.sid,
  ...(room.uniqueName === undefined ? {} : { uniqueName: room.uniqueName }),
  status: room.ended === undefined ? "in-progress" : "completed",
  created: room.created,
  ...(room.ended === undefined ? {} : { ended: room.ended }),
  connected: room.roster.count("connected"),
  reconnecting: room.roster.count("reconnecting"),
  total: room.participants.length,
  tracks: room.published.size,
  maxParticipants: room.settings.maxParticipants
})

const spansOf = (participant: ParticipantRecord, events: ReadonlyArray<HistoryEvent>): ReadonlyArray<Protocol.Span> => {
  const spans: Array<Mutable<Protocol.Span>> = [{ status: "connected", from: participant.created }]
  const change = (status: "connected" | "reconnecting", at: number) => {
    const last = spans.at(-1)
    if (last === undefined || last.status === status) return
    last.to = at
    spans.push({ status, from: at })
  }
  for (const { at, type } of events) {
    if (type === "participant-reconnecting") change("reconnecting", at)
    if (type === "participant-reconnected") change("connected", at)
  }
  // An imported state says what the status is, and not since when. Its latest change is the best guess.
  if (participant.status !== "disconnected") change(participant.status, participant.updated)
  const last = spans.at(-1)
  if (last !== undefined && participant.ended !== undefined) last.to = participant.ended
  return spans
}

const mutesOf = (
  track: TrackRecord,
  events: ReadonlyArray<HistoryEvent>
): ReadonlyArray<{ readonly from: number; readonly to?: number }> => {
  const mutes: Array<{ from: number; to?: number }> = []
  // A track whose first change unmutes it was published muted.
  let enabled = events.length === 0 ? track.enabled : events[0]?.type === "track-disabled"
  if (!enabled) mutes.push({ from: track.created })
  for (const { at, type } of events) {
    const next = type === "track-enabled"
    if (next === enabled) continue
    enabled = next
    const last = mutes.at(-1)
    if (!enabled) mutes.push({ from: at })
    else if (last !== undefined) last.to = at
  }
  const last = mutes.at(-1)
  if (!enabled && last !== undefined && track.unpublished !== undefined) last.to = track.unpublished
  return mutes
}

const trackOf = (track: TrackRecord, events: ReadonlyArray<HistoryEvent>): Protocol.TimelineTrack => ({
  sid: track.sid,
  name: track.name,
  kind: track.kind,
  from: track.created,
  ...(track.unpublished === undefined ? {} : { to: track.unpublished }),
  muted: mutesOf(track, events)
})

const markTypes: ReadonlySet<string> = new Set([
  "subscribe-rules-replaced",
  "participant-removed",
  "participant-anonymized"
])

const isMark = (event: HistoryEvent): event is HistoryEvent & Pick<Protocol.Mark, "type"> => markTypes.has(event.type)

const markOf = ({ at, by, requestId, type }: HistoryEvent & Pick<Protocol.Mark, "type">): Protocol.Mark => ({
  at,
  type,
  by,
  ...(requestId === undefined ? {} : { requestId })
})

const grouped = <A>(items: Iterable<A>, keyOf: (item: A) => string): ReadonlyMap<string, ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

export const make = (room: RoomRecord, history: RoomHistory, position: number): Protocol.Timeline => {
  const { dropped, kept } = history.of(room)
  const events = grouped(kept, ({ sid }) => sid)
  const tracks = grouped(room.tracks, ({ publisher }) => publisher.sid)
  return {
    position,
    room: summaryOf(room),
    participants: room.participants.map((participant) => {
      const own = events.get(participant.sid) ?? []
      return {
        sid: participant.sid,
        identity: participant.identity,
        status: participant.status,
        created: participant.created,
        ...(participant.ended === undefined ? {} : { ended: participant.ended }),
        spans: spansOf(participant, own),
        tracks: (tracks.get(participant.sid) ?? []).map((track) => trackOf(track, events.get(track.sid) ?? [])),
        marks: own.filter(isMark).map(markOf),
        rules: participant.rules
      }
    }),
    dropped
  }
}

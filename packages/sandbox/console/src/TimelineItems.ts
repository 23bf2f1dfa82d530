/**
 * What a participant's lane shows, in order of time: connections, tracks, mutes and marks, each with its text.
 */
import type { Cause, Mark, TimelineParticipant } from "../../src/internal/served/ConsoleProtocol.ts"
import * as Time from "./Time.ts"

export interface Item {
  readonly id: string
  /** The classes of its element. */
  readonly kind: string
  readonly from: number
  /** Undefined while it continues. */
  readonly to: number | undefined
  /** The line of a track, since a participant may publish several at once. */
  readonly line: number
  readonly text: string
  readonly requestId?: string
}

/** How many items a lane shows. A test may mute a track thousands of times. */
const maximum = 300

/** The lines for tracks in a lane. Further tracks share the last one. */
export const lines = 3

const period = (from: number, to: number | undefined): string =>
  to === undefined
    ? `since ${Time.time(from)}`
    : `${Time.time(from)} to ${Time.time(to)} (${Time.duration(Math.max(0, to - from))})`

const causes: Readonly<Record<Cause, string>> = {
  request: "by a request",
  control: "by a control",
  timeout: "by a timeout",
  replay: "in the scenario or state"
}

const markTexts: Readonly<Record<Mark["type"], string>> = {
  "subscribe-rules-replaced": "Subscribe rules replaced",
  "participant-removed": "Removed",
  "participant-anonymized": "Anonymized"
}

const connections = ({ created, ended, sid, spans }: TimelineParticipant): ReadonlyArray<Item> => [
  ...spans.map(({ from, status, to }, i) => ({
    id: `${sid}-c${i}`,
    kind: `span ${status}`,
    from,
    to,
    line: 0,
    text: `${status === "connected" ? "Connected" : "Reconnecting"} ${period(from, to)}`
  })),
  ...(ended === undefined
    ? []
    : [
        {
          id: `${sid}-e`,
          kind: "span disconnected",
          from: ended,
          to: undefined,
          line: 0,
          text: `Disconnected since ${Time.time(ended)}, after ${Time.duration(ended - created)}`
        }
      ])
]

/** The first line that is free at the time, or the last line. */
const lineAt = (ends: Array<number>, from: number, to: number): number => {
  const free = ends.findIndex((end) => end <= from)
  const line = free >= 0 ? free : ends.length < lines ? ends.length : lines - 1
  ends[line] = to
  return line
}

const tracks = ({ tracks }: TimelineParticipant): ReadonlyArray<Item> => {
  const ends: Array<number> = []
  return tracks.flatMap(({ from, kind, muted, name, sid, to }) => {
    const line = lineAt(ends, from, to ?? Infinity)
    const track = { id: sid, kind: `track ${kind}`, from, to, line, text: `${kind} ${name}, ${period(from, to)}` }
    const mutes = muted.map((mute, i) => ({
      id: `${sid}-m${i}`,
      kind: "mute",
      from: mute.from,
      to: mute.to,
      line,
      text: `${name} muted ${period(mute.from, mute.to)}`
    }))
    return [track, ...mutes]
  })
}

const marks = ({ marks, sid }: TimelineParticipant): ReadonlyArray<Item> =>
  marks.map(({ at, by, requestId, type }, i) => ({
    id: `${sid}-x${i}`,
    kind: `mark ${type}`,
    from: at,
    to: at,
    line: 0,
    text: `${markTexts[type]} at ${Time.time(at)} ${causes[by]}`,
    ...(requestId === undefined ? {} : { requestId })
  }))

/** The items of a participant, in order of time. */
export const of = (participant: TimelineParticipant): ReadonlyArray<Item> =>
  [...connections(participant), ...tracks(participant), ...marks(participant)].toSorted((a, b) => a.from - b.from)

const endOf = ({ to }: Item): number => to ?? Infinity

/** The items that a lane shows: those that continue or ended last. */
export const latest = (participant: TimelineParticipant): ReadonlyArray<Item> => {
  const items = of(participant)
  if (items.length <= maximum) return items
  const last = new Set(items.toSorted((a, b) => endOf(b) - endOf(a)).slice(0, maximum))
  return items.filter((item) => last.has(item))
}

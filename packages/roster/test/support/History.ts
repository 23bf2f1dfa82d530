/**
 * What happened in a room, by Twilio's clock: its callbacks, and what lists have at any time.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import * as RoomState from "../../src/RoomState.ts"
import type * as RosterFact from "../../src/RosterFact.ts"

export const inRoom: RosterFact.InRoom = { roomSid: "RM1", roomName: "DailyStandup" }

export const start = Date.UTC(2026, 2, 1, 12)

/** From `from` until just before `until`. */
export interface Span {
  readonly from: number
  readonly until: number
}

export interface Track extends Span {
  readonly sid: string
  readonly kind: string
  readonly muted: Span
}

export interface Person extends Span {
  readonly sid: string
  readonly identity: string
  readonly reconnecting: Span
  readonly tracks: ReadonlyArray<Track>
}

export interface History {
  readonly people: ReadonlyArray<Person>
  /** When everything is over. */
  readonly end: number
  readonly endsRoom: boolean
}

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))

const span = { after: upTo(30_000), for: upTo(30_000) }

const choices = Schema.Struct({
  people: Schema.Array(
    Schema.Struct({
      ...span,
      reconnecting: Schema.Struct(span),
      tracks: Schema.Array(Schema.Struct({ ...span, muted: Schema.Struct(span) })).check(Schema.isMaxLength(2))
    })
  ).check(Schema.isMinLength(1), Schema.isMaxLength(5)),
  endsRoom: Schema.Boolean
})

/** A span within another. It's empty if it begins too late. */
const within = (outer: Span, inner: { readonly after: number; readonly for: number }): Span => {
  const from = Math.min(outer.from + inner.after, outer.until)
  return { from, until: Math.min(from + inner.for, outer.until) }
}

const historyOf = ({ endsRoom, people }: typeof choices.Type): History => {
  const all = { from: start, until: Infinity }
  const persons = people.map((person, index): Person => {
    const stay = within(all, person)
    const tracks = person.tracks.map((track, number): Track => {
      const published = within(stay, track)
      const sid = `MT${index}${number}`
      return { sid, kind: number === 0 ? "audio" : "video", ...published, muted: within(published, track.muted) }
    })
    const reconnecting = within(stay, person.reconnecting)
    // The same person may join twice.
    return { sid: `PA${index}`, identity: index % 2 === 0 ? "Alice" : "Bob", ...stay, reconnecting, tracks }
  })
  return { people: persons, end: Math.max(...persons.map(({ until }) => until)) + 1, endsRoom }
}

/** Any history of a room. */
export const arbitrary = Arbitrary.map(Arbitrary.schema(choices), historyOf)

/** Whether a span includes a time. */
export const includes = ({ from, until }: Span, time: number): boolean => from <= time && time < until

/** Who is in the room at a time. */
export const present = ({ people }: History, time: number): ReadonlyArray<Person> =>
  people.filter((person) => includes(person, time))

/** Who is in the room at a time, as a list has them. */
export const listed = (history: History, time: number): RosterFact.ParticipantsListed["participants"] =>
  present(history, time).map(({ from, identity, reconnecting, sid }) => ({
    sid,
    identity,
    // Lists have whole seconds.
    joined: Math.floor(from / 1000) * 1000,
    status: includes(reconnecting, time) ? "reconnecting" : "connected"
  }))

/** The tracks that a participant publishes at a time, as a list has them. */
export const listedTracks = ({ tracks }: Person, time: number): RosterFact.TracksListed["tracks"] =>
  tracks
    .filter((track) => includes(track, time))
    .map(({ kind, muted, sid }) => ({ sid, kind, name: `Track ${sid}`, isEnabled: !includes(muted, time) }))

type Callback = RosterFact.Callback

const callback = (event: Callback["event"], at: number): Callback => ({ ...inRoom, _tag: "Callback", event, at })

const ofPerson = (event: Callback["event"], at: number, { identity, sid }: Person): Callback => ({
  ...callback(event, at),
  participant: { sid, identity }
})

const trackCallbacks = (person: Person, { from, kind, muted, sid, until }: Track): ReadonlyArray<Callback> => {
  if (from === until) return []
  const of = (event: Callback["event"], at: number) => ({ ...ofPerson(event, at, person), track: { sid, kind } })
  return [
    of("TrackAdded", from),
    ...(muted.from < muted.until ? [of("TrackDisabled", muted.from)] : []),
    ...(muted.from < muted.until && muted.until < until ? [of("TrackEnabled", muted.until)] : []),
    of("TrackRemoved", until)
  ]
}

/** Twilio's callbacks of a history, numbered in the order of their times. */
export const callbacks = ({ end, endsRoom, people }: History): ReadonlyArray<Callback> => {
  const all = [
    callback("RoomCreated", start),
    ...people.flatMap((person) => [
      ofPerson("ParticipantConnected", person.from, person),
      ...person.tracks.flatMap((track) => trackCallbacks(person, track)),
      ofPerson("ParticipantDisconnected", person.until, person)
    ]),
    ...(endsRoom ? [callback("RoomEnded", end)] : [])
  ]
  return numbered(
    all.toSorted((a, b) => a.at - b.at),
    (index) => index
  )
}

/** The callbacks with other sequence numbers, or without. */
export const numbered = (
  callbacks: ReadonlyArray<Callback>,
  number: (index: number) => number | undefined
): ReadonlyArray<Callback> =>
  callbacks.map((callback, index) => {
    const copy: { -readonly [Member in keyof Callback]: Callback[Member] } = { ...callback }
    const sequence = number(index)
    if (sequence === undefined) delete copy.sequence
    else copy.sequence = sequence
    return copy
  })

/** The state that facts lead to. */
export const fold = (facts: ReadonlyArray<RosterFact.RosterFact>, from = RoomState.empty(inRoom)) =>
  facts.reduce(RoomState.apply, from)

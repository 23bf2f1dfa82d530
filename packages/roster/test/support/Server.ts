/**
 * What a server learns of a room, and when: callbacks are lost, doubled and late, and lists are read by the server's own
 * clock.
 */
import * as Membership from "../../src/internal/Membership.ts"
import * as Sequence from "../../src/internal/Sequence.ts"
import * as RoomState from "../../src/RoomState.ts"
import type * as RosterFact from "../../src/RosterFact.ts"
import type * as Chance from "./Chance.ts"
import * as History from "./History.ts"

/** How far the server's clock may be ahead of Twilio's. Leaves room for the milliseconds that `RoomState.timeOf` adds. */
export const mostAhead = Membership.clockSkew - 100

/** The same facts in another order, and some of them again. */
export const rearranged = <A>(facts: ReadonlyArray<A>, chance: Chance.Chance): ReadonlyArray<A> =>
  chance.shuffled([...facts, ...chance.some(facts, 0.3)])

/** A list of the participants that's read at a time by a server whose clock is ahead, when it knows a state of the room. */
export const read = (
  history: History.History,
  time: number,
  ahead: number,
  state: RoomState.RoomState
): RosterFact.ParticipantsListed => {
  const participants = History.listed(history, time)
  const known = Object.keys(state.participants).filter((sid) => {
    const participant = state.participants[sid]
    return participant !== undefined && RoomState.isPresent(state, participant)
  })
  return {
    ...History.inRoom,
    _tag: "ParticipantsListed",
    at: RoomState.timeOf(state, time + ahead),
    readAt: time + ahead,
    isComplete: true,
    participants,
    absent: known.filter((sid) => participants.every((participant) => participant.sid !== sid)),
    sequence: Sequence.highest(state.sequence)
  }
}

/** The same for the tracks of a participant. */
export const readTracks = (
  person: History.Person,
  time: number,
  ahead: number,
  state: RoomState.RoomState
): RosterFact.TracksListed => {
  const tracks = History.listedTracks(person, time)
  const known = Object.keys(state.participants[person.sid]?.tracks ?? {})
  return {
    ...History.inRoom,
    _tag: "TracksListed",
    at: RoomState.timeOf(state, time + ahead),
    isComplete: true,
    participantSid: person.sid,
    tracks,
    absent: known.filter((sid) => tracks.every((track) => track.sid !== sid))
  }
}

export const timeWithin = ({ end }: History.History, chance: Chance.Chance): number =>
  History.start + chance.upTo(end - History.start)

/**
 * Lists that may have been read. Those whom a list lacks are any of those who were known when it was requested. An incomplete
 * list lacks anybody.
 */
export const lists = (
  past: History.History,
  ahead: number,
  chance: Chance.Chance
): ReadonlyArray<RosterFact.ParticipantsListed | RosterFact.TracksListed> =>
  Array.from({ length: chance.upTo(6) }, () => {
    const time = timeWithin(past, chance)
    const isComplete = chance.next() < 0.8
    const person = chance.shuffled(History.present(past, time))[0]
    const listed = { ...History.inRoom, at: time + ahead, isComplete }
    const some = <A>(items: ReadonlyArray<A>) => (isComplete ? items : chance.some(items, 0.5))
    const absent = (spans: ReadonlyArray<History.Span & { readonly sid: string }>) =>
      chance
        .some(spans, 0.5)
        .filter((span) => (isComplete ? span.until <= time : span.from <= time))
        .map(({ sid }) => sid)
    return person === undefined || chance.next() < 0.5
      ? {
          ...listed,
          _tag: "ParticipantsListed",
          readAt: time + ahead,
          participants: some(History.listed(past, time)),
          absent: absent(past.people)
        }
      : {
          ...listed,
          _tag: "TracksListed",
          participantSid: person.sid,
          tracks: some(History.listedTracks(person, time)),
          absent: absent(person.tracks)
        }
  })

/** Something that a server learns: a list takes time from its request on. */
export interface Arrival {
  readonly at: number
  readonly takes: number
  readonly fact: (state: RoomState.RoomState) => RosterFact.RosterFact
}

/** Callbacks until a time. They're lost, doubled, and up to a minute late. */
export const delivered = (
  past: History.History,
  until: number,
  chance: Chance.Chance
): ReadonlyArray<Arrival & { readonly callback: RosterFact.Callback }> => {
  const happened = History.callbacks(past).filter(({ at }) => at <= until)
  return rearranged(chance.some(happened, 0.7), chance).map((callback) => ({
    at: callback.at + chance.upTo(chance.next() < 0.5 ? 500 : 60_000),
    takes: 0,
    fact: () => callback,
    callback
  }))
}

export const list = (past: History.History, at: number, ahead: number, takes: number): Arrival => ({
  at,
  takes,
  fact: (state) => read(past, at, ahead, state)
})

/**
 * How long a list takes. Lists may overtake one another, unless the server's clock is behind: then two lists that are under
 * way can have the same time, one millisecond after the latest callback.
 */
export const duration = (ahead: number, chance: Chance.Chance): number => (ahead < 0 ? 0 : chance.upTo(3000))

/** Up to two lists before a time. */
export const listsBefore = (
  past: History.History,
  time: number,
  ahead: number,
  chance: Chance.Chance
): ReadonlyArray<Arrival> =>
  Array.from({ length: chance.upTo(2) }, () =>
    list(past, History.start + chance.upTo(time - History.start), ahead, duration(ahead, chance))
  )

/** The state when everything has arrived. */
export const run = (arrivals: ReadonlyArray<Arrival>): RoomState.RoomState => {
  let room = RoomState.empty(History.inRoom)
  let pending: ReadonlyArray<{ readonly at: number; readonly fact: RosterFact.RosterFact }> = []
  const applyUntil = (time: number) => {
    const due = pending.filter(({ at }) => at <= time).toSorted((a, b) => a.at - b.at)
    room = History.fold(
      due.map(({ fact }) => fact),
      room
    )
    pending = pending.filter(({ at }) => at > time)
  }
  for (const { at, fact, takes } of arrivals.toSorted((a, b) => a.at - b.at)) {
    applyUntil(at)
    pending = [...pending, { at: at + takes, fact: fact(room) }]
  }
  applyUntil(Infinity)
  return room
}

/**
 * Lets requests of one kind out at a limit, first come, first served. Nobody reserves a turn: each request that waits
 * has a ticket in a line, works out from its place when its turn is, and looks again on its own timer. A request that
 * gives up takes its ticket away, and those behind it move up when they look next.
 *
 * A Worker's requests share a line, and one must not wait for what another began: there is no fiber, queue or lock.
 *
 * What a limit of n a second allows here: in no second, wherever it begins, more than n requests. A token bucket would
 * let out twice as many when it is full, and a fixed window as many where windows meet. So requests take turns on
 * lanes, each of which lets one out in a little more than a quarter of a second, and there are a quarter as many lanes
 * as the limit. That small burst goes out at once: a few calls side by side do not wait. After it, lanes open one by
 * one, so that under load no second gets less than its share.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Steady from "./Steady.ts"

/** How a request came past: at once, after a wait, or unmetered since the store failed. */
export type Passage = "free" | "waited" | "unmetered"

/** Lets a request out on a lane that other processes use too, or has it `look` again at a time by `Steady`. */
export type Claim = (
  line: Line,
  lane: Lane,
  passage: Passage,
  look: (now: number, passage: Passage) => Effect.Effect<Passage, number>
) => Effect.Effect<Passage, number>

// ---- lanes ----

/** A fortieth over a second: requests do not arrive as evenly as they are sent. */
const secondMillis = 1025

/** More lanes would only make a larger burst. */
const mostLanes = 1000

/**
 * How many lanes there are, and how long each is closed after a request. With n turns in a second, `lanes * n` is at
 * most the limit: the fewest turns, for the largest burst, that waste less than a hundredth of it.
 */
export const layout = (limit: number): { readonly lanes: number; readonly closedMillis: number } => {
  let turns = Math.max(Math.min(4, limit), Math.ceil(limit / mostLanes))
  while (turns * Math.floor(limit / turns) < 0.99 * limit) turns += 1
  return { lanes: Math.floor(limit / turns), closedMillis: secondMillis / turns }
}

export interface Lane {
  readonly index: number
  /** When it may let a request out, as far as is known. */
  opens: number
}

interface Ticket {
  readonly number: number
  /** When its request looks next. */
  looks: number
}

/** Requests that share a limit. */
export interface Line {
  readonly closedMillis: number
  /** In the order in which they open. */
  readonly lanes: Array<Lane>
  /** The tickets of those that wait, in the order of arrival. */
  waiting: Array<Ticket>
  tickets: number
}

/** How late a request may look before its ticket goes. One that does look after all comes back into its place. */
const graceMillis = 50

// A Worker ends the requests of clients that went away, timers and all, without telling them.
const isLookedAfter =
  (now: number) =>
  ({ looks }: Ticket): boolean =>
    looks >= now - graceMillis

/** Lines by clock, since a test's clock begins again with each test, and by what requests must have in common. */
export type Lines = WeakMap<Clock.Clock, Map<string, Line>>

export const make = (limit: number): Line => {
  const { closedMillis, lanes } = layout(limit)
  return {
    closedMillis,
    lanes: Array.from({ length: lanes }, (_, index) => ({ index, opens: 0 })),
    waiting: [],
    tickets: 0
  }
}

/** Is it as good as a new one? */
export const isIdle = ({ lanes, waiting }: Line, now: number): boolean =>
  !waiting.some(isLookedAfter(now)) && lanes.every(({ opens }) => opens <= now)

// There is one lane at least.
const laneAt = ({ lanes }: Line, place: number): Lane => lanes[place % lanes.length] as Lane

export const opensAt = ({ lanes }: Line, lane: Lane, opens: number): void => {
  lane.opens = opens
  lanes.sort((a, b) => a.opens - b.opens)
}

/** When the request at a place in the line, from 0, has its turn if nobody before it gives up. */
const turnOf = (line: Line, place: number, now: number): number => {
  const rounds = Math.floor(place / line.lanes.length)
  return Math.max(now, laneAt(line, place).opens) + rounds * line.closedMillis
}

/**
 * When to look again whether those before gave up: whenever a lane opens, or more rarely from further back. From very
 * far back more rarely still, so that never more than a few hundred look at once.
 */
const lookOf = (line: Line, place: number, now: number): number => {
  let next = Math.min(place >> 3, Math.max(line.lanes.length, line.waiting.length >> 8))
  while (turnOf(line, next, now) <= now) next += 1
  return turnOf(line, next, now)
}

/** Puts a ticket in its place, if it isn't there, and says which place that is. */
const enter = (line: Line, ticket: Ticket, now: number): number => {
  ticket.looks = now
  if (!line.waiting.every(isLookedAfter(now))) line.waiting = line.waiting.filter(isLookedAfter(now))
  const place = line.waiting.indexOf(ticket)
  if (place !== -1) return place
  line.waiting.push(ticket)
  line.waiting.sort((a, b) => a.number - b.number)
  return line.waiting.indexOf(ticket)
}

const leave = ({ waiting }: Line, ticket: Ticket): void => {
  const place = waiting.indexOf(ticket)
  if (place !== -1) waiting.splice(place, 1)
}

/**
 * Closes the lane that is open longest, for the request that goes out on it. It opens a little after the others: so
 * lanes that closed together open one by one, and in no longer than leaves the last a turn within the second.
 */
const close = (line: Line, now: number): Lane => {
  const { closedMillis, lanes } = line
  const lane = laneAt(line, 0)
  const apart = (closedMillis - (secondMillis - 1000)) / lanes.length
  opensAt(line, lane, Math.max(now + closedMillis, laneAt(line, lanes.length - 1).opens + apart))
  return lane
}

// ---- requests ----

/**
 * Waits for a turn. Fails at once with the time of the turn if that is after `latest`; both by `Steady`. Without `claim`
 * the lanes are this line's alone.
 */
export const pass = (
  line: Line,
  clock: Clock.Clock,
  claim: Claim | undefined,
  latest: number
): Effect.Effect<Passage, number> =>
  Effect.suspend(() => {
    const ticket = { number: line.tickets++, looks: 0 }

    const look = (now: number, passage: Passage): Effect.Effect<Passage, number> => {
      const place = enter(line, ticket, now)
      const turn = turnOf(line, place, now)
      if (turn > latest) return Effect.fail(turn)
      if (turn > now) {
        const next = lookOf(line, place, now)
        ticket.looks = next
        // A timer may be a little early by the clock.
        const again = Effect.suspend(() => look(Math.max(next, Steady.millis(clock)), "waited"))
        return Effect.andThen(Effect.sleep(Duration.millis(next - now)), again)
      }
      leave(line, ticket)
      const lane = close(line, now)
      return claim === undefined ? Effect.succeed(passage) : claim(line, lane, passage, look)
    }

    return Effect.ensuring(
      look(Steady.millis(clock), "free"),
      Effect.sync(() => leave(line, ticket))
    )
  })

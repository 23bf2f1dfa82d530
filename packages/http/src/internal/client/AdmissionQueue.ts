/**
 * Admits requests at a rate, first come, first served. No request reserves its turn: a waiting request has a ticket,
 * computes its turn from its position in the queue, and polls again on its own timer. A request that is interrupted
 * removes its ticket, and those behind it move up with their next poll.
 *
 * Requests of a Worker share a queue, and one must not wait for what another started. So there is no fiber, `Queue` or
 * lock.
 *
 * A limit of n per second admits at most n requests in any second, wherever it begins. A full token bucket would admit
 * twice as many, and so would two fixed windows where they meet. So requests take slots: each slot admits a request in a
 * little more than a quarter of a second, and there are a quarter as many slots as the limit. A burst of that size goes
 * out at once, so a few concurrent calls don't wait. After it, slots open one by one, so that under load no second
 * admits less than its part.
 *
 * A share of the limit has a queue of its own, in front of the account's.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as MonotonicClock from "./MonotonicClock.ts"

/** How a request was admitted: at once, after a wait, or without a limit because the store failed. */
export type Admission = "immediate" | "queued" | "unlimited"

/**
 * Takes slots that other processes use too, for the places of a request whose turn has come: admits the request, or polls
 * again. Fails with `latest` when it passes, by `MonotonicClock`.
 */
export type TakeSlots = (waiting: Waiting, now: number, admission: Admission) => Effect.Effect<Admission, number>

// ---- slots ----

/** A fortieth more than a second: requests arrive less evenly than they are sent. */
const secondMillis = 1025

/** More slots would only make the burst larger. */
const maximumSlots = 1000

/**
 * How many slots there are, and for how long each is closed after a request. With n turns per second, `count * n` is at
 * most the limit: the fewest turns, and so the largest burst, that waste less than a hundredth of the limit.
 */
export const slotsFor = (limit: number): { readonly count: number; readonly closedMillis: number } => {
  let turns = Math.max(Math.min(4, limit), Math.ceil(limit / maximumSlots))
  while (turns * Math.floor(limit / turns) < 0.99 * limit) turns += 1
  return { count: Math.floor(limit / turns), closedMillis: secondMillis / turns }
}

export interface Slot {
  readonly index: number
  /** When it opens, as far as this process knows. */
  opensAt: number
}

export interface Ticket {
  /** -1 before its request enters the queue. */
  number: number
  /** When its request polls next. */
  pollsAt: number
}

/** Requests that share a limit. */
export interface AdmissionQueue {
  readonly limit: number
  readonly closedMillis: number
  /** In the order in which they open. */
  readonly slots: Array<Slot>
  /** The tickets of waiting requests, in the order of arrival. */
  waiting: Array<Ticket>
  nextTicket: number
  /** The queues in front of this one, by their shares of its limit. */
  readonly shares: Map<number, AdmissionQueue>
}

/** How late a request may poll before its ticket is dropped. If it polls after that, it gets its position back. */
const graceMillis = 50

// A Worker drops the requests of clients that went away, with their timers and without interrupting them.
const isPolling =
  (now: number) =>
  ({ pollsAt }: Ticket): boolean =>
    pollsAt >= now - graceMillis

/** Queues by clock, because each test's clock starts again, and by what requests must have in common. */
export type Queues = WeakMap<Clock.Clock, Map<string, AdmissionQueue>>

export const make = (limit: number): AdmissionQueue => {
  const { closedMillis, count } = slotsFor(limit)
  return {
    limit,
    closedMillis,
    slots: Array.from({ length: count }, (_, index) => ({ index, opensAt: 0 })),
    waiting: [],
    nextTicket: 0,
    shares: new Map()
  }
}

/** Is it in the state of a new queue? */
export const isIdle = ({ shares, slots, waiting }: AdmissionQueue, now: number): boolean =>
  !waiting.some(isPolling(now)) &&
  slots.every(({ opensAt }) => opensAt <= now) &&
  [...shares.values()].every((queue) => isIdle(queue, now))

/** The queue for a share of a queue's limit, above 0 and below 1. */
const shareOf = ({ limit, shares }: AdmissionQueue, share: number): AdmissionQueue => {
  const queue = shares.get(share) ?? make(Math.max(1, Math.floor(share * limit)))
  shares.set(share, queue)
  return queue
}

// There is at least one slot.
const slotAt = ({ slots }: AdmissionQueue, position: number): Slot => slots[position % slots.length] as Slot

export const closeUntil = ({ slots }: AdmissionQueue, slot: Slot, opensAt: number): void => {
  slot.opensAt = opensAt
  slots.sort((a, b) => a.opensAt - b.opensAt)
}

/** When the request at a position, from 0, has its turn if no request before it gives up. */
const turnOf = (queue: AdmissionQueue, position: number, now: number): number => {
  const rounds = Math.floor(position / queue.slots.length)
  return Math.max(now, slotAt(queue, position).opensAt) + rounds * queue.closedMillis
}

/**
 * When to poll whether requests ahead gave up: whenever a slot opens, and less often from further back. From very far
 * back it's less often still, so that at most a few hundred requests poll at once.
 */
const nextPoll = (queue: AdmissionQueue, position: number, now: number): number => {
  let next = Math.min(position >> 3, Math.max(queue.slots.length, queue.waiting.length >> 8))
  while (turnOf(queue, next, now) <= now) next += 1
  return turnOf(queue, next, now)
}

/** A request's place in a queue. */
export interface Place {
  readonly queue: AdmissionQueue
  /** The queue's share of the account's limit. 1 is the account's queue. */
  readonly share: number
  readonly ticket: Ticket
  /** Until when the request has a slot of the queue. */
  claimedUntil: number
}

const placeIn = (queue: AdmissionQueue, share: number): Place => ({
  queue,
  share,
  ticket: { number: -1, pollsAt: 0 },
  claimedUntil: 0
})

/** Puts a ticket in its position if it isn't there, and returns the position. */
const enter = ({ queue, ticket }: Place, now: number): number => {
  if (ticket.number < 0) ticket.number = queue.nextTicket++
  ticket.pollsAt = now
  if (!queue.waiting.every(isPolling(now))) queue.waiting = queue.waiting.filter(isPolling(now))
  const position = queue.waiting.indexOf(ticket)
  if (position !== -1) return position
  queue.waiting.push(ticket)
  queue.waiting.sort((a, b) => a.number - b.number)
  return queue.waiting.indexOf(ticket)
}

export const leave = ({ queue: { waiting }, ticket }: Place): void => {
  const position = waiting.indexOf(ticket)
  if (position !== -1) waiting.splice(position, 1)
}

/**
 * Takes the slot that has been open longest. It opens a little after the others, so that slots that closed together open
 * one by one, but soon enough that the last still gets its turn within the second.
 */
export const takeSlot = (queue: AdmissionQueue, now: number): Slot => {
  const { closedMillis, slots } = queue
  const slot = slotAt(queue, 0)
  const gap = (closedMillis - (secondMillis - 1000)) / slots.length
  slot.opensAt = Math.max(now + closedMillis, slotAt(queue, slots.length - 1).opensAt + gap)
  // It opens last.
  slots.shift()
  slots.push(slot)
  return slot
}

// ---- requests ----

/** A request that waits. */
export interface Waiting {
  /** Its places in the share's queue, if there is one, and in the account's. */
  readonly places: ReadonlyArray<Place>
  readonly clock: Clock.Clock
  readonly latest: number
  /** Without it, only this process uses the slots. */
  readonly takeShared: TakeSlots | undefined
}

const take: TakeSlots = ({ places }, now, admission) => {
  for (const place of places) {
    leave(place)
    takeSlot(place.queue, now)
  }
  return Effect.succeed(admission)
}

/** Takes slots if all turns have come, or else polls again. */
export const poll: TakeSlots = (waiting, now, admission) => {
  const { clock, latest, places, takeShared = take } = waiting
  let next = now
  for (const place of places) {
    if (next > now) leave(place)
    else if (place.claimedUntil <= now) {
      const position = enter(place, now)
      const turn = turnOf(place.queue, position, now)
      if (turn >= latest) return Effect.fail(turn)
      if (turn > now) next = nextPoll(place.queue, position, now)
    }
  }
  if (next === now) return takeShared(waiting, now, admission)
  for (const { ticket } of places) ticket.pollsAt = next
  // A timer may fire a little early by the clock.
  const again = Effect.suspend(() => poll(waiting, Math.max(next, MonotonicClock.millis(clock)), "queued"))
  return Effect.andThen(Effect.sleep(Duration.millis(next - now)), again)
}

/**
 * Waits for admission. Fails at once with the time of the turn if that isn't before `latest`, both by `MonotonicClock`.
 *
 * With a share below 1, the request waits for its turn in the share's queue, then for its turn in the account's, and takes
 * both slots together. So no more requests of a share wait in the account's queue than the share has slots.
 */
export const admit = (
  queue: AdmissionQueue,
  clock: Clock.Clock,
  takeShared: TakeSlots | undefined,
  latest: number,
  share: number
): Effect.Effect<Admission, number> =>
  Effect.suspend(() => {
    const arrivedAt = MonotonicClock.millis(clock)
    // Most requests meet no other: they need no ticket.
    if (
      share === 1 &&
      takeShared === undefined &&
      queue.waiting.length === 0 &&
      slotAt(queue, 0).opensAt <= arrivedAt &&
      arrivedAt < latest
    ) {
      takeSlot(queue, arrivedAt)
      return Effect.succeed("immediate")
    }
    const places = [placeIn(queue, 1)]
    if (share < 1) places.unshift(placeIn(shareOf(queue, share), share))
    return Effect.ensuring(
      poll({ places, clock, latest, takeShared }, arrivedAt, "immediate"),
      Effect.sync(() => places.forEach(leave))
    )
  })

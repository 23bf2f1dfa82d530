/**
 * Whether something is there that comes once and leaves once: a participant in a room, or a track of a participant.
 *
 * Evidence may arrive in any order and repeatedly, so that each member only ever grows. Times are milliseconds since 1970,
 * by Twilio's clock.
 */

/** The time of what never happened: before all others. */
export const never = -1

/** `RoomState.Presence` documents it. */
export interface Membership {
  readonly seen: number
  readonly left?: number | undefined
  readonly missing?: number | undefined
}

/**
 * How far Twilio's clock and ours may be apart, in milliseconds. A list is read by our clock, so that it says nothing about
 * what was seen this shortly before.
 */
export const clockSkew = 5000

/**
 * Whether it's there: it hasn't left, and was seen after the lists that lack it. `listed` is the time of the latest
 * complete list, which had everything that was there: also what wasn't known yet, because its callback was late.
 */
export const isThere = ({ left, missing, seen }: Membership, listed: number): boolean =>
  left === undefined && seen > (missing ?? never) && seen >= listed - clockSkew

/** Whether it has gone before the latest list, so that the list is all there is to know of it. */
export const isSettled = (membership: Membership, listed: number): boolean => {
  const { left = never, missing = never, seen } = membership
  return !isThere(membership, listed) && Math.max(seen, left, missing) < listed - clockSkew
}

/** The later time, if there's any. */
export const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

/** The earlier time, if there's any. */
export const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a

/** All that's known of it. `undefined` members are left out, so that equal knowledge is equal JSON. */
export const merge = <A extends Membership>(known: A | undefined, evidence: A): A =>
  known === undefined
    ? compact(evidence)
    : compact({
        ...known,
        ...evidence,
        seen: Math.max(known.seen, evidence.seen),
        left: earliest(known.left, evidence.left),
        missing: latest(known.missing, evidence.missing)
      })

/** Leaves out members that are `undefined`. */
export const compact = <A extends object>(members: A): A => {
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(members)) if (value !== undefined) result[key] = value
  return result as A
}

/**
 * Whether something is there that comes once and leaves once: a participant in a room, or a track of a participant. SIDs
 * aren't used again.
 *
 * Evidence may arrive in any order and repeatedly, so each member only moves one way. Times are milliseconds since 1970, of
 * callbacks by Twilio's clock and of lists by ours.
 */

/** The time of what never happened: before all others. */
export const never = -1

/** `RoomState.Presence` documents it. */
export interface Membership {
  readonly since?: number | undefined
  readonly seen?: number | undefined
  readonly left?: number | undefined
  readonly found?: number | undefined
  readonly missing?: number | undefined
}

/** How far Twilio's clock and ours may be apart, in milliseconds. */
export const clockSkew = 5000

/**
 * Whether it's there. `listed` is the time of the latest complete list.
 *
 * What this list lacks is there only if it came after the list was requested. If the clocks leave that open, it's there
 * unless it's known to have come before: it was in another list, it was known when a list was requested, or it came early
 * enough.
 */
export const isThere = ({ found, left, missing, seen, since }: Membership, listed: number): boolean => {
  if (left !== undefined) return false
  if (found !== undefined && found >= listed) return true
  if (seen === undefined || since === undefined) return false
  if (seen > listed + clockSkew) return true
  const cameBefore = found !== undefined || missing !== undefined || since < listed - clockSkew
  return !cameBefore
}

/**
 * Whether it can be forgotten. It had gone so long before the latest list that even callbacks which are still on the way are
 * older than this list, beyond doubt.
 */
export const isSettled = (membership: Membership, listed: number): boolean => {
  const { left, missing = Infinity } = membership
  const goneBy = left ?? missing + clockSkew
  return goneBy < listed - clockSkew && !isThere(membership, listed)
}

/** The later time, if there's any. */
export const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

/** The earlier time, if there's any. */
export const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a

/** All that's known of it. */
export const merge = (known: Membership, evidence: Membership): Membership => ({
  since: earliest(known.since, evidence.since),
  seen: latest(known.seen, evidence.seen),
  left: earliest(known.left, evidence.left),
  found: latest(known.found, evidence.found),
  missing: latest(known.missing, evidence.missing)
})

/** Leaves out members that are `undefined`, so that equal knowledge is equal JSON. */
export const compact = <A extends object>(members: A): A => {
  const result: Record<string, unknown> = {}
  // The hottest loop of the fold, so it makes no arrays.
  for (const key in members) if (members[key] !== undefined) result[key] = members[key]
  return result as A
}

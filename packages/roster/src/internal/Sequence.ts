/**
 * The sequence numbers of a room's callbacks. Twilio calls them internal, so that a gap only raises doubt.
 */

export interface Sequence {
  /** Gaps below this number don't matter: a list was read since. */
  readonly floor?: number
  /** The highest numbers above the floor, ascending and distinct. */
  readonly numbers: ReadonlyArray<number>
}

/** Enough to see that something is missing. The highest are kept, so that the order of arrival doesn't matter. */
const kept = 32

export const empty: Sequence = { numbers: [] }

export const add = (sequence: Sequence, number: number | undefined): Sequence => {
  const { floor, numbers } = sequence
  if (number === undefined || numbers.includes(number) || (floor !== undefined && number <= floor)) return sequence
  return { ...sequence, numbers: [...numbers, number].sort((a, b) => a - b).slice(-kept) }
}

export const settle = (sequence: Sequence, floor: number | undefined): Sequence => {
  if (floor === undefined || (sequence.floor !== undefined && floor <= sequence.floor)) return sequence
  return { floor, numbers: sequence.numbers.filter((number) => number > floor) }
}

export const highest = ({ floor, numbers }: Sequence): number | undefined => numbers.at(-1) ?? floor

/** Whether a callback between two others hasn't arrived. */
export const hasGap = ({ floor, numbers }: Sequence): boolean => {
  const [first, last] = [numbers[0], numbers.at(-1)]
  if (first === undefined || last === undefined) return false
  // Lower numbers than the kept ones were dropped: nothing is known of what's between them and the floor.
  const start = floor === undefined || numbers.length === kept ? first : floor + 1
  return last - start + 1 > numbers.length
}

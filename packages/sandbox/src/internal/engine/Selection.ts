/**
 * Records in the order of their positions, found one after another from any position.
 */

export interface Positioned {
  readonly sid: string
  /** The place in order of creation. Newer records have greater numbers, and a record's number never changes. */
  readonly position: number
}

export interface Selection<R> {
  /** The first record that isn't before this position. */
  readonly next: (position: number) => R | undefined
  /** The last record that isn't after this position. */
  readonly previous: (position: number) => R | undefined
}

/** The index of the first item that fits, if all items after it fit too; otherwise the length. */
export const firstIndex = <A>(items: ReadonlyArray<A>, fits: (item: A) => boolean): number => {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && fits(item)) high = middle
    else low = middle + 1
  }
  return low
}

/** The records of an array in order of position. */
export const ofSorted = <R extends Positioned>(records: ReadonlyArray<R>): Selection<R> => ({
  next: (position) => records[firstIndex(records, (record) => record.position >= position)],
  previous: (position) => records[firstIndex(records, (record) => record.position > position) - 1]
})

/** The records of two selections that have none in common. */
export const union = <R extends Positioned>(one: Selection<R>, other: Selection<R>): Selection<R> => ({
  next: (position) => {
    const [a, b] = [one.next(position), other.next(position)]
    return a === undefined || (b !== undefined && b.position < a.position) ? b : a
  },
  previous: (position) => {
    const [a, b] = [one.previous(position), other.previous(position)]
    return a === undefined || (b !== undefined && b.position > a.position) ? b : a
  }
})

/** The records from one position to before another. */
export const within = <R extends Positioned>(selection: Selection<R>, from: number, to: number): Selection<R> => ({
  next: (position) => {
    const record = selection.next(Math.max(position, from))
    return record !== undefined && record.position < to ? record : undefined
  },
  previous: (position) => {
    const record = selection.previous(Math.min(position, to - 1))
    return record !== undefined && record.position >= from ? record : undefined
  }
})

/** The records that match. Takes as long as the records in between. */
export const filter = <R extends Positioned>(
  { next, previous }: Selection<R>,
  matches: (record: R) => boolean
): Selection<R> => {
  const find = (step: (position: number) => R | undefined, by: 1 | -1) => (position: number) => {
    let record = step(position)
    while (record !== undefined && !matches(record)) record = step(record.position + by)
    return record
  }
  return { next: find(next, 1), previous: find(previous, -1) }
}

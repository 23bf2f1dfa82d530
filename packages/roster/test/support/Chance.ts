/**
 * Random choices that follow from a seed.
 */
export interface Chance {
  /** From 0 until just before 1. */
  readonly next: () => number
  readonly upTo: (maximum: number) => number
  /** Each item with a probability. */
  readonly some: <A>(items: ReadonlyArray<A>, probability: number) => ReadonlyArray<A>
  readonly shuffled: <A>(items: ReadonlyArray<A>) => ReadonlyArray<A>
}

/** Mulberry32. */
export const from = (seed: number): Chance => {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    upTo: (maximum) => Math.floor(next() * (maximum + 1)),
    some: (items, probability) => items.filter(() => next() < probability),
    shuffled: (items) =>
      items
        .map((item) => ({ item, key: next() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ item }) => item)
  }
}

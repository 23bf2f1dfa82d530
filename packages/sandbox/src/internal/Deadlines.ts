/**
 * What is due when: a queue by time, and by order of adding at one time. Holds no clock; a binary heap.
 */

interface Entry<A> {
  readonly at: number
  readonly order: number
  readonly value: A
}

const before = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

export class Deadlines<A> {
  private readonly heap: Array<Entry<A>> = []
  private added = 0

  add(at: number, value: A): void {
    const entry = { at, order: this.added++, value }
    let i = this.heap.push(entry) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = this.heap[parent]
      if (above === undefined || before(above, entry)) break
      this.heap[i] = above
      i = parent
    }
    this.heap[i] = entry
  }

  /** When the first is due. */
  get first(): number | undefined {
    return this.heap[0]?.at
  }

  /** Takes the first out, if it is due by then. */
  take(by: number): { readonly at: number; readonly value: A } | undefined {
    const first = this.heap[0]
    if (first === undefined || first.at > by) return undefined
    const last = this.heap.pop()
    if (last !== undefined && last !== first) this.sink(last)
    return first
  }

  private sink(entry: Entry<A>): void {
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      let below = this.heap[child]
      const right = this.heap[child + 1]
      if (below !== undefined && right !== undefined && before(right, below)) {
        child += 1
        below = right
      }
      if (below === undefined || before(entry, below)) break
      this.heap[i] = below
      i = child
    }
    this.heap[i] = entry
  }
}

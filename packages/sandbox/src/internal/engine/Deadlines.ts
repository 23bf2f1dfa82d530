/**
 * A priority queue of deadlines: a binary heap ordered by time, then by insertion.
 */

export interface Deadline<A> {
  readonly at: number
  readonly order: number
  readonly value: A
  /** The position in the heap. */
  index: number
}

const before = (a: Deadline<unknown>, b: Deadline<unknown>): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order)

export class Deadlines<A> {
  private readonly heap: Array<Deadline<A>> = []
  private added = 0

  add(at: number, value: A): Deadline<A> {
    const deadline = { at, order: this.added++, value, index: this.heap.length }
    this.heap.push(deadline)
    this.rise(deadline)
    return deadline
  }

  /** The time of the first deadline. */
  get first(): number | undefined {
    return this.heap[0]?.at
  }

  /** Removes and returns the first deadline if it is due by this time. */
  take(by: number): Deadline<A> | undefined {
    const first = this.heap[0]
    if (first === undefined || first.at > by) return undefined
    this.remove(first)
    return first
  }

  /** Removes a deadline; does nothing if it's no longer in the queue. */
  remove(deadline: Deadline<A>): void {
    if (this.heap[deadline.index] !== deadline) return
    const last = this.heap.pop()
    if (last === undefined || last === deadline) return
    this.place(last, deadline.index)
    this.rise(last)
    this.sink(last)
  }

  private place(deadline: Deadline<A>, index: number): void {
    this.heap[index] = deadline
    deadline.index = index
  }

  private rise(deadline: Deadline<A>): void {
    while (deadline.index > 0) {
      const { index } = deadline
      const parent = this.heap[(index - 1) >> 1]
      if (parent === undefined || before(parent, deadline)) return
      this.place(deadline, parent.index)
      this.place(parent, index)
    }
  }

  private sink(deadline: Deadline<A>): void {
    for (;;) {
      const { index } = deadline
      const left = this.heap[2 * index + 1]
      const right = this.heap[2 * index + 2]
      const child = left !== undefined && right !== undefined && before(right, left) ? right : left
      if (child === undefined || before(deadline, child)) return
      this.place(deadline, child.index)
      this.place(child, index)
    }
  }
}

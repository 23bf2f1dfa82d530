/**
 * Keeps the latest entries, up to a capacity.
 */

export class RingBuffer<A> {
  capacity: number
  private entries: Array<A> = []
  /** The index of the oldest entry once the buffer is full. */
  private oldest = 0

  constructor(capacity: number) {
    this.capacity = Math.floor(capacity)
  }

  add(entry: A): void {
    if (this.entries.length < this.capacity) {
      this.entries.push(entry)
    } else if (this.capacity > 0) {
      this.entries[this.oldest] = entry
      this.oldest = (this.oldest + 1) % this.capacity
    }
  }

  /** Drops the oldest entries above the new capacity. */
  resize(capacity: number): void {
    const entries = this.read()
    this.clear()
    this.capacity = Math.floor(capacity)
    for (const entry of entries) this.add(entry)
  }

  /** Oldest first. */
  read(): ReadonlyArray<A> {
    const { entries, oldest } = this
    return [...entries.slice(oldest), ...entries.slice(0, oldest)]
  }

  clear(): void {
    this.entries = []
    this.oldest = 0
  }
}

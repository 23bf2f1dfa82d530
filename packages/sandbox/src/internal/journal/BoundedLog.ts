/**
 * Keeps the latest entries, up to a number and a size in bytes.
 */

export interface Sized {
  /** How much memory the entry takes, about. 0 once it's dropped. */
  bytes: number
}

export class BoundedLog<A extends Sized> {
  /** How many entries were dropped since the log was cleared. */
  dropped = 0
  private entries: Array<A | undefined> = []
  /** The index of the oldest entry. Before it are only those that were dropped: `shift` moves all others. */
  private first = 0
  private bytes = 0
  private maximumEntries: number
  private maximumBytes: number | undefined
  private readonly bytesEach: number

  /** Without `maximumBytes`, the limit is `bytesEach` for each of the entries. */
  constructor(maximumEntries: number, maximumBytes: number | undefined, bytesEach: number) {
    this.maximumEntries = Math.floor(maximumEntries)
    this.maximumBytes = maximumBytes
    this.bytesEach = bytesEach
  }

  get capacity(): number {
    return this.maximumEntries
  }

  get maximumSize(): number {
    return this.maximumBytes ?? this.maximumEntries * this.bytesEach
  }

  add(entry: A): void {
    this.entries.push(entry)
    this.bytes += entry.bytes
    this.trim()
  }

  /** Adds to the size of an entry, if it's still kept. */
  grow(entry: A, bytes: number): void {
    if (entry.bytes === 0) return
    entry.bytes += bytes
    this.bytes += bytes
    this.trim()
  }

  /** Drops the oldest entries above the new limits. */
  resize(maximumEntries: number, maximumBytes = this.maximumBytes): void {
    this.maximumEntries = Math.floor(maximumEntries)
    this.maximumBytes = maximumBytes
    this.trim()
  }

  /** Oldest first. */
  read(): ReadonlyArray<A> {
    return this.entries.filter((entry) => entry !== undefined)
  }

  clear(): void {
    for (const entry of this.read()) entry.bytes = 0
    this.entries = []
    this.first = 0
    this.bytes = 0
    this.dropped = 0
  }

  private trim(): void {
    while (this.entries.length - this.first > this.maximumEntries || this.bytes > this.maximumSize) {
      const oldest = this.entries[this.first]
      if (oldest === undefined) return
      this.entries[this.first] = undefined
      this.first += 1
      this.bytes -= oldest.bytes
      oldest.bytes = 0
      this.dropped += 1
    }
    if (this.first * 2 < this.entries.length) return
    this.entries = this.entries.slice(this.first)
    this.first = 0
  }
}

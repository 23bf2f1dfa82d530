/**
 * The latest entries of a log by id, oldest first. Each entry is a signal, so a change of one renders only its row.
 */
import { signal, type Signal } from "@preact/signals"

export class Log<A extends { readonly id: string }> {
  /** The ids of the entries, oldest first. */
  readonly ids = signal<ReadonlyArray<string>>([])
  /** The number of earlier entries that are gone. */
  readonly dropped = signal(0)
  /** Changes with each change of an entry. Filters depend on it instead of on thousands of entries. */
  readonly version = signal(0)
  private readonly entries = new Map<string, Signal<A>>()
  private readonly maximum: number
  private added: Array<string> = []
  private changed = false

  constructor(maximum: number) {
    this.maximum = maximum
  }

  get(id: string): Signal<A> | undefined {
    return this.entries.get(id)
  }

  /** Adds or replaces an entry. `flush` shows it. */
  put(entry: A): void {
    this.changed = true
    const known = this.entries.get(entry.id)
    if (known !== undefined) known.value = entry
    else {
      this.entries.set(entry.id, signal(entry))
      this.added.push(entry.id)
    }
  }

  /** Adds what was put to the list at once. */
  flush(): void {
    if (!this.changed) return
    this.changed = false
    this.version.value++
    if (this.added.length === 0) return
    const all = [...this.ids.value, ...this.added]
    this.added = []
    const excess = Math.max(0, all.length - this.maximum)
    for (const id of all.slice(0, excess)) this.entries.delete(id)
    this.dropped.value += excess
    this.ids.value = excess === 0 ? all : all.slice(excess)
  }

  /** Replaces everything. Entries that stay keep their signals. */
  replace(latestFirst: ReadonlyArray<A>, dropped: number): void {
    const latest = latestFirst.slice(0, this.maximum).toReversed()
    const ids = new Set(latest.map(({ id }) => id))
    for (const id of this.entries.keys()) if (!ids.has(id)) this.entries.delete(id)
    for (const entry of latest) this.put(entry)
    this.added = []
    this.changed = false
    this.version.value++
    this.dropped.value = dropped + latestFirst.length - latest.length
    const same = ids.size === this.ids.value.length && this.ids.value.every((id) => ids.has(id))
    if (!same) this.ids.value = [...ids]
  }

  clear(): void {
    this.replace([], 0)
  }
}

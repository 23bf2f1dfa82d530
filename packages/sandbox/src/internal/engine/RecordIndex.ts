/**
 * Finds records by status and name, in the order of their positions: the participants of a room, or all rooms. A
 * record must be removed before its status or its names change, and added again afterwards; `update` does both.
 */
import { PositionSet } from "./PositionSet.ts"
import * as Selection from "./Selection.ts"

/** The records with one status. Many have the status, and few of them the same name. */
interface Group<R> {
  readonly positions: PositionSet
  /** In order of position. No list is empty. */
  readonly byName: Map<string, Array<R>>
}

const none: ReadonlyArray<never> = []

export class RecordIndex<R extends Selection.Positioned, S extends string> {
  private readonly records: ReadonlyArray<R | undefined>
  private readonly statusOf: (record: R) => S
  private readonly namesOf: (record: R) => ReadonlyArray<string>
  private readonly groups = new Map<S, Group<R>>()

  /** `records` has each record at its position. `namesOf` has no name twice. */
  constructor(
    records: ReadonlyArray<R | undefined>,
    statusOf: (record: R) => S,
    namesOf: (record: R) => ReadonlyArray<string>
  ) {
    this.records = records
    this.statusOf = statusOf
    this.namesOf = namesOf
  }

  add(record: R): void {
    const status = this.statusOf(record)
    let group = this.groups.get(status)
    if (group === undefined) this.groups.set(status, (group = { positions: new PositionSet(), byName: new Map() }))
    group.positions.add(record.position)
    for (const name of this.namesOf(record)) {
      const namesakes = group.byName.get(name)
      if (namesakes === undefined) group.byName.set(name, [record])
      else
        namesakes.splice(
          Selection.firstIndex(namesakes, ({ position }) => position > record.position),
          0,
          record
        )
    }
  }

  remove(record: R): void {
    const group = this.groups.get(this.statusOf(record))
    if (group === undefined) return
    group.positions.delete(record.position)
    for (const name of this.namesOf(record)) {
      const namesakes = group.byName.get(name) ?? []
      if (namesakes.length <= 1) group.byName.delete(name)
      else
        namesakes.splice(
          Selection.firstIndex(namesakes, ({ position }) => position >= record.position),
          1
        )
    }
  }

  /** Changes a record's status or names. */
  update(record: R, change: () => void): void {
    this.remove(record)
    change()
    this.add(record)
  }

  count(status: S): number {
    return this.groups.get(status)?.positions.size ?? 0
  }

  named(status: S, name: string): ReadonlyArray<R> {
    return this.groups.get(status)?.byName.get(name) ?? none
  }

  select(status: S, name?: string): Selection.Selection<R> {
    if (name !== undefined) return Selection.ofSorted(this.named(status, name))
    const positions = this.groups.get(status)?.positions
    const at = (position: number | undefined) => (position === undefined ? undefined : this.records[position])
    return {
      next: (position) => at(positions?.next(position)),
      previous: (position) => at(positions?.previous(position))
    }
  }
}

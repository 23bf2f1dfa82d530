/**
 * The order of a room's callbacks to one receiver: each waits until the one before it has left.
 */
import * as Effect from "effect/Effect"

export interface Turn {
  /** Waits until the callback before this one has left. */
  readonly wait: Effect.Effect<void>
  /** Lets the next one go. Can be called again without effect. */
  readonly leave: () => void
  /** Leaves, and waits until a later callback has left. */
  readonly hold: Effect.Effect<void>
}

interface Line {
  last: Promise<void> | undefined
  /** Releases those who are held. */
  readonly held: Set<() => void>
}

export class Lines {
  // Each request of a Worker has separate lines, since one request must not wait for another.
  private readonly owners = new WeakMap<object, Map<string, Line>>()

  enter(owner: object, name: string): Turn {
    let lines = this.owners.get(owner)
    if (lines === undefined) this.owners.set(owner, (lines = new Map()))
    const line = lines.get(name) ?? { last: undefined, held: new Set() }
    lines.set(name, line)
    const before = line.last
    let letNext = () => {}
    const mine = new Promise<void>((resolve) => (letNext = resolve))
    line.last = mine
    let hasLeft = false
    const tidy = () => {
      if (line.last === undefined && line.held.size === 0) lines.delete(name)
    }
    const leave = () => {
      if (hasLeft) return
      hasLeft = true
      letNext()
      if (line.last === mine) line.last = undefined
      for (const release of line.held) release()
      line.held.clear()
      tidy()
    }
    const hold = Effect.callback<void>((resume) => {
      leave()
      const release = () => resume(Effect.void)
      line.held.add(release)
      lines.set(name, line)
      return Effect.sync(() => {
        line.held.delete(release)
        tidy()
      })
    })
    return { wait: before === undefined ? Effect.void : Effect.promise(() => before), leave, hold }
  }
}

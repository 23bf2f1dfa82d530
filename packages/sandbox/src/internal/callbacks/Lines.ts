/**
 * The order of a room's callbacks to one receiver: each waits until the one before it has left.
 */
import * as Effect from "effect/Effect"

interface Place {
  /** Higher for those who entered later. */
  readonly number: number
  readonly isHeld: boolean
  readonly go: () => void
  hasLeft: boolean
}

interface Line {
  entered: number
  current: Place | undefined
  readonly waiting: Array<Place>
  /** Those who are held until a later one has left. */
  held: Array<Place>
}

export interface Turn {
  /** Waits until the one before has left and, if it's held, until a later one has left or {@link Turn.release}. */
  readonly wait: Effect.Effect<void>
  /** Moves it to the end of the line, if it's still held. */
  readonly release: () => void
  /** Lets the next one go. Can be called again without effect. */
  readonly leave: () => void
}

const startNext = (line: Line): void => {
  do line.current = line.waiting.shift()
  while (line.current?.hasLeft === true)
  line.current?.go()
}

/** Moves those whom this one has overtaken to the front. They don't overtake one another. */
const letOvertakenGo = (line: Line, { isHeld, number }: Place): void => {
  if (isHeld) return
  const overtaken = line.held.filter((held) => held.number < number)
  line.held = line.held.filter((held) => held.number > number)
  line.waiting.unshift(...overtaken)
}

export class Lines {
  // Each request of a Worker has separate lines, since one request must not wait for another.
  private readonly owners = new WeakMap<object, Map<string, Line>>()

  enter(owner: object, name: string, isHeld: boolean): Turn {
    let lines = this.owners.get(owner)
    if (lines === undefined) this.owners.set(owner, (lines = new Map()))
    const line = lines.get(name) ?? { entered: 0, current: undefined, waiting: [], held: [] }
    lines.set(name, line)
    let go = () => {}
    const turn = new Promise<void>((resolve) => (go = resolve))
    const place: Place = { number: line.entered++, isHeld, go, hasLeft: false }
    const queue = () => {
      line.waiting.push(place)
      if (line.current === undefined) startNext(line)
    }
    const isStillHeld = () => line.held.includes(place)
    const endHold = () => {
      line.held = line.held.filter((held) => held !== place)
    }
    if (isHeld) line.held.push(place)
    else queue()
    return {
      wait: Effect.suspend(() => (line.current === place ? Effect.void : Effect.promise(() => turn))),
      release: () => {
        if (!isStillHeld()) return
        endHold()
        queue()
      },
      leave: () => {
        if (place.hasLeft) return
        place.hasLeft = true
        endHold()
        if (line.current === place) {
          letOvertakenGo(line, place)
          startNext(line)
        }
        if (line.current === undefined && line.held.length === 0) lines.delete(name)
      }
    }
  }
}

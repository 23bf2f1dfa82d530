/**
 * Decides how often rules apply: keeps their counts and the random draws.
 */
import type * as Random from "effect/Random"

interface Rule {
  readonly rate?: number | undefined
  readonly skip?: number | undefined
  readonly times?: number | undefined
}

interface Counted<R> {
  readonly rule: R
  seen: number
  triggered: number
}

export class RuleCounts<R extends Rule> {
  /** A server's observer of the rules and their counts. */
  observer: (() => void) | undefined
  private readonly freshRandom: () => Random.Random
  private generator: Random.Random
  private counted: ReadonlyArray<Counted<R>> = []

  /** `freshRandom` makes a generator with the same sequence each time, separate from the one for SIDs. */
  constructor(freshRandom: () => Random.Random) {
    this.freshRandom = freshRandom
    this.generator = freshRandom()
  }

  /** The next number of the random sequence, from 0 up to 1. */
  random(): number {
    return this.generator.nextDoubleUnsafe()
  }

  /** Replaces all rules, and restarts the counts and the random sequence. */
  set(rules: ReadonlyArray<R>): void {
    this.counted = rules.map((rule) => ({ rule, seen: 0, triggered: 0 }))
    this.generator = this.freshRandom()
    this.observer?.()
  }

  /** Restarts the counts and the random sequence. */
  restart(): void {
    this.set(this.counted.map(({ rule }) => rule))
  }

  read(): ReadonlyArray<{ readonly rule: R; readonly triggered: number }> {
    return this.counted.map(({ rule, triggered }) => ({ rule, triggered }))
  }

  get any(): boolean {
    return this.counted.length > 0
  }

  /** Counts something, and yields the rules that hit it, in order. Rules after the last one that is taken don't count it. */
  *hits(matches: (rule: R) => boolean): Generator<R> {
    for (const counted of this.counted) {
      const { rate = 1, skip = 0, times = Number.POSITIVE_INFINITY } = counted.rule
      if (!matches(counted.rule)) continue
      counted.seen += 1
      if (counted.seen <= skip || counted.triggered >= times) continue
      if (rate < 1 && this.random() >= rate) continue
      counted.triggered += 1
      this.observer?.()
      yield counted.rule
    }
  }
}

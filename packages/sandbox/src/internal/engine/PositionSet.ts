/**
 * A set of positions that finds the next and the previous one in a few steps, even among millions: a bitmap, and above
 * it smaller bitmaps that mark the words below which aren't empty.
 */

// The numbers of the first and the last bit of a word that isn't empty.
const firstBit = (word: number): number => 31 - Math.clz32(word & -word)
const lastBit = (word: number): number => 31 - Math.clz32(word)

export class PositionSet {
  /** The number of positions. */
  size = 0
  /** Bit `b` of word `w` is for the number `32 * w + b`: a position, or on the levels above, a word of the level below. */
  private readonly levels: Array<Array<number>> = [[]]

  has(position: number): boolean {
    return (this.word(0, position >>> 5) & (1 << (position & 31))) !== 0
  }

  add(position: number): void {
    if (this.has(position)) return
    this.size += 1
    let index = position
    for (let level = 0; level < this.levels.length; level++) {
      const words = this.levels[level] ?? []
      const at = index >>> 5
      while (words.length <= at) words.push(0)
      words[at] = (words[at] ?? 0) | (1 << (index & 31))
      // The top level outgrew its one word. The loop continues with the new level.
      if (level === this.levels.length - 1 && words.length > 1) this.levels.push([words[0] === 0 ? 0 : 1])
      index = at
    }
  }

  delete(position: number): void {
    if (!this.has(position)) return
    this.size -= 1
    let index = position
    for (const words of this.levels) {
      const at = index >>> 5
      const left = (words[at] ?? 0) & ~(1 << (index & 31))
      words[at] = left
      if (left !== 0) return
      index = at
    }
  }

  /** The first position that isn't before this one. */
  next(position: number): number | undefined {
    let index = Math.max(position, 0)
    for (let level = 0; level < this.levels.length; level++) {
      const at = index >>> 5
      const rest = this.word(level, at) & (-1 << (index & 31))
      if (rest !== 0) return this.descend(level, at * 32 + firstBit(rest), firstBit)
      index = at + 1
    }
    return undefined
  }

  /** The last position that isn't after this one. */
  previous(position: number): number | undefined {
    let index = Math.min(position, (this.levels[0]?.length ?? 0) * 32 - 1)
    for (let level = 0; level < this.levels.length && index >= 0; level++) {
      const at = index >>> 5
      const rest = this.word(level, at) & (-1 >>> (31 - (index & 31)))
      if (rest !== 0) return this.descend(level, at * 32 + lastBit(rest), lastBit)
      index = at - 1
    }
    return undefined
  }

  /** The first or last position below a bit of a level. */
  private descend(level: number, index: number, bit: (word: number) => number): number {
    return level === 0 ? index : this.descend(level - 1, index * 32 + bit(this.word(level - 1, index)), bit)
  }

  private word(level: number, at: number): number {
    return this.levels[level]?.[at] ?? 0
  }
}

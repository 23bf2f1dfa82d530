/**
 * Takes a JSON document apart while it arrives, so that it can be larger than a string or the memory: each item of the
 * chosen arrays is a piece, and what is left around them is another.
 */

export interface Piece {
  /** The array that the piece is an item of; undefined for what is left of the document. */
  readonly list: string | undefined
  readonly json: unknown
}

interface Outer {
  readonly list: string
  /** The text up to the list. */
  readonly text: string
  /** The number of items so far. */
  count: number
}

const code = { quote: 0x22, comma: 0x2c, openArray: 0x5b, escape: 0x5c, closeArray: 0x5d, open: 0x7b, close: 0x7d }

export class JsonPieces {
  private readonly lists: ReadonlyArray<ReadonlyArray<string>>
  /** The text of the piece in progress from earlier chunks. */
  private parts: Array<string> = []
  /** The objects around the piece in progress. */
  private readonly outer: Array<Outer> = []
  /** How many objects and arrays are open. */
  private depth = 0
  private isInString = false
  private isEscaped = false
  /** The last string, if it may be the name of a list. */
  private name = ""
  /** The number of characters of the piece in progress. */
  size = 0

  /** `lists` has the names of arrays in the document, then of those in their items, and so on. */
  constructor(lists: ReadonlyArray<ReadonlyArray<string>>) {
    this.lists = lists
  }

  /** The pieces that end in this chunk. Throws if one isn't JSON. */
  *push(chunk: string): Generator<Piece> {
    // Where the piece in progress and the current string begin in this chunk.
    let start = 0
    let string = 0
    for (let i = 0; i < chunk.length; i++) {
      const char = chunk.charCodeAt(i)
      if (this.isInString) {
        if (this.isEscaped) this.isEscaped = false
        else if (char === code.escape) this.isEscaped = true
        else if (char === code.quote) {
          this.isInString = false
          if (this.isInObject) this.name += chunk.slice(string, i)
        }
      } else if (char === code.quote) {
        this.isInString = true
        this.name = ""
        string = i + 1
      } else if (char === code.openArray || char === code.open) {
        if (char === code.openArray && this.isInObject && this.lists[this.outer.length]?.includes(this.name)) {
          this.outer.push({ list: this.name, text: this.take(chunk.slice(start, i + 1)), count: 0 })
          start = i + 1
        }
        this.depth += 1
      } else if (char === code.closeArray || char === code.close) {
        this.depth -= 1
        const outer = this.outer.at(-1)
        if (outer === undefined || this.depth >= this.listDepth) continue
        yield* this.item(outer, chunk.slice(start, i), true)
        this.outer.pop()
        this.keep(outer.text)
        start = i
      } else if (char === code.comma && this.depth === this.listDepth) {
        const outer = this.outer.at(-1)
        if (outer === undefined) continue
        yield* this.item(outer, chunk.slice(start, i), false)
        start = i + 1
      }
    }
    if (this.isInString && this.isInObject) this.name += chunk.slice(string)
    this.keep(chunk.slice(start))
  }

  /** What is left of the document. Throws if it isn't JSON. */
  end(): Piece {
    return { list: undefined, json: JSON.parse(this.outer.map(({ text }) => text).join("") + this.take("")) }
  }

  /** The depth between the items of the innermost list. */
  private get listDepth(): number {
    return 2 * this.outer.length
  }

  /** Whether the next value may be a list of the innermost object. */
  private get isInObject(): boolean {
    return this.depth === this.listDepth + 1
  }

  private keep(text: string): void {
    this.parts.push(text)
    this.size += text.length
  }

  private take(last: string): string {
    const text = this.parts.join("") + last
    this.parts = []
    this.size = 0
    return text
  }

  private *item(outer: Outer, last: string, isLast: boolean): Generator<Piece> {
    const text = this.take(last)
    if (isLast && outer.count === 0 && text.trim() === "") return
    outer.count += 1
    yield { list: outer.list, json: JSON.parse(text) }
  }
}

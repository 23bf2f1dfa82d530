/**
 * Takes a JSON document apart while it arrives, so that it can be larger than a string or the memory: each item of the
 * chosen arrays is a piece, and what is left around them is another.
 */

export interface Piece {
  /** The array that the piece is an item of; undefined for what is left of the document. */
  readonly list: string | undefined
  readonly json: unknown
}

/** A list in progress. */
interface Open {
  readonly list: string
  /** The text around it, up to its first item. */
  readonly before: string
  isEmpty: boolean
}

export class JsonPieces {
  private readonly lists: ReadonlyArray<ReadonlyArray<string>>
  private readonly open: Array<Open> = []
  /** How many objects and arrays are open: `2 * open.length` between the items of the innermost list. */
  private depth = 0
  private isInString = false
  private isEscaped = false
  /** The name of the member in progress of the innermost item, if that is an object. */
  private name = ""
  /** The text of the piece in progress from earlier chunks. */
  private parts: Array<string> = []
  /** The number of characters of the piece in progress. */
  size = 0

  /** `lists` has the names of arrays in the document, then of those in their items, and so on. */
  constructor(lists: ReadonlyArray<ReadonlyArray<string>>) {
    this.lists = lists
  }

  /** The pieces that end in this chunk. Throws if one isn't JSON. */
  *push(chunk: string): Generator<Piece> {
    // Where the piece in progress and the last string begin in this chunk.
    let start = 0
    let string = 0
    const hasEscapes = chunk.includes("\\")
    for (let i = 0; i < chunk.length; i++) {
      if (this.isInString && !hasEscapes && !this.isEscaped) i = chunk.indexOf('"', i)
      if (i === -1) break
      const char = chunk[i]
      if (this.isEscaped) this.isEscaped = false
      else if (this.isInString) {
        if (char === "\\") this.isEscaped = true
        else if (char === '"') {
          this.isInString = false
          if (this.isInItem) this.name += chunk.slice(string, i)
        }
      } else if (char === '"') {
        this.isInString = true
        this.name = ""
        string = i + 1
      } else if (char === "{" || char === "[") {
        if (char === "[" && this.isInItem && this.lists[this.open.length]?.includes(this.name)) {
          this.open.push({ list: this.name, before: this.take(chunk.slice(start, i + 1)), isEmpty: true })
          start = i + 1
        }
        this.depth += 1
        this.name = ""
      } else if (char === "}" || char === "]" || char === ",") {
        if (char !== ",") this.depth -= 1
        this.name = ""
        const current = this.open.at(-1)
        if (current === undefined || this.depth > 2 * this.open.length - (char === "," ? 0 : 1)) continue
        yield* this.item(current, chunk.slice(start, i), char)
        start = i + 1
      }
    }
    if (this.isInString && this.isInItem) this.name += chunk.slice(string)
    this.keep(chunk.slice(start))
  }

  /** What is left of the document. Throws if it isn't JSON. */
  end(): Piece {
    const text = this.open.map(({ before }) => before).join("") + this.take("")
    return { list: undefined, json: JSON.parse(text) }
  }

  private get isInItem(): boolean {
    return this.depth === 2 * this.open.length + 1
  }

  private *item(current: Open, last: string, end: string): Generator<Piece> {
    const text = this.take(last)
    if (end === "," || !current.isEmpty || text.trim() !== "") {
      yield { list: current.list, json: JSON.parse(text) }
    }
    current.isEmpty = false
    if (end === ",") return
    this.open.pop()
    this.keep(current.before + end)
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
}

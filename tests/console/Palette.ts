/**
 * Writes a picture with at most 256 colors, which takes about a third of the bytes.
 */
import { crc32, deflateSync, inflateSync } from "node:zlib"

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1")

interface Pixels {
  readonly width: number
  readonly height: number
  /** Three bytes per pixel. */
  readonly data: Buffer
}

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

function* chunksOf(png: Buffer): Generator<Chunk> {
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at)
    yield { type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) }
    at += 12 + length
  }
}

const paeth = (left: number, up: number, corner: number): number => {
  const [toLeft, toUp, toCorner] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs) as [
    number,
    number,
    number
  ]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

const predictors: ReadonlyArray<(left: number, up: number, corner: number) => number> = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth
]

/** Reads a picture as Chromium writes it: eight bits of red, green and blue per pixel, not interlaced. */
const decode = (png: Buffer): Pixels => {
  const chunks = Array.from(chunksOf(png))
  const header = chunks[0]?.data ?? Buffer.alloc(0)
  if (header[8] !== 8 || header[9] !== 2) throw new Error("The picture's pixels aren't red, green and blue bytes.")
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const parts = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)
  const rows = inflateSync(Buffer.concat(parts))
  const size = width * 3
  const data = Buffer.alloc(height * size)
  const at = (row: number, column: number) => (row < 0 || column < 0 ? 0 : (data[row * size + column] ?? 0))
  for (let row = 0; row < height; row++) {
    const filter = predictors[rows[row * (size + 1)] ?? 0] ?? paeth
    for (let column = 0; column < size; column++) {
      const guess = filter(at(row, column - 3), at(row - 1, column), at(row - 1, column - 3))
      data[row * size + column] = (rows[row * (size + 1) + 1 + column] ?? 0) + guess
    }
  }
  return { width, height, data }
}

const distance = (one: number, other: number): number =>
  [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0)

/** Gives each color a place in the palette of the most frequent ones. */
const placesOf = (
  colors: Uint32Array
): { readonly palette: ReadonlyArray<number>; readonly places: Map<number, number> } => {
  const counts = new Map<number, number>()
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1)
  const byCount = Array.from(counts).toSorted(([, one], [, other]) => other - one)
  const palette = byCount.slice(0, 256).map(([color]) => color)
  const nearest = (color: number) =>
    palette.reduce(
      (best, _, place) => (distance(color, palette[place] ?? 0) < distance(color, palette[best] ?? 0) ? place : best),
      0
    )
  return { palette, places: new Map(byCount.map(([color], place) => [color, place < 256 ? place : nearest(color)])) }
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** Reduces the colors of a PNG that Chromium wrote. */
export const reduce = (png: Buffer): Buffer => {
  const { data, height, width } = decode(png)
  const colors = Uint32Array.from({ length: width * height }, (_, pixel) => data.readUIntBE(pixel * 3, 3))
  const { palette, places } = placesOf(colors)
  const rows = Buffer.alloc(height * (width + 1))
  for (const [pixel, color] of colors.entries()) {
    rows[pixel + Math.floor(pixel / width) + 1] = places.get(color) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits per pixel, which are places in the palette.
  header.set([8, 3], 8)
  const bytes = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", bytes),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0))
  ])
}

/**
 * Draws bar and line charts as SVG, 700 px wide, in light or dark colors as the reader's system prefers.
 *
 * Plotting libraries that work without a browser install some 75 packages, and their output has one color scheme.
 */

/** What a bar or line stands for. It determines the color. */
export type Tone = "ours" | "other" | "limit"

interface Chart {
  readonly title: string
  /** The text for screen readers. */
  readonly description: string
  /** The quantity and its unit, below the title. */
  readonly subtitle: string
  readonly legend: ReadonlyArray<readonly [tone: Tone, label: string]>
}

export interface Bar {
  readonly label: string
  readonly value: number
  /** The formatted value, drawn after the bar. */
  readonly text: string
  readonly tone: Tone
  /** A limit for the value, drawn as a line across the bar. */
  readonly limit?: number | undefined
}

interface BarChart extends Chart {
  readonly groups: ReadonlyArray<{ readonly title?: string; readonly bars: ReadonlyArray<Bar> }>
}

interface Axis {
  /** Equal steps from zero to the end of the axis. */
  readonly ticks: ReadonlyArray<number>
  readonly format: (value: number) => string
}

interface LineChart extends Chart {
  readonly x: Axis
  readonly y: Axis
  /** A limit for all values, drawn as a line across the chart. */
  readonly limit?: number
  readonly series: ReadonlyArray<{ readonly tone: Tone; readonly points: ReadonlyArray<readonly [number, number]> }>
}

const width = 700
const margin = 24

const style = `
    text { font: 13px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .group { font-weight: 600 }
    .muted { fill: #59636e }
    .end { text-anchor: end }
    .middle { text-anchor: middle }
    .page { fill: #ffffff; stroke: #d1d9e0 }
    .grid { stroke: #d1d9e0 }
    .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
    .limit { stroke-width: 2; stroke-dasharray: 5 3 }
    rect.ours { fill: #0969da }
    rect.other { fill: #afb8c1 }
    .line.ours { stroke: #0969da }
    .line.other { stroke: #8c959f }
    .limit { stroke: #bc4c00 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .muted { fill: #9198a1 }
      .page { fill: #0d1117; stroke: #3d444d }
      .grid { stroke: #3d444d }
      rect.ours { fill: #4493f8 }
      rect.other { fill: #656c76 }
      .line.ours { stroke: #4493f8 }
      .line.other { stroke: #9198a1 }
      .limit { stroke: #f0883e }
    }`

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const rounded = (value: number): number => Math.round(value * 10) / 10

const text = (x: number, y: number, content: string, classes = ""): string =>
  `<text x="${rounded(x)}" y="${rounded(y)}"${classes === "" ? "" : ` class="${classes}"`}>${escaped(content)}</text>`

const line = (x1: number, y1: number, x2: number, y2: number, classes: string): string =>
  `<line x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}" class="${classes}"/>`

const rect = (x: number, y: number, width: number, height: number, classes: string): string =>
  `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${height}" rx="2" class="${classes}"/>`

/** Estimates the width of a text in px. Few fonts need more. */
const widthOf = (content: string): number => content.length * 7

const legend = (entries: Chart["legend"], y: number): ReadonlyArray<string> => {
  let x = margin
  return entries.flatMap(([tone, label]) => {
    const start = x
    x += 20 + widthOf(label) + 20
    const key = tone === "limit" ? line(start, y - 5, start + 14, y - 5, tone) : rect(start, y - 11, 14, 12, tone)
    return [key, text(start + 20, y, label)]
  })
}

/** Draws the title, subtitle and legend of a chart, and then its parts. */
const frame = (chart: Chart, height: number, parts: ReadonlyArray<string>): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `  <title id="title">${escaped(chart.title)}</title>`,
    `  <desc id="description">${escaped(chart.description)}</desc>`,
    `  <style>${style}\n  </style>`,
    ...[
      `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" class="page"/>`,
      text(margin, 34, chart.title, "title"),
      text(margin, 56, chart.subtitle, "muted"),
      ...legend(chart.legend, 82),
      ...parts
    ].map((part) => `  ${part}`),
    "</svg>\n"
  ].join("\n")

export const barChart = (chart: BarChart): string => {
  const all = chart.groups.flatMap(({ bars }) => bars)
  const left = margin + Math.max(...all.map(({ label }) => widthOf(label))) + 12
  const right = width - margin - Math.max(...all.map(({ text }) => widthOf(text))) - 8
  const most = Math.max(...all.map(({ limit = 0, value }) => Math.max(limit, value)))
  const scale = (value: number) => (value / most) * (right - left)
  let y = 104
  const parts = chart.groups.flatMap(({ bars, title }) => {
    const heading = title === undefined ? [] : [text(margin, y + 14, title, "group")]
    if (title !== undefined) y += 24
    const rows = bars.flatMap(({ label, limit, text: shown, tone, value }) => {
      const top = y
      y += 26
      const end = left + Math.max(scale(value), scale(limit ?? 0))
      return [
        text(left - 12, top + 14, label, "end"),
        rect(left, top, Math.max(scale(value), 1), 19, tone),
        ...(limit === undefined ? [] : [line(left + scale(limit), top - 3, left + scale(limit), top + 22, "limit")]),
        text(end + 8, top + 14, shown, "muted")
      ]
    })
    y += 10
    return [...heading, ...rows]
  })
  return frame(chart, y + 6, parts)
}

export const lineChart = (chart: LineChart): string => {
  const { limit, series, x, y } = chart
  const [top, bottom, left, right] = [108, 348, 64, width - margin - 12]
  const atX = (value: number) => left + (value / (x.ticks.at(-1) ?? 1)) * (right - left)
  const atY = (value: number) => bottom - (value / (y.ticks.at(-1) ?? 1)) * (bottom - top)
  return frame(chart, bottom + 40, [
    ...y.ticks.flatMap((tick) => [
      line(left, atY(tick), right, atY(tick), "grid"),
      text(left - 8, atY(tick) + 4, y.format(tick), "muted end")
    ]),
    ...x.ticks.map((tick) => text(atX(tick), bottom + 22, x.format(tick), "muted middle")),
    ...(limit === undefined ? [] : [line(left, atY(limit), right, atY(limit), "limit")]),
    ...series.map(({ points, tone }) => {
      const path = points.map(([px, py]) => `${rounded(atX(px))},${rounded(atY(py))}`).join(" ")
      return `<polyline points="${path}" class="line ${tone}"/>`
    })
  ])
}

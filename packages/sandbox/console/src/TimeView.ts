/**
 * The part of a room's time that its timeline shows. Bars are placed by CSS from three variables, so that zooming,
 * panning and the clock change the style of one element and render nothing.
 */
import { signal } from "@preact/signals"

/** `whole` shows the whole room, `follow` keeps the clock in sight, and `free` stays where it is. */
export type Mode = "whole" | "follow" | "free"

const shortestSpan = 1000

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400].map(
  (s) => s * 1000
)

export class TimeView {
  /** The times with a label, chosen so that they don't overlap. */
  readonly ticks = signal<ReadonlyArray<number>>([])
  readonly mode = signal<Mode>("whole")
  /** When the room was created. Times in CSS are relative to it, since they are less precise there. */
  readonly origin: number
  start: number
  span = 60_000
  private end = 0
  private element: HTMLElement | null = null
  private labels = 6

  constructor(origin: number) {
    this.origin = origin
    this.start = origin
  }

  /** Shows the view in an element: sets its variables. */
  attach(element: HTMLElement | null): void {
    this.element = element
    this.labels = Math.max(2, Math.floor((element?.clientWidth ?? 0) / 180))
  }

  /** Moves the cursor. `end` is the time of the clock, or when the room ended. */
  update(end: number): void {
    const { origin } = this
    this.end = end
    const length = Math.max(end - origin, shortestSpan)
    if (this.mode.peek() === "whole") {
      this.start = origin - length * 0.02
      this.span = length * 1.06
    } else if (this.mode.peek() === "follow") this.start = end - this.span * 0.9
    this.show()
  }

  choose(mode: Mode): void {
    this.mode.value = mode
    this.update(this.end)
  }

  /** Shows more of the time if `factor` is above 1, and less below. The time `at` stays at its place. */
  zoom(factor: number, at = this.start + this.span / 2): void {
    const span = Math.max(shortestSpan, this.span * factor)
    if (span >= (this.end - this.origin) * 1.06 && factor > 1) return this.choose("whole")
    this.start = at - ((at - this.start) / this.span) * span
    this.span = span
    return this.show(this.mode.peek() === "follow" ? "follow" : "free")
  }

  /** Moves the view by a part of its length. */
  pan(part: number): void {
    this.start += this.span * part
    this.show("free")
  }

  /** Moves the view if a time isn't in it. */
  reveal(time: number): void {
    if (time >= this.start && time <= this.start + this.span) return
    this.start = time - this.span / 2
    this.show("free")
  }

  show(mode = this.mode.peek()): void {
    this.mode.value = mode
    const style = this.element?.style
    style?.setProperty("--start", String(this.start - this.origin))
    style?.setProperty("--span", String(this.span))
    style?.setProperty("--now", String(this.end - this.origin))
    const step = steps.find((step) => this.span / step <= this.labels) ?? Math.ceil(this.span / this.labels)
    const first = Math.ceil(this.start / step)
    const count = Math.max(0, Math.floor((this.start + this.span) / step) - first + 1)
    const ticks = Array.from({ length: count }, (_, i) => (first + i) * step)
    if (ticks.join() !== this.ticks.peek().join()) this.ticks.value = ticks
  }
}

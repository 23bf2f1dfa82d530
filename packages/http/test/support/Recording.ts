/**
 * Runs a program with its own tracer and metrics, and returns what they recorded.
 */
import * as Telemetry from "@effect-twilio-video/http/Telemetry"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Tracer from "effect/Tracer"
import * as Timeline from "./Timeline.ts"

/** The exit, spans and counts of a program. */
export interface Recorded<A, E> {
  readonly exit: Exit.Exit<A, E>
  readonly spans: ReadonlyArray<Tracer.NativeSpan>
  /** Counts by metric and attributes, such as `twilio_video_requests operation=Rooms.fetch outcome=200`. */
  readonly counts: Readonly<Record<string, number>>
}

export const tracerOf = (spans: Array<Tracer.NativeSpan>): Tracer.Tracer =>
  Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })

const countsOf = (snapshots: ReadonlyArray<Metric.Metric.Snapshot>): Record<string, number> =>
  Object.fromEntries(
    snapshots.flatMap((snapshot) =>
      snapshot.type === "Counter" && snapshot.id.startsWith("twilio")
        ? [
            [
              [
                snapshot.id,
                ...Object.entries(snapshot.attributes ?? {}).map(([name, value]) => `${name}=${value}`)
              ].join(" "),
              Number(snapshot.state.count)
            ] as const
          ]
        : []
    )
  )

/** Runs the program to its end, or interrupts it at a time in milliseconds after noon. */
export const run = Effect.fnUntraced(function* <A, E, R>(program: Effect.Effect<A, E, R>, until?: number) {
  const spans: Array<Tracer.NativeSpan> = []
  const registry: Parameters<typeof Metric.MetricRegistry.of>[0] = new Map()
  const running = yield* Timeline.start(
    program.pipe(
      Effect.withTracer(tracerOf(spans)),
      Effect.provideService(Metric.MetricRegistry, registry),
      Effect.provide(Telemetry.layerMetrics)
    )
  )
  if (until !== undefined) {
    yield* running.until(until)
    yield* Effect.sync(() => running.fiber.interruptUnsafe())
  }
  const { exit } = yield* running.end
  const counts = countsOf(yield* Effect.provideService(Metric.snapshot, Metric.MetricRegistry, registry))
  const seen: Recorded<A, E> = { exit, spans, counts }
  return seen
})

/** The attributes of a span as a record. */
export const attributesOf = (span: Tracer.NativeSpan | undefined): Record<string, unknown> =>
  Object.fromEntries(span?.attributes ?? [])

/** The events of a span with their attributes. */
export const eventsOf = (span: Tracer.NativeSpan | undefined) =>
  (span?.events ?? []).map(([name, , attributes]) => [name, attributes] as const)

/** The spans and counts as text. */
export const textOf = ({ counts, spans }: Pick<Recorded<unknown, unknown>, "counts" | "spans">): string =>
  JSON.stringify([counts, spans.map((span) => [span.name, attributesOf(span), eventsOf(span), span.links, span.kind])])

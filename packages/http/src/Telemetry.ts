/**
 * What the client tells of its requests to a program's tracer and metrics, and the switches for what it keeps back
 * otherwise. Holds no exporter.
 *
 * Each operation that sends has one span of kind client, named after it (`Participants.fetch`; each page of a stream is
 * one). Its attributes are OpenTelemetry's for HTTP clients (`http.request.method`, `url.template`, `server.address`,
 * `server.port`, `http.response.status_code`, `error.type`, `http.request.resend_count`) and `twilio.error_code` and
 * `twilio.request_id`; each retry is an event on it. None of them holds an identity, a name, a credential or a query.
 *
 * Follows https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Counters from "./internal/client/Counters.ts"

/**
 * Puts the whole URL on spans, as `url.full`: with the room's name, the participant's identity and the filters of a
 * list. Never with credentials. Off by default, since identities are personal data.
 *
 * @category references
 * @since 0.1.0
 */
export const RecordUrls: Context.Reference<boolean> = Context.Reference<boolean>(
  "@effect-twilio-video/http/Telemetry/RecordUrls",
  { defaultValue: () => false }
)

/**
 * Sends trace headers (`traceparent` and `b3`) along with requests. Off by default: Twilio does not read them, and they
 * would let it tie requests together.
 *
 * @category references
 * @since 0.1.0
 */
export const SendTraceHeaders: Context.Reference<boolean> = Context.Reference<boolean>(
  "@effect-twilio-video/http/Telemetry/SendTraceHeaders",
  { defaultValue: () => false }
)

/**
 * Counts requests sent, each attempt, where {@link layerMetrics} is provided. Attributes: `operation`, and `outcome`:
 * the HTTP status of an answer, or what came in its place (`TransportFailed`, `TimedOut`, `Interrupted`).
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Telemetry from "@effect-twilio-video/http/Telemetry"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Metric from "effect/Metric"
 *
 * const sent = Metric.withAttributes(Telemetry.requests, { operation: "Participants.fetch", outcome: "404" })
 *
 * const program = Effect.gen(function*() {
 *   const participants = yield* Participants.Participants
 *   const before = yield* Metric.value(sent)
 *   yield* Effect.flip(participants.fetch("DailyStandup", "Nobody"))
 *   const after = yield* Metric.value(sent)
 *   return after.count - before.count
 * })
 *
 * await program.pipe(
 *   Effect.provide([Sandbox.layer(), Telemetry.layerMetrics]),
 *   Effect.runPromise
 * ) // => 1
 * ```
 * @category metrics
 * @since 0.1.0
 */
export const requests: Metric.Counter<number> = Metric.counter("twilio_video_requests", {
  description: "Requests sent to Twilio Video, by operation and outcome",
  incremental: true
})

/**
 * Counts retries. Attributes: `operation`, and `outcome`: that of the attempt before, as of {@link requests}.
 *
 * @category metrics
 * @since 0.1.0
 */
export const retries: Metric.Counter<number> = Metric.counter("twilio_video_retries", {
  description: "Requests sent again to Twilio Video, by operation and the outcome of the attempt before",
  incremental: true
})

/**
 * Counts requests held back. Attributes: `operation`, and `by`: `quota` for those that waited here for the account's
 * quota, or weren't sent since their turn would have come too late, `twilio` for those that Twilio answered with HTTP
 * 429, `store` for those let through unmetered since the quota's store failed.
 *
 * @category metrics
 * @since 0.1.0
 */
export const rateLimits: Metric.Counter<number> = Metric.counter("twilio_video_rate_limits", {
  description: "Requests to Twilio Video that met a limit, by operation and whose limit it was",
  incremental: true
})

// A metric with attributes is looked up by them in the registry: cheaper where it is the same one each time. There are
// few: operations times outcomes.
const counter = (metric: Metric.Counter<number>, label: string) => {
  const made = new Map<string, Metric.Counter<number>>()
  return (operation: string, value: string): Effect.Effect<void> => {
    const key = `${operation} ${value}`
    let found = made.get(key)
    if (found === undefined) {
      found = Metric.withAttributes(metric, { operation, [label]: value })
      made.set(key, found)
    }
    return Metric.update(found, 1)
  }
}

/**
 * Counts in {@link requests}, {@link retries} and {@link rateLimits}. Provide it to the program, or to the layer of a
 * connection for the operations of that one. Without it nothing is counted, and no metric is in the bundle.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMetrics: Layer.Layer<never> = Layer.sync(Counters.Current, () => ({
  request: counter(requests, "outcome"),
  retry: counter(retries, "outcome"),
  rateLimit: counter(rateLimits, "by")
}))

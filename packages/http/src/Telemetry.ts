/**
 * What the client's spans and metrics contain, and the switches for data that is left out by default.
 *
 * In a program with a tracer, each operation that sends a request has one span of kind client with its name, such as
 * `Participants.fetch`. Each page of a stream has a span too. Its attributes are OpenTelemetry's for HTTP clients (`http.request.method`,
 * `url.template`, `server.address`, `server.port`, `http.response.status_code`, `error.type`,
 * `http.request.resend_count`), `twilio.error_code` and `twilio.request_id`; each retry is an event on it. None of them
 * contains an identity, a name, a credential or a query.
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
 * Adds the URL to spans as `url.full`, with the room's name, the participant's identity and the filters of a list, but
 * without credentials. Off by default, since identities are personal data.
 *
 * @category references
 * @since 0.1.0
 */
export const RecordUrls: Context.Reference<boolean> = Context.Reference<boolean>(
  "@effect-twilio-video/http/Telemetry/RecordUrls",
  { defaultValue: () => false }
)

/**
 * Adds trace headers (`traceparent` and `b3`) to requests. Off by default: Twilio ignores them, and they would let it
 * link requests to each other. Without a tracer, the headers name the span that the operation is called in, if any.
 *
 * @category references
 * @since 0.1.0
 */
export const SendTraceHeaders: Context.Reference<boolean> = Context.Reference<boolean>(
  "@effect-twilio-video/http/Telemetry/SendTraceHeaders",
  { defaultValue: () => false }
)

/**
 * Counts the requests sent, with each attempt. Needs {@link layerMetrics}. Attributes: `operation`, and `outcome`: the
 * status of the response, or why there is none (`TransportFailed`, `TimedOut`, `Interrupted`, `Defect`).
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
 *   const before = yield* Metric.value(sent)
 *   yield* Effect.flip(Participants.fetch("DailyStandup", "Nobody"))
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
 * Counts retries. Needs {@link layerMetrics}. Attributes: `operation`, and `outcome`: that of the previous attempt, as
 * for {@link requests}.
 *
 * @category metrics
 * @since 0.1.0
 */
export const retries: Metric.Counter<number> = Metric.counter("twilio_video_retries", {
  description: "Requests to Twilio Video that were retried, by operation and outcome of the previous attempt",
  incremental: true
})

/**
 * Counts requests that met a rate limit. Needs {@link layerMetrics}. Attributes: `operation`, and `by`: `quota` for
 * requests that waited for the client's quota or weren't sent because their turn would have come too late, `twilio` for
 * those with status 429, `store` for those sent without a limit because the shared quota's store failed.
 *
 * @category metrics
 * @since 0.1.0
 */
export const rateLimits: Metric.Counter<number> = Metric.counter("twilio_video_rate_limits", {
  description: "Requests to Twilio Video that met a limit, by operation and whose limit it was",
  incremental: true
})

// Kept, because a metric with attributes is looked up in the registry by them. There are few operations and outcomes.
const counter = (metric: Metric.Counter<number>, label: string) => {
  const counters = new Map<string, Metric.Counter<number>>()
  return (operation: string, value: string): Effect.Effect<void> => {
    const key = `${operation} ${value}`
    let found = counters.get(key)
    if (found === undefined) {
      found = Metric.withAttributes(metric, { operation, [label]: value })
      counters.set(key, found)
    }
    return Metric.update(found, 1)
  }
}

/**
 * Counts in {@link requests}, {@link retries} and {@link rateLimits}. Provide it to the program, or to the layers of
 * `TwilioVideo` for one connection. Without it, nothing is counted and bundles contain no metrics.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMetrics: Layer.Layer<never> = Layer.sync(Counters.Current, () => ({
  request: counter(requests, "outcome"),
  retry: counter(retries, "outcome"),
  rateLimit: counter(rateLimits, "by")
}))

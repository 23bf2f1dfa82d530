/**
 * What is written on an operation's span, and an error as a word: see `Telemetry`. Holds no switch, and no counter.
 */
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Tracer from "effect/Tracer"
import * as Failure from "../wire/Failure.ts"
import type * as Wire from "../../VideoWire.ts"

/** The attributes that an operation's span has from the beginning. */
export const attributes = (operation: Wire.Operation, base: URL): Record<string, unknown> => ({
  "http.request.method": operation.method,
  "url.template": operation.path.replaceAll(/:([a-z]+)/gu, "{$1}"),
  "server.address": base.hostname,
  "server.port": base.port === "" ? (base.protocol === "https:" ? 443 : 80) : Number(base.port)
})

/**
 * The headers of W3C's trace context and of B3, as Effect's `HttpClient` sends them. None for a span that is not real:
 * its ids are no ids.
 */
export const headers = ({ parent, sampled, spanId, traceId }: Tracer.Span): Record<string, string> | undefined =>
  /^[0-9a-f]{32}$/u.test(traceId)
    ? {
        b3: [traceId, spanId, sampled ? "1" : "0", ...Option.toArray(Option.map(parent, ({ spanId }) => spanId))].join(
          "-"
        ),
        traceparent: `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`
      }
    : undefined

const statusOf = (error: unknown): number | undefined =>
  Predicate.hasProperty(error, "status") && Predicate.isNumber(error.status) ? error.status : undefined

/** An error as a word: the status of an answer, or what came in its place. */
export const outcome = (error: unknown): string => {
  const status = statusOf(error)
  if (status !== undefined) return String(status)
  return Failure.isTwilioError(error) ? error.reason._tag : "Unknown"
}

// The status of a success would not say what was wrong with it.
const type = (error: unknown): string =>
  Failure.isTwilioError(error) && error.reason._tag === "UnexpectedResponse" ? error.reason._tag : outcome(error)

/** Writes down how an operation ended. */
export const ended = (
  span: Tracer.Span,
  { attempts, status }: { readonly attempts: number; readonly status: number | undefined },
  exit: Exit.Exit<unknown, unknown>
) => {
  if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
  if (Exit.isSuccess(exit)) {
    if (status !== undefined) span.attribute("http.response.status_code", status)
    return
  }
  const error: unknown = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) {
    span.attribute("error.type", Cause.hasInterrupts(exit.cause) ? "Interrupted" : "Defect")
    return
  }
  const answered = statusOf(error)
  if (answered !== undefined) span.attribute("http.response.status_code", answered)
  span.attribute("error.type", type(error))
  if (Predicate.hasProperty(error, "code") && error.code !== undefined) span.attribute("twilio.error_code", error.code)
  if (Predicate.hasProperty(error, "requestId") && error.requestId !== undefined) {
    span.attribute("twilio.request_id", error.requestId)
  }
}

export const retried = (span: Tracer.Span, clock: Clock.Clock, attempt: number, error: unknown, delay: number): void =>
  span.event("retry", clock.currentTimeNanosUnsafe(), {
    "http.request.resend_count": attempt,
    "error.type": type(error),
    "retry.delay_ms": Math.round(delay)
  })

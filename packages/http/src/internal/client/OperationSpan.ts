/**
 * What an operation's span records, and errors as a word for its attributes. `Telemetry` lists the attributes.
 */
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Tracer from "effect/Tracer"
import type * as Endpoints from "../wire/Endpoints.ts"
import * as Failure from "../wire/Failure.ts"

/** The attributes that an operation's span starts with. */
export const attributes = (endpoint: Endpoints.Endpoint, base: URL): Record<string, unknown> => ({
  "http.request.method": endpoint.method,
  "url.template": endpoint.path.replaceAll(/:([a-z]+)/gu, "{$1}"),
  "server.address": base.hostname,
  "server.port": base.port === "" ? (base.protocol === "https:" ? 443 : 80) : Number(base.port)
})

/**
 * The headers of W3C's trace context and of B3, as Effect's `HttpClient` sends them; `undefined` for a span that isn't
 * recorded, which has no valid IDs.
 */
export const traceHeaders = ({
  parent,
  sampled,
  spanId,
  traceId
}: Tracer.Span): Readonly<Record<string, string>> | undefined =>
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

/** An error as a word: the status of the response, or the reason that there is none. */
export const outcome = (error: unknown): string => {
  const status = statusOf(error)
  if (status !== undefined) return String(status)
  return Failure.isTwilioError(error) ? error.reason._tag : "Unknown"
}

// Not the status, which may be that of a success.
const errorType = (error: unknown): string =>
  Failure.isTwilioError(error) && error.reason._tag === "UnexpectedResponse" ? error.reason._tag : outcome(error)

export const recordExit = (
  span: Tracer.Span,
  { attempts, status }: { readonly attempts: number; readonly status: number | undefined },
  exit: Exit.Exit<unknown, unknown>
): void => {
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
  const errorStatus = statusOf(error)
  if (errorStatus !== undefined) span.attribute("http.response.status_code", errorStatus)
  span.attribute("error.type", errorType(error))
  if (Predicate.hasProperty(error, "code") && error.code !== undefined) span.attribute("twilio.error_code", error.code)
  if (Predicate.hasProperty(error, "requestId") && error.requestId !== undefined) {
    span.attribute("twilio.request_id", error.requestId)
  }
}

export const recordRetry = (
  span: Tracer.Span,
  clock: Clock.Clock,
  attempt: number,
  error: unknown,
  delay: number
): void =>
  span.event("retry", clock.currentTimeNanosUnsafe(), {
    "http.request.resend_count": attempt,
    "error.type": errorType(error),
    "retry.delay_ms": Math.round(delay)
  })

/**
 * What an operation's span records, and errors as a word for its attributes. `Telemetry` lists the attributes.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Exit from "effect/Exit"
import type * as EffectFiber from "effect/Fiber"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import type * as Endpoints from "../wire/Endpoints.ts"
import * as Failure from "../wire/Failure.ts"

type Fiber = EffectFiber.Fiber<unknown, unknown>

const now = (fiber: Fiber): bigint =>
  fiber.getRef(References.TracerTimingEnabled) ? fiber.getRef(Clock.Clock).currentTimeNanosUnsafe() : 0n

/** The attributes that an operation's span starts with. */
export const attributes = (endpoint: Endpoints.Endpoint, base: URL): Record<string, unknown> => ({
  "http.request.method": endpoint.method,
  "url.template": endpoint.path.replaceAll(/:([a-z]+)/gu, "{$1}"),
  "server.address": base.hostname,
  "server.port": base.port === "" ? (base.protocol === "https:" ? 443 : 80) : Number(base.port)
})

// A span that its tracer is told not to pass on, such as one of an untraced part of a program, is no parent.
const propagated = (span: Tracer.AnySpan | undefined): Option.Option<Tracer.AnySpan> => {
  if (span === undefined) return Option.none()
  if (!Context.get(span.annotations, Tracer.DisablePropagation)) return Option.some(span)
  return span._tag === "Span" ? propagated(Option.getOrUndefined(span.parent)) : Option.none()
}

/** The span that an operation of this fiber would be part of. */
export const parentOf = (fiber: Fiber): Option.Option<Tracer.AnySpan> => propagated(fiber.cache.span)

/**
 * Opens the span of an operation, as `Effect.useSpan` does; `undefined` if the program has no tracer. `Effect.useSpan`
 * would open one even then, and would put Effect's default tracer, which records nothing, into every bundle: over 1 kB.
 */
export const open = (
  fiber: Fiber,
  name: string,
  attributes: Readonly<Record<string, unknown>>
): Tracer.Span | undefined => {
  const { tracer, tracerEnabled } = fiber.cache
  if (tracer === undefined || !tracerEnabled) return undefined
  const parent = parentOf(fiber)
  const isRecorded = !LogLevel.isGreaterThan(
    fiber.getRef(Tracer.MinimumTraceLevel),
    fiber.getRef(Tracer.CurrentTraceLevel)
  )
  const span = tracer.span({
    name,
    parent,
    annotations: Context.empty(),
    links: fiber.getRef(References.TracerSpanLinks).slice(),
    startTime: now(fiber),
    kind: "client",
    root: false,
    sampled: isRecorded && Option.match(parent, { onNone: () => true, onSome: ({ sampled }) => sampled })
  })
  const annotations = fiber.getRef(References.TracerSpanAnnotations)
  for (const [key, value] of Object.entries({ ...annotations, ...attributes })) span.attribute(key, value)
  return span
}

/**
 * The headers of W3C's trace context and of B3, as Effect's `HttpClient` sends them; `undefined` for a span that isn't
 * recorded, which has no valid IDs.
 */
export const traceHeaders = (span: Tracer.AnySpan): Readonly<Record<string, string>> | undefined => {
  const { sampled, spanId, traceId } = span
  if (!/^[0-9a-f]{32}$/u.test(traceId)) return undefined
  const flag = sampled ? "1" : "0"
  const parentIds = span._tag === "Span" ? Option.toArray(Option.map(span.parent, ({ spanId }) => spanId)) : []
  return { b3: [traceId, spanId, flag, ...parentIds].join("-"), traceparent: `00-${traceId}-${spanId}-0${flag}` }
}

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

const recordExit = (
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

/** Ends the span of an operation. The decoded record isn't for the tracer. */
export const end = (
  fiber: Fiber,
  span: Tracer.Span,
  progress: { readonly attempts: number; readonly status: number | undefined },
  exit: Exit.Exit<unknown, unknown>
): void => {
  recordExit(span, progress, exit)
  span.end(now(fiber), Exit.isSuccess(exit) ? Exit.void : exit)
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

/**
 * The requests of one operation: waits for the quota, sends, reads the response, and retries as the policy allows.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Tracer from "effect/Tracer"
import * as Telemetry from "../../Telemetry.ts"
import * as Attempt from "../transport/Attempt.ts"
import type * as ApiRequest from "../wire/ApiRequest.ts"
import * as ApiResponse from "../wire/ApiResponse.ts"
import * as Failure from "../wire/Failure.ts"
import type * as SecretDetector from "../wire/SecretDetector.ts"
import * as Counters from "./Counters.ts"
import * as MonotonicClock from "./MonotonicClock.ts"
import * as OperationSpan from "./OperationSpan.ts"
import type * as Policy from "./Policy.ts"
import * as Progress from "./Progress.ts"
import type * as RateLimiter from "./RateLimiter.ts"
import * as Retry from "./Retry.ts"

/** What all operations of a connection share. */
export interface Connection {
  /** The origin and, for a proxy, the path before `/v1`, without a slash at the end. */
  readonly baseUrl: string
  readonly origin: string
  readonly containsSecret: SecretDetector.SecretDetector
  readonly rateLimiter: RateLimiter.RateLimiter
  readonly sender: Attempt.Sender
  readonly counters: Counters.Counters
}

/** An operation, with what stays the same over its attempts, and its progress. */
interface Execution<A, E> {
  readonly connection: Connection
  readonly request: ApiRequest.ApiRequest<A, E>
  readonly policy: Policy.Policy
  readonly progress: Progress.Progress
  readonly span: Tracer.Span
  readonly counters: Counters.Counters
  readonly clock: Clock.Clock
  readonly url: string
  readonly headers: Readonly<Record<string, string>> | undefined
  /** When the operation must end, by `MonotonicClock`. */
  readonly endsAt: number
}

/**
 * When the operation that a request belongs to must end, by `MonotonicClock`; `undefined` if the request is an operation
 * of its own.
 */
export const EndsAt = Context.Reference<number | undefined>("@effect-twilio-video/http/internal/EndsAt", {
  defaultValue: () => undefined
})

const isRead = ({ path }: ApiRequest.ApiRequest<unknown, unknown>): boolean => path.endpoint.method === "GET"

/** Sends the request once and decodes the response. */
const sendOnce = <A, E>({
  clock,
  connection: { containsSecret, origin, sender },
  headers,
  policy: { timeout },
  progress,
  request: { decode, form, mapError, path },
  url
}: Execution<A, E>): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> =>
  Effect.gen(function* () {
    if (progress.attempts === 0) {
      progress.startedAtDate = clock.currentTimeMillisUnsafe()
      progress.startedAt = MonotonicClock.millis(clock)
    }
    progress.attempts += 1
    progress.requestInFlight = true
    progress.status = undefined
    const { attempts } = progress
    const onStatus = (status: number) => {
      progress.status = status
    }
    const response = yield* Attempt.send(sender, {
      path,
      origin,
      url,
      form,
      headers,
      timeout,
      attempts,
      onStatus
    })
    const date = Date.parse(response.date ?? "")
    const hasDate = !Number.isNaN(date)
    progress.startedAtTwilio = hasDate ? date - (MonotonicClock.millis(clock) - progress.startedAt) : undefined
    const nowMillis = hasDate ? date : clock.currentTimeMillisUnsafe()
    const context: ApiResponse.ResponseContext = { path, origin, containsSecret, attempts, nowMillis }
    const json = yield* Effect.fromResult(ApiResponse.readJson(context, response, mapError))
    const value = yield* Effect.fromResult(
      Result.mapError(decode(json), (error) => ApiResponse.wrongShape({ context, response }, error))
    )
    return { value, context, response }
  })

/** Sends the request once, and records how that ended in the progress and the counters. */
const attempt = <A, E>(
  execution: Execution<A, E>
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> => {
  const {
    counters,
    progress,
    request: { name }
  } = execution
  return Effect.matchEffect(sendOnce(execution), {
    onSuccess: (decoded) => Effect.as(counters.request(name, String(decoded.response.status)), decoded),
    onFailure: (error) => {
      progress.requestInFlight = false
      if (Failure.isUncertain(error)) progress.uncertain = true
      if (Failure.isTwilioError(error) && error.applied === true) progress.applied = error
      const outcome = OperationSpan.outcome(error)
      const counted = counters.request(name, outcome)
      return Effect.andThen(
        outcome === "429" ? Effect.andThen(counted, counters.rateLimit(name, "twilio")) : counted,
        Effect.fail(error)
      )
    }
  }).pipe(Effect.onInterrupt(() => counters.request(name, "Interrupted")))
}

/**
 * Waits for the quota. Fails at once if the turn comes too late: with `previous` if that's the error of an attempt that
 * the policy no longer retries by then, or else because of the deadline.
 */
const awaitAdmission = <E>(
  { connection, counters, endsAt, policy, progress, request }: Execution<unknown, E>,
  previous: E | TwilioError.TwilioError | undefined
): Effect.Effect<void, E | TwilioError.TwilioError> => {
  const { name } = request
  const latest = previous === undefined ? endsAt : Math.min(endsAt, progress.startedAt + policy.maxElapsed)
  return Effect.matchEffect(connection.rateLimiter.admit(isRead(request) ? "reads" : "writes", latest), {
    onFailure: (turn) => {
      const error =
        previous !== undefined && turn <= endsAt
          ? previous
          : Progress.deadlineExceeded(request, progress, policy.deadline, ", which the quota's next turn would exceed")
      return Effect.andThen(counters.rateLimit(name, "quota"), Effect.fail(error))
    },
    onSuccess: (admission) =>
      admission === "immediate" ? Effect.void : counters.rateLimit(name, admission === "queued" ? "quota" : "store")
  })
}

/** Attempts the operation, again after failures that the policy retries. */
const attemptUntilDone = <A, E>(
  execution: Execution<A, E>,
  previous?: E | TwilioError.TwilioError
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> =>
  Effect.andThen(
    awaitAdmission(execution, previous),
    attempt(execution).pipe(Effect.catch((error) => retryOrFail(execution, error)))
  )

const retryOrFail = <A, E>(
  execution: Execution<A, E>,
  error: E | TwilioError.TwilioError
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> => {
  const { clock, counters, endsAt, policy, progress, request, span } = execution
  // The change has taken effect: a second request could undo what others changed since.
  if (progress.reconciles && progress.applied !== undefined) return Effect.fail(error)
  const { attempts, startedAt } = progress
  const state: Retry.RetryState = { attempt: attempts, now: MonotonicClock.millis(clock), startedAt, endsAt }
  return Effect.flatMap(Retry.nextDelay(policy, request.path.endpoint, error, state), (delay) => {
    if (delay === undefined) return Effect.fail(error)
    OperationSpan.recordRetry(span, clock, attempts, error, delay)
    return counters
      .retry(request.name, OperationSpan.outcome(error))
      .pipe(
        Effect.andThen(Effect.sleep(Duration.millis(delay))),
        Effect.andThen(Effect.suspend(() => attemptUntilDone(execution, error)))
      )
  })
}

/** Runs the operation to its result, or to its deadline. */
export const run = <A, E>(
  connection: Connection,
  request: ApiRequest.ApiRequest<A, E>,
  policy: Policy.Policy,
  span: Tracer.Span,
  progress: Progress.Progress
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> =>
  Effect.gen(function* () {
    const url = request.url ?? `${connection.baseUrl}${request.path.path}${request.query ? `?${request.query}` : ""}`
    if (yield* Telemetry.RecordUrls) span.attribute("url.full", url)
    const headers = (yield* Telemetry.SendTraceHeaders) ? OperationSpan.traceHeaders(span) : undefined
    const counters = Counters.orElse(yield* Counters.Current, connection.counters)
    const clock = yield* Clock.Clock
    const startedAt = MonotonicClock.millis(clock)
    const { deadline } = policy
    const endsAt = (yield* EndsAt) ?? startedAt + Duration.toMillis(deadline)
    const execution = { connection, request, policy, progress, span, counters, clock, url, headers, endsAt }
    return yield* endsAt === Infinity
      ? attemptUntilDone(execution)
      : Effect.timeoutOrElse(attemptUntilDone(execution), {
          duration: Duration.millis(Math.max(0, endsAt - startedAt)),
          orElse: () => Effect.fail(Progress.deadlineExceeded(request, progress, deadline))
        })
  })

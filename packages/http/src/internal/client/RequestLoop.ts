/**
 * The requests of one operation: waits for the quota, sends, reads the response, and retries as the policy allows.
 */
import * as ResponseInfo from "@effect-twilio-video/core/ResponseInfo"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Tracer from "effect/Tracer"
import * as Quota from "../../Quota.ts"
import * as Telemetry from "../../Telemetry.ts"
import * as Attempt from "../transport/Attempt.ts"
import type * as ApiRequest from "../wire/ApiRequest.ts"
import * as ApiResponse from "../wire/ApiResponse.ts"
import * as Failure from "../wire/Failure.ts"
import * as RequestPath from "../wire/RequestPath.ts"
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
  readonly counters: Counters.Counters | undefined
}

/** An operation, with what stays the same over its attempts, and its progress. */
interface Execution<A, E> {
  readonly connection: Connection
  readonly request: ApiRequest.ApiRequest<A, E>
  readonly policy: Policy.Policy
  readonly progress: Progress.Progress
  /** `undefined` if no tracer would record it. */
  readonly span: Tracer.Span | undefined
  readonly counters: Counters.Counters | undefined
  readonly observer: ((response: TwilioError.RequestInfo) => void) | undefined
  readonly clock: Clock.Clock
  readonly url: string
  readonly headers: Readonly<Record<string, string>> | undefined
  /** When the operation must end, by `MonotonicClock`. */
  readonly endsAt: number
  /** Its share of the quota. */
  readonly share: number
}

/**
 * When the operation that a request belongs to must end, by `MonotonicClock`; `undefined` if the request is an operation
 * of its own.
 */
export const EndsAt = Context.Reference<number | undefined>("@effect-twilio-video/http/internal/EndsAt", {
  defaultValue: () => undefined
})

const isRead = ({ path }: ApiRequest.ApiRequest<unknown, unknown>): boolean => path.endpoint.method === "GET"

/** Notes in the progress that a request is sent now. */
const begin = (progress: Progress.Progress, clock: Clock.Clock): void => {
  if (progress.attempts === 0) {
    progress.startedAtDate = clock.currentTimeMillisUnsafe()
    progress.startedAt = MonotonicClock.millis(clock)
  }
  progress.attempts += 1
  progress.requestInFlight = true
  progress.status = undefined
}

/** The record of a response, or the error. */
const read = <A, E>(
  {
    clock,
    connection: { containsSecret, origin },
    observer,
    progress,
    request: { decode, mapError, path }
  }: Execution<A, E>,
  response: ApiResponse.ApiResponse
): Result.Result<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> => {
  if (progress.confirms) {
    const sentAt = ApiResponse.dateOf(response)
    const elapsed = MonotonicClock.millis(clock) - progress.startedAt
    progress.startedAtTwilio = Number.isNaN(sentAt) ? undefined : sentAt - elapsed
  }
  const receivedAt = clock.currentTimeMillisUnsafe()
  const context = { path, origin, containsSecret, attempts: progress.attempts, receivedAt }
  observer?.(ApiResponse.requestInfoOf(context, response))
  const json = ApiResponse.readJson(context, response, mapError)
  if (Result.isFailure(json)) return Result.fail(json.failure)
  const value = decode(json.success)
  return Result.isFailure(value)
    ? Result.fail(ApiResponse.wrongShape({ context, response }, value.failure))
    : Result.succeed({ value: value.success, context, response })
}

/** Records in the progress that a request failed. */
const fail = <E>(
  progress: Progress.Progress,
  error: E | TwilioError.TwilioError
): Effect.Effect<never, E | TwilioError.TwilioError> => {
  // After the deadline, nothing can be found out.
  if (!Failure.isDeadlineExceeded(error)) {
    progress.requestInFlight = false
    if (Failure.isUncertain(error)) progress.uncertain = true
    if (Failure.isTwilioError(error) && error.applied === true) progress.applied = error
  }
  return Effect.fail(error)
}

/** Counts a request by how it ended. */
const count = (
  counters: Counters.Counters,
  name: string,
  exit: Exit.Exit<ApiResponse.Decoded<unknown>, unknown>
): Effect.Effect<void> => {
  if (Exit.isSuccess(exit)) return counters.request(name, String(exit.value.response.status))
  const error = Cause.findErrorOption(exit.cause)
  const outcome = Option.isSome(error)
    ? OperationSpan.outcome(error.value)
    : Cause.hasInterrupts(exit.cause)
      ? "Interrupted"
      : "Defect"
  const counted = counters.request(name, outcome)
  return outcome === "429" ? Effect.andThen(counted, counters.rateLimit(name, "twilio")) : counted
}

const isTimeout = (error: TwilioError.TwilioError): boolean => error.reason._tag === "TimedOut"

/** Sends the request once, within its timeout and what is left until the deadline, and decodes the response. */
const attempt = <A, E>(
  execution: Execution<A, E>
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> => {
  const { clock, connection, counters, endsAt, headers, policy, progress, request, url } = execution
  const { form, name, path } = request
  const deadlineExceeded = () => Progress.deadlineExceeded(request, progress, policy.deadline)
  const millisLeft = endsAt === Infinity ? Infinity : endsAt - MonotonicClock.millis(clock)
  if (millisLeft <= 0) return Effect.fail(deadlineExceeded())
  const isLast = millisLeft < Duration.toMillis(policy.timeout)
  begin(progress, clock)
  const sent = Attempt.send(connection.sender, {
    path,
    origin: connection.origin,
    url,
    form,
    headers,
    timeout: isLast ? Duration.millis(millisLeft) : policy.timeout,
    attempts: progress.attempts,
    onStatus: (status) => {
      progress.status = status
    }
  })
  const decoded = Effect.matchEffect(sent, {
    onFailure: (error) => fail(progress, isLast && isTimeout(error) ? deadlineExceeded() : error),
    onSuccess: (response) => {
      const decoded = read(execution, response)
      return Result.isFailure(decoded) ? fail(progress, decoded.failure) : Effect.succeed(decoded.success)
    }
  })
  return counters === undefined ? decoded : Effect.onExit(decoded, (exit) => count(counters, name, exit))
}

/**
 * Waits for the quota. Fails at once if the turn comes too late: with `previous` if that's the error of an attempt that
 * the policy no longer retries by then, or else because of the deadline.
 */
const awaitAdmission = <E>(
  { connection, counters, endsAt, policy, progress, request, share }: Execution<unknown, E>,
  previous: E | TwilioError.TwilioError | undefined
): Effect.Effect<void, E | TwilioError.TwilioError> => {
  const { name } = request
  const latest = previous === undefined ? endsAt : Math.min(endsAt, progress.startedAt + policy.maxElapsed)
  return Effect.matchEffect(connection.rateLimiter.admit(isRead(request) ? "reads" : "writes", latest, share), {
    onFailure: (turn) => {
      const error =
        previous !== undefined && turn <= endsAt
          ? previous
          : Progress.deadlineExceeded(request, progress, policy.deadline, ", which the quota's next turn would exceed")
      const failed = Effect.fail(error)
      return counters === undefined ? failed : Effect.andThen(counters.rateLimit(name, "quota"), failed)
    },
    onSuccess: (admission) =>
      admission === "immediate" || counters === undefined
        ? Effect.void
        : counters.rateLimit(name, admission === "queued" ? "quota" : "store")
  })
}

/** Attempts the operation, again after failures that the policy retries. */
const attemptUntilDone = <A, E>(
  execution: Execution<A, E>,
  previous?: E | TwilioError.TwilioError
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> =>
  Effect.flatMap(awaitAdmission(execution, previous), () =>
    attempt(execution).pipe(Effect.catch((error) => retryOrFail(execution, error)))
  )

const retryOrFail = <A, E>(
  execution: Execution<A, E>,
  error: E | TwilioError.TwilioError
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> => {
  const { clock, counters, endsAt, policy, progress, request, span } = execution
  // The change has taken effect: a second request could undo what others changed since.
  if (progress.confirms && progress.applied !== undefined) return Effect.fail(error)
  const { attempts, startedAt } = progress
  const state: Retry.RetryState = { attempt: attempts, now: MonotonicClock.millis(clock), startedAt, endsAt }
  return Effect.flatMap(Retry.nextDelay(policy, request.path.endpoint, error, state), (delay) => {
    if (delay === undefined) return Effect.fail(error)
    if (span !== undefined) OperationSpan.recordRetry(span, clock, attempts, error, delay)
    const again = Effect.andThen(Effect.sleep(Duration.millis(delay)), attemptUntilDone(execution, error))
    return counters === undefined
      ? again
      : Effect.andThen(counters.retry(request.name, OperationSpan.outcome(error)), again)
  })
}

/** The trace headers of the operation's span, or without a tracer those of the span around it. */
const traceHeaders = (fiber: Fiber.Fiber<unknown, unknown>, span: Tracer.Span | undefined) => {
  const named = span ?? Option.getOrUndefined(OperationSpan.parentOf(fiber))
  return named === undefined ? undefined : OperationSpan.traceHeaders(named)
}

/** Runs the operation to its result, or to its deadline. */
export const run = <A, E>(
  connection: Connection,
  request: ApiRequest.ApiRequest<A, E>,
  policy: Policy.Policy,
  span: Tracer.Span | undefined,
  progress: Progress.Progress
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> =>
  Effect.withFiber((fiber) => {
    const url = request.url ?? `${connection.baseUrl}${request.path.path}${request.query ? `?${request.query}` : ""}`
    if (span !== undefined && fiber.getRef(Telemetry.RecordUrls)) span.attribute("url.full", url)
    const headers = fiber.getRef(Telemetry.SendTraceHeaders) ? traceHeaders(fiber, span) : undefined
    const counters = fiber.getRef(Counters.Current) ?? connection.counters
    const clock = fiber.getRef(Clock.Clock)
    const endsAt = fiber.getRef(EndsAt) ?? MonotonicClock.millis(clock) + Duration.toMillis(policy.deadline)
    const observer = fiber.getRef(ResponseInfo.Observer)
    const share = fiber.getRef(Quota.Share)
    if (!(share > 0 && share <= 1)) {
      const invalid = RequestPath.invalidArgument("share", "is not above 0 and at most 1")
      return Effect.fail(RequestPath.rejectWith(request.path)(invalid))
    }
    return attemptUntilDone({
      connection,
      request,
      policy,
      progress,
      span,
      counters,
      observer,
      clock,
      url,
      headers,
      endsAt,
      share
    })
  })

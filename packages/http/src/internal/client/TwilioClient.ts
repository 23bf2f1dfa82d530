/**
 * The client of a connection: runs operations in a span, with the policy in force.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as EffectFiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Tracer from "effect/Tracer"
import * as RequestPolicy from "../../RequestPolicy.ts"
import type * as ApiRequest from "../wire/ApiRequest.ts"
import type * as ApiResponse from "../wire/ApiResponse.ts"
import type * as Endpoints from "../wire/Endpoints.ts"
import * as RequestPath from "../wire/RequestPath.ts"
import * as Counters from "./Counters.ts"
import * as MonotonicClock from "./MonotonicClock.ts"
import * as OperationSpan from "./OperationSpan.ts"
import * as Policy from "./Policy.ts"
import * as Progress from "./Progress.ts"
import * as RequestLoop from "./RequestLoop.ts"

/**
 * Finds out whether a change has taken effect that failed after it has, or may have, in any of its attempts: succeeds
 * with the operation's result, or fails with the error to report. `earliest` is the earliest time that Twilio can have
 * recorded for the change, in milliseconds by Twilio's clock.
 */
export type Confirm<A, E> = (
  error: E | TwilioError.TwilioError,
  earliest: number
) => Effect.Effect<A, E | TwilioError.TwilioError>

export interface TwilioClient {
  readonly baseUrl: string
  /** May an operation take more than one attempt, by the policy in force? */
  readonly retries: Effect.Effect<boolean>
  /** Puts an operation of several requests under one deadline. */
  readonly withSharedDeadline: <A, E>(operation: Effect.Effect<A, E>) => Effect.Effect<A, E>
  readonly send: <A, E>(
    request: ApiRequest.ApiRequest<A, E>
  ) => Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError>
  /** Sends a change that can find out whether it has taken effect. */
  readonly sendAndConfirm: <A, E>(
    request: ApiRequest.ApiRequest<A, E>,
    confirm: Confirm<A, E>
  ) => Effect.Effect<A, E | TwilioError.TwilioError>
}

type Fiber = EffectFiber.Fiber<unknown, unknown>

type ResolvedPolicy = Result.Result<Policy.Policy, TwilioError.InvalidArgument>

/** The policy in force: the call's over the connection's. Calls with the same policy resolve it once. */
const currentPolicy = (ofConnection: RequestPolicy.Options): ((fiber: Fiber) => ResolvedPolicy) => {
  let last = { options: ofConnection, resolved: Policy.resolve(ofConnection) }
  return (fiber) => {
    const options = fiber.getRef(RequestPolicy.Current)
    if (options !== last.options) last = { options, resolved: Policy.resolve(ofConnection, options) }
    return last.resolved
  }
}

/** The attributes of an endpoint's spans, made once for each endpoint. */
const makeAttributes = (baseUrl: URL): ((endpoint: Endpoints.Endpoint) => Record<string, unknown>) => {
  const byEndpoint = new Map<Endpoints.Endpoint, Record<string, unknown>>()
  return (endpoint) => {
    const attributes = byEndpoint.get(endpoint) ?? OperationSpan.attributes(endpoint, baseUrl)
    byEndpoint.set(endpoint, attributes)
    return attributes
  }
}

const runInSpan = <A, E>(
  connection: RequestLoop.Connection,
  request: ApiRequest.ApiRequest<A, E>,
  policy: Policy.Policy,
  span: Tracer.Span,
  progress: Progress.Progress
): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> => {
  const operation = Effect.provideService(
    RequestLoop.run(connection, request, policy, span, progress),
    Tracer.ParentSpan,
    span
  )
  return Effect.onExit(operation, (exit) =>
    Effect.withFiber((fiber) => {
      OperationSpan.end(fiber, span, progress, exit)
      return Effect.void
    })
  )
}

const withSharedDeadline = <A, E>(
  policyOf: (fiber: Fiber) => ResolvedPolicy,
  operation: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.withFiber((fiber) => {
    const policy = policyOf(fiber)
    if (Result.isFailure(policy) || !Duration.isFinite(policy.success.deadline)) return operation
    const now = MonotonicClock.millis(fiber.getRef(Clock.Clock))
    const endsAt = fiber.getRef(RequestLoop.EndsAt) ?? now + Duration.toMillis(policy.success.deadline)
    return Effect.provideService(operation, RequestLoop.EndsAt, endsAt)
  })

/** Makes the client, with the policy and the counters of the context. */
export const make = Effect.fnUntraced(function* (settings: Omit<RequestLoop.Connection, "origin" | "counters">) {
  const { baseUrl } = settings
  const base = new URL(baseUrl)
  const connection = { ...settings, origin: base.origin, counters: yield* Counters.Current }
  const policyOf = currentPolicy(yield* RequestPolicy.Current)
  const attributesOf = makeAttributes(base)
  const retries = Effect.withFiber((fiber) => {
    const policy = policyOf(fiber)
    return Effect.succeed(Result.isSuccess(policy) && policy.success.attempts > 1)
  })

  const run = <A, E>(
    request: ApiRequest.ApiRequest<A, E>,
    progress: Progress.Progress
  ): Effect.Effect<ApiResponse.Decoded<A>, E | TwilioError.TwilioError> =>
    Effect.withFiber((fiber) => {
      const policy = policyOf(fiber)
      if (Result.isFailure(policy)) return Effect.fail(RequestPath.rejectWith(request.path)(policy.failure))
      const span = OperationSpan.open(fiber, request.name, attributesOf(request.path.endpoint))
      return span === undefined
        ? RequestLoop.run(connection, request, policy.success, undefined, progress)
        : runInSpan(connection, request, policy.success, span, progress)
    })

  const client: TwilioClient = {
    baseUrl,
    retries,
    withSharedDeadline: (operation) => withSharedDeadline(policyOf, operation),
    send: (request) =>
      Effect.suspend(() => {
        const progress = Progress.start(false)
        const result = run(request, progress)
        return request.path.endpoint.method === "POST"
          ? Effect.mapError(result, (error) => Progress.markUncertain(error, progress))
          : result
      }),
    sendAndConfirm: (request, confirm) =>
      Effect.suspend(() => {
        const progress = Progress.start(true)
        const result = Effect.matchEffect(run(request, progress), {
          onSuccess: (decoded) => Effect.succeed(decoded.value),
          onFailure: (error) =>
            Effect.flatMap(retries, (retries) =>
              retries && (progress.uncertain || progress.applied !== undefined)
                ? Effect.mapError(confirm(error, Progress.earliestChange(progress)), (error) =>
                    Progress.markUncertain(error, progress)
                  )
                : Effect.fail(error)
            )
        })
        return withSharedDeadline(policyOf, result)
      })
  }
  return client
})

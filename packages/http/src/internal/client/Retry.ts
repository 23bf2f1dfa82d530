/**
 * Decides whether and when a failed request is retried.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type * as Endpoints from "../wire/Endpoints.ts"
import * as Failure from "../wire/Failure.ts"
import type * as Policy from "./Policy.ts"

const isRetryable = ({ idempotent }: Endpoints.Endpoint, error: TwilioError.TwilioError): boolean =>
  Failure.isTransient(error) && (idempotent || Failure.isUnprocessed(error))

const retryAfter = ({ reason }: TwilioError.TwilioError): number => {
  if (reason._tag !== "RateLimited" && reason._tag !== "Unavailable") return 0
  return Option.match(reason.retryAfter, { onNone: () => 0, onSome: Duration.toMillis })
}

// Twilio counts requests per second: an earlier retry would exceed the same limit.
const rateLimitDelay = 1000

/** Where an operation stands after a failed attempt. Times are in milliseconds, by `MonotonicClock`. */
export interface RetryState {
  /** The attempt that failed, from 1. */
  readonly attempt: number
  readonly now: number
  /** When the first attempt started. */
  readonly startedAt: number
  /** When the operation must end. */
  readonly endsAt: number
}

/** The delay before the next attempt in milliseconds; `undefined` if the request isn't retried. */
export const nextDelay = (
  policy: Policy.Policy,
  endpoint: Endpoints.Endpoint,
  error: unknown,
  { attempt, endsAt, now, startedAt }: RetryState
): Effect.Effect<number | undefined> => {
  if (!Failure.isTwilioError(error) || attempt >= policy.attempts || !isRetryable(endpoint, error)) {
    return Effect.undefined
  }
  return Effect.map(Random.next, (random) => {
    const isRateLimit = error.reason._tag === "RateLimited"
    const base = isRateLimit ? Math.max(policy.baseDelay, rateLimitDelay) : policy.baseDelay
    const minimum = retryAfter(error)
    const jitter = random * Math.min(policy.maxDelay, base * 2 ** (attempt - 1))
    const delay = Math.min(policy.maxDelay, minimum + jitter)
    const next = now + delay
    return minimum > policy.maxDelay || next > startedAt + policy.maxElapsed || next >= endsAt ? undefined : delay
  })
}

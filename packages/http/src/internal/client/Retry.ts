/**
 * Which failures may be followed by another attempt, and when. Holds no request.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as RequestPolicy from "../../RequestPolicy.ts"
import type * as Wire from "../../VideoWire.ts"
import * as Address from "../wire/Address.ts"
import * as Failure from "../wire/Failure.ts"
import * as Merge from "./Merge.ts"

// ---- the policy as numbers ----

export interface Policy {
  readonly attempts: number
  readonly baseDelay: number
  readonly maxDelay: number
  readonly maxElapsed: number
  readonly timeout: Duration.Duration
  readonly deadline: Duration.Duration
}

/** A duration above zero, such as an option must be. */
export const duration = (
  argument: string,
  input: Duration.Input
): Result.Result<Duration.Duration, TwilioError.InvalidArgument> =>
  Option.match(
    Option.filter(Duration.fromInput(input), (duration) => Duration.toMillis(duration) > 0),
    {
      onNone: () => Result.fail(Address.invalid(argument, "is not a duration above zero")),
      onSome: Result.succeed
    }
  )

/** The policy that partial ones make, the later over the earlier. */
export const policy = (
  ...layers: ReadonlyArray<RequestPolicy.Options>
): Result.Result<Policy, TwilioError.InvalidArgument> => {
  const { attempts, ...durations } = layers.reduce(Merge.over<RequestPolicy.RequestPolicy>, RequestPolicy.defaults)
  if (!Number.isInteger(attempts) || attempts < 1) {
    return Result.fail(Address.invalid("policy.attempts", "is not a whole number from 1"))
  }
  const read = (name: keyof typeof durations) => {
    const { [name]: given = Duration.infinity } = durations
    return duration(`policy.${name}`, given)
  }
  const results = {
    baseDelay: read("baseDelay"),
    maxDelay: read("maxDelay"),
    maxElapsed: read("maxElapsed"),
    timeout: read("timeout"),
    deadline: read("deadline")
  }
  return Result.map(Result.all(results), ({ baseDelay, deadline, maxDelay, maxElapsed, timeout }) => ({
    attempts,
    baseDelay: Duration.toMillis(baseDelay),
    maxDelay: Duration.toMillis(maxDelay),
    maxElapsed: Duration.toMillis(maxElapsed),
    timeout,
    deadline
  }))
}

// ---- failures ----

const isPastDeadline = ({ method, reason }: TwilioError.TwilioError): boolean =>
  reason._tag === "TimedOut" && reason.limit === "operation" && method === "POST"

const mayRepeat = (operation: Wire.Operation, error: TwilioError.TwilioError): boolean =>
  Failure.isTransient(error) && (operation.idempotent || Failure.isUnprocessed(error))

/** What is known of a change's attempts. */
export interface Effects {
  /** May an attempt have taken effect whose answer is not known? */
  readonly unsettled: boolean
  /** The error of an attempt that has taken effect: Twilio answered it with success. */
  readonly applied: TwilioError.TwilioError | undefined
}

/**
 * The last error of a change, if it sounds as if none of the attempts had taken effect and an earlier one has, or may
 * have.
 */
export const withDoubt = <E>(error: E, { applied, unsettled }: Effects): E | TwilioError.TwilioError => {
  if (applied !== undefined) {
    if (!Failure.isTwilioError(error)) return applied
    return error.applied === true
      ? error
      : new TwilioError.TwilioError({
          ...error,
          applied: true,
          message: `${error.message} An earlier attempt was answered with success: the change has taken effect.`
        })
  }
  // A deadline that passed says it itself.
  if (!unsettled || !Failure.isTwilioError(error) || Failure.isUncertain(error) || isPastDeadline(error)) return error
  return new TwilioError.TwilioError({
    ...error,
    message: `${error.message} An earlier attempt got no answer, and may have taken effect.`
  })
}

// ---- waits ----

const retryAfter = ({ reason }: TwilioError.TwilioError): number => {
  if (reason._tag !== "RateLimited" && reason._tag !== "Unavailable") return 0
  return Option.match(reason.retryAfter, { onNone: () => 0, onSome: Duration.toMillis })
}

// Twilio counts requests by the second: sooner would meet the same limit.
const rateLimitDelay = 1000

/** Where an operation is when an attempt has failed. All times in milliseconds, by `Steady`. */
export interface Standing {
  /** Which attempt it was, from 1. */
  readonly attempt: number
  readonly now: number
  /** When the first attempt began. */
  readonly began: number
  /** When the last must end. */
  readonly deadline: number
}

const nothing: Effect.Effect<number | undefined> = Effect.undefined

/** Says after how many milliseconds the next attempt is; nothing where there is none. */
export const delay = (
  policy: Policy,
  operation: Wire.Operation,
  error: unknown,
  { attempt, began, deadline, now }: Standing
): Effect.Effect<number | undefined> => {
  if (!Failure.isTwilioError(error) || attempt >= policy.attempts || !mayRepeat(operation, error)) {
    return nothing
  }
  return Effect.map(Random.next, (random) => {
    const isRateLimit = error.reason._tag === "RateLimited"
    const base = isRateLimit ? Math.max(policy.baseDelay, rateLimitDelay) : policy.baseDelay
    const minimum = retryAfter(error)
    const jitter = random * Math.min(policy.maxDelay, base * 2 ** (attempt - 1))
    const delay = Math.min(policy.maxDelay, minimum + jitter)
    const next = now + delay
    return minimum > policy.maxDelay || next > began + policy.maxElapsed || next >= deadline ? undefined : delay
  })
}

/**
 * A `RequestPolicy` with its defaults, checked and in the units of the client.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as RequestPolicy from "../../RequestPolicy.ts"
import * as RequestPath from "../wire/RequestPath.ts"
import * as PartialOptions from "./PartialOptions.ts"

/** Delays are in milliseconds. */
export interface Policy {
  readonly attempts: number
  readonly baseDelay: number
  readonly maxDelay: number
  readonly maxElapsed: number
  readonly timeout: Duration.Duration
  readonly deadline: Duration.Duration
}

/** Checks an option that must be a positive duration. */
export const positiveDuration = (
  argument: string,
  input: Duration.Input
): Result.Result<Duration.Duration, TwilioError.InvalidArgument> =>
  Option.match(
    Option.filter(Duration.fromInput(input), (duration) => Duration.toMillis(duration) > 0),
    {
      onNone: () => Result.fail(RequestPath.invalidArgument(argument, "is not a positive duration")),
      onSome: Result.succeed
    }
  )

/** Merges policies, the later over the earlier and all over the defaults. */
export const resolve = (
  ...policies: ReadonlyArray<RequestPolicy.Options>
): Result.Result<Policy, TwilioError.InvalidArgument> => {
  const { attempts, ...durations } = policies.reduce(
    PartialOptions.merge<RequestPolicy.RequestPolicy>,
    RequestPolicy.defaults
  )
  if (!Number.isInteger(attempts) || attempts < 1) {
    return Result.fail(RequestPath.invalidArgument("policy.attempts", "is not a positive integer"))
  }
  const check = (name: keyof typeof durations) => {
    const { [name]: input = Duration.infinity } = durations
    return positiveDuration(`policy.${name}`, input)
  }
  const results = {
    baseDelay: check("baseDelay"),
    maxDelay: check("maxDelay"),
    maxElapsed: check("maxElapsed"),
    timeout: check("timeout"),
    deadline: check("deadline")
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

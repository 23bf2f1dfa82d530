/**
 * Classifies failed requests: whether the same request may succeed later, and whether the failed one can have changed
 * anything.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Predicate from "effect/Predicate"

/** The failure code of a request that the circuit breaker did not send. */
export const circuitOpen = "CIRCUIT_OPEN"

/** The failure code of a `TypeError` that no network failure explains: a mistake in the program. */
export const typeError = "TYPE_ERROR"

// Codes of failures before a connection was established. (undici has its own code for a timeout of connecting.)
const notConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  circuitOpen
])

export const isTwilioError = (error: unknown): error is TwilioError.TwilioError =>
  Predicate.isTagged(error, "TwilioError")

/** Did the operation reach its deadline? */
export const isDeadlineExceeded = (error: unknown): boolean =>
  isTwilioError(error) && error.reason._tag === "TimedOut" && error.reason.limit === "operation"

/** Does the failure prove that the request changed nothing? */
export const isUnprocessed = ({ reason }: TwilioError.TwilioError): boolean =>
  reason._tag === "RateLimited" ||
  (reason._tag === "TransportFailed" && reason.failure !== undefined && notConnected.has(reason.failure))

/** May the same request succeed later? */
export const isTransient = ({ reason }: TwilioError.TwilioError): boolean => {
  switch (reason._tag) {
    case "RateLimited":
    case "Unavailable":
      return true
    case "TransportFailed":
      return reason.failure !== circuitOpen && reason.failure !== typeError
    case "TimedOut":
      return reason.limit === "attempt"
    case "UnexpectedResponse":
      return reason.problem === "truncated-json" || reason.problem === "empty-body"
    default:
      return false
  }
}

/** Is it unknown whether the request took effect? */
export const isUncertain = (error: unknown): boolean =>
  isTwilioError(error) && isTransient(error) && !isUnprocessed(error)

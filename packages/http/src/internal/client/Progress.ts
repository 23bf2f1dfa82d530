/**
 * How far an operation has come: what the request loop updates, and errors are explained with.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Duration from "effect/Duration"
import type * as ApiRequest from "../wire/ApiRequest.ts"
import * as ApiResponse from "../wire/ApiResponse.ts"
import * as DurationText from "../wire/DurationText.ts"
import * as Failure from "../wire/Failure.ts"

export interface Progress {
  /** Can the operation find out whether it has taken effect? */
  readonly confirms: boolean
  attempts: number
  /** The status of the last response. */
  status: number | undefined
  /** When the first request was sent: as a date, and by `MonotonicClock`. */
  startedAtDate: number
  startedAt: number
  /**
   * The same by Twilio's clock, at the latest; `undefined` if the last response had no date. Twilio's clock may be ahead or
   * behind.
   */
  startedAtTwilio: number | undefined
  /** May an attempt have taken effect whose response is unknown? */
  uncertain: boolean
  /** The error of an attempt that has taken effect: its status was a success. */
  applied: TwilioError.TwilioError | undefined
  requestInFlight: boolean
}

export const start = (confirms: boolean): Progress => ({
  confirms,
  attempts: 0,
  status: undefined,
  startedAtDate: 0,
  startedAt: 0,
  startedAtTwilio: undefined,
  uncertain: false,
  applied: undefined,
  requestInFlight: false
})

/** How far Twilio's clock may be behind if responses have no date. */
const clockSkewMillis = 60_000

/**
 * The earliest time that Twilio can have recorded for the operation's change, in milliseconds by Twilio's clock. Twilio's
 * dates are truncated to seconds, in headers and in records.
 */
export const earliestChange = ({ startedAtDate, startedAtTwilio }: Progress): number =>
  startedAtTwilio === undefined ? startedAtDate - clockSkewMillis : Math.floor(startedAtTwilio / 1000) * 1000

/** The error of an operation that reached its deadline. */
export const deadlineExceeded = (
  { path }: ApiRequest.ApiRequest<unknown, unknown>,
  { applied, attempts, requestInFlight, status, uncertain }: Progress,
  deadline: Duration.Duration,
  detail = ""
): TwilioError.TwilioError => {
  const isApplied = applied !== undefined || (requestInFlight && ApiResponse.isApplied(path, status))
  const sent =
    attempts === 0 ? "nothing was sent" : `${attempts} ${attempts === 1 ? "request was" : "requests were"} sent`
  return TwilioError.make(
    new TwilioError.TimedOut({
      after: deadline,
      limit: "operation",
      message:
        `No result within the deadline of ${DurationText.format(deadline)}${detail}; ${sent}.` +
        (isApplied || uncertain || requestInFlight ? ApiResponse.changeNote(path, isApplied) : "")
    }),
    { method: path.endpoint.method, path: path.maskedPath, ...(attempts === 0 ? {} : { attempts }) },
    isApplied
  )
}

/**
 * Adds to the last error of a change that an earlier attempt has taken effect, or may have, if the error doesn't already
 * say so.
 */
export const markUncertain = <E>(error: E, { applied, uncertain }: Progress): E | TwilioError.TwilioError => {
  if (applied !== undefined) {
    if (!Failure.isTwilioError(error)) return applied
    return error.applied === true
      ? error
      : new TwilioError.TwilioError({
          ...error,
          applied: true,
          message: `${error.message} An earlier attempt succeeded: the change has taken effect.`
        })
  }
  if (
    !uncertain ||
    !Failure.isTwilioError(error) ||
    Failure.isUncertain(error) ||
    (error.method === "POST" && Failure.isDeadlineExceeded(error))
  ) {
    return error
  }
  return new TwilioError.TwilioError({
    ...error,
    message: `${error.message} An earlier attempt got no response and may have taken effect.`
  })
}

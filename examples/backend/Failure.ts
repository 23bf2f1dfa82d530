/**
 * How a request can fail, and what it is answered then. Holds no route. No answer says anything of anybody.
 */
import type * as InvalidAccessToken from "@effect-twilio-video/core/InvalidAccessToken"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Moderation from "./Moderation.ts"
import type * as Sessions from "./Sessions.ts"

/** The request itself cannot be. */
export class BadRequest extends Data.TaggedError("BadRequest")<{ readonly message: string }> {}

/** Nobody has this SID in this room, nor had it. */
export class NeverThere extends Data.TaggedError("NeverThere")<{}> {}

export type Failure =
  | BadRequest
  | NeverThere
  | Sessions.NoSession
  | Moderation.NotAllowed
  | InvalidAccessToken.InvalidAccessToken
  | NotFound.NotFound
  | TwilioError.TwilioError

const answer = (status: number, error: string, message: string, headers?: Record<string, string>): Response =>
  Response.json({ error, message }, { status, headers: { "cache-control": "no-store", ...headers } })

const later = (retryAfter: Option.Option<Duration.Duration>): Record<string, string> => ({
  "retry-after": String(
    Option.match(retryAfter, { onNone: () => 1, onSome: (wait) => Math.ceil(Duration.toSeconds(wait)) })
  )
})

const ofTwilio = ({ reason }: TwilioError.TwilioError): Response => {
  switch (reason._tag) {
    case "RateLimited":
      return answer(503, "busy", "Too much is asked of Twilio at this time. Try again.", later(reason.retryAfter))
    case "Unavailable":
      return answer(503, "twilio-unavailable", "Twilio is not available. Try again.", later(reason.retryAfter))
    case "TimedOut":
      return answer(504, "twilio-too-slow", "Twilio did not answer in time. Try again.")
    case "TransportFailed":
    case "UnexpectedResponse":
      return answer(502, "twilio-unreachable", "Twilio could not be reached. Try again.")
    case "InvalidArgument":
      return answer(400, "bad-request", "This cannot be the name of a room.")
    // What this backend may ask of Twilio, and how, is its own fault.
    case "InvalidRequest":
    case "Unauthorized":
    case "Forbidden":
      return answer(500, "misconfigured", "This backend may not do this at Twilio. Its log says why.")
  }
}

/** The answer to a request that failed. */
export const toResponse = (failure: Failure): Response => {
  switch (failure._tag) {
    case "BadRequest":
      return answer(400, "bad-request", failure.message)
    case "NoSession":
      return answer(401, `session-${failure.problem}`, failure.message, { "www-authenticate": "Bearer" })
    case "NotAllowed":
      return answer(403, `may-not-${failure.what}`, failure.message)
    case "InvalidAccessToken":
      // The session's user may have an id that no identity can be; the message says what is wrong, and no value.
      return answer(422, "no-token", failure.message)
    case "NotFound":
      return answer(404, "no-such-room", "There is no room of this name now.")
    case "NeverThere":
      return answer(404, "no-such-participant", "Nobody with this SID is or was in this room.")
    case "TwilioError":
      return ofTwilio(failure)
  }
}

/** What the operator of this backend should know. Messages of the library hold no names and no secrets. */
export const log = (failure: Failure): Effect.Effect<void> =>
  failure._tag === "TwilioError" ? Effect.logError(`${failure.reason._tag}: ${failure.message}`) : Effect.void

/**
 * How a request can fail, and the answer to each failure. No answer names a person, a room or a secret.
 */
import type * as AccessToken from "@effect-twilio-video/core/AccessToken"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import type * as Moderation from "./Moderation.ts"
import type * as Sessions from "./Sessions.ts"

/** The path or the body isn't what the route takes. */
export class BadRequest extends Data.TaggedError("BadRequest")<{ readonly message: string }> {}

/** The body is larger than the route takes. */
export class TooLarge extends Data.TaggedError("TooLarge")<{ readonly maximum: number }> {}

/** No participant of this room has or had the SID. */
export class NeverThere extends Data.TaggedError("NeverThere")<{}> {}

export type Failure =
  | BadRequest
  | TooLarge
  | NeverThere
  | Sessions.NoSession
  | Moderation.NotAName
  | Moderation.NotAllowed
  | AccessToken.InvalidAccessToken
  | NotFound.NotFound
  | TwilioError.TwilioError

const answer = (status: number, error: string, message: string, headers?: Record<string, string>) =>
  HttpServerResponse.jsonUnsafe({ error, message }, { status, headers: { "cache-control": "no-store", ...headers } })

export const noSuchPath = answer(404, "no-such-path", "There is nothing here.")

export const wrongMethod = (allowed: string) =>
  answer(405, "no-such-method", `This takes ${allowed} requests.`, { allow: allowed })

export const failed = answer(500, "failed", "This backend failed. Its log says why.")

const later = (retryAfter: Option.Option<Duration.Duration>): Record<string, string> => ({
  "retry-after": String(
    Option.match(retryAfter, { onNone: () => 1, onSome: (wait) => Math.ceil(Duration.toSeconds(wait)) })
  )
})

const ofTwilio = ({ reason }: TwilioError.TwilioError) => {
  switch (reason._tag) {
    case "RateLimited":
      return answer(
        503,
        "busy",
        "Twilio receives too many requests at the moment. Try again.",
        later(reason.retryAfter)
      )
    case "Unavailable":
      return answer(503, "twilio-unavailable", "Twilio is not available. Try again.", later(reason.retryAfter))
    case "TimedOut":
      return answer(504, "twilio-too-slow", "Twilio did not answer in time. Try again.")
    case "TransportFailed":
    case "UnexpectedResponse":
      return answer(502, "twilio-unreachable", "Twilio could not be reached. Try again.")
    case "InvalidArgument":
      return answer(400, "bad-request", "This is not a valid room name.")
    // The backend's credentials or its requests are wrong; the app's user can't change that.
    case "InvalidRequest":
    case "Unauthorized":
    case "Forbidden":
      return answer(500, "misconfigured", "Twilio refuses this backend's request. The backend's log says why.")
  }
}

/** The answer to a request that failed. */
export const toResponse = (failure: Failure): HttpServerResponse.HttpServerResponse => {
  switch (failure._tag) {
    case "BadRequest":
    case "NotAName":
      return answer(400, "bad-request", failure.message)
    case "TooLarge":
      return answer(413, "too-large", `The body is larger than ${failure.maximum} bytes.`)
    case "NoSession":
      return answer(401, `session-${failure.problem}`, failure.message, { "www-authenticate": "Bearer" })
    case "NotAllowed":
      return answer(403, `may-not-${failure.what}`, failure.message)
    case "InvalidAccessToken":
      // The session's user may have an id that Twilio doesn't take as an identity. The message holds no value.
      return answer(422, "no-token", failure.message)
    case "NotFound":
      return answer(404, "no-such-room", "No room of this name is open.")
    case "NeverThere":
      return answer(404, "no-such-participant", "Nobody with this SID is or was in this room.")
    case "TwilioError":
      return ofTwilio(failure)
  }
}

/** Logs what the operator of this backend should know. The library's messages hold no names and no secrets. */
export const log = (failure: Failure): Effect.Effect<void> =>
  failure._tag === "TwilioError" ? Effect.logError(`${failure.reason._tag}: ${failure.message}`) : Effect.void

/**
 * The errors of a request and their responses. No response contains an identity, a room name or a secret.
 */
import type * as AccessToken from "@effect-twilio-video/core/AccessToken"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Roster from "@effect-twilio-video/roster/Roster"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import type * as Moderation from "./Moderation.ts"
import type * as Sessions from "./Sessions.ts"

/** The path or the body is invalid. */
export class BadRequest extends Data.TaggedError("BadRequest")<{ readonly message: string }> {}

/** The body is too large. */
export class TooLarge extends Data.TaggedError("TooLarge")<{ readonly maximum: number }> {}

/** The room has never had a participant with this SID. */
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
  | Roster.UnknownRoom
  | Roster.RosterUnavailable
  | TwilioError.TwilioError

const respond = (status: number, error: string, message: string, headers?: Record<string, string>) =>
  HttpServerResponse.jsonUnsafe({ error, message }, { status, headers: { "cache-control": "no-store", ...headers } })

export const noSuchPath = respond(404, "no-such-path", "There is no such path.")

export const wrongMethod = (allowed: string) => respond(405, "no-such-method", `Use ${allowed}.`, { allow: allowed })

export const failed = respond(500, "failed", "The backend failed. See its log.")

const later = (retryAfter: Option.Option<Duration.Duration>): Record<string, string> => ({
  "retry-after": String(
    Option.match(retryAfter, { onNone: () => 1, onSome: (wait) => Math.ceil(Duration.toSeconds(wait)) })
  )
})

const ofTwilio = ({ reason }: TwilioError.TwilioError) => {
  switch (reason._tag) {
    case "RateLimited":
      return respond(503, "busy", "Rate limited by Twilio. Try again.", later(reason.retryAfter))
    case "Unavailable":
      return respond(503, "twilio-unavailable", "Twilio is unavailable. Try again.", later(reason.retryAfter))
    case "TimedOut":
      return respond(504, "twilio-too-slow", "Twilio didn't respond in time. Try again.")
    case "TransportFailed":
    case "UnexpectedResponse":
      return respond(502, "twilio-unreachable", "Failed to reach Twilio. Try again.")
    case "InvalidArgument":
      return respond(400, "bad-request", "This isn't a valid room name.")
    // The backend's credentials or requests are invalid. The app's user can't fix that.
    case "InvalidRequest":
    case "Unauthorized":
    case "Forbidden":
      return respond(500, "misconfigured", "Twilio rejected the backend's request. See the backend's log.")
  }
}

/** The response to a failed request. */
export const toResponse = (failure: Failure): HttpServerResponse.HttpServerResponse => {
  switch (failure._tag) {
    case "BadRequest":
    case "NotAName":
      return respond(400, "bad-request", failure.message)
    case "TooLarge":
      return respond(413, "too-large", `The body is larger than ${failure.maximum} bytes.`)
    case "NoSession":
      return respond(401, `session-${failure.problem}`, failure.message, { "www-authenticate": "Bearer" })
    case "NotAllowed":
      return respond(403, `may-not-${failure.what}`, failure.message)
    case "InvalidAccessToken":
      // The user's ID may not be a valid identity. The message contains no value.
      return respond(422, "no-token", failure.message)
    case "NotFound":
    case "UnknownRoom":
      return respond(404, "no-such-room", "No room with this name is in progress.")
    case "NeverThere":
      return respond(404, "no-such-participant", "The room has never had a participant with this SID.")
    case "RosterUnavailable":
      return respond(503, "roster-unavailable", "The roster is unavailable. Try again.", { "retry-after": "1" })
    case "TwilioError":
      return ofTwilio(failure)
  }
}

/** Logs errors for the operator. The library's messages contain no names and no secrets. */
export const log = (failure: Failure): Effect.Effect<void> => {
  switch (failure._tag) {
    case "RosterUnavailable":
      return Effect.logError(`${failure._tag}: ${failure.message}`)
    case "TwilioError":
      return Effect.logError(`${failure.reason._tag}: ${failure.message}`)
    default:
      return Effect.void
  }
}

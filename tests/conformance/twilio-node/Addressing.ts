/**
 * Which record a call reaches by a text that has a meaning in a URL path.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import twilio from "twilio"
import * as TwilioSdk from "./TwilioSdk.ts"

/** The record that a response shows or an operation changed, or how the call failed. */
export type Reached = "target" | "other" | "none" | "new" | `HTTP ${number}, code ${number}` | "not sent"

export const notFound = "HTTP 404, code 20404"
export const malformed = "HTTP 400, code 20001"
export const notAStatus = "HTTP 400, code 53112"
export const notAllowed = "HTTP 405, code 20004"
export const notSent = "not sent"

export const which = (sid: string | undefined, right: string, other: string): Reached =>
  sid === right ? "target" : sid === other ? "other" : "none"

/** Calls Twilio's package. Yields its response, or how it failed. */
export const call = <A>(run: () => PromiseLike<A>): Effect.Effect<Result.Result<A, Reached>, unknown> =>
  Effect.matchEffect(TwilioSdk.call(run), {
    onSuccess: (value) => Effect.succeed(Result.succeed(value)),
    onFailure: ({ cause }) => {
      if (cause instanceof twilio.RestException && cause.code !== undefined) {
        return Effect.succeed(Result.fail<Reached>(`HTTP ${cause.status}, code ${cause.code}`))
      }
      return cause instanceof Error && /^Parameter '(sid|roomSid|participantSid)' is not valid\.$/u.test(cause.message)
        ? Effect.succeed(Result.fail<Reached>(notSent))
        : Effect.fail(cause)
    }
  })

/** The record that a call reached. */
export const reached =
  <A>(shown: (value: A) => Reached) =>
  (response: Result.Result<A, Reached>): Reached =>
    Result.match(response, { onSuccess: shown, onFailure: (failure) => failure })

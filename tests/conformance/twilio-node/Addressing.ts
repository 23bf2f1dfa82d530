/**
 * What comes of asking by a text that may mean another thing in a path: the right one, another, or how it failed. Holds
 * no texts.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import twilio from "twilio"
import * as TwilioSdk from "./TwilioSdk.ts"

/** Whom an answer shows or an operation changed, or how it failed. */
export type Outcome =
  | "the right one"
  | "another"
  | "no one"
  | "a new one"
  | `HTTP ${number}, code ${number}`
  | "refused unsent"

export const notFound = "HTTP 404, code 20404"
export const malformed = "HTTP 400, code 20001"
export const notAStatus = "HTTP 400, code 53112"
export const notAllowed = "HTTP 405, code 20004"
export const unsent = "refused unsent"

export const which = (sid: string | undefined, right: string, other: string): Outcome =>
  sid === right ? "the right one" : sid === other ? "another" : "no one"

/** Calls the package: its answer, or how it refused. */
export const answer = <A>(run: () => PromiseLike<A>): Effect.Effect<Result.Result<A, Outcome>, unknown> =>
  Effect.matchEffect(TwilioSdk.call(run), {
    onSuccess: (value) => Effect.succeed(Result.succeed(value)),
    onFailure: ({ cause }) => {
      if (cause instanceof twilio.RestException && cause.code !== undefined) {
        return Effect.succeed(Result.fail<Outcome>(`HTTP ${cause.status}, code ${cause.code}`))
      }
      return cause instanceof Error && /^Parameter '(sid|roomSid|participantSid)' is not valid\.$/u.test(cause.message)
        ? Effect.succeed(Result.fail<Outcome>(unsent))
        : Effect.fail(cause)
    }
  })

/** The outcome of a call, by what its answer shows. */
export const tell =
  <A>(shown: (value: A) => Outcome) =>
  (answer: Result.Result<A, Outcome>): Outcome =>
    Result.match(answer, { onSuccess: shown, onFailure: (outcome) => outcome })

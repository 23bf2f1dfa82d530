/**
 * One request and what came of it: an answer, or the error that there was none. Sends with credentials, follows no
 * redirect, and reads no answer.
 */
import type * as Exchange from "@effect-twilio-video/core/Exchange"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as Address from "./Address.ts"
import * as Answer from "./Answer.ts"
import * as Credentials from "./Credentials.ts"
import * as Retry from "./Retry.ts"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly origin: string
  readonly holdsCredentials: Credentials.Detector
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

export interface Attempt {
  readonly address: Address.Address
  readonly url: string
  readonly form: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly timeout: Duration.Duration
  /** Which of the operation's requests it is, from 1. */
  readonly attempts: number
}

export type Send = (attempt: Attempt) => Effect.Effect<Answer.Answer, TwilioError.TwilioError>

// The system's name of a network failure, wherever in the chain of causes the runtime put it. The causes themselves
// are dropped: they hold the request, and the request holds the credentials.
const systemCode = (cause: unknown): string | undefined => {
  let current = cause
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    const code = Predicate.hasProperty(current, "code") ? current.code : undefined
    // Bun's own name for it.
    if (code === "ConnectionRefused") return "ECONNREFUSED"
    if (Predicate.isString(code) && /^[A-Z][A-Z0-9_]{2,40}$/u.test(code)) return code
    current = Predicate.hasProperty(current, "cause") ? current.cause : undefined
  }
  return undefined
}

const evidence = ({ address, attempts }: Attempt): Exchange.Exchange => ({
  method: address.operation.method,
  path: address.shown,
  attempts
})

const transportFailed = (
  attempt: Attempt,
  origin: string,
  error: HttpClientError.HttpClientError
): TwilioError.TwilioError => {
  const failure = systemCode(error.reason)
  const name = failure === undefined ? "" : ` (${failure})`
  const begun = error.reason._tag === "DecodeError"
  const what =
    failure === Retry.circuitOpen
      ? `The circuit breaker for ${origin} is open after failures before: nothing was sent. Try again later.`
      : begun
        ? `The connection to ${origin} broke off while the answer came in${name}.`
        : `No answer from ${origin}${name}. Check the base URL, the network and what the runtime may reach.`
  const make = (message: string) =>
    TwilioError.make(
      new TwilioError.TransportFailed({ message, ...(failure === undefined ? {} : { failure }) }),
      evidence(attempt)
    )
  const certain = make(what)
  return Retry.isUnprocessed(certain) ? certain : make(what + Answer.doubt(attempt.address))
}

const timedOut = (attempt: Attempt, origin: string): TwilioError.TwilioError =>
  TwilioError.make(
    new TwilioError.TimedOut({
      after: attempt.timeout,
      limit: "attempt",
      message:
        `No answer from ${origin} within ${Duration.format(attempt.timeout)}; the request was cancelled.` +
        Answer.doubt(attempt.address)
    }),
    evidence(attempt)
  )

const toAnswer = (response: HttpClientResponse.HttpClientResponse) =>
  Effect.map(response.text, (text): Answer.Answer => ({ status: response.status, headers: response.headers, text }))

/** Sends by the `HttpClient` of the context. */
export const make = Effect.fnUntraced(function* (settings: Settings) {
  const { holdsCredentials, origin } = settings
  const init = yield* Effect.serviceOption(FetchHttpClient.RequestInit)
  const http = settings.transformClient(
    HttpClient.mapRequest(yield* HttpClient.HttpClient, (request) =>
      HttpClientRequest.acceptJson(HttpClientRequest.basicAuth(request, settings.username, settings.password))
    )
  )
  // Of a request: no redirect is followed (the credentials would go along on some runtimes), and HttpClient's own span,
  // which holds the URL with its identity, stays off, and with it the trace headers.
  const perRequest = Context.empty().pipe(
    Context.add(FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(init),
      redirect: "manual"
    }),
    Context.add(HttpClient.TracerDisabledWhen, () => true)
  )

  const send: Send = (attempt) => {
    const { address, form, headers, timeout, url } = attempt
    const base = address.operation.method === "POST" ? HttpClientRequest.post(url) : HttpClientRequest.get(url)
    const request =
      form === undefined ? base : HttpClientRequest.bodyText(base, form, "application/x-www-form-urlencoded")
    return Effect.suspend(() =>
      http.execute(headers === undefined ? request : HttpClientRequest.setHeaders(request, headers))
    ).pipe(
      Effect.flatMap(toAnswer),
      // A client that the user made fail on a status still has Twilio's answer to it.
      Effect.catchReason("HttpClientError", "StatusCodeError", ({ response }) => toAnswer(response)),
      Effect.timeout(timeout),
      Effect.catchCause((cause): Effect.Effect<never, TwilioError.TwilioError> => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        const error = Option.getOrUndefined(Cause.findErrorOption(cause))
        if (Cause.isTimeoutError(error)) return Effect.fail(timedOut(attempt, origin))
        // A client that dies may do so with the request in its hands, and the credentials in that.
        return HttpClientError.isHttpClientError(error)
          ? Effect.fail(transportFailed(attempt, origin, error))
          : Effect.die(Credentials.defectWithout(holdsCredentials, Cause.squash(cause)))
      }),
      Effect.provideContext(perRequest)
    )
  }
  return send
})

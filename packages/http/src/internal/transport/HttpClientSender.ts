/**
 * Sends requests through the `HttpClient` of the context, which the program picks. Makes no error of its own.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as Answer from "../wire/Answer.ts"
import * as AnswerText from "../wire/AnswerText.ts"
import * as Attempt from "./Attempt.ts"
import * as Credentials from "../wire/Credentials.ts"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly holdsCredentials: Credentials.Detector
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

// undici's own limit, which `UndiciTransport` sets.
const isTooLarge = ({ reason }: HttpClientError.HttpClientError): boolean =>
  Predicate.hasProperty(reason.cause, "code") && reason.cause.code === "UND_ERR_RES_EXCEEDED_MAX_SIZE"

// The size of a web response is limited here, since fetch unpacks what may be small on the wire. A body that a client of
// the program has read is at hand as text.
const read = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<string | undefined, HttpClientError.HttpClientError | Attempt.NoAnswer> => {
  const web = HttpClientResponse.toWeb(response)
  return Option.isNone(web) || web.value.bodyUsed
    ? Effect.catchIf(response.text, isTooLarge, () => Effect.undefined)
    : Effect.tryPromise({
        try: (signal) => AnswerText.read(web.value, signal),
        catch: (cause) => new Attempt.NoAnswer(cause)
      })
}

const toAnswer = (response: HttpClientResponse.HttpClientResponse, onStatus: (status: number) => void) => {
  onStatus(response.status)
  return Effect.map(read(response), (text): Answer.Answer => ({
    status: response.status,
    retryAfter: response.headers["retry-after"],
    requestId: response.headers["twilio-request-id"],
    date: response.headers["date"],
    text
  }))
}

export const make = Effect.fnUntraced(function* (settings: Settings) {
  const init = yield* Effect.serviceOption(FetchHttpClient.RequestInit)
  const http = settings.transformClient(
    HttpClient.mapRequest(yield* HttpClient.HttpClient, (request) =>
      HttpClientRequest.acceptJson(HttpClientRequest.basicAuth(request, settings.username, settings.password))
    )
  )
  // HttpClient's own span, which holds the URL with its identity, stays off, and with it the trace headers.
  const perRequest = Context.empty().pipe(
    Context.add(FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(init),
      redirect: "manual"
    }),
    Context.add(HttpClient.TracerDisabledWhen, () => true)
  )

  const sender: Attempt.Sender = ({ form, headers, method, onStatus, url }) => {
    const base = method === "POST" ? HttpClientRequest.post(url) : HttpClientRequest.get(url)
    const request =
      form === undefined ? base : HttpClientRequest.bodyText(base, form, "application/x-www-form-urlencoded")
    return Effect.suspend(() =>
      http.execute(headers === undefined ? request : HttpClientRequest.setHeaders(request, headers))
    ).pipe(
      Effect.flatMap((response) => toAnswer(response, onStatus)),
      // A client that the user made fail on a status still has Twilio's answer to it.
      Effect.catchReason("HttpClientError", "StatusCodeError", ({ response }) => toAnswer(response, onStatus)),
      Effect.catchCause((cause): Effect.Effect<never, Attempt.NoAnswer> => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        const error = Option.getOrUndefined(Cause.findErrorOption(cause))
        if (error instanceof Attempt.NoAnswer) return Effect.fail(error)
        if (!HttpClientError.isHttpClientError(error)) {
          // A client that dies may do so with the request in its hands, and the credentials in that.
          return Effect.die(Credentials.defectWithout(settings.holdsCredentials, Cause.squash(cause)))
        }
        // A client that the user made may have read the body itself.
        if (error.reason._tag === "DecodeError") onStatus(error.reason.response.status)
        return Effect.fail(new Attempt.NoAnswer(error.reason))
      }),
      Effect.provideContext(perRequest)
    )
  }
  return sender
})

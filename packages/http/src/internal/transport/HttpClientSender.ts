/**
 * Sends requests through the `HttpClient` of the context.
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
import type * as ApiResponse from "../wire/ApiResponse.ts"
import * as ResponseText from "../wire/ResponseText.ts"
import * as SecretDetector from "../wire/SecretDetector.ts"
import * as Attempt from "./Attempt.ts"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly containsSecret: SecretDetector.SecretDetector
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

// undici's own limit, which `UndiciTransport` sets.
const isTooLarge = ({ reason }: HttpClientError.HttpClientError): boolean =>
  Predicate.hasProperty(reason.cause, "code") && reason.cause.code === "UND_ERR_RES_EXCEEDED_MAX_SIZE"

// A web response is limited here: fetch decompresses, so a body that is small on the wire may be too large. A body that
// the client has already read is available as text.
const readText = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<string | undefined, HttpClientError.HttpClientError | Attempt.NoResponse> => {
  const web = HttpClientResponse.toWeb(response)
  return Option.isNone(web) || web.value.bodyUsed
    ? Effect.catchIf(response.text, isTooLarge, () => Effect.undefined)
    : Effect.tryPromise({
        try: (signal) => ResponseText.read(web.value, signal),
        catch: (cause) => new Attempt.NoResponse(cause)
      })
}

const toApiResponse = (response: HttpClientResponse.HttpClientResponse, onStatus: (status: number) => void) => {
  onStatus(response.status)
  return Effect.map(readText(response), (text): ApiResponse.ApiResponse => ({
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
  // HttpClient's own span would contain the URL with its identity. Turning it off turns off its trace headers too.
  const perRequest = Context.empty().pipe(
    Context.add(FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(init),
      redirect: "manual"
    }),
    Context.add(HttpClient.TracerDisabledWhen, () => true)
  )

  const sender: Attempt.Sender = ({ form, headers, method, onStatus, timeout, url }) => {
    const base = method === "POST" ? HttpClientRequest.post(url) : HttpClientRequest.get(url)
    const request =
      form === undefined ? base : HttpClientRequest.bodyText(base, form, "application/x-www-form-urlencoded")
    return Effect.suspend(() =>
      http.execute(headers === undefined ? request : HttpClientRequest.setHeaders(request, headers))
    ).pipe(
      Effect.flatMap((response) => toApiResponse(response, onStatus)),
      // A transformed client may fail for some statuses.
      Effect.catchReason("HttpClientError", "StatusCodeError", ({ response }) => toApiResponse(response, onStatus)),
      Effect.catchCause((cause): Effect.Effect<never, Attempt.NoResponse> => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        const error = Option.getOrUndefined(Cause.findErrorOption(cause))
        if (error instanceof Attempt.NoResponse) return Effect.fail(error)
        if (!HttpClientError.isHttpClientError(error)) {
          // A defect may contain the request, and the request contains the credentials.
          return Effect.die(SecretDetector.redactDefect(settings.containsSecret, Cause.squash(cause)))
        }
        // A transformed client may read the body itself.
        if (error.reason._tag === "DecodeError") onStatus(error.reason.response.status)
        return Effect.fail(new Attempt.NoResponse(error.reason))
      }),
      Effect.provideContext(perRequest),
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(new Attempt.TimeUp()) })
    )
  }
  return sender
})

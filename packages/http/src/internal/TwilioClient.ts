/**
 * Sends one request to Twilio's API and reads its answer. Holds what is the same for every operation (credentials,
 * origin, timeout, redirects, error mapping) and no operation.
 */
import type * as Exchange from "@effect-twilio-video/core/Exchange"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Address from "./Address.ts"
import * as Answer from "./Answer.ts"
import type * as Outcome from "./Outcome.ts"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  /** Origin and, for a proxy, the path before `/v1`; no slash at the end. */
  readonly baseUrl: string
  readonly timeout: Duration.Duration
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

export interface Request<A, E> {
  /** The span's name: service and operation. */
  readonly span: string
  readonly address: Address.Address
  /** Where to, if not to the address: a next page. */
  readonly url?: string
  readonly query?: string
  readonly form?: string
  readonly decode: (json: unknown) => Effect.Effect<A, Schema.SchemaError>
  /** The errors of the operation's own. */
  readonly outcome: Outcome.Outcome<E>
}

/** A decoded answer, with what an error about it would need. */
export interface Reply<A> {
  readonly value: A
  readonly question: Answer.Question
  readonly answer: Answer.Answer
}

export interface TwilioClient {
  readonly baseUrl: string
  readonly send: <A, E>(request: Request<A, E>) => Effect.Effect<Reply<A>, E | TwilioError.TwilioError>
}

// The system's name of a network failure, wherever in the chain of causes the runtime put it. The causes themselves
// are dropped: they hold the request, and the request holds the credentials.
const systemCode = (cause: unknown): string | undefined => {
  let current = cause
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    const code = Predicate.hasProperty(current, "code") ? current.code : undefined
    if (Predicate.isString(code) && /^[A-Z][A-Z0-9_]{2,40}$/u.test(code)) return code
    current = Predicate.hasProperty(current, "cause") ? current.cause : undefined
  }
  return undefined
}

const isWrite = ({ address }: Request<unknown, unknown>): boolean => address.operation.method === "POST"

const evidence = ({ address }: Request<unknown, unknown>): Exchange.Exchange => ({
  method: address.operation.method,
  path: address.shown
})

const transportFailed = (
  request: Request<unknown, unknown>,
  origin: string,
  error: HttpClientError.HttpClientError
): TwilioError.TwilioError => {
  const failure = systemCode(error.reason)
  const name = failure === undefined ? "" : ` (${failure})`
  const begun = error.reason._tag === "DecodeError"
  const what = begun
    ? `The connection to ${origin} broke off while the answer came in${name}.`
    : `No answer from ${origin}${name}. Check the base URL, the network and what the runtime may reach.`
  const effect = isWrite(request) && failure !== "ECONNREFUSED" ? " The change may have taken effect." : ""
  return TwilioError.make(
    new TwilioError.TransportFailed({ message: what + effect, ...(failure === undefined ? {} : { failure }) }),
    evidence(request)
  )
}

const timedOut = (
  request: Request<unknown, unknown>,
  origin: string,
  after: Duration.Duration
): TwilioError.TwilioError =>
  TwilioError.make(
    new TwilioError.TimedOut({
      after,
      message: `No answer from ${origin} within ${Duration.format(after)}; the request was cancelled.${
        isWrite(request) ? " The change may have taken effect." : ""
      }`
    }),
    evidence(request)
  )

const toAnswer = (response: HttpClientResponse.HttpClientResponse) =>
  Effect.map(response.text, (text): Answer.Answer => ({ status: response.status, headers: response.headers, text }))

// A schema error names members by their names here where a value could not be converted; Twilio's are in snake case.
const where = (error: Schema.SchemaError): string =>
  error.message
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/\["[A-Za-z]+"\]/gu, (member) => member.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`))

/** Makes the client on the `HttpClient` of the context. */
export const make = Effect.fnUntraced(function* (settings: Settings) {
  const origin = new URL(settings.baseUrl).origin
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

  const exchange = (request: Request<unknown, unknown>): Effect.Effect<Answer.Answer, TwilioError.TwilioError> => {
    const url = request.url ?? `${settings.baseUrl}${request.address.path}${request.query ? `?${request.query}` : ""}`
    const base = isWrite(request) ? HttpClientRequest.post(url) : HttpClientRequest.get(url)
    return http
      .execute(
        request.form === undefined
          ? base
          : HttpClientRequest.bodyText(base, request.form, "application/x-www-form-urlencoded")
      )
      .pipe(
        Effect.flatMap(toAnswer),
        Effect.timeout(settings.timeout),
        Effect.catch((error) => {
          if (Cause.isTimeoutError(error)) return Effect.fail(timedOut(request, origin, settings.timeout))
          // A client that the user made fail on a status still has Twilio's answer to it.
          return error.reason._tag === "StatusCodeError"
            ? Effect.mapError(toAnswer(error.reason.response), (error) => transportFailed(request, origin, error))
            : Effect.fail(transportFailed(request, origin, error))
        }),
        Effect.provideContext(perRequest)
      )
  }

  const send = <A, E>(request: Request<A, E>): Effect.Effect<Reply<A>, E | TwilioError.TwilioError> =>
    Effect.gen(function* () {
      const answer = yield* exchange(request)
      const question: Answer.Question = {
        address: request.address,
        origin,
        nowMillis: yield* Clock.currentTimeMillis
      }
      const json = yield* Effect.fromResult(Answer.read(question, answer, request.outcome))
      const value = yield* Effect.mapError(request.decode(json), (error) =>
        Answer.wrongShape(question, answer, where(error))
      )
      return { value, question, answer }
    }).pipe(Effect.withSpan(request.span, { kind: "client" }))

  const client: TwilioClient = { baseUrl: settings.baseUrl, send }
  return client
})

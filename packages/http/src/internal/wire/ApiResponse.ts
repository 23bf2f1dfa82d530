/**
 * Reads responses: the JSON of a success, or the error that a status, a body and its code stand for.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as DurationText from "./DurationText.ts"
import * as ErrorMapper from "./ErrorMapper.ts"
import * as RequestPath from "./RequestPath.ts"
import * as ResponseText from "./ResponseText.ts"
import type * as SecretDetector from "./SecretDetector.ts"

export interface ApiResponse {
  readonly status: number
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined
  /** The header `Twilio-Request-Id`. */
  readonly requestId: string | undefined
  /** The header `Date`: the time by Twilio's clock. Browsers hide it. */
  readonly date: string | undefined
  /** The body; `undefined` if it is larger than `ResponseText.maximum`. */
  readonly text: string | undefined
}

/** What reading a response needs to know about its request. */
export interface ResponseContext {
  readonly path: RequestPath.RequestPath
  readonly origin: string
  readonly containsSecret: SecretDetector.SecretDetector
  /** Which of the operation's requests it was, from 1. */
  readonly attempts: number
  /** When the response arrived, by this machine's clock. */
  readonly receivedAt: number
}

/** When the response was sent, by Twilio's clock in milliseconds; `NaN` if it has no date. */
export const dateOf = ({ date }: ApiResponse): number => Date.parse(date ?? "")

/** The decoded body of a response, and what errors about it need. */
export interface Decoded<A> {
  readonly value: A
  readonly context: ResponseContext
  readonly response: ApiResponse
}

interface ErrorBody {
  readonly code?: number
  readonly message?: string
  readonly moreInfo?: string
}

const parseJson = (text: string): Option.Option<unknown> => {
  try {
    return Option.some(JSON.parse(text))
  } catch {
    return Option.none()
  }
}

// Any other URL could contain anything.
const isErrorPage = (code: number | undefined, url: unknown): url is string =>
  url === `https://www.twilio.com/docs/errors/${code}` || url === `https://www.twilio.com/docs/api/errors/${code}`

// Twilio's classic body is {code, message, more_info, status}; newer products send RFC 9457 with {title, detail}.
const errorBody = (text: string): ErrorBody => {
  const json = Option.getOrUndefined(parseJson(text))
  if (!Predicate.isObject(json)) return {}
  const member = (name: string): unknown => (Predicate.hasProperty(json, name) ? json[name] : undefined)
  const sent = member("code")
  const code = Number.isSafeInteger(sent) ? (sent as number) : undefined
  const message = member("message") ?? member("detail") ?? member("title")
  const moreInfo = member("more_info") ?? member("type")
  return {
    ...(code === undefined ? {} : { code }),
    ...(Predicate.isString(message) ? { message } : {}),
    ...(isErrorPage(code, moreInfo) ? { moreInfo } : {})
  }
}

// Codes that requests with names or other user text can get, in the words of Twilio's error dictionary. Codes that have
// an error of their own are left out.
const meanings: Readonly<Record<number, string>> = {
  53107: "MaxParticipants is out of range",
  53109: "Timeout is out of range",
  53111: "StatusCallback is invalid",
  53123: "MaxParticipantDuration is out of range",
  53209: "Participant status is invalid"
}

const serverName = (origin: string): string => (RequestPath.isTwilioOrigin(new URL(origin)) ? "Twilio" : origin)

// A response may repeat user text in any spelling: escaped, normalized, shortened. So its message is quoted only if the
// request contained nothing but SIDs; otherwise the code is explained.
const explain = ({ containsSecret, origin, path }: ResponseContext, { code, message }: ErrorBody): string => {
  if (path.hasUserText) {
    const meaning = code === undefined ? undefined : meanings[code]
    return meaning === undefined ? "" : ` Code ${code} means: "${meaning}".`
  }
  return message === undefined || message.length > 300 || containsSecret(message)
    ? ""
    : ` ${serverName(origin)} says: "${message}".`
}

// Seconds, or a date. Effect's own parser is stricter and would be in bundles for this alone.
const retryAfter = (response: ApiResponse, { receivedAt }: ResponseContext): Option.Option<Duration.Duration> => {
  const header = response.retryAfter?.trim() ?? ""
  const sentAt = dateOf(response)
  const millis = /^\d+(?:\.\d+)?$/u.test(header)
    ? Math.round(Number(header) * 1000)
    : /^(?:[a-z]|\d{4}-)/iu.test(header)
      ? Date.parse(header) - (Number.isNaN(sentAt) ? receivedAt : sentAt)
      : Number.NaN
  return Number.isFinite(millis) ? Option.some(Duration.millis(Math.max(0, millis))) : Option.none()
}

/** What errors and observers learn about a request and its response. */
export const requestInfoOf = (
  { attempts, containsSecret, path }: ResponseContext,
  { requestId, status }: ApiResponse,
  { code, moreInfo }: ErrorBody = {}
): TwilioError.RequestInfo => ({
  method: path.endpoint.method,
  path: path.maskedPath,
  status,
  attempts,
  ...(code === undefined ? {} : { code }),
  ...(moreInfo === undefined ? {} : { moreInfo }),
  ...(requestId !== undefined && /^RQ[0-9a-f]{32}$/iu.test(requestId) && !containsSecret(requestId)
    ? { requestId }
    : {})
})

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Does the status of a response say that a change has taken effect? */
export const isApplied = ({ endpoint }: RequestPath.RequestPath, status: number | undefined): boolean =>
  endpoint.method === "POST" && status !== undefined && isSuccess(status)

/** What a message adds about a change that has taken effect, or may have. */
export const changeNote = ({ endpoint }: RequestPath.RequestPath, applied: boolean): string => {
  if (endpoint.method !== "POST") return ""
  return ` The change ${applied ? "has" : "may have"} taken effect.`
}

// Twilio's API sends no HTML: it comes from a proxy or another site, and doesn't prove that a change has taken effect.
const isMarkup = (text: string): boolean => text.startsWith("<")

const unexpected = (
  context: ResponseContext,
  response: ApiResponse,
  problem: typeof TwilioError.Problem.Type,
  message: string
): TwilioError.TwilioError => {
  const { path } = context
  const applied = isApplied(path, response.status) && !isMarkup(response.text?.trim() ?? "")
  return TwilioError.make(
    new TwilioError.UnexpectedResponse({
      problem,
      message: isSuccess(response.status) ? message + changeNote(path, applied) : message
    }),
    requestInfoOf(context, response),
    applied
  )
}

// Schema names members in camel case if a value could not be converted; Twilio's are in snake case.
const describe = ({ message }: Schema.SchemaError, place: string): string => {
  const text = message
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/\["[A-Za-z]+"\]/gu, (member) => member.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`))
  if (place === "") return text
  return text.includes(" at [") ? text.replace(" at [", ` at ${place}[`) : `${text} at ${place}`
}

/** The error of a 2xx body that doesn't have the documented shape; `place` is where in the body the decoded value is. */
export const wrongShape = (
  { context, response }: Omit<Decoded<unknown>, "value">,
  error: Schema.SchemaError,
  place = ""
): TwilioError.TwilioError =>
  unexpected(
    context,
    response,
    "wrong-shape",
    `The response doesn't have the documented shape: ${describe(error, place)}.`
  )

/** The error of a next page that isn't requested. */
export const invalidNextPage = (
  { context, response }: Omit<Decoded<unknown>, "value">,
  problem: "foreign-next-page" | "repeated-next-page"
): TwilioError.TwilioError =>
  unexpected(
    context,
    response,
    problem,
    `The next page ${problem === "foreign-next-page" ? "is outside the base URL" : "was already read"}; the list is ` +
      "incomplete."
  )

const rateLimited = (context: ResponseContext, response: ApiResponse, explanation: string): TwilioError.Reason => {
  const wait = retryAfter(response, context)
  const advice = Option.match(wait, {
    onNone: () => "Send fewer requests per second",
    onSome: (duration) => `Retry after ${DurationText.format(duration)}`
  })
  return new TwilioError.RateLimited({
    retryAfter: wait,
    message: `Rate limited by ${serverName(context.origin)}; the request was not processed. ${advice}.${explanation}`
  })
}

/** The reason of an error response; `undefined` if it doesn't look like a response of Twilio's API. */
const reasonOf = (context: ResponseContext, response: ApiResponse, body: ErrorBody): TwilioError.Reason | undefined => {
  const { origin, path } = context
  const { status } = response
  const explanation = explain(context, body)
  switch (status) {
    case 401:
      return new TwilioError.Unauthorized({
        message:
          `${origin} rejected the credentials. Check that the SID and its Auth Token or secret belong together and are ` +
          `active.${explanation}`
      })
    case 403:
      return new TwilioError.Forbidden({
        message: `${origin} denied access. Check the API key's permissions and the account's status.${explanation}`
      })
    case 429:
      return rateLimited(context, response, explanation)
    case 501:
      return new TwilioError.UnexpectedResponse({
        problem: "not-implemented",
        message: `${origin} does not implement this endpoint. Check the base URL.${explanation}`
      })
  }
  if (status >= 500) {
    return new TwilioError.Unavailable({
      retryAfter: retryAfter(response, context),
      message: `${origin} failed to process the request.${changeNote(path, false)}${explanation}`
    })
  }
  return status >= 400 && body.code !== undefined && !ErrorMapper.isNotFound({ status, code: body.code })
    ? new TwilioError.InvalidRequest({
        message: `${serverName(origin)} rejected the request as invalid.${explanation}`
      })
    : undefined
}

const toError = <E>(
  context: ResponseContext,
  response: ApiResponse,
  text: string,
  mapError: ErrorMapper.ErrorMapper<E>
): E | TwilioError.TwilioError => {
  const { status } = response
  const body = errorBody(text)
  const requestInfo = requestInfoOf(context, response, body)
  const ownError = mapError(context.path, requestInfo)
  if (ownError !== undefined) return ownError
  const reason = reasonOf(context, response, body)
  if (reason !== undefined) return TwilioError.make(reason, requestInfo)
  // A fetch that doesn't follow redirects shows them with status 0 in browsers.
  const isRedirect = status === 0 || (status >= 300 && status < 400)
  const problem = isRedirect
    ? "redirected the request, which Twilio's API doesn't"
    : ErrorMapper.isNotFound(requestInfo)
      ? "has no such endpoint"
      : "responded without a Twilio error code"
  return unexpected(
    context,
    response,
    isRedirect ? "redirect" : "unknown-status",
    `${context.origin} ${problem}. Check the base URL.`
  )
}

const checkOrigin = ({ origin }: ResponseContext): string => ` Check that ${origin} is Twilio's API.`

/** The JSON of a success, or the error of the response. */
export const readJson = <E>(
  context: ResponseContext,
  response: ApiResponse,
  mapError: ErrorMapper.ErrorMapper<E>
): Result.Result<unknown, E | TwilioError.TwilioError> => {
  const fail = (problem: typeof TwilioError.Problem.Type, message: string) =>
    Result.fail(unexpected(context, response, problem, message))
  if (response.text === undefined) {
    return fail("too-large", `The response is larger than ${ResponseText.maximum >> 20} MiB.${checkOrigin(context)}`)
  }
  if (!isSuccess(response.status)) return Result.fail(toError(context, response, response.text, mapError))
  const text = response.text.trim()
  if (text === "") return fail("empty-body", "The response has no body.")
  return Option.match(parseJson(text), {
    onSome: Result.succeed,
    onNone: () =>
      /^[{[]/u.test(text)
        ? fail("truncated-json", `The response is malformed JSON of ${text.length} characters.`)
        : fail("not-json", `The response is ${isMarkup(text) ? "HTML or XML" : "not JSON"}.${checkOrigin(context)}`)
  })
}

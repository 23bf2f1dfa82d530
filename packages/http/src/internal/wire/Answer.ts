/**
 * What came back for a request, and which result or error it is. Pure: reads a status, headers and a text, and sends
 * nothing.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Address from "./Address.ts"
import * as AnswerText from "./AnswerText.ts"
import type * as Credentials from "./Credentials.ts"
import * as Outcome from "./Outcome.ts"
import * as Texts from "./Texts.ts"

export interface Answer {
  readonly status: number
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined
  /** The header `Twilio-Request-Id`. */
  readonly requestId: string | undefined
  /** The header `Date`: Twilio's clock. Browsers hide it. */
  readonly date: string | undefined
  /** The body; nothing if it was larger than `AnswerText.maximum`. */
  readonly text: string | undefined
}

/** What the request was, as far as reading its answer needs it. */
export interface Question {
  readonly address: Address.Address
  /** The origin asked, for messages. */
  readonly origin: string
  readonly holdsCredentials: Credentials.Detector
  /** Which of the operation's requests it was, from 1. */
  readonly attempts: number
  /** When the answer came, for a `Retry-After` that is a date: by Twilio's clock if the answer tells it. */
  readonly nowMillis: number
}

interface ErrorBody {
  readonly code?: number
  readonly message?: string
  readonly moreInfo?: string
}

const parse = (text: string): Option.Option<unknown> => {
  try {
    return Option.some(JSON.parse(text))
  } catch {
    return Option.none()
  }
}

// Any other page could hold anything.
const isPageOf = (code: number | undefined, url: unknown): url is string =>
  url === `https://www.twilio.com/docs/errors/${code}` || url === `https://www.twilio.com/docs/api/errors/${code}`

// Twilio's classic body is {code, message, more_info, status}; newer products send RFC 9457 with {title, detail}.
const errorBody = (text: string): ErrorBody => {
  const json = Option.getOrUndefined(parse(text))
  if (!Predicate.isObject(json)) return {}
  const member = (name: string): unknown => (Predicate.hasProperty(json, name) ? json[name] : undefined)
  const sent = member("code")
  // An error holds no larger integer.
  const code = Number.isSafeInteger(sent) ? (sent as number) : undefined
  const message = member("message") ?? member("detail") ?? member("title")
  const moreInfo = member("more_info") ?? member("type")
  return {
    ...(code === undefined ? {} : { code }),
    ...(Predicate.isString(message) ? { message } : {}),
    ...(isPageOf(code, moreInfo) ? { moreInfo } : {})
  }
}

// What codes mean, in the words of Twilio's error dictionary: those that a request with names or texts can get, and
// whose meaning the rest of a message doesn't say.
const meanings: Readonly<Record<number, string>> = {
  53107: "MaxParticipants is out of range",
  53109: "Timeout is out of range",
  53111: "StatusCallback is invalid",
  53123: "MaxParticipantDuration is out of range",
  53209: "Participant status is invalid"
}

const speaker = (origin: string): string => (Address.isTwilio(new URL(origin)) ? "Twilio" : origin)

// An answer may repeat what was sent, in any spelling: escaped, normalized, shortened. So it is quoted only if the
// request held nothing but SIDs; otherwise the code is explained.
const quote = ({ address, holdsCredentials, origin }: Question, { code, message }: ErrorBody): string => {
  if (address.hasTexts) {
    const meaning = code === undefined ? undefined : meanings[code]
    return meaning === undefined ? "" : ` Code ${code} means: "${meaning}".`
  }
  return message === undefined || message.length > 300 || holdsCredentials(message)
    ? ""
    : ` ${speaker(origin)} says: "${message}".`
}

// Seconds, or a date; a negative number is neither. (Effect reads it more strictly, with what nothing else in a bundle
// needs.)
const retryAfter = (answer: Answer, nowMillis: number): Option.Option<Duration.Duration> => {
  const header = answer.retryAfter?.trim() ?? ""
  const millis = /^\d+(?:\.\d+)?$/u.test(header)
    ? Math.round(Number(header) * 1000)
    : /^(?:[a-z]|\d{4}-)/iu.test(header)
      ? Date.parse(header) - nowMillis
      : Number.NaN
  return Number.isFinite(millis) ? Option.some(Duration.millis(Math.max(0, millis))) : Option.none()
}

const exchange = (question: Question, answer: Answer, body: ErrorBody): TwilioError.RequestInfo => {
  const { requestId } = answer
  return {
    method: question.address.operation.method,
    path: question.address.shown,
    status: answer.status,
    attempts: question.attempts,
    ...(body.code === undefined ? {} : { code: body.code }),
    ...(body.moreInfo === undefined ? {} : { moreInfo: body.moreInfo }),
    ...(requestId !== undefined && /^RQ[0-9a-f]{32}$/iu.test(requestId) && !question.holdsCredentials(requestId)
      ? { requestId }
      : {})
  }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Does an answer's status say that a change has taken effect? */
export const isApplied = ({ operation }: Address.Address, status: number | undefined): boolean =>
  operation.method === "POST" && status !== undefined && isSuccess(status)

/** What to add to a message about a change that has taken effect, or may have. */
export const effect = ({ operation }: Address.Address, applied: boolean): string => {
  if (operation.method !== "POST") return ""
  return applied ? " The change has taken effect: it was answered with success." : " The change may have taken effect."
}

// Twilio's API writes no HTML: a page is a proxy's or another site's, and says nothing of the change.
const isPage = (text: string): boolean => text.startsWith("<")

const unexpected = (
  question: Question,
  answer: Answer,
  problem: typeof TwilioError.Problem.Type,
  message: string
): TwilioError.TwilioError => {
  const { address } = question
  const applied = isApplied(address, answer.status) && !isPage(answer.text?.trim() ?? "")
  const about = isSuccess(answer.status) ? message + effect(address, applied) : message
  return TwilioError.make(
    new TwilioError.UnexpectedResponse({ problem, message: about }),
    exchange(question, answer, {}),
    applied
  )
}

/** The error of a 2xx body that has not the shape of the resource; `where` must not quote values. */
export const wrongShape = (question: Question, answer: Answer, where: string): TwilioError.TwilioError =>
  unexpected(question, answer, "wrong-shape", `The answer is JSON of another shape than Twilio documents: ${where}.`)

/** The error of a next page that must not be read. */
export const badNextPage = (
  question: Question,
  answer: Answer,
  problem: "foreign-next-page" | "repeated-next-page"
): TwilioError.TwilioError =>
  unexpected(
    question,
    answer,
    problem,
    `The next page ${problem === "foreign-next-page" ? "is outside the base URL" : "was read before"}, so the list ends ` +
      "here, incomplete."
  )

const rateLimited = (question: Question, answer: Answer, said: string): TwilioError.Reason => {
  const wait = retryAfter(answer, question.nowMillis)
  const when = Option.match(wait, {
    onNone: () => "Send fewer requests a second",
    onSome: (duration) => `Send it again after ${Texts.duration(duration)}`
  })
  return new TwilioError.RateLimited({
    retryAfter: wait,
    message: `Rate limited by ${speaker(question.origin)}; the request was not processed. ${when}.${said}`
  })
}

/** The reason of an answer that Twilio gives, other than an outcome of the operation's own. */
const reasonOf = (question: Question, answer: Answer, body: ErrorBody): TwilioError.Reason | undefined => {
  const { address, origin } = question
  const { status } = answer
  const said = quote(question, body)
  switch (status) {
    case 401:
      return new TwilioError.Unauthorized({
        message:
          `${origin} does not accept the credentials. Check that the SID and its Auth Token or secret belong together ` +
          `and are active.${said}`
      })
    case 403:
      return new TwilioError.Forbidden({
        message:
          `${origin} does not allow this with these credentials. Check the API key's permissions and the account's ` +
          `status.${said}`
      })
    case 429:
      return rateLimited(question, answer, said)
    case 501:
      return new TwilioError.UnexpectedResponse({
        problem: "not-implemented",
        message: `${origin} does not implement this endpoint. Check the base URL.${said}`
      })
  }
  if (status >= 500) {
    return new TwilioError.Unavailable({
      retryAfter: retryAfter(answer, question.nowMillis),
      message: `${origin} could not answer.${effect(address, false)}${said}`
    })
  }
  return status >= 400 && body.code !== undefined && !Outcome.isNotFound({ status, code: body.code })
    ? new TwilioError.InvalidRequest({ message: `${speaker(origin)} refuses the request as invalid.${said}` })
    : undefined
}

const failure = <E>(
  question: Question,
  answer: Answer,
  text: string,
  outcome: Outcome.Outcome<E>
): E | TwilioError.TwilioError => {
  const { status } = answer
  const body = errorBody(text)
  const evidence = exchange(question, answer, body)
  const own = outcome(question.address, evidence)
  if (own !== undefined) return own
  const reason = reasonOf(question, answer, body)
  if (reason !== undefined) return TwilioError.make(reason, evidence)
  // A fetch with redirects off shows a redirect as status 0 in browsers.
  const isRedirect = status === 0 || (status >= 300 && status < 400)
  const what = isRedirect
    ? "redirects, which Twilio does not"
    : Outcome.isNotFound(evidence)
      ? "has no such endpoint"
      : "answered without a Twilio error code"
  return unexpected(
    question,
    answer,
    isRedirect ? "redirect" : "unknown-status",
    `${question.origin} ${what}. Check the base URL.`
  )
}

const checkOrigin = ({ origin }: Question): string => ` Check that ${origin} is Twilio's API.`

/**
 * Takes a success's JSON out of an answer, or says which error it is.
 */
export const read = <E>(
  question: Question,
  answer: Answer,
  outcome: Outcome.Outcome<E>
): Result.Result<unknown, E | TwilioError.TwilioError> => {
  if (answer.text === undefined) {
    const message = `The answer is larger than ${AnswerText.maximum >> 20} MiB.${checkOrigin(question)}`
    return Result.fail(unexpected(question, answer, "too-large", message))
  }
  if (!isSuccess(answer.status)) return Result.fail(failure(question, answer, answer.text, outcome))
  const broken = (problem: typeof TwilioError.Problem.Type, message: string) =>
    Result.fail(unexpected(question, answer, problem, message))
  const text = answer.text.trim()
  if (text === "") return broken("empty-body", "The answer has no body.")
  return Option.match(parse(text), {
    onSome: Result.succeed,
    onNone: () =>
      /^[{[]/u.test(text)
        ? broken("truncated-json", `The answer's JSON is broken; it ends after ${text.length} characters.`)
        : broken(
            "not-json",
            `The answer is ${isPage(text) ? "a page of HTML or XML" : "not JSON"}.${checkOrigin(question)}`
          )
  })
}

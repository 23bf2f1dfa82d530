/**
 * Sends one request; maps transport failures and timeouts to `TwilioError`.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as ApiResponse from "../wire/ApiResponse.ts"
import * as DurationText from "../wire/DurationText.ts"
import * as Failure from "../wire/Failure.ts"
import type * as RequestPath from "../wire/RequestPath.ts"

/** A request without its credentials, which the sender adds. */
export interface Request {
  readonly method: "GET" | "POST"
  readonly url: string
  /** The body of a form. */
  readonly form: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  /** How long it may take, with the whole response. */
  readonly timeout: Duration.Duration
  /** To be called with the response's status before its body is read. */
  readonly onStatus: (status: number) => void
}

/** Why no response arrived, or not all of it. The cause may contain the request with its credentials. */
export class NoResponse {
  readonly _tag = "NoResponse"
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** The request took longer than its timeout, and was canceled. */
export class TimeUp {
  readonly _tag = "TimeUp"
}

/** Sends a request with credentials. Follows no redirects: some runtimes would send the credentials along. */
export type Sender = (request: Request) => Effect.Effect<ApiResponse.ApiResponse, NoResponse | TimeUp>

export interface AttemptOptions {
  readonly path: RequestPath.RequestPath
  readonly origin: string
  readonly url: string
  readonly form: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly timeout: Duration.Duration
  /** Which of the operation's requests it is, from 1. */
  readonly attempts: number
  readonly onStatus: (status: number) => void
}

// Deno's errors have no code. These texts come after the URL, which has no spaces, so no name can imitate them.
const denoRefused = ": client error (Connect): tcp connect error: Connection refused"
const denoUnknownHost = ": client error (Connect): dns error: "

// Network failures that are a TypeError without a code, in undici, Deno, Chromium, Firefox and Safari. (workerd throws
// an Error, and Bun's TypeErrors have codes.) Any other TypeError is a mistake in the program.
const networkMessage =
  /^(?:fetch failed|failed to fetch|load failed|network|error sending|the (?:network|internet) connection)/iu

const textOf = (value: object, member: "name" | "message"): string => {
  const text = Predicate.hasProperty(value, member) ? value[member] : undefined
  return Predicate.isString(text) ? text : ""
}

// The system's code, anywhere in the chain of causes. The causes are dropped: they contain the request, and the request
// contains the credentials.
const failureCode = (cause: unknown, hasStatus: boolean): string | undefined => {
  let current = cause
  let isMistake = false
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    const code = Predicate.hasProperty(current, "code") ? current.code : undefined
    // Bun's own code.
    if (code === "ConnectionRefused") return "ECONNREFUSED"
    if (Predicate.isString(code) && /^[A-Z][A-Z0-9_]{2,40}$/u.test(code)) return code
    const message = textOf(current, "message")
    if (message.includes(denoRefused)) return "ECONNREFUSED"
    if (message.includes(denoUnknownHost)) return "ENOTFOUND"
    if (textOf(current, "name") === "TypeError" && !networkMessage.test(message)) isMistake = true
    current = Predicate.hasProperty(current, "cause") ? current.cause : undefined
  }
  return isMistake && !hasStatus ? Failure.typeError : undefined
}

const requestInfoOf = ({ attempts, path }: AttemptOptions): TwilioError.RequestInfo => ({
  method: path.endpoint.method,
  path: path.maskedPath,
  attempts
})

const describe = (failure: string | undefined, origin: string, hasStatus: boolean): string => {
  const code = failure === undefined ? "" : ` (${failure})`
  switch (failure) {
    case Failure.circuitOpen:
      return `The circuit breaker for ${origin} is open; nothing was sent. Try again later.`
    case Failure.typeError:
      return (
        `fetch threw a TypeError for ${origin}. Check the options fetch and requestInit, or the ` +
        "HttpClient; pass a service binding itself, not its fetch."
      )
    default:
      return hasStatus
        ? `The connection to ${origin} closed before the response was complete${code}.`
        : `No response from ${origin}${code}. Check the base URL and the network.`
  }
}

const transportFailed = (
  options: AttemptOptions,
  { cause }: NoResponse,
  status: number | undefined
): TwilioError.TwilioError => {
  const { origin, path } = options
  const hasStatus = status !== undefined
  const failure = failureCode(cause, hasStatus)
  const description = describe(failure, origin, hasStatus)
  const applied = ApiResponse.isApplied(path, status)
  const make = (message: string) =>
    TwilioError.make(
      new TwilioError.TransportFailed({ message, ...(failure === undefined ? {} : { failure }) }),
      requestInfoOf(options),
      applied
    )
  const error = make(description)
  return Failure.isUnprocessed(error) ? error : make(description + ApiResponse.changeNote(path, applied))
}

const timedOut = (options: AttemptOptions, status: number | undefined): TwilioError.TwilioError => {
  const { origin, path, timeout } = options
  const applied = ApiResponse.isApplied(path, status)
  return TwilioError.make(
    new TwilioError.TimedOut({
      after: timeout,
      limit: "attempt",
      message:
        `${status === undefined ? "No" : "Incomplete"} response from ${origin} within ${DurationText.format(timeout)}; ` +
        `the request was canceled.${ApiResponse.changeNote(path, applied)}`
    }),
    requestInfoOf(options),
    applied
  )
}

/** Sends one request, and waits up to `timeout` for the whole response. */
export const send = (
  sender: Sender,
  options: AttemptOptions
): Effect.Effect<ApiResponse.ApiResponse, TwilioError.TwilioError> => {
  const { form, headers, path, timeout, url } = options
  let status: number | undefined
  const onStatus = (received: number) => {
    status = received
    options.onStatus(received)
  }
  return Effect.mapError(sender({ method: path.endpoint.method, url, form, headers, timeout, onStatus }), (error) =>
    error._tag === "TimeUp" ? timedOut(options, status) : transportFailed(options, error, status)
  )
}

/**
 * One request and what came of it: an answer, or the error that there was none. Holds no way to send (see
 * `HttpClientSender` and `FetchSender`), and reads no answer.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Address from "../wire/Address.ts"
import * as Answer from "../wire/Answer.ts"
import * as Failure from "../wire/Failure.ts"
import * as Texts from "../wire/Texts.ts"

/** A request as it is sent, but for the credentials. */
export interface Message {
  readonly method: "GET" | "POST"
  readonly url: string
  /** A form's body. */
  readonly form: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  /** To be called with the answer's status, before its body is read. */
  readonly onStatus: (status: number) => void
}

/** No answer came, or not all of it, and why. Holds the request, and with it the credentials. */
export class NoAnswer {
  readonly _tag = "NoAnswer"
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** Sends with credentials, and follows no redirect: on some runtimes the credentials would go along. */
export type Sender = (message: Message) => Effect.Effect<Answer.Answer, NoAnswer>

export interface Attempt {
  readonly address: Address.Address
  readonly url: string
  readonly form: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly timeout: Duration.Duration
  /** Which of the operation's requests it is, from 1. */
  readonly attempts: number
  readonly onStatus: (status: number) => void
}

// Deno gives words and no code. They stand behind the URL, which has no spaces: nobody can write them there.
const refusedInWords = ": client error (Connect): tcp connect error: Connection refused"
const unknownInWords = ": client error (Connect): dns error: "

// What runtimes call a network failure that is a TypeError without a code: undici, Deno, Chromium, Firefox and Safari.
// (workerd throws an Error, and Bun's TypeErrors have codes.) A TypeError with any other words is a mistake in the
// program.
const networkWords =
  /^(?:fetch failed|failed to fetch|load failed|network|error sending|the (?:network|internet) connection)/iu

const text = (value: object, member: "name" | "message"): string => {
  const text = Predicate.hasProperty(value, member) ? value[member] : undefined
  return Predicate.isString(text) ? text : ""
}

// The name of a failure: the system's, wherever in the chain of causes the runtime put it, or that of a mistake. The
// causes themselves are dropped: they hold the request, and the request holds the credentials.
const failureOf = (cause: unknown, begun: boolean): string | undefined => {
  let current = cause
  let isMistake = false
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    const code = Predicate.hasProperty(current, "code") ? current.code : undefined
    // Bun's own name for it.
    if (code === "ConnectionRefused") return "ECONNREFUSED"
    if (Predicate.isString(code) && /^[A-Z][A-Z0-9_]{2,40}$/u.test(code)) return code
    const message = text(current, "message")
    if (message.includes(refusedInWords)) return "ECONNREFUSED"
    if (message.includes(unknownInWords)) return "ENOTFOUND"
    if (text(current, "name") === "TypeError" && !networkWords.test(message)) isMistake = true
    current = Predicate.hasProperty(current, "cause") ? current.cause : undefined
  }
  return isMistake && !begun ? Failure.typeError : undefined
}

const evidence = ({ address, attempts }: Attempt): TwilioError.RequestInfo => ({
  method: address.operation.method,
  path: address.shown,
  attempts
})

const explain = (failure: string | undefined, origin: string, begun: boolean): string => {
  const name = failure === undefined ? "" : ` (${failure})`
  switch (failure) {
    case Failure.circuitOpen:
      return `The circuit breaker for ${origin} is open after failures before: nothing was sent. Try again later.`
    case Failure.typeError:
      return (
        `fetch refused the request to ${origin} with a TypeError. Check the options fetch and requestInit, or the ` +
        "HttpClient; pass a service binding itself, not its fetch."
      )
    default:
      return begun
        ? `The connection to ${origin} broke off while the answer came in${name}.`
        : `No answer from ${origin}${name}. Check the base URL and the network.`
  }
}

const transportFailed = (
  attempt: Attempt,
  origin: string,
  { cause }: NoAnswer,
  status: number | undefined
): TwilioError.TwilioError => {
  const begun = status !== undefined
  const failure = failureOf(cause, begun)
  const what = explain(failure, origin, begun)
  const applied = Answer.isApplied(attempt.address, status)
  const make = (message: string) =>
    TwilioError.make(
      new TwilioError.TransportFailed({ message, ...(failure === undefined ? {} : { failure }) }),
      evidence(attempt),
      applied
    )
  const certain = make(what)
  return Failure.isUnprocessed(certain) ? certain : make(what + Answer.effect(attempt.address, applied))
}

const timedOut = (attempt: Attempt, origin: string, status: number | undefined): TwilioError.TwilioError => {
  const applied = Answer.isApplied(attempt.address, status)
  const what = status === undefined ? "No answer" : "Only the beginning of an answer"
  return TwilioError.make(
    new TwilioError.TimedOut({
      after: attempt.timeout,
      limit: "attempt",
      message:
        `${what} from ${origin} within ${Texts.duration(attempt.timeout)}; the request was cancelled.` +
        Answer.effect(attempt.address, applied)
    }),
    evidence(attempt),
    applied
  )
}

/** Sends the request once, and waits for its answer as long as it may take. */
export const once = (
  sender: Sender,
  origin: string,
  attempt: Attempt
): Effect.Effect<Answer.Answer, TwilioError.TwilioError> =>
  Effect.suspend(() => {
    const { address, form, headers, timeout, url } = attempt
    let status: number | undefined
    const onStatus = (begun: number) => {
      status = begun
      attempt.onStatus(begun)
    }
    return sender({ method: address.operation.method, url, form, headers, onStatus }).pipe(
      Effect.mapError((error) => transportFailed(attempt, origin, error, status)),
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(timedOut(attempt, origin, status)) })
    )
  })

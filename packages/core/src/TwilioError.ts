/**
 * The one error for everything that is not an outcome to branch on: a wrong argument, refused credentials, limits,
 * outages, lost connections, answers that make no sense. Each cause is a `reason` with its own tag.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The members of errors that tell of the request.
 *
 * `path` shows SIDs as they are and masks what an application chose: `/v1/Rooms/{name}/Participants/{identity}`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const requestFields = {
  /** The HTTP method. */
  method: Schema.String,
  /** The path, with `{name}` and `{identity}` in place of what an application chose. */
  path: Schema.String,
  /** The HTTP status, where there was an answer. */
  status: Schema.optionalKey(Schema.Int),
  /** Twilio's error code, https://www.twilio.com/docs/api/errors. */
  code: Schema.optionalKey(Schema.Int),
  /** Twilio's page about the code. */
  moreInfo: Schema.optionalKey(Schema.String),
  /** Twilio's id of the request (`RQ…`), to quote to Twilio's support. */
  requestId: Schema.optionalKey(Schema.String),
  /** How many requests were sent for the operation, the last of which this tells of. Missing where none was. */
  attempts: Schema.optionalKey(Schema.Int)
}

/**
 * The evidence as a value.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestInfo {
  readonly method: string
  readonly path: string
  readonly status?: number
  readonly code?: number
  readonly moreInfo?: string
  readonly requestId?: string
  readonly attempts?: number
}

/**
 * Writes the exchange as one phrase, for the end of a message.
 *
 * @example
 * ```ts
 * import * as TwilioError from "@effect-twilio-video/core/TwilioError"
 *
 * TwilioError.formatRequest({ method: "GET", path: "/v1/Rooms/{name}/Participants", status: 503, attempts: 4 })
 * // => "GET /v1/Rooms/{name}/Participants: HTTP 503, 4 attempts"
 * ```
 * @category formatting
 * @since 0.1.0
 */
export const formatRequest = (request: RequestInfo): string => {
  const facts: Array<string> = []
  if (request.status !== undefined) facts.push(`HTTP ${request.status}`)
  if (request.code !== undefined) facts.push(`Twilio code ${request.code}`)
  if (request.requestId !== undefined) facts.push(`request ${request.requestId}`)
  if (request.attempts !== undefined && request.attempts > 1) facts.push(`${request.attempts} attempts`)
  const sent = `${request.method} ${request.path}`
  return facts.length === 0 ? sent : `${sent}: ${facts.join(", ")}`
}

/**
 * An argument that cannot be sent. Nothing was sent.
 *
 * `argument` names the parameter (`room`, `participant`, `pageSize`, …); the value is not repeated.
 *
 * @category reasons
 * @since 0.1.0
 */
export class InvalidArgument extends Schema.TaggedError<InvalidArgument>()("InvalidArgument", {
  message: Schema.String,
  argument: Schema.String
}) {}

/**
 * Twilio refused the request as invalid (HTTP 4xx other than the ones below). The error's `code` says why: 53209 for a
 * status that a participant cannot be set to, for instance.
 *
 * @category reasons
 * @since 0.1.0
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  message: Schema.String
}) {}

/**
 * Twilio does not know the credentials (HTTP 401).
 *
 * @category reasons
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", { message: Schema.String }) {}

/**
 * The credentials are known and may not do this (HTTP 403).
 *
 * @category reasons
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", { message: Schema.String }) {}

/**
 * Too many requests (HTTP 429), and still so after the retries that the policy allows. Twilio did nothing, so the
 * request is safe to repeat, after `retryAfter` where the answer said so.
 *
 * @category reasons
 * @since 0.1.0
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  message: Schema.String,
  retryAfter: Schema.Option(Schema.Duration)
}) {}

/**
 * Twilio, or something on the way to it, failed (HTTP 5xx other than 501). Whether a change took effect is not known.
 *
 * @category reasons
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  message: Schema.String,
  retryAfter: Schema.Option(Schema.Duration)
}) {}

/**
 * No answer: the connection could not be made or broke. `failure` is the system's name for it (`ECONNREFUSED`,
 * `ENOTFOUND`, …) if the runtime tells, `CIRCUIT_OPEN` if a circuit breaker let nothing through, or `TYPE_ERROR` if
 * `fetch` or the `HttpClient` refused the request as a mistake in the program; that is not tried again. Whether a change
 * took effect is not known, unless no connection came about, as the message then says, or the error's `applied` is true.
 *
 * @category reasons
 * @since 0.1.0
 */
export class TransportFailed extends Schema.TaggedError<TransportFailed>()("TransportFailed", {
  message: Schema.String,
  failure: Schema.optionalKey(Schema.String)
}) {}

/**
 * No answer in time; the request was cancelled. `limit` says whose time was up after `after`: one request's, or the
 * whole operation's with its retries. Whether a change took effect is not known, unless the message says that nothing
 * was sent, or the error's `applied` is true.
 *
 * @category reasons
 * @since 0.1.0
 */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {
  message: Schema.String,
  after: Schema.Duration,
  limit: Schema.Literals(["attempt", "operation"])
}) {}

/**
 * What was wrong with an answer: a redirect, no body, a body that is not JSON, JSON that ends early or of another
 * shape, a body larger than 16 MiB, HTTP 501, another status that is not Twilio's for this request, a next page that
 * leads outside the base URL or nowhere new, or a record that doesn't show a change that Twilio accepted.
 *
 * @category models
 * @since 0.1.0
 */
export const Problem = Schema.Literals([
  "redirect",
  "empty-body",
  "not-json",
  "truncated-json",
  "wrong-shape",
  "too-large",
  "not-implemented",
  "unknown-status",
  "foreign-next-page",
  "repeated-next-page",
  "unchanged"
])

/**
 * An answer came that this library will not take for Twilio's. `problem` says what was wrong; for `wrong-shape` the
 * message says where, without the value that stood there.
 *
 * @category reasons
 * @since 0.1.0
 */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
  message: Schema.String,
  problem: Problem
}) {}

/**
 * Why an operation failed, told by its tag.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason =
  | InvalidArgument
  | InvalidRequest
  | Unauthorized
  | Forbidden
  | RateLimited
  | Unavailable
  | TransportFailed
  | TimedOut
  | UnexpectedResponse

/**
 * An operation failed for a reason that is not an outcome of its own. Match the tag of `reason` with
 * `Effect.catchReason`, or take the message to the log: it says what happened, to which request, and what to do.
 *
 * No member holds a credential, a header, a body, or an identity or a name that was sent, and there is no `cause` that
 * could. Twilio's own words are quoted only if the request held no text that the application chose: only SIDs, numbers
 * and Twilio's own words.
 *
 * Follows https://www.twilio.com/docs/usage/twilios-response and https://www.twilio.com/docs/api/errors.
 *
 * @example
 * ```ts
 * import * as TwilioError from "@effect-twilio-video/core/TwilioError"
 * import * as Effect from "effect/Effect"
 *
 * const failed = Effect.fail(
 *   TwilioError.make(new TwilioError.Unauthorized({ message: "Check the credentials." }), {
 *     method: "GET",
 *     path: "/v1/Rooms/{name}/Participants",
 *     status: 401,
 *     code: 20003
 *   })
 * )
 *
 * const program = failed.pipe(
 *   Effect.catchReason("TwilioError", "Unauthorized", (_reason, error) => Effect.succeed(error.code))
 * )
 *
 * Effect.runSync(program) // => 20003
 * ```
 * @category errors
 * @since 0.1.0
 */
export class TwilioError extends Schema.TaggedError<TwilioError>()("TwilioError", {
  message: Schema.String,
  reason: Schema.Union([
    InvalidArgument,
    InvalidRequest,
    Unauthorized,
    Forbidden,
    RateLimited,
    Unavailable,
    TransportFailed,
    TimedOut,
    UnexpectedResponse
  ]),
  ...requestFields,
  /** Missing where no request was under way: options of a layer that cannot be right. */
  method: Schema.optionalKey(Schema.String),
  /** Missing where no request was under way. */
  path: Schema.optionalKey(Schema.String),
  /**
   * The change has taken effect: Twilio answered it with success (HTTP 2xx), and the answer could not be read. Don't
   * send it again. Missing if that is not known.
   */
  applied: Schema.optionalKey(Schema.Literal(true))
}) {}

/**
 * Makes the error of a reason, and of the exchange it happened in, if any. `applied` is for a change that Twilio answered
 * with success.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (reason: Reason, request?: RequestInfo, applied = false): TwilioError =>
  new TwilioError({
    message: request === undefined ? reason.message : `${reason.message} (${formatRequest(request)})`,
    reason,
    ...request,
    ...(applied ? { applied } : {})
  })

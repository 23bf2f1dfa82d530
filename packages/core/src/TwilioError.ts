/**
 * The error for every failure that isn't specific to an operation: invalid arguments, rejected credentials, rate
 * limits, outages, lost connections, unexpected responses. Each is a `reason` with its own tag.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The fields of {@link RequestInfo}, which all errors of operations have.
 *
 * @category schemas
 * @since 0.1.0
 */
export const requestFields = {
  /** The HTTP method. */
  method: Schema.String,
  /** The path, with `{name}` and `{identity}` instead of names and identities. SIDs are shown. */
  path: Schema.String,
  /** The HTTP status, if there was a response. */
  status: Schema.optionalKey(Schema.Int),
  /** Twilio's error code, https://www.twilio.com/docs/api/errors. */
  code: Schema.optionalKey(Schema.Int),
  /** Twilio's page about the code. */
  moreInfo: Schema.optionalKey(Schema.String),
  /** Twilio's request ID (`RQ…`), for Twilio's support. */
  requestId: Schema.optionalKey(Schema.String),
  /** How many requests the operation sent; the other members describe the last one. Missing if none was sent. */
  attempts: Schema.optionalKey(Schema.Int)
}

/**
 * The request that an error describes, and Twilio's response to it.
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
 * Formats a request for the end of an error message.
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
 * An argument is invalid, and nothing was sent. `argument` names the parameter (`room`, `participant`, `pageSize`, …);
 * no member contains its value.
 *
 * @category reasons
 * @since 0.1.0
 */
export class InvalidArgument extends Schema.TaggedError<InvalidArgument>()("InvalidArgument", {
  message: Schema.String,
  argument: Schema.String
}) {}

/**
 * Twilio rejected the request as invalid (an HTTP 4xx status other than those below). The error's `code` says why: for
 * instance, 53209 for a status that can't be set.
 *
 * @category reasons
 * @since 0.1.0
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  message: Schema.String
}) {}

/**
 * Twilio rejected the credentials (HTTP 401).
 *
 * @category reasons
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", { message: Schema.String }) {}

/**
 * The credentials are valid, but lack permission (HTTP 403).
 *
 * @category reasons
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", { message: Schema.String }) {}

/**
 * Rate limited by Twilio (HTTP 429), after all retries of the policy. The request was not processed, so it's safe to
 * repeat, after `retryAfter` if the response had one.
 *
 * @category reasons
 * @since 0.1.0
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  message: Schema.String,
  retryAfter: Schema.Option(Schema.Duration)
}) {}

/**
 * Twilio or a proxy failed (an HTTP 5xx status other than 501). It's unknown whether a change took effect.
 *
 * @category reasons
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  message: Schema.String,
  retryAfter: Schema.Option(Schema.Duration)
}) {}

/**
 * No response: the connection couldn't be opened, or broke. `failure` is the system's code (`ECONNREFUSED`,
 * `ENOTFOUND`, …) if the runtime reveals it, `CIRCUIT_OPEN` if a circuit breaker blocked the request, or `TYPE_ERROR`
 * if `fetch` or the `HttpClient` rejected the request as a programming error, which isn't retried. It's unknown whether
 * a change took effect, unless the message says that no connection was opened, or the error's `applied` is true.
 *
 * @category reasons
 * @since 0.1.0
 */
export class TransportFailed extends Schema.TaggedError<TransportFailed>()("TransportFailed", {
  message: Schema.String,
  failure: Schema.optionalKey(Schema.String)
}) {}

/**
 * No response within `after`; the request was canceled. `limit` says which timeout expired: that of one attempt, or
 * that of the whole operation with its retries. It's unknown whether a change took effect, unless the message says that
 * nothing was sent, or the error's `applied` is true.
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
 * What's wrong with a response: a redirect, an empty body, a body that isn't JSON, truncated JSON, JSON of the wrong
 * shape, a body larger than 16 MiB, HTTP 501, a status that Twilio doesn't use for this request, a next page outside
 * the base URL, a next page that was read before, or a record without the change that Twilio accepted.
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
 * The response isn't one that Twilio documents. For the problem `wrong-shape`, the message names the invalid member
 * without its value.
 *
 * @category reasons
 * @since 0.1.0
 */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
  message: Schema.String,
  problem: Problem
}) {}

/**
 * Why an operation failed. Distinguished by its tag.
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
 * An operation failed. Match the tag of `reason` with `Effect.catchReason`, or log the message: it says what happened,
 * to which request, and what to do.
 *
 * No member contains credentials, headers, bodies, identities or names, and there's no `cause`. Twilio's message is
 * quoted only if the request contained no text of the application: only SIDs, numbers and Twilio's own keywords.
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
  /** Missing if there was no request: the options of a layer were invalid. */
  method: Schema.optionalKey(Schema.String),
  /** Missing if there was no request. */
  path: Schema.optionalKey(Schema.String),
  /**
   * The change took effect: Twilio reported success (HTTP 2xx), and the response couldn't be read. Don't send it again.
   * Missing if that's unknown.
   */
  applied: Schema.optionalKey(Schema.Literal(true))
}) {}

/**
 * Makes the error from its reason and the request, if there was one. `applied`: Twilio reported that a change
 * succeeded.
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

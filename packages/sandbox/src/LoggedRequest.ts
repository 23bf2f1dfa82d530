/**
 * The records of the request log: each request to Twilio's API, the status of its response, and what it changed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fault from "./Fault.ts"
import * as OperationName from "./OperationName.ts"

/**
 * A change that a request made. Completing a room also disconnects its participants, each of which is a change.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* Rooms.complete("Webinar")
 *   const requests = yield* sandbox.requests
 *   return requests.flatMap((request) => request.changes.map((change) => change.type))
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => ["participant-disconnected", "participant-disconnected", "room-completed"]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const Change = Schema.Struct({
  type: Schema.Literals([
    "room-created",
    "room-completed",
    "participant-disconnected",
    "participant-anonymized",
    "subscribe-rules-replaced"
  ]),
  roomSid: Schema.String,
  participantSid: Schema.optionalKey(Schema.String)
})

/**
 * A change that a request made.
 *
 * @category models
 * @since 0.1.0
 */
export type Change = typeof Change.Type

const Values = Schema.Record(Schema.String, Schema.Array(Schema.String))

/**
 * A record of the request log. The log has all requests to Twilio's API, refused ones included, and none to the
 * sandbox's controls.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* Participants.disconnect("DailyStandup", "Alice")
 *   const requests = yield* sandbox.requests
 *   return requests.map((request) => [request.operation, request.status, request.changes.map((change) => change.type)])
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => [["UpdateRoomParticipant", 202, ["participant-disconnected"]]]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const LoggedRequest = Schema.Struct({
  /** The `twilio-request-id` of the response. */
  id: Schema.String,
  /** When the request arrived, as ISO 8601 with milliseconds. */
  at: Schema.String,
  method: Schema.String,
  /**
   * Path and query as sent. In all members, `***` replaces the user and password of a URL, JSON Web Tokens and the
   * sandbox's own credentials.
   */
  path: Schema.String,
  /** Missing if no operation has this method and path. */
  operation: Schema.optionalKey(OperationName.OperationName),
  /** The room in the path, as sent: a SID or a unique name. */
  room: Schema.optionalKey(Schema.String),
  /** The participant in the path, as sent: a SID or an identity. */
  participant: Schema.optionalKey(Schema.String),
  /** The query's parameters by name. Missing without a query. */
  query: Schema.optionalKey(Values),
  /** The parameters of a POST's form by name. Missing if the form wasn't read. The first 64 Ki characters are kept. */
  form: Schema.optionalKey(Values),
  /** `accept`, `content-type`, `user-agent` and `traceparent`, if they were sent. */
  headers: Schema.Record(Schema.String, Schema.String),
  /** Missing until the request is processed, and if the connection was cut without a response. */
  status: Schema.optionalKey(Schema.Int),
  /** How long it took to process the request, in milliseconds of real time. Missing if `status` is missing. */
  duration: Schema.optionalKey(Schema.Finite),
  /** The body of the response: JSON, or the first 64 Ki characters as text if it's longer. */
  answer: Schema.optionalKey(Schema.Json),
  /** The type of the fault that hit the request. */
  fault: Schema.optionalKey(Schema.Literals(Fault.Fault.members.map(({ fields }) => fields.type.literal))),
  /**
   * True if the client gave up while a fault held back the response. The request was processed anyway; `status` is that
   * of the response that the client missed.
   */
  abandoned: Schema.optionalKey(Schema.Boolean),
  /** In the order in which they happened. Changes made by controls and timeouts belong to no request. */
  changes: Schema.Array(Change)
})

/**
 * A record of the request log.
 *
 * @category models
 * @since 0.1.0
 */
export type LoggedRequest = typeof LoggedRequest.Type

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * The numbers of the logged requests that a query selects.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RequestCounts = Schema.Struct({
  count: Count,
  byOperation: Schema.Record(Schema.String, Count),
  byStatus: Schema.Record(Schema.String, Count),
  /** How many earlier requests the log no longer has, whatever the query. */
  dropped: Count
})

/**
 * The numbers of the logged requests that a query selects.
 *
 * @category models
 * @since 0.1.0
 */
export type RequestCounts = typeof RequestCounts.Type

/**
 * A request to Twilio's API that a sandbox has seen, as plain data: what was asked, how it was answered, and what it
 * changed. Holds no log.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fault from "./Fault.ts"
import * as OperationName from "./OperationName.ts"

/**
 * What a request changed. Completing a room changes those who were in it, too.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const rooms = yield* Rooms.Rooms
 *   yield* rooms.complete("Webinar")
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
 * What a request changed.
 *
 * @category models
 * @since 0.1.0
 */
export type Change = typeof Change.Type

/**
 * A request as the log has it: requests to Twilio's API, refused ones too, and none to the sandbox's controls.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const participants = yield* Participants.Participants
 *   yield* participants.disconnect("DailyStandup", "Alice")
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
  /** The answer's `twilio-request-id`. */
  id: Schema.String,
  /** When it came in. */
  at: Schema.String,
  method: Schema.String,
  /** Path and query as sent. */
  path: Schema.String,
  /** What it asks for, where an operation has this path and method. */
  operation: Schema.optionalKey(OperationName.OperationName),
  /** Missing until the request is processed, and if the connection was cut without an answer. */
  status: Schema.optionalKey(Schema.Int),
  /** The type of the fault that struck it. */
  fault: Schema.optionalKey(Schema.Literals(Fault.Fault.members.map(({ fields }) => fields.type.literal))),
  /**
   * True if the client gave up while a fault held back the answer. The request is processed all the same: `status` is
   * what the client would have got.
   */
  abandoned: Schema.optionalKey(Schema.Boolean),
  /** In the order in which they happened. What controls do, and what becomes due, is no request's. */
  changes: Schema.Array(Change)
})

/**
 * A request as the log has it.
 *
 * @category models
 * @since 0.1.0
 */
export type LoggedRequest = typeof LoggedRequest.Type

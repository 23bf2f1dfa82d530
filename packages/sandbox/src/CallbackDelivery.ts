/**
 * A status callback that a sandbox sent or should have sent, as plain data: what it was about, and what became of it.
 * Holds no log and none of the callback's parameters.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The events that the sandbox sends. Twilio has more, of recordings, which the sandbox does not make.
 *
 * Follows https://www.twilio.com/docs/video/api/status-callbacks.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EventName = Schema.Literals([
  "room-created",
  "room-ended",
  "participant-connected",
  "participant-disconnected",
  "track-added",
  "track-removed",
  "track-enabled",
  "track-disabled"
])

/**
 * The events that the sandbox sends.
 *
 * @category models
 * @since 0.1.0
 */
export type EventName = typeof EventName.Type

/**
 * What became of a callback:
 *
 * - `pending`: it waits, is on its way, or is to be tried again;
 * - `delivered`: it was answered with 2xx;
 * - `failed`: it was not, as often as it was tried;
 * - `refused-host`: the sandbox was not told that callbacks may go to this host, and did not contact it;
 * - `dropped`: the sandbox stopped or was reset before, or too many were under way already.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DeliveryStatus = Schema.Literals(["pending", "delivered", "failed", "refused-host", "dropped"])

/**
 * What became of a callback.
 *
 * @category models
 * @since 0.1.0
 */
export type DeliveryStatus = typeof DeliveryStatus.Type

/**
 * A callback as the log has it.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: "https://app.example.com/callbacks" })
 *   yield* sandbox.awaitCallbacks
 *   const callbacks = yield* sandbox.callbacks
 *   return callbacks.map((callback) => [callback.event, callback.url, callback.deliveryStatus])
 * })
 *
 * // Nothing was sent: callbacks go to loopback, unless the option `callbacks` allows other hosts.
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => [["room-created", "https://app.example.com/callbacks", "refused-host"]]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const CallbackDelivery = Schema.Struct({
  /** The `I-Twilio-Idempotency-Token` of each attempt. */
  id: Schema.String,
  /** The `Timestamp`: when it happened, with milliseconds. */
  at: Schema.String,
  event: EventName,
  roomSid: Schema.String,
  /** The `SequenceNumber`. */
  sequenceNumber: Schema.Int,
  method: Schema.Literals(["GET", "POST"]),
  /** Origin and path. What else is in a URL may be a secret. */
  url: Schema.String,
  /** How often it was tried. */
  attempts: Schema.Int,
  deliveryStatus: DeliveryStatus,
  /** Of the last answer. */
  status: Schema.optionalKey(Schema.Int),
  /**
   * Why there was no answer at the last attempt: none in time, or no connection. `queue-full` if there was no attempt,
   * since too many were under way.
   */
  problem: Schema.optionalKey(Schema.Literals(["timed-out", "no-connection", "queue-full"]))
})

/**
 * A callback as the log has it.
 *
 * @category models
 * @since 0.1.0
 */
export type CallbackDelivery = typeof CallbackDelivery.Type

/**
 * The records of the status callback log: the event, the receiver, and the delivery status. They don't include the
 * callback's parameters.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The events for which the sandbox sends callbacks: all of Twilio's except those of recordings, which it doesn't
 * emulate.
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
 * The events for which the sandbox sends callbacks.
 *
 * @category models
 * @since 0.1.0
 */
export type EventName = typeof EventName.Type

/**
 * The status of a callback's delivery:
 *
 * - `pending`: waiting to be sent or retried, or without a response so far;
 * - `delivered`: the response was 2xx;
 * - `failed`: no attempt got a 2xx response;
 * - `refused-host`: not sent, since the option `allowedHosts` doesn't include the host;
 * - `dropped`: canceled because the sandbox stopped or was reset, or not sent because too many were pending.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DeliveryStatus = Schema.Literals(["pending", "delivered", "failed", "refused-host", "dropped"])

/**
 * The status of a callback's delivery.
 *
 * @category models
 * @since 0.1.0
 */
export type DeliveryStatus = typeof DeliveryStatus.Type

/**
 * A record of the status callback log.
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
 * // Nothing was sent: without the option `allowedHosts`, callbacks are only sent to loopback.
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => [["room-created", "https://app.example.com/callbacks", "refused-host"]]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const CallbackDelivery = Schema.Struct({
  /** The `I-Twilio-Idempotency-Token` of each attempt. */
  id: Schema.String,
  /** The `Timestamp` of the event, with milliseconds. */
  at: Schema.String,
  event: EventName,
  roomSid: Schema.String,
  /** The `SequenceNumber` of the event in its room. */
  sequenceNumber: Schema.Int,
  method: Schema.Literals(["GET", "POST"]),
  /** Origin and path; user, password and query may be secret. */
  url: Schema.String,
  /** The number of attempts so far. */
  attempts: Schema.Int,
  deliveryStatus: DeliveryStatus,
  /** The HTTP status of the last response. */
  status: Schema.optionalKey(Schema.Int),
  /**
   * Why there is no response: the last attempt timed out or found no connection, or, with `queue-full`, nothing was
   * sent because too many callbacks were pending.
   */
  problem: Schema.optionalKey(Schema.Literals(["timed-out", "no-connection", "queue-full"]))
})

/**
 * A record of the status callback log.
 *
 * @category models
 * @since 0.1.0
 */
export type CallbackDelivery = typeof CallbackDelivery.Type

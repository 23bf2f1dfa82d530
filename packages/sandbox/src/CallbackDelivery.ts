/**
 * The records of the status callback log: what was sent to whom, each attempt, and the delivery status.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as DeliveryFault from "./DeliveryFault.ts"
import { EventName } from "./EventName.ts"

/**
 * The status of a callback's delivery:
 *
 * - `pending`: waiting to be sent or retried, or without a response so far;
 * - `delivered`: an attempt got a 2xx response, or the replay if it was replayed;
 * - `failed`: no attempt did, or the replay didn't;
 * - `refused-host`: not sent, since the option `allowedHosts` doesn't include the host;
 * - `dropped`: canceled because the sandbox stopped or was reset, not sent because too many were pending, or lost by a
 *   delivery fault.
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
 * One request to a receiver. It has a `status`, a `problem`, or neither while there is no response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Attempt = Schema.Struct({
  /** When it was sent, as ISO 8601 with milliseconds. */
  at: Schema.String,
  /** The HTTP status of the response. */
  status: Schema.optionalKey(Schema.Int),
  /** Why there is no response. */
  problem: Schema.optionalKey(Schema.Literals(["timed-out", "no-connection"])),
  /** How long the response took, in milliseconds of real time. */
  duration: Schema.optionalKey(Schema.Finite),
  /**
   * The first KiB of the response's body, if there is one. A body that isn't complete after one second of real time is
   * cut there.
   */
  answer: Schema.optionalKey(Schema.String)
})

/**
 * One request to a receiver.
 *
 * @category models
 * @since 0.1.0
 */
export type Attempt = typeof Attempt.Type

/**
 * A record of the status callback log. Once a participant is anonymized, its records have the SID as the identity, and
 * neither the earlier signature nor the earlier answers.
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
  /** The configured URL without user, password and fragment. A GET request also has the parameters in its query. */
  url: Schema.String,
  parameters: Schema.Record(Schema.String, Schema.String),
  /** The `X-Twilio-Signature` of the last attempt. */
  signature: Schema.optionalKey(Schema.String),
  /** In the order in which they were sent. */
  attempts: Schema.Array(Attempt),
  deliveryStatus: DeliveryStatus,
  /** Why nothing was sent: too many callbacks were pending. */
  problem: Schema.optionalKey(Schema.Literal("queue-full")),
  /** The types of the delivery faults that hit it. */
  faults: Schema.optionalKey(Schema.Array(DeliveryFault.Type))
})

/**
 * A record of the status callback log.
 *
 * @category models
 * @since 0.1.0
 */
export type CallbackDelivery = typeof CallbackDelivery.Type

/**
 * Delivery faults as plain data: which status callbacks are lost, doubled, late, out of order or wrongly signed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { EventName } from "./EventName.ts"

const from = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))

/** The maximum delay of a runtime's timers in milliseconds. */
const longestDelay = 2_147_483_647

const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: longestDelay }))

const Range = Schema.Struct({ from: Millis, to: Millis }).check(
  Schema.makeFilter(({ from, to }) => from <= to, { expected: "a range whose from isn't above its to" })
)

/**
 * A delivery fault, and what it does to a status callback:
 *
 * - `lost`: isn't sent.
 * - `twice`: is sent once more, with the same idempotency token. The copy comes right after the first attempt and isn't
 *   retried; if the callback is late too, the copy has a delay of its own.
 * - `late`: is sent after `millis` on the sandbox's clock: a number, or a range from which one is drawn. The room's other
 *   callbacks don't wait for it.
 * - `out-of-order`: is sent right after the room's next callback to the same receiver that isn't out of order itself. If
 *   none is sent within 5 seconds on the sandbox's clock, it's sent then. In a Worker, only callbacks of the same request
 *   count.
 * - `wrong-signature`: is signed with another Auth Token, also when it's replayed.
 *
 * With the same seed and the same steps, the same callbacks are hit, and those of one room reach a receiver in the same
 * order.
 *
 * @example
 * ```ts
 * import * as DeliveryFault from "@effect-twilio-video/sandbox/DeliveryFault"
 * import * as Schema from "effect/Schema"
 *
 * const isFault = Schema.is(DeliveryFault.DeliveryFault)
 *
 * isFault({ type: "late", millis: { from: 0, to: 60_000 } }) // => true
 * isFault({ type: "late" }) // => false
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const DeliveryFault = Schema.Union([
  Schema.Struct({ type: Schema.Literal("lost") }),
  Schema.Struct({ type: Schema.Literal("twice") }),
  Schema.Struct({
    type: Schema.Literal("late"),
    millis: Schema.Union([Millis, Range])
  }),
  Schema.Struct({ type: Schema.Literal("out-of-order") }),
  Schema.Struct({ type: Schema.Literal("wrong-signature") })
])

/**
 * A delivery fault.
 *
 * @category models
 * @since 0.1.0
 */
export type DeliveryFault = typeof DeliveryFault.Type

/**
 * The type of a delivery fault.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type = Schema.Literals(DeliveryFault.members.map(({ fields }) => fields.type.literal))

/**
 * A rule: which status callbacks are hit, how often, and by which fault. Each rule is decided separately, so a callback
 * can be late and doubled. A copy for the option `forwardTo` counts as a callback of its own.
 *
 * @example
 * ```ts
 * import type * as DeliveryFault from "@effect-twilio-video/sandbox/DeliveryFault"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const faults: ReadonlyArray<DeliveryFault.DeliveryFaultRule> = [
 *   { events: ["participant-disconnected"], times: 1, fault: { type: "lost" } }
 * ]
 * const callbacks = { url: "http://localhost:4000/callbacks", handler: () => new Response(), faults }
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* sandbox.leave("DailyStandup", "Alice")
 *   yield* sandbox.leave("DailyStandup", "Bob")
 *   yield* sandbox.awaitCallbacks
 *   return (yield* sandbox.callbacks).map(({ deliveryStatus }) => deliveryStatus)
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer({ callbacks })), Effect.runPromise) // => ["dropped", "delivered"]
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const DeliveryFaultRule = Schema.Struct({
  /** The events that match. Default: all. */
  events: Schema.optional(Schema.Array(EventName)),
  /** The probability that a matching callback is hit, from 0 to 1. Default: 1. */
  rate: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** How many matching callbacks pass before the first one can be hit. Default: 0. */
  skip: Schema.optional(from(0)),
  /** How many callbacks are hit at most. Default: no limit. */
  times: Schema.optional(from(0)),
  fault: DeliveryFault
})

/**
 * A rule: which status callbacks are hit, how often, and by which fault.
 *
 * @category models
 * @since 0.1.0
 */
export type DeliveryFaultRule = typeof DeliveryFaultRule.Type

/**
 * A rule, and how many callbacks it has hit.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeliveryFaultCount {
  readonly rule: DeliveryFaultRule
  /** The number of callbacks hit so far. */
  readonly triggered: number
}

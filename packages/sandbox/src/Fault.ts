/**
 * What may go wrong between a program and Twilio, as plain data: rules that say which requests, how often, and what
 * happens to them. Holds no happening.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as OperationName from "./OperationName.ts"

const from = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

// What stands in a header must be able to.
const HeaderText = Schema.String.check(Schema.isPattern(/^[\u{21}-\u{7e}](?:[\u{20}-\u{7e}]*[\u{21}-\u{7e}])?$/u))

/** A runtime's timers hold no more. */
const longestDelay = 2_147_483_647

/**
 * What happens to a request.
 *
 * - `status`: answered with this status and Twilio's error body, and not processed. `code` is 20000 and the status by
 *   default; `retryAfter` is a number of seconds, or an HTTP date that is written as it stands.
 * - `delay`: processed after `millis` by Effect's `Clock`, also when the client has given up by then. A reset, another
 *   scenario or an imported state cuts its connection instead.
 * - `late-response`: processed now, and answered after `millis` by Effect's `Clock`.
 * - `reset`: the connection is cut before anything is processed.
 * - `lost-response`: processed, and then the connection is cut without an answer.
 * - `truncated-body`: processed; status and headers are sent, and the body breaks off in the middle.
 * - `html`: answered with a page as a proxy has it, and not processed; 502 by default.
 * - `wrong-content-type`: processed; the answer comes under another content type, `text/html` by default.
 *
 * @example
 * ```ts
 * import * as Fault from "@effect-twilio-video/sandbox/Fault"
 * import * as Schema from "effect/Schema"
 *
 * const isFault = Schema.is(Fault.Fault)
 *
 * isFault({ type: "status", status: 429, retryAfter: 2 }) // => true
 * isFault({ type: "status", status: 200 }) // => false
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const Fault = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("status"),
    status: between(400, 599),
    code: Schema.optional(from(0)),
    message: Schema.optional(Schema.String),
    retryAfter: Schema.optional(Schema.Union([from(0), HeaderText]))
  }),
  Schema.Struct({ type: Schema.Literal("delay"), millis: between(0, longestDelay) }),
  Schema.Struct({ type: Schema.Literal("late-response"), millis: between(0, longestDelay) }),
  Schema.Struct({ type: Schema.Literal("reset") }),
  Schema.Struct({ type: Schema.Literal("lost-response") }),
  Schema.Struct({ type: Schema.Literal("truncated-body") }),
  Schema.Struct({ type: Schema.Literal("html"), status: Schema.optional(between(200, 599)) }),
  Schema.Struct({ type: Schema.Literal("wrong-content-type"), contentType: Schema.optional(HeaderText) })
])

/**
 * What happens to a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

/**
 * A rule: which requests, how often, and what happens to them. A request comes to the rules in order, until one
 * strikes; a rule counts the matching requests that come to it.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import type * as Fault from "@effect-twilio-video/sandbox/Fault"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const faults: ReadonlyArray<Fault.FaultRule> = [
 *   { operations: ["UpdateRoomParticipant"], times: 1, fault: { type: "lost-response" } }
 * ]
 *
 * const program = Effect.gen(function*() {
 *   const participants = yield* Participants.Participants
 *   // The change happens, its answer is lost, and the client finds out.
 *   const alice = yield* participants.disconnect("DailyStandup", "Alice")
 *   return alice.status
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer({ faults })), Effect.runPromise) // => "disconnected"
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const FaultRule = Schema.Struct({
  /** Default: all. */
  operations: Schema.optional(Schema.Array(OperationName.OperationName)),
  /** How probable it is that a matching request triggers the fault, from 0 to 1. Default: 1. */
  rate: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** How many matching requests pass before the first may trigger the fault. Default: 0. */
  skip: Schema.optional(from(0)),
  /** How often the fault is triggered at most. Default: no limit. */
  times: Schema.optional(from(0)),
  fault: Fault
})

/**
 * A rule: which requests trigger a fault, how often, and which one.
 *
 * @category models
 * @since 0.1.0
 */
export type FaultRule = typeof FaultRule.Type

/**
 * A rule, and how many requests it has struck.
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
 *   yield* sandbox.setFaults([{ skip: 1, times: 1, fault: { type: "reset" } }])
 *   yield* rooms.fetch("DailyStandup")
 *   yield* rooms.fetch("DailyStandup")
 *   return yield* sandbox.faults
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * // => [{ rule: { skip: 1, times: 1, fault: { type: "reset" } }, triggered: 1 }]
 * ```
 * @category models
 * @since 0.1.0
 */
export interface FaultCount {
  readonly rule: FaultRule
  readonly triggered: number
}

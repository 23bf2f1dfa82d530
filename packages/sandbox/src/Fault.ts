/**
 * Fault rules as plain data: which requests are hit, how often, and by which fault.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as OperationName from "./OperationName.ts"

const from = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

// Visible ASCII, with spaces only inside: anything else can't be sent in a header.
const HeaderText = Schema.String.check(Schema.isPattern(/^[\u{21}-\u{7e}](?:[\u{20}-\u{7e}]*[\u{21}-\u{7e}])?$/u))

/** The maximum delay of a runtime's timers in milliseconds. */
const longestDelay = 2_147_483_647

/**
 * A fault, and what it does to a request:
 *
 * - `status`: responds with this status and Twilio's error body, without processing the request. `code` is 20000 plus
 *   the status by default; `retryAfter` is a number of seconds, or an HTTP date that is sent as it is written.
 * - `delay`: processes the request after `millis` on Effect's `Clock`, even if the client has given up. A reset,
 *   another scenario or an imported state cuts the connection instead.
 * - `late-response`: processes the request at once, and responds after `millis` on Effect's `Clock`.
 * - `reset`: cuts the connection without processing the request.
 * - `lost-response`: processes the request, then cuts the connection without a response.
 * - `truncated-body`: processes the request, and sends status, headers and half of the body.
 * - `html`: responds with a proxy's error page, without processing the request. The status is 502 by default.
 * - `wrong-content-type`: processes the request, and responds with another content type, `text/html` by default.
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
 * A fault.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault = typeof Fault.Type

/**
 * A rule: which requests are hit, how often, and by which fault. A request passes the rules in order until one hits it.
 * A rule counts only the matching requests that reach it.
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
 *   // The sandbox removes Alice, but the response is lost. The client fetches the participant and sees it.
 *   const alice = yield* Participants.disconnect("DailyStandup", "Alice")
 *   return alice.status
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer({ faults })), Effect.runPromise) // => "disconnected"
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const FaultRule = Schema.Struct({
  /** The operations that match. Default: all. */
  operations: Schema.optional(Schema.Array(OperationName.OperationName)),
  /** The probability that a matching request is hit, from 0 to 1. Default: 1. */
  rate: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** How many matching requests pass before the first one can be hit. Default: 0. */
  skip: Schema.optional(from(0)),
  /** How many requests are hit at most. Default: no limit. */
  times: Schema.optional(from(0)),
  fault: Fault
})

/**
 * A rule: which requests are hit, how often, and by which fault.
 *
 * @category models
 * @since 0.1.0
 */
export type FaultRule = typeof FaultRule.Type

/**
 * A rule, and how many requests it has hit.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* sandbox.setFaults([{ skip: 1, times: 1, fault: { type: "reset" } }])
 *   yield* Rooms.fetch("DailyStandup")
 *   yield* Rooms.fetch("DailyStandup")
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
  /** The number of requests hit so far. */
  readonly triggered: number
}

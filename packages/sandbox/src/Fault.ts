/**
 * What may go wrong between a program and Twilio, as plain data: rules that say which requests, how often, and what
 * happens to them. Holds no happening.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as OperationName from "./OperationName.ts"

/**
 * What happens to a request.
 *
 * - `status`: answered with this status and Twilio's error body, and not processed. `code` is 20000 and the status by
 *   default; `retryAfter` is a number of seconds, or an HTTP date that is written as it stands.
 * - `delay`: processed after `millis` by Effect's `Clock`, also when the client has given up by then. A reset, another
 *   scenario or an imported state cuts its connection instead.
 * - `late-answer`: processed now, and answered after `millis` by Effect's `Clock`.
 * - `reset`: the connection is cut before anything is processed.
 * - `lost-answer`: processed, and then the connection is cut without an answer.
 * - `truncated-body`: processed; status and headers are sent, and the body breaks off in the middle.
 * - `html`: answered with a page as a proxy has it, and not processed; 502 by default.
 * - `wrong-content-type`: processed; the answer comes under another content type, `text/html` by default.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault =
  | {
      readonly type: "status"
      readonly status: number
      readonly code?: number | undefined
      readonly message?: string | undefined
      readonly retryAfter?: number | string | undefined
    }
  | { readonly type: "delay"; readonly millis: number }
  | { readonly type: "late-answer"; readonly millis: number }
  | { readonly type: "reset" }
  | { readonly type: "lost-answer" }
  | { readonly type: "truncated-body" }
  | { readonly type: "html"; readonly status?: number | undefined }
  | { readonly type: "wrong-content-type"; readonly contentType?: string | undefined }

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.UndefinedOr(schema))

const from = (minimum: number) => Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum))

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

// What stands in a header must be able to.
const HeaderText = Schema.String.check(Schema.isPattern(/^[\u{21}-\u{7e}](?:[\u{20}-\u{7e}]*[\u{21}-\u{7e}])?$/u))

/** A runtime's timers hold no more. */
const longestDelay = 2_147_483_647

/**
 * The schema of {@link Fault}.
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
export const Fault: Schema.Codec<Fault> = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("status"),
    status: between(400, 599),
    code: optional(from(0)),
    message: optional(Schema.String),
    retryAfter: optional(Schema.Union([from(0), HeaderText]))
  }),
  Schema.Struct({ type: Schema.Literal("delay"), millis: between(0, longestDelay) }),
  Schema.Struct({ type: Schema.Literal("late-answer"), millis: between(0, longestDelay) }),
  Schema.Struct({ type: Schema.Literal("reset") }),
  Schema.Struct({ type: Schema.Literal("lost-answer") }),
  Schema.Struct({ type: Schema.Literal("truncated-body") }),
  Schema.Struct({ type: Schema.Literal("html"), status: optional(between(200, 599)) }),
  Schema.Struct({ type: Schema.Literal("wrong-content-type"), contentType: optional(HeaderText) })
])

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
 *   { operations: ["UpdateRoomParticipant"], times: 1, fault: { type: "lost-answer" } }
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
 * @category models
 * @since 0.1.0
 */
export interface FaultRule {
  /** Default: all. */
  readonly operations?: ReadonlyArray<OperationName.OperationName> | undefined
  /** How probable it is that a matching request is struck, from 0 to 1. Default: 1. */
  readonly rate?: number | undefined
  /** How many matching requests pass before the first may be struck. Default: 0. */
  readonly skip?: number | undefined
  /** How many requests are struck at most. Default: no limit. */
  readonly times?: number | undefined
  readonly fault: Fault
}

/**
 * The schema of {@link FaultRule}.
 *
 * @example
 * ```ts
 * import * as Fault from "@effect-twilio-video/sandbox/Fault"
 * import * as Schema from "effect/Schema"
 *
 * const json = '[{ "operations": ["CreateRoom"], "rate": 0.1, "fault": { "type": "lost-answer" } }]'
 * const rules = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Fault.FaultRule)))(json)
 * rules[0]?.rate // => 0.1
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const FaultRule: Schema.Codec<FaultRule> = Schema.Struct({
  operations: optional(Schema.Array(OperationName.OperationName)),
  rate: optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  skip: optional(from(0)),
  times: optional(from(0)),
  fault: Fault
})

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

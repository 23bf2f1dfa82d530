/**
 * How many requests an account may send per second, and how many of them a part of a program may send.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * How many requests are sent per second: reads (GET) and writes (POST). Positive integers.
 *
 * Follows https://www.twilio.com/docs/video/programmable-video-limits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Quota {
  readonly reads: number
  readonly writes: number
}

/**
 * Twilio's quota for an account: 80 reads and 20 writes per second. Each subaccount has its own.
 *
 * @category constants
 * @since 0.1.0
 */
export const twilio: Quota = { reads: 80, writes: 20 }

/**
 * The share of the quota that operations may use. Set it for an effect with {@link withShare}. For a stream, use
 * `Stream.provideService`.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as Quota from "@effect-twilio-video/http/Quota"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Rooms.stream().pipe(
 *   Stream.provideService(Quota.Share, 0.25),
 *   Stream.runCount
 * )
 *
 * await program.pipe(Effect.provide(Sandbox.layer({ quota: Quota.twilio })), Effect.runPromise) // => 2
 * ```
 * @category references
 * @since 0.1.0
 */
export const Share: Context.Reference<number> = Context.Reference<number>("@effect-twilio-video/http/Quota/Share", {
  defaultValue: () => 1
})

/**
 * Limits the operations in an effect to a share of the account's quota, so that a long job leaves the rest to others: each
 * request waits for a turn in its share, and then for its turn in the quota. With a share of 0.25, Twilio's quota leaves a
 * job 20 reads and 5 writes per second. Limits are rounded down, and are at least 1.
 *
 * All operations of an account with the same share use it together; operations with another share have their own. If
 * others use the whole quota, the job slows down further.
 *
 * Processes that share the quota through `SharedQuota.layer` have one share together. While others keep the account busy,
 * single seconds may then have up to a quarter more of the job's requests. If the store fails, each process has the share
 * for itself. Without `SharedQuota`, each of n processes passes `0.25 / n`.
 *
 * The innermost share applies. 1 is the whole quota, and the default. Operations with a share that isn't above 0 and at
 * most 1 fail with reason `InvalidArgument`. On connections with `quota: "off"`, a share has no effect.
 *
 * A wait for the share counts as a wait for the quota: it's part of `deadline` and `maxElapsed` of `RequestPolicy`.
 *
 * @example
 * ```ts
 * import * as Bulk from "@effect-twilio-video/core/Bulk"
 * import * as Quota from "@effect-twilio-video/http/Quota"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * // Other calls have at least three quarters of the quota.
 * const program = Bulk.anonymizeAll("DailyStandup").pipe(Stream.runCount, Quota.withShare(0.25))
 *
 * await program.pipe(Effect.provide(Sandbox.layer({ quota: Quota.twilio })), Effect.runPromise) // => 6
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const withShare =
  (share: number) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(self, Share, share)

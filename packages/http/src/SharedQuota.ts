/**
 * A quota that processes share, or the isolates of a Worker, through a store such as Redis.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as EffectRateLimiter from "effect/persistence/RateLimiter"
import * as Random from "effect/Random"
import * as AdmissionQueue from "./internal/client/AdmissionQueue.ts"
import * as MonotonicClock from "./internal/client/MonotonicClock.ts"
import * as RateLimiter from "./internal/client/RateLimiter.ts"

// A slow store must not delay the removal of a participant.
const storeTimeout = Duration.seconds(2)

/** Fails with the time `latest`, by `MonotonicClock`, when it passes. */
const until = <A>(latest: number, effect: Effect.Effect<A>): Effect.Effect<A, number> =>
  latest === Infinity
    ? effect
    : Effect.clockWith((clock) =>
        Effect.timeoutOrElse(effect, {
          duration: Duration.millis(Math.max(0, latest - MonotonicClock.millis(clock))),
          orElse: () => Effect.fail(latest)
        })
      )

/**
 * Keeps the quota in the `RateLimiterStore` of the program instead of in memory. Processes with the same store and the
 * same Account SID or API key share it. Provide it to the layers of `TwilioVideo`.
 *
 * A call asks the store until its turn comes or its deadline passes. The store keeps no turns for waiting calls, so a
 * process that crashes delays no others. The calls of one process are sent in order; between processes, the first to ask
 * when a turn is free gets it.
 *
 * If the store fails, or doesn't respond within two seconds, requests are sent without a limit, each with a warning.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as RateLimiter from "effect/persistence/RateLimiter"
 *
 * // Use RateLimiter.layerStoreRedis instead to share the quota between processes.
 * const shared = SharedQuota.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
 *
 * const alice = await Participants.fetch("DailyStandup", "Alice").pipe(
 *   Effect.provide(Sandbox.layer({ quota: Sandbox.twilioQuota }).pipe(Layer.provide(shared))),
 *   Effect.runPromise
 * )
 * alice.identity // => "Alice"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never, never, EffectRateLimiter.RateLimiterStore> = Layer.effect(
  RateLimiter.SharedSlots,
  Effect.gen(function* () {
    const limiter = yield* EffectRateLimiter.make
    // Processes start with different slots.
    const offset = yield* Random.next

    // 0 if the slot was open, or the milliseconds until it may be; `undefined` if the store failed.
    const claim = (key: string, closedMillis: number) =>
      limiter.consume({ key, limit: 1, window: Duration.millis(closedMillis), algorithm: "fixed-window" }).pipe(
        Effect.as(0),
        Effect.catchReason("RateLimiterError", "RateLimitExceeded", (exceeded) => {
          const wait = Math.max(1, Duration.toMillis(exceeded.retryAfter))
          // Longer waits only come from a store whose clock was set back.
          return wait > 2 * closedMillis ? Effect.fail(exceeded) : Effect.succeed(wait)
        }),
        Effect.timeout(storeTimeout),
        Effect.catch(() =>
          Effect.as(
            Effect.logWarning("The shared quota's store failed; a request to Twilio Video is sent without a limit"),
            undefined
          )
        )
      )

    const take =
      (key: string): AdmissionQueue.TakeSlots =>
      (waiting, now, admission) => {
        const { clock, latest, places } = waiting
        // The share's slot first, so that none of the account's is wasted. The account's place never has a claimed slot.
        const place = places.find(({ claimedUntil }) => claimedUntil <= now) as AdmissionQueue.Place
        const { queue, share } = place
        AdmissionQueue.leave(place)
        const slot = AdmissionQueue.takeSlot(queue, now)
        const index = (slot.index + Math.floor(offset * queue.slots.length)) % queue.slots.length
        const slotKey = share === 1 ? `${key}:${index}` : `${key}:${share}:${index}`
        return Effect.flatMap(until(latest, claim(slotKey, queue.closedMillis)), (wait) => {
          const claimedAt = MonotonicClock.millis(clock)
          if (wait === 0) {
            if (share === 1) return Effect.succeed(admission)
            place.claimedUntil = claimedAt + queue.closedMillis
            return AdmissionQueue.poll(waiting, claimedAt, admission)
          }
          // Without the store, the share's limit is that of this process.
          if (wait !== undefined || share === 1) AdmissionQueue.closeUntil(queue, slot, claimedAt + (wait ?? 0))
          return wait === undefined ? Effect.succeed("unlimited") : AdmissionQueue.poll(waiting, claimedAt, admission)
        })
      }

    return { take, queues: new WeakMap() }
  })
)

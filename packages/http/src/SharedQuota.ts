/**
 * A quota that processes share: what lets requests of several processes, or of a Worker's many isolates, out at one
 * rate. Holds no figures (see `Quota`), and no store: Effect has one for Redis.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"

/**
 * What a connection asks for a turn. Its insides are not for programs: provide {@link layer}.
 *
 * @category services
 * @since 0.1.0
 */
export class SharedQuota extends Context.Service<
  SharedQuota,
  {
    /**
     * Takes the next turn under a key, of turns that are so many milliseconds apart, and says how many milliseconds it
     * is away. Nothing where the store does not tell.
     */
    readonly take: (key: string, apartMillis: number) => Effect.Effect<number | undefined>
  }
>()("@effect-twilio-video/http/SharedQuota") {}

/** How long a store may take to answer. A quota must not stand in the way of removing somebody. */
const storeTimeout = Duration.seconds(2)

/**
 * Meters requests in the `RateLimiterStore` that the program provides, and no longer in each connection's memory.
 * Processes share a quota that use the same store and the same Account SID or API key. Where the store fails, or does
 * not answer in two seconds, requests go out unmetered, each with a warning.
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
 * // In the place of this store, processes share one on Redis: RateLimiter.layerStoreRedis.
 * const shared = SharedQuota.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
 *
 * const alice = await Participants.Participants.use((participants) => participants.fetch("DailyStandup", "Alice")).pipe(
 *   Effect.provide(Sandbox.layer({ quota: Sandbox.twilioQuota }).pipe(Layer.provide(shared))),
 *   Effect.runPromise
 * )
 * alice.identity // => "Alice"
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<SharedQuota, never, RateLimiter.RateLimiterStore> = Layer.effect(
  SharedQuota,
  Effect.map(RateLimiter.make, (limiter) => ({
    take: (key, apartMillis) =>
      limiter
        .consume({
          key,
          limit: 1,
          window: Duration.millis(apartMillis),
          algorithm: "fixed-window",
          onExceeded: "delay"
        })
        .pipe(
          Effect.timeout(storeTimeout),
          Effect.map(({ delay }): number | undefined => Duration.toMillis(delay)),
          Effect.catch(() =>
            Effect.as(
              Effect.logWarning("The quota's store failed: a request goes to Twilio Video unmetered"),
              undefined
            )
          )
        )
  }))
)

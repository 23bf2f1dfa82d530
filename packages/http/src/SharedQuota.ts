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
import * as Random from "effect/Random"
import * as Line from "./internal/client/Line.ts"
import * as Steady from "./internal/client/Steady.ts"

/**
 * What a connection asks for a turn. Its insides are not for programs: provide {@link layer}.
 *
 * @category services
 * @since 0.1.0
 */
export class SharedQuota extends Context.Service<
  SharedQuota,
  {
    /** How requests of an account and kind are let out. */
    readonly claim: (key: string) => Line.Claim
    /** Those in this process that wait for turns. */
    readonly lines: Line.Lines
  }
>()("@effect-twilio-video/http/SharedQuota") {}

/** How long a store may take to answer. A quota must not stand in the way of removing somebody. */
const storeTimeout = Duration.seconds(2)

/**
 * Meters requests in the `RateLimiterStore` that the program provides instead of the process's memory. Processes share
 * a quota that use the same store and the same Account SID or API key.
 *
 * A call asks the store again until its turn is due or its deadline passes. The store holds no turns for calls that
 * wait, so those of a process that crashes hold nobody up. Calls of one process go out in their order; between
 * processes, whoever asks first once a turn is free has it.
 *
 * If the store fails, or doesn't answer in two seconds, requests go out unmetered, each with a warning.
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
  Effect.gen(function* () {
    const limiter = yield* RateLimiter.make
    // Processes that share a store begin on different lanes.
    const first = yield* Random.next

    // 0 if the lane was open, or how many milliseconds until it may be; nothing if the store doesn't tell.
    const take = (key: string, apartMillis: number) =>
      limiter.consume({ key, limit: 1, window: Duration.millis(apartMillis), algorithm: "fixed-window" }).pipe(
        Effect.as(0),
        Effect.catchReason("RateLimiterError", "RateLimitExceeded", (exceeded) => {
          const away = Math.max(1, Duration.toMillis(exceeded.retryAfter))
          // Only a store whose clock was set back knows of a turn that is further away than turns are apart.
          return away > 2 * apartMillis ? Effect.fail(exceeded) : Effect.succeed(away)
        }),
        Effect.timeout(storeTimeout),
        Effect.catch(() =>
          Effect.as(Effect.logWarning("The quota's store failed: a request goes to Twilio Video unmetered"), undefined)
        )
      )

    const claim =
      (key: string): Line.Claim =>
      (line, lane, passage, look) => {
        const index = (lane.index + Math.floor(first * line.lanes.length)) % line.lanes.length
        return Effect.flatMap(take(`${key}:${index}`, line.closedMillis), (away) => {
          if (away === 0) return Effect.succeed(passage)
          return Effect.clockWith((clock): Effect.Effect<Line.Passage, number> => {
            const now = Steady.millis(clock)
            Line.opensAt(line, lane, now + (away ?? 0))
            return away === undefined ? Effect.succeed("unmetered") : look(now, passage)
          })
        })
      }

    return { claim, lines: new WeakMap() }
  })
)

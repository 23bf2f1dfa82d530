/**
 * Lets requests out at an account's quota, each after its own wait. Holds no fiber, queue or lock: a Worker's requests
 * may share a meter, and would hang on those.
 *
 * What a quota of n a second allows here: in no second, wherever it begins, more than n requests. A token bucket would
 * let out twice as many when it is full, and Effect's fixed window on one key as many where windows meet. So requests
 * take turns on lanes, each with a limiter of its own that lets one out in a little more than a quarter of a second,
 * and there are a quarter as many lanes as the quota. That small burst goes out at once: a few calls side by side do
 * not wait.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Random from "effect/Random"
import type * as Quota from "../Quota.ts"
import * as Address from "./Address.ts"

/** How a request came past: at once, after a wait, or unmetered since the store failed. */
export type Passage = "free" | "waited" | "unmetered"

export type Kind = keyof Quota.Quota

export interface Meter {
  readonly admit: (kind: Kind) => Effect.Effect<Passage>
}

export const off: Meter = { admit: () => Effect.succeed("free") }

/** A fortieth over a second: requests do not arrive as evenly as they are sent. */
const secondMillis = 1025

/** How long a shared store may take to answer. A quota must not stand in the way of removing somebody. */
const storeTimeout = Duration.seconds(2)

/**
 * How many lanes there are, and how long each is closed after a request. With n turns in a second, `lanes * n` is at
 * most the limit: the fewest turns, for the largest burst, that waste less than a hundredth of it.
 */
export const layout = (limit: number): { readonly lanes: number; readonly closedMillis: number } => {
  let turns = Math.min(4, limit)
  while (turns * Math.floor(limit / turns) < 0.99 * limit) turns += 1
  return { lanes: Math.floor(limit / turns), closedMillis: secondMillis / turns }
}

const gate = (consume: RateLimiter.RateLimiter["consume"], key: string, limit: number): Effect.Effect<Passage> => {
  const { closedMillis, lanes } = layout(limit)
  const window = Duration.millis(closedMillis)
  let lane: number | undefined
  return Effect.gen(function* () {
    // Processes that share a store begin on different lanes.
    lane = lane === undefined ? Math.floor((yield* Random.next) * lanes) : (lane + 1) % lanes
    const metered = yield* Effect.option(
      consume({ key: `${key}:${lane}`, limit: 1, window, algorithm: "fixed-window", onExceeded: "delay" })
    )
    if (Option.isNone(metered)) return "unmetered"
    const { delay } = metered.value
    if (Duration.isZero(delay)) return "free"
    yield* Effect.sleep(delay)
    return "waited"
  })
}

const noAnswer = new RateLimiter.RateLimiterError({
  reason: new RateLimiter.RateLimitStoreError({ message: "The store did not answer in time" })
})

const isLimit = (limit: number): boolean => Number.isSafeInteger(limit) && limit >= 1

/** Makes a meter on the `RateLimiterStore` of the context, or else on one in memory. */
export const make = Effect.fnUntraced(function* (quota: Quota.Quota, account: string) {
  for (const kind of ["reads", "writes"] as const) {
    if (!isLimit(quota[kind])) {
      return yield* TwilioError.make(Address.invalid(`quota.${kind}`, "is not a whole number of requests from 1"))
    }
  }
  const store = yield* Effect.serviceOption(RateLimiter.RateLimiterStore)
  const limiter = yield* Option.match(store, {
    onNone: () => Effect.provide(RateLimiter.make, RateLimiter.layerStoreMemory),
    onSome: (store) => Effect.provideService(RateLimiter.make, RateLimiter.RateLimiterStore, store)
  })
  // Memory answers at once, and needs no time-out.
  const consume: RateLimiter.RateLimiter["consume"] = Option.isNone(store)
    ? limiter.consume
    : (options) =>
        Effect.timeoutOrElse(limiter.consume(options), { duration: storeTimeout, orElse: () => Effect.fail(noAnswer) })
  const key = `effect-twilio-video:${account}`
  const gates = {
    reads: gate(consume, `${key}:reads`, quota.reads),
    writes: gate(consume, `${key}:writes`, quota.writes)
  }
  const meter: Meter = { admit: (kind) => gates[kind] }
  return meter
})

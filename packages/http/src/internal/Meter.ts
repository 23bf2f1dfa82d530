/**
 * Lets requests out at an account's quota, each after its own wait. Holds no fiber, queue or lock: a Worker's requests
 * may share a meter, and would hang on those.
 *
 * What a quota of n a second allows here: in no second, wherever it begins, more than n requests. A token bucket would
 * let out twice as many when it is full, and a fixed window as many where windows meet. So requests take turns on
 * lanes, each of which lets one out in a little more than a quarter of a second, and there are a quarter as many lanes
 * as the quota. That small burst goes out at once: a few calls side by side do not wait.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type * as Quota from "../Quota.ts"
import * as SharedQuota from "../SharedQuota.ts"
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

/**
 * How many lanes there are, and how long each is closed after a request. With n turns in a second, `lanes * n` is at
 * most the limit: the fewest turns, for the largest burst, that waste less than a hundredth of it.
 */
export const layout = (limit: number): { readonly lanes: number; readonly closedMillis: number } => {
  let turns = Math.min(4, limit)
  while (turns * Math.floor(limit / turns) < 0.99 * limit) turns += 1
  return { lanes: Math.floor(limit / turns), closedMillis: secondMillis / turns }
}

/** How many milliseconds away the next turn on a lane is; nothing where that cannot be told. */
type Take = (lane: number, closedMillis: number) => Effect.Effect<number | undefined>

const inMemory = (): Take => {
  const opens: Array<number> = []
  return (lane, closedMillis) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const turn = Math.max(now, opens[lane] ?? now)
      opens[lane] = turn + closedMillis
      return turn - now
    })
}

const gate = (take: Take, limit: number): Effect.Effect<Passage> => {
  const { closedMillis, lanes } = layout(limit)
  let lane: number | undefined
  return Effect.gen(function* () {
    // Processes that share a store begin on different lanes.
    lane = lane === undefined ? Math.floor((yield* Random.next) * lanes) : (lane + 1) % lanes
    const away = yield* take(lane, closedMillis)
    if (away === undefined) return "unmetered"
    if (away === 0) return "free"
    yield* Effect.sleep(Duration.millis(away))
    return "waited"
  })
}

const isLimit = (limit: number): boolean => Number.isSafeInteger(limit) && limit >= 1

/** Makes a meter on the `SharedQuota` of the context, or else on memory of its own. */
export const make = Effect.fnUntraced(function* (quota: Quota.Quota, account: string) {
  for (const kind of ["reads", "writes"] as const) {
    if (!isLimit(quota[kind])) {
      return yield* TwilioError.make(Address.invalid(`quota.${kind}`, "is not a whole number of requests from 1"))
    }
  }
  const shared = yield* Effect.serviceOption(SharedQuota.SharedQuota)
  const takeOf = (kind: Kind): Take =>
    Option.match(shared, {
      onNone: inMemory,
      onSome:
        ({ take }) =>
        (lane, closedMillis) =>
          take(`effect-twilio-video:${account}:${kind}:${lane}`, closedMillis)
    })
  const gates = { reads: gate(takeOf("reads"), quota.reads), writes: gate(takeOf("writes"), quota.writes) }
  const meter: Meter = { admit: (kind) => gates[kind] }
  return meter
})

/**
 * The rate limiter of a connection: which requests wait in which queue, and which connections share a queue.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import type * as Redacted from "effect/Redacted"
import type * as Quota from "../../Quota.ts"
import * as RequestPath from "../wire/RequestPath.ts"
import * as AdmissionQueue from "./AdmissionQueue.ts"
import * as MonotonicClock from "./MonotonicClock.ts"

export interface RateLimiter {
  /**
   * Waits for admission. Fails at once with the time of the turn if that isn't before `latest`, both by `MonotonicClock`.
   * A share below 1 is a part of the quota.
   */
  readonly admit: (
    kind: keyof Quota.Quota,
    latest: number,
    share?: number
  ) => Effect.Effect<AdmissionQueue.Admission, number>
}

export const unlimited: RateLimiter = { admit: () => Effect.succeed("immediate") }

/**
 * The queues of the process. Connections share them, so that a connection per request of a Worker doesn't circumvent the
 * quota. The sandbox, which can't import this module, provides its own queues by the same key.
 */
export const ProcessQueues: Context.Reference<AdmissionQueue.Queues> = Context.Reference<AdmissionQueue.Queues>(
  "@effect-twilio-video/http/internal/RateLimiter/ProcessQueues",
  { defaultValue: () => new WeakMap() }
)

/** Slots that processes share, and the queues of this process for them. */
export interface SharedSlots {
  /** Takes slots of an account and kind of request. */
  readonly take: (key: string) => AdmissionQueue.TakeSlots
  readonly queues: AdmissionQueue.Queues
}

/** Set by `SharedQuota.layer`. */
export const SharedSlots: Context.Reference<SharedSlots | undefined> = Context.Reference<SharedSlots | undefined>(
  "@effect-twilio-video/http/internal/RateLimiter/SharedSlots",
  { defaultValue: () => undefined }
)

const queueFor = (
  queues: AdmissionQueue.Queues,
  clock: Clock.Clock,
  key: string,
  limit: number
): AdmissionQueue.AdmissionQueue => {
  const byKey = queues.get(clock) ?? new Map<string, AdmissionQueue.AdmissionQueue>()
  queues.set(clock, byKey)
  const existing = byKey.get(key)
  if (existing !== undefined) return existing
  // Drop idle queues whenever one is added.
  const now = MonotonicClock.millis(clock)
  for (const [other, queue] of byKey) if (AdmissionQueue.isIdle(queue, now)) byKey.delete(other)
  const queue = AdmissionQueue.make(limit)
  byKey.set(key, queue)
  return queue
}

export interface Settings {
  readonly quota: Quota.Quota
  readonly username: string
  readonly password: Redacted.Redacted
  readonly baseUrl: string
}

/** Makes a rate limiter on the shared slots of the context, or else on the queues of the process. */
export const make = Effect.fnUntraced(function* ({ baseUrl, password, quota, username }: Settings) {
  for (const kind of ["reads", "writes"] as const) {
    if (!Number.isSafeInteger(quota[kind]) || quota[kind] < 1) {
      return yield* TwilioError.make(RequestPath.invalidArgument(`quota.${kind}`, "is not a positive integer"))
    }
  }
  const shared = yield* SharedSlots
  const queues = shared?.queues ?? (yield* ProcessQueues)
  // The key contains only a hash of the secret: 32 bits tell secrets apart without revealing them.
  const key = [username, Hash.hash(password), baseUrl, quota.reads, quota.writes].join(" ")
  const keys = { reads: `${key} reads`, writes: `${key} writes` }
  const rateLimiter: RateLimiter = {
    admit: (kind, latest, share = 1) =>
      Effect.withFiber((fiber) => {
        const clock = fiber.getRef(Clock.Clock)
        const queue = queueFor(queues, clock, keys[kind], quota[kind])
        const takeShared = shared?.take(`effect-twilio-video:${username}:${kind}`)
        return AdmissionQueue.admit(queue, clock, takeShared, latest, share)
      })
  }
  return rateLimiter
})

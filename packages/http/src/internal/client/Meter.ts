/**
 * The meter of a connection: which requests wait in which line, and which connections share one. How a line works is in
 * `Line`.
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Quota from "../../Quota.ts"
import * as SharedQuota from "../../SharedQuota.ts"
import * as Address from "../wire/Address.ts"
import * as Line from "./Line.ts"
import * as Steady from "./Steady.ts"

export type Kind = keyof Quota.Quota

export interface Meter {
  /** Waits for a turn. Fails at once with the time of the turn if that is after `latest`; both by `Steady`. */
  readonly admit: (kind: Kind, latest: number) => Effect.Effect<Line.Passage, number>
}

export const off: Meter = { admit: () => Effect.succeed("free") }

/**
 * The lines that connections share: the process's, so that a connection for each of a Worker's requests is no way
 * around the quota. The sandbox, which can't import this, provides its own by the same key.
 */
export const Current: Context.Reference<Line.Lines> = Context.Reference<Line.Lines>(
  "@effect-twilio-video/http/internal/Meter/Lines",
  { defaultValue: () => new WeakMap() }
)

const lineOf = (lines: Line.Lines, clock: Clock.Clock, key: string, limit: number): Line.Line => {
  const ofClock = lines.get(clock) ?? new Map<string, Line.Line>()
  lines.set(clock, ofClock)
  const known = ofClock.get(key)
  if (known !== undefined) return known
  // Whenever one is made, those that nobody would miss go.
  const now = Steady.millis(clock)
  for (const [other, line] of ofClock) if (Line.isIdle(line, now)) ofClock.delete(other)
  const made = Line.make(limit)
  ofClock.set(key, made)
  return made
}

const isLimit = (limit: number): boolean => Number.isSafeInteger(limit) && limit >= 1

export interface Settings {
  readonly quota: Quota.Quota
  readonly username: string
  readonly password: Redacted.Redacted
  readonly baseUrl: string
}

/** Makes a meter on the `SharedQuota` of the context, or else in the process's memory. */
export const make = Effect.fnUntraced(function* ({ baseUrl, password, quota, username }: Settings) {
  for (const kind of ["reads", "writes"] as const) {
    if (!isLimit(quota[kind])) {
      return yield* TwilioError.make(Address.invalid(`quota.${kind}`, "is not a whole number of requests from 1"))
    }
  }
  const shared = Option.getOrUndefined(yield* Effect.serviceOption(SharedQuota.SharedQuota))
  const lines = shared?.lines ?? (yield* Current)
  // Of the secret only a hash: 32 bits tell a wrong secret apart, and give nothing away.
  const key = [username, Hash.hash(password), baseUrl, quota.reads, quota.writes].join(" ")
  const meter: Meter = {
    admit: (kind, latest) =>
      Effect.withFiber((fiber) => {
        const clock = fiber.getRef(Clock.Clock)
        const line = lineOf(lines, clock, `${key} ${kind}`, quota[kind])
        return Line.pass(line, clock, shared?.claim(`effect-twilio-video:${username}:${kind}`), latest)
      })
  }
  return meter
})

/**
 * The controls of a served sandbox's clock.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as SandboxError from "../../SandboxError.ts"
import * as ControlBody from "../controls/ControlBody.ts"
import * as ControlEndpoint from "../controls/ControlEndpoint.ts"
import type * as Controls from "../controls/Controls.ts"
import type { ServedClock } from "./ServedClock.ts"

/** How many rounds of timers a request or callback may need between two waits. */
const rounds = 4

const fastest = 100_000

/** Later times have no form that all clients can read, and at last none at all. */
const latest = Date.parse("9999-12-31T23:59:59.999Z")

export const ClockState = Schema.Struct({
  /** The sandbox's time, as ISO 8601 in UTC with milliseconds. */
  now: Schema.String,
  /** How many seconds pass in a real one: 0 if the clock is frozen. */
  rate: Schema.Finite,
  /** How many milliseconds the sandbox's time is ahead of the real time; negative if it's behind. */
  ahead: Schema.Finite
})

export const ClockChange = Schema.Struct({
  /** 1 for real speed, 0 to freeze the clock, 60 for a minute per second. */
  rate: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: fastest }))),
  /** The time to set the clock forward to, as ISO 8601 with an offset or `Z`. */
  now: Schema.optionalKey(Schema.String),
  /** How far to advance the clock: text such as "5 minutes", or milliseconds. */
  advance: Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite]))
})

const refuse = (what: string) => SandboxError.fail("invalid-request", what)

const until = (target: number): Result.Result<number, SandboxError.SandboxError> =>
  target > latest ? refuse("The clock ends with the year 9999.") : Result.succeed(target)

const targetOf = (
  { advance, now: at }: typeof ClockChange.Type,
  now: number
): Result.Result<number, SandboxError.SandboxError> => {
  if (at !== undefined && advance !== undefined) return refuse("Send either now or advance.")
  if (at !== undefined) {
    const target = /(Z|[+-]\d\d:\d\d)$/iu.test(at) ? Date.parse(at) : Number.NaN
    if (Number.isNaN(target)) return refuse("now must be a time such as 2026-03-01T12:00:00.000Z.")
    return target < now ? refuse("now is in the past. Only a reset sets the clock back.") : until(target)
  }
  const duration = Duration.fromInput((advance ?? 0) as Duration.Input) // Any other text gives none.
  const millis = duration._tag === "None" ? Number.NaN : Duration.toMillis(duration.value)
  return millis >= 0 && Number.isFinite(millis)
    ? until(now + Math.ceil(millis))
    : refuse('advance must be a duration such as "5 minutes", or milliseconds. It must not be negative.')
}

/** Waits until no callback is being sent and no fiber can go on without a later time. */
const settled = ({ callbacks }: Controls.Parts): Effect.Effect<void> =>
  Effect.promise(async () => {
    for (let quiet = 0; quiet < rounds; quiet++) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve)
      })
      if (callbacks.busy > 0) quiet = 0
    }
  })

/** Moves the clock. What becomes due in between happens at its own time and in order. A reset ends the move. */
const move = (parts: Controls.Parts, clock: ServedClock, target: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { callbacks, engine, lifecycle } = parts
    const { resets } = clock
    const step = (time: number) => {
      clock.jump(time)
      lifecycle.advance(clock.currentTimeMillisUnsafe())
      return clock.wake() > 0 || callbacks.count().pending > 0
    }
    // A callback that is being sent may need a retry in between.
    if (callbacks.count().pending > 0) yield* settled(parts)
    while (clock.resets === resets) {
      const next = Math.min(
        engine.store.deadlines.first ?? Number.POSITIVE_INFINITY,
        clock.first ?? Number.POSITIVE_INFINITY
      )
      if (next > target) break
      if (step(next)) yield* settled(parts)
    }
    if (clock.resets === resets && step(target)) yield* settled(parts)
  })

export const stateOf = (clock: ServedClock): typeof ClockState.Type => ({
  now: new Date(clock.currentTimeMillisUnsafe()).toISOString(),
  rate: clock.rate,
  ahead: clock.ahead
})

const decode = ControlBody.decoder(ClockChange)

export const make = (context: ControlEndpoint.Context, clock: ServedClock) => {
  const { parts } = context
  const lock = Semaphore.makeUnsafe(1)
  const change = (body: string) =>
    Effect.gen(function* () {
      const change = yield* Effect.fromResult(decode(body))
      const target = yield* Effect.fromResult(targetOf(change, clock.currentTimeMillisUnsafe()))
      const { rate, resets } = clock
      // Frozen meanwhile, so that nothing happens out of order.
      clock.setRate(0)
      yield* Effect.ensuring(
        move(parts, clock, target),
        Effect.sync(() => {
          if (clock.resets === resets) clock.setRate(change.rate ?? rate)
        })
      )
    }).pipe(lock.withPermits(1))
  const respond = ControlEndpoint.json(200, () => stateOf(clock))
  return [
    HttpRouter.route(
      "GET",
      "/sandbox/clock",
      ControlEndpoint.make(context, respond, () => Result.void)
    ),
    HttpRouter.route(
      "PUT",
      "/sandbox/clock",
      ControlEndpoint.prepared(context, {
        respond,
        prepare: ControlEndpoint.withText(change),
        run: () => Result.void
      })
    )
  ] as const
}

/**
 * The time of day, of Effect's `Clock`. Holds no sleeping.
 */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

// The Clock by its key: a program's own, or a test's. Effect's module of it knows to sleep as well, which a bundle
// that only needs the time would carry along. Where nobody provided one, Date.now tells the time.
const Now = Context.Reference<Pick<Clock.Clock, "currentTimeMillisUnsafe">>("effect/Clock", {
  defaultValue: () => ({ currentTimeMillisUnsafe: () => Date.now() })
})

/** Whole seconds since 1970, cut off. */
export const seconds: Effect.Effect<number> = Effect.map(Now, (clock) =>
  Math.floor(clock.currentTimeMillisUnsafe() / 1000)
)

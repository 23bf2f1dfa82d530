/**
 * What is counted of requests, by whoever the program lets count. Holds no metric: a bundle has those only where they
 * are used, see `Telemetry.layerMetrics`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Counters {
  readonly request: (operation: string, outcome: string) => Effect.Effect<void>
  readonly retry: (operation: string, outcome: string) => Effect.Effect<void>
  readonly rateLimit: (operation: string, by: "quota" | "store" | "twilio") => Effect.Effect<void>
}

const ignore = () => Effect.void

const none: Counters = { request: ignore, retry: ignore, rateLimit: ignore }

export const Current: Context.Reference<Counters> = Context.Reference<Counters>(
  "@effect-twilio-video/http/internal/Counters",
  { defaultValue: () => none }
)

/** Those of the call, or else those that the connection was made with. */
export const over = (outer: Counters, inner: Counters): Counters => (inner === none ? outer : inner)

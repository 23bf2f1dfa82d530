/**
 * What to do when a request, a retry or a rate limit is to be counted. `Telemetry.layerMetrics` counts them in metrics,
 * which are in a bundle only if a program uses that layer.
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

/** The counters of the call, or else those that the connection was built with. */
export const orElse = (ofCall: Counters, ofConnection: Counters): Counters => (ofCall === none ? ofConnection : ofCall)

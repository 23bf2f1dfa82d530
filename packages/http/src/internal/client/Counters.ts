/**
 * What to do when a request, a retry or a rate limit is to be counted. `Telemetry.layerMetrics` counts them in metrics,
 * which are in a bundle only if a program uses that layer.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

export interface Counters {
  readonly request: (operation: string, outcome: string) => Effect.Effect<void>
  readonly retry: (operation: string, outcome: string) => Effect.Effect<void>
  readonly rateLimit: (operation: string, by: "quota" | "store" | "twilio") => Effect.Effect<void>
}

/** The counters of a call, or of a connection when it's made. By default nothing is counted. */
export const Current: Context.Reference<Counters | undefined> = Context.Reference<Counters | undefined>(
  "@effect-twilio-video/http/internal/Counters",
  { defaultValue: () => undefined }
)

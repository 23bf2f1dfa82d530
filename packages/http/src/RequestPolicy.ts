/**
 * How long an operation tries, and how often: a timeout for each request, retries, and a deadline for the whole. Holds
 * what a program may choose; which failures are safe to retry is not a choice.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Merge from "./internal/client/Merge.ts"

/**
 * The policy of an operation.
 *
 * A retry happens only where it is safe. Reads, and changes that are the same done twice (removing or anonymizing a
 * participant, completing a room), are repeated after lost connections, timeouts, HTTP 429, 5xx other than 501, and
 * answers that end early. Creating a room and replacing subscribe rules are repeated only where nothing can have
 * happened: after HTTP 429, and where no connection came about.
 *
 * Each wait is random between nothing and a bound that doubles with each retry ("full jitter"). A `Retry-After` of
 * Twilio's, in seconds or as a date, is waited for first; where it is longer than `maxDelay`, the operation fails
 * at once, and the error says when to come again.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestPolicy {
  /** How many requests an operation may take, the first included. 1 turns retries off. Default: 5. */
  readonly attempts: number
  /** The bound of the first wait. After HTTP 429 a second at least, since Twilio counts by it. Default: 250 ms. */
  readonly baseDelay: Duration.Input
  /** No wait is longer. Default: 20 seconds. */
  readonly maxDelay: Duration.Input
  /**
   * No retry begins later than this after the first request was sent, waits for the quota included: one whose turn comes
   * later isn't made. Default: 2 minutes.
   */
  readonly maxElapsed: Duration.Input
  /** How long one request may take, answer included. Default: 30 seconds, as in Twilio's own Node library. */
  readonly timeout: Duration.Input
  /**
   * When the whole operation ends at the latest, with waits for the quota. The request under way is cancelled. If the
   * quota's turn would come later, the operation fails at once. Each page of a stream has its own. Default: none, so that
   * a program may queue as many operations as it likes. An infinite one is none.
   */
  readonly deadline: Duration.Input | undefined
}

/**
 * What holds where a program says nothing.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: RequestPolicy = {
  attempts: 5,
  baseDelay: "250 millis",
  maxDelay: "20 seconds",
  maxElapsed: "2 minutes",
  timeout: "30 seconds",
  deadline: undefined
}

/**
 * A policy in part: a member that is missing or undefined is as outside, and as in {@link defaults} if nothing outside
 * says it.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = { readonly [K in keyof RequestPolicy]?: RequestPolicy[K] | undefined }

/**
 * The policy in force: what it does not say is as in {@link defaults}. Set it for a program with {@link layer}, and for
 * a scope or a call with {@link withPolicy}. For a stream, use `Stream.provideService`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Participants.Participants.use((participants) =>
 *   participants.stream("DailyStandup").pipe(
 *     Stream.provideService(RequestPolicy.Current, { timeout: "5 seconds" }),
 *     Stream.runCount
 *   )
 * )
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise) // => 3
 * ```
 * @category references
 * @since 0.1.0
 */
export const Current: Context.Reference<Options> = Context.Reference<Options>(
  "@effect-twilio-video/http/RequestPolicy",
  { defaultValue: () => ({}) }
)

/**
 * No retries: one request, and its answer or error.
 *
 * @category constants
 * @since 0.1.0
 */
export const noRetries: Partial<RequestPolicy> = { attempts: 1 }

/**
 * Sets the policy for a call, or for everything within an effect. What is missing or undefined stays as it is outside.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Participants.Participants.use((participants) =>
 *   participants.fetch("DailyStandup", "Alice").pipe(
 *     RequestPolicy.withPolicy({ attempts: 2, deadline: "3 seconds" })
 *   )
 * )
 *
 * const alice = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * alice.status // => "connected"
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const withPolicy =
  (policy: Options) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.updateService(self, Current, (outer) => Merge.over(outer, policy))

/**
 * Sets the policy for a program. Provide it to the layers of `TwilioVideo`, or to the program.
 *
 * @example
 * ```ts
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Layer from "effect/Layer"
 *
 * const Twilio = TwilioVideo.layerConfig().pipe(
 *   Layer.provide(RequestPolicy.layer({ timeout: "10 seconds", maxElapsed: "30 seconds" })),
 *   Layer.provide(FetchTransport.layer)
 * )
 *
 * Layer.isLayer(Twilio) // => true
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (policy: Options): Layer.Layer<never> => Layer.succeed(Current, policy)

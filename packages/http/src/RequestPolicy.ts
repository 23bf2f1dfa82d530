/**
 * How long and how often an operation is tried: the timeout of a request, the retries, and the deadline of the operation.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PartialOptions from "./internal/client/PartialOptions.ts"

/**
 * The policy of an operation.
 *
 * Only safe retries are made. Reads and idempotent changes (removing or anonymizing a participant, completing a room) are
 * retried after lost connections, timeouts, the statuses 429 and 5xx other than 501, and incomplete responses. Creating
 * a room and replacing subscribe rules are only retried if the request can't have taken effect: after status 429, and
 * if no connection was established.
 *
 * Each delay is random between 0 and a maximum that doubles with each retry ("full jitter"). A `Retry-After`, in seconds
 * or as a date, is added to it; if it's longer than `maxDelay`, the operation fails at once, and the error says when to
 * retry.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestPolicy {
  /** The maximum number of requests of an operation, including the first. 1 turns retries off. Default: 5. */
  readonly attempts: number
  /** The maximum of the first delay. After status 429 it's at least a second. Default: 250 ms. */
  readonly baseDelay: Duration.Input
  /** The maximum of every delay. Default: 20 seconds. */
  readonly maxDelay: Duration.Input
  /**
   * How long after the first request a retry may start at the latest, waits for the quota included. Default: 2 minutes.
   */
  readonly maxElapsed: Duration.Input
  /** How long one request may take, with its response. Default: 30 seconds, as in Twilio's Node library. */
  readonly timeout: Duration.Input
  /**
   * How long the operation may take, with retries and waits for the quota. At the deadline, the request in flight is
   * canceled. If a turn in the quota would come later, the operation fails at once. Each page of a stream has its own
   * deadline. Default: none, so that a program may queue any number of operations.
   */
  readonly deadline: Duration.Input | undefined
}

/**
 * The default policy.
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
 * A partial policy. Members that are missing or `undefined` are those of the enclosing policy, or of {@link defaults}.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = { readonly [K in keyof RequestPolicy]?: RequestPolicy[K] | undefined }

/**
 * The policy in force. Set it for a program with {@link layer}, and for an effect with {@link withPolicy}. For a stream,
 * use `Stream.provideService`.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Participants.stream("DailyStandup").pipe(
 *   Stream.provideService(RequestPolicy.Current, { timeout: "5 seconds" }),
 *   Stream.runCount
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
 * No retries.
 *
 * @category constants
 * @since 0.1.0
 */
export const noRetries: Partial<RequestPolicy> = { attempts: 1 }

/**
 * Sets the policy for the operations in an effect. Missing members are those of the enclosing policy.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Participants.fetch("DailyStandup", "Alice").pipe(
 *   RequestPolicy.withPolicy({ attempts: 2, deadline: "3 seconds" })
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
    Effect.updateService(self, Current, (outer) => PartialOptions.merge(outer, policy))

/**
 * Sets the policy of a connection or a program. Provide it to the layers of `TwilioVideo`, or to the program.
 *
 * @example
 * ```ts
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Layer from "effect/Layer"
 *
 * const Twilio = TwilioHttpClient.layerConfig(TwilioVideo.services).pipe(
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

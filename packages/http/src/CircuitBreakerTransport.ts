/**
 * A circuit breaker for any transport: after consecutive failures it rejects requests for a while, so that a program
 * fails at once instead of waiting.
 *
 * @since 0.1.0
 */
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Result from "effect/Result"
import * as RequestPath from "./internal/wire/RequestPath.ts"
import * as Failure from "./internal/wire/Failure.ts"
import * as Policy from "./internal/client/Policy.ts"
import * as MonotonicClock from "./internal/client/MonotonicClock.ts"

/**
 * When the circuit breaker opens, and for how long.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * After how many consecutive failures the circuit breaker opens, from 1. Lost connections, timeouts and the statuses
   * 429 and 5xx are failures. Default: 5.
   */
  readonly failures?: number | undefined
  /**
   * How long requests are rejected, or longer if the last response's `Retry-After` is. Then one request is sent, and its
   * result decides. Default: 30 seconds.
   */
  readonly openDuration?: Duration.Input | undefined
  /**
   * After how long a request is canceled and counts as a failure. It must be shorter than the policy's `timeout`, which
   * the circuit breaker can't observe. Default: 20 seconds.
   */
  readonly timeout?: Duration.Input | undefined
}

// With dates, a clock that is set back would keep the circuit open for longer.
const memoryStore = Effect.map(
  Effect.provide(Effect.service(CircuitBreaker.CircuitBreakerStore), CircuitBreaker.layerStoreMemory()),
  ({ admit, record, state }) =>
    CircuitBreaker.CircuitBreakerStore.of({
      admit: (key) => MonotonicClock.provideAsDate(admit(key)),
      record: (options) => MonotonicClock.provideAsDate(record(options)),
      state: (key) => MonotonicClock.provideAsDate(state(key))
    })
)

const checkOptions = ({ failures = 5, openDuration = "30 seconds", timeout = "20 seconds" }: Options) =>
  Result.gen(function* () {
    if (!Number.isInteger(failures) || failures < 1) {
      return yield* Result.fail(RequestPath.invalidArgument("failures", "is not a positive integer"))
    }
    return {
      failures,
      openDuration: yield* Policy.positiveDuration("openDuration", openDuration),
      timeout: yield* Policy.positiveDuration("timeout", timeout)
    }
  })

const transportError = (
  request: HttpClientError.HttpClientError["request"],
  code: string
): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause: { code } }) })

/**
 * Adds a circuit breaker to the `HttpClient` of the program. A rejected request fails with reason `TransportFailed` and
 * the `failure` `CIRCUIT_OPEN`; it isn't sent or retried. The state is in memory, or in the `CircuitBreakerStore` of the
 * program, which processes can share.
 *
 * Fails with reason `InvalidArgument` for invalid options.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
 * import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * let sent = 0
 * const down = WebHandlerTransport.layer(async () => {
 *   sent += 1
 *   return new Response("", { status: 503 })
 * })
 *
 * const Twilio = TwilioHttpClient.layer(TwilioVideo.services, {
 *   accountSid: "AC0123456789abcdef0123456789abcdef",
 *   authToken: Redacted.make("the token")
 * }).pipe(Layer.provide(CircuitBreakerTransport.layer({ failures: 2 })), Layer.provide(down))
 *
 * const program = Participants.fetch("DailyStandup", "Alice").pipe(
 *   Effect.flip,
 *   Effect.replicateEffect(3),
 *   RequestPolicy.withPolicy(RequestPolicy.noRetries)
 * )
 *
 * const errors = await program.pipe(Effect.provide(Twilio), Effect.runPromise)
 * errors.map((error) => error._tag === "TwilioError" && error.reason._tag)
 * // => ["Unavailable", "Unavailable", "TransportFailed"]
 * sent // => 2
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<HttpClient.HttpClient, TwilioError.TwilioError, HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const { failures, openDuration, timeout } = yield* Effect.fromResult(
        Result.mapError(checkOptions(options), (reason) => TwilioError.make(reason))
      )
      const client = yield* HttpClient.HttpClient
      const store = yield* Effect.serviceOption(CircuitBreaker.CircuitBreakerStore)
      const make = CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(failures),
        openDuration
      })
      const breaker = yield* Option.match(store, {
        onNone: () => Effect.provideServiceEffect(make, CircuitBreaker.CircuitBreakerStore, memoryStore),
        onSome: (store) => Effect.provideService(make, CircuitBreaker.CircuitBreakerStore, store)
      })
      return HttpClient.transform(client, (response, request) =>
        response.pipe(
          Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(transportError(request, "ETIMEDOUT")) }),
          breaker.execute({
            key: URL.canParse(request.url) ? new URL(request.url).origin : "",
            classify: HttpClient.circuitBreakerClassifier
          }),
          Effect.catchTag("CircuitBreakerError", () => Effect.fail(transportError(request, Failure.circuitOpen)))
        )
      )
    })
  )

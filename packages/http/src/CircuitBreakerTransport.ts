/**
 * A circuit breaker before any transport: after failures in a row it lets no request through for a while, so that a
 * program fails at once where it would only wait. Holds no retries and no transport of its own.
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
import * as Address from "./internal/wire/Address.ts"
import * as Failure from "./internal/wire/Failure.ts"
import * as Retry from "./internal/client/Retry.ts"
import * as Steady from "./internal/client/Steady.ts"

/**
 * When the circuit opens, and for how long.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * How many requests in a row must fail, from 1: connections that break, HTTP 429 and 5xx, no answer in time.
   * Default: 5.
   */
  readonly failures?: number | undefined
  /**
   * How long no request is let through, or longer where the last answer's `Retry-After` says so. Then one is, and its
   * outcome decides. Default: 30 seconds.
   */
  readonly openDuration?: Duration.Input | undefined
  /**
   * After how long a request counts as failed, and is cancelled. Shorter than the policy's `timeout`, which the circuit
   * does not see. Default: 20 seconds.
   */
  readonly timeout?: Duration.Input | undefined
}

// A clock that is set back would keep the circuit open for longer.
const memory = Effect.map(
  Effect.provide(Effect.service(CircuitBreaker.CircuitBreakerStore), CircuitBreaker.layerStoreMemory()),
  ({ admit, record, state }) =>
    CircuitBreaker.CircuitBreakerStore.of({
      admit: (key) => Steady.only(admit(key)),
      record: (options) => Steady.only(record(options)),
      state: (key) => Steady.only(state(key))
    })
)

const checked = ({ failures = 5, openDuration = "30 seconds", timeout = "20 seconds" }: Options) =>
  Result.gen(function* () {
    if (!Number.isInteger(failures) || failures < 1) {
      return yield* Result.fail(Address.invalid("failures", "is not a whole number from 1"))
    }
    return {
      failures,
      openDuration: yield* Retry.duration("openDuration", openDuration),
      timeout: yield* Retry.duration("timeout", timeout)
    }
  })

const failed = (request: HttpClientError.HttpClientError["request"], code: string): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause: { code } }) })

/**
 * Guards the `HttpClient` that the program provides. A request that is not let through is reason `TransportFailed` with
 * `failure` `CIRCUIT_OPEN`; it is not repeated, and nothing was sent. The state is in memory, or in the
 * `CircuitBreakerStore` that the program provides, for processes that should learn from each other.
 *
 * Fails with reason `InvalidArgument` for invalid options.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
 * import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
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
 * const Twilio = TwilioVideo.layer({
 *   accountSid: "AC0123456789abcdef0123456789abcdef",
 *   authToken: Redacted.make("the token")
 * }).pipe(Layer.provide(CircuitBreakerTransport.layer({ failures: 2 })), Layer.provide(down))
 *
 * const program = Participants.Participants.use((participants) =>
 *   Effect.flip(participants.fetch("DailyStandup", "Alice")).pipe(Effect.replicateEffect(3))
 * ).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries))
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
        Result.mapError(checked(options), (reason) => TwilioError.make(reason))
      )
      const client = yield* HttpClient.HttpClient
      const store = yield* Effect.serviceOption(CircuitBreaker.CircuitBreakerStore)
      const make = CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(failures),
        openDuration
      })
      const breaker = yield* Option.match(store, {
        onNone: () => Effect.provideServiceEffect(make, CircuitBreaker.CircuitBreakerStore, memory),
        onSome: (store) => Effect.provideService(make, CircuitBreaker.CircuitBreakerStore, store)
      })
      return HttpClient.transform(client, (answer, request) =>
        answer.pipe(
          Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(failed(request, "ETIMEDOUT")) }),
          breaker.execute({
            key: URL.canParse(request.url) ? new URL(request.url).origin : "",
            classify: HttpClient.circuitBreakerClassifier
          }),
          Effect.catchTag("CircuitBreakerError", () => Effect.fail(failed(request, Failure.circuitOpen)))
        )
      )
    })
  )

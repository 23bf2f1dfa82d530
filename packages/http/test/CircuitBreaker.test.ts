/**
 * Tests when the circuit breaker opens and closes, and the error in between.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as CircuitBreakerTransport from "@effect-twilio-video/http/CircuitBreakerTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Stub from "./support/Stub.ts"

/** A server behind a circuit breaker. */
const guarded = (options: CircuitBreakerTransport.Options = {}) => {
  const server = { sent: 0, response: async (): Promise<Response> => new Response("", { status: 503 }) }
  const transport = WebHandlerTransport.layer(() => {
    server.sent += 1
    return server.response()
  })
  const layer = TwilioHttpClient.layer(TwilioVideo.services, {
    accountSid: Stub.accountSid,
    authToken: Redacted.make(Stub.secret),
    quota: "off"
  }).pipe(Layer.provide(CircuitBreakerTransport.layer(options)), Layer.provide(transport))
  return { layer, server }
}

const fetch = Participants.fetch("Ward 6", "Alice")

const kick = Participants.disconnect("Ward 6", "Alice")

/** The outcome of a call as a word. */
const word = <A>(call: Effect.Effect<A, Effect.Error<typeof fetch>, Participants.Participants>) =>
  Effect.match(call, {
    onSuccess: () => "found",
    onFailure: (error) =>
      error._tag === "NotFound"
        ? error._tag
        : error.reason._tag === "TransportFailed"
          ? (error.reason.failure ?? error.reason._tag)
          : error.reason._tag
  })

describe("a circuit breaker", () => {
  it.effect("opens after consecutive failures, rejects requests, and closes after a success", () => {
    const { layer, server } = guarded({ failures: 3, openDuration: "1 minute" })
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.replicateEffect(word(fetch), 4), [
        "Unavailable",
        "Unavailable",
        "Unavailable",
        "CIRCUIT_OPEN"
      ])
      assert.strictEqual(server.sent, 3)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* word(fetch), "CIRCUIT_OPEN")
      yield* TestClock.adjust("1 second")
      // The trial request fails: it stays open.
      assert.deepStrictEqual(yield* Effect.replicateEffect(word(fetch), 2), ["Unavailable", "CIRCUIT_OPEN"])
      yield* TestClock.adjust("1 minute")
      server.response = async () => Stub.json(Stub.body())
      assert.deepStrictEqual(yield* Effect.replicateEffect(word(fetch), 3), ["found", "found", "found"])
      assert.strictEqual(server.sent, 7)
    }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries), Effect.provide(layer))
  })

  it.effect("fails with an error that says nothing was sent, and isn't retried", () => {
    const { layer, server } = guarded({ failures: 1 })
    return Effect.gen(function* () {
      yield* word(fetch).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries))
      const error = yield* Effect.flip(kick)
      assert.strictEqual(error.attempts, 1)
      assert.include(error.message, "The circuit breaker for https://video.twilio.com is open")
      assert.include(error.message, "nothing was sent")
      assert.notInclude(error.message, "may have taken effect")
      assert.strictEqual(server.sent, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("doesn't count rejections and 404s as failures", () => {
    const { layer, server } = guarded({ failures: 1 })
    return Effect.gen(function* () {
      for (const [status, code, expected] of [
        [404, 20404, "NotFound"],
        [400, 20001, "InvalidRequest"],
        [401, 20003, "Unauthorized"]
      ] as const) {
        server.response = async () => Stub.json({ code, message: "", status }, status)
        assert.strictEqual(yield* word(fetch), expected)
      }
      assert.strictEqual(server.sent, 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("counts broken connections and timeouts", () => {
    const { layer, server } = guarded({ failures: 2, timeout: "5 seconds" })
    return Effect.gen(function* () {
      server.response = () => Promise.reject(Object.assign(new Error("cut"), { code: "ECONNRESET" }))
      assert.strictEqual(yield* word(fetch), "ECONNRESET")
      server.response = () => new Promise<Response>(() => {})
      const slow = yield* Effect.forkChild(word(fetch), { startImmediately: true })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* Fiber.join(slow), "ETIMEDOUT")
      assert.strictEqual(yield* word(fetch), "CIRCUIT_OPEN")
    }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries), Effect.provide(layer))
  })

  it.effect("shares its state if the program provides a store", () => {
    const [one, other] = [guarded({ failures: 2 }), guarded({ failures: 2 })]
    return Effect.gen(function* () {
      assert.strictEqual(yield* Effect.provide(word(fetch), one.layer), "Unavailable")
      assert.strictEqual(yield* Effect.provide(word(fetch), other.layer), "Unavailable")
      assert.strictEqual(yield* Effect.provide(word(fetch), one.layer), "CIRCUIT_OPEN")
      assert.strictEqual(yield* Effect.provide(word(fetch), other.layer), "CIRCUIT_OPEN")
    }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries), Effect.provide(CircuitBreaker.layerStoreMemory()))
  })

  it.effect.each([
    ["failures", { failures: 0 }],
    ["failures", { failures: 1.5 }],
    ["failures", { failures: Number.NaN }],
    ["openDuration", { openDuration: 0 }],
    ["openDuration", { openDuration: "soon" as "1 second" }],
    ["timeout", { timeout: "-1 seconds" }]
  ] as const)("rejects invalid options: %s", ([argument, options]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(fetch, guarded(options).layer))
      assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "InvalidArgument")
      assert.include(error.message, `The argument "${argument}" `)
    })
  )
})

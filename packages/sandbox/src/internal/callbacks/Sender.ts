/**
 * Signs and sends the requests of status callbacks, and records their attempts.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Result from "effect/Result"
import type * as SandboxOptions from "../../SandboxOptions.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import type { Attempt, Delivery } from "./Delivery.ts"

/** The longest delay that a runtime's timers support. */
const longestMillis = 2_147_483_647

/** How much of a response's body is kept, in bytes, and how long it may take, in milliseconds. */
const maximumAnswer = 1024
const answerMillis = 1000

/** What an attempt takes besides its answer, in bytes. */
const attemptBytes = 200

type Send = (request: Request) => Response | Promise<Response>

/** `bytes` is what was added to its size. */
type Changed = (delivery: Delivery, bytes: number) => void

/** Reads the beginning of a body as text, and cancels the rest, which must not hold the connection open. */
const beginningOf = async (body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ""
  let cancel = () => {}
  const timer = setTimeout(() => cancel(), answerMillis)
  try {
    const reader = body.getReader()
    cancel = () => void reader.cancel().catch(() => {})
    signal.addEventListener("abort", cancel)
    for (let left = maximumAnswer; left > 0;) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value.subarray(0, left), { stream: true })
      left -= value.length
    }
  } catch {
    // The connection was lost, or a handler gave a response that was read before. What was received is kept.
  }
  clearTimeout(timer)
  signal.removeEventListener("abort", cancel)
  cancel()
  return text
}

export class Sender {
  /** The number of deliveries that are being signed or sent. */
  busy = 0
  private readonly engine: RoomEngine
  private readonly clock: () => Clock.Clock
  private readonly changed: Changed
  private readonly fetch: Send
  private readonly timeout: Duration.Duration

  constructor(
    engine: RoomEngine,
    { handler, timeout }: SandboxOptions.CallbackOptions,
    clock: () => Clock.Clock,
    changed: Changed
  ) {
    this.engine = engine
    this.clock = clock
    this.changed = changed
    this.fetch = handler ?? ((request) => fetch(request))
    this.timeout = Duration.fromInputUnsafe(timeout ?? "15 seconds")
  }

  /** Fails after a time. Uses the runtime's timer, so that a test which moves its clock doesn't time out requests. */
  static late(limit: Duration.Duration): Effect.Effect<never, "timed-out"> {
    return Duration.toMillis(limit) > longestMillis
      ? Effect.never
      : Effect.callback((resume) => {
          const timer = setTimeout(() => resume(Effect.fail("timed-out")), Duration.toMillis(limit))
          return Effect.sync(() => clearTimeout(timer))
        })
  }

  /** Sends a delivery until a response is 2xx, and returns whether one was. `leave` lets the next callback go. */
  send(delivery: Delivery, retries: ReadonlyArray<number>, leave: () => void): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      for (const wait of [0, ...retries]) {
        if (wait > 0) yield* Effect.sleep(wait)
        if (delivery.isOver) return false
        if (yield* this.busily(this.attempt(delivery, leave))) return true
      }
      return false
    })
  }

  private busily<A>(effect: Effect.Effect<A>): Effect.Effect<A> {
    return Effect.suspend(() => {
      this.busy += 1
      return Effect.ensuring(
        effect,
        Effect.sync(() => {
          this.busy -= 1
        })
      )
    })
  }

  /** Signs a delivery. Its later attempts have the same signature, unless the participant was anonymized. */
  private sign(delivery: Delivery): Effect.Effect<string> {
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        if (delivery.signature !== undefined) return delivery.signature
        const request = delivery.request()
        const { signed, url } = request
        const { authToken } = this.engine.credentials
        const signer = delivery.effects.types.has("wrong-signature") ? `not ${authToken}` : authToken
        const signature = yield* StatusCallback.sign({ url: url.href, parameters: signed }).pipe(
          Effect.provideService(AuthToken.AuthToken, { authToken: Redacted.make(signer) })
        )
        if (request === delivery.request()) delivery.signature = signature
      }
    })
  }

  /** Sends one request. Returns whether the response is 2xx. */
  private attempt(delivery: Delivery, leave: () => void): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      const signature = yield* this.sign(delivery)
      if (delivery.isOver) return false
      const request = delivery.request()
      const attempt: Attempt = { at: new Date(this.clock().currentTimeMillisUnsafe()).toISOString() }
      const started = performance.now()
      delivery.attempts.push(attempt)
      this.changed(delivery, attemptBytes)
      const response = yield* this.respond(delivery, signature, leave)
      attempt.duration = Math.round((performance.now() - started) * 10) / 10
      if (response._tag === "Failure") attempt.problem = response.failure
      else attempt.status = response.success.status
      this.changed(delivery, 0)
      leave()
      if (response._tag === "Failure") return false
      const { body, ok } = response.success
      if (body === null) return ok
      const answer = yield* Effect.promise((signal) => beginningOf(body, signal))
      if (answer === "" || request !== delivery.request()) return ok
      attempt.answer = answer
      this.changed(delivery, answer.length)
      return ok
    })
  }

  private respond(
    delivery: Delivery,
    signature: string,
    leave: () => void
  ): Effect.Effect<Result.Result<Response, "no-connection" | "timed-out">> {
    const { body, headers, method, url } = delivery.request()
    return Effect.tryPromise({
      try: (signal) => {
        const request = new Request(url, {
          method,
          headers: { ...headers, "x-twilio-signature": signature, "i-twilio-idempotency-token": delivery.id },
          // A redirect could lead to a host that isn't allowed.
          redirect: "manual",
          signal,
          ...(body === undefined ? {} : { body })
        })
        const response = this.fetch(request)
        if (this.engine.assumptions.callbackOrder === "at-once") leave()
        return Promise.resolve(response)
      },
      catch: () => "no-connection" as const
    }).pipe(Effect.raceFirst(Sender.late(this.timeout)), Effect.result)
  }
}

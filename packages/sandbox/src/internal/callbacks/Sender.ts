/**
 * Signs and sends the requests of status callbacks, and records their attempts.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as SandboxOptions from "../../SandboxOptions.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import type * as CallbackRequest from "./CallbackRequest.ts"
import type { Attempt, Delivery } from "./Delivery.ts"

/** The longest delay that a runtime's timers support. */
const longestMillis = 2_147_483_647

/** How much of a response's body is kept, in bytes, and how long it may take, in milliseconds. */
const maximumAnswer = 1024
const answerMillis = 1000

type Send = (request: Request) => Response | Promise<Response>

type Changed = (delivery: Delivery, bytes?: number) => void

type Ended = "delivered" | "failed" | "dropped"

/** Reads the beginning of a body as text, and cancels the rest. */
const beginningOf = async (body: ReadableStream<Uint8Array>): Promise<string> => {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ""
  // A body must not hold the connection open.
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), answerMillis)
  try {
    for (let left = maximumAnswer; left > 0;) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value.subarray(0, left), { stream: true })
      left -= value.length
    }
  } catch {
    // The connection was lost. What was received is kept.
  }
  clearTimeout(timer)
  void reader.cancel().catch(() => {})
  return text
}

export class Sender {
  /** The number of deliveries that are being signed or sent. */
  busy = 0
  private readonly engine: RoomEngine
  private readonly clock: () => Clock.Clock
  private readonly changed: Changed
  private readonly send: Send
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
    this.send = handler ?? ((request) => fetch(request))
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

  /** Sends a delivery until the response is 2xx. `leave` lets the next callback go. */
  withRetries(delivery: Delivery, waits: ReadonlyArray<number>, leave: () => void): Effect.Effect<Ended> {
    return Effect.gen({ self: this }, function* () {
      const request = delivery.request()
      const headers = yield* this.busily(this.headersOf(delivery, request))
      for (const wait of [0, ...waits]) {
        if (wait > 0) yield* Effect.sleep(wait)
        if (delivery.isOver) return "dropped"
        const isDelivered = yield* this.busily(this.attempt(delivery, request, headers, leave))
        if (delivery.isOver) return "dropped"
        leave()
        if (isDelivered) return "delivered"
      }
      return "failed"
    })
  }

  /** Sends a delivery once, also if it has ended. */
  once(delivery: Delivery): Effect.Effect<Ended> {
    const request = delivery.request()
    return this.headersOf(delivery, request).pipe(
      Effect.flatMap((headers) => this.attempt(delivery, request, headers, () => {})),
      Effect.map((isDelivered) => (isDelivered ? "delivered" : "failed")),
      (sending) => this.busily(sending)
    )
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

  private headersOf(delivery: Delivery, { headers, signed, url }: CallbackRequest.CallbackRequest) {
    const { authToken } = this.engine.credentials
    const signer = delivery.effects.types.has("wrong-signature") ? `not ${authToken}` : authToken
    return Effect.map(
      StatusCallback.sign({ url: url.href, parameters: signed }).pipe(
        Effect.provideService(AuthToken.AuthToken, { authToken: Redacted.make(signer) })
      ),
      (signature) => {
        delivery.signature = signature
        return { ...headers, "x-twilio-signature": signature, "i-twilio-idempotency-token": delivery.id }
      }
    )
  }

  /** Sends one request. Returns whether the response is 2xx. */
  private attempt(
    delivery: Delivery,
    { body, method, url }: CallbackRequest.CallbackRequest,
    headers: Readonly<Record<string, string>>,
    leave: () => void
  ): Effect.Effect<boolean> {
    const sending = Effect.tryPromise({
      try: (signal) => {
        // A redirect could lead to a host that isn't allowed.
        const init = { method, headers, redirect: "manual", signal, ...(body === undefined ? {} : { body }) } as const
        const response = this.send(new Request(url, init))
        if (this.engine.assumptions.callbackOrder === "at-once") leave()
        return Promise.resolve(response)
      },
      catch: () => "no-connection" as const
    }).pipe(Effect.raceFirst(Sender.late(this.timeout)), Effect.result)
    return Effect.gen({ self: this }, function* () {
      const attempt: Attempt = { at: new Date(this.clock().currentTimeMillisUnsafe()).toISOString() }
      const started = performance.now()
      delivery.attempts.push(attempt)
      this.changed(delivery)
      const response = yield* sending
      attempt.duration = Math.round((performance.now() - started) * 10) / 10
      if (response._tag === "Failure") attempt.problem = response.failure
      else {
        attempt.status = response.success.status
        this.keepAnswer(delivery, attempt, response.success)
      }
      this.changed(delivery)
      return response._tag === "Success" && response.success.ok
    })
  }

  private keepAnswer(delivery: Delivery, attempt: Attempt, { body }: Response): void {
    if (body === null) return
    void beginningOf(body).then((text) => {
      if (text === "") return
      attempt.answer = text
      this.changed(delivery, text.length)
    })
  }
}

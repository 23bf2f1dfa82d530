/**
 * Delivers status callbacks: selects the changes to report, keeps their order, sends and retries the requests, and logs
 * the deliveries.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as CallbackDelivery from "../../CallbackDelivery.ts"
import * as SandboxError from "../../SandboxError.ts"
import type * as SandboxOptions from "../../SandboxOptions.ts"
import { Scheduler } from "./Scheduler.ts"
import * as CallbackEvent from "./CallbackEvent.ts"
import * as AllowedHosts from "../wire/AllowedHosts.ts"
import * as CallbackRequest from "./CallbackRequest.ts"
import type * as Change from "../engine/Change.ts"
import { BoundedLog, type Sized } from "../journal/BoundedLog.ts"
import type { RoomRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as RoomSettings from "../engine/RoomSettings.ts"
import { InFlight } from "./InFlight.ts"
import * as ExecutionContext from "../wire/ExecutionContext.ts"

/** The longest delay that a runtime's timers support. */
const longestMillis = 2_147_483_647

// Uses the runtime's timer, so that a test which moves its clock doesn't time out requests.
const late = (limit: Duration.Duration): Effect.Effect<never, "timed-out"> =>
  Duration.toMillis(limit) > longestMillis
    ? Effect.never
    : Effect.callback((resume) => {
        const timer = setTimeout(() => resume(Effect.fail("timed-out")), Duration.toMillis(limit))
        return Effect.sync(() => clearTimeout(timer))
      })

const retryMillis = { once: [], retried: [1000, 2000, 4000] } as const

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

type Delivery = Mutable<CallbackDelivery.CallbackDelivery> & Sized

type Counts = Record<CallbackDelivery.DeliveryStatus, number>

const noCounts: Counts = { pending: 0, delivered: 0, failed: 0, "refused-host": 0, dropped: 0 }

const defaultMaximum = 10_000

// Not derived from the seed: a receiver may remember the tokens of an earlier run. It isn't a secret.
const freshToken = (): string =>
  "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/gu, () => Math.floor(Math.random() * 16).toString(16))

/** Whether the delivery has ended, for example by a reset. */
const isOver = ({ deliveryStatus }: Delivery): boolean => deliveryStatus !== "pending"

const shown = ({ bytes: _, ...delivery }: Delivery): CallbackDelivery.CallbackDelivery => delivery

/** Describes the first invalid option; undefined if all are valid. */
export const problemOf = (options: SandboxOptions.CallbackOptions): string | undefined => {
  const { allowedHosts = [], maxPending = defaultMaximum, url } = options
  if (!Number.isSafeInteger(maxPending) || maxPending < 1) return "callbacks.maxPending must be a whole number from 1."
  const host = AllowedHosts.invalid(allowedHosts)
  if (host !== undefined)
    return `Invalid callback host ${JSON.stringify(host)}. Use a form such as app.example.com or app.example.com:8080.`
  return url === undefined || RoomSettings.isCallbackUrl(url)
    ? undefined
    : "Invalid callback URL. Use an http or https URL of at most 1023 characters."
}

type Send = (request: Request) => Response | Promise<Response>

export class Callbacks {
  /** A server's observer of deliveries, called after each change of one. Undefined if the log was cleared. */
  observer: ((delivery: Delivery | undefined) => void) | undefined
  /** The number of deliveries that are being signed or sent. The other pending ones wait for the clock or their turn. */
  busy = 0
  private readonly engine: RoomEngine
  private readonly options: SandboxOptions.CallbackOptions
  private readonly processClock: Clock.Clock
  private readonly allows: AllowedHosts.Allows
  private readonly send: Send
  private readonly timeout: Duration.Duration
  private readonly awaitTimeout: Duration.Duration
  private readonly log: BoundedLog<Delivery>
  private counts = { ...noCounts }
  private readonly scheduler: Scheduler
  private readonly maximum: number
  private readonly inFlight: InFlight<Delivery>
  /** The receivers that a warning was logged for. */
  private readonly overrun = new Set<string>()
  /**
   * The last callback in each room's queue, which the next one waits for. Each request of a Worker has separate queues,
   * since one request must not wait for another.
   */
  private readonly lines = new WeakMap<object, Map<string, Promise<void>>>()
  private stopped = false

  /** `processClock` is Effect's. */
  constructor(engine: RoomEngine, options: SandboxOptions.CallbackOptions, processClock: Clock.Clock) {
    const problem = problemOf(options)
    if (problem !== undefined) throw new Error(problem)
    this.engine = engine
    this.options = options
    this.processClock = processClock
    this.allows = AllowedHosts.make(options.allowedHosts ?? ["loopback"])
    this.send = options.handler ?? ((request) => fetch(request))
    this.timeout = Duration.fromInputUnsafe(options.timeout ?? "15 seconds")
    this.awaitTimeout = Duration.fromInputUnsafe(options.awaitTimeout ?? "30 seconds")
    this.maximum = options.maxPending ?? defaultMaximum
    this.inFlight = new InFlight(this.maximum)
    this.log = new BoundedLog(options.log ?? 1000, Number.POSITIVE_INFINITY)
    this.scheduler = new Scheduler(
      engine,
      () => this.clock,
      (effect) => this.fork(effect)
    )
    engine.listener = (change) => this.tell(change)
  }

  private get clock(): Clock.Clock {
    return this.engine.clock ?? this.processClock
  }

  /** Starts the scheduler if a restored room has a callback URL, or if a server's observers must see each change. */
  resume(): void {
    if (this.engine.observer !== undefined) return this.scheduler.ask()
    for (const room of this.engine.store.rooms.values()) {
      if (this.urlOf(room) !== undefined) return this.scheduler.ask()
    }
  }

  /** Oldest first. */
  read(): ReadonlyArray<CallbackDelivery.CallbackDelivery> {
    return this.log.read().map(shown)
  }

  /** The number of callbacks by delivery status. */
  count(): Readonly<Counts> {
    return { ...this.counts, pending: this.inFlight.size }
  }

  get capacity(): number {
    return this.log.capacity
  }

  /** Keeps this many deliveries in the log from now on. */
  resize(capacity: number): void {
    this.log.resize(capacity)
  }

  clear(): void {
    this.log.clear()
    this.counts = { ...noCounts }
    this.overrun.clear()
    this.observer?.(undefined)
  }

  /** Waits until no callback is pending. Fails after `limit`, measured by the runtime's timer. */
  settled(limit = this.awaitTimeout): Effect.Effect<void, SandboxError.SandboxError> {
    return this.inFlight.awaitNone.pipe(
      Effect.raceFirst(late(limit)),
      Effect.catch(() => Effect.fromResult(this.outstanding(limit)))
    )
  }

  private outstanding(limit: Duration.Duration): Result.Result<void, SandboxError.SandboxError> {
    if (this.inFlight.size === 0) return Result.void
    const events = new Map<string, number>()
    for (const { event } of this.inFlight.values) events.set(event, (events.get(event) ?? 0) + 1)
    const pending = Array.from(events, ([event, count]) => `${count} ${event}`).join(", ")
    return Result.fail(SandboxError.make("callbacks-pending", `After ${Duration.format(limit)}: ${pending}.`))
  }

  /** Drops all pending callbacks and returns their number. */
  drop(): number {
    const dropped = Array.from(this.inFlight.values)
    for (const delivery of dropped) {
      this.end(delivery, "dropped")
      this.inFlight.abort(delivery)
    }
    return dropped.length
  }

  /** Drops all pending and later callbacks, and returns the number of pending ones. */
  stop(): number {
    this.stopped = true
    this.scheduler.stop()
    return this.drop()
  }

  private fork(effect: Effect.Effect<void>): Fiber.Fiber<void> {
    return Effect.runForkWith(Context.make(Clock.Clock, this.clock))(effect)
  }

  private urlOf({ settings }: RoomRecord): string | undefined {
    return settings.statusCallback ?? this.options.url
  }

  private tell(change: Change.Change): void {
    if (this.engine.observer !== undefined) this.scheduler.ask()
    const event = CallbackEvent.nameOf(change)
    if (event === undefined) return
    const room = CallbackEvent.roomOf(change)
    const sequenceNumber = room.events++
    const configured = this.urlOf(room)
    if (configured === undefined) return
    this.scheduler.ask()
    // Callbacks for the past of a scenario count as sent.
    if (this.engine.isReplaying) return
    const { accountSid, store } = this.engine
    const method = room.settings.statusCallback === undefined ? this.options.method : room.settings.statusCallbackMethod
    const moment = { accountSid, event, sequenceNumber, now: store.now }
    const parameters = CallbackEvent.parameters(change, moment)
    const request = CallbackRequest.make(configured, method ?? "POST", parameters)
    const delivery: Delivery = {
      bytes: 1,
      id: freshToken(),
      at: new Date(store.now).toISOString(),
      event,
      roomSid: room.sid,
      sequenceNumber,
      method: method ?? "POST",
      url: request.url.origin + request.url.pathname,
      attempts: 0,
      deliveryStatus: "pending"
    }
    this.log.add(delivery)
    this.observer?.(delivery)
    if (!this.allows(request.url)) this.end(delivery, "refused-host")
    else if (this.stopped) this.end(delivery, "dropped")
    else if (this.inFlight.enter(delivery, request.url.origin)) this.start(delivery, request)
    else this.refuse(delivery, request.url.origin)
  }

  private end(delivery: Delivery, status: Exclude<CallbackDelivery.DeliveryStatus, "pending">): void {
    if (isOver(delivery)) return
    delivery.deliveryStatus = status
    this.counts[status] += 1
    this.observer?.(delivery)
  }

  private refuse(delivery: Delivery, receiver: string): void {
    delivery.problem = "queue-full"
    this.end(delivery, "dropped")
    if (this.overrun.has(receiver)) return
    this.overrun.add(receiver)
    const warning = Effect.logWarning(
      `Dropping status callbacks to ${receiver}: ${this.maximum} are pending for it, or ${2 * this.maximum} in ` +
        "total. Check that it responds, or increase callbacks.maxPending."
    )
    Effect.runForkWith(Fiber.getCurrent()?.context ?? Context.empty())(warning)
  }

  private start(delivery: Delivery, request: CallbackRequest.CallbackRequest): void {
    const context = Fiber.getCurrent()?.getRef(ExecutionContext.ExecutionContext)
    const owner = context ?? this
    let lines = this.lines.get(owner)
    if (lines === undefined) this.lines.set(owner, (lines = new Map()))
    const { roomSid } = delivery
    const before = lines.get(roomSid)
    let letNext = () => {}
    const mine = new Promise<void>((resolve) => (letNext = resolve))
    lines.set(roomSid, mine)
    const leave = () => {
      letNext()
      if (lines.get(roomSid) === mine) lines.delete(roomSid)
    }
    const signed = Effect.map(
      StatusCallback.sign({ url: request.url.href, parameters: request.signed }).pipe(
        Effect.provideService(AuthToken.AuthToken, { authToken: Redacted.make(this.engine.credentials.authToken) })
      ),
      (signature) => ({
        ...request.headers,
        "x-twilio-signature": signature,
        "i-twilio-idempotency-token": delivery.id
      })
    )
    const fiber = this.fork(
      Effect.andThen(
        before === undefined ? Effect.void : Effect.promise(() => before),
        this.busily(
          1,
          Effect.flatMap(signed, (headers) => this.deliver(delivery, request, headers, leave))
        )
      ).pipe(
        Effect.catchDefect((defect) =>
          Effect.sync(() => this.end(delivery, "failed")).pipe(
            Effect.andThen(Effect.logError("A status callback failed with a defect", defect))
          )
        ),
        Effect.ensuring(
          Effect.sync(() => {
            leave()
            this.inFlight.leave(delivery)
          })
        )
      )
    )
    // A request of a Worker can't abort an attempt of another one. The attempt completes and isn't retried.
    const abort = context === undefined ? () => fiber.interruptUnsafe() : () => {}
    this.inFlight.onAbort(delivery, abort)
    ExecutionContext.waitUntil(context, fiber)
  }

  /** Adds to the number of busy deliveries until the effect ends. */
  private busily<A>(busy: 1 | -1, effect: Effect.Effect<A>): Effect.Effect<A> {
    return Effect.suspend(() => {
      this.busy += busy
      return Effect.ensuring(
        effect,
        Effect.sync(() => {
          this.busy -= busy
        })
      )
    })
  }

  private deliver(
    delivery: Delivery,
    request: CallbackRequest.CallbackRequest,
    headers: Readonly<Record<string, string>>,
    leave: () => void
  ): Effect.Effect<void> {
    const { callbackDelivery, callbackOrder } = this.engine.assumptions
    const { body, method, url } = request
    const attempt = Effect.tryPromise({
      try: (signal) => {
        // A redirect could lead to a host that isn't allowed.
        const init = { method, headers, redirect: "manual", signal, ...(body === undefined ? {} : { body }) } as const
        const response = this.send(new Request(url, init))
        if (callbackOrder === "at-once") leave()
        return Promise.resolve(response)
      },
      catch: () => "no-connection" as const
    }).pipe(Effect.raceFirst(late(this.timeout)), Effect.result)
    return Effect.gen({ self: this }, function* () {
      for (const wait of [0, ...retryMillis[callbackDelivery]]) {
        if (wait > 0) yield* this.busily(-1, Effect.sleep(wait))
        if (isOver(delivery)) return
        delivery.attempts += 1
        this.observer?.(delivery)
        const response = yield* attempt
        if (isOver(delivery)) return
        delete delivery.status
        delete delivery.problem
        if (response._tag === "Failure") delivery.problem = response.failure
        else {
          delivery.status = response.success.status
          // Nobody reads the body, and it must not hold the connection open.
          response.success.body?.cancel().catch(() => {})
        }
        leave()
        if (Math.floor((delivery.status ?? 0) / 100) === 2) {
          return this.end(delivery, "delivered")
        }
      }
      this.end(delivery, "failed")
    })
  }
}

/**
 * Delivers status callbacks: selects the changes to report, keeps their order, and logs the deliveries.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Random from "effect/Random"
import * as Result from "effect/Result"
import type * as CallbackDelivery from "../../CallbackDelivery.ts"
import type * as EventName from "../../EventName.ts"
import * as SandboxError from "../../SandboxError.ts"
import type * as SandboxOptions from "../../SandboxOptions.ts"
import type * as Change from "../engine/Change.ts"
import type { RoomRecord } from "../engine/Records.ts"
import type { RoomEngine } from "../engine/RoomEngine.ts"
import * as RoomSettings from "../engine/RoomSettings.ts"
import { BoundedLog } from "../journal/BoundedLog.ts"
import * as AllowedHosts from "../wire/AllowedHosts.ts"
import * as ExecutionContext from "../wire/ExecutionContext.ts"
import * as CallbackEvent from "./CallbackEvent.ts"
import { Delivery } from "./Delivery.ts"
import * as DeliveryFaults from "./DeliveryFaults.ts"
import { InFlight } from "./InFlight.ts"
import { Lines } from "./Lines.ts"
import { Scheduler } from "./Scheduler.ts"
import { Sender } from "./Sender.ts"

type Counts = Record<CallbackDelivery.DeliveryStatus, number>

const noCounts: Counts = { pending: 0, delivered: 0, failed: 0, "refused-host": 0, dropped: 0 }

const defaultMaximum = 10_000

/** How much memory the log takes for each delivery it keeps, if no limit is set, in bytes. */
const bytesEach = 16_384

const retryMillis = { once: [], retried: [1000, 2000, 4000] } as const

/** How long a callback that is out of order waits for the next one, in milliseconds. */
const longestHold = 5000

const isCallbackUrl = (url: string | undefined): boolean => url === undefined || RoomSettings.isCallbackUrl(url)

/** Describes the first invalid option; undefined if all are valid. */
export const problemOf = (options: SandboxOptions.CallbackOptions): string | undefined => {
  const { allowedHosts = [], forwardTo, maxPending = defaultMaximum, url } = options
  if (!Number.isSafeInteger(maxPending) || maxPending < 1) return "callbacks.maxPending must be a whole number from 1."
  const host = AllowedHosts.invalid(allowedHosts)
  if (host !== undefined)
    return `Invalid callback host ${JSON.stringify(host)}. Use a form such as app.example.com or app.example.com:8080.`
  return isCallbackUrl(url) && isCallbackUrl(forwardTo)
    ? undefined
    : "Invalid callback URL. Use an http or https URL of at most 1023 characters."
}

interface Receiver {
  readonly configured: string
  readonly method: "GET" | "POST"
}

export class Callbacks {
  /** A server's observer of deliveries, called after each change of one. Undefined if the log was cleared. */
  observer: ((delivery: Delivery | undefined) => void) | undefined
  readonly log: BoundedLog<Delivery>
  readonly faults: DeliveryFaults.DeliveryFaults
  private readonly engine: RoomEngine
  private readonly options: SandboxOptions.CallbackOptions
  private readonly processClock: Clock.Clock
  private readonly allows: AllowedHosts.Allows
  private readonly awaitTimeout: Duration.Duration
  private counts = { ...noCounts }
  private readonly scheduler: Scheduler
  private readonly maximum: number
  private readonly inFlight: InFlight<Delivery>
  /** The receivers that a warning was logged for. */
  private readonly overrun = new Set<string>()
  private readonly lines = new Lines()
  private readonly sender: Sender
  private stopped = false

  /** `processClock` is Effect's. `freshRandom` makes the generator of the delivery faults. */
  constructor(
    engine: RoomEngine,
    options: SandboxOptions.CallbackOptions,
    processClock: Clock.Clock,
    freshRandom: () => Random.Random
  ) {
    const problem = problemOf(options)
    if (problem !== undefined) throw new Error(problem)
    this.engine = engine
    this.options = options
    this.processClock = processClock
    this.allows = AllowedHosts.make(options.allowedHosts ?? ["loopback"])
    this.awaitTimeout = Duration.fromInputUnsafe(options.awaitTimeout ?? "30 seconds")
    this.maximum = options.maxPending ?? defaultMaximum
    this.inFlight = new InFlight(this.maximum)
    this.log = new BoundedLog(options.log ?? 1000, options.logBytes, bytesEach)
    this.faults = new DeliveryFaults.DeliveryFaults(freshRandom)
    this.faults.set(Result.getOrThrow(DeliveryFaults.read(options.faults ?? [])))
    this.sender = new Sender(
      engine,
      options,
      () => this.clock,
      (delivery, bytes) => this.changed(delivery, bytes)
    )
    this.scheduler = new Scheduler(
      engine,
      () => this.clock,
      (effect) => this.fork(effect)
    )
    engine.listener = (change) => this.tell(change)
  }

  /** The number of deliveries that are being signed or sent. The other pending ones wait for the clock or their turn. */
  get busy(): number {
    return this.sender.busy
  }

  private get clock(): Clock.Clock {
    return this.engine.clock ?? this.processClock
  }

  /** Starts the scheduler if a restored room has a callback URL, or if a server's observers must see each change. */
  resume(): void {
    if (this.engine.observer !== undefined) return this.scheduler.ask()
    for (const room of this.engine.store.rooms.values()) {
      if (this.receiversOf(room).length > 0) return this.scheduler.ask()
    }
  }

  /** Oldest first. */
  read(): ReadonlyArray<CallbackDelivery.CallbackDelivery> {
    return this.log.read().map((delivery) => delivery.show())
  }

  find(id: string | undefined): Delivery | undefined {
    return this.log.read().find((delivery) => delivery.id === id)
  }

  /** The number of callbacks by delivery status. */
  count(): Readonly<Counts> {
    return { ...this.counts, pending: this.inFlight.size }
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
      Effect.raceFirst(Sender.late(limit)),
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

  /** Sends a callback that isn't pending once more, with the same parameters and token. */
  replay(id: string | undefined): Result.Result<Delivery, SandboxError.SandboxError> {
    const delivery = this.find(id)
    if (delivery === undefined) return SandboxError.fail("no-such-callback")
    if (!delivery.isOver) return SandboxError.fail("callback-pending")
    this.counts[delivery.status] -= 1
    delivery.status = "pending"
    delivery.problem = undefined
    const { url } = delivery.request()
    if (this.mayEnter(delivery, url)) {
      this.run(delivery, [this.sender.send(delivery, [], () => {})])
    }
    return Result.succeed(delivery)
  }

  private fork(effect: Effect.Effect<void>): Fiber.Fiber<void> {
    return Effect.runForkWith(Context.make(Clock.Clock, this.clock))(effect)
  }

  private receiversOf({ settings }: RoomRecord): ReadonlyArray<Receiver> {
    const { forwardTo, method = "POST", url } = this.options
    const receivers: Array<Receiver> = []
    const { statusCallback, statusCallbackMethod } = settings
    if (statusCallback !== undefined) receivers.push({ configured: statusCallback, method: statusCallbackMethod })
    else if (url !== undefined) receivers.push({ configured: url, method })
    if (forwardTo !== undefined && forwardTo !== receivers[0]?.configured) {
      receivers.push({ configured: forwardTo, method: "POST" })
    }
    return receivers
  }

  private tell(change: Change.Change): void {
    if (this.engine.observer !== undefined) this.scheduler.ask()
    if (change.type === "participant-anonymized") return this.anonymize(change.participant.sid)
    const event = CallbackEvent.nameOf(change)
    if (event === undefined) return
    const room = CallbackEvent.roomOf(change)
    const sequenceNumber = room.events++
    const receivers = this.receiversOf(room)
    if (receivers.length === 0) return
    this.scheduler.ask()
    // Callbacks for the past of a scenario count as sent.
    if (this.engine.isReplaying) return
    for (const receiver of receivers) this.add(change, event, sequenceNumber, receiver)
  }

  /** Neither the log nor a pending callback may keep an identity that was erased. */
  private anonymize(participantSid: string): void {
    for (const delivery of this.log.read()) delivery.anonymize(participantSid)
    for (const delivery of this.inFlight.values) delivery.anonymize(participantSid)
  }

  private add(change: Change.Change, event: EventName.EventName, sequenceNumber: number, receiver: Receiver): void {
    const { accountSid, store } = this.engine
    const { sid: roomSid } = CallbackEvent.roomOf(change)
    const { now } = store
    const parameters = CallbackEvent.parameters(change, { accountSid, event, sequenceNumber, now })
    const effects = this.faults.trigger(event)
    const delivery = new Delivery({ at: now, event, roomSid, sequenceNumber, ...receiver, parameters, effects })
    this.log.add(delivery)
    this.observer?.(delivery)
    if (effects.types.has("lost")) return this.end(delivery, "dropped")
    if (this.mayEnter(delivery, delivery.request().url)) this.start(delivery, receiver.configured)
  }

  /** Adds a delivery to the pending ones, or ends it if it may not be sent. */
  private mayEnter(delivery: Delivery, url: URL): boolean {
    if (!this.allows(url)) this.end(delivery, "refused-host")
    else if (this.stopped) this.end(delivery, "dropped")
    else if (this.inFlight.enter(delivery, url.origin)) return true
    else this.refuse(delivery, url.origin)
    return false
  }

  private changed(delivery: Delivery, bytes: number): void {
    this.log.grow(delivery, bytes)
    this.observer?.(delivery)
  }

  private end(delivery: Delivery, status: Exclude<CallbackDelivery.DeliveryStatus, "pending">): void {
    if (delivery.isOver) return
    delivery.end(status)
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

  /** Sends a delivery and, if a fault doubles it, a copy. Each one takes its place in the line when it's due. */
  private start(delivery: Delivery, receiver: string): void {
    const owner = Fiber.getCurrent()?.getRef(ExecutionContext.ExecutionContext) ?? this
    const { late, types } = delivery.effects
    const isHeld = types.has("out-of-order")
    const send = (wait: number, retries: ReadonlyArray<number>) => {
      const inTurn = Effect.suspend(() => {
        const turn = this.lines.enter(owner, `${delivery.roomSid} ${receiver}`, isHeld)
        const ready = isHeld
          ? Effect.andThen(
              Effect.timeoutOption(turn.wait, longestHold),
              Effect.suspend(() => {
                turn.release()
                return turn.wait
              })
            )
          : turn.wait
        return Effect.andThen(ready, this.sender.send(delivery, retries, turn.leave)).pipe(
          Effect.ensuring(Effect.sync(turn.leave))
        )
      })
      return wait > 0 ? Effect.andThen(Effect.sleep(wait), inTurn) : inTurn
    }
    const first = send(late[0], retryMillis[this.engine.assumptions.callbackDelivery])
    this.run(delivery, types.has("twice") ? [first, send(late[1], [])] : [first])
  }

  /** Forks the sending of a delivery, which a reset or the end of the sandbox aborts. It ends with the last copy. */
  private run(delivery: Delivery, copies: ReadonlyArray<Effect.Effect<boolean>>): void {
    const context = Fiber.getCurrent()?.getRef(ExecutionContext.ExecutionContext)
    let left = copies.length
    let status: "delivered" | "failed" = "failed"
    const fibers = copies.map((copy) =>
      this.fork(
        Effect.map(copy, (isDelivered) => {
          if (isDelivered) status = "delivered"
        }).pipe(
          Effect.catchDefect((defect) => Effect.logError("A status callback failed with a defect", defect)),
          Effect.ensuring(
            Effect.sync(() => {
              left -= 1
              if (left > 0) return
              this.end(delivery, status)
              this.inFlight.leave(delivery)
            })
          )
        )
      )
    )
    // A request of a Worker can't abort an attempt of another one. The attempt completes and isn't retried.
    const abort = () => fibers.forEach((fiber) => fiber.interruptUnsafe())
    if (context === undefined) this.inFlight.onAbort(delivery, abort)
    for (const fiber of fibers) ExecutionContext.waitUntil(context, fiber)
  }
}

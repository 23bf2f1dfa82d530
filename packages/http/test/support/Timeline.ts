/**
 * Runs a program under a test's clock from one delay to the next, with a server that records the time of each request.
 */
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import type * as Operations from "./Operations.ts"
import type * as Stub from "./Stub.ts"

export const noon = Date.parse("2026-11-21T12:00:00Z")

/** A request that the server received. */
export interface Sent {
  /** Milliseconds since noon. */
  readonly at: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly body: string
  readonly request: Request
}

export interface Server {
  readonly handler: Stub.Handler
  readonly sent: Array<Sent>
}

export type Responder = (request: Request, now: number) => Response | Promise<Response>

/** Sets the clock to noon, and makes a server. The index of a request is from 0. */
export const serve = Effect.fnUntraced(function* (
  response: (request: Request, index: number, now: number) => Responder
) {
  yield* TestClock.setTime(noon)
  const clock = yield* Clock.Clock
  const sent: Array<Sent> = []
  const handler: Stub.Handler = async (request) => {
    const now = clock.currentTimeMillisUnsafe()
    const { pathname, search } = new URL(request.url)
    const copy = request.clone()
    const place = sent.length
    const one = { at: now - noon, method: request.method, path: `${pathname}${search}`, request }
    sent.push({ ...one, body: "" })
    sent[place] = { ...one, body: await copy.text() }
    return response(request, place, now)(request, now)
  }
  const server: Server = { handler, sent }
  return server
})

/** Responds in this order, and repeats the last response. */
export const inTurn =
  (...responses: ReadonlyArray<Responder>) =>
  (_: Request, index: number): Responder => {
    const response = responses[Math.min(index, responses.length - 1)]
    if (response === undefined) throw new Error("no response to send")
    return response
  }

// An in-process response takes a few turns of the event loop.
const calm = Effect.promise(async () => {
  for (let turn = 0; turn < 24; turn++) await new Promise((resolve) => setImmediate(resolve))
})

export interface Running<A, E> {
  readonly fiber: Fiber.Fiber<A, E>
  /** Runs it until it ends, or until a time in milliseconds after noon. */
  readonly until: (millis: number) => Effect.Effect<void>
  /** Its exit, and the time in milliseconds after noon. */
  readonly end: Effect.Effect<{ readonly exit: Exit.Exit<A, E>; readonly at: number }>
}

/** Starts a program, and runs it to its first delay. */
export const start = Effect.fnUntraced(function* <A, E, R>(program: Effect.Effect<A, E, R>) {
  const clock = yield* Clock.Clock
  const waits = new Set<{ readonly end: number }>()
  const watched: Clock.Clock = {
    ...clock,
    sleep: (duration) =>
      Effect.suspend(() => {
        const wait = { end: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
        waits.add(wait)
        return Effect.ensuring(
          clock.sleep(duration),
          Effect.sync(() => waits.delete(wait))
        )
      })
  }
  const fiber = yield* Effect.forkChild(Effect.provideService(program, Clock.Clock, watched))
  yield* calm

  const goOn = (last: number) =>
    Effect.gen(function* () {
      yield* calm
      while (fiber.pollUnsafe() === undefined) {
        const next = Math.min(...[...waits].map(({ end }) => end))
        if (next > last || next === Infinity) break
        yield* TestClock.setTime(Math.max(next, clock.currentTimeMillisUnsafe()))
        yield* calm
      }
    })

  const running: Running<A, E> = {
    fiber,
    until: (millis) =>
      Effect.gen(function* () {
        yield* goOn(noon + millis)
        yield* TestClock.setTime(Math.max(noon + millis, clock.currentTimeMillisUnsafe()))
        yield* calm
      }),
    end: Effect.gen(function* () {
      yield* goOn(Number.MAX_SAFE_INTEGER)
      const exit = fiber.pollUnsafe()
      if (exit === undefined) return yield* Effect.die(new Error("the program waits for ever"))
      return { exit, at: clock.currentTimeMillisUnsafe() - noon }
    })
  }
  return running
})

/** Runs a program to its end; returns its exit, and the time in milliseconds after noon. */
export const run = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.flatMap(start(program), (running) => running.end)

/** Makes every random number this one. */
export const withDraw =
  (draw: number) =>
  <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(program, Random.Random, { nextDoubleUnsafe: () => draw, nextIntUnsafe: () => 0 })

/** The largest number below 1. */
export const almostOne = 1 - Number.EPSILON / 2

/** A name of an error: its tag, its reason, its problem or its failure code. */
export const nameOf = (error: Operations.Failure): string => {
  if (error._tag !== "TwilioError") return error._tag
  const { reason } = error
  if (reason._tag === "UnexpectedResponse") return reason.problem
  if (reason._tag === "TransportFailed") return `TransportFailed ${reason.failure ?? "without a name"}`
  return reason._tag === "TimedOut" ? `TimedOut ${reason.limit}` : reason._tag
}

/** The failure of an exit. */
export const failureOf = <A, E>(exit: Exit.Exit<A, E>): E => {
  if (Exit.isFailure(exit)) {
    for (const reason of exit.cause.reasons) if (reason._tag === "Fail") return reason.error
  }
  throw new Error(`it did not fail: ${JSON.stringify(exit)}`)
}

/** The failure of an exit, which must be a `TwilioError`. */
export const twilioErrorOf = (exit: Exit.Exit<unknown, Operations.Failure>): TwilioError.TwilioError => {
  const error = failureOf(exit)
  if (error._tag !== "TwilioError") throw new Error(`it is ${error._tag}`)
  return error
}

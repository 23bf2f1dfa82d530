/**
 * Tests the timeout of a request and the deadline of an operation.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const doubt = "may have taken effect"

const hang: Timeline.Responder = () => new Promise(() => {})
const reset: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNRESET" }))
const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Timeline.Responder =>
  () =>
    Stub.json(value, status, headers)
const busy = (status: number, seconds: number) => json({}, status, { "retry-after": String(seconds) })

const fetch = Participants.fetch("Standup", "Alice")
const disconnect = Participants.disconnect("Standup", "Alice")

/** Delays the responses to reads. */
const slowReads =
  (delay: Duration.Input) =>
  (client: HttpClient.HttpClient): HttpClient.HttpClient =>
    HttpClient.transform(client, (response, request) =>
      request.method === "GET" ? Effect.tap(response, () => Effect.sleep(delay)) : response
    )

interface Options {
  readonly policy: Partial<RequestPolicy.RequestPolicy>
  readonly quota?: { readonly reads: number; readonly writes: number }
  readonly transformClient?: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

const play = Effect.fnUntraced(function* <A, E extends Operations.Failure>(
  program: Effect.Effect<A, E, TwilioVideo.Services>,
  responses: ReadonlyArray<Timeline.Responder>,
  options: Options
) {
  const server = yield* Timeline.serve(Timeline.inTurn(...responses))
  const { at, exit } = yield* Timeline.run(Timeline.withDraw(0)(Stub.run(server.handler, program, options)))
  return { at, exit, sent: server.sent, times: server.sent.map(({ at }) => at) }
})

const assertTimedOut = (
  exit: Exit.Exit<unknown, Operations.Failure>,
  limit: "attempt" | "operation",
  after: Duration.Input
) => {
  const error = Timeline.twilioErrorOf(exit)
  const { reason } = error
  if (reason._tag !== "TimedOut") return assert.fail(error.message)
  assert.strictEqual(reason.limit, limit)
  assert.deepStrictEqual(reason.after, Duration.fromInputUnsafe(after))
  return error
}

describe("the timeout of a request", () => {
  for (const { body, call, name } of Operations.all) {
    it.effect(`of ${name} cancels the request`, () =>
      Effect.gen(function* () {
        const server = yield* Timeline.serve(Timeline.inTurn(hang))
        const program = Stub.run(server.handler, call(Operations.bySid), {
          policy: { timeout: "7 seconds", attempts: 1 }
        })
        const running = yield* Timeline.start(program)
        yield* running.until(6999)
        assert.isUndefined(running.fiber.pollUnsafe())
        const { at, exit } = yield* running.end
        assert.strictEqual(at, 7000)
        assertTimedOut(exit, "attempt", "7 seconds")
        assert.deepStrictEqual(
          server.sent.map(({ request }) => request.signal.aborted),
          [true]
        )
        const inTime = yield* play(call(Operations.bySid), [json(body)], { policy: { timeout: 1 } })
        assert.isTrue(Exit.isSuccess(inTime.exit))
      })
    )
  }

  it.effect("starts with each request, and includes the body of the response", () =>
    Effect.gen(function* () {
      const neverEnds: Timeline.Responder = () =>
        new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) }))
      const { at, exit, times } = yield* play(fetch, [hang, neverEnds, json(Stub.body())], {
        policy: { timeout: "4 seconds" }
      })
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual([times, at], [[0, 4000, 8000], 8000])
    })
  )
})

describe("a deadline", () => {
  for (const { call, name, endpoint } of Operations.all) {
    const isWrite = VideoWire.operations[endpoint].method === "POST"

    it.effect(`during a request of ${name} cancels the request`, () =>
      Effect.gen(function* () {
        const { at, exit, sent } = yield* play(call(Operations.bySid), [hang], { policy: { deadline: "3 seconds" } })
        const error = assertTimedOut(exit, "operation", "3 seconds")
        assert.strictEqual(at, 3000)
        assert.strictEqual(error.attempts, 1)
        assert.include(error.message, "within the deadline of 3 s; 1 request was sent.")
        assert.strictEqual(error.message.includes(doubt), isWrite, error.message)
        assert.deepStrictEqual(
          sent.map(({ request }) => request.signal.aborted),
          [true]
        )
        assert.deepStrictEqual(Operations.leaks(error), [])
      })
    )

    it.effect(`before the next retry of ${name} fails at once with the last error`, () =>
      Effect.gen(function* () {
        for (const [seconds, requests] of [
          [2, 2],
          [3, 1],
          [4, 1]
        ] as const) {
          const { at, exit, sent } = yield* play(call(Operations.bySid), [busy(429, seconds)], {
            policy: { deadline: "3 seconds", attempts: 2 }
          })
          const error = Timeline.failureOf(exit)
          assert.strictEqual(Timeline.nameOf(error), "RateLimited")
          assert.strictEqual(sent.length, requests)
          assert.strictEqual(error.attempts, requests)
          assert.strictEqual(at, requests === 2 ? 2000 : 0)
        }
      })
    )
  }

  it.effect("includes all requests and delays", () =>
    Effect.gen(function* () {
      const policy = { timeout: "2 seconds", deadline: "5 seconds" } as const
      const { at, exit, times } = yield* play(fetch, [hang], { policy })
      const error = assertTimedOut(exit, "operation", "5 seconds")
      assert.deepStrictEqual([times, at, error.attempts], [[0, 2000, 4000], 5000, 3])
      assert.include(error.message, "3 requests were sent.")
      const late = yield* play(fetch, [hang, busy(503, 2)], { policy: { timeout: "2 seconds", deadline: "4 seconds" } })
      assert.strictEqual(Timeline.nameOf(Timeline.failureOf(late.exit)), "Unavailable")
      assert.deepStrictEqual([late.times, late.at], [[0, 2000], 2000])
    })
  )

  it.effect("doesn't affect operations that end in time", () =>
    Effect.gen(function* () {
      const { at, exit } = yield* play(fetch, [busy(429, 2), json(Stub.body())], { policy: { deadline: "3 seconds" } })
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(at, 2000)
      const forbidden = yield* play(fetch, [json({ code: 20403 }, 403)], { policy: { deadline: "3 seconds" } })
      assert.strictEqual(Timeline.nameOf(Timeline.failureOf(forbidden.exit)), "Forbidden")
    })
  )

  it.effect("applies to each page of a stream", () =>
    Effect.gen(function* () {
      let pages = 0
      const stream = Operations.all.find(({ name }) => name === "Rooms.stream")
      if (stream === undefined) return assert.fail("no stream")
      const page: Timeline.Responder = () => {
        pages += 1
        const next = pages === 6 ? null : `https://video.twilio.com/v1/Rooms?PageToken=${pages}`
        return Stub.json(Stub.list([Stub.room()], next, undefined, "rooms"))
      }
      const { at, exit } = yield* play(
        stream.call(Operations.byName),
        [busy(429, 2), page, busy(429, 2), page, busy(429, 2), page],
        { policy: { deadline: "3 seconds" } }
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(at, 6000)
    })
  )
})

describe("a deadline with a quota", () => {
  const quota = { reads: 1, writes: 1 }
  const both = <A, E>(program: Effect.Effect<A, E, TwilioVideo.Services>) =>
    Effect.andThen(Effect.exit(program), program)

  it.effect("before the first request's turn fails at once, and nothing is sent", () =>
    Effect.gen(function* () {
      for (const program of [fetch, disconnect]) {
        const { at, exit, times } = yield* play(both<unknown, Operations.Failure>(program), [json(Stub.body())], {
          policy: { deadline: "1 second" },
          quota
        })
        const error = assertTimedOut(exit, "operation", "1 second")
        assert.include(error.message, "nothing was sent")
        assert.notInclude(error.message, doubt)
        assert.isUndefined(error.attempts)
        assert.deepStrictEqual([times, at], [[0], 0])
      }
    })
  )

  it.effect("before the next request's turn fails at once, with the number of requests", () =>
    Effect.gen(function* () {
      // The quota is asked after the retry's delay, which is 0 with this random number.
      for (const [response, isDoubtful, retried] of [
        [reset, true, 0],
        [json({}, 429), false, 0]
      ] as const) {
        const { at, exit, times } = yield* play(disconnect, [response], { policy: { deadline: "1 second" }, quota })
        const error = assertTimedOut(exit, "operation", "1 second")
        assert.deepStrictEqual([times, at, error.attempts], [[0], retried, 1])
        // Once only.
        assert.strictEqual(error.message.split(doubt).length - 1, isDoubtful ? 1 : 0, error.message)
        const read = yield* play(fetch, [response], { policy: { deadline: "1 second" }, quota })
        assert.notInclude(assertTimedOut(read.exit, "operation", "1 second").message, doubt)
      }
    })
  )

  it.effect("has no default: a request waits for its turn, and then has its own timeout", () =>
    Effect.gen(function* () {
      const many = Effect.all(
        Array.from({ length: 200 }, () => Effect.exit(fetch)),
        { concurrency: "unbounded" }
      )
      const { exit, times } = yield* play(many, [json(Stub.body())], { policy: {}, quota })
      assert.strictEqual(times.length, 200)
      assert.isAbove(times.at(-1) ?? 0, 190_000)
      assert.isTrue(Exit.isSuccess(exit) && exit.value.every(Exit.isSuccess))
    })
  )
})

describe("the deadline of several requests", () => {
  // Two seconds for each response: the second request starts within the deadline and can't end in it.
  const cases: ReadonlyArray<
    readonly [
      name: string,
      program: Effect.Effect<unknown, Operations.Failure, TwilioVideo.Services>,
      first: Timeline.Responder
    ]
  > = [
    ["anonymizing by identity", Participants.anonymize("Standup", "Alice"), json(Stub.body({ status: "connected" }))],
    ["completing by name", Rooms.complete("Standup"), json(Stub.room())],
    [
      "removing by SID so that nobody stays",
      Participants.ensureDisconnected("Standup", Stub.sid("b")),
      json(Stub.body({ status: "connected" }))
    ]
  ]

  for (const [name, program, first] of cases) {
    it.effect(`is shared: ${name}`, () =>
      Effect.gen(function* () {
        const { at, exit, times } = yield* play(program, [first, hang], {
          policy: { deadline: "3 seconds" },
          transformClient: slowReads("2 seconds")
        })
        assertTimedOut(exit, "operation", "3 seconds")
        assert.deepStrictEqual([times, at], [[0, 2000], 3000])
      })
    )
  }

  it.effect("is shared: finding the record of a removal without a response", () =>
    Effect.gen(function* () {
      const { at, exit, times } = yield* play(disconnect, [hang, json({ code: 20404, message: "No" }, 404), hang], {
        policy: { timeout: "2 seconds", deadline: "3 seconds" }
      })
      assert.include(assertTimedOut(exit, "operation", "3 seconds").message, doubt)
      assert.deepStrictEqual([times, at], [[0, 2000, 2000], 3000])
    })
  )
})

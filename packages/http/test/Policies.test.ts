/**
 * Tests which policy is in force, which policies are invalid, and interruption.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const fetch = Participants.fetch("Standup", "Alice")

const reset: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNRESET" }))

const hang: Timeline.Responder = () => new Promise(() => {})

/** The number of requests that a program sends to a server that always fails, and when the program ends. */
const sentBy = Effect.fnUntraced(function* (
  program: Effect.Effect<unknown, unknown, TwilioVideo.Services>,
  policy: Partial<RequestPolicy.RequestPolicy> = {},
  response: Timeline.Responder = reset
) {
  const server = yield* Timeline.serve(Timeline.inTurn(response))
  const { at } = yield* Timeline.run(Timeline.withDraw(0)(Stub.run(server.handler, Effect.exit(program), { policy })))
  return [server.sent.length, at]
})

describe("a policy", () => {
  it.effect("allows five requests by default", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(RequestPolicy.defaults.attempts, 5)
      assert.deepStrictEqual(yield* sentBy(fetch), [5, 0])
      assert.deepStrictEqual(yield* sentBy(fetch, {}, hang), [5, 150_000])
    })
  )

  it.effect("can be set for a program, a scope and a call; inner members override outer ones", () =>
    Effect.gen(function* () {
      const program = { attempts: 3, timeout: "1 second" } as const
      assert.deepStrictEqual(yield* sentBy(fetch, program, hang), [3, 3000])
      const call = fetch.pipe(RequestPolicy.withPolicy({ attempts: 2 }))
      assert.deepStrictEqual(yield* sentBy(call, program, hang), [2, 2000])
      const scope = fetch.pipe(
        RequestPolicy.withPolicy({ attempts: 2 }),
        RequestPolicy.withPolicy({ attempts: 4, timeout: "5 seconds" })
      )
      assert.deepStrictEqual(yield* sentBy(scope, program, hang), [2, 10_000])
      const off = fetch.pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries))
      assert.deepStrictEqual(yield* sentBy(off, program, hang), [1, 1000])
      assert.deepStrictEqual(yield* sentBy(fetch.pipe(RequestPolicy.withPolicy({})), program, hang), [3, 3000])
      const nothing = { attempts: undefined, timeout: undefined, deadline: undefined }
      assert.deepStrictEqual(yield* sentBy(fetch.pipe(RequestPolicy.withPolicy(nothing)), program, hang), [3, 3000])
      const provided = fetch.pipe(Effect.provideService(RequestPolicy.Current, nothing))
      assert.deepStrictEqual(yield* sentBy(provided, program, hang), [3, 3000])
      const twice = fetch.pipe(RequestPolicy.withPolicy(nothing), RequestPolicy.withPolicy({ deadline: "1500 millis" }))
      assert.deepStrictEqual(yield* sentBy(twice, program, hang), [2, 1500])
      const unlimited = fetch.pipe(
        RequestPolicy.withPolicy({ deadline: Infinity }),
        RequestPolicy.withPolicy({ deadline: "1500 millis" })
      )
      assert.deepStrictEqual(yield* sentBy(unlimited, program, hang), [3, 3000])
    })
  )

  it.effect("applies to its call only", () =>
    Effect.gen(function* () {
      const short = fetch.pipe(RequestPolicy.withPolicy({ attempts: 2 }), Effect.exit)
      const plain = Effect.exit(fetch)
      assert.deepStrictEqual(yield* sentBy(Effect.all([plain, short, plain, short, plain])), [19, 0])
      assert.deepStrictEqual(yield* sentBy(Effect.all([plain, short, plain], { concurrency: 3 })), [12, 0])
    })
  )

  it.effect("can be provided to the program and its layers", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(reset))
      const layer = Stub.layer(server.handler, { policy: {} })
      const inner = Effect.exit(fetch).pipe(Effect.provide(RequestPolicy.layer({ attempts: 2 })))
      yield* Timeline.run(Timeline.withDraw(0)(Effect.provide(inner, layer)))
      assert.strictEqual(server.sent.length, 2)
      const both = Effect.exit(fetch).pipe(Effect.provide(Layer.merge(layer, RequestPolicy.layer({ attempts: 3 }))))
      yield* Timeline.run(Timeline.withDraw(0)(both))
      assert.strictEqual(server.sent.length, 5)
    })
  )

  it.effect("applies to each page of a stream, and a failed page is retried in place", () =>
    Effect.gen(function* () {
      const next = (token: string) => `https://video.twilio.com/v1/Rooms?PageToken=${token}`
      const page = (sid: string, token: string | null) => () =>
        Stub.json(
          Stub.list(
            [Stub.room({ sid: `RM${sid.repeat(32)}` })],
            token === null ? null : next(token),
            next(sid),
            "rooms"
          )
        )
      const busy: Timeline.Responder = () => new Response("", { status: 503 })
      const stream = Rooms.stream().pipe(
        Stream.provideService(RequestPolicy.Current, { attempts: 2 }),
        Stream.map((room) => room.sid[2]),
        Stream.runCollect
      )
      const server = yield* Timeline.serve(
        Timeline.inTurn(busy, page("1", "a"), busy, page("2", "b"), reset, page("3", null))
      )
      const { exit } = yield* Timeline.run(Stub.run(server.handler, stream, { policy: { attempts: 1 } }))
      assert.deepStrictEqual(exit, Exit.succeed(["1", "2", "3"]))
      assert.deepStrictEqual(
        server.sent.map(({ path }) => path.replace(/^.*\?/u, "")),
        ["PageSize=1000", "PageSize=1000", "PageToken=a", "PageToken=a", "PageToken=b", "PageToken=b"]
      )

      const worse = yield* Timeline.serve(Timeline.inTurn(page("1", "a"), busy))
      const failed = yield* Timeline.run(Stub.run(worse.handler, stream, { policy: {} }))
      assert.strictEqual(worse.sent.length, 3)
      assert.strictEqual(Timeline.failureOf(failed.exit).attempts, 2)
    })
  )
})

describe("an invalid policy", () => {
  const wrong: ReadonlyArray<readonly [member: string, values: ReadonlyArray<unknown>]> = [
    ["attempts", [0, -1, 1.5, Number.NaN, Infinity, "3", null]],
    ...["baseDelay", "maxDelay", "maxElapsed", "timeout", "deadline"].map(
      (member) => [member, [0, -1, "-5 seconds", "soon", "", Number.NaN, Duration.zero, null, {}, "0 millis"]] as const
    )
  ]

  for (const [member, values] of wrong) {
    it.effect(`fails with InvalidArgument for policy.${member}, and nothing is sent`, () =>
      Effect.gen(function* () {
        for (const value of values) {
          const policy: Partial<RequestPolicy.RequestPolicy> = { [member]: value }
          const server = yield* Timeline.serve(Timeline.inTurn(() => Stub.json(Stub.body())))
          for (const program of [
            Stub.run(server.handler, fetch.pipe(RequestPolicy.withPolicy(policy)), { policy: {} }),
            Stub.run(server.handler, fetch, { policy })
          ]) {
            const error = Timeline.twilioErrorOf((yield* Timeline.run(program)).exit)
            const { reason } = error
            assert.strictEqual(reason._tag === "InvalidArgument" && reason.argument, `policy.${member}`, String(value))
            assert.include(error.message, "Nothing was sent")
            assert.isUndefined(error.attempts)
          }
          assert.deepStrictEqual(server.sent, [])
        }
      })
    )
  }

  it.effect("fails every operation, unless a valid policy overrides it", () =>
    Effect.gen(function* () {
      for (const { body, call, name } of Operations.all) {
        const server = yield* Timeline.serve(Timeline.inTurn(() => Stub.json(body)))
        const { exit } = yield* Timeline.run(
          Stub.run(server.handler, call(Operations.byName), { policy: { attempts: 0 } })
        )
        assert.strictEqual(Timeline.nameOf(Timeline.failureOf(exit)), "InvalidArgument", name)
        assert.deepStrictEqual(Operations.leaks(Timeline.failureOf(exit)), [])
        assert.deepStrictEqual(server.sent, [])
      }
      assert.deepStrictEqual(
        yield* sentBy(fetch.pipe(RequestPolicy.withPolicy({ attempts: 2 })), { attempts: 0 }),
        [2, 0]
      )
    })
  )

  it.effect("is not one with long, short or infinite durations, or without a deadline", () =>
    Effect.gen(function* () {
      for (const policy of [
        { maxElapsed: Infinity, maxDelay: Infinity, attempts: 2 },
        { timeout: Infinity, deadline: undefined, attempts: 2 },
        { baseDelay: 0.5, attempts: 2 },
        { maxElapsed: Duration.infinity, deadline: Duration.infinity, attempts: 2 }
      ]) {
        assert.deepStrictEqual(yield* sentBy(fetch, policy), [2, 0], JSON.stringify(policy))
      }
    })
  )
})

describe("interruption", () => {
  it.effect("during a delay ends the operation, and nothing more is sent", () =>
    Effect.gen(function* () {
      for (const { body, call, name } of Operations.all) {
        let failed = 0
        const server = yield* Timeline.serve((request) => {
          if (request.method === "GET" && /anonymize|complete/u.test(name)) {
            return () => Stub.json(name === "Rooms.complete" ? Stub.room() : Stub.body())
          }
          failed += 1
          return failed === 1
            ? () => new Response("", { status: 429, headers: { "retry-after": "5" } })
            : () => Stub.json(body)
        })
        const running = yield* Timeline.start(Stub.run(server.handler, call(Operations.byName), { policy: {} }))
        yield* running.until(4999)
        assert.strictEqual(failed, 1, name)
        const before = server.sent.length
        yield* Fiber.interrupt(running.fiber)
        const exit = running.fiber.pollUnsafe()
        assert.isTrue(exit !== undefined && Exit.hasInterrupts(exit), name)
        yield* running.until(3_600_000)
        assert.strictEqual(server.sent.length, before, name)
      }
    })
  )

  it.effect("during a request aborts the request, and nothing more is sent", () =>
    Effect.gen(function* () {
      for (const { call, name } of Operations.all) {
        const server = yield* Timeline.serve(Timeline.inTurn(hang))
        const running = yield* Timeline.start(Stub.run(server.handler, call(Operations.bySid), { policy: {} }))
        yield* running.until(29_999)
        assert.deepStrictEqual(
          server.sent.map(({ request }) => request.signal.aborted),
          [false],
          name
        )
        yield* Fiber.interrupt(running.fiber)
        assert.deepStrictEqual(
          server.sent.map(({ request }) => request.signal.aborted),
          [true],
          name
        )
        yield* running.until(3_600_000)
        assert.strictEqual(server.sent.length, 1, name)
      }
    })
  )

  it.effect("during the second request aborts the request", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(reset, hang))
      const running = yield* Timeline.start(Stub.run(server.handler, fetch, { policy: {} }))
      yield* running.until(2000)
      assert.strictEqual(server.sent.length, 2)
      yield* Fiber.interrupt(running.fiber)
      yield* running.until(3_600_000)
      assert.strictEqual(server.sent.length, 2)
      assert.isTrue(server.sent[1]?.request.signal.aborted)
    })
  )
})

describe("an HttpClient", () => {
  it.effect("that interrupts itself interrupts the operation without another request", () =>
    Effect.gen(function* () {
      let sent = 0
      const transformClient = (client: HttpClient.HttpClient) =>
        HttpClient.transform(client, () =>
          Effect.suspend(() => {
            sent += 1
            return Effect.interrupt
          })
        )
      const server = yield* Timeline.serve(Timeline.inTurn(hang))
      const { exit } = yield* Timeline.run(Stub.run(server.handler, fetch, { policy: {}, transformClient }))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
      assert.strictEqual(sent, 1)
    })
  )

  it.effect("that dies ends the operation without another request", () =>
    Effect.gen(function* () {
      let sent = 0
      const transformClient = (client: HttpClient.HttpClient) =>
        HttpClient.transform(client, () =>
          Effect.suspend(() => {
            sent += 1
            return Effect.die(new Error("a mistake"))
          })
        )
      const server = yield* Timeline.serve(Timeline.inTurn(hang))
      const { exit } = yield* Timeline.run(Stub.run(server.handler, fetch, { policy: {}, transformClient }))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      assert.strictEqual(sent, 1)
    })
  )
})

describe("an error that was retried", () => {
  it.effect("can be encoded and decoded", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(() => new Response("", { status: 503 })))
      const { exit } = yield* Timeline.run(Stub.run(server.handler, fetch, { policy: {} }))
      const error = Timeline.twilioErrorOf(exit)
      const codec = Schema.toCodecJson(error.constructor as unknown as Schema.Codec<typeof error>)
      const back = yield* Schema.decodeUnknownEffect(codec)(
        JSON.parse(JSON.stringify(yield* Schema.encodeEffect(codec)(error)))
      )
      assert.deepStrictEqual([back.attempts, back.message, back.reason], [5, error.message, error.reason])
    })
  )
})

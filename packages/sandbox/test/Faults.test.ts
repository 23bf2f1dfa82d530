/**
 * Fault injection: each fault on each transport, the rules that select requests, and the controls of faults.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import type * as Fault from "@effect-twilio-video/sandbox/Fault"
import type * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { connect } from "node:net"
import { afterEach, beforeEach, vi } from "vitest"
import { Connection, transports } from "../../../tests/support/Transports.ts"
import * as Calls from "./support/Calls.ts"

const written: Array<unknown> = []

// A deliberate reset must not log anything.
beforeEach(() => {
  written.length = 0
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => {
      written.push(args)
    })
  }
})

afterEach(() => {
  vi.restoreAllMocks()
  assert.deepStrictEqual(written, [])
})

const once = (fault: Fault.Fault): ReadonlyArray<Fault.FaultRule> => [{ times: 1, fault }]

const disconnected = ["participant-disconnected"]

/** Waits until the first logged request satisfies the predicate. */
const until = (is: (request: LoggedRequest.LoggedRequest) => boolean) =>
  Effect.flatMap(Sandbox.Sandbox, (sandbox) =>
    Effect.repeat(Effect.andThen(Effect.yieldNow, sandbox.requests), {
      until: ([request]) => request !== undefined && is(request)
    })
  )

/** Waits until a request has arrived. */
const arrived = until(() => true)

/** The status of the participant with this identity in the room DailyStandup. */
const statusOf = (identity: string) =>
  Effect.map(
    Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.exportState),
    ({ rooms }) =>
      rooms
        .find(({ uniqueName }) => uniqueName === "DailyStandup")
        ?.participants.find((participant) => participant.identity === identity)?.status
  )

interface Case {
  readonly fault: Fault.Fault
  /** The reason of the client's error; undefined if the operation succeeds. */
  readonly reason?: string
  readonly message?: string
  /** The logged status; undefined without a response. */
  readonly status?: number
  readonly changes: ReadonlyArray<string>
}

const cases: ReadonlyArray<Case> = [
  {
    fault: { type: "status", status: 429, retryAfter: 3 },
    reason: "RateLimited",
    message: "Retry after 3 s",
    status: 429,
    changes: []
  },
  { fault: { type: "status", status: 503, code: 20503 }, reason: "Unavailable", status: 503, changes: [] },
  { fault: { type: "delay", millis: 5 }, status: 202, changes: disconnected },
  { fault: { type: "late-response", millis: 5 }, status: 202, changes: disconnected },
  { fault: { type: "reset" }, reason: "TransportFailed", message: "No response from", changes: [] },
  { fault: { type: "lost-response" }, reason: "TransportFailed", message: "No response from", changes: disconnected },
  {
    fault: { type: "truncated-body" },
    reason: "TransportFailed",
    message: "closed before the response was complete",
    status: 202,
    changes: disconnected
  },
  { fault: { type: "html" }, reason: "Unavailable", status: 502, changes: [] },
  { fault: { type: "wrong-content-type" }, status: 202, changes: disconnected }
]

for (const [way, transport] of transports) {
  describe(`${way}: a fault`, () => {
    for (const { changes, fault, message = "", reason, status } of cases) {
      it.live(`${JSON.stringify(fault)} affects one request and not the next one`, () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          const participants = yield* Participants.Participants
          const result = yield* Effect.result(participants.disconnect("DailyStandup", "Alice"))
          const error = Result.isFailure(result) && result.failure._tag === "TwilioError" ? result.failure : undefined
          assert.strictEqual(error?.reason._tag, reason)
          assert.include(error?.reason.message ?? "", message)
          const { rooms } = yield* sandbox.exportState
          const alice = rooms[2]?.participants.find((participant) => participant.identity === "Alice")
          assert.strictEqual(alice?.status, changes.length === 0 ? "connected" : "disconnected")
          assert.strictEqual((yield* participants.fetch("DailyStandup", "Bob")).identity, "Bob")
          const [affected, next, ...more] = yield* sandbox.requests
          assert.deepStrictEqual(
            [affected?.operation, affected?.fault, affected?.status, affected?.changes.map((change) => change.type)],
            ["UpdateRoomParticipant", fault.type, status, [...changes]]
          )
          assert.deepStrictEqual([next?.fault, next?.status, more], [undefined, 200, []])
          assert.deepStrictEqual(yield* sandbox.faults, [{ rule: { times: 1, fault }, triggered: 1 }])
        }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries), Effect.provide(transport({ faults: once(fault) })))
      )
    }

    it.live("has the wire format of a real failure", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const { baseUrl = "https://video.twilio.com", transport } = yield* Connection
        const get = (fault: Fault.Fault, method: "GET" | "HEAD" = "GET") =>
          Effect.gen(function* () {
            yield* Effect.orDie(sandbox.setFaults(once(fault)))
            const client = yield* HttpClient.HttpClient
            const response = yield* client.execute(
              HttpClientRequest.make(method)(`${baseUrl}/v1/Rooms/DailyStandup`).pipe(
                HttpClientRequest.setHeader("authorization", Calls.basic(Calls.accountSid, Calls.authToken))
              )
            )
            return { status: response.status, headers: response.headers, text: yield* response.text }
          }).pipe(Effect.provide(transport))

        const refused = yield* get({ type: "status", status: 503, message: "Not <now>", retryAfter: 7 })
        assert.deepStrictEqual(
          [refused.status, refused.headers["retry-after"], refused.headers["access-control-allow-origin"]],
          [503, "7", "*"]
        )
        assert.match(refused.headers["twilio-request-id"] ?? "", /^RQ[0-9a-f]{32}$/)
        assert.deepStrictEqual(JSON.parse(refused.text), {
          code: 20503,
          message: "Not <now>",
          more_info: "https://www.twilio.com/docs/errors/20503",
          status: 503
        })
        const date = "Sun, 01 Mar 2026 12:00:00 GMT"
        const dated = yield* get({ type: "status", status: 429, code: 20429, retryAfter: date })
        assert.deepStrictEqual([dated.headers["retry-after"], JSON.parse(dated.text).code], [date, 20429])
        assert.notProperty((yield* get({ type: "status", status: 429 })).headers, "retry-after")

        // A proxy's page has no Twilio headers.
        const page = yield* get({ type: "html" })
        assert.deepStrictEqual([page.status, page.headers["content-type"]], [502, "text/html"])
        assert.include(page.text, "<h1>502</h1>")
        assert.notProperty(page.headers, "twilio-request-id")
        assert.strictEqual((yield* get({ type: "html", status: 200 })).status, 200)

        const usual = yield* get({ type: "delay", millis: 0 })
        for (const contentType of [undefined, "application/xml; charset=utf-8"]) {
          const odd = yield* get({ type: "wrong-content-type", contentType })
          assert.deepStrictEqual([odd.status, odd.headers["content-type"]], [200, contentType ?? "text/html"])
          assert.deepStrictEqual(JSON.parse(odd.text), JSON.parse(usual.text))
          assert.match(odd.headers["twilio-request-id"] ?? "", /^RQ/)
        }

        for (const fault of [{ type: "reset" }, { type: "lost-response" }, { type: "truncated-body" }] as const) {
          const { reason } = yield* Effect.flip(get(fault))
          assert.strictEqual(reason._tag, fault.type === "truncated-body" ? "DecodeError" : "TransportError")
        }
        // HEAD is the same operation as GET.
        assert.strictEqual((yield* get({ type: "status", status: 500 }, "HEAD")).status, 500)
        assert.strictEqual((yield* Effect.flip(get({ type: "reset" }, "HEAD"))).reason._tag, "TransportError")
        assert.strictEqual((yield* get({ type: "delay", millis: 0 })).text, usual.text)
      }).pipe(Effect.provide(transport()))
    )
  })
}

const authorization = Calls.basic(Calls.accountSid, Calls.authToken)

const fetchAlice = (handler: (request: Request) => Promise<Response>) =>
  handler(new Request("http://localhost/v1/Rooms/DailyStandup/Participants/Alice", { headers: { authorization } }))

describe("a connection reset", () => {
  it.live("rejects the promise of a web handler, or errors the body that was started", () =>
    Effect.promise(async () => {
      const sandbox = Sandbox.toWebHandler({
        faults: [
          { times: 1, fault: { type: "reset" } },
          { times: 1, fault: { type: "truncated-body" } }
        ]
      })
      const failure = async (failing: Promise<unknown>): Promise<Error & { readonly code?: string }> =>
        failing.then(
          () => assert.fail("succeeded"),
          (error: Error) => error
        )
      const cut = await failure(fetchAlice(sandbox.handler))
      assert.deepStrictEqual([cut.code, cut.message], ["ECONNRESET", "Connection reset by the sandbox"])
      const response = await fetchAlice(sandbox.handler)
      const length = Number(response.headers.get("content-length"))
      const reader = response.body?.getReader()
      const first = await reader?.read()
      assert.strictEqual(first?.value?.length, Math.floor(length / 2))
      assert.strictEqual((await failure(reader?.read() ?? Promise.resolve())).code, "ECONNRESET")
      assert.strictEqual((await fetchAlice(sandbox.handler)).status, 200)
      await sandbox.dispose()
    })
  )

  it.live("is a TransportError with the cause ECONNRESET, in process and through a web handler", () =>
    Effect.gen(function* () {
      const options = { faults: [{ fault: { type: "lost-response" } }] } as const
      const sandbox = Sandbox.toWebHandler(options)
      const layers = [
        WebHandlerTransport.layer(sandbox.handler),
        Sandbox.layerHttpClient.pipe(Layer.provide(Sandbox.layerControls(options)))
      ]
      for (const layer of layers) {
        const error = yield* HttpClient.get("http://localhost/v1/Rooms", { headers: { authorization } }).pipe(
          Effect.flip,
          Effect.provide(layer)
        )
        assert.strictEqual(error.reason._tag, "TransportError")
        assert.propertyVal(error.reason.cause, "code", "ECONNRESET")
      }
      yield* Effect.promise(sandbox.dispose)
    })
  )

  it.live("closes the socket of a server without a response, or after half of the announced body", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const port = Number(new URL(yield* SandboxServer.baseUrl).port)
      const received = (request: string) =>
        Effect.callback<string>((resume) => {
          let text = ""
          const socket = connect(port, "127.0.0.1", () => socket.write(request))
          socket.on("data", (chunk) => (text += chunk.toString()))
          socket.on("error", () => {})
          socket.on("close", () => resume(Effect.succeed(text)))
        })
      const get = `GET /v1/Rooms HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n\r\n`
      for (const type of ["reset", "lost-response"] as const) {
        yield* sandbox.setFaults(once({ type }))
        assert.strictEqual(yield* received(get), "")
      }
      // A pipelined request after the reset gets no response either.
      yield* sandbox.setFaults(once({ type: "reset" }))
      assert.strictEqual(yield* received(get + get), "")
      yield* sandbox.setFaults(once({ type: "truncated-body" }))
      const [head = "", body = ""] = (yield* received(get)).split("\r\n\r\n")
      assert.match(head, /^HTTP\/1\.1 200 OK\r\n/)
      assert.notMatch(head, /transfer-encoding/i)
      const length = Number(/content-length: (\d+)/iu.exec(head)?.[1])
      assert.isAbove(length, 100)
      assert.strictEqual(Buffer.byteLength(body), Math.floor(length / 2))
    }).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))))
  )

  it.effect("fails the body on a transport without a connection", () =>
    Effect.gen(function* () {
      const app = yield* HttpRouter.toHttpEffect(Sandbox.layerRoutes())
      const request = HttpServerRequest.fromWeb(
        new Request("http://localhost/v1/Rooms", { headers: { authorization } })
      )
      const response = yield* Effect.provideService(app, HttpServerRequest.HttpServerRequest, request)
      const exit = yield* Effect.exit(HttpServerResponse.toClientResponse(response).text)
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "Connection reset by the sandbox")
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Layer.mergeAll(Sandbox.layerControls({ faults: once({ type: "reset" }) }), HttpServer.layerServices)
      )
    )
  )
})

describe("a delay", () => {
  const delayed = Sandbox.layer({ faults: [{ fault: { type: "delay", millis: 5000 } }] })

  it.effect("follows Effect's clock, and the request is processed after it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const sandbox = yield* Sandbox.Sandbox
      const participants = yield* Participants.Participants
      const { sid } = yield* sandbox.join("DailyStandup", "Zoe")
      const fiber = yield* Effect.forkChild(participants.disconnect("DailyStandup", "Zoe"))
      yield* TestClock.adjust(4999)
      assert.isUndefined(fiber.pollUnsafe())
      const [waiting] = yield* sandbox.requests
      assert.deepStrictEqual([waiting?.fault, waiting?.changes], ["delay", []])
      assert.notProperty(waiting, "status")
      // Zoe leaves before the request is processed.
      yield* sandbox.leave("DailyStandup", "Zoe")
      yield* TestClock.adjust(1)
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.strictEqual(error._tag, "NotFound")
      const [request] = yield* sandbox.requests
      assert.deepStrictEqual([request?.at, request?.status], ["2026-03-01T12:00:00.000Z", 404])
      const { rooms } = yield* sandbox.exportState
      assert.isTrue(rooms[2]?.participants.some((participant) => participant.sid === sid))
    }).pipe(Effect.provide(delayed))
  )

  it.effect("ends with a reset of the sandbox, and the request fails without changing the new rooms", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const participants = yield* Participants.Participants
      const fiber = yield* Effect.forkChild(Effect.flip(participants.disconnect("DailyStandup", "Alice")))
      yield* arrived
      yield* sandbox.reset
      yield* TestClock.adjust(5000)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "TransportFailed")
      assert.strictEqual(yield* statusOf("Alice"), "connected")
    }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries), Effect.provide(delayed))
  )

  it.effect("ends when the sandbox closes, and the request isn't processed", () =>
    Effect.gen(function* () {
      const sandbox = yield* Effect.gen(function* () {
        const participants = yield* Participants.Participants
        const fiber = yield* Effect.forkChild(participants.disconnect("DailyStandup", "Alice"))
        yield* arrived
        yield* Fiber.interrupt(fiber)
        return yield* Sandbox.Sandbox
      }).pipe(Effect.provide(delayed))
      yield* TestClock.adjust(5000)
      assert.strictEqual(yield* Effect.provideService(statusOf("Alice"), Sandbox.Sandbox, sandbox), "connected")
    })
  )
})

describe("a server", () => {
  for (const type of ["delay", "late-response"] as const) {
    it.effect(`stops while a client waits for a ${type}`, () =>
      Effect.gen(function* () {
        const waiting = yield* Effect.gen(function* () {
          const baseUrl = yield* SandboxServer.baseUrl
          const waiting = yield* Effect.forkDetach(
            Effect.exit(Effect.tryPromise(() => fetch(`${baseUrl}/v1/Rooms`, { headers: { authorization } })))
          )
          yield* arrived
          return waiting
        }).pipe(
          Effect.provide(
            SandboxServer.layer().pipe(
              Layer.provideMerge(Sandbox.layerControls({ faults: once({ type, millis: 3_600_000 }) }))
            )
          )
        )
        assert.isTrue(Exit.isFailure(yield* Fiber.join(waiting)))
      })
    )
  }
})

describe("a late response", () => {
  it.effect("follows its changes after a delay on Effect's clock", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const participants = yield* Participants.Participants
      const fiber = yield* Effect.forkChild(participants.disconnect("DailyStandup", "Alice"))
      yield* TestClock.adjust(4999)
      assert.isUndefined(fiber.pollUnsafe())
      assert.strictEqual(yield* statusOf("Alice"), "disconnected")
      const [request] = yield* sandbox.requests
      assert.deepStrictEqual([request?.fault, request?.status], ["late-response", 202])
      assert.notProperty(request, "abandoned")
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Fiber.join(fiber)).status, "disconnected")
    }).pipe(Effect.provide(Sandbox.layer({ faults: once({ type: "late-response", millis: 5000 }) })))
  )
})

for (const [way, transport] of transports) {
  describe(`${way}: a client that disconnects`, () => {
    const disconnect = Effect.gen(function* () {
      const participants = yield* Participants.Participants
      const fiber = yield* Effect.forkChild(participants.disconnect("DailyStandup", "Alice"))
      yield* arrived
      yield* Fiber.interrupt(fiber)
      yield* until(({ abandoned }) => abandoned === true)
    })

    it.effect("doesn't stop a delayed write", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        yield* disconnect
        yield* TestClock.adjust(4999)
        assert.deepStrictEqual((yield* sandbox.requests)[0]?.changes, [])
        yield* TestClock.adjust(1)
        yield* until(({ status }) => status !== undefined)
        const [request, ...more] = yield* sandbox.requests
        assert.deepStrictEqual(
          [request?.fault, request?.abandoned, request?.status, request?.changes.map(({ type }) => type), more],
          ["delay", true, 202, disconnected, []]
        )
        assert.strictEqual(yield* statusOf("Alice"), "disconnected")
      }).pipe(Effect.provide(transport({ faults: once({ type: "delay", millis: 5000 }) })))
    )

    it.effect("doesn't undo a write with a late response", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        yield* disconnect
        yield* until(({ status }) => status !== undefined)
        const [request] = yield* sandbox.requests
        assert.deepStrictEqual(
          [request?.fault, request?.abandoned, request?.status, request?.changes.map(({ type }) => type)],
          ["late-response", true, 202, disconnected]
        )
      }).pipe(Effect.provide(transport({ faults: once({ type: "late-response", millis: 5000 }) })))
    )
  })
}

describe("a Worker's request whose client disconnects", () => {
  it.effect("keeps the Worker alive until the delayed write is done", () =>
    Effect.gen(function* () {
      const { handler, sandbox } = yield* Calls.start({ faults: once({ type: "delay", millis: 5000 }) })
      const given: Array<Promise<unknown>> = []
      const context = Context.make(Sandbox.ExecutionContext, { waitUntil: (promise) => void given.push(promise) })
      const answer = yield* Effect.scoped(
        Effect.map(Effect.abortSignal, (signal) => ({
          promise: handler(
            new Request("http://localhost/v1/Rooms/DailyStandup/Participants/Alice", {
              method: "POST",
              headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
              body: "Status=disconnected",
              signal
            }),
            context
          )
        }))
      )
      assert.strictEqual((yield* Effect.promise(() => answer.promise)).status, 499)
      yield* TestClock.adjust(5000)
      assert.strictEqual(given.length, 1)
      yield* Effect.promise(() => Promise.all(given))
      const [request] = yield* sandbox.requests
      assert.deepStrictEqual([request?.abandoned, request?.status], [true, 202])
      assert.strictEqual(yield* Effect.provideService(statusOf("Alice"), Sandbox.Sandbox, sandbox), "disconnected")
    })
  )
})

/** Sends reads and shows each as `.` without a fault, `o` with a 418, or `x` with another error. */
const pattern = (faults: ReadonlyArray<Fault.FaultRule>, options: Sandbox.Options = {}, count = 40) =>
  Effect.gen(function* () {
    const { call, sandbox } = yield* Calls.start({ ...options, faults })
    const read = Effect.map(
      Effect.forEach(Array.from({ length: count }), () => call("/v1/Rooms/DailyStandup")),
      (replies) => replies.map(({ status }) => (status === 200 ? "." : status === 418 ? "o" : "x")).join("")
    )
    return { call, sandbox, read, first: yield* read }
  })

const fail = { type: "status", status: 500 } as const

const teapot = { type: "status", status: 418 } as const

describe("a rule", () => {
  it.effect("affects requests at its rate, and the same ones for the same seed", () =>
    Effect.gen(function* () {
      const rule = { rate: 0.5, fault: fail }
      const half = [rule]
      const one = yield* pattern(half, {}, 400)
      const triggered = one.first.split("x").length - 1
      assert.isTrue(triggered > 150 && triggered < 250, String(triggered))
      assert.strictEqual((yield* pattern(half, {}, 400)).first, one.first)
      assert.notStrictEqual((yield* pattern(half, { seed: "another" }, 400)).first, one.first)
      assert.deepStrictEqual(yield* one.sandbox.faults, [{ rule, triggered }])
      assert.notInclude((yield* pattern([{ rate: 0, fault: fail }])).first, "x")
      assert.notInclude((yield* pattern([{ rate: 1, fault: fail }])).first, ".")
    })
  )

  it.effect("restarts when the sandbox is reset and when rules are set", () =>
    Effect.gen(function* () {
      const rule = { rate: 0.5, skip: 2, times: 12, fault: fail }
      const rules = [rule]
      const { call, first, read, sandbox } = yield* pattern(rules)
      assert.match(first, /^\.\./)
      assert.lengthOf(first.replaceAll(".", ""), 12)
      assert.notInclude(yield* read, "x")
      yield* sandbox.reset
      assert.deepStrictEqual(yield* sandbox.faults, [{ rule, triggered: 0 }])
      assert.strictEqual(yield* read, first)
      yield* call("/sandbox/reset", { method: "POST" })
      assert.strictEqual(yield* read, first)
      yield* sandbox.setFaults(rules)
      assert.strictEqual(yield* read, first)
    })
  )

  it.effect("doesn't change SIDs", () =>
    Effect.gen(function* () {
      const sid = (faults: ReadonlyArray<Fault.FaultRule>) =>
        Effect.flatMap(pattern(faults), ({ sandbox }) =>
          Effect.map(sandbox.join("DailyStandup", "Zoe"), (zoe) => zoe.sid)
        )
      assert.strictEqual(yield* sid([{ rate: 0.5, fault: fail }]), yield* sid([]))
    })
  )

  it.effect("applies skip and times, in the order of the rules", () =>
    Effect.gen(function* () {
      const first = (faults: ReadonlyArray<Fault.FaultRule>) => Effect.map(pattern(faults, {}, 8), ({ first }) => first)
      assert.strictEqual(yield* first([{ skip: 3, fault: fail }]), "...xxxxx")
      assert.strictEqual(yield* first([{ times: 2, fault: fail }]), "xx......")
      assert.strictEqual(yield* first([{ times: 0, fault: fail }]), "........")
      assert.strictEqual(yield* first([{ skip: 1, times: 2, fault: fail }, { fault: teapot }]), "oxxooooo")
      // The second rule counts only the requests that reach it.
      assert.strictEqual(
        yield* first([
          { times: 2, fault: fail },
          { skip: 1, times: 3, fault: teapot }
        ]),
        "xx.ooo.."
      )
      assert.strictEqual(yield* first([{ operations: [], fault: fail }]), "........")
    })
  )

  it.effect("affects its operations in every spelling of their paths, and no unknown paths", () =>
    Effect.gen(function* () {
      const everywhere = { jsonSuffix: "accept", trailingSlash: "accept" } as const
      const { call, sandbox } = yield* Calls.start({ assumptions: everywhere, faults: [{ fault: teapot }] })
      const room = "/v1/Rooms/DailyStandup"
      const status = (path: string, options?: Calls.Call) => Effect.map(call(path, options), (reply) => reply.status)
      const affected = ["/v1/Rooms", room, `${room}/`, `${room}.json`, "/v1/Rooms/Daily%53tandup", "/v1/Rooms/Nowhere"]
      for (const path of affected) assert.strictEqual(yield* status(path), 418, path)
      assert.strictEqual(yield* status(`${room}/Participants/Alice/Anonymize`, { method: "POST" }), 418)
      const unaffected: ReadonlyArray<readonly [string, number, Calls.Call?]> = [
        ["/v1/Nothing", 404],
        [room, 405, { method: "DELETE" }],
        [room, 204, { method: "OPTIONS" }],
        [room, 401, { headers: { authorization: "" } }],
        ["/v1/Rooms/%zz", 400],
        ["/sandbox", 200],
        ["/sandbox/state", 200],
        ["/sandbox/nothing", 404]
      ]
      for (const [path, expected, options] of unaffected) {
        assert.strictEqual(yield* status(path, options), expected, path)
      }
      yield* sandbox.setFaults([{ operations: ["CreateRoom", "ListRoomParticipant"], fault: teapot }])
      assert.strictEqual(yield* status("/v1/Rooms"), 200)
      assert.strictEqual(yield* status("/v1/Rooms", { body: "UniqueName=New" }), 418)
      assert.strictEqual(yield* status(`${room}/Participants?PageSize=2`), 418)
      assert.strictEqual(yield* status(`${room}/Participants/Alice`), 200)
    })
  )

  it.effect("applies after the quota, which counts the requests that it affects", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start({ quota: { reads: 2, writes: 2 }, faults: [{ fault: teapot }] })
      const statuses = yield* Effect.forEach([1, 2, 3], () => call("/v1/Rooms"))
      assert.deepStrictEqual(
        statuses.map(({ status }) => status),
        [418, 418, 429]
      )
      assert.deepStrictEqual((yield* sandbox.faults)[0]?.triggered, 2)
    })
  )

  const invalid: ReadonlyArray<readonly [unknown, string]> = [
    [{}, "Expected array"],
    [[{}], '[0]["fault"]'],
    [[{ fault: { type: "explosion" } }], '[0]["fault"]'],
    [[{ fault: { type: "reset" } }, { rate: 1.5, fault: { type: "reset" } }], '[1]["rate"]'],
    [[{ rate: -0.1, fault: { type: "reset" } }], '[0]["rate"]'],
    [[{ rates: 0.5, fault: { type: "reset" } }], '[0]["rates"]'],
    [[{ skip: 1.5, fault: { type: "reset" } }], '[0]["skip"]'],
    [[{ times: -1, fault: { type: "reset" } }], '[0]["times"]'],
    [[{ operations: ["Kick"], fault: { type: "reset" } }], '[0]["operations"][0]'],
    [[{ operations: ["constructor"], fault: { type: "reset" } }], '[0]["operations"][0]'],
    [[{ fault: { type: "status", status: 399 } }], '[0]["fault"]["status"]'],
    [[{ fault: { type: "status", status: 600 } }], '[0]["fault"]["status"]'],
    [[{ fault: { type: "status", status: 500, retryAfter: "1\r\nx: y" } }], '[0]["fault"]["retryAfter"]'],
    [[{ fault: { type: "status", status: 500, retryAfter: -1 } }], '[0]["fault"]["retryAfter"]'],
    [[{ fault: { type: "delay" } }], '[0]["fault"]["millis"]'],
    [[{ fault: { type: "delay", millis: 2_147_483_648 } }], '[0]["fault"]["millis"]'],
    [[{ fault: { type: "html", status: 199 } }], '[0]["fault"]["status"]'],
    [[{ fault: { type: "wrong-content-type", contentType: "" } }], '[0]["fault"]["contentType"]']
  ]

  it.effect("that is invalid is rejected with its place, and the rules don't change", () =>
    Effect.gen(function* () {
      const rule = { skip: 9, fault: teapot }
      const { call, sandbox } = yield* Calls.start({ faults: [rule] })
      for (const [wrong, where] of invalid) {
        const error = yield* Effect.flip(sandbox.setFaults(wrong as ReadonlyArray<Fault.FaultRule>))
        assert.strictEqual(error.problem, "invalid-fault")
        assert.include(error.message, where)
        const reply = yield* call("/sandbox/faults", { method: "PUT", body: JSON.stringify(wrong) })
        assert.deepStrictEqual([reply.status, reply.body], [400, { problem: "invalid-fault", message: error.message }])
        const exit = yield* Effect.exit(Sandbox.make({ faults: wrong as ReadonlyArray<Fault.FaultRule> }))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      }
      const broken = yield* call("/sandbox/faults", { method: "PUT", body: "[" })
      assert.deepStrictEqual([broken.status, broken.body.problem], [400, "invalid-request"])
      assert.deepStrictEqual(yield* sandbox.faults, [{ rule, triggered: 0 }])
    })
  )
})

describe("the controls of faults over HTTP", () => {
  it.effect("show, replace and remove rules, without credentials", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start()
      const headers = { authorization: "" }
      assert.deepStrictEqual((yield* call("/sandbox/faults", { headers })).body, [])
      const rules: readonly [Fault.FaultRule, Fault.FaultRule] = [
        { operations: ["ListRoom"], times: 1, fault: { type: "status", status: 500 } },
        { rate: 0.25, skip: 3, fault: { type: "delay", millis: 10 } }
      ]
      const put = yield* call("/sandbox/faults", { method: "PUT", body: JSON.stringify(rules), headers })
      const counts = (triggered: number) => [
        { rule: rules[0], triggered },
        { rule: rules[1], triggered: 0 }
      ]
      assert.deepStrictEqual([put.status, put.body], [200, counts(0)])
      assert.strictEqual((yield* call("/v1/Rooms")).status, 500)
      assert.strictEqual((yield* call("/v1/Rooms")).status, 200)
      assert.deepStrictEqual((yield* call("/sandbox/faults", { headers })).body, counts(1))
      assert.deepStrictEqual(yield* sandbox.faults, counts(1))
      const removed = yield* call("/sandbox/faults", { method: "DELETE", headers })
      assert.deepStrictEqual([removed.status, removed.body], [200, []])
      assert.deepStrictEqual(yield* sandbox.faults, [])
      assert.includeMembers((yield* call("/sandbox")).body.controls, [
        "GET /sandbox/faults",
        "PUT /sandbox/faults",
        "DELETE /sandbox/faults",
        "GET /sandbox/requests",
        "DELETE /sandbox/requests"
      ])
    })
  )
})

/**
 * Tests which failures of which operations are retried, and how the operation ends. `RetryDelays.test.ts` tests the delays,
 * and `Confirm.test.ts` changes that may have taken effect.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

interface Kind {
  readonly name: string
  /** Which operations are retried after it. */
  readonly again: "every" | "idempotent" | "none"
  readonly respond: (operation: Operations.Operation) => Timeline.Responder
  readonly error: string
  /** The minimum delay before the next request. */
  readonly wait?: number
  /** Is it an unreadable success? */
  readonly applied?: boolean
}

const errorResponse =
  (status: number, code: number, headers: Record<string, string> = {}): Kind["respond"] =>
  () =>
  () =>
    Stub.json({ code, message: "No", status }, status, headers)

const reject =
  (code?: string): Kind["respond"] =>
  () =>
  () =>
    Promise.reject(
      new TypeError("fetch failed", { cause: Object.assign(new Error("no"), code === undefined ? {} : { code }) })
    )

const page = (status: number) => () => () =>
  new Response("<html>Sorry</html>", { status, headers: { "content-type": "text/html" } })

// Truncated in the middle.
const half = (operation: Operations.Operation) => JSON.stringify(operation.body).slice(0, 60)

const breaksOff: Kind["respond"] = (operation) => () => {
  let begun = false
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        if (begun) {
          controller.error(Object.assign(new TypeError("terminated"), { cause: { code: "UND_ERR_SOCKET" } }))
        } else {
          begun = true
          controller.enqueue(new TextEncoder().encode(half(operation)))
        }
      }
    }),
    { status: 200, headers: { "content-type": "application/json" } }
  )
}

const inWords =
  (words: string): Kind["respond"] =>
  () =>
  ({ url }) =>
    Promise.reject(
      new TypeError("fetch failed", { cause: new Error(`error sending request for url (${url}): ${words}`) })
    )

// At least 5 seconds later, at a whole second like HTTP's dates.
const date: Kind["respond"] = () => (_, now) =>
  new Response("", {
    status: 429,
    headers: { "retry-after": new Date(Math.ceil(now / 1000) * 1000 + 5000).toUTCString() }
  })

const kinds: ReadonlyArray<Kind> = [
  { name: "429", again: "every", respond: errorResponse(429, 20429), error: "RateLimited" },
  {
    name: "429 with seconds",
    again: "every",
    respond: errorResponse(429, 20429, { "retry-after": "7" }),
    error: "RateLimited",
    wait: 7000
  },
  { name: "429 with a date", again: "every", respond: date, error: "RateLimited", wait: 5000 },
  { name: "500", again: "idempotent", respond: errorResponse(500, 20500), error: "Unavailable" },
  { name: "502 as a page", again: "idempotent", respond: page(502), error: "Unavailable" },
  {
    // Even if its body looks like a success.
    name: "503 with seconds",
    again: "idempotent",
    respond: (operation) => () => Stub.json(operation.body, 503, { "retry-after": "3" }),
    error: "Unavailable",
    wait: 3000
  },
  { name: "504", again: "idempotent", respond: () => () => new Response("", { status: 504 }), error: "Unavailable" },
  { name: "ECONNRESET", again: "idempotent", respond: reject("ECONNRESET"), error: "TransportFailed ECONNRESET" },
  { name: "EPIPE", again: "idempotent", respond: reject("EPIPE"), error: "TransportFailed EPIPE" },
  { name: "ECONNREFUSED", again: "every", respond: reject("ECONNREFUSED"), error: "TransportFailed ECONNREFUSED" },
  // Bun's code.
  {
    name: "ConnectionRefused",
    again: "every",
    respond: reject("ConnectionRefused"),
    error: "TransportFailed ECONNREFUSED"
  },
  // Deno's message, without a code.
  {
    name: "a connection refused, in words",
    again: "every",
    respond: inWords("client error (Connect): tcp connect error: Connection refused (os error 111)"),
    error: "TransportFailed ECONNREFUSED"
  },
  {
    name: "a host that is not known, in words",
    again: "every",
    respond: inWords("client error (Connect): dns error: failed to lookup address information: Name not known"),
    error: "TransportFailed ENOTFOUND"
  },
  {
    name: "a connection that came about, in words",
    again: "idempotent",
    respond: inWords("client error (SendRequest): connection closed: Connection refused (os error 111) dns error: "),
    error: "TransportFailed without a name"
  },
  {
    name: "a connection that failed otherwise, in words",
    again: "idempotent",
    respond: inWords("client error (Connect): invalid peer certificate: UnknownIssuer"),
    error: "TransportFailed without a name"
  },
  { name: "ENOTFOUND", again: "every", respond: reject("ENOTFOUND"), error: "TransportFailed ENOTFOUND" },
  { name: "EAI_AGAIN", again: "every", respond: reject("EAI_AGAIN"), error: "TransportFailed EAI_AGAIN" },
  {
    name: "no connection in time",
    again: "every",
    respond: reject("UND_ERR_CONNECT_TIMEOUT"),
    error: "TransportFailed UND_ERR_CONNECT_TIMEOUT"
  },
  // The response was late: the request may have been processed.
  {
    name: "no headers in time",
    again: "idempotent",
    respond: reject("UND_ERR_HEADERS_TIMEOUT"),
    error: "TransportFailed UND_ERR_HEADERS_TIMEOUT"
  },
  { name: "no name", again: "idempotent", respond: reject(), error: "TransportFailed without a name" },
  { name: "an open circuit", again: "none", respond: reject("CIRCUIT_OPEN"), error: "TransportFailed CIRCUIT_OPEN" },
  {
    name: "breaking off",
    again: "idempotent",
    respond: breaksOff,
    error: "TransportFailed UND_ERR_SOCKET",
    applied: true
  },
  {
    name: "JSON cut short",
    again: "idempotent",
    respond: (operation) => () => new Response(half(operation), { status: 200 }),
    error: "truncated-json",
    applied: true
  },
  {
    name: "no body",
    again: "idempotent",
    respond: () => () => new Response(null, { status: 204 }),
    error: "empty-body",
    applied: true
  },
  { name: "no response", again: "idempotent", respond: () => () => new Promise(() => {}), error: "TimedOut attempt" },
  { name: "200 as a page", again: "none", respond: page(200), error: "not-json" },
  {
    name: "another shape",
    again: "none",
    respond: () => () => Stub.json({ sid: 1 }),
    error: "wrong-shape",
    applied: true
  },
  { name: "400", again: "none", respond: errorResponse(400, 53000), error: "InvalidRequest" },
  { name: "400 as a page", again: "none", respond: page(400), error: "unknown-status" },
  { name: "401", again: "none", respond: errorResponse(401, 20003), error: "Unauthorized" },
  { name: "403", again: "none", respond: errorResponse(403, 20403), error: "Forbidden" },
  { name: "404", again: "none", respond: errorResponse(404, 20404), error: "NotFound" },
  { name: "404 as a page", again: "none", respond: page(404), error: "unknown-status" },
  { name: "409", again: "none", respond: errorResponse(409, 20409), error: "InvalidRequest" },
  {
    name: "a redirect",
    again: "none",
    respond: () => () => new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } }),
    error: "redirect"
  }
]

/** Operations that read the record first, for its SID, if retries are on. */
const readsFirst = (operation: Operations.Operation, request: { readonly method: string }) =>
  request.method === "GET" &&
  (operation.endpoint === "UpdateRoom" || operation.endpoint === "UpdateRoomParticipantAnonymize")

const found = (operation: Operations.Operation) =>
  Stub.json(operation.endpoint === "UpdateRoom" ? Stub.room() : Stub.body({ status: "connected" }))

/** Fails a number of the operation's requests; then responds with success. */
const runWith = Effect.fnUntraced(function* (
  operation: Operations.Operation,
  place: Operations.Place,
  kind: Kind,
  failures: number,
  policy: Partial<RequestPolicy.RequestPolicy>
) {
  let own = 0
  const server = yield* Timeline.serve((request) => {
    if (readsFirst(operation, request) && (policy.attempts ?? 5) > 1) return () => found(operation)
    own += 1
    return own <= failures ? kind.respond(operation) : () => Stub.json(operation.body)
  })
  const { exit } = yield* Timeline.run(
    Stub.run(server.handler, operation.call(place), { policy: { timeout: "2 seconds", ...policy } })
  )
  const sent = server.sent.filter((request) => !readsFirst(operation, request) || policy.attempts === 1)
  return { exit, sent, all: server.sent }
})

const cases = Operations.all.flatMap((operation) => [
  { operation, where: "by name", place: Operations.byName },
  ...(operation.target === undefined ? [] : [{ operation, where: "by SID", place: Operations.bySid }])
])

const settling: ReadonlySet<string> = new Set(["UpdateRoom", "UpdateRoomParticipant"])

/** Without failures after which an operation reads the record instead of retrying. */
const kindsOf = ({ endpoint }: Operations.Operation) =>
  kinds.filter(({ applied }) => applied !== true || !settling.has(endpoint))

const isAgain = (operation: Operations.Operation, kind: Kind) =>
  kind.again === "every" || (kind.again === "idempotent" && VideoWire.operations[operation.endpoint].idempotent)

const errorOf = (operation: Operations.Operation, kind: Kind) =>
  kind.error === "NotFound" && operation.target === undefined ? "unknown-status" : kind.error

describe("the idempotent operations", () => {
  it("are all but creating a room and replacing rules", () => {
    const once = Object.entries(VideoWire.operations).filter(([, { idempotent }]) => !idempotent)
    assert.deepStrictEqual(
      once.map(([name]) => name),
      ["CreateRoom", "UpdateRoomParticipantSubscribeRule"]
    )
  })
})

for (const { operation, place, where } of cases) {
  describe(`${operation.name}, ${where}`, () => {
    it.effect("succeeds after one transient failure, and fails at once after any other", () =>
      Effect.gen(function* () {
        for (const kind of kindsOf(operation)) {
          const again = isAgain(operation, kind)
          const { exit, sent } = yield* runWith(operation, place, kind, 1, {})
          assert.strictEqual(sent.length, again ? 2 : 1, kind.name)
          if (again) assert.deepStrictEqual(exit, Exit.succeed(operation.record), kind.name)
          else assert.strictEqual(Timeline.nameOf(Timeline.failureOf(exit)), errorOf(operation, kind), kind.name)
        }
      })
    )

    it.effect("fails with the last error and the number of requests, which are all equal", () =>
      Effect.gen(function* () {
        for (const kind of kindsOf(operation)) {
          const { exit, sent } = yield* runWith(operation, place, kind, Infinity, { attempts: 3 })
          const error = Timeline.failureOf(exit)
          assert.strictEqual(Timeline.nameOf(error), errorOf(operation, kind), kind.name)
          assert.strictEqual(sent.length, isAgain(operation, kind) ? 3 : 1, kind.name)
          assert.strictEqual(error.attempts, sent.length, kind.name)
          assert.deepStrictEqual(Operations.leaks(error), [], kind.name)
          const [first] = sent
          for (const [index, { at, body, method, path, request }] of sent.entries()) {
            assert.deepStrictEqual([method, path, body], [first?.method, first?.path, first?.body], kind.name)
            assert.strictEqual(request.headers.get("authorization"), first?.request.headers.get("authorization"))
            const before = sent[index - 1]
            if (before !== undefined) assert.isAtLeast(at - before.at, kind.wait ?? 0, kind.name)
            if (kind.name === "no response") assert.isTrue(request.signal.aborted)
          }
        }
      })
    )

    it.effect("sends one request if retries are off", () =>
      Effect.gen(function* () {
        for (const kind of kinds) {
          const { all, exit } = yield* runWith(operation, place, kind, Infinity, RequestPolicy.noRetries)
          assert.strictEqual(all.length, 1, kind.name)
          assert.strictEqual(Timeline.failureOf(exit).attempts, 1, kind.name)
        }
        const [kind] = kinds
        if (kind === undefined) return assert.fail("no kinds")
        const { all, exit } = yield* runWith(operation, place, kind, 0, RequestPolicy.noRetries)
        assert.strictEqual(all.length, 1)
        assert.deepStrictEqual(exit, Exit.succeed(operation.record))
      })
    )
  })
}

describe("failures of several kinds", () => {
  const failures = ["500", "ECONNRESET", "no response", "429", "JSON cut short", "ECONNREFUSED"].map((name) => {
    const kind = kinds.find((kind) => kind.name === name)
    if (kind === undefined) throw new Error(name)
    return kind
  })

  for (const operation of Operations.all.filter(({ endpoint }) => VideoWire.operations[endpoint].method === "GET")) {
    it.effect(`of ${operation.name} end with the last of them, or with the success after them`, () =>
      Effect.gen(function* () {
        for (const last of [5, 6]) {
          const server = yield* Timeline.serve((_, index) => {
            const kind = failures[index]
            return kind === undefined ? () => Stub.json(operation.body) : kind.respond(operation)
          })
          const { exit } = yield* Timeline.run(
            Stub.run(server.handler, operation.call(Operations.byName), { policy: { attempts: last } })
          )
          assert.strictEqual(server.sent.length, last)
          assert.strictEqual(Timeline.nameOf(Timeline.failureOf(exit)), failures[last - 1]?.error)
          assert.strictEqual(Timeline.failureOf(exit).attempts, last)
        }
        const server = yield* Timeline.serve((_, index) => {
          const kind = failures[index]
          return kind === undefined ? () => Stub.json(operation.body) : kind.respond(operation)
        })
        const { exit } = yield* Timeline.run(
          Stub.run(server.handler, operation.call(Operations.byName), { policy: { attempts: 7 } })
        )
        assert.deepStrictEqual(exit, Exit.succeed(operation.record))
      })
    )
  }

  it.effect("are the same with a client that fails on statuses itself", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve((_, index) => () => Stub.json(Stub.room(), index === 0 ? 503 : 200))
      const { exit } = yield* Timeline.run(
        Stub.run(server.handler, Rooms.fetch("Standup"), { policy: {}, transformClient: HttpClient.filterStatusOk })
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(server.sent.length, 2)
    })
  )

  it.effect("during a response say so", () =>
    Effect.gen(function* () {
      for (const [name, words] of [
        ["breaking off", "closed before the response was complete (UND_ERR_SOCKET)"],
        ["ECONNRESET", "No response from https://video.twilio.com (ECONNRESET)"]
      ] as const) {
        const kind = kinds.find((kind) => kind.name === name)
        const fetch = Operations.all.find((operation) => operation.endpoint === "FetchRoom")
        if (kind === undefined || fetch === undefined) return assert.fail(name)
        const { exit } = yield* runWith(fetch, Operations.byName, kind, Infinity, {})
        assert.include(Timeline.failureOf(exit).message, words)
      }
    })
  )

  it.effect("of creating a room aren't retried if the room may exist", () =>
    Effect.gen(function* () {
      const codes = ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET"]
      const server = yield* Timeline.serve((request, index) =>
        index < codes.length
          ? () => Promise.reject(Object.assign(new Error(request.url), { code: codes[index] }))
          : () => Stub.json(Stub.room())
      )
      const { exit } = yield* Timeline.run(Stub.run(server.handler, Rooms.create(), { policy: {} }))
      const error = Timeline.twilioErrorOf(exit)
      assert.strictEqual(Timeline.nameOf(error), "TransportFailed ECONNRESET")
      assert.strictEqual(error.attempts, 3)
      assert.strictEqual(server.sent.length, 3)
      assert.include(error.message, "The change may have taken effect.")
    })
  )

  it.effect("of creating a room don't say that it may exist if it can't", () =>
    Effect.gen(function* () {
      for (const name of ["429", "ECONNREFUSED", "ENOTFOUND"]) {
        const kind = kinds.find((kind) => kind.name === name)
        const create = Operations.all.find((operation) => operation.endpoint === "CreateRoom")
        if (kind === undefined || create === undefined) return assert.fail(name)
        const { exit, sent } = yield* runWith(create, Operations.byName, kind, Infinity, {})
        assert.strictEqual(sent.length, 5)
        assert.notInclude(Timeline.failureOf(exit).message, "may have taken effect")
      }
    })
  )
})

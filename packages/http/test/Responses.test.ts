/**
 * Tests the result or error of each response.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const fetch = (participants: Participants.Service) => participants.fetch("Standup", "Alice")
const disconnect = (participants: Participants.Service) => participants.disconnect("Standup", "Alice")

const failure = Effect.fnUntraced(function* (
  handler: Stub.Handler,
  use: (participants: Participants.Service) => Effect.Effect<unknown, Effect.Error<ReturnType<typeof fetch>>> = fetch
) {
  const error = yield* Effect.flip(Stub.using(handler, use))
  assert.strictEqual(error._tag, "TwilioError")
  return error as TwilioError.TwilioError
})

const problem = (error: TwilioError.TwilioError) =>
  error.reason._tag === "UnexpectedResponse" ? error.reason.problem : error.reason._tag

/** Sends half a body, then breaks the connection. */
const breaksOff = (status: number) =>
  new Response(
    new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new Error("no"), { code: "ECONNRESET" })),
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"sid":'))
    }),
    { status }
  )

const html = (status: number) =>
  new Response("<html><body>Alice was here</body></html>", { status, headers: { "content-type": "text/html" } })

describe("a 2xx response", () => {
  for (const status of [200, 201, 202]) {
    it.effect(`with status ${status} is a success of any operation`, () =>
      Effect.gen(function* () {
        const removed = yield* Stub.using(() => Stub.json(Stub.body(), status), disconnect)
        assert.strictEqual(removed.identity, "Alice")
        assert.deepStrictEqual(removed.duration, Option.some(Duration.seconds(12)))
      })
    )
  }

  it.effect("may omit optional members or set them to null, and have new members and a new status", () =>
    Effect.gen(function* () {
      const optional = ["account_sid", "date_updated", "duration", "end_time", "links", "start_time", "url"]
      const full = Stub.body({ status: "on-hold", mood: "fine" })
      const rest = Object.fromEntries(Object.entries(full).filter(([name]) => !optional.includes(name)))
      const bare = yield* Stub.using(() => Stub.json(rest), fetch)
      assert.strictEqual(bare.status, "on-hold")
      assert.deepStrictEqual(
        [bare.accountSid, bare.dateUpdated, bare.duration, bare.endTime, bare.startTime, bare.url],
        Array.from({ length: 6 }, () => Option.none())
      )
      assert.deepStrictEqual(bare.links, {})
      assert.notProperty(bare, "mood")
      const nulls = yield* Stub.using(
        () => Stub.json({ ...full, ...Object.fromEntries(optional.map((name) => [name, null])) }),
        fetch
      )
      assert.deepStrictEqual(nulls, bare)
      const partial = yield* Stub.using(() => Stub.json({ ...rest, links: { anonymize: "x", rules: null } }), fetch)
      assert.deepStrictEqual(partial.links, { anonymize: "x" })
    })
  )

  it.effect("may have times with milliseconds or an offset", () =>
    Effect.gen(function* () {
      const alice = yield* Stub.using(
        () =>
          Stub.json(Stub.body({ date_created: "2017-12-13T23:37:18.250Z", start_time: "2017-12-14T00:37:18+01:00" })),
        fetch
      )
      assert.strictEqual(DateTime.formatIso(alice.dateCreated), "2017-12-13T23:37:18.250Z")
      assert.deepStrictEqual(Option.map(alice.startTime, DateTime.formatIso), Option.some("2017-12-13T23:37:18.000Z"))
    })
  )

  it.effect("fails if its body is empty, truncated, not JSON or has the wrong shape", () =>
    Effect.gen(function* () {
      const text = JSON.stringify(Stub.body())
      const responses: ReadonlyArray<readonly [string, () => Response]> = [
        ["empty-body", () => new Response("", { status: 200 })],
        ["empty-body", () => new Response(null, { status: 204 })],
        ["empty-body", () => new Response("  \n", { status: 202 })],
        ["truncated-json", () => new Response(text.slice(0, 200), { status: 200 })],
        ["not-json", () => new Response("OK", { status: 200 })],
        ["not-json", () => html(200)],
        ["wrong-shape", () => Stub.json([])],
        ["wrong-shape", () => Stub.json(null)],
        ["wrong-shape", () => Stub.json("Alice")],
        ["wrong-shape", () => Stub.json({ participants: [], meta: {} })]
      ]
      for (const [expected, response] of responses) {
        const error = yield* failure(response)
        assert.strictEqual(problem(error), expected)
        assert.notInclude(error.message, "Alice")
      }
    })
  )

  it.effect("of the wrong shape fails with the place, without the value", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<readonly [where: string, change: Record<string, unknown>]> = [
        ['"sid"', { sid: "Alice Liddell" }],
        ['"room_sid"', { room_sid: 7 }],
        ['"date_created"', { date_created: "Alice's birthday" }],
        ['"duration"', { duration: "Alice" }],
        ['"identity"', { identity: null }],
        ['"status"', { status: { Alice: 1 } }]
      ]
      for (const [where, change] of wrong) {
        const error = yield* failure(() => Stub.json(Stub.body(change)))
        assert.strictEqual(problem(error), "wrong-shape")
        assert.include(error.message, where)
        assert.notInclude(error.message, "Alice")
      }
      const noMeta = yield* Stub.using(
        () => Stub.json({ participants: [] }),
        (participants) => Effect.flip(participants.list("Standup"))
      )
      assert.include(noMeta.message, "meta")
    })
  )
})

describe("a change with a 2xx response", () => {
  const text = JSON.stringify(Stub.body())
  const unreadable: ReadonlyArray<readonly [string, () => Response]> = [
    ["empty-body", () => new Response(null, { status: 204 })],
    ["truncated-json", () => new Response(text.slice(0, 200), { status: 202 })],
    ["not-json", () => new Response("OK", { status: 202 })],
    ["wrong-shape", () => Stub.json(Stub.body({ identity: null }), 202)],
    ["wrong-shape", () => Stub.json([], 200)],
    ["TransportFailed", () => breaksOff(202)]
  ]

  it.effect("has taken effect if its body is unreadable, and the error says so", () =>
    Effect.gen(function* () {
      for (const [expected, response] of unreadable) {
        const error = yield* failure(response, disconnect)
        assert.deepStrictEqual([problem(error), error.applied], [expected, true])
        assert.include(error.message, "The change has taken effect.")
        assert.notInclude(error.message, "Alice")
      }
    })
  )

  it.effect("may have taken effect if its body is a web page", () =>
    Effect.gen(function* () {
      const error = yield* failure(() => html(202), disconnect)
      assert.deepStrictEqual([problem(error), error.applied], ["not-json", undefined])
      assert.include(error.message, "The change may have taken effect.")
    })
  )

  it.effect("isn't claimed for a read, or for an incomplete response with another status", () =>
    Effect.gen(function* () {
      for (const [, response] of unreadable) {
        const error = yield* failure(response)
        assert.isUndefined(error.applied)
        assert.notInclude(error.message, "effect")
      }
      const broken = yield* failure(() => breaksOff(503), disconnect)
      assert.deepStrictEqual([problem(broken), broken.applied], ["TransportFailed", undefined])
      assert.include(broken.message, "The change may have taken effect.")
    })
  )

  it.effect("has taken effect if its body times out", () =>
    Effect.gen(function* () {
      for (const policy of [
        { attempts: 1, timeout: "3 seconds" },
        { attempts: 1, deadline: "3 seconds" }
      ] as const) {
        const handler = () => new Response(new ReadableStream({}), { status: 202 })
        const { exit } = yield* Timeline.run(Stub.using(handler, disconnect, { policy }))
        const error = Timeline.twilioErrorOf(exit)
        assert.deepStrictEqual([error.reason._tag, error.applied], ["TimedOut", true])
        assert.include(error.message, "The change has taken effect.")
      }
    })
  )
})

describe("an error response", () => {
  const twilio = (status: number, code: number, message: string, headers?: Record<string, string>) => () =>
    Stub.json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, status, headers)

  const reasons: ReadonlyArray<readonly [string, number, () => Response]> = [
    ["InvalidRequest", 400, twilio(400, 53209, "Participant status is invalid")],
    ["Unauthorized", 401, twilio(401, 20003, "Authenticate")],
    ["Unauthorized", 401, () => html(401)],
    ["Unauthorized", 401, () => new Response(null, { status: 401 })],
    ["Forbidden", 403, twilio(403, 20403, "Account suspended")],
    ["RateLimited", 429, twilio(429, 20429, "Too Many Requests")],
    ["RateLimited", 429, () => new Response("slow down", { status: 429 })],
    ["Unavailable", 500, twilio(500, 20500, "Internal Server Error")],
    ["Unavailable", 502, () => html(502)],
    ["Unavailable", 503, () => new Response("", { status: 503 })],
    ["Unavailable", 500, () => new Response('{"code":20500,"mess', { status: 500 })],
    ["not-implemented", 501, twilio(501, 20501, "Recordings are not emulated")],
    ["not-implemented", 501, () => new Response("", { status: 501 })],
    ["InvalidRequest", 405, twilio(405, 20004, "Method not allowed")],
    ["unknown-status", 400, () => html(400)],
    ["unknown-status", 404, () => html(404)],
    ["unknown-status", 404, () => new Response("", { status: 404 })],
    ["unknown-status", 404, () => new Response('{"code":20404,"message":"The reques', { status: 404 })],
    ["unknown-status", 404, () => Stub.json({ message: "no route" }, 404)],
    ["redirect", 302, () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } })],
    ["redirect", 304, () => new Response(null, { status: 304 })]
  ]

  for (const [expected, status, response] of reasons) {
    it.effect(`with status ${status} is ${expected}`, () =>
      Effect.gen(function* () {
        const error = yield* failure(response)
        assert.strictEqual(problem(error), expected)
        assert.strictEqual(error.status, status)
        assert.strictEqual(error.method, "GET")
        assert.strictEqual(error.path, "/v1/Rooms/{name}/Participants/{identity}")
        assert.include(error.message, error.reason.message)
        assert.notInclude(error.message, "Alice")
      })
    )
  }

  it.effect("with status 501 says that the endpoint is missing, and isn't retried", () =>
    Effect.gen(function* () {
      let sent = 0
      const error = yield* Stub.using(
        () => {
          sent += 1
          return Stub.json({ message: "Recordings are not emulated" }, 501)
        },
        (participants) => Effect.flip(participants.fetch(Stub.roomSid, Stub.sid("b"))),
        { policy: {}, baseUrl: "http://127.0.0.1:4010" }
      )
      assert.strictEqual(sent, 1)
      assert.isTrue(
        error.message.startsWith(
          "http://127.0.0.1:4010 does not implement this endpoint. Check the base URL. " +
            'http://127.0.0.1:4010 says: "Recordings are not emulated".'
        ),
        error.message
      )
    })
  )

  it.effect("has no code if Twilio's is not a safe integer", () =>
    Effect.gen(function* () {
      for (const code of ["1e21", "-1e21", "9007199254740993", "1e400", "53209.5", '"53209"', "null", "[53209]"]) {
        const error = yield* failure(() => new Response(`{"code":${code},"message":"no"}`, { status: 401 }))
        assert.strictEqual(error.reason._tag, "Unauthorized")
        assert.isUndefined(error.code)
      }
    })
  )

  it.effect("with a 404 from another server doesn't make a removal look done", () =>
    Effect.gen(function* () {
      const error = yield* Stub.using(
        () => html(404),
        (participants) => Effect.flip(participants.ensureDisconnected("Standup", "Alice"))
      )
      assert.strictEqual(problem(error), "unknown-status")
    })
  )

  it.effect("has Twilio's code, page and request ID, without other pages and IDs", () =>
    Effect.gen(function* () {
      const requestId = `RQ${"0".repeat(32)}`
      const error = yield* failure(
        twilio(400, 53209, "Participant status is invalid", { "twilio-request-id": requestId })
      )
      assert.strictEqual(error.code, 53209)
      assert.strictEqual(error.moreInfo, "https://www.twilio.com/docs/errors/53209")
      assert.strictEqual(error.requestId, requestId)
      assert.include(error.message, "Participant status is invalid")
      assert.include(error.message, requestId)
      const odd = yield* failure(() =>
        Stub.json({ code: 1, message: "no", more_info: "https://evil.example/?who=Alice" }, 400, {
          "twilio-request-id": "Alice"
        })
      )
      assert.isUndefined(odd.moreInfo)
      assert.isUndefined(odd.requestId)
    })
  )

  it.effect("is read again after a transformed client has read it", () =>
    Effect.gen(function* () {
      for (const body of ["text", "json"] as const) {
        const error = yield* Stub.using(
          twilio(401, 20003, "Authenticate"),
          (participants) => Effect.flip(participants.fetch("Standup", "Alice")),
          { transformClient: HttpClient.tap((response) => response[body]) }
        )
        assert.strictEqual(error.code, 20003)
      }
    })
  )

  it.effect("is the same error with a client that fails on statuses itself", () =>
    Effect.gen(function* () {
      const error = yield* Stub.using(
        twilio(401, 20003, "Authenticate"),
        (participants) => Effect.flip(participants.fetch("Standup", "Alice")),
        { transformClient: HttpClient.filterStatusOk }
      )
      assert.strictEqual(problem(error as TwilioError.TwilioError), "Unauthorized")
      assert.strictEqual(error.code, 20003)
    })
  )

  it.effect("is explained by its code if Twilio's message can't be quoted", () =>
    Effect.gen(function* () {
      const error = yield* failure(twilio(400, 53209, "Alice may not be that"))
      assert.include(error.message, 'Code 53209 means: "Participant status is invalid".')
      assert.notInclude(error.message, "Alice")
      assert.notInclude((yield* failure(twilio(400, 20001, "Alice?"))).message, "means")
    })
  )

  it.effect("quotes Twilio only for Twilio's own host", () =>
    Effect.gen(function* () {
      const message = "The parameter is out of range"
      for (const [baseUrl, who] of [
        ["https://video.dublin.ie1.twilio.com", "Twilio"],
        ["https://proxy.example/twilio", "https://proxy.example"],
        ["http://127.0.0.1:4010", "http://127.0.0.1:4010"]
      ] as const) {
        for (const [status, begins] of [
          [400, `${who} rejected the request as invalid.`],
          [429, `Rate limited by ${who}; the request was not processed.`]
        ] as const) {
          const error = yield* Stub.using(
            twilio(status, 20001, message),
            (participants) => Effect.flip(participants.fetch(Stub.roomSid, Stub.sid("b"))),
            { baseUrl }
          )
          assert.isTrue(error.message.startsWith(begins), error.message)
          assert.include(error.message, ` ${who} says: "${message}".`)
        }
      }
    })
  )

  it.effect("omits a page that isn't the code's own", () =>
    Effect.gen(function* () {
      for (const page of [
        "https://www.twilio.com/docs/errors/Alice",
        "https://www.twilio.com/docs/errors/53209/Alice",
        "https://www.twilio.com/Standup",
        "https://www.twilio.com/docs/errors/20404"
      ]) {
        const error = yield* failure(() => Stub.json({ code: 53209, message: "no", more_info: page }, 400))
        assert.strictEqual(error.code, 53209)
        assert.isUndefined(error.moreInfo)
      }
    })
  )

  it.effect("may have the form of RFC 9457", () =>
    Effect.gen(function* () {
      const error = yield* Stub.using(
        () =>
          Stub.json(
            {
              type: "https://www.twilio.com/docs/api/errors/20003",
              title: "Unauthorized",
              status: 401,
              code: 20003,
              detail: "No such key"
            },
            401
          ),
        (participants) => Effect.flip(participants.fetch(Stub.roomSid, Stub.sid("b")))
      )
      assert.strictEqual(error.code, 20003)
      assert.strictEqual(error.moreInfo, "https://www.twilio.com/docs/api/errors/20003")
      assert.include(error.message, "No such key")
    })
  )

  it.effect("has its Retry-After in the reason, from seconds or a date", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-21T12:00:00Z"))
      const waits: ReadonlyArray<readonly [string | undefined, Option.Option<Duration.Duration>]> = [
        ["7", Option.some(Duration.seconds(7))],
        ["Sat, 21 Nov 2026 12:01:00 GMT", Option.some(Duration.minutes(1))],
        ["Sat, 21 Nov 2026 11:00:00 GMT", Option.some(Duration.zero)],
        ["1.5", Option.some(Duration.millis(1500))],
        ["1.1", Option.some(Duration.millis(1100))],
        ["0", Option.some(Duration.zero)],
        ["-5", Option.none()],
        ["-1.5", Option.none()],
        ["1.", Option.none()],
        ["1e3", Option.none()],
        ["9".repeat(400), Option.none()],
        ["soon", Option.none()],
        [undefined, Option.none()]
      ]
      for (const status of [429, 503]) {
        for (const [header, expected] of waits) {
          const error = yield* failure(
            () => new Response("", { status, headers: header === undefined ? {} : { "retry-after": header } })
          )
          const { reason } = error
          if (reason._tag !== "RateLimited" && reason._tag !== "Unavailable") return assert.fail(reason._tag)
          assert.deepStrictEqual(reason.retryAfter, expected)
        }
      }
    })
  )
})

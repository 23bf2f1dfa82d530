/**
 * Tests the attributes of spans, the metrics, and the switches of `Telemetry`. `Spans.test.ts` tests which spans there are.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as Telemetry from "@effect-twilio-video/http/Telemetry"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"
import * as Recording from "./support/Recording.ts"

const fetch = Participants.fetch("Standup", "Alice")
const disconnect = Participants.disconnect("Standup", "Alice")

const status =
  (status: number, headers: Record<string, string> = {}): Timeline.Responder =>
  () =>
    new Response("", { status, headers })
const reset: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNRESET" }))
const hang: Timeline.Responder = () => new Promise(() => {})
const done: Timeline.Responder = () => Stub.json(Stub.body())

const play = Effect.fnUntraced(function* (
  program: Parameters<typeof Stub.run>[1],
  responses: ReadonlyArray<Timeline.Responder>,
  options: Stub.Options = { policy: {} },
  until?: number
) {
  const server = yield* Timeline.serve(Timeline.inTurn(...responses))
  const seen = yield* Recording.run(Timeline.withDraw(0.5)(Stub.run(server.handler, program, options)), until)
  const [span] = seen.spans
  return { ...seen, server, span, attributes: Recording.attributesOf(span), events: Recording.eventsOf(span) }
})

const start = {
  "http.request.method": "GET",
  "url.template": "/v1/Rooms/{room}/Participants/{participant}",
  "server.address": "video.twilio.com",
  "server.port": 443
}

const counted = (metric: "requests" | "retries" | "rate_limits", rest: string, operation = "Participants.fetch") =>
  `twilio_video_${metric} operation=${operation} ${rest}`

describe("the span", () => {
  it.effect("of a success has the request and the status", () =>
    Effect.gen(function* () {
      const { attributes, counts, events } = yield* play(fetch, [done])
      assert.deepStrictEqual(attributes, { ...start, "http.response.status_code": 200 })
      assert.deepStrictEqual(events, [])
      assert.deepStrictEqual(counts, { [counted("requests", "outcome=200")]: 1 })
    })
  )

  it.effect("of a success has the received status", () =>
    Effect.gen(function* () {
      const { attributes, counts } = yield* play(disconnect, [() => Stub.json(Stub.body(), 200)])
      assert.deepStrictEqual(counts, { [counted("requests", "outcome=200", "Participants.update")]: 1 })
      assert.strictEqual(attributes["http.response.status_code"], 200)
    })
  )

  it.effect("of a rejection has Twilio's code and request ID", () =>
    Effect.gen(function* () {
      const requestId = `RQ${"7".repeat(32)}`
      const { attributes, counts, events } = yield* play(fetch, [
        () => Stub.json({ code: 20404, message: "No" }, 404, { "twilio-request-id": requestId })
      ])
      assert.deepStrictEqual(attributes, {
        ...start,
        "http.response.status_code": 404,
        "error.type": "404",
        "twilio.error_code": 20404,
        "twilio.request_id": requestId
      })
      assert.deepStrictEqual(events, [])
      assert.deepStrictEqual(counts, { [counted("requests", "outcome=404")]: 1 })
    })
  )

  it.effect("of an outage has an event for each retry, and their number", () =>
    Effect.gen(function* () {
      const { attributes, counts, events, spans } = yield* play(fetch, [status(503)], { policy: { attempts: 3 } })
      assert.strictEqual(spans.length, 1)
      assert.deepStrictEqual(attributes, {
        ...start,
        "http.request.resend_count": 2,
        "http.response.status_code": 503,
        "error.type": "503"
      })
      assert.deepStrictEqual(events, [
        ["retry", { "http.request.resend_count": 1, "error.type": "503", "retry.delay_ms": 125 }],
        ["retry", { "http.request.resend_count": 2, "error.type": "503", "retry.delay_ms": 250 }]
      ])
      assert.deepStrictEqual(counts, {
        [counted("requests", "outcome=503")]: 3,
        [counted("retries", "outcome=503")]: 2
      })
    })
  )

  it.effect("of a success after several failures has an event for each, with its time", () =>
    Effect.gen(function* () {
      const { attributes, counts, span } = yield* play(
        fetch,
        [status(429, { "retry-after": "2" }), reset, hang, done],
        {
          policy: { timeout: "5 seconds" }
        }
      )
      assert.deepStrictEqual(attributes, {
        ...start,
        "http.request.resend_count": 3,
        "http.response.status_code": 200
      })
      const at = (millis: number) => BigInt(Timeline.noon + millis) * 1_000_000n
      assert.deepStrictEqual(
        span?.events.map(([, time, attributes]) => [time, attributes?.["error.type"], attributes?.["retry.delay_ms"]]),
        [
          [at(0), "429", 2500],
          [at(2500), "TransportFailed", 250],
          [at(2500 + 250 + 5000), "TimedOut", 500]
        ]
      )
      assert.deepStrictEqual(counts, {
        [counted("requests", "outcome=429")]: 1,
        [counted("requests", "outcome=TransportFailed")]: 1,
        [counted("requests", "outcome=TimedOut")]: 1,
        [counted("requests", "outcome=200")]: 1,
        [counted("retries", "outcome=429")]: 1,
        [counted("retries", "outcome=TransportFailed")]: 1,
        [counted("retries", "outcome=TimedOut")]: 1,
        [counted("rate_limits", "by=twilio")]: 1
      })
    })
  )

  it.effect("of a failure without a response has no status", () =>
    Effect.gen(function* () {
      const off = { policy: RequestPolicy.noRetries }
      const failed = yield* play(fetch, [reset], off)
      assert.deepStrictEqual(failed.attributes, { ...start, "error.type": "TransportFailed" })
      assert.deepStrictEqual(failed.counts, { [counted("requests", "outcome=TransportFailed")]: 1 })
      const late = yield* play(fetch, [hang], off)
      assert.deepStrictEqual(late.attributes, { ...start, "error.type": "TimedOut" })
      assert.deepStrictEqual(late.counts, { [counted("requests", "outcome=TimedOut")]: 1 })
    })
  )

  it.effect("of an unexpected response has its status", () =>
    Effect.gen(function* () {
      const { attributes, counts } = yield* play(fetch, [() => new Response("<html>", { status: 200 })])
      const { "error.type": type, ...rest } = attributes
      assert.deepStrictEqual(rest, { ...start, "http.response.status_code": 200 })
      // The status of a success wouldn't say what was wrong.
      assert.include(["not-json", "UnexpectedResponse"], type)
      assert.deepStrictEqual(counts, { [counted("requests", "outcome=200")]: 1 })
    })
  )

  it.effect("of an interrupted operation has error.type Interrupted", () =>
    Effect.gen(function* () {
      const during = yield* play(fetch, [hang], { policy: {} }, 5000)
      assert.deepStrictEqual(during.attributes, { ...start, "error.type": "Interrupted" })
      assert.deepStrictEqual(during.counts, { [counted("requests", "outcome=Interrupted")]: 1 })
      const waiting = yield* play(fetch, [status(429, { "retry-after": "9" })], { policy: {} }, 5000)
      assert.deepStrictEqual(waiting.attributes, { ...start, "error.type": "Interrupted" })
      assert.deepStrictEqual(waiting.counts, {
        [counted("requests", "outcome=429")]: 1,
        [counted("retries", "outcome=429")]: 1,
        [counted("rate_limits", "by=twilio")]: 1
      })
    })
  )

  it.effect("of an operation whose HttpClient dies has error.type Defect", () =>
    Effect.gen(function* () {
      const transformClient = (client: HttpClient.HttpClient) =>
        HttpClient.transform(client, () => Effect.die(new Error("a mistake")))
      const { attributes, counts } = yield* play(fetch, [done], { policy: {}, transformClient })
      assert.deepStrictEqual(attributes, { ...start, "error.type": "Defect" })
      assert.deepStrictEqual(counts, { [counted("requests", "outcome=Defect")]: 1 })
    })
  )

  it.effect("of an operation past its deadline has error.type TimedOut, and each of its requests is counted once", () =>
    Effect.gen(function* () {
      const { attributes, counts } = yield* play(fetch, [hang], {
        policy: { timeout: "2 seconds", deadline: "3 seconds", attempts: 2 }
      })
      assert.deepStrictEqual(attributes, { ...start, "http.request.resend_count": 1, "error.type": "TimedOut" })
      assert.deepStrictEqual(counts, {
        [counted("requests", "outcome=TimedOut")]: 2,
        [counted("retries", "outcome=TimedOut")]: 1
      })
    })
  )

  it.effect("has the server's address", () =>
    Effect.gen(function* () {
      for (const [options, address, port] of [
        [{ region: "ie1" }, "video.ie1.twilio.com", 443],
        [{ baseUrl: "http://127.0.0.1:8080/proxy" }, "127.0.0.1", 8080],
        [{ baseUrl: "http://sandbox.test" }, "sandbox.test", 80]
      ] as const) {
        const { attributes } = yield* play(fetch, [done], options)
        assert.deepStrictEqual([attributes["server.address"], attributes["server.port"]], [address, port])
        assert.strictEqual(attributes["url.template"], start["url.template"])
      }
    })
  )
})

describe("a rate-limited request", () => {
  it.effect("is counted by the limit that it met", () =>
    Effect.gen(function* () {
      const { counts } = yield* play(Effect.all([fetch, fetch, fetch], { concurrency: 3 }), [done], {
        quota: { reads: 1, writes: 1 }
      })
      assert.deepStrictEqual(counts, {
        [counted("requests", "outcome=200")]: 3,
        [counted("rate_limits", "by=quota")]: 2
      })
    })
  )

  it.effect("is counted if it isn't sent because its turn would come too late", () =>
    Effect.gen(function* () {
      const quota = { reads: 1, writes: 1 }
      const first = yield* play(Effect.all([fetch, Effect.exit(fetch)], { concurrency: 2 }), [done], {
        quota,
        policy: { deadline: "1 second" }
      })
      assert.deepStrictEqual(first.counts, {
        [counted("requests", "outcome=200")]: 1,
        [counted("rate_limits", "by=quota")]: 1
      })
      const retry = yield* play(Effect.exit(fetch), [status(503)], { quota, policy: { maxElapsed: "1 second" } })
      assert.deepStrictEqual(retry.counts, {
        [counted("requests", "outcome=503")]: 1,
        [counted("retries", "outcome=503")]: 1,
        [counted("rate_limits", "by=quota")]: 1
      })
    })
  )

  it.effect("is counted in the registry of the program", () =>
    Effect.gen(function* () {
      for (let run = 0; run < 2; run++) {
        const { counts } = yield* play(fetch, [done])
        assert.deepStrictEqual(counts, { [counted("requests", "outcome=200")]: 1 })
      }
      const server = yield* Timeline.serve(Timeline.inTurn(done))
      const value = yield* Stub.run(server.handler, fetch).pipe(
        Effect.andThen(
          Metric.value(Metric.withAttributes(Telemetry.requests, { outcome: "200", operation: "Participants.fetch" }))
        ),
        Effect.provideService(Metric.MetricRegistry, new Map()),
        Effect.provide(Telemetry.layerMetrics)
      )
      assert.strictEqual(value.count, 1)
    })
  )

  it.effect("is counted only if the program or its connection has metrics", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(done))
      const counts = Effect.fnUntraced(function* (program: Effect.Effect<unknown, unknown>) {
        const registry: Parameters<typeof Metric.MetricRegistry.of>[0] = new Map()
        yield* Effect.provideService(program, Metric.MetricRegistry, registry)
        return registry.size
      })
      const connection = Stub.layer(server.handler)
      assert.strictEqual(yield* counts(Effect.provide(fetch, connection)), 0)
      const ofConnection = connection.pipe(Layer.provide(Telemetry.layerMetrics))
      assert.strictEqual(yield* counts(Effect.provide(fetch, ofConnection)), 1)
      const ofProgram = Effect.provide(fetch, Layer.merge(connection, Telemetry.layerMetrics))
      assert.strictEqual(yield* counts(ofProgram), 1)
    })
  )

  it.effect("is counted once if both have metrics", () =>
    Effect.gen(function* () {
      const server = yield* Timeline.serve(Timeline.inTurn(done))
      const program = Effect.gen(function* () {
        yield* Effect.provide(fetch, Stub.layer(server.handler).pipe(Layer.provide(Telemetry.layerMetrics)))
        return yield* Metric.value(
          Metric.withAttributes(Telemetry.requests, { outcome: "200", operation: "Participants.fetch" })
        )
      })
      const { count } = yield* program.pipe(
        Effect.provide(Telemetry.layerMetrics),
        Effect.provideService(Metric.MetricRegistry, new Map())
      )
      assert.strictEqual(count, 1)
    })
  )
})

// Not even credentials.
const secrets = [
  ...Operations.texts.flatMap(Operations.formsOf),
  Stub.secret,
  btoa(`${Stub.accountSid}:${Stub.secret}`)
]

const leaksOf = (text: string): ReadonlyArray<string> => {
  const lower = text.toLowerCase()
  return [...secrets, "://", "?", "authorization"].filter((secret) => lower.includes(secret.toLowerCase()))
}

describe("spans, events and counts", () => {
  for (const { body, call, name, endpoint } of Operations.all) {
    it.effect(`of ${name} contain no name, identity, credential, URL or query, however it ends`, () =>
      Effect.gen(function* () {
        const operation = VideoWire.operations[endpoint]
        const words = `No ${Operations.texts.join(" ")} at https://video.twilio.com/?x`
        const header = encodeURIComponent(words)
        const rejection = Stub.json({ code: 53000, message: words, more_info: words }, 400, {
          "twilio-request-id": header
        })
        const endings: ReadonlyArray<ReadonlyArray<Timeline.Responder>> = [
          [() => Stub.json(body)],
          [status(429), reset, () => Stub.json(body)],
          [() => rejection.clone()],
          [status(503)],
          [() => Promise.reject(new Error(words, { cause: { code: words } }))],
          [hang],
          [() => Stub.json({ [words]: words })],
          [() => new Response(null, { status: 302, headers: { location: header } })]
        ]
        for (const responses of endings) {
          const seen = yield* play(Effect.exit(call(Operations.byName)), responses, {
            policy: { attempts: 3 },
            quota: { reads: 1, writes: 1 }
          })
          assert.deepStrictEqual(leaksOf(Recording.textOf(seen)), [])
          for (const span of seen.spans) {
            const { "url.template": template, ...rest } = Recording.attributesOf(span)
            assert.match(String(template), /^\/v1\/Rooms(\/\{(room|participant|track)\}|\/[A-Z][A-Za-z]+)*$/)
            for (const key of Object.keys(rest)) assert.match(key, /^(http|server|error|twilio)\./)
          }
          assert.isNotEmpty(seen.counts)
        }
        assert.isTrue(operation.path.startsWith("/v1/Rooms"))
      })
    )

    it.effect(`of ${name} contain the URL with RecordUrls, but no credentials`, () =>
      Effect.gen(function* () {
        const program = Effect.exit(call(Operations.byName))
        const { counts, server, spans } = yield* play(
          program.pipe(Effect.provideService(Telemetry.RecordUrls, true)),
          [() => Stub.json(body)],
          { policy: RequestPolicy.noRetries }
        )
        assert.deepStrictEqual(
          spans.map((span) => span.attributes.get("url.full")),
          server.sent.map(({ request }) => request.url)
        )
        const textOf = Recording.textOf({ counts, spans })
        for (const secret of [Stub.secret, btoa(`${Stub.accountSid}:${Stub.secret}`), Stub.accountSid]) {
          assert.notInclude(textOf, secret)
        }
        assert.deepStrictEqual(leaksOf(JSON.stringify(counts)), [])
      })
    )
  }
})

describe("trace headers", () => {
  const names = ["traceparent", "tracestate", "b3", "x-b3-traceid", "x-b3-spanid", "baggage"]

  const headersOf = ({ sent }: Timeline.Server) =>
    sent.map(({ request }) => names.flatMap((name) => request.headers.get(name) ?? []))

  for (const { body, call, name } of Operations.all) {
    it.effect(`are sent with ${name} only with SendTraceHeaders`, () =>
      Effect.gen(function* () {
        const program = Effect.withSpan(Effect.exit(call(Operations.byName)), "the program's own")
        const off = yield* play(program, [() => Stub.json(body)], { policy: RequestPolicy.noRetries })
        assert.deepStrictEqual(headersOf(off.server), [[]])

        const on = yield* play(
          program.pipe(Effect.provideService(Telemetry.SendTraceHeaders, true)),
          [status(429), () => Stub.json(body)],
          { policy: { attempts: 2 } }
        )
        const spans = on.spans.filter((span) => span.kind === "client")
        for (const { request } of on.server.sent) {
          const trace = request.headers.get("traceparent") ?? ""
          assert.isTrue(
            spans.some((span) => trace === `00-${span.traceId}-${span.spanId}-01`),
            trace
          )
          assert.match(request.headers.get("b3") ?? "", /^[0-9a-f]{32}-[0-9a-f]{16}-1-[0-9a-f]{16}$/)
        }
      })
    )
  }

  it.effect("are those of Effect's HttpClient, with or without a parent, sampled or not", () =>
    Effect.gen(function* () {
      const program = Effect.provideService(fetch, Telemetry.SendTraceHeaders, true)
      const within = (sampled: boolean) => Effect.withSpan(program, "the program's own", { sampled })
      for (const [around, flag] of [
        [program, "01"],
        [within(true), "01"],
        [within(false), "00"]
      ] as const) {
        const { server, spans } = yield* play(around, [done])
        const span = spans.find(({ kind }) => kind === "client")
        assert.isDefined(span)
        const { b3, traceparent } = HttpTraceContext.toHeaders(span)
        assert.deepStrictEqual(headersOf(server), [[traceparent, b3]])
        assert.strictEqual(traceparent?.slice(-2), flag)
      }
    })
  )

  it.effect("are always valid", () =>
    Effect.gen(function* () {
      const { server } = yield* play(
        fetch.pipe(Effect.provideService(Telemetry.SendTraceHeaders, true), Effect.withTracerEnabled(false)),
        [done]
      )
      for (const { request } of server.sent) {
        const trace = request.headers.get("traceparent")
        if (trace !== null) assert.match(trace, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/)
      }
      assert.strictEqual(server.sent.length, 1)
    })
  )
})

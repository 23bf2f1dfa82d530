/**
 * Traces, metrics and logs don't contain the credentials, with everything enabled that a program can enable, for calls that
 * succeed after retries and for calls that fail.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import type * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as SharedQuota from "@effect-twilio-video/http/SharedQuota"
import * as Telemetry from "@effect-twilio-video/http/Telemetry"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import * as Operations from "../../packages/http/test/support/Operations.ts"
import * as Stub from "../../packages/http/test/support/Stub.ts"
import * as Failure from "./Failure.ts"
import * as Representative from "./Representative.ts"
import * as Secrets from "./Secrets.ts"
import * as Summary from "./Summary.ts"

const covered = { runs: 0, spans: 0, events: 0, metrics: 0, logLines: 0, traceHeaders: 0 }

afterAll(() => Summary.write("telemetry", covered))

const whole = { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null } as const

const keep = (logs: Array<string>) =>
  Logger.make(({ cause, fiber, message }) => {
    logs.push(inspect([message, cause, fiber.getRef(References.CurrentLogAnnotations)], whole))
  })

/** Everything that a program emits beside its result. */
const emitted = Effect.fnUntraced(function* (program: Effect.Effect<unknown, unknown>) {
  const spans: Array<Tracer.NativeSpan> = []
  const logs: Array<string> = []
  const lines: Array<string> = []
  const write = (...values: ReadonlyArray<unknown>) =>
    lines.push(values.map((value) => inspect(value, whole)).join(" "))
  const console: Console.Console = Object.assign(Object.create(globalThis.console), {
    log: write,
    error: write,
    warn: write,
    info: write,
    debug: write,
    trace: write
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const exit = yield* Effect.exit(
    program.pipe(
      Effect.onExit((exit) => Effect.logError("ended", exit)),
      Effect.withSpan("the program", { attributes: { own: true } }),
      Effect.withLogSpan("the program"),
      Effect.provideService(Telemetry.RecordUrls, true),
      Effect.provideService(Telemetry.SendTraceHeaders, true),
      Effect.provide(Telemetry.layerMetrics),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provideService(Console.Console, console),
      Effect.withTracer(tracer),
      Effect.provide(Logger.layer([keep(logs), Logger.consoleLogFmt, Logger.consolePretty(), Logger.tracerLogger]))
    )
  )
  const metrics = inspect(yield* Metric.snapshot, whole) + (yield* Metric.dump)
  // A span keeps the result of the call, which contains what the server sent. It belongs to the program.
  for (const { status } of spans) {
    if (status._tag === "Ended" && status.exit._tag === "Success") Object.assign(status, { exit: Exit.void })
  }
  const shown = spans.map((span) => [
    inspect(span, whole),
    inspect([...span.attributes], whole),
    inspect([span.events, span.links, span.status], whole),
    JSON.stringify([...span.attributes])
  ])
  covered.runs += 1
  covered.spans += spans.length
  covered.events += spans.reduce((sum, span) => sum + span.events.length, 0)
  covered.metrics += metrics.length
  covered.logLines += logs.length + lines.length
  return { exit, spans, text: [...shown.flat(), ...logs, ...lines, metrics].join("\n"), logs: [...logs, ...lines] }
})

const assertNoLeak = (secret: Secrets.Secret, text: string) => {
  const leaks = Secrets.leaks(secret)
  const lines = text.split("\n").filter((line) => leaks(line).length > 0)
  assert(lines.length === 0, `${lines.length} lines, such as\n${lines.slice(0, 5).join("\n").slice(0, 1500)}`)
}

const retries: Partial<RequestPolicy.RequestPolicy> = { attempts: 3, baseDelay: "1 millis", maxDelay: "2 millis" }

const errors = [
  () => Stub.json({ code: 20429 }, 429, { "retry-after": "0" }),
  ({ header }: Failure.Received) => new Response(null, { status: 429, headers: { "x-echo": header } })
]

for (const secret of Secrets.all) {
  describe(`telemetry does not reveal ${secret.name}`, () => {
    for (const { body, call, name } of Operations.all) {
      it.live(`${name}, after retries`, () =>
        Effect.gen(function* () {
          for (const succeeds of [true, false]) {
            let requests = 0
            const headers: Array<string> = []
            const transport = Failure.respondingWith((received) => {
              headers.push(received.request.headers.get("traceparent") ?? "")
              const refusal = errors[requests % (succeeds ? 3 : 2)]
              requests += 1
              return refusal?.(received) ?? Stub.json(body)
            })
            const { exit, spans, text } = yield* emitted(
              Failure.over(secret, transport, call(Operations.bySid), { policy: retries })
            )
            assert.strictEqual(exit._tag, succeeds ? "Success" : "Failure")
            assert.strictEqual(requests, 3)
            assertNoLeak(secret, text)
            // Retries, URL and metrics are emitted, and the trace is propagated.
            const span = spans.find((span) => span.name === name)
            assert(span !== undefined)
            assert.strictEqual(span.events.filter(([event]) => event === "retry").length, 2)
            assert.include(String(span.attributes.get("url.full")), "https://video.twilio.com/v1/Rooms")
            assert.include(text, "twilio_video_retries")
            covered.traceHeaders += headers.filter((header) => header.includes(span.spanId)).length
            assert.isTrue(headers.every((header) => header.includes(span.spanId)))
          }
        })
      )
    }

    for (const failure of Representative.all) {
      it.live(`a failure: ${failure.name}`, () =>
        Effect.gen(function* () {
          const { exit, logs, text } = yield* emitted(failure.run(secret))
          assert.strictEqual(exit._tag, "Failure")
          assert.include(logs.join("\n"), failure.says ?? "ended")
          assertNoLeak(secret, text)
        })
      )
    }

    it.live("a failing store of the quota", () =>
      Effect.gen(function* () {
        const failing = Effect.fail(
          new RateLimiter.RateLimiterError({
            reason: new RateLimiter.RateLimitStoreError({ message: "no store", cause: { secret: "none" } })
          })
        )
        const store = Layer.succeed(RateLimiter.RateLimiterStore, {
          fixedWindow: () => failing,
          tokenBucket: () => failing
        } as unknown as RateLimiter.RateLimiterStore["Service"])
        const program = Effect.provide(
          Failure.fetchAlice,
          TwilioHttpClient.layer(TwilioVideo.services, { ...secret.credentials }).pipe(
            Layer.provide([
              Failure.respondingWith(() => Stub.json(Stub.body())),
              Layer.provide(SharedQuota.layer, store)
            ])
          )
        )
        const { exit, logs, text } = yield* emitted(program)
        assert.strictEqual(exit._tag, "Success")
        assert.include(logs.join("\n"), "without a limit")
        assertNoLeak(secret, text)
      })
    )

    it.live("a traced client of a program, without Effect's span", () =>
      Effect.gen(function* () {
        const { spans, text } = yield* emitted(
          Failure.over(
            secret,
            Failure.respondingWith(() => Stub.json(Stub.body())),
            Failure.fetchAlice,
            { transformClient: HttpClient.transform((sent) => Effect.withSpan(sent, "the program's own")) }
          )
        )
        assert.deepStrictEqual(
          spans.map((span) => span.name),
          ["the program", "Participants.fetch", "the program's own"]
        )
        assertNoLeak(secret, text)
      })
    )

    it("the printed services of the layer", () =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const context = yield* Layer.build(
              TwilioHttpClient.layer(TwilioVideo.services, { ...secret.credentials }).pipe(
                Layer.provide(Failure.respondingWith(() => Stub.json(Stub.body())))
              )
            )
            assertNoLeak(secret, inspect(context, whole))
            assertNoLeak(secret, inspect(context, { ...whole, customInspect: false }))
            assertNoLeak(secret, JSON.stringify(secret.credentials) + inspect(secret.credentials, whole))
          })
        )
      ))
  })
}

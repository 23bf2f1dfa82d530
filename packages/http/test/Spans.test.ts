/**
 * Tests the spans of the client: one for each operation, without names, identities and credentials.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as TestClock from "effect/testing/TestClock"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"

/** The spans of a program. */
const spansOf = Effect.fnUntraced(function* (
  handler: Stub.Handler,
  program: Effect.Effect<unknown, unknown, TwilioVideo.Services>
) {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  yield* Stub.run(handler, Effect.exit(program)).pipe(Effect.withTracer(tracer))
  return spans
})

const namesOf = (spans: ReadonlyArray<Tracer.NativeSpan>) => spans.map((span) => span.name)

const secrets = [
  ...Operations.texts.flatMap(Operations.formsOf),
  Stub.secret,
  btoa(`${Stub.accountSid}:${Stub.secret}`),
  "https://"
]

const assertHoldsNoSecret = (text: string) => {
  for (const secret of secrets) assert.notInclude(text, secret)
}

describe("a trace", () => {
  for (const { body, call, name, endpoint } of Operations.all) {
    it.effect(`has one span for ${name}, whose exit contains no name, identity, credential or URL`, () =>
      Effect.gen(function* () {
        const done = yield* spansOf(() => Stub.json(body), call(Operations.byName))
        assert.deepStrictEqual(namesOf(done), [name], endpoint)
        for (const span of done) {
          assert.strictEqual(span.kind, "client")
          assert.strictEqual(span.status._tag === "Ended" && span.status.exit._tag, "Success")
        }
        // A tracer gets the exit of the span, and with it the error.
        const errorResponse = Stub.json({ code: 53000, message: `No ${Operations.texts.join(" ")} here` }, 400)
        const failed = yield* spansOf(() => errorResponse.clone(), call(Operations.byName))
        assert.deepStrictEqual(namesOf(failed), [name])
        for (const span of failed) {
          const error = span.status._tag === "Ended" ? JSON.stringify(span.status.exit) : ""
          assert.include(error, "53000")
          assertHoldsNoSecret(error)
        }
      })
    )
  }

  it.effect("has a span for each page, and for each request of ensureDisconnected", () =>
    Effect.gen(function* () {
      let pages = 0
      const rooms = yield* spansOf(
        () => {
          pages += 1
          const next = pages < 3 ? `https://video.twilio.com/v1/Rooms?PageToken=t${pages}` : null
          return Stub.json(Stub.list([Stub.room()], next, undefined, "rooms"))
        },
        Effect.withSpan(Stream.runDrain(Rooms.stream()), "all")
      )
      assert.deepStrictEqual(namesOf(rooms), ["all", "Rooms.stream", "Rooms.stream", "Rooms.stream"])
      const parents = rooms.slice(1).map(({ parent }) => (parent._tag === "Some" ? parent.value.spanId : undefined))
      assert.deepStrictEqual(new Set(parents), new Set([rooms[0]?.spanId]))
      const removal = yield* spansOf(
        (request) => Stub.json(Stub.body({ status: request.method === "GET" ? "connected" : "disconnected" })),
        Participants.ensureDisconnected("Ward 6", Stub.sid("b"))
      )
      assert.deepStrictEqual(namesOf(removal), ["Participants.fetch", "Participants.update"])
    })
  )

  it.effect("has no span for a call that sends nothing", () =>
    Effect.gen(function* () {
      const none = yield* spansOf(() => Stub.json({}), Rooms.create({ maxParticipants: -1 }))
      assert.deepStrictEqual(namesOf(none), [])
    })
  )

  it.effect("has the client's spans as children of the program's", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(
        () => Stub.json(Stub.room()),
        Effect.withSpan(Rooms.fetch("Ward 6"), "the program's own")
      )
      assert.deepStrictEqual(namesOf(spans), ["the program's own", "Rooms.fetch"])
      const [outer, inner] = spans
      assert.strictEqual(inner?.parent._tag === "Some" && inner.parent.value.spanId, outer?.spanId)
    })
  )
})

describe("an operation's span", () => {
  const outer = (sampled: boolean, isPropagated: boolean) =>
    Tracer.externalSpan({
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      sampled,
      ...(isPropagated ? {} : { annotations: Tracer.DisablePropagation.context(true) })
    })

  const link: Tracer.SpanLink = { span: outer(true, true), attributes: { why: "test" } }

  const surroundings: ReadonlyArray<
    readonly [name: string, around: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>]
  > = [
    ["no span", (self) => self],
    ["a span", (self) => Effect.withSpan(self, "outer")],
    ["a span of another process", (self) => Effect.provideService(self, Tracer.ParentSpan, outer(true, true))],
    ["an unsampled span", (self) => Effect.provideService(self, Tracer.ParentSpan, outer(false, true))],
    ["a span that isn't propagated", (self) => Effect.provideService(self, Tracer.ParentSpan, outer(true, false))],
    [
      "a span below one that isn't propagated",
      (self) => Effect.withSpan(self, "outer").pipe(Effect.withTracerEnabled(false), Effect.withTracerEnabled(true))
    ],
    [
      "links and annotations",
      (self) => Effect.annotateSpans(Effect.linkSpans(self, link.span, link.attributes), "a", 1)
    ],
    ["a minimum trace level", (self) => Effect.provideService(self, Tracer.MinimumTraceLevel, "Error")],
    ["timing off", (self) => Effect.withTracerTiming(self, false)],
    ["tracing off", (self) => Effect.withTracerEnabled(self, false)]
  ]

  it.effect.each(surroundings)("is opened as Effect.useSpan opens one: with %s around it", ([, around]) =>
    Effect.gen(function* () {
      // At 0, a span without timing would start at the same time as one with it.
      yield* TestClock.adjust("5 seconds")
      const opened = (program: Effect.Effect<unknown, unknown, TwilioVideo.Services>) =>
        Effect.map(
          spansOf(() => Stub.json(Stub.body()), around(program)),
          (spans) =>
            spans
              .filter(({ kind }) => kind === "client")
              .map(({ annotations, attributes, links, parent, sampled, status }) => ({
                annotations,
                links,
                note: attributes.get("a"),
                parent: Option.map(parent, (span) => [span._tag, span._tag === "Span" ? span.name : span.spanId]),
                sampled,
                startTime: status.startTime,
                status: status._tag
              }))
        )
      assert.deepStrictEqual(
        yield* opened(Participants.fetch("Standup", "Alice")),
        yield* opened(Effect.useSpan("reference", { kind: "client" }, () => Effect.void))
      )
    })
  )
})

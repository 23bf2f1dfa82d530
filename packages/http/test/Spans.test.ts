/**
 * What a trace of the client holds: one span for each operation, and nothing that names a person or opens a door. Holds
 * no metrics.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as Stub from "./support/Stub.ts"

describe("a trace", () => {
  it.effect("has a span for each operation, without identity, room, credential or URL", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const answers = (request: Request) =>
        request.url.includes("Mallory")
          ? Stub.json(
              { code: 20404, message: "The requested resource /Rooms/Ward 6/Participants/Mallory was not found" },
              404
            )
          : request.method === "GET" && request.url.includes("/Participants?")
            ? Stub.json(Stub.list([Stub.body()], null))
            : Stub.json(Stub.body())
      yield* Stub.using(answers, (participants) =>
        Effect.gen(function* () {
          yield* participants.fetch("Ward 6", "Alice Liddell")
          yield* participants.disconnect("Ward 6", "Alice Liddell")
          yield* participants.anonymize("Ward 6", "Alice Liddell")
          yield* participants.list("Ward 6", { identity: "Alice Liddell" })
          yield* Stream.runDrain(participants.stream("Ward 6"))
          yield* Effect.exit(participants.fetch("Ward 6", "Mallory"))
        })
      ).pipe(Effect.withTracer(tracer))
      assert.deepStrictEqual(
        spans.map((span) => span.name),
        [
          "Participants.fetch",
          "Participants.update",
          "Participants.anonymize",
          "Participants.list",
          "Participants.stream",
          "Participants.fetch"
        ]
      )
      // A tracer sees how a span ended as well: the error of the one that failed.
      const failed = spans.at(-1)?.status
      const error = failed?._tag === "Ended" ? JSON.stringify(failed.exit) : ""
      assert.include(error, "20404")
      for (const text of [
        error,
        ...spans.map((span) => JSON.stringify([...span.attributes, ...span.events.map(([name]) => name)]))
      ]) {
        for (const secret of ["Alice", "Mallory", "Ward", Stub.secret, btoa(Stub.secret), "https://video"]) {
          assert.notInclude(text, secret)
        }
      }
    })
  )
})

/**
 * `ensureDisconnected` where people leave while it is at work, which takes a server that answers in steps. Holds no
 * ordinary case: those are in the contract suite.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stub from "./support/Stub.ts"

const sid = Stub.sid("b")

const connected = () => Stub.json(Stub.body({ status: "connected", end_time: null, duration: null }))
const disconnected = () => Stub.json(Stub.body())
const refused = () => Stub.json({ code: 53209, message: "Participant status is invalid", status: 400 }, 400)
const notFound = () => Stub.json({ code: 20404, message: "The requested resource was not found", status: 404 }, 404)
const unavailable = () => Stub.json({ message: "down", status: 503 }, 503)

/** Answers one request after the other, and keeps their methods. */
const inTurn = (...answers: ReadonlyArray<() => Response>) => {
  const methods: Array<string> = []
  const handler = (request: Request) => {
    methods.push(request.method)
    return answers[methods.length - 1]?.() ?? assert.fail("one request too many")
  }
  return { methods, handler }
}

const ensure = Effect.fnUntraced(function* (participant: string, ...answers: ReadonlyArray<() => Response>) {
  const { handler, methods } = inTurn(...answers)
  const result = yield* Stub.using(handler, (participants) =>
    Effect.result(participants.ensureDisconnected("Standup", participant))
  )
  return { result, methods }
})

describe("ensureDisconnected", () => {
  it.effect("by SID sends nothing to change for one who is gone already", () =>
    Effect.gen(function* () {
      const { methods, result } = yield* ensure(sid, disconnected)
      assert.deepStrictEqual(methods, ["GET"])
      assert.strictEqual(result._tag === "Success" && result.success._tag, "AlreadyGone")
    })
  )

  it.effect("by SID takes a refusal for done where the record then says so", () =>
    Effect.gen(function* () {
      const { methods, result } = yield* ensure(sid, connected, refused, disconnected)
      assert.deepStrictEqual(methods, ["GET", "POST", "GET"])
      if (result._tag !== "Success" || result.success._tag !== "AlreadyGone") return assert.fail("not AlreadyGone")
      assert.strictEqual(Option.isSome(result.success.participant), true)
    })
  )

  it.effect("by SID fails with the refusal where the participant is still there", () =>
    Effect.gen(function* () {
      const { result } = yield* ensure(sid, connected, refused, connected)
      assert.strictEqual(result._tag === "Failure" && result.failure.reason._tag, "InvalidRequest")
    })
  )

  it.effect("takes a participant who disappears in between for gone", () =>
    Effect.gen(function* () {
      for (const answers of [[connected, notFound], [connected, refused, notFound], [notFound]]) {
        const { result } = yield* ensure(sid, ...answers)
        assert.strictEqual(result._tag === "Success" && result.success._tag, "AlreadyGone")
      }
    })
  )

  it.effect("by identity is one request, and fails for whatever is no look-up that missed", () =>
    Effect.gen(function* () {
      const removed = yield* ensure("Alice", disconnected)
      assert.deepStrictEqual(removed.methods, ["POST"])
      assert.strictEqual(removed.result._tag === "Success" && removed.result.success._tag, "Disconnected")
      for (const [answer, reason] of [
        [refused, "InvalidRequest"],
        [unavailable, "Unavailable"]
      ] as const) {
        const { result } = yield* ensure("Alice", answer)
        assert.strictEqual(result._tag === "Failure" && result.failure.reason._tag, reason)
      }
    })
  )
})

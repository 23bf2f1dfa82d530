/**
 * Tests which error responses become an operation's own errors, and for which operations.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"

const requestId = `RQ${"0".repeat(32)}`

/** An error response, with names as in Twilio's messages. */
const twilio = (status: number, code: number) => () =>
  Stub.json(
    {
      code,
      message: `The requested resource ${Operations.texts.join(" ")} was not`,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status
    },
    status,
    { "twilio-request-id": requestId }
  )

const own: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  "Rooms.create": new Map([[53113, "RoomExists"]]),
  "Rooms.complete": new Map([
    [53112, "RoomNotInProgress"],
    [53118, "RoomNotInProgress"]
  ]),
  "SubscribeRules.update": new Map([[53215, "InvalidSubscribeRules"]])
}

const codes = [53112, 53113, 53118, 53215]

/** The tag of an error, or the reason or problem of a `TwilioError`. */
const kindOf = (error: Operations.Failure): string => {
  if (error._tag !== "TwilioError") return error._tag
  return error.reason._tag === "UnexpectedResponse" ? error.reason.problem : error.reason._tag
}

for (const operation of Operations.all) {
  const { call, name, maskedPath, target } = operation

  const failure = (handler: Stub.Handler, place = Operations.byName) => Effect.flip(Stub.run(handler, call(place)))

  describe(name, () => {
    for (const code of codes) {
      const expected = own[name]?.get(code)

      it.effect(`with code ${code} is ${expected ?? "InvalidRequest"}`, () =>
        Effect.gen(function* () {
          for (const status of [400, 404, 409]) {
            for (const [place, path] of [
              [Operations.byName, maskedPath],
              [Operations.bySid, Operations.maskedPathBySid(operation)]
            ] as const) {
              const error = yield* failure(twilio(status, code), place)
              assert.strictEqual(kindOf(error), expected ?? "InvalidRequest")
              assert.deepStrictEqual(
                [error.path, error.status, error.code, error.moreInfo, error.requestId],
                [path, status, code, `https://www.twilio.com/docs/errors/${code}`, requestId]
              )
              if (place === Operations.byName) assert.deepStrictEqual(Operations.leaks(error), [])
            }
          }
          // A server error has no meaning of its own, whatever its code.
          for (const status of [500, 503]) {
            assert.strictEqual(kindOf(yield* failure(twilio(status, code))), "Unavailable")
          }
        })
      )
    }

    it.effect(target === undefined ? "has no NotFound: its endpoint always exists" : "fails with NotFound", () =>
      Effect.gen(function* () {
        for (const code of [20404, 53106, 53204]) {
          for (const [place, path, lookup] of [
            [Operations.byName, maskedPath, target?.lookup],
            [Operations.bySid, Operations.maskedPathBySid(operation), "sid"]
          ] as const) {
            const error = yield* failure(twilio(404, code), place)
            assert.deepStrictEqual([error.path, error.status], [path, 404])
            if (target === undefined) {
              assert.strictEqual(kindOf(error), "unknown-status")
              assert.include(error.message, "Check the base URL.")
            } else {
              if (error._tag !== "NotFound") return assert.fail(kindOf(error))
              assert.deepStrictEqual([error.resource, error.lookup], [target.resource, lookup])
              assert.deepStrictEqual(
                [error.code, error.moreInfo, error.requestId],
                [code, `https://www.twilio.com/docs/errors/${code}`, requestId]
              )
            }
            if (place === Operations.byName) assert.deepStrictEqual(Operations.leaks(error), [])
          }
        }
      })
    )

    it.effect("has no error of its own for other responses", () =>
      Effect.gen(function* () {
        const responses: ReadonlyArray<readonly [kind: string, handler: Stub.Handler]> = [
          ["InvalidRequest", twilio(400, 20404)],
          ["InvalidRequest", twilio(410, 20404)],
          ["InvalidRequest", twilio(404, 53000)],
          ["InvalidRequest", twilio(400, 53209)],
          ["unknown-status", () => Stub.json({ message: "The requested resource was not found" }, 404)],
          ["unknown-status", () => Stub.json({ code: "20404" }, 404)],
          ["unknown-status", () => new Response("<html>404</html>", { status: 404 })],
          ["unknown-status", () => Stub.json({ status: 400 }, 400)],
          ["redirect", twilio(302, 53113)],
          ["wrong-shape", twilio(200, 53215)]
        ]
        for (const [kind, handler] of responses) assert.strictEqual(kindOf(yield* failure(handler)), kind)
      })
    )
  })
}

describe("rejected rules", () => {
  it.effect("leave the old ones in force, which the error says", () =>
    Effect.gen(function* () {
      const update = Operations.all.find(({ name }) => name === "SubscribeRules.update")
      if (update === undefined) return assert.fail("no such operation")
      const error = yield* Effect.flip(Stub.run(twilio(400, 53215), update.call(Operations.byName)))
      assert.strictEqual(error._tag, "InvalidSubscribeRules")
      assert.include(error.message, "stay in force")
    })
  )
})

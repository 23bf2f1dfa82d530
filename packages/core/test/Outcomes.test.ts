/**
 * What the errors of single operations say and carry: `RoomExists`, `RoomNotInProgress`, `InvalidSubscribeRules`. Holds
 * no client: which answers become these errors is its matter.
 */
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

const cases = [
  [Rooms.roomExists, "RoomExists", "A room in progress has this unique name already; none was made."],
  [Rooms.roomNotInProgress, "RoomNotInProgress", "The room is not in progress, so there is nothing to complete:"],
  [
    SubscribeRules.invalidSubscribeRules,
    "InvalidSubscribeRules",
    "Twilio refuses these subscribe rules. The rules that the participant had stay in force, unchanged."
  ]
] as const

const exchange = {
  method: "POST",
  path: "/v1/Rooms/{name}",
  status: 400,
  code: 53000,
  moreInfo: "https://www.twilio.com/docs/errors/53000",
  requestId: `RQ${"0".repeat(32)}`
}

for (const [make, tag, sentence] of cases) {
  describe(tag, () => {
    it("says what happened and in which exchange, and carries nothing else", () => {
      const error = make(exchange)
      assert.strictEqual(error._tag, tag)
      assert.instanceOf(error, Error)
      const { message, ...rest } = JSON.parse(JSON.stringify(error)) as Record<string, unknown>
      assert.deepStrictEqual(rest, { _tag: tag, ...exchange })
      assert.strictEqual(message, error.message)
      assert.isTrue(error.message.startsWith(`${sentence} `), error.message)
      assert.isTrue(
        error.message.endsWith(` (POST /v1/Rooms/{name}: HTTP 400, Twilio code 53000, request ${exchange.requestId})`),
        error.message
      )
      assert.isTrue(String(error).startsWith(`${tag}: ${sentence}`), String(error))
    })

    it.effect("is an effect that fails with itself", () =>
      Effect.gen(function* () {
        const error = make(exchange)
        const failing: Effect.Effect<never, typeof error> = error
        assert.strictEqual(yield* Effect.flip(failing), error)
      })
    )
  })
}

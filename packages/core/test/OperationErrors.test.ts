/**
 * The messages and members of the errors that are specific to an operation. Which responses become these errors is
 * tested in http.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import { assert, describe, it } from "@effect/vitest"

const cases = [
  [Rooms.roomExists, "RoomExists", "A room in progress already has this unique name, so no room was created."],
  [Rooms.roomNotInProgress, "RoomNotInProgress", "The room has already ended, so there is nothing to complete."],
  [
    SubscribeRules.invalidSubscribeRules,
    "InvalidSubscribeRules",
    "Twilio rejected the subscribe rules. The participant's previous rules stay in force."
  ]
] as const

const request = {
  method: "POST",
  path: "/v1/Rooms/{name}",
  status: 400,
  code: 53000,
  moreInfo: "https://www.twilio.com/docs/errors/53000",
  requestId: `RQ${"0".repeat(32)}`
}

describe("an error of an operation", () => {
  it.each(cases)("$1 contains what happened and the request, and nothing else", (make, tag, sentence) => {
    const error = make(request)
    assert.instanceOf(error, Error)
    const { message, ...rest } = JSON.parse(JSON.stringify(error)) as Record<string, unknown>
    assert.deepStrictEqual(rest, { _tag: tag, ...request })
    assert.strictEqual(message, error.message)
    assert.isTrue(error.message.startsWith(`${sentence} `), error.message)
    assert.isTrue(
      error.message.endsWith(` (POST /v1/Rooms/{name}: HTTP 400, Twilio code 53000, request ${request.requestId})`),
      error.message
    )
    assert.isTrue(String(error).startsWith(`${tag}: ${sentence}`), String(error))
  })
})

/**
 * The responses that `ResponseInfo.collect` returns.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as ResponseInfo from "@effect-twilio-video/core/ResponseInfo"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Fiber from "effect/Fiber"
import * as Stub from "./support/Stub.ts"

const requestId = (digit: number) => `RQ${String(digit).repeat(32)}`

describe("collected responses", () => {
  it.effect("are those of every attempt, with Twilio's request IDs, also in an outer collection", () =>
    Effect.gen(function* () {
      let attempts = 0
      const fetch = async () => {
        attempts += 1
        const response = attempts === 1 ? new Response("{}", { status: 503 }) : Stub.json(Stub.body())
        response.headers.set("Twilio-Request-Id", requestId(attempts))
        return response
      }
      const find = Participants.fetch("Daily Standup", "Alice")
      const collecting = ResponseInfo.collect(Effect.andThen(ResponseInfo.collect(find), find)).pipe(
        Effect.provide(
          TwilioVideo.layerFetch({
            accountSid: Stub.accountSid,
            authToken: Redacted.make("secret"),
            quota: "off",
            fetch
          })
        )
      )
      const fiber = yield* Effect.forkChild(collecting)
      yield* TestClock.adjust("1 minute")
      const [, responses] = yield* Fiber.join(fiber)
      const path = "/v1/Rooms/{name}/Participants/{identity}"
      assert.deepStrictEqual(responses, [
        { method: "GET", path, status: 503, attempts: 1, requestId: requestId(1) },
        { method: "GET", path, status: 200, attempts: 2, requestId: requestId(2) },
        { method: "GET", path, status: 200, attempts: 1, requestId: requestId(3) }
      ])
    })
  )
})

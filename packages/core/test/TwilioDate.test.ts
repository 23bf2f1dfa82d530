/**
 * The format and the codec of Twilio's dates.
 */
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

const seconds = Schema.Int.check(Schema.isBetween({ minimum: -62_000_000_000, maximum: 253_000_000_000 }))

describe("TwilioDate", () => {
  it.prop("round-trips whole seconds, without milliseconds in the text", [seconds], ([second]) => {
    const text = Schema.encodeSync(TwilioDate.TwilioDate)(DateTime.makeUnsafe(second * 1000))
    assert.match(text, /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.strictEqual(DateTime.toEpochMillis(Schema.decodeSync(TwilioDate.TwilioDate)(text)), second * 1000)
  })

  it("truncates milliseconds, also before 1970", () => {
    for (const [millis, text] of [
      [1999, "1970-01-01T00:00:01Z"],
      [-1, "1969-12-31T23:59:59Z"]
    ] as const) {
      assert.strictEqual(TwilioDate.format(DateTime.makeUnsafe(millis)), text)
    }
  })

  it("rejects text that isn't a date", () => {
    for (const text of ["", "yesterday", "2026-13-01T00:00:00Z"]) {
      assert.throws(() => Schema.decodeSync(TwilioDate.TwilioDate)(text))
    }
  })
})

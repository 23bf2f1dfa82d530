/**
 * What an access token cannot be: each argument's refusals, and their limits. What tokens are is in
 * `tests/conformance/twilio-node/accessToken.test.ts`.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { count } from "../../../tests/support/Lane.ts"

const Key = ApiKey.layer({
  accountSid: `AC${"a".repeat(32)}`,
  apiKeySid: `SK${"b".repeat(32)}`,
  apiKeySecret: Redacted.make("the secret")
})

const now = Date.UTC(2026, 2, 1, 12)

const mint = (options: object) =>
  TestClock.setTime(now).pipe(
    Effect.andThen(AccessToken.mint({ room: "Room", ...options } as AccessToken.Options)),
    Effect.provide(Key)
  )

const half = "\u{d83d}"

const refusals: ReadonlyArray<readonly [name: string, options: object, argument: string, says: string]> = [
  ["no identity", {}, "identity", "is not a string"],
  ["null", { identity: null }, "identity", "is not a string"],
  ["a number", { identity: 7 }, "identity", "is not a string"],
  ["a String", { identity: new String("a") }, "identity", "is not a string"],
  ["an empty identity", { identity: "" }, "identity", "is empty"],
  ["half of a character", { identity: `a${half}b` }, "identity", "well-formed Unicode"],
  ["129 characters", { identity: "a".repeat(129) }, "identity", "more than 128 characters"],
  ["65 wide characters", { identity: "ж".repeat(65) }, "identity", "more than 128 characters"],
  ["an empty room", { identity: "a", room: "" }, "room", "is empty"],
  ["no room", { identity: "a", room: undefined }, "room", "AccessToken.anyRoom"],
  ["a null room", { identity: "a", room: null }, "room", "is not a string"],
  ["what only looks like anyRoom", { identity: "a", room: { ...AccessToken.anyRoom } }, "room", "is not a string"],
  ["half of a room", { identity: "a", room: half }, "room", "well-formed Unicode"],
  ["a long room", { identity: "a", room: "ж".repeat(129) }, "room", "more than 128 characters"],
  ["zero", { identity: "a", ttl: "0 hours" }, "ttl", "not longer than nothing"],
  ["less than nothing", { identity: "a", ttl: Duration.seconds(-1) }, "ttl", "not longer than nothing"],
  ["endlessly less", { identity: "a", ttl: Duration.negativeInfinity }, "ttl", "not longer than nothing"],
  ["a second over a day", { identity: "a", ttl: "86401 seconds" }, "ttl", "longer than 24 hours"],
  ["for ever", { identity: "a", ttl: Duration.infinity }, "ttl", "longer than 24 hours"],
  ["half a second", { identity: "a", ttl: Duration.millis(500) }, "ttl", "whole number of seconds"],
  ["half a second in words", { identity: "a", ttl: "1.5 seconds" }, "ttl", "whole number of seconds"],
  ["a little more than an hour", { identity: "a", ttl: "1.00001 hours" }, "ttl", "whole number of seconds"],
  ["a number", { identity: "a", ttl: 3600 }, "ttl", "is not a duration"],
  ["null", { identity: "a", ttl: null }, "ttl", "is not a duration"],
  ["other words", { identity: "a", ttl: "an hour" }, "ttl", "is not a duration"],
  ["other units", { identity: "a", ttl: "1 week" }, "ttl", "is not a duration"],
  ["no date", { identity: "a", validFrom: new Date(NaN) }, "validFrom", "is not a date"],
  ["a text for a date", { identity: "a", validFrom: "2026-03-01" }, "validFrom", "is not a date"],
  ["null for a date", { identity: "a", validFrom: null }, "validFrom", "is not a date"],
  [
    "a beginning at the end",
    { identity: "a", validFrom: new Date(now + 3_600_000) },
    "validFrom",
    "not before the token ends"
  ]
]

describe("AccessToken.mint", () => {
  it.effect.each(refusals)("refuses %s", ([, options, argument, says]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(mint(options))
      assert.include<object>(error, { _tag: "InvalidAccessToken", argument })
      assert.include(error.message, says)
      assert.include(error.message, `"${argument}"`)
    })
  )

  it.effect("takes what is just within the limits", () =>
    Effect.gen(function* () {
      yield* mint({ identity: "é".repeat(128), room: "👩".repeat(128), ttl: "24 hours" })
      yield* mint({ identity: "ж".repeat(64), validFrom: new Date(now + 3_599_000) })
      yield* mint({ identity: "a", ttl: "0.5 hours", validFrom: undefined })
    })
  )

  it.effect("says when the token ends, and shows the token nowhere", () =>
    Effect.gen(function* () {
      const minted = yield* mint({ identity: "a", ttl: "90 minutes" })
      assert.deepStrictEqual(minted.expiresAt, new Date(now + 5_400_000))
      const token = Redacted.value(minted.token)
      for (const text of [String(minted.token), JSON.stringify(minted)]) assert.notInclude(text, token)
    })
  )

  it.effect("reads words for durations as Effect does", () =>
    Effect.gen(function* () {
      for (const words of [
        "1 second",
        "90 seconds",
        "1 minute",
        "2.5 minutes",
        "1 hour",
        "24 hours",
        "1 day"
      ] as const) {
        const { expiresAt } = yield* mint({ identity: "a", ttl: words })
        assert.strictEqual(expiresAt.getTime() - now, Duration.toMillis(words), words)
      }
    })
  )

  it.effect("opens one room, or every room with anyRoom", () =>
    Effect.gen(function* () {
      for (const [room, grant] of [
        ["Room", { room: "Room" }],
        [AccessToken.anyRoom, {}]
      ] as const) {
        const { token } = yield* mint({ identity: "a", room })
        const claims = JSON.parse(atob(Redacted.value(token).split(".")[1] ?? ""))
        assert.deepStrictEqual(claims.grants, { identity: "a", video: grant })
      }
    })
  )

  // Tenths of a unit that are whole seconds: 1.1 * 3600 is 3960.0000000000005 in floating point.
  const units = [
    ["second", 10, 6000],
    ["minute", 1, 14_400],
    ["hour", 1, 240],
    ["day", 1, 10]
  ] as const

  it.effect.each(units)("takes %ss in tenths that are whole seconds", ([unit, step, last]) =>
    Effect.gen(function* () {
      const wholeSeconds = { second: 1, minute: 60, hour: 3600, day: 86_400 }[unit]
      // The last ones are always among them.
      for (let tenths = last; tenths > 0; tenths -= step * Math.ceil(last / step / count(500, 100_000))) {
        const ends = now + (tenths * wholeSeconds * 1000) / 10
        const amount = `${Math.floor(tenths / 10)}.${tenths % 10}`
        for (const ttl of [`${amount} ${unit}s`, Duration.fromInputUnsafe(`${Number(amount)} ${unit}s`)]) {
          const { expiresAt } = yield* mint({ identity: "a", ttl })
          assert.strictEqual(expiresAt.getTime(), ends, amount)
        }
      }
    })
  )

  it.live("reads the time of day where no Clock was provided", () =>
    Effect.gen(function* () {
      const before = yield* Clock.currentTimeMillis
      const { expiresAt } = yield* AccessToken.mint({ identity: "a", room: "Room" }).pipe(Effect.provide(Key))
      const after = yield* Clock.currentTimeMillis
      assert.isAtLeast(expiresAt.getTime(), before - 1000 + 3_600_000)
      assert.isAtMost(expiresAt.getTime(), after + 3_600_000)
    })
  )

  it.effect("takes a DateTime with a zone", () =>
    mint({ identity: "a", validFrom: DateTime.makeZonedUnsafe(now, { timeZone: "Europe/Berlin" }) })
  )
})

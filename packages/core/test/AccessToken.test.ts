/**
 * `AccessToken.mint`: which options it rejects, their limits, and what it returns.
 * `tests/conformance/twilio-node/accessToken.test.ts` compares the tokens with those of Twilio's own library.
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

const loneSurrogate = "\u{d83d}"

const invalid: ReadonlyArray<readonly [name: string, options: object, argument: string, message: string]> = [
  ["a missing identity", {}, "identity", "must be a string"],
  ["a null identity", { identity: null }, "identity", "must be a string"],
  ["a number as identity", { identity: 7 }, "identity", "must be a string"],
  ["a String object", { identity: new String("a") }, "identity", "must be a string"],
  ["an empty identity", { identity: "" }, "identity", "must not be empty"],
  ["malformed Unicode", { identity: `a${loneSurrogate}b` }, "identity", "well-formed Unicode"],
  ["129 characters", { identity: "a".repeat(129) }, "identity", "at most 128 characters"],
  ["65 wide characters", { identity: "ж".repeat(65) }, "identity", "at most 128 characters"],
  ["an empty room", { identity: "a", room: "" }, "room", "must not be empty"],
  ["a missing room", { identity: "a", room: undefined }, "room", "AccessToken.anyRoom"],
  ["a null room", { identity: "a", room: null }, "room", "must be a room's name or SID"],
  ["a copy of anyRoom", { identity: "a", room: { ...AccessToken.anyRoom } }, "room", "must be a room's name or SID"],
  ["malformed Unicode as room", { identity: "a", room: loneSurrogate }, "room", "well-formed Unicode"],
  ["a room of 129 characters", { identity: "a", room: "ж".repeat(129) }, "room", "at most 128 characters"],
  ["zero", { identity: "a", ttl: "0 hours" }, "ttl", "longer than 0 seconds"],
  ["a negative ttl", { identity: "a", ttl: Duration.seconds(-1) }, "ttl", "longer than 0 seconds"],
  ["negative infinity", { identity: "a", ttl: Duration.negativeInfinity }, "ttl", "longer than 0 seconds"],
  ["a second over a day", { identity: "a", ttl: "86401 seconds" }, "ttl", "at most 24 hours"],
  ["a week", { identity: "a", ttl: "1 week" }, "ttl", "at most 24 hours"],
  ["infinity", { identity: "a", ttl: Duration.infinity }, "ttl", "at most 24 hours"],
  ["half a second", { identity: "a", ttl: Duration.millis(500) }, "ttl", "whole number of seconds"],
  ["a fraction of a second in words", { identity: "a", ttl: "1.00001 hours" }, "ttl", "whole number of seconds"],
  ["a number as ttl", { identity: "a", ttl: 3600 }, "ttl", "a duration with a unit"],
  ["a bigint as ttl", { identity: "a", ttl: 3600n }, "ttl", "a duration with a unit"],
  ["a null ttl", { identity: "a", ttl: null }, "ttl", "a duration with a unit"],
  ["other words", { identity: "a", ttl: "an hour" }, "ttl", "a duration with a unit"],
  ["an invalid date", { identity: "a", validFrom: new Date(NaN) }, "validFrom", "a valid date"],
  ["a string as date", { identity: "a", validFrom: "2026-03-01" }, "validFrom", "a valid date"],
  ["a null date", { identity: "a", validFrom: null }, "validFrom", "a valid date"],
  ["a start at the expiry", { identity: "a", validFrom: new Date(now + 3_600_000) }, "validFrom", "before the token"]
]

describe("AccessToken.mint", () => {
  it.effect.each(invalid)("rejects %s", ([, options, argument, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(mint(options))
      assert.include<object>(error, { _tag: "InvalidAccessToken", argument })
      assert.include(error.message, message)
      assert.include(error.message, `"${argument}"`)
    })
  )

  it.effect("accepts the longest names, identities and times", () =>
    Effect.gen(function* () {
      yield* mint({ identity: "é".repeat(128), room: "👩".repeat(128), ttl: "24 hours" })
      yield* mint({ identity: "ж".repeat(64), validFrom: new Date(now + 3_599_000) })
      yield* mint({ identity: "a", validFrom: DateTime.makeZonedUnsafe(now, { timeZone: "Europe/Berlin" }) })
    })
  )

  it.effect("returns the expiry, and hides the token from strings and JSON", () =>
    Effect.gen(function* () {
      // 1.1 * 3600 is not an integer in floating point.
      for (const [ttl, seconds] of [
        ["1.1 hours", 3960],
        [{ minutes: 90 }, 5400],
        [undefined, 3600]
      ] as const) {
        const minted = yield* mint({ identity: "a", ttl })
        assert.deepStrictEqual(minted.expiresAt, DateTime.makeUnsafe(now + seconds * 1000))
        assert.include(JSON.stringify(minted), `"${new Date(now + seconds * 1000).toISOString()}"`)
        const token = Redacted.value(minted.token)
        for (const text of [String(minted.token), JSON.stringify(minted)]) assert.notInclude(text, token)
      }
    })
  )

  it.effect("grants access to one room, or to every room with anyRoom", () =>
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

  it.live("reads the system clock by default", () =>
    Effect.gen(function* () {
      const before = yield* Clock.currentTimeMillis
      const { expiresAt } = yield* AccessToken.mint({ identity: "a", room: "Room" }).pipe(Effect.provide(Key))
      const after = yield* Clock.currentTimeMillis
      assert.isAtLeast(expiresAt.epochMilliseconds, before - 1000 + 3_600_000)
      assert.isAtMost(expiresAt.epochMilliseconds, after + 3_600_000)
    })
  )
})

/**
 * The constructors of subscribe rules, and `SubscribeRule.check`. The codec is tested in `Records.test.ts`.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"

const all = SubscribeRule.include({ all: true })

/** A rule that only an untyped program can make. */
const untyped = (rule: unknown) => rule as SubscribeRule.SubscribeRule

const loneSurrogate = "Alice\ud83d"

const accepted: ReadonlyArray<readonly [what: string, rule: SubscribeRule.SubscribeRule, made: object]> = [
  ["all", all, { type: "include", all: true }],
  ["all, excluded", SubscribeRule.exclude({ all: true }), { type: "exclude", all: true }],
  ["a publisher", SubscribeRule.include({ publisher: "Bob" }), { type: "include", publisher: "Bob" }],
  ["a track", SubscribeRule.exclude({ track: "screen" }), { type: "exclude", track: "screen" }],
  ["audio", SubscribeRule.include({ kind: "audio" }), { type: "include", kind: "audio" }],
  ["video", SubscribeRule.include({ kind: "video" }), { type: "include", kind: "video" }],
  ["data", SubscribeRule.include({ kind: "data" }), { type: "include", kind: "data" }],
  [
    "every filter at once",
    SubscribeRule.exclude({ publisher: "Bob", track: "screen", kind: "video" }),
    { type: "exclude", publisher: "Bob", track: "screen", kind: "video" }
  ],
  [
    "any characters",
    SubscribeRule.include({ publisher: ' "\\\n😀', track: "." }),
    { type: "include", publisher: ' "\\\n😀', track: "." }
  ],
  // Twilio sends it, and fetched rules can be sent back.
  ["a priority", { ...all, priority: "high" }, { type: "include", all: true, priority: "high" }],
  [
    "filters that are not set",
    untyped({ type: "include", all: undefined, publisher: "Bob", track: undefined }),
    { type: "include", all: undefined, publisher: "Bob", track: undefined }
  ]
]

const badType = 'must have the type "include" or "exclude"'
const badAll = 'must set "all" to true or leave it out'
const notAlone = 'must not combine "all" with other filters'
const noFilter = "must have a filter: all, publisher, track or kind"
const badKind = 'must have the kind "audio", "video" or "data"'

const refused: ReadonlyArray<readonly [what: string, rule: SubscribeRule.SubscribeRule, problem: string]> = [
  ["an unknown type", { type: "Alice", all: true }, badType],
  ["a type in capitals", { type: "INCLUDE", all: true }, badType],
  ["no type", untyped({ all: true }), badType],
  ["all that is false", untyped({ type: "include", all: false }), badAll],
  ["all that is text", untyped({ type: "include", all: "true" }), badAll],
  ["all that is null", untyped({ type: "include", all: null }), badAll],
  ["all that is false, and a filter", untyped({ type: "include", all: false, kind: "audio" }), badAll],
  ["all and a publisher", untyped({ type: "include", all: true, publisher: "Alice" }), notAlone],
  ["all and a track", untyped({ type: "exclude", all: true, track: "Alice" }), notAlone],
  ["all and a kind", untyped({ type: "include", all: true, kind: "audio" }), notAlone],
  ["no filter", { type: "include" }, noFilter],
  ["a priority and no filter", { type: "include", priority: "Alice" }, noFilter],
  ["an unknown filter", untyped({ type: "include", region: "Alice" }), noFilter],
  ["an empty publisher", { type: "include", publisher: "" }, 'must not have an empty filter "publisher"'],
  ["an empty track", { type: "include", publisher: "Alice", track: "" }, 'must not have an empty filter "track"'],
  ["an empty kind", { type: "include", kind: "" }, 'must not have an empty filter "kind"'],
  [
    "a publisher that is null",
    untyped({ type: "include", publisher: null }),
    'must not have an empty filter "publisher"'
  ],
  [
    "a publisher with a lone surrogate",
    { type: "include", publisher: loneSurrogate },
    'must have well-formed Unicode in the filter "publisher"'
  ],
  [
    "a track with a lone surrogate",
    { type: "exclude", track: loneSurrogate, kind: "video" },
    'must have well-formed Unicode in the filter "track"'
  ],
  ["an unknown kind", { type: "include", kind: "Alice" }, badKind],
  ["a kind in capitals", { type: "include", publisher: "Alice", kind: "Video" }, badKind]
]

describe("a subscribe rule", () => {
  for (const [what, rule, made] of accepted) {
    it(`with ${what} has Twilio's form and passes the check`, () => {
      assert.deepStrictEqual<object>(rule, made)
      assert.deepStrictEqual(SubscribeRule.check([rule]), Result.succeed([rule]))
    })
  }

  for (const [what, rule, problem] of refused) {
    it(`with ${what} fails the check at any position, without its value in the message`, () => {
      assert.deepStrictEqual(SubscribeRule.check([rule]), Result.fail(`is invalid: rule 1 ${problem}`))
      assert.deepStrictEqual(SubscribeRule.check([all, all, rule, all]), Result.fail(`is invalid: rule 3 ${problem}`))
      assert.notInclude(problem, "Alice")
    })
  }
})

describe("a list of subscribe rules", () => {
  const rules = (count: number) => Array.from({ length: count }, () => all)

  it("must have 1 to 20 rules", () => {
    assert.strictEqual(SubscribeRule.maximumCount, 20)
    for (const count of [1, 2, 19, 20]) {
      const list = rules(count)
      assert.strictEqual(Result.getOrThrow(SubscribeRule.check(list)), list)
    }
    assert.deepStrictEqual(SubscribeRule.check([]), Result.fail("must have at least one rule"))
    for (const count of [21, 500]) {
      assert.deepStrictEqual(SubscribeRule.check(rules(count)), Result.fail(`must have at most 20 rules, not ${count}`))
    }
  })

  it("fails the check with its first invalid rule", () => {
    assert.deepStrictEqual(
      SubscribeRule.check([all, { type: "exclude" }, { type: "maybe", all: true }]),
      Result.fail(`is invalid: rule 2 ${noFilter}`)
    )
  })
})

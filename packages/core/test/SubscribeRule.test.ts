/**
 * Subscribe rules as an application makes them: the constructors, and Twilio's grammar as `check` knows it. Holds
 * neither the codec (see `Records`) nor what rules come to (see `SubscribeRules`).
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"

const all = SubscribeRule.include({ all: true })

/** What a program that leaves the types behind can make. */
const untyped = (rule: unknown) => rule as SubscribeRule.SubscribeRule

const halfPair = "Alice\ud83d"

const accepted: ReadonlyArray<readonly [what: string, rule: SubscribeRule.SubscribeRule, made: object]> = [
  ["all", all, { type: "include", all: true }],
  ["not all", SubscribeRule.exclude({ all: true }), { type: "exclude", all: true }],
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
  // As Twilio answers it, so that what was read can be sent again.
  ["a priority", { ...all, priority: "high" }, { type: "include", all: true, priority: "high" }],
  [
    "filters that are not set",
    untyped({ type: "include", all: undefined, publisher: "Bob", track: undefined }),
    { type: "include", all: undefined, publisher: "Bob", track: undefined }
  ]
]

const badType = 'has a type other than "include" and "exclude"'
const badAll = 'has "all" with another value than true'
const notAlone = 'has "all" together with another filter'
const noFilter = "has no filter: all, publisher, track or kind"
const badKind = 'has a kind other than "audio", "video" and "data"'

const refused: ReadonlyArray<readonly [what: string, rule: SubscribeRule.SubscribeRule, problem: string]> = [
  ["a new type", { type: "Alice", all: true }, badType],
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
  ["a filter that is new", untyped({ type: "include", region: "Alice" }), noFilter],
  ["an empty publisher", { type: "include", publisher: "" }, 'has an empty filter "publisher"'],
  ["an empty track", { type: "include", publisher: "Alice", track: "" }, 'has an empty filter "track"'],
  ["an empty kind", { type: "include", kind: "" }, 'has an empty filter "kind"'],
  ["a publisher that is null", untyped({ type: "include", publisher: null }), 'has an empty filter "publisher"'],
  [
    "a publisher that is half a character",
    { type: "include", publisher: halfPair },
    'has a filter "publisher" that is not well-formed Unicode'
  ],
  [
    "a track that is half a character",
    { type: "exclude", track: halfPair, kind: "video" },
    'has a filter "track" that is not well-formed Unicode'
  ],
  ["a kind that is new", { type: "include", kind: "Alice" }, badKind],
  ["a kind in capitals", { type: "include", publisher: "Alice", kind: "Video" }, badKind]
]

describe("a rule", () => {
  for (const [what, rule, made] of accepted) {
    it(`about ${what} is made as Twilio writes it, and passes`, () => {
      assert.deepStrictEqual<object>(rule, made)
      assert.deepStrictEqual(SubscribeRule.check([rule]), Result.succeed([rule]))
    })
  }

  for (const [what, rule, problem] of refused) {
    it(`with ${what} does not pass, wherever it stands, and no value is repeated`, () => {
      assert.deepStrictEqual(SubscribeRule.check([rule]), Result.fail(`cannot be sent: rule 1 ${problem}`))
      assert.deepStrictEqual(
        SubscribeRule.check([all, all, rule, all]),
        Result.fail(`cannot be sent: rule 3 ${problem}`)
      )
      assert.notInclude(problem, "Alice")
    })
  }
})

describe("a list of rules", () => {
  const rules = (count: number) => Array.from({ length: count }, () => all)

  it("has 1 to 20, and passes as it is", () => {
    assert.strictEqual(SubscribeRule.maximumCount, 20)
    for (const count of [1, 2, 19, 20]) {
      const list = rules(count)
      assert.strictEqual(Result.getOrThrow(SubscribeRule.check(list)), list)
    }
    assert.deepStrictEqual(SubscribeRule.check([]), Result.fail("is empty; there is at least one rule"))
    for (const count of [21, 500]) {
      assert.deepStrictEqual(SubscribeRule.check(rules(count)), Result.fail(`has ${count} rules; 20 are the most`))
    }
  })

  it("is told of by its first rule that is wrong", () => {
    assert.deepStrictEqual(
      SubscribeRule.check([all, { type: "exclude" }, { type: "maybe", all: true }]),
      Result.fail(`cannot be sent: rule 2 ${noFilter}`)
    )
  })
})

/**
 * The contract of the SubscribeRules service, on every transport. `packages/core/test` has the evaluation of rules.
 */
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import { assert, describe, layer } from "@effect/vitest"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as TestRoom from "../support/TestRoom.ts"
import { transports } from "../support/Transports.ts"

const { exclude, include } = SubscribeRule

type Rules = Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>

const start = Effect.gen(function* () {
  const room = yield* TestRoom.openStandup()
  /** The names of the tracks that a participant is subscribed to. */
  const receives = (participant: string) =>
    Effect.map(Stream.runCollect(SubscribedTracks.stream(room.sid, participant)), (tracks) =>
      tracks.map((track) => track.name).sort()
    )
  return { ...room, receives }
})

for (const [name, transport] of transports) {
  describe(`SubscribeRules, ${name}`, () => {
    layer(transport({ rooms: [] }))((it) => {
      it.effect("fetch returns the initial rule of a participant", () =>
        Effect.gen(function* () {
          const { alice, name, sandbox, sid } = yield* start
          const set = yield* SubscribeRules.fetch(name, "Alice")
          assert.deepStrictEqual([set.participantSid, set.roomSid], [alice, sid])
          assert.deepStrictEqual(set.rules, [include({ all: true })])
          assert.deepStrictEqual(yield* SubscribeRules.fetch(sid, alice), set)
          yield* sandbox.join(name, "Dana", { automaticSubscription: false })
          assert.deepStrictEqual((yield* SubscribeRules.fetch(name, "Dana")).rules, [exclude({ all: true })])
        })
      )

      it.effect("update replaces all rules, and the subscribed tracks follow", () =>
        Effect.gen(function* () {
          const { bob, name, receives, sandbox } = yield* start
          const cases: ReadonlyArray<readonly [who: string, rules: Rules, receives: ReadonlyArray<string>]> = [
            [
              "Alice",
              [include({ all: true }), exclude({ kind: "video" }), include({ publisher: "Bob", track: "screen" })],
              ["bob-audio", "carl-audio", "carl-data", "screen"]
            ],
            [
              "Carl",
              [
                include({ all: true }),
                exclude({ publisher: bob, kind: "audio" }),
                exclude({ kind: "video", track: "screen" })
              ],
              ["alice-audio", "alice-cam", "bob-cam"]
            ],
            ["Alice", [include({ kind: "data" }), exclude({ publisher: "Carl" })], []],
            ["Alice", [exclude({ publisher: "Carl" }), include({ kind: "data" })], ["carl-data"]],
            ["Alice", [exclude({ kind: "video" })], []],
            ["Alice", [include({ track: "alice-audio" })], []],
            ["Alice", [include({ track: "screen" })], ["screen"]],
            ["Alice", [include({ publisher: "bob" })], []]
          ]
          for (const [who, list, expected] of cases) {
            yield* TestClock.adjust("1 second")
            const updated = yield* SubscribeRules.update(name, who, list)
            assert.deepStrictEqual(updated.rules, list)
            assert.deepStrictEqual(yield* SubscribeRules.fetch(name, who), updated)
            assert.isTrue(Option.isSome(updated.dateUpdated))
            assert.deepStrictEqual(yield* receives(who), expected, JSON.stringify(list))
          }
          // Rules also apply to tracks published later.
          yield* SubscribeRules.update(name, "Alice", [include({ publisher: "Dana" }), exclude({ kind: "audio" })])
          assert.deepStrictEqual(yield* receives("Alice"), [])
          yield* sandbox.join(name, "Dana")
          yield* sandbox.publishTrack(name, "Dana", { kind: "audio", name: "dana-audio" })
          yield* sandbox.publishTrack(name, "Dana", { kind: "video", name: "dana-cam" })
          assert.deepStrictEqual(yield* receives("Alice"), ["dana-cam"])
        })
      )

      it.effect("update accepts the rules that fetch returned", () =>
        Effect.gen(function* () {
          const { name } = yield* start
          yield* SubscribeRules.update(name, "Alice", [
            include({ kind: "audio" }),
            include({ publisher: "Bob", track: "screen" })
          ])
          const set = yield* SubscribeRules.fetch(name, "Alice")
          const again = yield* SubscribeRules.update(name, "Bob", set.rules as Rules)
          assert.deepStrictEqual(again.rules, set.rules)
        })
      )

      it.effect("update rejected by Twilio fails with InvalidSubscribeRules, and the old rules stay", () =>
        Effect.gen(function* () {
          const { name, receives } = yield* start
          yield* SubscribeRules.update(name, "Alice", [include({ kind: "data" })])
          const before = yield* SubscribeRules.fetch(name, "Alice")
          // The client checks everything but the priority.
          const odd = { type: "include", publisher: "Bob", priority: 7 } as unknown as SubscribeRule.SubscribeRule
          const error = yield* Effect.flip(SubscribeRules.update(name, "Alice", [include({ all: true }), odd]))
          assert.strictEqual(error._tag, "InvalidSubscribeRules")
          assert.deepStrictEqual([error.status, error.code], [400, 53215])
          assert.include(error.message, "stay in force")
          assert.notInclude(JSON.stringify(error), "Bob")
          assert.deepStrictEqual(yield* SubscribeRules.fetch(name, "Alice"), before)
          assert.deepStrictEqual(yield* receives("Alice"), ["carl-data"])
        })
      )

      it.effect("rules outside of Twilio's grammar fail with InvalidArgument, and nothing is sent", () =>
        Effect.gen(function* () {
          const { name } = yield* start
          const none = [] as unknown as Rules
          const many = Array.from({ length: 21 }, () => include({ kind: "audio" })) as unknown as Rules
          const both = [{ type: "include", all: true, kind: "audio" }] as unknown as Rules
          for (const list of [none, many, both]) {
            const error = yield* Effect.flip(SubscribeRules.update(name, "Alice", list))
            assert.strictEqual(error._tag, "TwilioError")
            if (error._tag !== "TwilioError" || error.reason._tag !== "InvalidArgument")
              return assert.fail(error.message)
            assert.strictEqual(error.reason.argument, "rules")
            assert.isUndefined(error.status)
          }
          const twenty = many.slice(1) as unknown as Rules
          assert.lengthOf((yield* SubscribeRules.update(name, "Alice", twenty)).rules, 20)
        })
      )

      it.effect("fetch and update fail with NotFound for an unknown participant", () =>
        Effect.gen(function* () {
          const { name } = yield* start
          for (const lookup of [
            SubscribeRules.fetch(name, "Nobody"),
            SubscribeRules.update(name, "Nobody", [include({ all: true })])
          ]) {
            const error = yield* Effect.flip(lookup as Effect.Effect<unknown, Effect.Error<typeof lookup>>)
            assert.strictEqual(error._tag, "NotFound")
            if (error._tag !== "NotFound") return
            assert.deepStrictEqual([error.resource, error.lookup], ["participant", "identity"])
            assert.strictEqual(error.path, "/v1/Rooms/{name}/Participants/{identity}/SubscribeRules")
          }
        })
      )
    })
  })
}

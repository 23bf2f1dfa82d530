/**
 * Reads rooms of the sandbox through the roster, without callbacks.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const live = Roster.layer().pipe(Layer.provide(RosterMemory.layer), Layer.provideMerge(Sandbox.layer()))

it.effect("finds rooms in progress, and reads who is in them", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust("2 seconds")
    const { freshness, participants } = yield* Roster.participants("DailyStandup")
    assert.deepStrictEqual(
      participants.map(({ identity, status }) => [Option.getOrNull(identity), status]),
      [
        ["Alice", "connected"],
        ["Bob", "connected"],
        ["Carl", "reconnecting"],
        ["Erin", "connected"]
      ]
    )
    assert.deepStrictEqual(freshness.doubts, [])
    const changes = yield* Stream.runCollect(Stream.take(Roster.changes("DailyStandup"), 4))
    assert.deepStrictEqual(
      changes.map(({ _tag }) => _tag),
      ["Joined", "Joined", "Joined", "Reconnecting"]
    )
  }).pipe(Effect.provide(live))
)

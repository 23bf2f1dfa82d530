/**
 * Reads rooms of the sandbox through the roster, without callbacks.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const live = Roster.layer().pipe(Layer.provideMerge(Sandbox.layer()))

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

const connected = ({ accountSid, identity, roomSid, sid, status }: Participant.Participant, timestamp: DateTime.Utc) =>
  new StatusCallbackEvent.ParticipantConnected({
    accountSid: Option.getOrThrow(accountSid),
    roomSid,
    roomName: "DailyStandup",
    roomType: "group",
    roomStatus: "in-progress",
    timestamp,
    sequenceNumber: Option.none(),
    participantSid: sid,
    participantStatus: status,
    participantIdentity: identity
  })

const onDemand = Roster.layerOnDemand().pipe(Layer.provideMerge(Sandbox.layer()))

it.effect.each([-4, 0, 4])(
  "doesn't show who has left when their callback arrives during a read: clock %i s ahead",
  (ahead) =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 minute")
      const sandbox = yield* Sandbox.Sandbox
      const zoe = yield* sandbox.join("DailyStandup", "Zoe")
      yield* sandbox.leave("DailyStandup", "Zoe")
      yield* sandbox.setFaults([
        { operations: ["ListRoomParticipant"], times: 1, fault: { type: "late-response", millis: 1000 } }
      ])
      const reading = yield* Effect.forkChild(Roster.participants("DailyStandup", { maxAge: 0 }))
      yield* TestClock.adjust("500 millis")
      yield* Roster.record(connected(zoe, DateTime.add(zoe.dateCreated, { seconds: ahead })))
      yield* TestClock.adjust("1 second")
      const { participants } = yield* Fiber.join(reading)
      assert.deepStrictEqual(
        participants.map(({ identity }) => Option.getOrNull(identity)),
        ["Alice", "Bob", "Carl", "Erin"]
      )
    }).pipe(Effect.provide(onDemand))
)

it.effect("doesn't show somebody who has left, and whose callback is of a time to come: Twilio's clock is ahead", () =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const zoe = yield* sandbox.join("DailyStandup", "Zoe")
    yield* sandbox.leave("DailyStandup", "Zoe")
    yield* Roster.record(connected(zoe, DateTime.add(zoe.dateCreated, { hours: 1 })))
    const { participants } = yield* Roster.participants("DailyStandup", { maxAge: 0 })
    assert.notInclude(
      participants.map(({ identity }) => Option.getOrNull(identity)),
      "Zoe"
    )
  }).pipe(Effect.provide(onDemand))
)

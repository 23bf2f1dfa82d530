/**
 * A change is made and its response is lost: over every transport, the operation ends with the right result.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as Fault from "@effect-twilio-video/sandbox/Fault"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { transports } from "../support/Transports.ts"

const quick = RequestPolicy.withPolicy({ baseDelay: "1 millis" })

/** The changes since the last call. */
const changes = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const requests = yield* sandbox.requests
  yield* sandbox.clearRequests
  return requests.flatMap((request) => request.changes.map((change) => change.type))
})

/** The first change is made, and its response is lost or truncated. */
const losses: ReadonlyArray<Fault.Fault> = [{ type: "lost-response" }, { type: "truncated-body" }]

const assumptionSets: ReadonlyArray<Sandbox.Options["assumptions"]> = [{}, { updateOfDisconnected: "refuse" }]

for (const [name, transport] of transports) {
  for (const fault of losses) {
    describe(`${name}, ${fault.type}`, () => {
      const lose = (
        operation: "UpdateRoomParticipant" | "UpdateRoomParticipantAnonymize" | "UpdateRoom" | "CreateRoom"
      ) => Sandbox.Sandbox.use((sandbox) => sandbox.setFaults([{ operations: [operation], times: 1, fault }]))

      for (const assumptions of assumptionSets) {
        it.live(`disconnect succeeds once, with ${JSON.stringify(assumptions)}`, () =>
          Effect.gen(function* () {
            const alice = yield* Participants.fetch("DailyStandup", "Alice")
            const bob = yield* Participants.fetch("DailyStandup", "Bob")
            yield* changes

            yield* lose("UpdateRoomParticipant")
            const removed = yield* Participants.disconnect("DailyStandup", "Alice")
            assert.deepStrictEqual([removed.sid, removed.status], [alice.sid, "disconnected"])
            assert.isTrue(Option.isSome(removed.endTime))
            assert.deepStrictEqual(yield* changes, ["participant-disconnected"])

            yield* lose("UpdateRoomParticipant")
            assert.strictEqual((yield* Participants.disconnect("DailyStandup", bob.sid)).sid, bob.sid)
            assert.deepStrictEqual(yield* changes, ["participant-disconnected"])

            // A participant who left earlier doesn't count as removed.
            yield* Sandbox.Sandbox.use((sandbox) =>
              sandbox.setFaults([{ operations: ["UpdateRoomParticipant"], times: 1, fault: { type: "reset" } }])
            )
            const dana = yield* Effect.flip(Participants.disconnect("DailyStandup", "Dana"))
            assert.strictEqual(dana._tag, "NotFound")
            assert.strictEqual(dana.attempts, 2)
            assert.deepStrictEqual(yield* changes, [])

            const cleo = yield* Sandbox.Sandbox.use((sandbox) => sandbox.join("DailyStandup", "Cleo"))
            yield* lose("UpdateRoomParticipant")
            const disconnection = yield* Participants.ensureDisconnected("DailyStandup", "Cleo")
            assert.deepStrictEqual(
              [disconnection._tag, Option.map(Option.fromNullishOr(disconnection.participant), () => cleo.sid)],
              ["Disconnected", Option.some(cleo.sid)]
            )
          }).pipe(quick, Effect.provide(transport({ assumptions })))
        )
      }

      it.live("anonymize succeeds once", () =>
        Effect.gen(function* () {
          for (const who of ["Alice", (yield* Participants.fetch("DailyStandup", "Bob")).sid]) {
            yield* changes
            yield* lose("UpdateRoomParticipantAnonymize")
            const record = yield* Participants.anonymize("DailyStandup", who)
            assert.strictEqual(record.identity, record.sid)
            assert.deepStrictEqual(yield* changes, ["participant-anonymized"])
          }
          assert.strictEqual((yield* Effect.flip(Participants.fetch("DailyStandup", "Alice")))._tag, "NotFound")
        }).pipe(quick, Effect.provide(transport()))
      )

      it.live("complete succeeds once", () =>
        Effect.gen(function* () {
          yield* lose("UpdateRoom")
          const room = yield* Rooms.complete("DailyStandup")
          assert.strictEqual(room.status, "completed")
          assert.strictEqual((yield* changes).filter((type) => type === "room-completed").length, 1)
        }).pipe(quick, Effect.provide(transport()))
      )

      it.live("create and update of rules happen once, and the error says whether the change was made", () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          yield* sandbox.setFaults([{ fault }])
          for (const [operation, change] of [
            [Rooms.create(), "room-created"],
            [
              SubscribeRules.update("DailyStandup", "Alice", [SubscribeRule.include({ all: true })]),
              "subscribe-rules-replaced"
            ]
          ] as const) {
            const error = yield* Effect.flip(operation as Effect.Effect<unknown, Effect.Error<typeof operation>>)
            const applied = error._tag === "TwilioError" && error.applied === true
            assert.strictEqual(applied, fault.type === "truncated-body")
            assert.include(
              error.message,
              applied ? "The change has taken effect." : "The change may have taken effect."
            )
            assert.strictEqual(error.attempts, 1)
            assert.deepStrictEqual(yield* changes, [change])
          }
        }).pipe(quick, Effect.provide(transport()))
      )

      it.live("disconnectAll removes each participant once and reports all of them", () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          yield* sandbox.setFaults([{ operations: ["UpdateRoomParticipant"], rate: 0.4, fault }])
          const removals = yield* Stream.runCollect(Bulk.disconnectAll("DailyStandup"))
          assert.deepStrictEqual(
            removals.map(({ _tag }) => _tag),
            ["Disconnected", "Disconnected", "Disconnected", "Disconnected"]
          )
          const made = yield* changes
          assert.deepStrictEqual(new Set(made), new Set(["participant-disconnected"]))
          assert.strictEqual(made.length, 4)
        }).pipe(RequestPolicy.withPolicy({ attempts: 30 }), quick, Effect.provide(transport()))
      )
    })
  }
}

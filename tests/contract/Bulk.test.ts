/**
 * The contract of the bulk operations, on every transport. `tests/resilience` has network faults.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { transports } from "../support/Transports.ts"

const people = ["Ann", "Ben", "Cay", "Dan", "Eve"]

const rooms: Sandbox.Options["rooms"] = [
  {
    uniqueName: "Room",
    participants: [
      ...people.map((identity) => ({ identity, reconnecting: identity === "Dan" })),
      { identity: "Old", joinedAgo: "1 minute", leftAgo: "30 seconds" }
    ]
  },
  { uniqueName: "Empty" }
]

const tags = <E, R>(results: Stream.Stream<Bulk.Removal, E, R>) =>
  Effect.map(Stream.runCollect(results), (all) =>
    all.map(({ _tag, participant }) => `${Option.getOrThrow(participant).identity} ${_tag}`).sort()
  )

const identitiesOf = (status: "connected" | "reconnecting" | "disconnected") =>
  Effect.map(Stream.runCollect(Participants.stream("Room", { status })), (all) => all.map(({ identity }) => identity))

for (const [name, transport] of transports) {
  describe(`Bulk, ${name}`, () => {
    it.effect(
      "disconnectAll removes all but the exceptions, by identity, SID or predicate, reconnecting ones too",
      () =>
        Effect.gen(function* () {
          const ann = yield* Participants.fetch("Room", "Ann")
          assert.deepStrictEqual(
            yield* tags(Bulk.disconnectAll("Room", { except: ({ identity }) => identity !== "Eve" })),
            ["Eve Disconnected"]
          )
          assert.deepStrictEqual(yield* tags(Bulk.disconnectAll("Room", { except: [ann.sid, "Ben", "nobody"] })), [
            "Cay Disconnected",
            "Dan Disconnected"
          ])
          assert.deepStrictEqual(yield* identitiesOf("connected"), ["Ben", "Ann"])
          assert.deepStrictEqual(yield* identitiesOf("reconnecting"), [])
          assert.deepStrictEqual(yield* tags(Bulk.disconnectAll("Room")), ["Ann Disconnected", "Ben Disconnected"])
          assert.deepStrictEqual(yield* tags(Bulk.disconnectAll("Room")), [])
          assert.deepStrictEqual(yield* tags(Bulk.disconnectAll("Empty")), [])
        }).pipe(Effect.provide(transport({ rooms })))
    )

    it.effect("anonymizeAll anonymizes all present and past participants once", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const results = yield* Stream.runCollect(Bulk.anonymizeAll("Room"))
        assert.deepStrictEqual(new Set(results.map(({ _tag }) => _tag)), new Set(["Anonymized"]))
        assert.strictEqual(results.length, 6)
        yield* sandbox.join("Room", "Fay")
        yield* sandbox.clearRequests
        const again = yield* Stream.runCollect(Bulk.anonymizeAll("Room"))
        assert.deepStrictEqual(again.map(({ _tag }) => _tag).sort(), [
          ...Array.from({ length: 6 }, () => "AlreadyAnonymized"),
          "Anonymized"
        ])
        const requests = yield* sandbox.requests
        assert.strictEqual(requests.filter(({ method }) => method === "POST").length, 1)
        for (const { participants } of (yield* sandbox.exportState).rooms) {
          for (const { identity, sid } of participants) assert.strictEqual(identity, sid)
        }
      }).pipe(Effect.provide(transport({ rooms })))
    )

    it.effect("a failed removal is one Failed item; the stream fails only if the list fails", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.setFaults([
          {
            operations: ["UpdateRoomParticipant"],
            skip: 2,
            times: 1,
            fault: { type: "status", status: 400, code: 20001 }
          }
        ])
        const report = new Bulk.Report()
        const results = yield* Stream.runCollect(Bulk.disconnectAll("Room", { concurrency: 1, report }))
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          ["Disconnected", "Disconnected", "Failed", "Disconnected", "Disconnected"]
        )
        const failed = results.find((result) => result._tag === "Failed")
        assert.deepStrictEqual([failed?.error._tag, failed?.error.code], ["TwilioError", 20001])
        const { already, begun, done, failed: sids, isComplete } = yield* report.snapshot
        assert.deepStrictEqual([done.length, already, begun, isComplete], [4, [], [], true])
        assert.deepStrictEqual(failed?.sid, Option.some(sids[0]))
        assert.strictEqual(sids.length, 1)

        assert.strictEqual((yield* Effect.flip(Stream.runDrain(Bulk.disconnectAll("Nowhere"))))._tag, "NotFound")
        assert.strictEqual((yield* Effect.flip(Stream.runDrain(Bulk.anonymizeAll("Nowhere"))))._tag, "NotFound")
      }).pipe(RequestPolicy.withPolicy(RequestPolicy.noRetries), Effect.provide(transport({ rooms })))
    )

    for (const updateOfDisconnected of ["accept", "refuse"] as const) {
      it.effect(`participants who left after the list don't count as failures (${updateOfDisconnected})`, () =>
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.Sandbox
          let first = true
          const results = yield* Bulk.disconnectAll("Room", { concurrency: 1 }).pipe(
            Stream.tap(() => {
              if (!first) return Effect.void
              first = false
              // The others leave before their removal.
              return Effect.forEach(people, (who) => Effect.ignore(sandbox.leave("Room", who)))
            }),
            Stream.runCollect
          )
          assert.strictEqual(results.length, 5)
          assert.isFalse(results.some(({ _tag }) => _tag === "Failed"))
          // A participant who left doesn't count as removed.
          const counts = ["Disconnected", "AlreadyGone"].map((tag) => results.filter(({ _tag }) => _tag === tag).length)
          const sandboxSaw = (yield* sandbox.requests).flatMap(({ changes }) => changes).length
          assert.deepStrictEqual(counts, [sandboxSaw, 5 - sandboxSaw])
          assert.isAbove(5 - sandboxSaw, 0)
        }).pipe(Effect.provide(transport({ rooms, assumptions: { updateOfDisconnected } })))
      )
    }

    it.effect("anonymizeAll uses the room's SID: the room may end meanwhile and another take its name", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const { sid } = yield* Rooms.fetch("Room")
        let other = false
        const report = new Bulk.Report()
        const results = yield* Bulk.anonymizeAll("Room", { concurrency: 1, report }).pipe(
          Stream.tap(() => {
            if (other) return Effect.void
            other = true
            return sandbox
              .completeRoom("Room")
              .pipe(
                Effect.andThen(sandbox.openRoom({ uniqueName: "Room" })),
                Effect.andThen(sandbox.join("Room", "Stranger"))
              )
          }),
          Stream.runCollect
        )
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          Array.from({ length: 6 }, () => "Anonymized" as const)
        )
        const { done, isComplete } = yield* report.snapshot
        assert.deepStrictEqual([done.length, isComplete], [6, true])
        for (const room of (yield* sandbox.exportState).rooms) {
          for (const { identity, sid: own } of room.participants) {
            if (room.uniqueName === "Room") assert.strictEqual(identity, room.sid === sid ? own : "Stranger")
          }
        }
      }).pipe(Effect.provide(transport({ rooms })))
    )

    it.effect("an anonymization that fails with NotFound is a Failed item", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.completeRoom("Room")
        const report = new Bulk.Report()
        const { sid } = Option.getOrThrow(
          Option.fromUndefinedOr(
            (yield* Rooms.list({ status: "completed" })).items.find(({ uniqueName }) => uniqueName === "Room")
          )
        )
        const results = yield* Stream.runCollect(Bulk.anonymizeAll(sid, { report }))
        assert.deepStrictEqual(
          results.map((result) => (result._tag === "Failed" ? result.error._tag : result._tag)),
          Array.from({ length: 6 }, () => "NotFound" as const)
        )
        const { already, done, failed, isComplete } = yield* report.snapshot
        assert.deepStrictEqual([already.length, done.length, failed.length, isComplete], [0, 0, 6, true])
        assert.deepStrictEqual(new Set(results.map(({ sid }) => sid)), new Set(failed.map((sid) => Option.some(sid))))
      }).pipe(Effect.provide(transport({ rooms, assumptions: { anonymizeInCompletedRoom: "not-found" } })))
    )

    it.effect("an invalid concurrency fails with InvalidArgument, and nothing is sent", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        for (const concurrency of [Number.NaN, 0, -1, 1.5, -Infinity]) {
          for (const drained of [
            Stream.runDrain(Bulk.disconnectAll("Room", { concurrency })),
            Stream.runDrain(Bulk.anonymizeAll("Room", { concurrency }))
          ]) {
            const error = yield* Effect.flip(drained)
            if (error._tag !== "TwilioError" || error.reason._tag !== "InvalidArgument") return assert.fail(error._tag)
            assert.strictEqual(error.reason.argument, "concurrency")
            assert.include(error.message, "Nothing was sent.")
          }
        }
        assert.deepStrictEqual(yield* sandbox.requests, [])
        for (const concurrency of [1, 3, Infinity, "unbounded"] as const) {
          assert.strictEqual((yield* Stream.runCollect(Bulk.anonymizeAll("Room", { concurrency }))).length, 6)
        }
      }).pipe(Effect.provide(transport({ rooms })))
    )

    it.live("an interruption stops at once, and the report matches the state", () =>
      Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const hour = 3_600_000
        yield* sandbox.setFaults([
          { operations: ["UpdateRoomParticipant"], skip: 2, fault: { type: "delay", millis: hour } }
        ])
        const report = new Bulk.Report()
        const two = yield* Deferred.make<void>()
        let seen = 0
        const fiber = yield* Effect.forkChild(
          Bulk.disconnectAll("Room", { concurrency: 2, report }).pipe(
            Stream.runForEach(() => (++seen === 2 ? Deferred.succeed(two, undefined) : Effect.void))
          )
        )
        yield* Deferred.await(two)
        // The next two removals are in flight.
        yield* Effect.repeat(sandbox.requests, {
          while: (requests) => requests.filter(({ method }) => method === "POST").length < 4
        })
        yield* Fiber.interrupt(fiber)
        const { begun, done, isComplete } = yield* report.snapshot
        assert.deepStrictEqual([done.length, begun.length, isComplete], [2, 2, false])
        const gone = (yield* sandbox.exportState).rooms
          .flatMap(({ participants }) => participants)
          .filter(({ identity, status }) => status === "disconnected" && identity !== "Old")
        assert.deepStrictEqual(new Set(gone.map(({ sid }) => sid)), new Set<string>(done))
        yield* sandbox.setFaults([])
        const rest = yield* Stream.runCollect(Bulk.disconnectAll("Room"))
        assert.strictEqual(rest.length, 3)
      }).pipe(Effect.provide(transport({ rooms })))
    )
  })
}

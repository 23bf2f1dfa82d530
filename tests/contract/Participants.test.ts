/**
 * The contract of the Participants service, on every transport.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, layer } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as TestRoom from "../support/TestRoom.ts"
import { Connection, transports } from "../support/Transports.ts"

const { iso, noon } = TestRoom

const identities = (items: ReadonlyArray<{ readonly identity: string }>) => items.map((item) => item.identity)

for (const [name, transport] of transports) {
  describe(`Participants, ${name}`, () => {
    layer(transport({ rooms: [] }))((it) => {
      it.effect("fetch reads a connected participant by identity and SID, in a room by name and SID", () =>
        Effect.gen(function* () {
          const { name, sandbox, sid } = yield* TestRoom.open()
          const joined = yield* sandbox.join(name, "Alice")
          for (const room of [name, sid]) {
            for (const participant of ["Alice", joined.sid]) {
              const alice = yield* Participants.fetch(room, participant)
              assert.strictEqual(alice.sid, joined.sid)
              assert.strictEqual(alice.roomSid, sid)
              assert.strictEqual(alice.identity, "Alice")
              assert.strictEqual(alice.status, "connected")
              assert.strictEqual(iso(alice.dateCreated), "2026-03-01T12:00:00.000Z")
              assert.deepStrictEqual(Option.map(alice.startTime, iso), Option.some("2026-03-01T12:00:00.000Z"))
              assert.deepStrictEqual(alice.endTime, Option.none())
              assert.deepStrictEqual(alice.duration, Option.none())
              assert.isTrue(Option.getOrThrow(alice.url).endsWith(`/v1/Rooms/${sid}/Participants/${joined.sid}`))
              assert.deepStrictEqual(Object.keys(alice.links).sort(), [
                "anonymize",
                "published_tracks",
                "subscribe_rules",
                "subscribed_tracks"
              ])
            }
          }
        })
      )

      it.effect("fetch by identity fails with NotFound after the participant left; fetch by SID reads the record", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          const joined = yield* sandbox.join(name, "Alice")
          yield* TestClock.adjust("90 seconds")
          yield* sandbox.leave(name, "Alice")
          const error = yield* Effect.flip(Participants.fetch(name, "Alice"))
          assert.strictEqual(error._tag, "NotFound")
          if (error._tag !== "NotFound") return
          assert.strictEqual(error.resource, "participant")
          assert.strictEqual(error.lookup, "identity")
          assert.strictEqual(error.status, 404)
          assert.strictEqual(error.code, 20404)
          assert.strictEqual(error.path, "/v1/Rooms/{name}/Participants/{identity}")
          assert.strictEqual(error.moreInfo, "https://www.twilio.com/docs/errors/20404")
          assert.match(error.requestId ?? "", /^RQ[0-9a-f]{32}$/)
          assert.include(error.message, "finds only connected participants")
          assert.notInclude(JSON.stringify(error), "Alice")
          assert.notInclude(JSON.stringify(error), name)
          const alice = yield* Participants.fetch(name, joined.sid)
          assert.strictEqual(alice.status, "disconnected")
          assert.deepStrictEqual(alice.duration, Option.some(Duration.seconds(90)))
          assert.deepStrictEqual(Option.map(alice.endTime, iso), Option.some("2026-03-01T12:01:30.000Z"))
        })
      )

      it.effect("NotFound names the resource and the lookup", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          yield* sandbox.openRoom({ uniqueName: `other ${name}` })
          const elsewhere = yield* sandbox.join(`other ${name}`, "Bob")
          const unknownRoom = `RM${"0".repeat(32)}`
          const unknownSid = `PA${"0".repeat(32)}`
          const lookups = [
            [Participants.fetch(name, elsewhere.sid), "participant", "sid", elsewhere.sid],
            [Participants.fetch(name, unknownSid), "participant", "sid", unknownSid],
            [Participants.fetch(name, "Bob"), "participant", "identity", "{identity}"],
            [Participants.disconnect(name, "Bob"), "participant", "identity", "{identity}"],
            [Participants.anonymize(name, "Bob"), "participant", "identity", "{identity}"],
            [Participants.list("no such room"), "room", "name", "/v1/Rooms/{name}/Participants"],
            [Participants.list(unknownRoom), "room", "sid", unknownRoom],
            [Stream.runCollect(Participants.stream("no such room")), "room", "name", "/v1/Rooms/{name}/Participants"]
          ] as const
          for (const [lookup, resource, how, shown] of lookups) {
            const error = yield* Effect.flip(lookup as Effect.Effect<unknown, Effect.Error<typeof lookup>>)
            assert.strictEqual(error._tag, "NotFound")
            if (error._tag !== "NotFound") return
            assert.strictEqual(error.resource, resource)
            assert.strictEqual(error.lookup, how)
            assert.include(error.path, shown)
          }
        })
      )

      it.effect("list fails with NotFound for a completed room by name, and lists its participants by SID", () =>
        Effect.gen(function* () {
          const { name, sandbox, sid } = yield* TestRoom.open()
          yield* sandbox.join(name, "Alice")
          yield* sandbox.join(name, "Bob")
          yield* TestClock.adjust("5 minutes")
          yield* sandbox.completeRoom(name)
          const error = yield* Effect.flip(Participants.list(name))
          assert.strictEqual(error._tag, "NotFound")
          const all = yield* Participants.list(sid)
          assert.deepStrictEqual(identities(all.items), ["Bob", "Alice"])
          assert.deepStrictEqual(
            all.items.map((item) => item.status),
            ["disconnected", "disconnected"]
          )
          assert.deepStrictEqual((yield* Participants.list(sid, { status: "connected" })).items, [])
          assert.strictEqual((yield* Effect.flip(Participants.fetch(sid, "Alice")))._tag, "NotFound")
        })
      )

      it.effect("list returns connected participants, newest first, or those with the given status", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          for (const identity of ["Alice", "Bob", "Carl", "Dana"]) yield* sandbox.join(name, identity)
          yield* sandbox.leave(name, "Bob")
          yield* sandbox.loseConnection(name, "Carl")
          const page = yield* Participants.list(name)
          assert.deepStrictEqual(identities(page.items), ["Dana", "Alice"])
          assert.strictEqual(page.meta.page, 0)
          assert.strictEqual(page.meta.pageSize, 50)
          assert.deepStrictEqual(page.nextPageToken, Option.none())
          const expected = { connected: ["Dana", "Alice"], reconnecting: ["Carl"], disconnected: ["Bob"] }
          for (const [status, who] of Object.entries(expected)) {
            assert.deepStrictEqual(identities((yield* Participants.list(name, { status })).items), who)
          }
          yield* sandbox.regainConnection(name, "Carl")
          assert.deepStrictEqual(identities((yield* Participants.list(name)).items), ["Dana", "Carl", "Alice"])
        })
      )

      it.effect("list filters by identity and by time of joining", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          for (const identity of ["first", "second", "third"]) {
            yield* sandbox.join(name, identity)
            yield* TestClock.adjust("1 minute")
          }
          const second = DateTime.add(noon, { minutes: 1 })
          const read = (options: Participants.ListOptions) =>
            Effect.map(Participants.list(name, options), (page) => identities(page.items))
          assert.deepStrictEqual(yield* read({ identity: "second" }), ["second"])
          assert.deepStrictEqual(yield* read({ identity: "Second" }), [])
          assert.deepStrictEqual(yield* read({ dateCreatedAfter: second }), ["third", "second"])
          assert.deepStrictEqual(yield* read({ dateCreatedBefore: second }), ["first"])
          assert.deepStrictEqual(yield* read({ dateCreatedAfter: noon, dateCreatedBefore: second }), ["first"])
          // Dates are sent in whole seconds.
          assert.deepStrictEqual(yield* read({ dateCreatedAfter: DateTime.add(second, { milliseconds: 999 }) }), [
            "third",
            "second"
          ])
          assert.deepStrictEqual(yield* read({ dateCreatedAfter: new Date("2026-03-01T12:02:00Z") }), ["third"])
          assert.deepStrictEqual(yield* read({ identity: "first", dateCreatedAfter: second }), [])
        })
      )

      it.effect("list reads pages forward and back by token", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          for (let i = 1; i <= 5; i++) yield* sandbox.join(name, `p${i}`)
          const first = yield* Participants.list(name, { pageSize: 2 })
          assert.deepStrictEqual(identities(first.items), ["p5", "p4"])
          assert.deepStrictEqual(first.previousPageToken, Option.none())
          const second = yield* Participants.list(name, {
            pageSize: 2,
            pageToken: Option.getOrUndefined(first.nextPageToken)
          })
          assert.deepStrictEqual(identities(second.items), ["p3", "p2"])
          const third = yield* Participants.list(name, {
            pageSize: 2,
            pageToken: Option.getOrUndefined(second.nextPageToken)
          })
          assert.deepStrictEqual(identities(third.items), ["p1"])
          assert.deepStrictEqual(third.nextPageToken, Option.none())
          const back = yield* Participants.list(name, {
            pageSize: 2,
            pageToken: Option.getOrUndefined(third.previousPageToken)
          })
          assert.deepStrictEqual(identities(back.items), ["p3", "p2"])
        })
      )

      it.effect("stream reads every page, unaffected by participants who join or leave meanwhile", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          for (let i = 1; i <= 25; i++) yield* sandbox.join(name, `p${i}`)
          const all = yield* Stream.runCollect(Participants.stream(name, { pageSize: 10 }))
          assert.deepStrictEqual(
            identities(all),
            Array.from({ length: 25 }, (_, i) => `p${25 - i}`)
          )
          const seen: Array<string> = []
          yield* Participants.stream(name, { pageSize: 5 }).pipe(
            Stream.runForEach((participant) => {
              seen.push(participant.identity)
              // One participant joins, and one that was already read leaves.
              return seen.length === 7
                ? Effect.andThen(sandbox.join(name, "late"), sandbox.leave(name, "p25"))
                : Effect.void
            })
          )
          assert.deepStrictEqual(
            seen,
            Array.from({ length: 25 }, (_, i) => `p${25 - i}`)
          )
        })
      )

      it.effect("disconnect returns the final record, and the identity is no longer found", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          yield* sandbox.join(name, "Alice")
          yield* TestClock.adjust(12_900)
          const removed = yield* Participants.disconnect(name, "Alice")
          assert.strictEqual(removed.status, "disconnected")
          assert.deepStrictEqual(removed.duration, Option.some(Duration.seconds(12)))
          assert.deepStrictEqual(removed.endTime, removed.dateUpdated)
          assert.strictEqual((yield* Effect.flip(Participants.disconnect(name, "Alice")))._tag, "NotFound")
          const listed = yield* Participants.list(name, { status: "disconnected" })
          assert.deepStrictEqual(
            listed.items.map((item) => item.sid),
            [removed.sid]
          )
        })
      )

      it.effect("update to another status fails with InvalidRequest, and nothing changes", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          yield* sandbox.join(name, "Alice")
          for (const status of ["connected", "reconnecting", "on hold"]) {
            const error = yield* Effect.flip(Participants.update(name, "Alice", { status }))
            assert.strictEqual(error._tag, "TwilioError")
            if (error._tag !== "TwilioError") return
            assert.strictEqual(error.reason._tag, "InvalidRequest")
            assert.strictEqual(error.code, 53209)
            assert.strictEqual(error.status, 400)
          }
          assert.strictEqual((yield* Participants.fetch(name, "Alice")).status, "connected")
        })
      )

      it.effect("ensureDisconnected returns Disconnected or AlreadyGone", () =>
        Effect.gen(function* () {
          const { name, sandbox, sid } = yield* TestRoom.open()
          const alice = yield* sandbox.join(name, "Alice")
          const bob = yield* sandbox.join(name, "Bob")
          const first = yield* Participants.ensureDisconnected(name, "Alice")
          assert.strictEqual(first._tag, "Disconnected")
          assert.strictEqual(first._tag === "Disconnected" && first.participant.sid, alice.sid)
          const again = yield* Participants.ensureDisconnected(name, "Alice")
          assert.strictEqual(again._tag, "AlreadyGone")
          if (again._tag !== "AlreadyGone") return
          assert.deepStrictEqual([again.sid, again.participant], [Option.none(), Option.none()])
          const bySid = yield* Participants.ensureDisconnected(name, bob.sid)
          assert.strictEqual(bySid._tag, "Disconnected")
          const bySidAgain = yield* Participants.ensureDisconnected(name, bob.sid)
          assert.strictEqual(bySidAgain._tag, "AlreadyGone")
          if (bySidAgain._tag !== "AlreadyGone") return
          assert.deepStrictEqual<unknown>(bySidAgain.sid, Option.some(bob.sid))
          assert.deepStrictEqual(
            Option.map(bySidAgain.participant, (record) => record.sid),
            Option.some(bob.sid)
          )
          yield* sandbox.completeRoom(name)
          assert.strictEqual((yield* Participants.ensureDisconnected(name, "Alice"))._tag, "AlreadyGone")
          assert.strictEqual((yield* Participants.ensureDisconnected(sid, bob.sid))._tag, "AlreadyGone")
        })
      )

      it.effect("anonymize replaces the identity with the SID, and can be repeated", () =>
        Effect.gen(function* () {
          const { name, sandbox, sid } = yield* TestRoom.open()
          const alice = yield* sandbox.join(name, "Alice")
          yield* sandbox.leave(name, "Alice")
          for (let i = 0; i < 2; i++) {
            const erased = yield* Participants.anonymize(name, alice.sid)
            assert.strictEqual(erased.identity, alice.sid)
            assert.strictEqual(erased.status, "disconnected")
            assert.isTrue(Option.getOrThrow(erased.url).endsWith(`/Participants/${alice.sid}/Anonymize`))
          }
          assert.strictEqual((yield* Participants.fetch(name, alice.sid)).identity, alice.sid)
          const status = "disconnected"
          assert.deepStrictEqual((yield* Participants.list(name, { status, identity: "Alice" })).items, [])
          assert.strictEqual((yield* Participants.list(name, { status, identity: alice.sid })).items.length, 1)
          // A connected participant can be anonymized too, and is then found only by SID.
          const bob = yield* sandbox.join(name, "Bob")
          assert.strictEqual((yield* Participants.anonymize(name, "Bob")).status, "connected")
          assert.strictEqual((yield* Effect.flip(Participants.fetch(name, "Bob")))._tag, "NotFound")
          assert.strictEqual((yield* Participants.fetch(name, bob.sid)).identity, bob.sid)
          const state = JSON.stringify((yield* sandbox.exportState).rooms.filter((room) => room.sid === sid))
          assert.notInclude(state, "Alice")
          assert.notInclude(state, "Bob")
        })
      )

      it.effect("a join with the same identity disconnects the earlier participant", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          const first = yield* sandbox.join(name, "Alice")
          const second = yield* sandbox.join(name, "Alice")
          assert.strictEqual((yield* Participants.fetch(name, "Alice")).sid, second.sid)
          assert.strictEqual((yield* Participants.fetch(name, first.sid)).status, "disconnected")
        })
      )

      it.effect("invalid arguments fail with InvalidArgument, and nothing is sent", () =>
        Effect.gen(function* () {
          const { name } = yield* TestRoom.open()
          const calls = [
            ["room", Participants.list("")],
            ["room", Participants.fetch(".", "Alice")],
            ["room", Participants.anonymize("..", "Alice")],
            ["participant", Participants.fetch(name, "")],
            ["participant", Participants.disconnect(name, ".")],
            ["participant", Participants.ensureDisconnected(name, "..")],
            ["participant", Participants.fetch(name, "half \ud800 pair")],
            ["status", Participants.update(name, "Alice", { status: "" })],
            ["identity", Participants.list(name, { identity: "" })],
            ["pageSize", Participants.list(name, { pageSize: 0 })],
            ["pageSize", Participants.list(name, { pageSize: 1001 })],
            ["pageSize", Stream.runCollect(Participants.stream(name, { pageSize: 1.5 }))],
            ["dateCreatedAfter", Participants.list(name, { dateCreatedAfter: "yesterday" })]
          ] as const
          for (const [argument, call] of calls) {
            const error = yield* Effect.flip(call as Effect.Effect<unknown, Effect.Error<typeof call>>)
            assert.strictEqual(error._tag, "TwilioError")
            if (error._tag !== "TwilioError") return
            assert.strictEqual(error.reason._tag, "InvalidArgument")
            assert.strictEqual(error.reason._tag === "InvalidArgument" && error.reason.argument, argument)
            assert.include(error.message, "Nothing was sent")
            assert.isUndefined(error.status)
          }
        })
      )

      it.effect("wrong credentials fail with Unauthorized, even for an unknown room", () =>
        Effect.gen(function* () {
          const { sandbox } = yield* TestRoom.open()
          const { baseUrl, transport } = yield* Connection
          const as = (options: TwilioConnection.Credentials) =>
            Participants.fetch("no such room", "Alice").pipe(
              Effect.provide(
                TwilioHttpClient.layer(TwilioVideo.services, { ...options, baseUrl }).pipe(Layer.provide(transport))
              ),
              Effect.flip
            )
          const { accountSid, apiKeySecret, apiKeySid } = sandbox.credentials
          const wrong = yield* as({ accountSid, authToken: Redacted.make("wrong-token-7c1") })
          assert.strictEqual(wrong._tag, "TwilioError")
          if (wrong._tag !== "TwilioError") return
          assert.strictEqual(wrong.reason._tag, "Unauthorized")
          assert.strictEqual(wrong.status, 401)
          assert.strictEqual(wrong.code, 20003)
          assert.notInclude(JSON.stringify(wrong), "wrong-token-7c1")
          const byKey = yield* as({ apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) })
          assert.strictEqual(byKey._tag, "NotFound")
        })
      )
    })

    layer(transport({ rooms: [], assumptions: { identityFindsReconnecting: false } }))((it) => {
      it.effect("ensureDisconnected removes a reconnecting participant by identity, though fetch doesn't find it", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.open()
          const alice = yield* sandbox.join(name, "Alice")
          yield* sandbox.loseConnection(name, "Alice")
          assert.strictEqual((yield* Effect.flip(Participants.disconnect(name, "Alice")))._tag, "NotFound")
          const removed = yield* Participants.ensureDisconnected(name, "Alice")
          assert.strictEqual(removed._tag === "Disconnected" && removed.participant.sid, alice.sid)
          assert.strictEqual((yield* Participants.fetch(name, alice.sid)).status, "disconnected")
          assert.strictEqual((yield* Participants.ensureDisconnected(name, "Alice"))._tag, "AlreadyGone")
        })
      )
    })
  })
}

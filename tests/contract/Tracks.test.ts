/**
 * The contract of the PublishedTracks and SubscribedTracks services, on every transport.
 */
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as TestRoom from "../support/TestRoom.ts"
import { transports } from "../support/Transports.ts"

const { iso } = TestRoom

const names = (items: ReadonlyArray<{ readonly name: string }>) => items.map((item) => item.name)

for (const [name, transport] of transports) {
  describe(`Tracks, ${name}`, () => {
    layer(transport({ rooms: [] }))((it) => {
      it.effect("fetch reads a published track by SID and name, of a participant by SID and identity", () =>
        Effect.gen(function* () {
          const { alice, name, sid } = yield* TestRoom.openStandup()
          const screen = yield* PublishedTracks.fetch(name, "Alice", "screen")
          assert.strictEqual(screen.participantSid, alice)
          assert.strictEqual(screen.roomSid, sid)
          assert.deepStrictEqual([screen.name, screen.kind, screen.enabled], ["screen", "video", true])
          assert.strictEqual(iso(screen.dateCreated), "2026-03-01T12:00:00.000Z")
          assert.deepStrictEqual(screen.dateUpdated, Option.none())
          assert.isTrue(
            Option.getOrThrow(screen.url).endsWith(`/Rooms/${sid}/Participants/${alice}/PublishedTracks/${screen.sid}`)
          )
          assert.deepStrictEqual(yield* PublishedTracks.fetch(sid, alice, screen.sid), screen)
          // Names are unique only among the tracks of one participant.
          assert.notStrictEqual((yield* PublishedTracks.fetch(name, "Bob", "screen")).sid, screen.sid)
        })
      )

      it.effect("fetch shows a disabled track, and fails with NotFound after it's unpublished", () =>
        Effect.gen(function* () {
          const { alice, name, sandbox } = yield* TestRoom.openStandup()
          yield* TestClock.adjust("2 seconds")
          yield* sandbox.disableTrack(name, "Alice", "alice-cam")
          const muted = yield* PublishedTracks.fetch(name, alice, "alice-cam")
          assert.isFalse(muted.enabled)
          assert.deepStrictEqual(Option.map(muted.dateUpdated, iso), Option.some("2026-03-01T12:00:02.000Z"))
          assert.isFalse((yield* SubscribedTracks.fetch(name, "Bob", muted.sid)).enabled)
          yield* sandbox.enableTrack(name, "Alice", "alice-cam")
          assert.isTrue((yield* PublishedTracks.fetch(name, alice, "alice-cam")).enabled)
          yield* sandbox.unpublishTrack(name, "Alice", "alice-cam")
          assert.deepStrictEqual(names((yield* PublishedTracks.list(name, "Alice")).items), ["screen", "alice-audio"])
          assert.strictEqual((yield* Effect.flip(PublishedTracks.fetch(name, alice, muted.sid)))._tag, "NotFound")
          assert.strictEqual((yield* Effect.flip(SubscribedTracks.fetch(name, "Bob", muted.sid)))._tag, "NotFound")
          assert.notInclude(names((yield* SubscribedTracks.list(name, "Bob")).items), "alice-cam")
        })
      )

      it.effect("list returns all tracks of the other participants, newest first, unless rules exclude them", () =>
        Effect.gen(function* () {
          const { alice, bob, carl, name, sandbox, sid } = yield* TestRoom.openStandup()
          const { items } = yield* SubscribedTracks.list(name, "Alice")
          assert.deepStrictEqual(names(items), [
            "carl-data",
            "carl-cam",
            "carl-audio",
            "screen",
            "bob-cam",
            "bob-audio"
          ])
          assert.deepStrictEqual(
            items.map((item) => [item.participantSid, item.publisherSid, item.roomSid]),
            [carl, carl, carl, bob, bob, bob].map((publisher) => [alice, publisher, sid])
          )
          const [first] = items
          assert.isTrue(
            Option.getOrThrow(first?.url ?? Option.none()).endsWith(
              `/Participants/${alice}/SubscribedTracks/${first?.sid}`
            )
          )
          assert.deepStrictEqual(yield* SubscribedTracks.fetch(name, "Alice", first?.sid ?? ""), first)
          // Without automatic subscription there are no tracks. A participant who joins later has the earlier tracks.
          yield* sandbox.join(name, "Dana", { automaticSubscription: false })
          assert.deepStrictEqual((yield* SubscribedTracks.list(name, "Dana")).items, [])
          yield* sandbox.join(name, "Erin")
          assert.lengthOf((yield* SubscribedTracks.list(name, "Erin")).items, 9)
        })
      )

      it.effect("a reconnecting participant keeps tracks and subscriptions; one who left has none", () =>
        Effect.gen(function* () {
          const { bob, carl, name, sandbox } = yield* TestRoom.openStandup()
          yield* sandbox.loseConnection(name, "Carl")
          assert.lengthOf((yield* PublishedTracks.list(name, "Carl")).items, 3)
          assert.lengthOf((yield* SubscribedTracks.list(name, "Carl")).items, 6)
          yield* sandbox.leave(name, "Bob")
          assert.deepStrictEqual((yield* PublishedTracks.list(name, bob)).items, [])
          assert.deepStrictEqual((yield* SubscribedTracks.list(name, bob)).items, [])
          assert.lengthOf((yield* SubscribedTracks.list(name, carl)).items, 3)
          assert.strictEqual((yield* Effect.flip(PublishedTracks.list(name, "Bob")))._tag, "NotFound")
        })
      )

      it.effect("list reads pages by token, and stream reads all pages, while tracks change", () =>
        Effect.gen(function* () {
          const { name, sandbox } = yield* TestRoom.openStandup()
          const wanted = ["screen", "alice-cam", "alice-audio"]
          const first = yield* PublishedTracks.list(name, "Alice", { pageSize: 2 })
          assert.deepStrictEqual(names(first.items), wanted.slice(0, 2))
          yield* sandbox.unpublishTrack(name, "Alice", "alice-cam")
          yield* sandbox.publishTrack(name, "Alice", { kind: "data", name: "late" })
          const pageToken = Option.getOrThrow(first.nextPageToken)
          const second = yield* PublishedTracks.list(name, "Alice", { pageSize: 2, pageToken })
          assert.deepStrictEqual(names(second.items), ["alice-audio"])
          assert.deepStrictEqual(second.nextPageToken, Option.none())
          const back = yield* PublishedTracks.list(name, "Alice", {
            pageSize: 1,
            pageToken: Option.getOrThrow(second.previousPageToken)
          })
          assert.deepStrictEqual(names(back.items), ["screen"])
          const all = yield* Stream.runCollect(PublishedTracks.stream(name, "Alice", { pageSize: 1 }))
          assert.deepStrictEqual(names(all), ["late", "screen", "alice-audio"])
          const theirs = yield* Stream.runCollect(SubscribedTracks.stream(name, "Alice", { pageSize: 4 }))
          assert.deepStrictEqual(names(theirs), names((yield* SubscribedTracks.list(name, "Alice")).items))
          assert.lengthOf(theirs, 6)
        })
      )

      it.effect("NotFound names the resource and the lookup", () =>
        Effect.gen(function* () {
          const { alice, name, sid } = yield* TestRoom.openStandup()
          const own = yield* PublishedTracks.fetch(name, "Alice", "screen")
          const unknown = `MT${"0".repeat(32)}`
          const lookups = [
            [PublishedTracks.fetch(name, "Alice", "nope"), "published-track", "name"],
            [PublishedTracks.fetch(sid, alice, unknown), "published-track", "sid"],
            [PublishedTracks.fetch(sid, "Bob", own.sid), "published-track", "sid"],
            [PublishedTracks.list(name, "Nobody"), "participant", "identity"],
            [SubscribedTracks.fetch(name, "Alice", unknown), "subscribed-track", "sid"],
            // Participants aren't subscribed to their own tracks.
            [SubscribedTracks.fetch(name, "Alice", own.sid), "subscribed-track", "sid"],
            [SubscribedTracks.list("nowhere", `PA${"0".repeat(32)}`), "participant", "sid"],
            [Stream.runCollect(SubscribedTracks.stream(name, "Nobody")), "participant", "identity"]
          ] as const
          for (const [lookup, resource, how] of lookups) {
            const error = yield* Effect.flip(lookup as Effect.Effect<unknown, Effect.Error<typeof lookup>>)
            assert.strictEqual(error._tag, "NotFound")
            if (error._tag !== "NotFound") return
            assert.deepStrictEqual([error.resource, error.lookup], [resource, how])
            assert.notInclude(JSON.stringify(error), name)
            assert.notInclude(JSON.stringify(error), "Nobody")
          }
        })
      )

      it.effect("fetch of a subscribed track by name fails with InvalidArgument, and nothing is sent", () =>
        Effect.gen(function* () {
          const { name } = yield* TestRoom.openStandup()
          const error = yield* Effect.flip(SubscribedTracks.fetch(name, "Alice", "bob-cam"))
          assert.strictEqual(error._tag, "TwilioError")
          if (error._tag !== "TwilioError" || error.reason._tag !== "InvalidArgument") return assert.fail(error.message)
          assert.strictEqual(error.reason.argument, "track")
          assert.isUndefined(error.status)
        })
      )
    })
  })
}

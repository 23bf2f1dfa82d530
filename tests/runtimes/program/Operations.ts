/**
 * Calls every operation of the API at least once, and reads which ones the sandbox saw.
 */
import * as Bulk from "@effect-twilio-video/core/Bulk"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestEnvironment from "./TestEnvironment.ts"

const room = "DailyStandup"

const namesOf = (tracks: ReadonlyArray<{ readonly name: string }>) => tracks.map(({ name }) => name)

const rooms = Effect.gen(function* () {
  const created = yield* Rooms.create({ uniqueName: "Huddle 👋", maxParticipants: 4, emptyRoomTimeout: "10 minutes" })
  const fetched = yield* Rooms.fetch("Huddle 👋")
  const listed = yield* Rooms.list({ status: "in-progress" })
  const streamed = yield* Stream.runCollect(Rooms.stream({ status: "completed" }))
  const completed = yield* Rooms.complete("Huddle 👋")
  return {
    created: { name: created.uniqueName, status: created.status, seats: Option.getOrNull(created.maxParticipants) },
    fetchedIsCreated: fetched.sid === created.sid && fetched.dateCreated.epochMilliseconds > 0,
    listed: listed.items.map(({ uniqueName }) => uniqueName),
    streamed: streamed.map(({ uniqueName }) => uniqueName),
    completed: completed.status
  }
})

const tracks = Effect.gen(function* () {
  const screen = yield* PublishedTracks.fetch(room, "Bob", "screen")
  const received = yield* SubscribedTracks.list(room, "Alice")
  const first = yield* SubscribedTracks.fetch(room, "Alice", received.items[0]?.sid ?? "nothing")
  const before = yield* SubscribeRules.fetch(room, "Alice")
  const after = yield* SubscribeRules.update(room, "Alice", [
    SubscribeRule.include({ kind: "audio" }),
    SubscribeRule.include({ publisher: "Bob", track: "screen" })
  ])
  return {
    published: namesOf((yield* PublishedTracks.list(room, "Bob")).items),
    streamed: namesOf(yield* Stream.runCollect(PublishedTracks.stream(room, "Bob"))),
    screen: { kind: screen.kind, enabled: screen.enabled },
    subscribed: namesOf(received.items),
    first: { name: first.name, kind: first.kind },
    rules: { before: before.rules, after: after.rules },
    received: namesOf(yield* Stream.runCollect(SubscribedTracks.stream(room, "Alice"))).toSorted()
  }
})

const participants = Effect.gen(function* () {
  const bob = yield* Participants.fetch(room, "Bob")
  const removed = yield* Participants.disconnect(room, bob.sid)
  const again = yield* Participants.ensureDisconnected(room, "Bob")
  const erased = yield* Participants.anonymize(room, bob.sid)
  const removals = yield* Stream.runCollect(Bulk.disconnectAll(room, { except: ["Alice"] }))
  return {
    bob: { status: bob.status, identity: bob.identity },
    removed: removed.status,
    again: again._tag,
    erased: erased.identity === bob.sid,
    everybody: removals
      .map(({ _tag, participant }) => `${Option.getOrUndefined(participant)?.identity}: ${_tag}`)
      .toSorted(),
    left: (yield* Participants.list(room)).items.map(({ identity }) => identity)
  }
})

export const operations = Effect.gen(function* () {
  const { controls } = yield* TestEnvironment.TestEnvironment
  yield* controls.clearRequests
  const account = { rooms: yield* rooms, tracks: yield* tracks, participants: yield* participants }
  const seen = new Set((yield* controls.requests).map(({ operation }) => operation ?? "unknown"))
  return { ...account, seen: [...seen].toSorted() }
})

/**
 * Twilio's package lists participants of the sandbox: each filter and their combinations, page size and limit, and the
 * default of a room in progress and of a completed one.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { ParticipantListInstanceOptions } from "twilio/lib/rest/video/v1/room/participant.js"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const at = (time: string) => new Date(`2026-03-02T${time}Z`)

/** Two rooms with the same history, one of them completed. `who` maps SIDs to names. */
class Rooms extends Context.Service<
  Rooms,
  { readonly open: string; readonly over: string; readonly who: ReadonlyMap<string, string> }
>()("tests/conformance/twilio-node/list/Rooms") {}

const openRoom = Effect.fnUntraced(function* (uniqueName: string, who: Map<string, string>) {
  const sandbox = yield* Sandbox.Sandbox
  const join = Effect.fnUntraced(function* (time: string, identity: string, name = identity) {
    yield* TestClock.setTime(at(time).getTime())
    const { sid } = yield* sandbox.join(uniqueName, identity)
    who.set(sid, name)
  })
  yield* TestClock.setTime(at("08:59:00").getTime())
  const room = yield* sandbox.openRoom({ uniqueName })
  yield* join("09:00:00", "Ann", "first Ann")
  yield* join("09:01:00", "Ben")
  yield* join("09:02:00", "Cat")
  yield* join("09:03:00", "Dan")
  yield* join("09:04:00.900", "Eve & co +1")
  // The second join disconnects the first Ann.
  yield* join("09:05:00", "Ann")
  yield* sandbox.leave(uniqueName, "Ben")
  yield* sandbox.loseConnection(uniqueName, "Cat")
  return room
})

const layerRooms = Layer.effect(
  Rooms,
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const who = new Map<string, string>()
    const over = yield* openRoom("Standup", who)
    yield* sandbox.completeRoom(over.sid)
    const open = yield* openRoom("Standup", who)
    return { open: open.sid, over: over.sid, who }
  })
).pipe(Layer.provideMerge(SandboxOnLoopback.layer()), Layer.orDie)

const filters: ReadonlyArray<{
  readonly title: string
  readonly options: ParticipantListInstanceOptions
  readonly expected: ReadonlyArray<string>
}> = [
  { title: "no filter", options: {}, expected: ["Ann", "Eve & co +1", "Dan"] },
  { title: "status connected", options: { status: "connected" }, expected: ["Ann", "Eve & co +1", "Dan"] },
  { title: "status reconnecting", options: { status: "reconnecting" }, expected: ["Cat"] },
  { title: "status disconnected", options: { status: "disconnected" }, expected: ["Ben", "first Ann"] },
  { title: "identity", options: { identity: "Ann" }, expected: ["Ann"] },
  {
    title: "identity with spaces and special characters",
    options: { identity: "Eve & co +1" },
    expected: ["Eve & co +1"]
  },
  { title: "identity in another case", options: { identity: "ann" }, expected: [] },
  { title: "identity of a reconnecting participant", options: { identity: "Cat" }, expected: [] },
  {
    title: "created at a second or later",
    options: { dateCreatedAfter: at("09:04:00") },
    expected: ["Ann", "Eve & co +1"]
  },
  { title: "created after a second", options: { dateCreatedAfter: at("09:04:01") }, expected: ["Ann"] },
  {
    title: "created after, below a second",
    options: { dateCreatedAfter: at("09:04:00.999") },
    expected: ["Ann", "Eve & co +1"]
  },
  {
    title: "created before a second",
    options: { dateCreatedBefore: at("09:05:00") },
    expected: ["Eve & co +1", "Dan"]
  },
  {
    title: "created before the next second",
    options: { dateCreatedBefore: at("09:05:01") },
    expected: ["Ann", "Eve & co +1", "Dan"]
  },
  { title: "created before everybody", options: { dateCreatedBefore: at("09:00:00") }, expected: [] },
  {
    title: "both dates",
    options: { dateCreatedAfter: at("09:03:01"), dateCreatedBefore: at("09:05:00") },
    expected: ["Eve & co +1"]
  },
  {
    title: "status and a date",
    options: { status: "disconnected", dateCreatedBefore: at("09:01:00") },
    expected: ["first Ann"]
  },
  { title: "status and identity", options: { status: "disconnected", identity: "Ann" }, expected: ["first Ann"] },
  {
    title: "all four",
    options: {
      status: "reconnecting",
      identity: "Cat",
      dateCreatedAfter: at("09:02:00"),
      dateCreatedBefore: at("09:02:01")
    },
    expected: ["Cat"]
  },
  {
    title: "all four, one of which doesn't match",
    options: {
      status: "reconnecting",
      identity: "Cat",
      dateCreatedAfter: at("09:02:01"),
      dateCreatedBefore: at("09:03:00")
    },
    expected: []
  },
  {
    title: "a filter, with a smaller page size than it finds",
    options: { status: "disconnected", pageSize: 1 },
    expected: ["Ben", "first Ann"]
  }
]

const names = Effect.fnUntraced(function* (participants: ReadonlyArray<{ readonly sid: string }>) {
  const { who } = yield* Rooms
  const names: ReadonlyArray<string | undefined> = participants.map((participant) => who.get(participant.sid))
  return names
})

layer(layerRooms)("Twilio's package lists", (it) => {
  it.effect.each(filters)("$title", ({ expected, options }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const listed = yield* TwilioSdk.call(() => official.participants("Standup").list({ ...options }))
      assert.deepStrictEqual(yield* names(listed), expected)
      const streamed = yield* Stream.runCollect(Participants.stream("Standup", options))
      assert.deepStrictEqual(yield* names(streamed), expected)
    })
  )

  it.effect.each([
    { options: { pageSize: 1 }, requests: 3, expected: ["Ann", "Eve & co +1", "Dan"] },
    { options: { pageSize: 2 }, requests: 2, expected: ["Ann", "Eve & co +1", "Dan"] },
    { options: { pageSize: 3 }, requests: 1, expected: ["Ann", "Eve & co +1", "Dan"] },
    { options: { limit: 2 }, requests: 1, expected: ["Ann", "Eve & co +1"] },
    { options: { limit: 2, pageSize: 1 }, requests: 2, expected: ["Ann", "Eve & co +1"] },
    { options: { limit: 3, pageSize: 2 }, requests: 2, expected: ["Ann", "Eve & co +1", "Dan"] },
    { options: { limit: 1, pageSize: 1000 }, requests: 1, expected: ["Ann"] }
  ])("$options in $requests requests", ({ expected, options, requests }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const listed = yield* SandboxOnLoopback.countRequests(
        TwilioSdk.call(() => official.participants("Standup").list({ ...options }))
      )
      assert.deepStrictEqual(yield* names(listed.value), expected)
      assert.strictEqual(listed.requests, requests)
    })
  )

  it.effect("the same participants of a room by name and by SID", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { open } = yield* Rooms
      const byName = yield* TwilioSdk.call(() => official.participants("Standup").list())
      const bySid = yield* TwilioSdk.call(() => official.participants(open).list())
      assert.deepStrictEqual(
        bySid.map((participant) => participant.sid),
        byName.map((participant) => participant.sid)
      )
      assert.deepStrictEqual(yield* names(bySid), ["Ann", "Eve & co +1", "Dan"])
      assert.deepStrictEqual(new Set(byName.map((participant) => participant.roomSid)), new Set([open]))
    })
  )

  it.effect("all participants of a completed room by SID", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { over } = yield* Rooms
      const listed = yield* TwilioSdk.call(() => official.participants(over).list())
      assert.deepStrictEqual(yield* names(listed), ["Ann", "Eve & co +1", "Dan", "Cat", "Ben", "first Ann"])
      assert.deepStrictEqual(new Set(listed.map((participant) => participant.status)), new Set(["disconnected"]))
      assert.deepStrictEqual(new Set(listed.map((participant) => participant.roomSid)), new Set([over]))
      for (const status of ["connected", "reconnecting"] as const) {
        assert.deepStrictEqual(yield* TwilioSdk.call(() => official.participants(over).list({ status })), [])
      }
    })
  )

  it.effect("participants of a room whose name needs percent-encoding", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      yield* sandbox.openRoom({ uniqueName: "Café 7 🎉" })
      const { sid } = yield* sandbox.join("Café 7 🎉", "Ann")
      const listed = yield* TwilioSdk.call(() => official.participants("Café 7 🎉").list())
      assert.deepStrictEqual(
        listed.map((participant) => participant.sid),
        [sid]
      )
    })
  )
})

/**
 * The sandbox's controls, in process and over HTTP, and its default scenario.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const people = (room: SandboxState.SandboxState["rooms"][number] | undefined) =>
  room?.participants.map((participant) => `${participant.identity} ${participant.status}`)

describe("the scenario", () => {
  it.effect("is seeded relative to the time of first use", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const sandbox = yield* Sandbox.make()
      yield* TestClock.adjust("1 hour")
      const { rooms } = yield* sandbox.exportState
      assert.deepStrictEqual(
        rooms.map((room) => [room.uniqueName, room.ended === null ? "in-progress" : "completed"]),
        [
          ["Retro", "completed"],
          ["Webinar", "in-progress"],
          ["DailyStandup", "in-progress"]
        ]
      )
      const standup = rooms[2]
      assert.deepStrictEqual(people(standup), [
        "Alice connected",
        "Bob connected",
        "Carl reconnecting",
        "Dana disconnected",
        "Erin disconnected",
        "Erin connected"
      ])
      assert.strictEqual(standup!.participants[0]!.created, "2026-03-01T12:46:00.000Z")
      assert.strictEqual(standup!.participants[3]!.ended, "2026-03-01T12:52:00.000Z")
      assert.deepStrictEqual(
        standup!.tracks.map((track) => [track.name, track.created, track.enabled]),
        [
          ["alice-audio", "2026-03-01T12:46:00.000Z", true],
          ["alice-cam", "2026-03-01T12:46:00.000Z", true],
          ["bob-audio", "2026-03-01T12:47:00.000Z", false],
          ["bob-cam", "2026-03-01T12:47:00.000Z", true],
          ["carl-audio", "2026-03-01T12:48:00.000Z", true],
          ["carl-cam", "2026-03-01T12:48:00.000Z", true],
          ["carl-data", "2026-03-01T12:48:00.000Z", true],
          ["screen", "2026-03-01T12:54:00.000Z", true],
          ["screen", "2026-03-01T12:55:00.000Z", true]
        ]
      )
      assert.deepStrictEqual(people(rooms[0]), ["Alice disconnected", "Bob disconnected"])
    })
  )

  it.effect("that is invalid is a defect with the reason and the place", () =>
    Effect.gen(function* () {
      const rooms = [{ uniqueName: "Twice" }, { uniqueName: "Twice" }]
      const exit = yield* Effect.exit(Participants.list("Twice").pipe(Effect.provide(Sandbox.layer({ rooms }))))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      const said = Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
      assert.include(said, "already has this unique name")
      assert.include(said, "rooms[1] of the scenario")
    })
  )

  it.effect("has the same SIDs for the same seed, and other SIDs for another", () =>
    Effect.gen(function* () {
      const sids = (options: Sandbox.Options) =>
        Effect.flatMap(Sandbox.make(options), (sandbox) =>
          Effect.gen(function* () {
            yield* sandbox.exportState
            const zoe = yield* sandbox.join("DailyStandup", "Zoe")
            return [zoe.sid, zoe.roomSid]
          })
        )
      assert.deepStrictEqual(yield* sids({}), yield* sids({}))
      assert.notDeepEqual(yield* sids({ seed: "one" }), yield* sids({ seed: "two" }))
    })
  )
})

describe("the controls", () => {
  it.effect("refuse calls that can't apply, and change nothing", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [{ uniqueName: "Room", participants: [{ identity: "Alice" }] }] })
      const { sid } = yield* sandbox.openRoom()
      yield* sandbox.completeRoom(sid)
      const before = yield* sandbox.exportState
      const refusals = [
        ["no-such-room", sandbox.join("Nowhere", "Bob")],
        ["no-such-room", sandbox.completeRoom("Nowhere")],
        ["no-such-participant", sandbox.leave("Room", "Bob")],
        ["no-such-participant", sandbox.leave(sid, before.rooms[0]!.participants[0]!.sid)],
        ["room-exists", sandbox.openRoom({ uniqueName: "Room" })],
        ["room-completed", sandbox.join(sid, "Bob")],
        ["room-completed", sandbox.completeRoom(sid)],
        ["not-reconnecting", sandbox.regainConnection("Room", "Alice")],
        ["invalid-identity", sandbox.join("Room", "")],
        ["identity-not-unicode", sandbox.join("Room", "\ud800")],
        ["invalid-name", sandbox.openRoom({ uniqueName: "" })]
      ] as const
      for (const [problem, refused] of refusals) {
        const error = yield* Effect.flip(refused as Effect.Effect<unknown, Effect.Error<typeof refused>>)
        assert.deepStrictEqual([error._tag, error.problem], ["SandboxError", problem])
      }
      assert.deepStrictEqual(yield* sandbox.exportState, before)
      const { sid: alice } = yield* sandbox.leave("Room", "Alice")
      for (const refused of [sandbox.leave("Room", alice), sandbox.loseConnection("Room", alice)]) {
        assert.strictEqual((yield* Effect.flip(refused)).problem, "not-connected")
      }
    })
  )

  it.effect("reset to the same rooms and SIDs, relative to the current time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const sandbox = yield* Sandbox.make()
      const before = yield* sandbox.exportState
      yield* sandbox.join("DailyStandup", "Zoe")
      yield* sandbox.completeRoom("Webinar")
      yield* sandbox.openRoom({ uniqueName: "New" })
      yield* sandbox.reset
      assert.deepStrictEqual(yield* sandbox.exportState, before)
      yield* TestClock.adjust("1 day")
      yield* sandbox.reset
      const after = yield* sandbox.exportState
      assert.deepStrictEqual(
        after.rooms.map((room) => room.sid),
        before.rooms.map((room) => room.sid)
      )
      assert.strictEqual(after.rooms[2]!.created, "2026-03-02T11:45:00.000Z")
    })
  )

  it.effect("allow a unique name again after its room is completed", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [{ uniqueName: "Room" }] })
      yield* sandbox.completeRoom("Room")
      const again = yield* sandbox.openRoom({ uniqueName: "Room" })
      assert.strictEqual((yield* sandbox.join("Room", "Alice")).roomSid, again.sid)
    })
  )
})

describe("the controls of tracks", () => {
  it.effect("publish, mute and unpublish tracks, and refuse invalid calls with Twilio's codes", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [{ uniqueName: "Room", participants: [{ identity: "Alice" }] }] })
      const unnamed = yield* sandbox.publishTrack("Room", "Alice", { kind: "audio", enabled: false })
      assert.deepStrictEqual([unnamed.name, unnamed.enabled], [unnamed.sid, false])
      assert.isTrue((yield* sandbox.enableTrack("Room", "Alice", unnamed.sid)).enabled)
      yield* sandbox.publishTrack("Room", "Alice", { kind: "video", name: "cam" })
      yield* sandbox.publishTrack("Room", "Alice", { kind: "data", name: "漢".repeat(128) })
      const { sid: bob } = yield* sandbox.join("Room", "Bob")
      yield* sandbox.leave("Room", "Bob")
      const before = yield* sandbox.exportState
      const smell = { kind: "smell" } as unknown as Sandbox.Publication
      const refusals = [
        ["track-exists", 53304, sandbox.publishTrack("Room", "Alice", { kind: "video", name: "cam" })],
        ["invalid-track", 53301, sandbox.publishTrack("Room", "Alice", { kind: "video", name: "" })],
        ["invalid-track", 53301, sandbox.publishTrack("Room", "Alice", smell)],
        ["track-name-too-long", 53302, sandbox.publishTrack("Room", "Alice", { kind: "video", name: "x".repeat(129) })],
        ["track-name-not-unicode", 53303, sandbox.publishTrack("Room", "Alice", { kind: "video", name: "\ud800" })],
        ["not-connected", undefined, sandbox.publishTrack("Room", bob, { kind: "video" })],
        ["no-such-track", undefined, sandbox.unpublishTrack("Room", "Alice", "nothing")],
        ["no-such-participant", 53204, sandbox.enableTrack("Room", "Bob", "cam")],
        ["no-such-room", 53106, sandbox.disableTrack("Nowhere", "Alice", "cam")]
      ] as const
      for (const [problem, code, refused] of refusals) {
        const error = yield* Effect.flip(refused)
        assert.deepStrictEqual([error.problem, error.code], [problem, code])
      }
      assert.deepStrictEqual(yield* sandbox.exportState, before)
      // The name of an unpublished track can be used again.
      const { sid } = yield* sandbox.unpublishTrack("Room", "Alice", "cam")
      const again = yield* sandbox.publishTrack("Room", "Alice", { kind: "video", name: "cam" })
      assert.notStrictEqual(again.sid, sid)
    })
  )
})

describe("joining", () => {
  it.effect("is refused if the room is full, unless the newcomer replaces a participant with the same identity", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [] })
      yield* sandbox.openRoom({ uniqueName: "Room", maxParticipants: 2 })
      yield* sandbox.join("Room", "Alice")
      yield* sandbox.join("Room", "Bob")
      yield* sandbox.loseConnection("Room", "Bob")
      const full = yield* Effect.flip(sandbox.join("Room", "Carl"))
      assert.deepStrictEqual([full.problem, full.code], ["room-full", 53105])
      yield* sandbox.join("Room", "Bob")
      yield* sandbox.leave("Room", "Alice")
      yield* sandbox.join("Room", "Carl")
      const { uniqueName } = yield* sandbox.openRoom({ uniqueName: "Hall" })
      for (let i = 0; i < 50; i++) yield* sandbox.join(uniqueName, `${i}`)
      assert.strictEqual((yield* Effect.flip(sandbox.join(uniqueName, "51st"))).problem, "room-full")
    })
  )

  it.effect("with the SID of an anonymized participant as identity replaces both participants on the next join", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start({ rooms: [{ uniqueName: "Room", maxParticipants: 2 }] })
      const alice = yield* sandbox.join("Room", "Alice")
      const odd = yield* sandbox.join("Room", alice.sid)
      yield* call(`/v1/Rooms/Room/Participants/${alice.sid}/Anonymize`, { method: "POST" })
      const statuses = (room: string) =>
        Effect.map(
          Effect.forEach([alice.sid, odd.sid], (sid) => call(`/v1/Rooms/${room}/Participants/${sid}`)),
          (replies) => replies.map(({ body }) => body.status)
        )
      assert.deepStrictEqual(yield* statuses("Room"), ["connected", "connected"])
      assert.strictEqual((yield* Effect.flip(sandbox.join("Room", "Bob"))).problem, "room-full")
      yield* sandbox.importState(yield* sandbox.exportState)
      const newcomer = yield* sandbox.join("Room", alice.sid)
      assert.deepStrictEqual(yield* statuses("Room"), ["disconnected", "disconnected"])
      yield* sandbox.completeRoom("Room")
      const { body } = yield* call(`/v1/Rooms/${alice.roomSid}/Participants/${newcomer.sid}`)
      assert.strictEqual(body.status, "disconnected")
    })
  )

  it.effect("is refused for an identity above 128 characters, counting those beyond Latin-1 twice", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [{ uniqueName: "Room" }] })
      for (const identity of ["x".repeat(128), "é".repeat(128), "漢".repeat(64), "😀".repeat(64)]) {
        yield* sandbox.join("Room", identity)
      }
      const refusals = [
        ["x".repeat(129), "identity-too-long", 53201],
        ["漢".repeat(65), "identity-too-long", 53201],
        [`${"漢".repeat(64)}x`, "identity-too-long", 53201],
        ["", "invalid-identity", 53200],
        ["\udc00", "identity-not-unicode", 53202]
      ] as const
      for (const [identity, problem, code] of refusals) {
        const error = yield* Effect.flip(sandbox.join("Room", identity))
        assert.deepStrictEqual([error.problem, error.code], [problem, code])
      }
    })
  )
})

describe("joining many", () => {
  it.effect("joins each identity once and returns the participants, or joins nobody", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* Calls.start({
        rooms: [{ uniqueName: "Room", maxParticipants: 4, participants: [{ identity: "Alice" }, { identity: "Bob" }] }]
      })
      const completed = yield* sandbox.openRoom()
      yield* sandbox.completeRoom(completed.sid)
      const before = yield* sandbox.exportState
      const refusals = [
        ["room-full", 409, "Room", ["Carl", "Dana", "Erin"]],
        ["invalid-identity", 400, "Room", ["Carl", ""]],
        ["no-such-room", 404, "Nowhere", ["Carl"]],
        ["room-completed", 409, completed.sid, ["Carl"]]
      ] as const
      for (const [problem, status, room, identities] of refusals) {
        assert.strictEqual((yield* Effect.flip(sandbox.joinMany(room, identities))).problem, problem)
        const body = JSON.stringify({ identities })
        const refused = yield* call(`/sandbox/rooms/${room}/participants`, { body })
        assert.deepStrictEqual([refused.status, refused.body.problem], [status, problem])
      }
      assert.deepStrictEqual(yield* sandbox.exportState, before)
      // Alice is replaced, so there are four.
      const joined = yield* sandbox.joinMany("Room", new Set(["Carl", "Alice"]), { automaticSubscription: false })
      assert.deepStrictEqual(
        joined.map(({ identity, status }) => [identity, status]),
        [
          ["Carl", "connected"],
          ["Alice", "connected"]
        ]
      )
      const body = JSON.stringify({ identities: ["Dana", "Bob", "Dana"] })
      const reply = yield* call("/sandbox/rooms/Room/participants", { body })
      assert.deepStrictEqual(
        [reply.status, reply.body.map(({ identity }: { identity: string }) => identity)],
        [201, ["Dana", "Bob"]]
      )
      const [room] = (yield* sandbox.exportState).rooms
      assert.deepStrictEqual(people(room), [
        "Alice disconnected",
        "Bob disconnected",
        "Carl connected",
        "Alice connected",
        "Dana connected",
        "Bob connected"
      ])
      assert.strictEqual(room?.participants[2]?.rules[0]?.type, "exclude")
      assert.deepStrictEqual(yield* sandbox.joinMany("Room", []), [])
    })
  )
})

describe("opening", () => {
  it.effect("a room is refused for invalid settings; durations are shown rounded up to Twilio's units", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rooms: [] })
      const short = yield* sandbox.openRoom({ maxParticipantDuration: 1500, emptyRoomTimeout: 1, unusedRoomTimeout: 0 })
      assert.deepStrictEqual(
        [short.maxParticipantDuration, short.emptyRoomTimeout, short.unusedRoomTimeout],
        [Option.some(Duration.seconds(2)), Option.some(Duration.minutes(1)), Option.some(Duration.zero)]
      )
      yield* sandbox.reset
      const settings: ReadonlyArray<Sandbox.OpenRoomOptions> = [
        { maxParticipants: 0 },
        { maxParticipants: 1.5 },
        { maxParticipantDuration: 0 },
        { emptyRoomTimeout: "-1 minutes" },
        { unusedRoomTimeout: "Infinity" },
        { emptyRoomTimeout: "soon" as "1 minute" }
      ]
      for (const options of settings) {
        assert.strictEqual((yield* Effect.flip(sandbox.openRoom(options))).problem, "invalid-settings")
      }
      const names = [
        ["", "invalid-name", 53100],
        ["x".repeat(129), "name-too-long", 53101],
        ["\ud800", "name-not-unicode", 53102]
      ] as const
      for (const [uniqueName, problem, code] of names) {
        const error = yield* Effect.flip(sandbox.openRoom({ uniqueName }))
        assert.deepStrictEqual([error.problem, error.code], [problem, code])
      }
      assert.deepStrictEqual((yield* sandbox.exportState).rooms, [])
    })
  )
})

describe("the controls over HTTP", () => {
  const json = (value: unknown) => ({
    body: JSON.stringify(value),
    headers: { authorization: "", "content-type": "application/json" }
  })
  const post = { method: "POST", headers: { authorization: "" } }

  it.effect("do the same as those in process, without credentials", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
      const { call, sandbox } = yield* Calls.start({ rooms: [] })
      const opened = yield* call("/sandbox/rooms", json({ uniqueName: "A/B room" }))
      assert.deepStrictEqual(
        [opened.status, opened.body.unique_name, opened.body.status],
        [201, "A/B room", "in-progress"]
      )
      const room = "/sandbox/rooms/A%2FB%20room"
      const joined = yield* call(`${room}/participants`, json({ identity: "Zoë; 100%" }))
      assert.deepStrictEqual([joined.status, joined.body.identity, joined.body.status], [201, "Zoë; 100%", "connected"])
      assert.isTrue(joined.body.url.startsWith("http://sandbox.test/v1/Rooms/RM"))
      const who = `${room}/participants/Zo%C3%AB%3B%20100%25`
      assert.strictEqual((yield* call(`${who}/lose-connection`, post)).body.status, "reconnecting")
      assert.strictEqual((yield* call(`${who}/regain-connection`, post)).body.status, "connected")
      const published = yield* call(`${who}/tracks`, json({ kind: "video", name: "a/b cam" }))
      assert.deepStrictEqual(
        [published.status, published.body.name, published.body.kind, published.body.enabled],
        [201, "a/b cam", "video", true]
      )
      const track = `${who}/tracks/a%2Fb%20cam`
      assert.isFalse((yield* call(`${track}/disable`, post)).body.enabled)
      assert.isTrue((yield* call(`${track}/enable`, post)).body.enabled)
      assert.strictEqual((yield* call(`${track}/unpublish`, post)).body.sid, published.body.sid)
      const mute = yield* call(`${room}/participants`, json({ identity: "Mute", automaticSubscription: false }))
      assert.strictEqual(mute.status, 201)
      const rules = (yield* sandbox.exportState).rooms[0]?.participants.map((participant) => participant.rules[0]?.type)
      assert.deepStrictEqual(rules, ["include", "exclude"])
      yield* TestClock.adjust("3 seconds")
      const left = yield* call(`${who}/leave`, post)
      assert.deepStrictEqual([left.status, left.body.status, left.body.duration], [200, "disconnected", 3])
      const state = yield* call("/sandbox/state", { headers: { authorization: "" } })
      assert.deepStrictEqual(state.body, yield* sandbox.exportState)
      assert.strictEqual((yield* call(`${room}/complete`, post)).body.status, "completed")
      const unnamed = yield* call("/sandbox/rooms", post)
      assert.strictEqual(unnamed.body.unique_name, unnamed.body.sid)
      assert.deepStrictEqual((yield* call("/sandbox/reset", post)).body, {
        version: 1,
        exportedAt: "2026-03-01T12:00:03.000Z",
        sids: 0,
        rooms: []
      })
    })
  )

  it.effect("respond with the problem of a refusal, and list themselves", () =>
    Effect.gen(function* () {
      const { call } = yield* Calls.start()
      const cases = [
        ["/sandbox/rooms", json({ uniqueName: "DailyStandup" }), 409, "room-exists"],
        ["/sandbox/rooms", json({ uniqueName: 7 }), 400, "invalid-request"],
        ["/sandbox/rooms/Nowhere/participants", json({ identity: "Zoe" }), 404, "no-such-room"],
        ["/sandbox/rooms/DailyStandup/participants", json({}), 400, "invalid-request"],
        ["/sandbox/rooms/DailyStandup/participants", { ...post, body: "{" }, 400, "invalid-request"],
        [
          "/sandbox/rooms/DailyStandup/participants",
          json({ identity: "Zoe", identities: ["Yves"] }),
          400,
          "invalid-request"
        ],
        ["/sandbox/rooms/DailyStandup/participants/Zoe/leave", post, 404, "no-such-participant"],
        ["/sandbox/rooms/DailyStandup/participants/Alice/dance", post, 404, "no-such-control"],
        ["/sandbox/rooms", json({ maxParticipants: 0 }), 400, "invalid-settings"],
        ["/sandbox/rooms", json({ emptyRoomTimeout: "soon" }), 400, "invalid-request"],
        ["/sandbox/rooms/DailyStandup/participants", json({ identity: "" }), 400, "invalid-identity"],
        ["/sandbox/rooms/DailyStandup/participants/Alice/tracks", json({ kind: "smell" }), 400, "invalid-track"],
        ["/sandbox/rooms/DailyStandup/participants/Alice/tracks", json({ name: "x" }), 400, "invalid-request"],
        [
          "/sandbox/rooms/DailyStandup/participants/Alice/tracks",
          json({ kind: "video", name: "screen" }),
          409,
          "track-exists"
        ],
        ["/sandbox/rooms/DailyStandup/participants/Alice/tracks/nothing/enable", post, 404, "no-such-track"],
        ["/sandbox/seed", json({ rooms: [{ uniqueName: 7 }] }), 400, "invalid-scenario"],
        ["/sandbox/seed", { ...post, body: "no JSON" }, 400, "invalid-request"],
        ["/sandbox/state", { ...json({ version: 2, sids: 0, rooms: [] }), method: "PUT" }, 400, "invalid-state"],
        ["/sandbox/state", post, 404, "no-such-control"],
        ["/sandbox/%zz", post, 404, "no-such-control"]
      ] as const
      for (const [path, options, status, problem] of cases) {
        const reply = yield* call(path, options)
        assert.deepStrictEqual([reply.status, reply.body.problem], [status, problem], path)
        assert.isString(reply.body.message)
      }
      const misshapen = yield* call("/sandbox/seed", json({ rooms: [{ participants: [{ joinedAgo: "soon" }] }] }))
      assert.include(misshapen.body.message, '["rooms"][0]["participants"][0]')
      assert.include((yield* call("/sandbox")).body.controls, "POST /sandbox/reset")
    })
  )
})

describe("Sandbox.layer", () => {
  it.effect("doesn't add its routes to the application's router", () =>
    Effect.gen(function* () {
      const routes = HttpRouter.add(
        "GET",
        "/alice",
        Participants.fetch("DailyStandup", "Alice").pipe(
          Effect.map((alice) => HttpServerResponse.text(alice.status)),
          Effect.orDie
        )
      )
      const { dispose, handler } = HttpRouter.toWebHandler(
        routes.pipe(Layer.provideMerge(Sandbox.layer()), Layer.provide(HttpServer.layerServices)),
        { disableLogger: true }
      )
      const response = yield* Effect.promise(() => handler(new Request("http://app.test/alice")))
      assert.deepStrictEqual([response.status, yield* Effect.promise(() => response.text())], [200, "connected"])
      yield* Effect.promise(dispose)
    })
  )
})

/**
 * Scenarios that are saved from a sandbox's rooms: what they contain, and that a generated history gives the same rooms
 * again.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import type * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import type * as SandboxState from "@effect-twilio-video/sandbox/SandboxState"
import * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { count } from "../../../tests/support/Lane.ts"
import * as SavedScenario from "../src/internal/served/SavedScenario.ts"
import * as Routes from "../src/internal/server/Routes.ts"
import * as Calls from "./support/Calls.ts"
import { control, serve, twilio } from "./support/Served.ts"

type Started = Effect.Success<ReturnType<typeof Calls.start>>

const noon = TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))

const json = Schema.fromJsonString(Scenario.ScenarioJson)

/** Saves the rooms as JSON, as a served sandbox responds. */
const save = ({ sandbox }: Started) =>
  Effect.map(sandbox.exportState, () => JSON.stringify(SavedScenario.of(Routes.partsOf(sandbox).engine.store)))

const read = Schema.decodeEffect(json)

const hasSid = ({ publisher, track }: SubscribeRule.SubscribeRule): boolean =>
  Sid.isParticipantSid(publisher) || Sid.isTrackSid(track)

/** What the lists of Twilio's API show of a room, with ages instead of times and without SIDs. */
const roomView = (room: SandboxState.SandboxState["rooms"][number], exportedAt: string) => {
  const ago = (time: string | null) => (time === null ? null : Date.parse(exportedAt) - Date.parse(time))
  const published = room.tracks.filter(({ unpublished }) => unpublished === null)
  return {
    uniqueName: room.uniqueName,
    opened: ago(room.created),
    ended: ago(room.ended),
    emptySince: ago(room.emptySince),
    settings: room.settings,
    participants: room.participants.map(({ created, ended, identity, status }) => ({
      identity,
      status,
      joined: ago(created),
      left: ago(ended)
    })),
    tracks: published.map(({ created, enabled, kind, name, participantSid, sid }) => ({
      name: name === sid ? null : name,
      kind,
      enabled,
      published: ago(created),
      publisher: room.participants.findIndex((participant) => participant.sid === participantSid)
    }))
  }
}

const view = ({ exportedAt = "", rooms }: SandboxState.SandboxState) => rooms.map((room) => roomView(room, exportedAt))

/** For each participant, the rules and the places of the subscribed tracks; nothing for those in `except`. */
const subscriptions = (
  { call }: Started,
  { rooms }: SandboxState.SandboxState,
  except: (room: number, participant: number) => boolean
) =>
  Effect.forEach(rooms, (room, roomIndex) => {
    const published = room.tracks.filter(({ unpublished }) => unpublished === null).map(({ sid }) => sid)
    return Effect.forEach(room.participants, ({ rules, sid }, index) =>
      Effect.map(call(`/v1/Rooms/${room.sid}/Participants/${sid}/SubscribedTracks`), ({ body }) =>
        except(roomIndex, index)
          ? undefined
          : [
              rules.map((rule) => (hasSid(rule) ? rule.type : rule)).length,
              body.subscribed_tracks.map((track: { sid: string }) => published.indexOf(track.sid))
            ]
      )
    )
  })

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Draws from a generator with a seed. */
const chooser = (seed: number) => {
  const random = Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))
  const below = (limit: number): number => Math.floor(random.nextDoubleUnsafe() * limit)
  return { below, one: <A>(of: ReadonlyArray<A>): A => of[below(of.length)] as A } // The index is one of the list's.
}

type Chooser = ReturnType<typeof chooser>

const waits = [1, 1, 1, 999, 1000, 60_000, "5 minutes", "1 hour", "1 day"] as const

/** One change of the rooms, which may be refused. */
const step = Effect.fnUntraced(function* ({ call, sandbox }: Started, { below, one }: Chooser) {
  const { rooms } = yield* sandbox.exportState
  const room = rooms.length === 0 ? undefined : one(rooms.slice(-3))
  const people = room?.participants.slice(-4) ?? []
  const participant = people.length === 0 ? undefined : one(people)
  const track = room === undefined || room.tracks.length === 0 ? undefined : one(room.tracks)
  const [inRoom, who, which] = [room?.sid ?? "", participant?.sid ?? "", track?.sid ?? ""]
  const publishers = [who, participant?.identity ?? "a", "b"]
  const rules = [
    { type: one(["include", "exclude"]), publisher: one(publishers) },
    { type: one(["include", "exclude"]), track: one([which, "cam"]), ...(below(2) === 0 ? {} : { kind: "video" }) },
    { type: "include", publisher: one(publishers), track: one([which, "cam"]) }
  ]
  const path = `/v1/Rooms/${inRoom}/Participants/${who}`
  const changes: ReadonlyArray<() => Effect.Effect<unknown, unknown>> = [
    () =>
      sandbox.openRoom({
        ...(below(2) === 0 ? {} : { uniqueName: one(["A", "B"]) }),
        ...one([
          { maxParticipants: 1, emptyRoomTimeout: 1000 },
          { maxParticipants: 2, emptyRoomTimeout: 0 },
          { maxParticipants: 3, emptyRoomTimeout: 0 },
          { maxParticipants: 2 }
        ]),
        unusedRoomTimeout: one([0, "3 seconds", "5 minutes"]),
        maxParticipantDuration: one([1000, "1 minute", "4 hours", "4 hours"])
      }),
    ...Array.from(
      { length: 7 },
      () => () => sandbox.join(inRoom, one(["a", "b", "c", "d"]), { automaticSubscription: below(3) > 0 })
    ),
    () => sandbox.leave(inRoom, who),
    () => sandbox.leave(inRoom, who),
    () => sandbox.loseConnection(inRoom, who),
    () => sandbox.regainConnection(inRoom, who),
    ...Array.from(
      { length: 3 },
      () => () => sandbox.publishTrack(inRoom, who, { kind: one(["audio", "video"]), enabled: below(2) === 0 })
    ),
    () => sandbox.publishTrack(inRoom, who, { kind: "video", name: one(["cam", "screen"]) }),
    () => sandbox.unpublishTrack(inRoom, track?.participantSid ?? "", which),
    () => sandbox.disableTrack(inRoom, track?.participantSid ?? "", which),
    () => (below(4) === 0 ? sandbox.completeRoom(inRoom) : Effect.void),
    () => call(`${path}/Anonymize`, { method: "POST" }),
    () => call(`${path}/SubscribeRules`, { body: `Rules=${encodeURIComponent(JSON.stringify(rules))}` }),
    () => TestClock.adjust(one(waits))
  ]
  yield* Effect.ignore(one(changes)())
})

const standup: Scenario.ScenarioRoom = {
  uniqueName: "Standup",
  maxParticipants: 10,
  emptyRoomTimeout: "90 seconds",
  statusCallback: "http://localhost/callbacks",
  statusCallbackMethod: "GET",
  openedAgo: "46 minutes",
  participants: [
    {
      identity: "Alice",
      joinedAgo: "45 minutes",
      tracks: [
        { kind: "audio", enabled: false },
        { kind: "video", name: "cam", publishedAgo: 90_001 }
      ]
    },
    { identity: "Bob", joinedAgo: "44 minutes", leftAgo: "40 minutes" },
    { identity: "Bob", joinedAgo: "1 minute", reconnecting: true, automaticSubscription: false },
    { identity: "Carl", rules: [{ type: "include", publisher: "Alice" }] }
  ]
}

const retro: Scenario.ScenarioRoom = {
  unusedRoomTimeout: 0,
  openedAgo: "3 days",
  completedAgo: "71 hours",
  participants: [{ identity: "Alice", joinedAgo: "3 days" }]
}

const unused: Scenario.ScenarioRoom = { openedAgo: "2 minutes" }

describe("a saved scenario", () => {
  it.live("has the form of the seeded one", () =>
    Effect.gen(function* () {
      yield* control("PUT", "/sandbox/clock", { rate: 0 })
      const scenario = { rooms: [retro, standup, unused] }
      assert.strictEqual((yield* control("POST", "/sandbox/seed", scenario)).status, 200)
      const saved = yield* control("GET", "/sandbox/scenario")
      assert.deepStrictEqual([saved.status, saved.body], [200, scenario])
      yield* control("PUT", "/sandbox/clock", { advance: 3_600_000 })
      const { rooms } = (yield* control("GET", "/sandbox/scenario")).body
      assert.deepStrictEqual(
        rooms.map(({ openedAgo }: Scenario.ScenarioRoom) => openedAgo),
        ["73 hours", "106 minutes", "62 minutes"]
      )
      assert.strictEqual(rooms[1].participants[0].tracks[1].publishedAgo, 3_690_001)
    }).pipe(Effect.provide(serve({ rooms: [] })))
  )

  it.live("of events at one time is seeded in the order in which they happened", () =>
    Effect.gen(function* () {
      yield* control("PUT", "/sandbox/clock", { rate: 0 })
      yield* control("POST", "/sandbox/rooms", { uniqueName: "Room", maxParticipants: 2, emptyRoomTimeout: 0 })
      const people = "/sandbox/rooms/Room/participants"
      for (const identity of ["Alice", "Bob"]) yield* control("POST", people, { identity })
      yield* control("POST", `${people}/Alice/leave`)
      yield* control("POST", people, { identity: "Carl" })
      yield* control("POST", `${people}/Bob/leave`)
      const { body } = yield* control("GET", "/sandbox/scenario")
      assert.deepStrictEqual(body.rooms[0].participants, [
        { identity: "Alice", joinedAgo: 0.04, leftAgo: 0.02 },
        { identity: "Bob", joinedAgo: 0.03, leftAgo: 0 },
        { identity: "Carl", joinedAgo: 0.01 }
      ])
      assert.strictEqual((yield* control("POST", "/sandbox/seed", body)).status, 200)
      const { participants } = (yield* twilio("/v1/Rooms/Room/Participants")).body
      assert.deepStrictEqual(
        participants.map(({ identity }: { identity: string }) => identity),
        ["Carl"]
      )
    }).pipe(Effect.provide(serve({ rooms: [] })))
  )

  it.effect("has names instead of SIDs in its rules, and no erased identity", () =>
    Effect.gen(function* () {
      const started = yield* Calls.start({
        rooms: [standup],
        assumptions: { identityFilterFindsAnonymized: true }
      })
      const { call, sandbox } = started
      const [room] = (yield* sandbox.exportState).rooms
      const [alice, left] = room?.participants.map(({ sid }) => sid) ?? []
      const [unnamed, cam] = room?.tracks.map(({ sid }) => sid) ?? []
      const rules: ReadonlyArray<SubscribeRule.SubscribeRule> = [
        { type: "include", publisher: alice ?? "" },
        { type: "exclude", publisher: "Alice", kind: "audio" },
        { type: "include", track: cam ?? "" },
        { type: "exclude", publisher: alice ?? "", track: cam ?? "", kind: "video" },
        { type: "exclude", publisher: "Bob", track: cam ?? "" },
        { type: "exclude", publisher: left ?? "" },
        { type: "exclude", track: unnamed ?? "" }
      ]
      const body = `Rules=${encodeURIComponent(JSON.stringify(rules))}`
      yield* call("/v1/Rooms/Standup/Participants/Bob/SubscribeRules", { body })
      yield* call("/v1/Rooms/Standup/Participants/Carl/Anonymize", { method: "POST" })
      const saved = yield* save(started)
      assert.notInclude(saved, "Carl")
      const participants = (yield* read(saved)).rooms[0]?.participants
      assert.deepStrictEqual(participants?.[2]?.rules, [
        { type: "include", publisher: "Alice" },
        { type: "exclude", publisher: "Alice", kind: "audio" },
        { type: "include", publisher: "Alice", track: "cam" },
        { type: "exclude", publisher: "Alice", track: "cam", kind: "video" },
        ...rules.slice(4)
      ])
    })
  )

  it.effect.prop(
    "of a generated history gives the same lists when it's seeded later",
    [between(0, 2 ** 32), between(1, 150)],
    ([seed, steps]) =>
      Effect.gen(function* () {
        yield* noon
        const one = yield* Calls.start({ rooms: [{ uniqueName: "A" }] })
        const random = chooser(seed)
        for (let taken = 0; taken < steps; taken++) yield* step(one, random)
        const before = yield* one.sandbox.exportState
        const saved = yield* save(one)
        const scenario = yield* read(saved)
        const except = (room: number, participant: number) =>
          scenario.rooms[room]?.participants?.[participant]?.rules?.some(hasSid) === true
        const subscribed = yield* subscriptions(one, before, except)
        yield* TestClock.adjust("10 days")
        const other = yield* Calls.start({ rooms: [] })
        yield* Effect.mapError(other.sandbox.seed(scenario), ({ message }) => `${message} ${saved}`)
        const after = yield* other.sandbox.exportState
        assert.deepStrictEqual(view(after), view(before), saved)
        assert.deepStrictEqual(yield* subscriptions(other, after, except), subscribed, saved)
      }),
    { arbitrary: { runs: count(50, 1000) } }
  )
})

import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Protocol from "../src/internal/served/ConsoleProtocol.ts"
import * as Routes from "../src/internal/server/Routes.ts"
import { RoomHistory } from "../src/internal/served/RoomHistory.ts"
import * as Events from "./support/Events.ts"
import { hostileNames } from "./support/HostileNames.ts"
import { control, serve, twilio } from "./support/Served.ts"

const room = "/sandbox/rooms/Huddle"

const timelineOf = (
  name: string
): Effect.Effect<Protocol.Timeline, never, Effect.Services<ReturnType<typeof control>>> =>
  Effect.map(control("GET", `/sandbox/rooms/${name}/timeline`), ({ body }) => body)

const timeline = timelineOf("Huddle")

const subscriptions = (query = "") => control("GET", `${room}/subscriptions${query}`)

const rules = [
  [{ type: "include", all: true }],
  [{ type: "exclude", all: true }],
  [
    { type: "include", kind: "video" },
    { type: "exclude", publisher: "Ben" }
  ],
  [{ type: "include", track: "voice" }]
] as const

const people = ["Ada", "Ben", "Cy", "Dee"]

const scenario = {
  rooms: [
    {
      uniqueName: "Huddle",
      participants: people.map((identity, index) => ({
        identity,
        rules: rules[index] ?? rules[0],
        tracks: [
          { kind: "video", name: "camera" },
          { kind: "audio", name: "voice", enabled: false }
        ] as const
      }))
    }
  ]
}

describe("the subscriptions of a room", () => {
  it.live("are what SubscribeRules.evaluate says", () =>
    Effect.gen(function* () {
      const body: Protocol.Subscriptions = (yield* subscriptions()).body
      const { participants } = yield* timeline
      const identities = new Map(participants.map(({ identity, sid }) => [sid, identity]))
      assert.deepStrictEqual(
        body.participants.map(({ identity }) => identity),
        people
      )
      const tracks = body.tracks.map((track) => ({
        ...track,
        publisherIdentity: identities.get(track.publisherSid) ?? ""
      }))
      assert.strictEqual(tracks.length, 8)
      const expected = participants.map(({ rules, sid }) => [
        sid,
        SubscribeRules.evaluate({ participantSid: sid, rules }, tracks as never).map((track) => track.sid)
      ])
      assert.deepStrictEqual(body.receives, Object.fromEntries(expected))
      assert.deepStrictEqual(
        expected.map(([, received]) => received?.length),
        [6, 0, 2, 3]
      )
    }).pipe(Effect.provide(serve(scenario)))
  )

  it.live("can be read in parts", () =>
    Effect.gen(function* () {
      const all: Protocol.Subscriptions = (yield* subscriptions()).body
      const part: Protocol.Subscriptions = (yield* subscriptions("?from=1&to=3")).body
      assert.deepStrictEqual(part.participants, all.participants)
      assert.deepStrictEqual(
        part.receives,
        Object.fromEntries(all.participants.slice(1, 3).map(({ sid }) => [sid, all.receives[sid]]))
      )
      for (const query of ["from=-1", "from=x", "to=1.5", "till=3"]) {
        const { body, status } = yield* subscriptions(`?${query}`)
        assert.deepStrictEqual([status, body.problem], [400, "invalid-request"], query)
        assert.include(body.message, query.split("=")[0])
      }
    }).pipe(Effect.provide(serve(scenario)))
  )
})

describe("the timeline of a room", () => {
  it.live("shows what happened to a participant, by a request or a control", () =>
    Effect.gen(function* () {
      yield* control("PUT", "/sandbox/clock", { rate: 0 })
      const second = control("PUT", "/sandbox/clock", { advance: "1 second" })
      yield* Effect.forEach(
        [
          control("POST", `${room}/participants/Ada/lose-connection`),
          control("POST", `${room}/participants/Ada/regain-connection`),
          control("POST", `${room}/participants/Ada/tracks/camera/disable`),
          control("POST", `${room}/participants/Ada/tracks/camera/enable`),
          twilio("/v1/Rooms/Huddle/Participants/Ada/SubscribeRules", { Rules: '[{"type":"include","all":true}]' }),
          control("POST", `${room}/participants/Ada/remove`)
        ],
        (step) => Effect.andThen(second, step)
      )
      const [ada] = (yield* timeline).participants
      const after = (at = Number.NaN) => Math.round((at - (ada?.created ?? 0)) / 1000)
      assert.deepStrictEqual(
        ada?.spans.map(({ status, to }) => [status, after(to)]),
        [
          ["connected", 1],
          ["reconnecting", 2],
          ["connected", 6]
        ]
      )
      assert.deepStrictEqual(
        ada?.tracks[0]?.muted.map(({ from, to }) => [after(from), after(to)]),
        [[3, 4]]
      )
      assert.deepStrictEqual(
        ada?.marks.map(({ at, by, type }) => [type, by, after(at)]),
        [
          ["subscribe-rules-replaced", "replay", 0],
          ["subscribe-rules-replaced", "request", 5],
          ["participant-removed", "control", 6]
        ]
      )
      const { body: requests } = yield* control("GET", "/sandbox/requests")
      assert.deepStrictEqual(
        [requests.length, ada?.marks[1]?.requestId, ada?.status, ada?.ended],
        [1, requests[0].id, "disconnected", ada?.marks[2]?.at]
      )
    }).pipe(Effect.provide(serve(scenario)))
  )

  it.live("is made from the records of an imported state", () =>
    Effect.gen(function* () {
      yield* control("POST", `${room}/participants/Ada/lose-connection`)
      yield* control("POST", `${room}/participants/Ben/tracks/camera/disable`)
      yield* control("POST", `${room}/participants/Cy/leave`)
      const before = yield* timeline
      const { body: state } = yield* control("GET", "/sandbox/state")
      assert.strictEqual((yield* control("PUT", "/sandbox/state?times=keep", state)).status, 200)
      const after = yield* timeline
      const shown = ({ participants }: Protocol.Timeline) =>
        participants.map(({ identity, spans, status, tracks }) => [
          identity,
          status,
          spans,
          tracks.map(({ muted, name, to }) => [name, to !== undefined, muted.length])
        ])
      assert.deepStrictEqual(shown(after), shown(before))
    }).pipe(Effect.provide(serve(scenario)))
  )

  it.live("keeps the latest events of a room, and counts those it dropped", () =>
    Effect.gen(function* () {
      const { engine } = Routes.partsOf(yield* Sandbox.Sandbox)
      yield* timeline
      const record = engine.store.findRoom("Huddle")
      const participant = record?.participants[0]
      assert.isDefined(participant)
      const history = new RoomHistory()
      for (let at = 0; at < 25_000; at++) {
        const type = "subscribe-rules-replaced"
        history.add(participant.room, { type, participant }, { at, type, by: "control", requestId: undefined })
      }
      const { dropped, kept } = history.of(participant.room)
      assert.deepStrictEqual([dropped, kept[0]?.at, kept.at(-1)?.at], [25_000 - kept.length, dropped, 24_999])
      assert.isAtMost(kept.length, 10_000)
    }).pipe(Effect.provide(serve(scenario)))
  )
})

describe("the console's answers", () => {
  it.live("have no identity of an anonymized participant", () =>
    Effect.gen(function* () {
      yield* control("POST", `${room}/participants`, { identity: "Yasmin" })
      const { participants } = yield* timeline
      const sid = participants.find(({ identity }) => identity === "Yasmin")?.sid ?? ""
      yield* control("POST", `${room}/participants/${sid}/lose-connection`)
      yield* control("POST", `${room}/participants/${sid}/anonymize`)
      const answers = [yield* timeline, (yield* subscriptions()).body, yield* Events.snapshot]
      assert.notInclude(JSON.stringify(answers), "Yasmin")
      assert.include(JSON.stringify(answers), `"identity":"${sid}"`)
    }).pipe(Effect.provide(serve(scenario)))
  )

  it.live("show identities as they are", () =>
    Effect.gen(function* () {
      const reader = yield* Events.open()
      const shown: Array<string> = []
      for (const identity of hostileNames) {
        const { status } = yield* control("POST", `${room}/participants`, { identity })
        if (status === 201) shown.push(identity)
      }
      assert.isNotEmpty(shown)
      const received = (yield* Events.untilNow(reader)).flatMap(({ event }) =>
        event.type === "change" && event.change.participant !== undefined ? event.change.participant.identity : []
      )
      assert.deepStrictEqual(received, shown)
      const { participants } = yield* timeline
      assert.deepStrictEqual(
        participants.map(({ identity }) => identity),
        [...people, ...shown]
      )
    }).pipe(Effect.scoped, Effect.provide(serve(scenario)))
  )

  it.live("are 404 for a room or participant that doesn't exist", () =>
    Effect.gen(function* () {
      for (const [method, path, problem] of [
        ["GET", "/sandbox/rooms/None/timeline", "no-such-room"],
        ["GET", "/sandbox/rooms/None/subscriptions", "no-such-room"],
        ["POST", `${room}/participants/None/remove`, "no-such-participant"],
        ["POST", `${room}/participants/None/anonymize`, "no-such-participant"]
      ] as const) {
        const { body, status } = yield* control(method, path)
        assert.deepStrictEqual([status, body.problem], [404, problem], path)
      }
    }).pipe(Effect.provide(serve(scenario)))
  )
})

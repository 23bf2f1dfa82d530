/**
 * The PublishedTracks, SubscribedTracks and SubscribeRules endpoints on the wire, and the grammar of rules.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const path = "/v1/Rooms/Standup/Participants"

const start = Effect.gen(function* () {
  yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
  const { call, sandbox } = yield* Calls.start({ rooms: [{ uniqueName: "Standup" }] })
  const alice = yield* sandbox.join("Standup", "Alice")
  const bob = yield* sandbox.join("Standup", "Bob")
  const screen = yield* sandbox.publishTrack("Standup", "Bob", { kind: "video", name: "screen" })
  return { call, sandbox, alice, bob, screen }
})

describe("a track", () => {
  it.effect("has every member, and no date_updated before its first change", () =>
    Effect.gen(function* () {
      const { alice, bob, call, sandbox, screen } = yield* start
      const shared = {
        sid: screen.sid,
        room_sid: bob.roomSid,
        name: "screen",
        date_created: "2026-03-01T12:00:00Z",
        date_updated: null,
        enabled: true,
        kind: "video"
      }
      const people = `http://sandbox.test/v1/Rooms/${bob.roomSid}/Participants`
      const published = {
        ...shared,
        participant_sid: bob.sid,
        url: `${people}/${bob.sid}/PublishedTracks/${screen.sid}`
      }
      const subscribed = {
        ...shared,
        participant_sid: alice.sid,
        publisher_sid: bob.sid,
        url: `${people}/${alice.sid}/SubscribedTracks/${screen.sid}`
      }
      for (const track of ["screen", screen.sid]) {
        const reply = yield* call(`${path}/Bob/PublishedTracks/${track}`)
        assert.deepStrictEqual([reply.status, reply.body], [200, published])
      }
      const reply = yield* call(`${path}/Alice/SubscribedTracks/${screen.sid}`)
      assert.deepStrictEqual([reply.status, reply.body], [200, subscribed])
      // Names aren't unique among subscribed tracks.
      assert.strictEqual((yield* call(`${path}/Alice/SubscribedTracks/screen`)).status, 404)
      yield* TestClock.adjust("5 seconds")
      yield* sandbox.disableTrack("Standup", "Bob", "screen")
      const muted = { ...published, enabled: false, date_updated: "2026-03-01T12:00:05Z" }
      assert.deepStrictEqual((yield* call(`${path}/Bob/PublishedTracks`)).body.published_tracks, [muted])
      // Disabling a disabled track changes nothing.
      yield* TestClock.adjust("5 seconds")
      yield* sandbox.disableTrack("Standup", "Bob", "screen")
      assert.deepStrictEqual((yield* call(`${path}/Bob/PublishedTracks`)).body.published_tracks, [muted])
    })
  )

  it.effect("is listed under the path of the request, and can't be changed over this API", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      for (const tracks of ["PublishedTracks", "SubscribedTracks"]) {
        const reply = yield* call(`${path}/Bob/${tracks}?PageSize=7`)
        assert.deepStrictEqual(reply.body.meta, {
          page: 0,
          page_size: 7,
          first_page_url: `http://sandbox.test${path}/Bob/${tracks}?PageSize=7&Page=0`,
          previous_page_url: null,
          url: `http://sandbox.test${path}/Bob/${tracks}?PageSize=7&Page=0`,
          next_page_url: null,
          key: tracks === "PublishedTracks" ? "published_tracks" : "subscribed_tracks"
        })
        for (const method of ["POST", "DELETE", "PUT"]) {
          assert.strictEqual((yield* call(`${path}/Bob/${tracks}`, { method })).status, 405)
          assert.strictEqual((yield* call(`${path}/Bob/${tracks}/screen`, { method })).status, 405)
        }
      }
    })
  )
})

describe("a page token", () => {
  it.effect("is valid only for the list that it comes from", () =>
    Effect.gen(function* () {
      const { call, sandbox, screen } = yield* start
      yield* sandbox.openRoom({ uniqueName: "Other" })
      yield* sandbox.join("Other", "Zoe")
      const other = yield* sandbox.publishTrack("Other", "Zoe", { kind: "audio" })
      const cases: ReadonlyArray<readonly [list: string, sid: string, status: number]> = [
        [`${path}/Bob/PublishedTracks`, screen.sid, 200],
        [`${path}/Alice/PublishedTracks`, screen.sid, 400],
        [`${path}/Alice/SubscribedTracks`, screen.sid, 200],
        [`${path}/Alice/SubscribedTracks`, other.sid, 400],
        [path, screen.sid, 400],
        ["/v1/Rooms", screen.sid, 400],
        ["/v1/Rooms", screen.roomSid, 200],
        [path, screen.participantSid, 200]
      ]
      for (const [list, sid, status] of cases) {
        for (const direction of ["PA", "PB"]) {
          const reply = yield* call(`${list}?PageToken=${direction}${sid}`)
          assert.deepStrictEqual([reply.status, reply.body.code], [status, status === 200 ? undefined : 21481], list)
        }
      }
    })
  )
})

const post = (rules: unknown) => ({
  body: `Rules=${encodeURIComponent(typeof rules === "string" ? rules : JSON.stringify(rules))}`
})

describe("subscribe rules", () => {
  it.effect("have every filter, and no SID or URL", () =>
    Effect.gen(function* () {
      const { alice, call } = yield* start
      const all = { type: "include", all: true, publisher: null, track: null, kind: null, priority: null }
      const rules = `${path}/Alice/SubscribeRules`
      const own = { participant_sid: alice.sid, room_sid: alice.roomSid }
      assert.deepStrictEqual((yield* call(rules)).body, {
        ...own,
        rules: [all],
        date_created: null,
        date_updated: null
      })
      yield* TestClock.adjust("1 second")
      const one = { type: "exclude", all: null, publisher: "Bob", track: "screen", kind: "video", priority: "high" }
      const reply = yield* call(
        rules,
        post([
          { type: "include", all: true },
          { type: "exclude", publisher: "Bob", track: "screen", kind: "video", priority: "high" }
        ])
      )
      const set = {
        ...own,
        rules: [all, one],
        date_created: "2026-03-01T12:00:01Z",
        date_updated: "2026-03-01T12:00:01Z"
      }
      assert.deepStrictEqual([reply.status, reply.body], [200, set])
      yield* TestClock.adjust("1 second")
      const later = yield* call(rules, post([{ type: "include", all: true }]))
      assert.deepStrictEqual(later.body, { ...set, rules: [all], date_updated: "2026-03-01T12:00:02Z" })
      for (const method of ["PUT", "DELETE"]) assert.strictEqual((yield* call(rules, { method })).status, 405)
    })
  )

  it.effect("are accepted in any valid JSON form", () =>
    Effect.gen(function* () {
      const { bob, call, screen } = yield* start
      const cases: ReadonlyArray<readonly [rules: unknown, subscribed: number]> = [
        [[{ kind: "video", type: "include" }], 1],
        [[{ type: "include", publisher: bob.sid }], 1],
        [[{ type: "include", track: screen.sid }], 1],
        [[{ type: "include", track: "Screen" }], 0],
        [' [ { "type" : "include" , "track" : "screen" } ] ', 1],
        ['[{"type":"include","track":"s\\u0063reen"}]', 1],
        // A member's name inside a value.
        [[{ type: "include", track: '"kind":', publisher: '\\"type":' }], 0],
        [Array.from({ length: 20 }, () => ({ type: "include", all: true })), 1]
      ]
      for (const [rules, subscribed] of cases) {
        const reply = yield* call(`${path}/Alice/SubscribeRules`, post(rules))
        assert.strictEqual(reply.status, 200, JSON.stringify(rules))
        const list = yield* call(`${path}/Alice/SubscribedTracks`)
        assert.lengthOf(list.body.subscribed_tracks, subscribed, JSON.stringify(rules))
      }
    })
  )

  it.effect("are rejected with 53215 if they are nested deeply or repeat a filter of 100,000 characters", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      // About 1 MiB when encoded, the limit of a body.
      const deep = `${"[".repeat(150_000)}${"]".repeat(150_000)}`
      const long = "\\u0061x".repeat(50_000)
      const hostile = [
        deep,
        `[{"type":"include","publisher":${deep}}]`,
        `[{"type":"include","track":"${long}","track":"${long}"}]`
      ]
      for (const rules of hostile) {
        const reply = yield* call(`${path}/Alice/SubscribeRules`, post(rules))
        assert.deepStrictEqual([reply.status, reply.body.code], [400, 53215])
      }
      assert.strictEqual((yield* call(`${path}/Alice/SubscribeRules`)).status, 200)
    })
  )

  const refused: ReadonlyArray<unknown> = [
    [],
    Array.from({ length: 21 }, () => ({ type: "include", all: true })),
    {},
    null,
    true,
    "",
    "[",
    '[{"type":"include","all":true},]',
    [null],
    ["include"],
    [[{ type: "include", all: true }]],
    [{ all: true }],
    [{ type: null, all: true }],
    [{ type: "Include", all: true }],
    [{ type: 1, all: true }],
    [{ type: "include", all: false }],
    [{ type: "include", all: 1 }],
    [{ type: "include", all: true, kind: "audio" }],
    [{ type: "include", all: true, publisher: "Bob" }],
    [{ type: "include", kind: "smell" }],
    [{ type: "include", kind: ["audio"] }],
    [{ type: "include", publisher: "" }],
    [{ type: "include", publisher: 7 }],
    [{ type: "include", track: {} }],
    '[{"type":"include","track":"\\ud800"}]',
    [{ type: "include", kind: "audio", priority: 1 }],
    [{ type: "include", kind: "audio", color: "red" }],
    '[{"type":"include","kind":"audio","kind":"audio"}]',
    '[{"type":"include","type":"exclude","kind":"audio"}]',
    '[{"type":"include","kind":"audio","\\u006bind":"video"}]',
    '[{"type":"include","kind":"audio"},{"type":"exclude","all":true,"all":true}]',
    [{ type: "include", all: true }, { type: "exclude" }]
  ]

  for (const rules of refused) {
    it.effect(`are rejected with 53215 and change nothing: ${JSON.stringify(rules).slice(0, 70)}`, () =>
      Effect.gen(function* () {
        const { call } = yield* start
        yield* call(`${path}/Alice/SubscribeRules`, post([{ type: "include", publisher: "Bob" }]))
        const before = (yield* call(`${path}/Alice/SubscribeRules`)).body
        const reply = yield* call(`${path}/Alice/SubscribeRules`, post(rules))
        assert.deepStrictEqual(reply.body, {
          code: 53215,
          message: "Invalid Subscribe Rule(s)",
          more_info: "https://www.twilio.com/docs/errors/53215",
          status: 400
        })
        assert.deepStrictEqual((yield* call(`${path}/Alice/SubscribeRules`)).body, before)
        assert.lengthOf((yield* call(`${path}/Alice/SubscribedTracks`)).body.subscribed_tracks, 1)
      })
    )
  }
})

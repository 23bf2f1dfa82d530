/**
 * The Rooms endpoints on the wire: bodies, page URLs and error codes. For timeouts, see `Timeouts.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const start = Effect.gen(function* () {
  yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
  return yield* Calls.start({ rooms: [] })
})

describe("a room", () => {
  it.effect("is created with 201 and a body with every member", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      const reply = yield* call("/v1/Rooms", { body: "UniqueName=Daily%20Standup" })
      const { sid } = reply.body
      assert.match(sid, /^RM[0-9a-f]{32}$/u)
      const url = `http://sandbox.test/v1/Rooms/${sid}`
      assert.deepStrictEqual(
        [reply.status, reply.body],
        [
          201,
          {
            sid,
            status: "in-progress",
            date_created: "2026-03-01T12:00:00Z",
            date_updated: "2026-03-01T12:00:00Z",
            account_sid: Calls.accountSid,
            enable_turn: true,
            unique_name: "Daily Standup",
            status_callback: null,
            status_callback_method: "POST",
            end_time: null,
            duration: null,
            type: "group",
            max_participants: 50,
            max_participant_duration: 14_400,
            max_concurrent_published_tracks: 170,
            record_participants_on_connect: false,
            video_codecs: ["VP8", "H264"],
            media_region: "us1",
            audio_only: false,
            empty_room_timeout: 5,
            unused_room_timeout: 5,
            large_room: false,
            url,
            links: {
              participants: `${url}/Participants`,
              recordings: `${url}/Recordings`,
              transcriptions: `${url}/Transcriptions`,
              recording_rules: `${url}/RecordingRules`
            }
          }
        ]
      )
      assert.deepStrictEqual((yield* call("/v1/Rooms/Daily%20Standup")).body, reply.body)
      // In a form, a plus is a space. Twilio's Python library sends it.
      const again = yield* call("/v1/Rooms", { body: "UniqueName=Daily+Standup" })
      assert.deepStrictEqual([again.status, again.body.code, again.body.message], [400, 53113, "Room exists"])
    })
  )

  it.effect("without a name has its SID as unique_name", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      for (const body of ["", "Unknown=1"]) {
        const reply = yield* call("/v1/Rooms", { body })
        assert.deepStrictEqual([reply.status, reply.body.unique_name], [201, reply.body.sid])
      }
    })
  )

  it.effect("is completed with 202 and the final record, and its name can be used again", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start
      const { sid } = (yield* call("/v1/Rooms", { body: "UniqueName=Standup" })).body
      yield* TestClock.adjust("300 millis")
      const alice = yield* sandbox.join("Standup", "Alice")
      yield* sandbox.publishTrack("Standup", "Alice", { kind: "audio" })
      yield* TestClock.adjust("12600 millis")
      const reply = yield* call("/v1/Rooms/Standup", { body: "Status=completed" })
      assert.strictEqual(reply.status, 202)
      assert.deepStrictEqual(
        [reply.body.status, reply.body.end_time, reply.body.date_updated, reply.body.duration],
        ["completed", "2026-03-01T12:00:12Z", "2026-03-01T12:00:12Z", 12]
      )
      const gone = (yield* call(`/v1/Rooms/${sid}/Participants/${alice.sid}`)).body
      assert.deepStrictEqual([gone.status, gone.end_time, gone.duration], ["disconnected", "2026-03-01T12:00:12Z", 12])
      assert.strictEqual((yield* call("/v1/Rooms/Standup")).status, 404)
      assert.deepStrictEqual((yield* call(`/v1/Rooms/${sid}`)).body, reply.body)
      assert.strictEqual((yield* call("/v1/Rooms", { body: "UniqueName=Standup" })).status, 201)
      const again = yield* call(`/v1/Rooms/${sid}`, { body: "Status=completed" })
      assert.deepStrictEqual([again.status, again.body.code], [400, 53112])
    })
  )

  it.effect("rejects every other status with 53112", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      yield* call("/v1/Rooms", { body: "UniqueName=Standup" })
      for (const body of ["Status=in-progress", "Status=failed", "Status=Completed", "Status=", ""]) {
        const reply = yield* call("/v1/Rooms/Standup", { body })
        assert.deepStrictEqual([reply.status, reply.body.code, reply.body.message], [400, 53112, "Status is invalid"])
      }
      assert.strictEqual((yield* call("/v1/Rooms/Standup")).body.status, "in-progress")
    })
  )
})

const rules = (value: unknown) => `RecordingRules=${encodeURIComponent(JSON.stringify(value))}`

describe("a form that creates a room", () => {
  const refusals: ReadonlyArray<readonly [form: string, code: number]> = [
    [`UniqueName=${"x".repeat(129)}`, 53101],
    [`UniqueName=${encodeURIComponent("😀".repeat(129))}`, 53101],
    ["UniqueName=%FF", 53102],
    ["UniqueName=%C3%28", 53102],
    ["UniqueName=%ED%A0%80", 53102],
    ["UniqueName=100%", 53102],
    ["MaxParticipants=0", 53107],
    ["MaxParticipants=51", 53107],
    ["MaxParticipants=-1", 53107],
    ["MaxParticipants=2.5", 53107],
    ["MaxParticipants=many", 53107],
    ["Type=hall", 53108],
    ["EmptyRoomTimeout=0", 53109],
    ["EmptyRoomTimeout=61", 53109],
    ["EmptyRoomTimeout=1.5", 53109],
    ["UnusedRoomTimeout=0", 53109],
    ["UnusedRoomTimeout=61", 53109],
    ["UnusedRoomTimeout=soon", 53109],
    ["StatusCallbackMethod=PUT", 53110],
    ["StatusCallbackMethod=post", 53110],
    ["StatusCallback=/events", 53111],
    ["StatusCallback=ftp%3A%2F%2Fexample.com", 53111],
    ["StatusCallback=https%3A%2F%2F", 53111],
    [`StatusCallback=https%3A%2F%2Fexample.com%2F${"x".repeat(1004)}`, 53111],
    ["MediaRegion=mars1", 53115],
    ["RecordingRules=all", 53120],
    ["RecordingRules=%5B%5D", 53120],
    [rules([{ type: "include", kind: "data" }]), 53120],
    [rules([{ type: "include", all: true, kind: "audio" }]), 53120],
    ["MaxParticipantDuration=599", 53123],
    ["MaxParticipantDuration=86401", 53123],
    ["MaxParticipantDuration=1h", 53123],
    ["Type=go", 53126],
    ["AudioOnly=true", 53127],
    ["AudioOnly=yes", 20001],
    ["RecordParticipantsOnConnect=1", 20001],
    ["TranscribeParticipantsOnConnect=TRUE", 20001],
    ["LargeRoom=1", 20001],
    ["EnableTurn=maybe", 20001],
    ["VideoCodecs=VP8&VideoCodecs=VP9", 20001],
    ["TranscriptionsConfiguration=%5B%5D", 20001],
    ["TranscriptionsConfiguration=nothing", 20001],
    ["MediaRegion=%zz", 20001],
    ["%zz=1", 20001]
  ]

  for (const [form, code] of refusals) {
    it.effect(`is rejected with ${code}: ${form.slice(0, 60)}`, () =>
      Effect.gen(function* () {
        const { call, sandbox } = yield* start
        const reply = yield* call("/v1/Rooms", { body: form })
        assert.deepStrictEqual([reply.status, reply.body.status, reply.body.code], [400, 400, code])
        assert.strictEqual(reply.body.more_info, `https://www.twilio.com/docs/errors/${code}`)
        assert.deepStrictEqual((yield* sandbox.exportState).rooms, [])
      })
    )
  }

  const accepted: ReadonlyArray<readonly [form: string, member: string, value: unknown]> = [
    [`UniqueName=${"x".repeat(128)}`, "unique_name", "x".repeat(128)],
    [`UniqueName=${encodeURIComponent("😀".repeat(128))}`, "unique_name", "😀".repeat(128)],
    ["UniqueName=..", "unique_name", ".."],
    ["MaxParticipants=1", "max_participants", 1],
    ["MaxParticipants=50", "max_participants", 50],
    ["EmptyRoomTimeout=1", "empty_room_timeout", 1],
    ["EmptyRoomTimeout=60", "empty_room_timeout", 60],
    ["UnusedRoomTimeout=60", "unused_room_timeout", 60],
    ["MaxParticipantDuration=600", "max_participant_duration", 600],
    ["MaxParticipantDuration=86400", "max_participant_duration", 86_400],
    ["StatusCallbackMethod=GET", "status_callback_method", "GET"],
    [
      `StatusCallback=https%3A%2F%2Fexample.com%2F${"x".repeat(1003)}`,
      "status_callback",
      `https://example.com/${"x".repeat(1003)}`
    ],
    ["VideoCodecs=H264", "video_codecs", ["H264"]],
    ["VideoCodecs=H264&VideoCodecs=VP8", "video_codecs", ["H264", "VP8"]],
    ["MediaRegion=gll", "media_region", "gll"],
    ["RecordParticipantsOnConnect=true", "record_participants_on_connect", true],
    ["LargeRoom=true", "large_room", true],
    ["AudioOnly=false", "audio_only", false],
    ["EnableTurn=false", "enable_turn", true],
    [rules([{ type: "exclude", all: true }]), "type", "group"],
    ["TranscriptionsConfiguration=%7B%7D", "type", "group"]
  ]

  for (const [form, member, value] of accepted) {
    it.effect(`is accepted: ${form.slice(0, 60)}`, () =>
      Effect.gen(function* () {
        const { call } = yield* start
        const reply = yield* call("/v1/Rooms", { body: form })
        assert.deepStrictEqual([reply.status, reply.body[member]], [201, value])
      })
    )
  }
})

describe("the list of rooms", () => {
  it.effect("has the rooms in progress, newest first, and page URLs with the filters in Twilio's order", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      for (const name of ["A", "B", "C"]) {
        yield* call("/v1/Rooms", { body: `UniqueName=${name}` })
        yield* TestClock.adjust("1 second")
      }
      yield* call("/v1/Rooms/B", { body: "Status=completed" })
      const names = (reply: Calls.Reply) => reply.body.rooms.map((room: { unique_name: string }) => room.unique_name)
      const first = yield* call("/v1/Rooms?PageSize=1&DateCreatedAfter=2026-03-01&Status=in-progress")
      const base = "http://sandbox.test/v1/Rooms?Status=in-progress&DateCreatedAfter=2026-03-01&PageSize=1&Page="
      const { sid } = first.body.rooms[0]
      assert.deepStrictEqual(names(first), ["C"])
      assert.deepStrictEqual(first.body.meta, {
        page: 0,
        page_size: 1,
        first_page_url: `${base}0`,
        previous_page_url: null,
        url: `${base}0`,
        next_page_url: `${base}1&PageToken=PA${sid}`,
        key: "rooms"
      })
      const second = yield* call(first.body.meta.next_page_url.replace("http://sandbox.test", ""))
      assert.deepStrictEqual([names(second), second.body.meta.next_page_url], [["A"], null])
      assert.deepStrictEqual(names(yield* call("/v1/Rooms?Status=completed")), ["B"])
      assert.deepStrictEqual(names(yield* call("/v1/Rooms?Status=failed")), [])
      assert.deepStrictEqual(names(yield* call("/v1/Rooms?UniqueName=A")), ["A"])
      // Documented for rooms: on or after, and before.
      assert.deepStrictEqual(names(yield* call("/v1/Rooms?DateCreatedAfter=2026-03-01T12:00:02Z")), ["C"])
      assert.deepStrictEqual(names(yield* call("/v1/Rooms?DateCreatedBefore=2026-03-01T12:00:02Z")), ["A"])
    })
  )

  for (const query of [
    "Status=over",
    "DateCreatedAfter=today",
    "DateCreatedAfter=2021-02-30",
    "PageSize=x",
    "Page=-1",
    "UniqueName=%FF",
    "%zz"
  ]) {
    it.effect(`rejects ${query} with 20001`, () =>
      Effect.gen(function* () {
        const { call } = yield* start
        const reply = yield* call(`/v1/Rooms?${query}`)
        assert.deepStrictEqual([reply.status, reply.body.code], [400, 20001])
        assert.strictEqual((yield* call("/v1/Rooms")).status, 200)
      })
    )
  }
})

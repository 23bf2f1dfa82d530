/**
 * The records' decoders give the same results and errors as their schemas, for documented and for odd JSON.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Room from "@effect-twilio-video/core/Room"
import * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll } from "vitest"

// In UTC, text without a time zone is what it would be with a "Z".
const { TZ: timeZone } = process.env

beforeAll(() => {
  process.env.TZ = "Asia/Kolkata"
  assert.strictEqual(new Date(0).getTimezoneOffset(), -330)
})

afterAll(() => {
  if (timeZone === undefined) delete process.env.TZ
  else process.env.TZ = timeZone
})

type Decode<A> = (json: unknown) => Result.Result<A, Schema.SchemaError>

const sid = (prefix: string) => `${prefix}${"0a".repeat(16)}`

const track = {
  sid: sid("MT"),
  participant_sid: sid("PA"),
  room_sid: sid("RM"),
  name: "screen",
  kind: "video",
  enabled: true,
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:31Z",
  url: "https://video.twilio.com/v1/track"
}

const participant = {
  sid: sid("PA"),
  room_sid: sid("RM"),
  account_sid: sid("AC"),
  status: "disconnected",
  identity: "Alice",
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:31Z",
  start_time: "2017-12-13T23:37:18Z",
  end_time: "2017-12-13T23:37:31Z",
  duration: 13,
  url: "https://video.twilio.com/v1/participant",
  links: { published_tracks: "https://video.twilio.com/v1/tracks" }
}

const room = {
  sid: sid("RM"),
  account_sid: sid("AC"),
  unique_name: "DailyStandup",
  status: "completed",
  type: "group",
  date_created: "2017-12-13T23:37:18Z",
  date_updated: "2017-12-13T23:37:31Z",
  end_time: "2017-12-13T23:37:31Z",
  duration: 13,
  status_callback: "https://example.com",
  status_callback_method: "POST",
  max_participants: 50,
  max_participant_duration: 14_400,
  max_concurrent_published_tracks: 170,
  record_participants_on_connect: false,
  video_codecs: ["H264", "VP8"],
  media_region: "us1",
  audio_only: false,
  empty_room_timeout: 5,
  unused_room_timeout: 5,
  large_room: false,
  enable_turn: true,
  url: "https://video.twilio.com/v1/room",
  links: {}
}

const rules = {
  participant_sid: sid("PA"),
  room_sid: sid("RM"),
  rules: [{ type: "include", all: true }],
  date_created: "2017-12-13T23:37:18Z",
  date_updated: null
}

/** Values of any member: any JSON, and the numbers that JSON has no text for. */
const odd: ReadonlyArray<unknown> = [
  undefined,
  null,
  true,
  0,
  -0,
  -7,
  1.5,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  1e308,
  Number.NaN,
  Infinity,
  "",
  "7",
  ...["PA", "RM", "AC", "MT"].flatMap((prefix) => [sid(prefix), sid(prefix).toUpperCase(), `${sid(prefix)}\n`]),
  "2017-12-13T23:37:18.250Z",
  "2017-12-13T23:37:18+02:00",
  "2017-12-13T23:37:18",
  "2017-12-13",
  "2017-02-30T00:00:00Z",
  "2017-13-13T23:37:18Z",
  "2017-12-13T24:00:00Z",
  "2017-12-13t23:37:18z",
  "+275760-09-13T00:00:00Z",
  "+275760-09-13T00:00:01Z",
  "-271821-04-20T00:00:00Z",
  "Wed, 13 Dec 2017 23:37:18 GMT",
  "Wed Dec 13 2017 (Z",
  "1Z",
  "yesterdayZ",
  [],
  ["a", "b"],
  ["a", 1],
  [null],
  {},
  { a: "b" },
  { a: "b", c: null, d: 1 },
  JSON.parse('{ "__proto__": "https://example.com" }'),
  JSON.parse('{ "__proto__": null, "a": "b" }'),
  [{ type: "exclude", publisher: "Bob", track: null }]
]

const assertSame = <A extends object>(decode: Decode<A>, codec: Schema.Codec<A, unknown>, json: unknown): void => {
  const expected = Schema.decodeUnknownResult(codec)(json)
  const actual = decode(json)
  if (Result.isFailure(expected) || Result.isFailure(actual)) {
    assert.strictEqual(
      Result.isFailure(actual) ? actual.failure.message : "decoded",
      Result.isFailure(expected) ? expected.failure.message : "decoded"
    )
    return
  }
  assert.deepStrictEqual(actual.success, expected.success)
  assert.isTrue(Equal.equals(actual.success, expected.success))
  assert.deepStrictEqual(
    Object.getOwnPropertyDescriptors(actual.success),
    Object.getOwnPropertyDescriptors(expected.success)
  )
  assert.deepStrictEqual(Schema.encodeSync(codec)(actual.success), Schema.encodeSync(codec)(expected.success))
}

const compare = <A extends object, I>(
  name: string,
  decode: Decode<A>,
  codec: Schema.Codec<A, I>,
  wire: Readonly<Record<string, unknown>>
) =>
  describe(`the decoder of ${name}`, () => {
    const change = (members: Readonly<Record<string, unknown>>) =>
      assertSame(decode, codec as Schema.Codec<A, unknown>, { ...wire, ...members })

    it("agrees with the schema if one member is odd, missing or added", () => {
      assertSame(decode, codec as Schema.Codec<A, unknown>, wire)
      change({ more: 1, ["constructor"]: "more" })
      for (const member of Object.keys(wire)) {
        const { [member]: _, ...rest } = wire
        assertSame(decode, codec as Schema.Codec<A, unknown>, rest)
        for (const value of odd) change({ [member]: value })
      }
    })

    it("agrees with the schema for anything but a record", () => {
      for (const json of odd) assertSame(decode, codec as Schema.Codec<A, unknown>, json)
    })

    it.effect("agrees with the schema if several members are odd", () =>
      Effect.gen(function* () {
        const members = Object.keys(wire)
        const index = (length: number) =>
          Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: length - 1 })))
        const changes = Arbitrary.array(Arbitrary.all([index(members.length), index(odd.length)]), {
          minLength: 2,
          maxLength: 6
        })
        const result = yield* Arbitrary.checkEffect(
          changes,
          (changes) => {
            change(Object.fromEntries(changes.map(([member, value]) => [members[member] ?? "", odd[value]])))
            return true
          },
          { runs: 300, seed: name }
        )
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
      })
    )
  })

compare("a participant", Participant.decodeJson, Participant.ParticipantJson, participant)
compare(
  "an anonymized participant",
  Participant.decodeAnonymizedJson,
  Participant.AnonymizedParticipantJson,
  participant
)
compare("a room", Room.decodeJson, Room.RoomJson, room)
compare("a published track", PublishedTrack.decodeJson, PublishedTrack.PublishedTrackJson, track)
compare("a subscribed track", SubscribedTrack.decodeJson, SubscribedTrack.SubscribedTrackJson, {
  ...track,
  publisher_sid: sid("PA")
})
compare("a set of subscribe rules", SubscribeRule.decodeSetJson, SubscribeRule.SubscribeRuleSetJson, rules)

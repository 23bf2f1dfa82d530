/**
 * Decoding and encoding of status callback events: members, optional parameters, rejected values, and order.
 */
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as StatusCallbackEvent from "@effect-twilio-video/core/StatusCallbackEvent"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { count } from "../../../tests/support/Lane.ts"

type Form = Readonly<Record<string, string>>

const sid = (prefix: string) => `${prefix}${"0123456789abcdef".repeat(2)}`

const common: Form = {
  AccountSid: sid("AC"),
  RoomName: "DailyStandup",
  RoomSid: sid("RM"),
  RoomType: "group",
  Timestamp: "2026-03-01T12:00:00.123Z"
}

const room: Form = { ...common, RoomStatus: "in-progress" }

const participant: Form = {
  ...room,
  ParticipantSid: sid("PA"),
  ParticipantStatus: "connected",
  ParticipantIdentity: "Alice"
}

const track: Form = { ...participant, TrackSid: sid("MT"), TrackKind: "video" }

const recording: Form = { ...common, RecordingSid: sid("RT"), ParticipantSid: sid("PA"), SourceSid: sid("MT") }

const sequence = { SequenceNumber: "7" }

const recorded = {
  ParticipantIdentity: "Alice",
  TrackName: "camera",
  RecordingUri: "/v1/Recordings/RT",
  Container: "mkv",
  Codec: "VP8",
  Type: "video",
  OffsetFromTwilioVideoEpoch: "1500"
}

const completed = { MediaUri: "/v1/Media", MediaExternalLocation: "s3://bucket", Duration: "62", Size: "123456789" }

const events: ReadonlyArray<readonly [name: string, tag: string, required: Form, optional: Form]> = [
  ["room-created", "RoomCreated", room, sequence],
  ["room-ended", "RoomEnded", room, { ...sequence, RoomDuration: "61" }],
  ["participant-connected", "ParticipantConnected", participant, sequence],
  ["participant-disconnected", "ParticipantDisconnected", participant, { ...sequence, ParticipantDuration: "3" }],
  ["track-added", "TrackAdded", track, sequence],
  ["track-removed", "TrackRemoved", track, sequence],
  ["track-enabled", "TrackEnabled", track, sequence],
  ["track-disabled", "TrackDisabled", track, sequence],
  ["recording-started", "RecordingStarted", recording, recorded],
  ["recording-completed", "RecordingCompleted", recording, { ...recorded, ...completed }],
  ["recording-failed", "RecordingFailed", recording, { ...recorded, FailedOperation: "RecordingUpload" }]
]

const decode = (form: StatusCallback.Parameters) => Effect.runSync(StatusCallback.decode(form))

const refused = (form: StatusCallback.Parameters) => Effect.runSync(Effect.flip(StatusCallback.decode(form)))

const memberOf = (parameter: string) => `${parameter.charAt(0).toLowerCase()}${parameter.slice(1)}`

describe.each(events)("%s", (name, tag, required, optional) => {
  const whole: Form = { StatusCallbackEvent: name, ...required, ...optional }

  it("decodes each parameter to a member, and encodes it unchanged", () => {
    const event = decode(whole)
    assert.strictEqual(event._tag, tag)
    const { StatusCallbackEvent: _, ...parameters } = whole
    assert.sameMembers(Object.keys(event), ["_tag", ...Object.keys(parameters).map(memberOf)])
    assert.deepStrictEqual(StatusCallback.encode(event), whole)
  })

  it("decodes without its optional parameters, and with unknown ones", () => {
    const bare = { StatusCallbackEvent: name, ...required }
    const event = decode({ ...bare, Weather: "fine", RoomType: "submarine" })
    for (const parameter of Object.keys(optional)) {
      assert.deepStrictEqual(Reflect.get(event, memberOf(parameter)), Option.none(), parameter)
      assert.deepStrictEqual(decode({ ...whole, [parameter]: "" }), decode({ ...whole, [parameter]: [] }), parameter)
    }
    assert.deepStrictEqual(StatusCallback.encode(event), { ...bare, RoomType: "submarine" })
  })

  it("requires the other parameters, with one value each", () => {
    for (const parameter of Object.keys(required)) {
      const { [parameter]: _, ...rest } = whole
      const error = refused(rest)
      assert.strictEqual(error.parameter, parameter)
      assert.strictEqual(error.message, `The callback's parameter "${parameter}" is missing.`)
      assert.strictEqual(refused({ ...whole, [parameter]: ["Alice", "Bob"] }).parameter, parameter)
      assert.deepStrictEqual(
        decode({ ...whole, [parameter]: [whole[parameter] ?? "", whole[parameter] ?? ""] }),
        decode(whole)
      )
    }
  })

  it("rejects malformed parameters, without the value in the message", () => {
    const unreadable = /^(\w+Sid|Timestamp|\w*Duration|Size|Offset\w+)$/u
    const parameters = Object.keys(whole).filter((parameter) => unreadable.test(parameter))
    assert.isAbove(parameters.length, 2)
    for (const parameter of parameters) {
      const error = refused({ ...whole, [parameter]: "Mallory" })
      assert.strictEqual(error.parameter, parameter)
      assert.notInclude(error.message, "Mallory")
    }
  })
})

describe("a value", () => {
  const ended: Form = { StatusCallbackEvent: "room-ended", ...room }

  it("decodes to its type", () => {
    const event = decode({ StatusCallbackEvent: "recording-completed", ...recording, ...recorded, ...completed })
    assert.isTrue(event._tag === "RecordingCompleted")
    if (event._tag !== "RecordingCompleted") return
    assert.deepStrictEqual(event.timestamp, DateTime.makeUnsafe("2026-03-01T12:00:00.123Z"))
    assert.deepStrictEqual(event.duration, Option.some(Duration.seconds(62)))
    assert.deepStrictEqual(event.offsetFromTwilioVideoEpoch, Option.some(Duration.millis(1500)))
    assert.deepStrictEqual(event.size, Option.some(123_456_789))
    assert.strictEqual(event.sourceSid, sid("MT"))
  })

  it.each([
    ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"],
    ["2026-03-01T12:00:00.123456Z", "2026-03-01T12:00:00.123Z"],
    ["2026-03-01T13:00:00.5+01:00", "2026-03-01T12:00:00.500Z"]
  ])("may be the time %s", (Timestamp, written) => {
    assert.strictEqual(StatusCallback.encode(decode({ ...ended, Timestamp }))["Timestamp"], written)
  })

  it.each(["", "now", "2026", "2026-03-01", "2026-03-01T12:00:00", "1772366400", "2026-13-01T12:00:00Z"])(
    "may not be the time %j",
    (Timestamp) => {
      assert.strictEqual(refused({ ...ended, Timestamp }).parameter, "Timestamp")
    }
  )

  it.each(["-1", "1e3", "0x10", " 1", "1.", "NaN", "Infinity", "9".repeat(400)])(
    "may not be the number %j",
    (RoomDuration) => {
      assert.strictEqual(refused({ ...ended, RoomDuration }).parameter, "RoomDuration")
    }
  )

  it.each(["abc", "-1", "1.5", "1e3", "9".repeat(400)])(
    "of a sequence number decodes as missing if it's %j",
    (text) => {
      assert.deepStrictEqual(decode({ ...ended, SequenceNumber: text }), decode(ended))
      assert.strictEqual(refused({ ...ended, SequenceNumber: [text, "1"] }).parameter, "SequenceNumber")
    }
  )

  it("may be a fraction if it's a duration, but not if it's a count", () => {
    const event = decode({ ...ended, RoomDuration: "1.5" })
    assert.deepStrictEqual(Reflect.get(event, "roomDuration"), Option.some(Duration.millis(1500)))
    const form = { StatusCallbackEvent: "recording-completed", ...recording, Size: "1.5" }
    assert.strictEqual(refused(form).parameter, "Size")
  })
})

describe("an unknown event", () => {
  it("keeps all parameters, and decodes the common ones if possible", () => {
    const form = { StatusCallbackEvent: "room-flooded", ...room, Timestamp: "soon", Depth: ["3", "4"] }
    const event = decode(form)
    assert.isTrue(event._tag === "Unknown")
    if (event._tag !== "Unknown") return
    assert.strictEqual(event.event, "room-flooded")
    assert.deepStrictEqual(event.parameters, { ...form, Depth: "3" })
    assert.deepStrictEqual<unknown>(event.roomSid, Option.some(sid("RM")))
    assert.deepStrictEqual<unknown>(event.accountSid, Option.some(sid("AC")))
    assert.deepStrictEqual(event.timestamp, Option.none())
    assert.deepStrictEqual(StatusCallback.encode(event), { ...form, Depth: "3" })
  })

  it.each(["constructor", "__proto__", "RoomCreated", ""])("may have the name %j", (name) => {
    assert.strictEqual(decode({ StatusCallbackEvent: name })._tag, "Unknown")
  })

  it("must have a name", () => {
    assert.strictEqual(refused({}).parameter, "StatusCallbackEvent")
    assert.strictEqual(refused(Object.create({ StatusCallbackEvent: "room-ended" })).parameter, "StatusCallbackEvent")
  })
})

it("events are ordered by time, not by sequence number", () => {
  const at = (Timestamp: string, SequenceNumber: string) =>
    decode({ StatusCallbackEvent: "room-created", ...room, Timestamp, SequenceNumber })
  const first = at("2026-03-01T12:00:00.001Z", "9")
  const second = at("2026-03-01T12:00:00.002Z", "1")
  const unknown = decode({ StatusCallbackEvent: "x", Timestamp: "2026-03-01T12:00:00.0015Z" })
  const never = decode({ StatusCallbackEvent: "x" })
  assert.deepStrictEqual(Arr.sort([never, second, unknown, first], StatusCallbackEvent.Order), [
    unknown,
    first,
    second,
    never
  ])
})

const pieces = Schema.Literals(["Alice", "ж", "&", "=", "+", "%", "👩‍👩‍👧", " ", "\u0000"])

const text = Arbitrary.map(Arbitrary.array(Arbitrary.schema(pieces), { minLength: 1, maxLength: 5 }), (parts) =>
  parts.join("")
)

const whole = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000 })))

/** Forms of each event with random text, numbers and times, and some of the optional parameters. */
const forms = Arbitrary.map(
  Arbitrary.all([
    Arbitrary.schema(Schema.Literals(events.map(([name]) => name))),
    Arbitrary.array(text, { minLength: 12, maxLength: 12 }),
    Arbitrary.array(whole, { minLength: 12, maxLength: 12 })
  ]),
  ([name, texts, numbers]): Form => {
    const [, , required, optional] = events.find(([event]) => event === name) ?? Arr.getUnsafe(events, 0)
    const form: Record<string, string> = { StatusCallbackEvent: name }
    for (const [index, [parameter, value]] of Object.entries({ ...required, ...optional }).entries()) {
      const number = numbers[index % numbers.length] ?? 0
      if (parameter in optional && number % 3 === 0) continue
      if (parameter.endsWith("Sid")) form[parameter] = value.slice(0, 2) + number.toString(16).padStart(32, "0")
      else if (parameter === "Timestamp") form[parameter] = new Date(number * 123_457).toISOString()
      else if (/^\d+$/u.test(value)) form[parameter] = String(number)
      else form[parameter] = texts[index % texts.length] ?? value
    }
    return form
  }
)

it.effect("events round-trip unchanged", () =>
  Effect.gen(function* () {
    const result = yield* Arbitrary.checkEffect(
      forms,
      (form) => {
        const event = decode(form)
        const written = StatusCallback.encode(event)
        assert.deepStrictEqual(written, form)
        assert.deepStrictEqual(decode(written), event)
        return true
      },
      { runs: count(200, 2000), seed: "events" }
    )
    assert.isUndefined(Arbitrary.formatCheckFailure(result))
  })
)

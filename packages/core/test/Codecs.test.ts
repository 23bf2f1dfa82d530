/**
 * The JSON codecs of the records: there and back for every value, and what they refuse. Holds no captured examples.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Page from "@effect-twilio-video/core/Page"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const seconds = Schema.Int.check(Schema.isBetween({ minimum: -62_000_000_000, maximum: 253_000_000_000 }))

describe("codecs", () => {
  it.prop("a date goes there and back to the second, and is written without milliseconds", [seconds], ([second]) => {
    const date = DateTime.makeUnsafe(second * 1000)
    const text = Schema.encodeSync(TwilioDate.TwilioDate)(date)
    assert.match(text, /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.strictEqual(DateTime.toEpochMillis(Schema.decodeSync(TwilioDate.TwilioDate)(text)), second * 1000)
  })

  it("a date is cut off to the second, before 1970 too", () => {
    for (const [millis, text] of [
      [1999, "1970-01-01T00:00:01Z"],
      [-1, "1969-12-31T23:59:59Z"]
    ] as const) {
      assert.strictEqual(TwilioDate.format(DateTime.makeUnsafe(millis)), text)
    }
    for (const text of ["", "yesterday", "2026-13-01T00:00:00Z"]) {
      assert.throws(() => Schema.decodeSync(TwilioDate.TwilioDate)(text))
    }
  })

  const record = {
    sid: `PA${"1".repeat(32)}`,
    room_sid: `RM${"2".repeat(32)}`,
    account_sid: `AC${"3".repeat(32)}`,
    status: "disconnected",
    identity: "Alice",
    date_created: "2026-03-01T12:00:00Z",
    date_updated: null,
    start_time: "2026-03-01T12:00:00Z",
    end_time: "2026-03-01T12:00:42Z",
    duration: 42,
    url: "https://video.twilio.com/x"
  }

  it("a participant goes there and back to the letter, nulls included", () => {
    const wire = { ...record, links: { anonymize: "https://video.twilio.com/x/Anonymize" } }
    const participant = Schema.decodeSync(Participant.ParticipantJson)(wire)
    assert.deepStrictEqual(participant.duration, Option.some(Duration.seconds(42)))
    assert.deepStrictEqual(Schema.encodeSync(Participant.ParticipantJson)(participant), wire)
  })

  it("a participant needs its SIDs, identity, status and creation date; null is as missing for the rest", () => {
    const required = ["sid", "room_sid", "identity", "status", "date_created"]
    const optional = ["accountSid", "dateUpdated", "startTime", "endTime", "duration", "url"] as const
    const bare = Object.fromEntries(Object.entries(record).filter(([member]) => required.includes(member)))
    const nulls = Object.fromEntries(Object.keys(record).map((member) => [member, null]))
    for (const decode of [
      Schema.decodeUnknownSync(Participant.ParticipantJson),
      Schema.decodeUnknownSync(Participant.AnonymizedParticipantJson)
    ]) {
      for (const member of required) assert.throws(() => decode({ ...record, [member]: null }), member)
      const decoded = decode(bare)
      assert.deepStrictEqual(decode({ ...nulls, ...bare }), decoded)
      assert.deepStrictEqual(
        [decoded.sid, decoded.roomSid, decoded.identity, decoded.status, TwilioDate.format(decoded.dateCreated)],
        [record.sid, record.room_sid, record.identity, record.status, record.date_created]
      )
      for (const member of optional) assert.deepStrictEqual<unknown>(decoded[member], Option.none())
    }
  })

  it("an anonymized participant goes there and back, with whatever stands in place of the identity", () => {
    for (const identity of [record.sid, "anonymous", ""]) {
      const wire = { ...record, identity }
      const erased = Schema.decodeSync(Participant.AnonymizedParticipantJson)(wire)
      assert.deepStrictEqual(Schema.encodeSync(Participant.AnonymizedParticipantJson)(erased), wire)
    }
  })

  it("a page takes its tokens out of the page URLs", () => {
    const meta = (next: string | null, previous: string | null) =>
      Schema.decodeSync(Page.PageMetaJson)({
        page: 1,
        page_size: 50,
        first_page_url: null,
        url: null,
        next_page_url: next,
        previous_page_url: previous
      })
    const page = Page.make([1], meta("https://h/x?PageSize=50&PageToken=a%2Fb%3D", "https://h/x?PageToken="))
    assert.deepStrictEqual(page.nextPageToken, Option.some("a/b="))
    // An empty token leads nowhere: a list asked for it would start again.
    assert.deepStrictEqual(page.previousPageToken, Option.none())
    const last = Page.make([], meta(null, "no URL"))
    assert.deepStrictEqual([last.nextPageToken, last.previousPageToken], [Option.none(), Option.none()])
  })

  it("a status is known or new", () => {
    assert.deepStrictEqual(
      ["connected", "reconnecting", "disconnected", "Connected", "", 1].map(Participant.isKnownStatus),
      [true, true, true, false, false, false]
    )
    assert.strictEqual(Schema.decodeSync(Participant.Status)("on-hold"), "on-hold")
    assert.throws(() => Schema.decodeUnknownSync(Participant.Status)(null))
  })
})

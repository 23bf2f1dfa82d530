/**
 * The example responses of the seed documents, which are Twilio's published examples, through the decoders.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import anonymize from "./seeds/anonymize.json" with { type: "json" }
import fetch from "./seeds/fetch.json" with { type: "json" }
import pageFetch from "./seeds/page-fetch.json" with { type: "json" }
import pageListConnected from "./seeds/page-list-connected.json" with { type: "json" }
import pageListDisconnected from "./seeds/page-list-disconnected.json" with { type: "json" }
import pageUpdate from "./seeds/page-update.json" with { type: "json" }
import update from "./seeds/update.json" with { type: "json" }

const participantSid = `PA${"a".repeat(32)}`

const decode = Schema.decodeSync(Participant.ParticipantJson)

const respondingWith = (body: unknown) =>
  TwilioHttpClient.layer(TwilioVideo.services, {
    accountSid: `AC${"a".repeat(32)}`,
    authToken: Redacted.make("token")
  }).pipe(Layer.provide(WebHandlerTransport.layer(async () => new Response(JSON.stringify(body)))))

describe("examples of the seed documents", () => {
  it("fetch: decodes; a connected participant has no end time and no duration", () => {
    const bob = decode(fetch)
    assert.strictEqual(bob.identity, "bob")
    assert.strictEqual(bob.status, "connected")
    assert.strictEqual(DateTime.formatIso(bob.dateCreated), "2015-07-30T20:00:00.000Z")
    assert.deepStrictEqual([bob.endTime, bob.duration], [Option.none(), Option.none()])
    assert.strictEqual(Object.keys(bob.links).length, 4)
  })

  it("update: decodes a removal", () => {
    const alice = decode(update)
    assert.strictEqual(alice.status, "disconnected")
    assert.deepStrictEqual(alice.duration, Option.some(Duration.seconds(1)))
  })

  it("anonymize: decodes, disconnected without an end time", () => {
    const erased = Schema.decodeSync(Participant.AnonymizedParticipantJson)(anonymize)
    assert.strictEqual(erased.identity, erased.sid)
    assert.strictEqual(erased.status, "disconnected")
    assert.deepStrictEqual(erased.endTime, Option.none())
    assert.deepStrictEqual(erased.duration, Option.some(Duration.seconds(1)))
    // It also decodes as a participant, without links.
    assert.deepStrictEqual(decode(anonymize).links, {})
  })

  for (const [name, body] of [
    ["connected", pageListConnected],
    ["disconnected", pageListDisconnected]
  ] as const) {
    it.effect(`list of ${name}: decodes an empty page without a next page`, () =>
      Effect.gen(function* () {
        const page = yield* Participants.list("DailyStandup").pipe(Effect.provide(respondingWith(body)))
        assert.deepStrictEqual(page.items, [])
        assert.strictEqual(page.meta.pageSize, 50)
        assert.deepStrictEqual(page.nextPageToken, Option.none())
        const meta = yield* Schema.encodeEffect(Page.PageMetaJson)(page.meta)
        assert.deepStrictEqual({ ...meta, key: "participants" }, body.meta)
      })
    )
  }

  for (const [name, body] of [
    ["fetch", fetch],
    ["update", update]
  ] as const) {
    it(`${name}: encodes back to exactly the example`, () => {
      assert.deepStrictEqual(Schema.encodeSync(Participant.ParticipantJson)(decode(body)), body)
    })
  }
})

// The rendered page has the path's arguments as SIDs: `"sid": "Alice"`, `"room_sid": "DailyStandup"`. They don't match the
// patterns of Twilio's specification, and no captured response has them. The decoder rejects them: callers use a record's
// SIDs for removals, and a name would address another participant after the next join.
describe("bodies of the rendered page", () => {
  for (const [name, body] of [
    ["fetch", pageFetch],
    ["update", pageUpdate]
  ] as const) {
    it.effect(`${name}: fails with a typed error that names the member but not its value`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual([body.sid, body.room_sid], ["Alice", "DailyStandup"])
        const error = yield* Participants.fetch("Room", "somebody").pipe(
          Effect.provide(respondingWith(body)),
          Effect.flip
        )
        assert.strictEqual(error._tag, "TwilioError")
        if (error._tag !== "TwilioError") return
        assert.strictEqual(error.reason._tag === "UnexpectedResponse" && error.reason.problem, "wrong-shape")
        assert.match(error.message, /\["(room_)?sid"\]/)
        assert.notInclude(error.message, "Alice")
        assert.notInclude(error.message, "DailyStandup")
      })
    )

    it(`${name}: decodes with valid SIDs`, () => {
      const mended = decode({ ...body, sid: participantSid, room_sid: `RM${"a".repeat(32)}` })
      assert.strictEqual(mended.sid, participantSid)
    })
  }
})

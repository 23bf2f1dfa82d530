/**
 * The example responses of the documents that the project started from, through the decoders: what happens to each, and
 * why. The examples are Twilio's, as published; holds no behaviour of the client.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
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

const answering = (body: unknown) =>
  TwilioVideo.layer({ accountSid: `AC${"a".repeat(32)}`, authToken: Redacted.make("token") }).pipe(
    Layer.provide(WebHandlerTransport.layer(async () => new Response(JSON.stringify(body))))
  )

describe("the documents' examples", () => {
  it("fetch: decodes; a connected participant has no end and no duration", () => {
    const bob = decode(fetch)
    assert.strictEqual(bob.identity, "bob")
    assert.strictEqual(bob.status, "connected")
    assert.strictEqual(DateTime.formatIso(bob.dateCreated), "2015-07-30T20:00:00.000Z")
    assert.deepStrictEqual([bob.endTime, bob.duration], [Option.none(), Option.none()])
    assert.strictEqual(Object.keys(bob.links).length, 4)
  })

  it("update: decodes; the example is of a removal", () => {
    const alice = decode(update)
    assert.strictEqual(alice.status, "disconnected")
    assert.deepStrictEqual(alice.duration, Option.some(Duration.seconds(1)))
  })

  it("anonymize: decodes, although it is disconnected without an end time, which a record is not", () => {
    const erased = Schema.decodeSync(Participant.AnonymizedParticipantJson)(anonymize)
    assert.strictEqual(erased.identity, erased.sid)
    assert.strictEqual(erased.status, "disconnected")
    assert.deepStrictEqual(erased.endTime, Option.none())
    assert.deepStrictEqual(erased.duration, Option.some(Duration.seconds(1)))
    // It is not taken for a participant by accident of having the same members: it may well be one, without links.
    assert.deepStrictEqual(decode(anonymize).links, {})
  })

  for (const [name, body] of [
    ["connected", pageListConnected],
    ["disconnected", pageListDisconnected]
  ] as const) {
    it.effect(`list of ${name}: decodes; an empty page with nothing after it`, () =>
      Effect.gen(function* () {
        const page = yield* Participants.list("DailyStandup").pipe(Effect.provide(answering(body)))
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
    it(`${name}: encodes back to the example, to the letter`, () => {
      assert.deepStrictEqual(Schema.encodeSync(Participant.ParticipantJson)(decode(body)), body)
    })
  }
})

// The rendered page puts the path's argument into the body: `"sid": "Alice"`, `"room_sid": "DailyStandup"`. Twilio's
// own specification declares patterns that these break, and no captured answer has them. They are refused: a record
// carries its SIDs as a type that removals and erasures rely on, and a name in their place would address somebody else
// after the next rejoin.
describe("the rendered page's placeholder bodies", () => {
  for (const [name, body] of [
    ["fetch", pageFetch],
    ["update", pageUpdate]
  ] as const) {
    it.effect(`${name}: are a typed error that names the member and not its value`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual([body.sid, body.room_sid], ["Alice", "DailyStandup"])
        const error = yield* Participants.fetch("Room", "somebody").pipe(Effect.provide(answering(body)), Effect.flip)
        assert.strictEqual(error._tag, "TwilioError")
        if (error._tag !== "TwilioError") return
        assert.strictEqual(error.reason._tag === "UnexpectedResponse" && error.reason.problem, "wrong-shape")
        assert.match(error.message, /\["(room_)?sid"\]/)
        assert.notInclude(error.message, "Alice")
        assert.notInclude(error.message, "DailyStandup")
      })
    )

    it(`${name}: decode once the SIDs are SIDs, so nothing else is wrong with them`, () => {
      const mended = decode({ ...body, sid: participantSid, room_sid: `RM${"a".repeat(32)}` })
      assert.strictEqual(mended.sid, participantSid)
    })
  }
})

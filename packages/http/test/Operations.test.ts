/**
 * Tests every operation: its request, its record, and errors without names and identities.
 */
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"

const errorResponse = (message: string, status = 400) => Stub.json({ code: 20001, message, status }, status)

describe("the operations", () => {
  it("are those of VideoWire, with their methods and paths", () => {
    assert.deepStrictEqual(
      [...new Set(Operations.all.map((operation) => operation.endpoint))].sort(),
      Object.keys(VideoWire.operations).sort()
    )
    for (const { form, maskedPath, url, endpoint } of Operations.all) {
      const { method, path } = VideoWire.operations[endpoint]
      const pattern = new RegExp(`^${path.replaceAll(/:\w+/gu, "[^/?]+")}$`, "u")
      assert.match(url.split("?")[0] ?? "", pattern)
      assert.match(maskedPath, pattern)
      assert.strictEqual(method === "POST", form !== undefined || endpoint === "UpdateRoomParticipantAnonymize")
    }
  })
})

for (const operation of Operations.all) {
  const { body, call, form, name, record, maskedPath, url, endpoint } = operation
  const { method } = VideoWire.operations[endpoint]

  /** The error of the operation for a response. */
  const failure = (handler: Stub.Handler, place = Operations.byName) => Effect.flip(Stub.run(handler, call(place)))

  describe(name, () => {
    it.effect("sends the exact request, and returns the record", () =>
      Effect.gen(function* () {
        const requests: Array<Request> = []
        const result = yield* Stub.run((request) => {
          requests.push(request)
          return Stub.json(body)
        }, call(Operations.byName))
        const [request] = requests
        if (request === undefined) return assert.fail("nothing was sent")
        assert.strictEqual(requests.length, 1)
        assert.strictEqual(request.method, method)
        assert.strictEqual(request.url, `https://video.twilio.com${url}`)
        assert.strictEqual(yield* Effect.promise(() => request.text()), form ?? "")
        const type = request.headers.get("content-type")
        if (form === undefined) assert.isNull(type)
        else assert.match(type ?? "", /^application\/x-www-form-urlencoded/)
        assert.deepStrictEqual(result, record)
      })
    )

    it.effect("succeeds for any 2xx with a record", () =>
      Effect.gen(function* () {
        for (const status of [200, 201, 202]) {
          const result = yield* Stub.run(() => Stub.json(body, status), call(Operations.bySid))
          assert.deepStrictEqual(result, record)
        }
      })
    )

    it.effect("fails with errors that contain SIDs but no names and identities", () =>
      Effect.gen(function* () {
        // A server that repeats the request wherever it can.
        const everything = Operations.texts.flatMap(Operations.formsOf).join(" ")
        const responses: ReadonlyArray<readonly [reason: string, handler: Stub.Handler]> = [
          ["InvalidRequest", () => errorResponse(`Invalid: ${everything}`)],
          ["Unauthorized", () => errorResponse(everything, 401)],
          ["Forbidden", () => errorResponse(everything, 403)],
          ["RateLimited", () => errorResponse(everything, 429)],
          ["Unavailable", () => errorResponse(everything, 503)],
          ["UnexpectedResponse", () => new Response(everything, { status: 200 })],
          ["UnexpectedResponse", () => Stub.json({ [everything]: everything })],
          ["UnexpectedResponse", (request) => Response.redirect(request.url)],
          ["UnexpectedResponse", () => new Response(everything, { status: 404 })],
          [
            "TransportFailed",
            () => {
              throw new Error(everything)
            }
          ]
        ]
        for (const [reason, handler] of responses) {
          for (const [place, path] of [
            [Operations.byName, maskedPath],
            [Operations.bySid, Operations.maskedPathBySid(operation)]
          ] as const) {
            const error = yield* failure(handler, place)
            if (error._tag !== "TwilioError") return assert.fail(error._tag)
            assert.strictEqual(error.reason._tag, reason)
            assert.deepStrictEqual([error.method, error.path], [method, path])
            assert.include(error.message, `${method} ${path}`)
            assert.deepStrictEqual(Operations.leaks(error), [])
          }
        }
      })
    )

    it.effect("quotes Twilio only if the request contains no text of the application", () =>
      Effect.gen(function* () {
        const beside = decodeURIComponent(`${url.split("?")[1] ?? ""} ${form ?? ""}`)
        const hasTexts = Operations.texts.some((text) => Operations.formsOf(text).some((form) => beside.includes(form)))
        const { participant } = Operations.byName
        const spellings = [...Operations.formsOf(participant), `${participant.slice(0, 4)}…`]
        for (const said of ["The parameter is out of range", ...spellings]) {
          const named = yield* failure(() => errorResponse(said))
          assert.include(named.message, `Twilio rejected the request as invalid. (${method} ${maskedPath}`)
          const bySid = yield* failure(() => errorResponse(said), Operations.bySid)
          assert.strictEqual(bySid.message.includes(` Twilio says: "${said}".`), !hasTexts)
        }
      })
    )

    it.effect("fails for a body of the wrong shape, with the place", () =>
      Effect.gen(function* () {
        const responses: ReadonlyArray<readonly [problem: string, handler: Stub.Handler]> = [
          ["wrong-shape", () => Stub.json({})],
          ["wrong-shape", () => Stub.json([body])],
          ["wrong-shape", () => Stub.json(null)],
          ["empty-body", () => new Response(null, { status: 204 })],
          ["truncated-json", () => new Response(JSON.stringify(body).slice(0, -1), { status: 200 })]
        ]
        for (const [problem, handler] of responses) {
          const error = yield* failure(handler)
          if (error._tag !== "TwilioError" || error.reason._tag !== "UnexpectedResponse") return assert.fail(error._tag)
          assert.strictEqual(error.reason.problem, problem)
        }
      })
    )
  })
}

describe("a body of the wrong shape", () => {
  const wrong: ReadonlyArray<readonly [name: string, body: unknown, where: string]> = [
    ["Rooms.fetch", Stub.room({ empty_room_timeout: "Alice" }), '["empty_room_timeout"]'],
    ["Rooms.create", Stub.room({ date_created: "Alice" }), '["date_created"]'],
    ["Rooms.complete", Stub.room({ video_codecs: ["VP8", { Alice: 1 }] }), '["video_codecs"][1]'],
    [
      "Rooms.stream",
      Stub.list([Stub.room({ unique_name: null })], null, undefined, "rooms"),
      '["rooms"][0]["unique_name"]'
    ],
    ["PublishedTracks.fetch", Stub.publishedTrack({ participant_sid: "Alice" }), '["participant_sid"]'],
    [
      "PublishedTracks.stream",
      Stub.list(
        [Stub.publishedTrack(), Stub.publishedTrack({ enabled: "Alice" })],
        null,
        undefined,
        "published_tracks"
      ),
      '["published_tracks"][1]["enabled"]'
    ],
    ["SubscribedTracks.fetch", Stub.subscribedTrack({ publisher_sid: "Alice" }), '["publisher_sid"]'],
    ["SubscribedTracks.list", Stub.list([], null, undefined, "published_tracks"), '["subscribed_tracks"]'],
    ["SubscribeRules.fetch", Stub.ruleSet({ rules: [{ type: "include", kind: ["Alice"] }] }), '["rules"][0]["kind"]'],
    ["SubscribeRules.update", Stub.ruleSet({ rules: [{ all: true }] }), '["rules"][0]["type"]']
  ]
  for (const [name, body, where] of wrong) {
    it.effect(`of ${name} fails with ${where}, without the value`, () =>
      Effect.gen(function* () {
        const operation = Operations.all.find((operation) => operation.name === name)
        if (operation === undefined) return assert.fail("no such operation")
        const error = yield* Effect.flip(Stub.run(() => Stub.json(body), operation.call(Operations.bySid)))
        assert.include(error.message, where)
        assert.notInclude(Operations.textOf(error), "Alice")
      })
    )
  }
})

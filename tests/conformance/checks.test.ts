/**
 * What the checks of this folder see: answers and requests that were right, each made wrong in one way. Holds no test of
 * the sandbox or of the client.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transports } from "../support/Transports.ts"
import * as Answers from "./Answers.ts"
import * as Exceptions from "./Exceptions.ts"
import * as Finding from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Requests from "./Requests.ts"
import * as Run from "./Run.ts"
import type * as Tap from "./Tap.ts"
import * as Validator from "./Validator.ts"
import * as Visit from "./Visit.ts"

type Change = (exchange: Tap.Exchange) => Tap.Exchange

interface Body {
  readonly [member: string]: unknown
}

const body =
  (change: (body: Body) => unknown): Change =>
  (exchange) => ({
    ...exchange,
    answer: { ...exchange.answer, body: JSON.stringify(change(JSON.parse(exchange.answer.body))) }
  })

const member = (name: string, value: unknown): Change => body((members) => ({ ...members, [name]: value }))

const meta = (name: string, change: (value: unknown) => unknown): Change =>
  body((members) => {
    const meta = members.meta as Body // Of every list's answer.
    return { ...members, meta: { ...meta, [name]: change(meta[name]) } }
  })

const answered =
  (change: Partial<Tap.Exchange["answer"]>): Change =>
  (exchange) => ({
    ...exchange,
    answer: { ...exchange.answer, ...change }
  })

const requested =
  (change: Partial<Tap.Message>): Change =>
  (exchange) => ({
    ...exchange,
    request: { ...exchange.request, ...change }
  })

const url =
  (change: (url: URL) => string): Change =>
  (exchange) => ({ ...exchange, url: new URL(change(exchange.url)) })

const text = (pattern: RegExp | string, by: string): Change => url(({ href }) => href.replace(pattern, by))

const form =
  (pattern: RegExp | string, by: string): Change =>
  (exchange) =>
    requested({ body: exchange.request.body.replace(pattern, by) })(exchange)

const header =
  (name: string, value: string | undefined): Change =>
  (exchange) =>
    requested({ headers: { ...exchange.request.headers, [name]: value } })(exchange)

const withoutHeader =
  (name: string): Change =>
  (exchange) =>
    answered({ headers: { ...exchange.answer.headers, [name]: undefined } })(exchange)

const type = "application/x-www-form-urlencoded"

const sid = `PA${"0".repeat(32)}`

// The operation, what is wrong, and where it is seen.
const wrong: ReadonlyArray<readonly [operation: string, change: Change, where: string]> = [
  // Answers: the body against its schema.
  ["FetchRoom", body(({ end_time: _, ...members }) => members), "answer "],
  ["FetchRoom", member("colour", "red"), "answer "],
  ["FetchRoom", member("max_participants", "50"), "answer /max_participants"],
  ["FetchRoom", member("max_participants", null), "answer /max_participants"],
  ["FetchRoom", member("type", "hall"), "answer /type"],
  ["FetchRoom", member("status", null), "answer /status"],
  ["FetchRoom", member("video_codecs", ["VP8", "AV1"]), "answer /video_codecs/1"],
  ["FetchRoom", member("status_callback", "nowhere"), "answer /status_callback"],
  ["FetchRoom", member("status_callback_method", "PUT"), "answer /status_callback_method"],
  ["FetchRoomParticipant", member("sid", "PA1"), "answer /sid"],
  ["FetchRoomParticipant", member("date_created", "2026-03-01 noon"), "answer /date_created"],
  ["FetchRoomParticipant", member("duration", 1.5), "answer /duration"],
  ["UpdateRoomParticipantAnonymize", member("identity", "Alice"), "answer /identity"],
  ["FetchRoomParticipantPublishedTrack", member("kind", "smell"), "answer /kind"],
  ["FetchRoomParticipantSubscribedTrack", member("publisher_sid", "Bob"), "answer /publisher_sid"],
  ["FetchRoomParticipantSubscribeRule", member("rules", [{ type: "include" }]), "answer /rules/0"],
  ["FetchRoomParticipantSubscribeRule", member("rules", {}), "answer /rules"],
  ["UpdateRoom", answered({ body: "" }), "answer "],
  // Answers: the URLs in the body.
  ["FetchRoom", member("url", "https://video.twilio.com/v1/Rooms"), "answer /url"],
  ["FetchRoom", member("links", {}), "answer /links"],
  ["FetchRoomParticipantSubscribedTrack", member("participant_sid", sid), "answer /url"],
  ["ListRoom", meta("key", () => "room"), "answer /meta/key"],
  ["ListRoom", meta("count", () => 3), "answer /meta"],
  ["ListRoom", meta("page_size", () => 49), "answer /meta/page_size"],
  ["ListRoom", meta("page", () => 1), "answer /meta/page"],
  ["ListRoom", meta("url", (url) => `${String(url)}&Colour=red`), "answer /meta/url"],
  [
    "ListRoomParticipant",
    meta("first_page_url", (url) => String(url).replace("Page=0", "Page=1")),
    "answer /meta/first_page_url"
  ],
  [
    "ListRoomParticipant",
    meta("first_page_url", (url) => String(url).replace(/PageSize=\d+/u, "PageSize=0")),
    "answer /meta/first_page_url"
  ],
  ["ListRoomParticipant", meta("previous_page_url", () => "https://example.com/"), "answer /meta/previous_page_url"],
  ["ListRoomParticipantPublishedTrack", meta("url", () => null), "answer /meta/url"],
  // Answers: around the body.
  ["CreateRoom", answered({ status: 200 }), "answer status"],
  ["UpdateRoomParticipant", answered({ status: 204 }), "answer status"],
  ["FetchRoom", withoutHeader("access-control-allow-origin"), "answer header Access-Control-Allow-Origin"],
  ["FetchRoom", withoutHeader("content-type"), "answer header content-type"],
  // Requests.
  ["ListRoom", text("PageSize=", "Pagesize="), "request query Pagesize"],
  ["ListRoom", text(/PageSize=\d+/u, "PageSize=1001"), "request query PageSize"],
  ["ListRoom", text(/PageSize=\d+/u, "PageSize=all"), "request query PageSize"],
  ["ListRoom", text(/PageSize=\d+/u, "PageSize=1&PageSize=2"), "request query PageSize"],
  ["ListRoom", text(/(?<=DateCreatedAfter=)[^&]*/u, "2026-03-01"), "request query DateCreatedAfter"],
  ["ListRoom", text(/(?<=\?Status=)[^&]*/u, "open"), "request query Status"],
  ["FetchRoom", text("/v1/", "/v2/"), "request"],
  ["FetchRoom", text("https:", "http:"), "request"],
  ["FetchRoom", text(/$/u, "?Status=completed"), "request query Status"],
  ["FetchRoom", header("authorization", undefined), "request header authorization"],
  ["FetchRoom", header("accept", "text/html"), "request header accept"],
  ["FetchRoom", requested({ body: "Status=completed" }), "request body"],
  ["FetchRoomParticipantSubscribedTrack", text(/[^/]+$/u, "screen"), "request path Sid"],
  ["UpdateRoom", requested({ body: "" }), "request form Status"],
  ["UpdateRoom", header("content-type", "application/json"), "request header content-type"],
  ["UpdateRoom", requested({ body: '{"Status":"completed"}' }), "request body"],
  ["UpdateRoomParticipantAnonymize", header("content-type", type), "request header content-type"],
  ["UpdateRoomParticipantSubscribeRule", requested({ body: "Rules=all" }), "request form Rules"],
  ["UpdateRoomParticipantSubscribeRule", requested({ body: "Rules=%7B%7D" }), "request form Rules"],
  ["UpdateRoomParticipantSubscribeRule", form("type", "kind"), "request form Rules/0"],
  ["CreateRoom", form("LargeRoom=true", "LargeRoom=1"), "request form LargeRoom"],
  ["CreateRoom", form("VideoCodecs=VP8", "VideoCodecs=VP9"), "request form VideoCodecs/1"],
  [
    "CreateRoom",
    form(/(?<=TranscriptionsConfiguration=)[^&]*/u, "%22on%22"),
    "request form TranscriptionsConfiguration"
  ],
  ["CreateRoom", form("EmptyRoomTimeout=1", "EmptyRoomTimeout=1.5"), "request form EmptyRoomTimeout"],
  ["CreateRoom", form("RecordingRules=%5B", "RecordingRules=%5B%5B"), "request form RecordingRules"]
]

// The same of refusals.
const wrongRefusals: ReadonlyArray<readonly [change: Change, where: string]> = [
  [member("status", 400), "answer /status"],
  [member("more_info", "https://www.twilio.com/docs/errors/20003"), "answer /more_info"],
  [member("code", "20404"), "answer /code"],
  [member("details", {}), "answer "],
  [body(({ message: _, ...members }) => members), "answer "],
  [answered({ status: 200 }), "answer status"],
  [answered({ body: "<html>" }), "answer "]
]

const isChanged = (before: Tap.Exchange, after: Tap.Exchange): boolean =>
  before.url.href !== after.url.href || JSON.stringify(before) !== JSON.stringify(after)

const findings = (exchange: Tap.Exchange): ReadonlyArray<string> =>
  Exceptions.part([...Requests.check(exchange), ...Answers.check(exchange)]).rest.map(Finding.format)

const sees = (exchanges: ReadonlyArray<Tap.Exchange>, change: Change, where: string): void => {
  const right = exchanges.find((exchange) => isChanged(exchange, change(exchange)))
  assert.isDefined(right)
  if (right === undefined) return
  assert.deepStrictEqual(findings(right), [])
  const seen = findings(change(right))
  assert.isTrue(
    seen.some((finding) => finding.includes(`: ${where}`)),
    `${where} in ${JSON.stringify(seen)}`
  )
}

for (const [name, transport] of transports.slice(0, 1)) {
  describe(`The checks of exchanges, ${name}`, () => {
    layer(Run.layer(transport, Visit.parts))((it) => {
      for (const [id, change, where] of wrong) {
        it.effect(`${id}: ${where}`, () =>
          Effect.gen(function* () {
            const exchanges = (yield* Run.Run).filter(
              ({ answer, by, method, url }) =>
                by === "client" && answer.status < 300 && OpenApi.find(method, url.pathname)?.operation.id === id
            )
            sees(exchanges, change, where)
          })
        )
      }

      for (const [change, where] of wrongRefusals) {
        it.effect(`a refusal: ${where}`, () =>
          Effect.gen(function* () {
            const exchanges = (yield* Run.Run).filter(({ answer, by }) => by === "client" && answer.status === 404)
            sees(exchanges, change, where)
          })
        )
      }
    })
  })
}

describe("The checks of schemas", () => {
  const refuses = (format: string, type: "integer" | "object" | "string", good: unknown, bad: unknown) => {
    const check = Validator.compile({ type, format }, "declared")
    assert.deepStrictEqual(check(good), [])
    assert.strictEqual(check(bad).length, 1)
  }

  it("each format of the document is looked at", () => {
    refuses("date-time", "string", "2026-03-01T12:00:00Z", "2026-03-01")
    refuses("uri", "string", "https://example.com/a", "/a")
    refuses("http-method", "string", "GET", "get")
    refuses("int64", "integer", 1000, 2 ** 60)
    refuses("uri-map", "object", { a: "https://example.com/" }, { a: "a" })
    refuses("subscribe-rule", "object", { type: "include", kind: "data", track: null }, { type: "include", all: false })
    refuses("recording-rule", "object", { type: "exclude", all: true }, { type: "include", kind: "data" })
  })

  it("a format that is not known is an error, and not left out", () => {
    assert.throws(() => Validator.compile({ type: "string", format: "colour" }, "declared"), /colour/)
    assert.throws(() => Validator.compile({ type: "object", format: "colour" }, "declared"), /colour/)
  })
})

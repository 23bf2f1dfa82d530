/**
 * What the checks of this folder see: answers and requests that were right, each made wrong in one way. Holds no test
 * of the sandbox or of the client.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transports } from "../../support/Transports.ts"
import * as Answers from "./Answers.ts"
import * as Exceptions from "./Exceptions.ts"
import type * as Finding from "./Finding.ts"
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

const address =
  (pattern: RegExp | string, by: string): Change =>
  (exchange) => ({ ...exchange, url: new URL(exchange.url.href.replace(pattern, by)) })

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

const elsewhere = () => "https://example.com/"

const withoutQuery = (url: unknown) => String(url).replace(/\?Status=\w+&/u, "?")

const toPage = (page: string) => (url: unknown) => String(url).replace(/(?<=&Page=)\d+/u, page)

const toSize = (size: string) => (url: unknown) => String(url).replace(/(?<=PageSize=)\d+/u, size)

const sid = `PA${"0".repeat(32)}`

const dropped = (name: string): Change => member(name, undefined)

// The operation, what is made wrong, how, and where that is seen.
const wrong: ReadonlyArray<readonly [operation: string, what: string, change: Change, where: string]> = [
  // Answers: the body against its schema.
  ["FetchRoom", "a member too few", dropped("end_time"), "answer"],
  ["FetchRoom", "a member too many", member("colour", "red"), "answer"],
  ["FetchRoom", "text for a number", member("max_participants", "50"), "answer /max_participants"],
  ["FetchRoom", "null for a number", member("max_participants", null), "answer /max_participants"],
  ["FetchRoom", "null for a word", member("status", null), "answer /status"],
  ["FetchRoom", "another word", member("type", "hall"), "answer /type"],
  ["FetchRoom", "another word in a list", member("video_codecs", ["VP8", "AV1"]), "answer /video_codecs/1"],
  ["FetchRoom", "a relative URL", member("status_callback", "/nowhere"), "answer /status_callback"],
  ["FetchRoom", "another method", member("status_callback_method", "PUT"), "answer /status_callback_method"],
  ["FetchRoomParticipant", "a short SID", member("sid", "PA1"), "answer /sid"],
  ["FetchRoomParticipant", "a date in words", member("date_created", "1 March 2026"), "answer /date_created"],
  ["FetchRoomParticipant", "a fraction", member("duration", 1.5), "answer /duration"],
  ["UpdateRoomParticipantAnonymize", "a name", member("identity", "Alice"), "answer /identity"],
  ["FetchRoomParticipantPublishedTrack", "another kind", member("kind", "smell"), "answer /kind"],
  ["FetchRoomParticipantSubscribedTrack", "a name", member("publisher_sid", "Bob"), "answer /publisher_sid"],
  ["FetchRoomParticipantSubscribeRule", "half a rule", member("rules", [{ type: "include" }]), "answer /rules/0"],
  ["FetchRoomParticipantSubscribeRule", "no list", member("rules", {}), "answer /rules"],
  ["UpdateRoom", "no body", answered({ body: "" }), "answer"],
  // Answers: the URLs in the body.
  ["FetchRoom", "a URL of another record", member("url", "https://video.twilio.com/v1/Rooms"), "answer /url"],
  ["FetchRoom", "no links", member("links", {}), "answer /links"],
  ["FetchRoomParticipantSubscribedTrack", "another subscriber", member("participant_sid", sid), "answer /url"],
  ["ListRoom", "another key", meta("key", () => "room"), "answer /meta/key"],
  ["ListRoom", "a member too many", meta("count", () => 3), "answer /meta"],
  ["ListRoom", "another page size", meta("page_size", () => 49), "answer /meta/page_size"],
  ["ListRoom", "another page", meta("page", () => 1), "answer /meta/page"],
  ["ListRoom", "another parameter", meta("url", (url) => `${String(url)}&Colour=red`), "answer /meta/url"],
  ["ListRoomParticipant", "no filters", meta("url", withoutQuery), "answer /meta/url"],
  ["ListRoomParticipant", "another first page", meta("first_page_url", toPage("1")), "answer /meta/first_page_url"],
  ["ListRoomParticipant", "a page of nothing", meta("url", toSize("0")), "answer /meta/url"],
  ["ListRoomParticipant", "another host", meta("previous_page_url", elsewhere), "answer /meta/previous_page_url"],
  ["ListRoomParticipantPublishedTrack", "no URL", meta("url", () => null), "answer /meta/url"],
  // Answers: around the body.
  ["CreateRoom", "another success", answered({ status: 200 }), "answer status"],
  ["UpdateRoomParticipant", "another success", answered({ status: 204 }), "answer status"],
  ["FetchRoom", "no CORS", withoutHeader("access-control-allow-origin"), "answer header Access-Control-Allow-Origin"],
  ["FetchRoom", "no type", withoutHeader("content-type"), "answer header content-type"],
  // Requests.
  ["ListRoom", "a name misspelt", address("PageSize=", "Pagesize="), "request query Pagesize"],
  ["ListRoom", "above the maximum", address(/PageSize=\d+/u, "PageSize=1001"), "request query PageSize"],
  ["ListRoom", "a word for a number", address(/PageSize=\d+/u, "PageSize=all"), "request query PageSize"],
  ["ListRoom", "a number twice", address(/PageSize=\d+/u, "PageSize=1&PageSize=2"), "request query PageSize"],
  [
    "ListRoom",
    "a date without time",
    address(/(?<=DateCreatedAfter=)[^&]*/u, "2026-03-01"),
    "request query DateCreatedAfter"
  ],
  ["ListRoom", "another word", address(/(?<=\?Status=)[^&]*/u, "open"), "request query Status"],
  ["FetchRoom", "another path", address("/v1/", "/v2/"), "request"],
  ["FetchRoom", "another origin", address("https:", "http:"), "request"],
  ["FetchRoom", "a query", address(/$/u, "?Status=completed"), "request query Status"],
  ["FetchRoom", "a body", requested({ body: "Status=completed" }), "request body"],
  ["FetchRoom", "no credentials", header("authorization", undefined), "request header authorization"],
  ["FetchRoom", "another type of answer", header("accept", "text/html"), "request header accept"],
  ["FetchRoomParticipantSubscribedTrack", "a name", address(/[^/]+$/u, "screen"), "request path Sid"],
  ["UpdateRoom", "nothing of what is required", requested({ body: "" }), "request form Status"],
  ["UpdateRoom", "another type", header("content-type", "application/json"), "request header content-type"],
  ["UpdateRoom", "JSON for a form", requested({ body: '{"Status":"completed"}' }), "request body"],
  [
    "UpdateRoomParticipantAnonymize",
    "a type of nothing",
    header("content-type", "text/plain"),
    "request header content-type"
  ],
  ["UpdateRoomParticipantSubscribeRule", "no JSON", requested({ body: "Rules=all" }), "request form Rules"],
  ["UpdateRoomParticipantSubscribeRule", "no list", requested({ body: "Rules=%7B%7D" }), "request form Rules"],
  ["UpdateRoomParticipantSubscribeRule", "a member misspelt", form("type", "typ"), "request form Rules/0"],
  ["CreateRoom", "a number for a flag", form("LargeRoom=true", "LargeRoom=1"), "request form LargeRoom"],
  ["CreateRoom", "another word in a list", form("VideoCodecs=VP8", "VideoCodecs=VP9"), "request form VideoCodecs/1"],
  ["CreateRoom", "no JSON object", form(/(?<=Configuration=)[^&]*/u, "1"), "request form TranscriptionsConfiguration"],
  ["CreateRoom", "a fraction", form("RoomTimeout=1", "RoomTimeout=1.5"), "request form EmptyRoomTimeout"],
  ["CreateRoom", "a list too deep", form("Rules=%5B", "Rules=%5B%5B"), "request form RecordingRules"]
]

const wrongRefusals: typeof wrong = [
  ["FetchRoom", "another status", member("status", 400), "answer /status"],
  ["FetchRoom", "another page", member("more_info", "https://www.twilio.com/docs/errors/1"), "answer /more_info"],
  ["FetchRoom", "text for a number", member("code", "20404"), "answer /code"],
  ["FetchRoom", "a member too many", member("details", {}), "answer"],
  ["FetchRoom", "a member too few", dropped("message"), "answer"],
  ["FetchRoom", "a success", answered({ status: 200 }), "answer"],
  ["FetchRoom", "HTML", answered({ body: "<html></html>" }), "answer"]
]

const isChanged = (before: Tap.Exchange, after: Tap.Exchange): boolean =>
  before.url.href !== after.url.href || JSON.stringify(before) !== JSON.stringify(after)

const findings = (exchange: Tap.Exchange): ReadonlyArray<Finding.Finding> =>
  Exceptions.part([...Requests.check(exchange), ...Answers.check(exchange)]).rest

const sees = (exchanges: ReadonlyArray<Tap.Exchange>, change: Change, where: string): void => {
  const right = exchanges.find((exchange) => isChanged(exchange, change(exchange)))
  assert.isDefined(right)
  if (right === undefined) return
  assert.deepStrictEqual(findings(right), [])
  assert.include(
    findings(change(right)).map((finding) => finding.where),
    where
  )
}

// One transport shows what there is to see.
for (const [, transport] of transports.slice(0, 1)) {
  describe("The checks of exchanges", () => {
    layer(Run.layer(transport, Visit.parts))((it) => {
      const check = (rows: typeof wrong, outcome: "done" | "refused") => {
        for (const [id, what, change, where] of rows) {
          it.effect(`${id}, ${outcome}: ${what}`, () =>
            Effect.gen(function* () {
              const exchanges = (yield* Run.Run).exchanges.filter(
                ({ answer, by, method, url }) =>
                  by === "client" &&
                  answer.status < 300 === (outcome === "done") &&
                  OpenApi.find(method, url.pathname)?.operation.id === id
              )
              sees(exchanges, change, where)
            })
          )
        }
      }
      check(wrong, "done")
      check(wrongRefusals, "refused")
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

/**
 * The checks of this folder find an error in each of these exchanges: recorded ones, each with one change.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transports } from "../../support/Transports.ts"
import * as Responses from "./Responses.ts"
import * as Exceptions from "./Exceptions.ts"
import type * as Finding from "./Finding.ts"
import * as OpenApi from "./OpenApi.ts"
import * as Requests from "./Requests.ts"
import * as Recording from "./Recording.ts"
import type * as Recorder from "./Recorder.ts"
import * as Validator from "./Validator.ts"
import * as Scenarios from "./Scenarios.ts"

type Change = (exchange: Recorder.Exchange) => Recorder.Exchange

interface Body {
  readonly [member: string]: unknown
}

const body =
  (change: (body: Body) => unknown): Change =>
  (exchange) => ({
    ...exchange,
    response: { ...exchange.response, body: JSON.stringify(change(JSON.parse(exchange.response.body))) }
  })

const member = (name: string, value: unknown): Change => body((members) => ({ ...members, [name]: value }))

const meta = (name: string, change: (value: unknown) => unknown): Change =>
  body((members) => {
    const meta = members.meta as Body // Every list response has it.
    return { ...members, meta: { ...meta, [name]: change(meta[name]) } }
  })

const withResponse =
  (change: Partial<Recorder.Exchange["response"]>): Change =>
  (exchange) => ({
    ...exchange,
    response: { ...exchange.response, ...change }
  })

const withRequest =
  (change: Partial<Recorder.Message>): Change =>
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
    withRequest({ body: exchange.request.body.replace(pattern, by) })(exchange)

const header =
  (name: string, value: string | undefined): Change =>
  (exchange) =>
    withRequest({ headers: { ...exchange.request.headers, [name]: value } })(exchange)

const withoutHeader =
  (name: string): Change =>
  (exchange) =>
    withResponse({ headers: { ...exchange.response.headers, [name]: undefined } })(exchange)

const elsewhere = () => "https://example.com/"

const withoutQuery = (url: unknown) => String(url).replace(/\?Status=\w+&/u, "?")

const toPage = (page: string) => (url: unknown) => String(url).replace(/(?<=&Page=)\d+/u, page)

const toSize = (size: string) => (url: unknown) => String(url).replace(/(?<=PageSize=)\d+/u, size)

const sid = `PA${"0".repeat(32)}`

const dropped = (name: string): Change => member(name, undefined)

// The operation, the error, the change, and the place of the finding.
const invalid: ReadonlyArray<readonly [operation: string, what: string, change: Change, where: string]> = [
  // Responses: the body against its schema.
  ["FetchRoom", "a missing member", dropped("end_time"), "response"],
  ["FetchRoom", "an additional member", member("colour", "red"), "response"],
  ["FetchRoom", "a string for a number", member("max_participants", "50"), "response /max_participants"],
  ["FetchRoom", "null for a number", member("max_participants", null), "response /max_participants"],
  ["FetchRoom", "null for a string", member("status", null), "response /status"],
  ["FetchRoom", "an unknown value", member("type", "hall"), "response /type"],
  ["FetchRoom", "an unknown value in a list", member("video_codecs", ["VP8", "AV1"]), "response /video_codecs/1"],
  ["FetchRoom", "a relative URL", member("status_callback", "/nowhere"), "response /status_callback"],
  ["FetchRoom", "an unknown method", member("status_callback_method", "PUT"), "response /status_callback_method"],
  ["FetchRoomParticipant", "a short SID", member("sid", "PA1"), "response /sid"],
  ["FetchRoomParticipant", "an invalid date", member("date_created", "1 March 2026"), "response /date_created"],
  ["FetchRoomParticipant", "a fraction", member("duration", 1.5), "response /duration"],
  ["UpdateRoomParticipantAnonymize", "a name", member("identity", "Alice"), "response /identity"],
  ["FetchRoomParticipantPublishedTrack", "an unknown kind", member("kind", "smell"), "response /kind"],
  ["FetchRoomParticipantSubscribedTrack", "a name", member("publisher_sid", "Bob"), "response /publisher_sid"],
  [
    "FetchRoomParticipantSubscribeRule",
    "an incomplete rule",
    member("rules", [{ type: "include" }]),
    "response /rules/0"
  ],
  ["FetchRoomParticipantSubscribeRule", "no list", member("rules", {}), "response /rules"],
  ["UpdateRoom", "no body", withResponse({ body: "" }), "response"],
  // Responses: the URLs in the body.
  ["FetchRoom", "a URL of another record", member("url", "https://video.twilio.com/v1/Rooms"), "response /url"],
  ["FetchRoom", "no links", member("links", {}), "response /links"],
  ["FetchRoomParticipantSubscribedTrack", "another subscriber", member("participant_sid", sid), "response /url"],
  ["ListRoom", "another key", meta("key", () => "room"), "response /meta/key"],
  ["ListRoom", "an additional member", meta("count", () => 3), "response /meta"],
  ["ListRoom", "another page size", meta("page_size", () => 49), "response /meta/page_size"],
  ["ListRoom", "another page", meta("page", () => 1), "response /meta/page"],
  ["ListRoom", "another parameter", meta("url", (url) => `${String(url)}&Colour=red`), "response /meta/url"],
  ["ListRoomParticipant", "no filters", meta("url", withoutQuery), "response /meta/url"],
  ["ListRoomParticipant", "another first page", meta("first_page_url", toPage("1")), "response /meta/first_page_url"],
  ["ListRoomParticipant", "an empty page", meta("url", toSize("0")), "response /meta/url"],
  ["ListRoomParticipant", "another host", meta("previous_page_url", elsewhere), "response /meta/previous_page_url"],
  ["ListRoomParticipantPublishedTrack", "no URL", meta("url", () => null), "response /meta/url"],
  // Responses: the status and the headers.
  ["CreateRoom", "another success status", withResponse({ status: 200 }), "response status"],
  ["UpdateRoomParticipant", "another success status", withResponse({ status: 204 }), "response status"],
  [
    "FetchRoom",
    "no CORS header",
    withoutHeader("access-control-allow-origin"),
    "response header Access-Control-Allow-Origin"
  ],
  ["FetchRoom", "no content type", withoutHeader("content-type"), "response header content-type"],
  // Requests.
  ["ListRoom", "a misspelt name", address("PageSize=", "Pagesize="), "request query Pagesize"],
  ["ListRoom", "above the maximum", address(/PageSize=\d+/u, "PageSize=1001"), "request query PageSize"],
  ["ListRoom", "a string for a number", address(/PageSize=\d+/u, "PageSize=all"), "request query PageSize"],
  ["ListRoom", "a repeated parameter", address(/PageSize=\d+/u, "PageSize=1&PageSize=2"), "request query PageSize"],
  [
    "ListRoom",
    "a date without time",
    address(/(?<=DateCreatedAfter=)[^&]*/u, "2026-03-01"),
    "request query DateCreatedAfter"
  ],
  ["ListRoom", "an unknown value", address(/(?<=\?Status=)[^&]*/u, "open"), "request query Status"],
  ["FetchRoom", "another path", address("/v1/", "/v2/"), "request"],
  ["FetchRoom", "another origin", address("https:", "http:"), "request"],
  ["FetchRoom", "a query", address(/$/u, "?Status=completed"), "request query Status"],
  ["FetchRoom", "a body", withRequest({ body: "Status=completed" }), "request body"],
  ["FetchRoom", "no credentials", header("authorization", undefined), "request header authorization"],
  ["FetchRoom", "another accepted type", header("accept", "text/html"), "request header accept"],
  ["FetchRoomParticipantSubscribedTrack", "a name", address(/[^/]+$/u, "screen"), "request path Sid"],
  ["UpdateRoom", "no required parameter", withRequest({ body: "" }), "request form Status"],
  ["UpdateRoom", "another content type", header("content-type", "application/json"), "request header content-type"],
  ["UpdateRoom", "JSON instead of a form", withRequest({ body: '{"Status":"completed"}' }), "request body"],
  [
    "UpdateRoomParticipantAnonymize",
    "a content type without a body",
    header("content-type", "text/plain"),
    "request header content-type"
  ],
  ["UpdateRoomParticipantSubscribeRule", "no JSON", withRequest({ body: "Rules=all" }), "request form Rules"],
  ["UpdateRoomParticipantSubscribeRule", "no list", withRequest({ body: "Rules=%7B%7D" }), "request form Rules"],
  ["UpdateRoomParticipantSubscribeRule", "a misspelt member", form("type", "typ"), "request form Rules/0"],
  ["CreateRoom", "a number for a boolean", form("LargeRoom=true", "LargeRoom=1"), "request form LargeRoom"],
  [
    "CreateRoom",
    "an unknown value in a list",
    form("VideoCodecs=VP8", "VideoCodecs=VP9"),
    "request form VideoCodecs/1"
  ],
  [
    "CreateRoom",
    "a number for a JSON object",
    form(/(?<=Configuration=)[^&]*/u, "1"),
    "request form TranscriptionsConfiguration"
  ],
  ["CreateRoom", "a fraction", form("RoomTimeout=1", "RoomTimeout=1.5"), "request form EmptyRoomTimeout"],
  ["CreateRoom", "a nested list", form("Rules=%5B", "Rules=%5B%5B"), "request form RecordingRules"]
]

const invalidErrors: typeof invalid = [
  ["FetchRoom", "another status", member("status", 400), "response /status"],
  ["FetchRoom", "another page", member("more_info", "https://www.twilio.com/docs/errors/1"), "response /more_info"],
  ["FetchRoom", "a string for a number", member("code", "20404"), "response /code"],
  ["FetchRoom", "an additional member", member("details", {}), "response"],
  ["FetchRoom", "a missing member", dropped("message"), "response"],
  ["FetchRoom", "a success", withResponse({ status: 200 }), "response"],
  ["FetchRoom", "HTML", withResponse({ body: "<html></html>" }), "response"]
]

const isChanged = (before: Recorder.Exchange, after: Recorder.Exchange): boolean =>
  before.url.href !== after.url.href || JSON.stringify(before) !== JSON.stringify(after)

const findings = (exchange: Recorder.Exchange): ReadonlyArray<Finding.Finding> =>
  Exceptions.partition([...Requests.check(exchange), ...Responses.check(exchange)]).rest

const finds = (exchanges: ReadonlyArray<Recorder.Exchange>, change: Change, where: string): void => {
  const valid = exchanges.find((exchange) => isChanged(exchange, change(exchange)))
  assert.isDefined(valid)
  if (valid === undefined) return
  assert.deepStrictEqual(findings(valid), [])
  assert.include(
    findings(change(valid)).map((finding) => finding.where),
    where
  )
}

// One transport is enough: the checks don't depend on it.
for (const [, transport] of transports.slice(0, 1)) {
  describe("checks of exchanges", () => {
    layer(Recording.layer(transport, Scenarios.all))((it) => {
      const check = (rows: typeof invalid, status: "success" | "error") => {
        for (const [id, what, change, where] of rows) {
          it.effect(`${id}, ${status}, finds ${what}`, () =>
            Effect.gen(function* () {
              const exchanges = (yield* Recording.Recording).exchanges.filter(
                ({ response, by, method, url }) =>
                  by === "client" &&
                  response.status < 300 === (status === "success") &&
                  OpenApi.find(method, url.pathname)?.operation.id === id
              )
              finds(exchanges, change, where)
            })
          )
        }
      }
      check(invalid, "success")
      check(invalidErrors, "error")
    })
  })
}

describe("checks of schemas", () => {
  const rejects = (format: string, type: "integer" | "object" | "string", good: unknown, bad: unknown) => {
    const check = Validator.compile({ type, format }, "declared")
    assert.deepStrictEqual(check(good), [])
    assert.strictEqual(check(bad).length, 1)
  }

  it("each format of the document is checked", () => {
    rejects("date-time", "string", "2026-03-01T12:00:00Z", "2026-03-01")
    rejects("uri", "string", "https://example.com/a", "/a")
    rejects("http-method", "string", "GET", "get")
    rejects("int64", "integer", 1000, 2 ** 60)
    rejects("uri-map", "object", { a: "https://example.com/" }, { a: "a" })
    rejects("subscribe-rule", "object", { type: "include", kind: "data", track: null }, { type: "include", all: false })
    rejects("recording-rule", "object", { type: "exclude", all: true }, { type: "include", kind: "data" })
  })

  it("an unknown format throws", () => {
    assert.throws(() => Validator.compile({ type: "string", format: "colour" }, "declared"), /colour/)
    assert.throws(() => Validator.compile({ type: "object", format: "colour" }, "declared"), /colour/)
  })
})

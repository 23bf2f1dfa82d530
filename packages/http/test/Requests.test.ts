/**
 * Tests the requests on the endpoint: URLs, forms, headers and hosts.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Stub from "./support/Stub.ts"

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly redirect: string
}

const record = (response: () => Response) => {
  const sent: Array<Sent> = []
  const handler = async (request: Request) => {
    sent.push({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      redirect: request.redirect
    })
    return response()
  }
  return { sent, handler }
}

const sentBy = Effect.fnUntraced(function* <A, E>(
  response: () => Response,
  use: (participants: Participants.Service) => Effect.Effect<A, E>,
  options?: TwilioHttpClient.HttpClientOptions
) {
  const { handler, sent } = record(response)
  yield* Stub.using(handler, use, options)
  const first = sent[0]
  if (first === undefined) return assert.fail("nothing was sent")
  return first
})

const participant = () => Stub.json(Stub.body())
const page = () => Stub.json(Stub.list([], null))

describe("a request", () => {
  it.effect("percent-encodes each path segment once", () =>
    Effect.gen(function* () {
      const sent = yield* sentBy(participant, (participants) => participants.fetch("a/b c", "100% #1?;é\\..😀"))
      assert.strictEqual(sent.method, "GET")
      assert.strictEqual(
        sent.url,
        "https://video.twilio.com/v1/Rooms/a%2Fb%20c/Participants/100%25%20%231%3F%3B%C3%A9%5C..%F0%9F%98%80"
      )
    })
  )

  it.effect("has credentials, accepts JSON, follows no redirect, and has no trace headers", () =>
    Effect.gen(function* () {
      const sent = yield* sentBy(participant, (participants) =>
        Effect.withSpan(participants.fetch("Standup", "Alice"), "the program's own")
      )
      assert.strictEqual(sent.headers.authorization, `Basic ${btoa(`${Stub.accountSid}:${Stub.secret}`)}`)
      assert.strictEqual(sent.headers.accept, "application/json")
      assert.strictEqual(sent.redirect, "manual")
      assert.notProperty(sent.headers, "traceparent")
      assert.notProperty(sent.headers, "b3")
    })
  )

  it.effect("that removes has a form, and one that anonymizes has no body", () =>
    Effect.gen(function* () {
      const removal = yield* sentBy(participant, (participants) => participants.disconnect("Standup", "Alice"))
      assert.strictEqual(removal.method, "POST")
      assert.strictEqual(removal.body, "Status=disconnected")
      assert.match(removal.headers["content-type"] ?? "", /^application\/x-www-form-urlencoded/)
      const erasure = yield* sentBy(participant, (participants) => participants.anonymize("Standup", "Alice"))
      assert.strictEqual(erasure.url, "https://video.twilio.com/v1/Rooms/Standup/Participants/Alice/Anonymize")
      assert.strictEqual(erasure.method, "POST")
      assert.strictEqual(erasure.body, "")
    })
  )

  it.effect("for a list has its filters, dates without milliseconds, and no default page size", () =>
    Effect.gen(function* () {
      const bare = yield* sentBy(page, (participants) => participants.list("Standup"))
      assert.strictEqual(bare.url, "https://video.twilio.com/v1/Rooms/Standup/Participants")
      const full = yield* sentBy(page, (participants) =>
        participants.list("Standup", {
          status: "disconnected",
          identity: "a&b=c +d",
          dateCreatedAfter: DateTime.makeUnsafe("2026-01-02T03:04:05.999Z"),
          dateCreatedBefore: new Date("2026-01-03T00:00:00Z"),
          pageSize: 20,
          pageToken: "PA/1+2"
        })
      )
      assert.strictEqual(
        full.url,
        "https://video.twilio.com/v1/Rooms/Standup/Participants?Status=disconnected" +
          "&DateCreatedAfter=2026-01-02T03%3A04%3A05Z&DateCreatedBefore=2026-01-03T00%3A00%3A00Z" +
          "&Identity=a%26b%3Dc%20%2Bd&PageSize=20&PageToken=PA%2F1%2B2"
      )
    })
  )

  it.effect("of a stream has a default page size of 1000, also with an explicit undefined", () =>
    Effect.gen(function* () {
      for (const options of [undefined, {}, { pageSize: undefined }]) {
        const sent = yield* sentBy(page, (participants) => Stream.runDrain(participants.stream("Standup", options)))
        assert.isTrue(sent.url.endsWith("?PageSize=1000"))
      }
      const sent = yield* sentBy(page, (participants) =>
        Stream.runDrain(participants.stream("Standup", { pageSize: 7 }))
      )
      assert.isTrue(sent.url.endsWith("?PageSize=7"))
    })
  )
})

describe("transformClient", () => {
  it.effect("gets requests with credentials, and its changes are sent", () =>
    Effect.gen(function* () {
      const sent = yield* sentBy(page, (participants) => participants.list("Standup"), {
        transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-team", "moderation"))
      })
      assert.strictEqual(sent.headers["x-team"], "moderation")
      assert.match(sent.headers.authorization ?? "", /^Basic /)
    })
  )
})

describe("the program's RequestInit", () => {
  it.effect("is used, except for redirects", () =>
    Effect.gen(function* () {
      const { handler, sent } = record(page)
      yield* Participants.list("Standup").pipe(
        Effect.provide(
          Stub.layer(handler).pipe(
            Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { headers: { "x-own": "1" }, redirect: "follow" }))
          )
        )
      )
      assert.strictEqual(sent[0]?.headers["x-own"], "1")
      assert.strictEqual(sent[0]?.redirect, "manual")
    })
  )
})

describe("the host", () => {
  const hosts: ReadonlyArray<readonly [TwilioHttpClient.HttpClientOptions, string]> = [
    [{}, "https://video.twilio.com"],
    [{ region: "ie1" }, "https://video.ie1.twilio.com"],
    [{ edge: "sydney", region: "au1" }, "https://video.sydney.au1.twilio.com"],
    [{ edge: "dublin" }, "https://video.dublin.us1.twilio.com"],
    [{ baseUrl: "http://127.0.0.1:4010/" }, "http://127.0.0.1:4010"],
    [{ baseUrl: "https://proxy.example/twilio/video//", region: "ie1" }, "https://proxy.example/twilio/video"]
  ]
  for (const [options, expected] of hosts) {
    it.effect(`is ${expected} with ${JSON.stringify(options)}`, () =>
      Effect.gen(function* () {
        const sent = yield* sentBy(page, (participants) => participants.list("Standup"), options)
        assert.strictEqual(sent.url, `${expected}/v1/Rooms/Standup/Participants`)
      })
    )
  }
})

describe("invalid options", () => {
  const key = { apiKeySid: `SK${"2".repeat(32)}`, apiKeySecret: Redacted.make("k3y-secret") }
  const untyped = (options: object) => options as TwilioHttpClient.Options
  const invalid: ReadonlyArray<readonly [string, TwilioHttpClient.Options]> = [
    ["accountSid", { accountSid: "AC123", authToken: Redacted.make(Stub.secret) }],
    ["accountSid", { accountSid: key.apiKeySid, authToken: Redacted.make(Stub.secret) }],
    ["authToken", { accountSid: Stub.accountSid, authToken: Redacted.make("") }],
    ["apiKeySid", { apiKeySid: Stub.accountSid, apiKeySecret: key.apiKeySecret }],
    ["apiKeySecret", { apiKeySid: key.apiKeySid, apiKeySecret: Redacted.make("") }],
    ["region", { ...key, region: "evil.example/" }],
    ["edge", { ...key, edge: "" }],
    ["baseUrl", { ...key, baseUrl: "video.twilio.com" }],
    ["baseUrl", { ...key, baseUrl: "ftp://video.twilio.com" }],
    ["baseUrl", { ...key, baseUrl: "https://me:k3y-secret@proxy.example" }],
    ["baseUrl", { ...key, baseUrl: "https://proxy.example/?key=k3y-secret" }],
    // With each of these, a removal could look done.
    ["baseUrl", { ...key, baseUrl: "https://video.twilio.com/v1" }],
    ["baseUrl", { ...key, baseUrl: "http://127.0.0.1:4010/v1/" }],
    ["baseUrl", { ...key, baseUrl: "https://proxy.example/twilio/V1//" }],
    ["baseUrl", { ...key, baseUrl: "http://127.0.0.1:4010/x/../v1/Rooms" }],
    ["baseUrl", { ...key, baseUrl: "https://video.twilio.com/2010-04-01" }],
    ["baseUrl", { ...key, baseUrl: "https://api.twilio.com" }],
    ["baseUrl", { ...key, baseUrl: "http://video.twilio.com" }],
    // Values of JavaScript programs.
    ["authToken", untyped({ ...key, accountSid: Stub.accountSid, authToken: Redacted.make(Stub.secret) })],
    ["authToken", untyped({ apiKeySecret: key.apiKeySecret, authToken: Redacted.make(Stub.secret) })],
    ["authToken", untyped({ accountSid: Stub.accountSid, authToken: Stub.secret })],
    ["authToken", untyped({ accountSid: Stub.accountSid })],
    ["authToken", untyped({ accountSid: Stub.accountSid, authToken: Redacted.make(7) })],
    ["apiKeySecret", untyped({ ...key, apiKeySecret: "k3y-secret" })],
    ["apiKeySecret", untyped({ apiKeySid: key.apiKeySid })],
    ["apiKeySid", untyped({ accountSid: Stub.accountSid, apiKeySecret: key.apiKeySecret })],
    ["accountSid", untyped({})],
    ["baseUrl", untyped({ ...key, baseUrl: {} })],
    ["quota.reads", untyped({ ...key, quota: "on" })],
    ["quota.writes", untyped({ ...key, quota: { reads: 1, writes: "1" } })]
  ]
  for (const [argument, options] of invalid) {
    it.effect(`fail the layer with ${argument}, without its value`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Effect.provide(
            Effect.service(Participants.Participants),
            TwilioHttpClient.layer(TwilioVideo.services, options).pipe(
              Layer.provide(WebHandlerTransport.layer(async () => page()))
            )
          )
        )
        assert.strictEqual(error.reason._tag === "InvalidArgument" && error.reason.argument, argument)
        // No request was in flight.
        assert.isTrue(error.message.endsWith("Nothing was sent."), error.message)
        assert.notProperty(error, "method")
        assert.notProperty(error, "path")
        for (const value of [Stub.secret, "k3y-secret", "evil.example"]) {
          assert.notInclude(JSON.stringify(error), value)
        }
      })
    )
  }
})

describe("the environment", () => {
  const sentWith = Effect.fnUntraced(function* (environment: Record<string, string>) {
    const { handler, sent } = record(page)
    yield* Participants.list("Standup").pipe(
      Effect.provide(
        TwilioHttpClient.layerConfig(TwilioVideo.services).pipe(Layer.provide(WebHandlerTransport.layer(handler)))
      ),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment))
    )
    return { url: sent[0]?.url, user: atob(sent[0]?.headers.authorization?.slice(6) ?? "") }
  })
  const account = { TWILIO_ACCOUNT_SID: Stub.accountSid, TWILIO_AUTH_TOKEN: Stub.secret }
  const apiKeySid = `SK${"2".repeat(32)}`
  const key = { TWILIO_API_KEY_SID: apiKeySid, TWILIO_API_KEY_SECRET: "k3y-secret" }
  const otherSid = `SK${"3".repeat(32)}`
  const shortKey = { TWILIO_API_KEY: apiKeySid, TWILIO_API_SECRET: "k3y-secret" }

  it.effect("provides an API key, by either of its usual names, or else the account's token", () =>
    Effect.gen(function* () {
      const byAccount = `${Stub.accountSid}:${Stub.secret}`
      const byKey = `${apiKeySid}:k3y-secret`
      for (const [environment, user] of [
        [account, byAccount],
        [{ ...account, TWILIO_API_KEY: "", TWILIO_API_KEY_SID: "" }, byAccount],
        [key, byKey],
        [shortKey, byKey],
        [{ ...account, ...key }, byKey],
        [{ ...account, ...shortKey }, byKey],
        [{ ...account, TWILIO_API_SECRET: "left over" }, byAccount],
        // The SID and the secret of one pair, the first complete one.
        [{ ...key, TWILIO_API_KEY: otherSid, TWILIO_API_SECRET: "other" }, byKey],
        [{ ...shortKey, TWILIO_API_KEY_SID: otherSid }, byKey],
        [{ ...shortKey, TWILIO_API_KEY_SECRET: "other" }, byKey],
        [{ ...key, TWILIO_API_SECRET: "other" }, byKey],
        [{ ...key, TWILIO_API_KEY: otherSid }, byKey]
      ] as const) {
        assert.strictEqual((yield* sentWith(environment)).user, user)
      }
    })
  )

  it.effect("provides region, edge and base URL", () =>
    Effect.gen(function* () {
      const path = "/v1/Rooms/Standup/Participants"
      assert.strictEqual(
        (yield* sentWith({ ...account, TWILIO_REGION: "ie1" })).url,
        `https://video.ie1.twilio.com${path}`
      )
      assert.strictEqual(
        (yield* sentWith({ ...account, TWILIO_EDGE: "dublin" })).url,
        `https://video.dublin.us1.twilio.com${path}`
      )
      assert.strictEqual(
        (yield* sentWith({ ...account, TWILIO_VIDEO_BASE_URL: "http://127.0.0.1:4010" })).url,
        `http://127.0.0.1:4010${path}`
      )
    })
  )

  it.effect("without credentials fails with the missing variable and those to set", () =>
    Effect.gen(function* () {
      for (const [environment, missing] of [
        [{}, "TWILIO_ACCOUNT_SID is missing"],
        [{ TWILIO_ACCOUNT_SID: Stub.accountSid }, "TWILIO_AUTH_TOKEN is missing"],
        [{ ...account, TWILIO_API_KEY: apiKeySid }, "TWILIO_API_KEY is set, but TWILIO_API_SECRET is not"],
        [
          { ...account, TWILIO_API_KEY_SID: apiKeySid, TWILIO_API_SECRET: Stub.secret },
          "TWILIO_API_KEY_SID is set, but TWILIO_API_KEY_SECRET is not"
        ],
        [
          { TWILIO_API_KEY: apiKeySid, TWILIO_API_KEY_SECRET: Stub.secret },
          "TWILIO_API_KEY is set, but TWILIO_API_SECRET is not"
        ]
      ] as const) {
        const error = yield* Effect.flip(sentWith(environment))
        assert.strictEqual(error._tag, "ConfigError")
        assert.strictEqual(
          error.message,
          `SourceError: Cannot read the options from the environment (${missing}). For credentials, set TWILIO_API_KEY_SID and ` +
            "TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and TWILIO_API_SECRET), or TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
        )
        assert.notInclude(String(error), Stub.secret)
      }
    })
  )
})

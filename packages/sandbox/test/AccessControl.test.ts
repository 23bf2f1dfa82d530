/**
 * Access to a served sandbox: host names, web pages and the control token. Requests use `node:http`, since `fetch`
 * doesn't let a program set `Host` and `Origin`.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { type IncomingHttpHeaders, request } from "node:http"
import { text } from "node:stream/consumers"
import * as Calls from "./support/Calls.ts"

const authorization = Calls.basic(Calls.accountSid, Calls.authToken)

const serve = (options: SandboxServer.ListenOptions = {}) =>
  SandboxServer.layer(options).pipe(Layer.provideMerge(Sandbox.layerControls()), Layer.orDie)

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  // Each test knows the shape of the body that it expects.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

/** Sends a request with the sandbox's credentials to the server in the context. */
const send = ({ body, headers, method = "GET", path = "/v1/Rooms" }: Sent) =>
  Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
    Effect.callback<Reply>((resume) => {
      const { hostname, port } = new URL(baseUrl)
      const target = { hostname: hostname.replace(/^\[|\]$/gu, ""), port, method, path }
      const sent = request({ ...target, headers: { authorization, ...headers } }, async (response) => {
        const json = await text(response)
        const body: unknown = json === "" ? undefined : JSON.parse(json)
        resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body }))
      })
      sent.once("error", (error) => resume(Effect.die(error)))
      sent.end(body)
    })
  )

const statusOf = (sent: Sent) => Effect.map(send(sent), ({ body, status }) => [status, body?.problem])

/** Reads and changes, in Twilio's API and in the controls. */
const requests: ReadonlyArray<Sent> = [
  { path: "/v1/Rooms" },
  { path: "/v1/Rooms/DailyStandup", method: "POST", body: "Status=completed" },
  { path: "/v1/Rooms", method: "OPTIONS" },
  { path: "/v1/Nothing" },
  { path: "/sandbox" },
  { path: "/sandbox/state" },
  { path: "/sandbox/rooms/DailyStandup/complete", method: "POST" },
  { path: "/sandbox/seed", method: "POST", body: '{"rooms":[]}' },
  { path: "/sandbox/state", method: "OPTIONS" },
  { path: "/sandbox/nothing" }
]

/** Asserts that every request with these headers is rejected, changes nothing and isn't logged. */
const rejectsAll = (headers: Readonly<Record<string, string>>, refusal: readonly [status: number, problem: string]) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const { rooms } = yield* sandbox.exportState
    for (const sent of requests) {
      const reply = yield* send({ ...sent, headers })
      const what = `${JSON.stringify(headers)} ${sent.method} ${sent.path}`
      assert.deepStrictEqual([reply.status, reply.body.problem, reply.body.status], [...refusal, refusal[0]], what)
      assert.notProperty(reply.headers, "access-control-allow-origin", what)
    }
    assert.deepStrictEqual((yield* sandbox.exportState).rooms, rooms)
    assert.deepStrictEqual(yield* sandbox.requests, [])
  })

const allowed = [200, undefined]

describe("a host", () => {
  const loopbackAndAddresses = [
    ["localhost", "localhost:4010", "LocalHost", "app.localhost", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:4010"],
    ["0.0.0.0:4010", "10.0.0.5", "192.168.1.7:4010", "203.0.113.9", "[fe80::1]", "[2001:db8::2]:80"]
  ].flat()

  const twilioHosts = ["video.twilio.com", "video.ie1.twilio.com", "video.dublin.ie1.twilio.com:443"]

  it.live("is allowed if it is a loopback name, an IP address or a name of Twilio's API", () =>
    Effect.gen(function* () {
      for (const host of [...loopbackAndAddresses, ...twilioHosts]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { host } }), allowed, host)
        assert.deepStrictEqual(yield* statusOf({ headers: { host }, path: "/sandbox/state" }), allowed, host)
      }
    }).pipe(Effect.provide(serve()))
  )

  it.live("is rejected with 421 if it is any other name", () =>
    Effect.gen(function* () {
      yield* rejectsAll({ host: "evil.example" }, [421, "host-not-allowed"])
      for (const host of [
        "evil.example:4010",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "notlocalhost",
        "api.twilio.com"
      ]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { host } }), [421, "host-not-allowed"], host)
      }
      const { body } = yield* send({ headers: { host: "video_sandbox:4010" } })
      assert.strictEqual(
        body.message,
        "The host name video_sandbox isn't allowed, as a protection against DNS rebinding. If the name is yours, start " +
          "the sandbox with --allow-host video_sandbox, or add it to allowedHosts."
      )
    }).pipe(Effect.provide(serve()))
  )

  it.live("is allowed if it is in allowedHosts, for every port or for one", () =>
    Effect.gen(function* () {
      for (const host of ["video_sandbox", "video_sandbox:4010", "VIDEO_SANDBOX", "api.example:81", "localhost"]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { host } }), allowed, host)
      }
      for (const host of ["api.example", "api.example:82", "other_sandbox", "x.video_sandbox"]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { host } }), [421, "host-not-allowed"], host)
      }
    }).pipe(Effect.provide(serve({ allowedHosts: ["video_sandbox", "api.example:81"] })))
  )

  it.live("is rejected with 400 if it is malformed", () =>
    Effect.gen(function* () {
      yield* rejectsAll({ host: "a:b:c" }, [400, "invalid-host"])
      const odd = [":4010", "localhost:port", "localhost:99999", "[::1", "[::xyz]", "::1", "999.999.999.999"]
      for (const host of [...odd, "me@localhost", "local host", 'evil.example/?"', "localhost/", "localhost#", "%6c"]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { host } }), [400, "invalid-host"], host)
      }
    }).pipe(Effect.provide(serve()))
  )

  it.live("ignores the headers of a proxy", () =>
    Effect.gen(function* () {
      const forwarded = { "x-forwarded-host": "localhost", forwarded: "host=localhost" }
      const outside = yield* statusOf({ headers: { ...forwarded, host: "evil.example" } })
      assert.deepStrictEqual(outside, [421, "host-not-allowed"])
      const headers = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", host: "localhost:81" }
      const { body } = yield* send({ headers, path: "/v1/Rooms/DailyStandup" })
      assert.strictEqual(body.url, `http://localhost:81/v1/Rooms/${body.sid}`)
    }).pipe(Effect.provide(serve()))
  )

  it.live("comes from the request target if that is an absolute URL", () =>
    Effect.gen(function* () {
      const of = (target: string, host = "localhost") => statusOf({ path: `${target}/v1/Rooms`, headers: { host } })
      assert.deepStrictEqual(yield* of("http://localhost"), allowed)
      assert.deepStrictEqual(yield* of("http://evil.example"), [421, "host-not-allowed"])
      assert.deepStrictEqual(yield* of("http://localhost", "evil.example"), allowed)
      assert.deepStrictEqual(yield* of("http://localhost.evil.example"), [421, "host-not-allowed"])
      assert.deepStrictEqual(yield* of("http://a:b:c"), [400, "invalid-host"])
    }).pipe(Effect.provide(serve()))
  )

  it.live("appears in the URLs of responses, underscores included", () =>
    Effect.gen(function* () {
      const { body } = yield* send({ path: "/v1/Rooms?PageSize=1", headers: { host: "video_sandbox:4010" } })
      assert.match(body.meta.next_page_url, /^http:\/\/video_sandbox:4010\/v1\/Rooms\?/)
      assert.match(body.rooms[0].links.participants, /^http:\/\/video_sandbox:4010\/v1\/Rooms\/RM/)
    }).pipe(Effect.provide(serve({ allowedHosts: ["video_sandbox"] })))
  )

  it.live("is replaced by the public origin in the URLs of responses", () =>
    Effect.gen(function* () {
      const { body } = yield* send({ path: "/v1/Rooms?PageSize=1" })
      assert.match(body.meta.next_page_url, /^https:\/\/sandbox\.example\.com\/v1\/Rooms\?/)
      const opened = yield* send({ path: "/sandbox/rooms", method: "POST" })
      assert.strictEqual(opened.body.url, `https://sandbox.example.com/v1/Rooms/${opened.body.sid}`)
    }).pipe(Effect.provide(serve({ publicOrigin: "https://sandbox.example.com" })))
  )
})

describe("a web page", () => {
  it.live("of another site is rejected on every route", () =>
    Effect.gen(function* () {
      const crossSite: [number, string] = [403, "cross-site-request"]
      // The content types that need no preflight.
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
        yield* rejectsAll({ origin: "https://evil.example", "content-type": type }, crossSite)
      }
      for (const origin of [
        "null",
        "https://localhost.evil.example",
        "file://",
        "chrome-extension://abc",
        "http://["
      ]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { origin } }), crossSite, origin)
      }
      // An image or a link has no Origin.
      yield* rejectsAll({ "sec-fetch-site": "cross-site" }, crossSite)
    }).pipe(Effect.provide(serve()))
  )

  it.live("on loopback can use every route, from any port", () =>
    Effect.gen(function* () {
      for (const origin of [
        "http://localhost:3000",
        "http://127.0.0.1:8080",
        "https://app.localhost",
        "http://[::1]:5"
      ]) {
        // To a browser, localhost and 127.0.0.1 are different sites.
        const headers = { origin, "sec-fetch-site": "cross-site" }
        const asked = { ...headers, "access-control-request-method": "POST", authorization: "" }
        const preflight = yield* send({ method: "OPTIONS", path: "/v1/Rooms/DailyStandup", headers: asked })
        assert.strictEqual(preflight.status, 204)
        const reply = yield* send({ path: "/v1/Rooms/DailyStandup", headers })
        const refused = yield* send({ path: "/v1/Rooms/DailyStandup", headers: { ...headers, authorization: "" } })
        assert.deepStrictEqual([reply.status, refused.status], [200, 401])
        for (const { headers } of [preflight, reply, refused]) {
          assert.strictEqual(headers["access-control-allow-origin"], "*")
          assert.strictEqual(headers["access-control-allow-methods"], "GET, POST, DELETE, OPTIONS")
          assert.include(headers["access-control-allow-headers"], "Authorization, Content-Type")
        }
        const controls = [
          yield* send({ method: "OPTIONS", path: "/sandbox/faults", headers: asked }),
          yield* send({ method: "PUT", path: "/sandbox/faults", headers, body: "[]" }),
          yield* send({ path: "/sandbox/nothing", headers })
        ]
        assert.deepStrictEqual(
          controls.map(({ headers, status }) => [status, headers["access-control-allow-methods"]]),
          [204, 200, 404].map((status) => [status, "GET, POST, PUT, PATCH, DELETE, OPTIONS"])
        )
      }
    }).pipe(Effect.provide(serve()))
  )

  it.live("of an allowed origin can use every route", () =>
    Effect.gen(function* () {
      const headers = { origin: "https://app.example.com", "sec-fetch-site": "cross-site" }
      assert.deepStrictEqual(yield* statusOf({ headers }), allowed)
      assert.deepStrictEqual(yield* statusOf({ headers, path: "/sandbox/state" }), allowed)
      for (const origin of ["https://app.example.com:444", "http://app.example.com", "https://evil.example", "null"]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { origin } }), [403, "cross-site-request"], origin)
      }
    }).pipe(Effect.provide(serve({ allowedOrigins: ["https://app.example.com:443"] })))
  )

  it.live("is told apart from curl -d and from requests of the same site", () =>
    Effect.gen(function* () {
      const typed = { "content-type": "application/x-www-form-urlencoded" }
      const seeded = yield* send({ path: "/sandbox/rooms", method: "POST", headers: typed, body: '{"uniqueName":"A"}' })
      assert.deepStrictEqual([seeded.status, seeded.body.unique_name], [201, "A"])
      for (const site of ["none", "same-origin", "same-site"]) {
        assert.deepStrictEqual(yield* statusOf({ headers: { "sec-fetch-site": site } }), allowed, site)
      }
    }).pipe(Effect.provide(serve()))
  )
})

const controlToken = Redacted.make("open-sesame")

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

// A loopback address that the server doesn't recognize as one, so the test isn't reachable from other machines.
const beyondLoopback = "::ffff:127.0.0.1"

describe("the controls", () => {
  it.live("require the control token, and Twilio's API doesn't", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* statusOf({}), allowed)
      assert.deepStrictEqual(yield* statusOf({ headers: bearer("open-sesame"), path: "/sandbox/state" }), allowed)
      for (const headers of [{}, bearer("open-sesam"), bearer("open-sesame!"), bearer("open-sesamf"), bearer("")]) {
        for (const path of ["/sandbox", "/sandbox/state", "/sandbox/nothing"]) {
          const reply = yield* send({ headers, path })
          assert.deepStrictEqual([reply.status, reply.body.problem], [401, "control-token-missing"])
          assert.strictEqual(reply.headers["www-authenticate"], 'Bearer realm="Sandbox controls"')
        }
      }
      // A preflight has no token.
      const headers = { origin: "http://localhost:3000", authorization: "" }
      assert.strictEqual((yield* send({ method: "OPTIONS", path: "/sandbox/state", headers })).status, 204)
    }).pipe(Effect.provide(serve({ controlToken })))
  )

  /** Serves beyond loopback and collects the log. */
  const serveBeyond = (logged: Array<unknown>, options: SandboxServer.ListenOptions = {}) =>
    serve({ host: beyondLoopback, ...options }).pipe(
      Layer.provide(Logger.layer([Logger.make(({ logLevel, message }) => logged.push([logLevel, message]))]))
    )

  const exposed = /^The sandbox listens on http:\/\/\[::ffff:7f00:1\]:\d+, where other machines may reach it\. (.*)$/

  it.live("are closed beyond loopback without a token, and the server warns", () => {
    const logged: Array<readonly [string, ReadonlyArray<string>]> = []
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* statusOf({}), allowed)
      assert.deepStrictEqual(yield* statusOf({ path: "/sandbox/state" }), [403, "controls-closed"])
      assert.deepStrictEqual(
        logged.map(([level, [message = ""]]) => [level, exposed.exec(message)?.[1]]),
        [["Warn", "Its credentials are public, and its controls are closed without a controlToken."]]
      )
    }).pipe(Effect.provide(serveBeyond(logged)))
  })

  it.live("are open beyond loopback with the control token, which the warning leaves out", () => {
    const logged: Array<readonly [string, ReadonlyArray<string>]> = []
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* statusOf({ headers: bearer("open-sesame"), path: "/sandbox/state" }), allowed)
      assert.deepStrictEqual(yield* statusOf({ path: "/sandbox/state" }), [401, "control-token-missing"])
      assert.deepStrictEqual(
        logged.map(([level, [message = ""]]) => [level, exposed.exec(message)?.[1]]),
        [["Warn", "Its credentials are public, and its controls need the control token."]]
      )
    }).pipe(Effect.provide(serveBeyond(logged, { controlToken })))
  })

  it.live("reject status callbacks, the sandbox's own included", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const baseUrl = yield* SandboxServer.baseUrl
      for (const host of [baseUrl, baseUrl.replace("127.0.0.1", "localhost")]) {
        const path = "/sandbox/rooms/DailyStandup/complete"
        const { sid } = yield* sandbox.openRoom({ statusCallback: host + path })
        yield* sandbox.completeRoom(sid)
      }
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map(
          ({ attempts, deliveryStatus, event }) => `${event} ${deliveryStatus} ${attempts[0]?.status}`
        ),
        ["room-created failed 403", "room-ended failed 403", "room-created failed 403", "room-ended failed 403"]
      )
      assert.strictEqual((yield* send({ path: "/v1/Rooms/DailyStandup" })).body.status, "in-progress")
    }).pipe(Effect.provide(serve()))
  )
})

describe("a sandbox as a web handler", () => {
  const statusAt = async (handler: (request: Request) => Promise<Response>, url: string, headers = {}) => {
    const response = await handler(new Request(url, { headers: { authorization, ...headers } }))
    const body = await response.json()
    return [response.status, body.problem]
  }

  it.live("checks both the URL and the Host header", () =>
    Effect.promise(async () => {
      const { dispose, handler } = Sandbox.toWebHandler()
      assert.deepStrictEqual(await statusAt(handler, "http://localhost/v1/Rooms"), allowed)
      assert.deepStrictEqual(await statusAt(handler, "https://127.0.0.1:8787/sandbox/state"), allowed)
      for (const host of ["sandbox", "sandbox.example.com", "localhost.evil.example"]) {
        const refused = await statusAt(handler, `http://${host}/v1/Rooms`, { host: "localhost" })
        assert.deepStrictEqual(refused, [421, "host-not-allowed"], host)
      }
      const named = await statusAt(handler, "http://localhost/v1/Rooms", { host: "evil.example" })
      assert.deepStrictEqual(named, [421, "host-not-allowed"])
      const page = await statusAt(handler, "http://localhost/sandbox/state", { origin: "https://evil.example" })
      assert.deepStrictEqual(page, [403, "cross-site-request"])
      await dispose()
    })
  )

  it.live("tells a client of another host to check its base URL", () =>
    Effect.gen(function* () {
      const { dispose, handler } = Sandbox.toWebHandler()
      const Twilio = TwilioHttpClient.layer(TwilioVideo.services, {
        accountSid: SandboxCredentials.defaults.accountSid,
        authToken: Redacted.make(SandboxCredentials.defaults.authToken),
        baseUrl: "http://video_sandbox:4010"
      }).pipe(Layer.provide(WebHandlerTransport.layer(handler)))
      const error = yield* Participants.Participants.use((participants) => participants.fetch("Room", "Alice")).pipe(
        Effect.provide(Twilio),
        Effect.flip
      )
      assert.include(
        error.message,
        "http://video_sandbox:4010 responded without a Twilio error code. Check the base URL."
      )
      yield* Effect.promise(dispose)
    })
  )

  it.live("applies allowed hosts and origins, a control token and a public origin", () =>
    Effect.promise(async () => {
      const { dispose, handler } = Sandbox.toWebHandler({
        allowedHosts: ["sandbox.example.com:443"],
        allowedOrigins: ["https://app.example.com"],
        controlToken,
        publicOrigin: "https://public.example.com"
      })
      const url = "https://sandbox.example.com"
      assert.deepStrictEqual(await statusAt(handler, `${url}/v1/Rooms`, { origin: "https://app.example.com" }), allowed)
      assert.deepStrictEqual(await statusAt(handler, `http://sandbox.example.com/v1/Rooms`), [421, "host-not-allowed"])
      assert.deepStrictEqual(await statusAt(handler, `${url}/sandbox/state`), [401, "control-token-missing"])
      assert.deepStrictEqual(await statusAt(handler, `${url}/sandbox/state`, bearer("open-sesame")), allowed)
      const response = await handler(new Request(`${url}/v1/Rooms/DailyStandup`, { headers: { authorization } }))
      const room = (await response.json()) as { readonly sid: string; readonly url: string }
      assert.strictEqual(room.url, `https://public.example.com/v1/Rooms/${room.sid}`)
      await dispose()
    })
  )

  const invalid: ReadonlyArray<readonly [Sandbox.ServeOptions, string]> = [
    [
      { allowedHosts: ["http://a.example"] },
      'Invalid host "http://a.example". Use a form such as sandbox.example.com or sandbox.example.com:8080.'
    ],
    [
      { allowedOrigins: ["app.example.com"] },
      'Invalid origin "app.example.com". Use a form such as https://app.example.com.'
    ],
    [{ allowedOrigins: ["null"] }, 'Invalid origin "null". Use a form such as https://app.example.com.'],
    [
      { publicOrigin: "https://a.example/b" },
      'Invalid origin "https://a.example/b". Use a form such as https://app.example.com.'
    ],
    [
      { controlToken: Redacted.make("two words") },
      "The control token isn't a valid bearer token. Use letters, digits and -._~+/ only."
    ],
    [
      { controlToken: Redacted.make("") },
      "The control token isn't a valid bearer token. Use letters, digits and -._~+/ only."
    ]
  ]
  for (const [options, message] of invalid) {
    it(`rejects ${JSON.stringify(options)}`, () => {
      assert.throws(() => Sandbox.toWebHandler(options), Error, message)
    })
  }
})

describe("a client in the same process", () => {
  it.live("can use any host and origin", () =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      for (const path of ["/v1/Rooms", "/sandbox/state"]) {
        const response = yield* client.execute(
          HttpClientRequest.get(`https://video.twilio.com${path}`).pipe(
            HttpClientRequest.setHeaders({ authorization, host: "evil.example", origin: "https://evil.example" })
          )
        )
        assert.strictEqual(response.status, 200)
      }
    }).pipe(Effect.provide(Sandbox.layerHttpClient.pipe(Layer.provide(Sandbox.layerControls()))))
  )
})

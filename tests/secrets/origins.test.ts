/**
 * Credentials are sent to one origin only: no next page, link or redirect leads them to another one, on real sockets with
 * fetch and undici.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { RequestListener } from "node:http"
import * as Operations from "../../packages/http/test/support/Operations.ts"
import * as Stub from "../../packages/http/test/support/Stub.ts"
import * as Lane from "../support/Lane.ts"
import * as Failure from "./Failure.ts"
import * as HostileUrls from "./HostileUrls.ts"
import * as Loopback from "./Loopback.ts"
import * as Secrets from "./Secrets.ts"
import * as Summary from "./Summary.ts"

const secret = Secrets.authToken

/** One in four of them in `pnpm test`. */
const urls = HostileUrls.all.filter((_, index) => index % Lane.count(4, 1) === 0)

const covered = { urls: urls.length, streams: 0, redirects: 0, answers: 0, requests: 0, strangers: 0 }

afterAll(() => Summary.write("origins", covered))

const following = "fetch that follows redirects"

const init: RequestInit = { redirect: "follow", credentials: "include" }

/** Sets `redirect: "follow"` around the call too, not only around the layer. */
const withRedirects = Effect.provideService(FetchHttpClient.RequestInit, init)

/** With fetch, also in a program that follows redirects. */
const transports: ReadonlyArray<readonly [name: string, way: Failure.Way]> = [
  ...Failure.sockets,
  [following, Layer.merge(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.RequestInit, init))]
]

const redirects = Lane.isDeep ? [300, 301, 302, 303, 305, 307, 308] : [307]

interface Listed {
  readonly name: string
  readonly key: string
  readonly item: (change: Readonly<Record<string, unknown>>) => Record<string, unknown>
  readonly stream: Effect.Effect<Stream.Stream<unknown, Operations.Failure>, never, TwilioVideo.Services>
}

const listed: ReadonlyArray<Listed> = [
  { name: "Rooms", key: "rooms", item: Stub.room, stream: Rooms.Rooms.useSync(({ stream }) => stream()) },
  {
    name: "Participants",
    key: "participants",
    item: Stub.body,
    stream: Participants.Participants.useSync(({ stream }) => stream("Ward"))
  },
  {
    name: "PublishedTracks",
    key: "published_tracks",
    item: Stub.publishedTrack,
    stream: PublishedTracks.PublishedTracks.useSync(({ stream }) => stream("Ward", "Alice"))
  },
  {
    name: "SubscribedTracks",
    key: "subscribed_tracks",
    item: Stub.subscribedTrack,
    stream: SubscribedTracks.SubscribedTracks.useSync(({ stream }) => stream("Ward", "Alice"))
  }
]

const respondingWith = (
  respond: (url: string, method: string) => { readonly status?: number; readonly body: unknown }
) => {
  const listener: RequestListener = ({ method = "", url = "" }, response) => {
    const { body, status = method === "POST" ? 202 : 200 } = respond(url, method)
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
  }
  return listener
}

/** Another server. It records what it receives, and responds with an empty list. */
const foreignServer = Loopback.http(
  respondingWith(() => ({ body: { ...Stub.room(), ...Stub.list([], null, undefined, "rooms") } }))
)

const assertAlone = (api: Loopback.Loopback, foreign: Loopback.Loopback) => {
  covered.requests += api.requests.length
  covered.strangers += foreign.connections()
  assert.deepStrictEqual([foreign.connections(), foreign.requests], [0, []])
  for (const { authorization } of api.requests) assert.strictEqual(authorization, secret.header)
}

const problemOf = (error: unknown) =>
  error instanceof TwilioError.TwilioError && error.reason._tag === "UnexpectedResponse"
    ? error.reason.problem
    : String(error)

for (const [how, transport] of transports) {
  for (const { item, key, name, stream } of listed) {
    describe(`${how}: a stream of ${name} stays at its origin`, () => {
      for (const hostile of urls) {
        it.live(`with a next page at ${hostile.name}`, () =>
          Effect.gen(function* () {
            const foreign = yield* foreignServer
            let url = ""
            let pages = 0
            const api = yield* Loopback.http(
              respondingWith(() => {
                pages += 1
                const first = {
                  ...Stub.list([item({ url, links: { next: url } })], pages === 1 ? url : null, url, key)
                }
                return { body: pages === 1 ? { ...first, meta: { ...first.meta, url: null } } : first }
              })
            )
            url = hostile.url({ api: api.port, foreign: foreign.port })
            const seen: Array<unknown> = []
            const run = Effect.flatMap(
              stream,
              Stream.runForEach((item) => Effect.sync(() => seen.push(item)))
            )
            const end = yield* Effect.result(Failure.over(secret, transport, run, { baseUrl: api.baseUrl }))
            covered.streams += 1
            if (hostile.leads === "home") {
              assert.deepStrictEqual([Result.isSuccess(end), seen.length, api.requests.length], [true, 2, 2])
            } else {
              const problem = Option.match(Result.getFailure(end), { onNone: () => "none", onSome: problemOf })
              assert.deepStrictEqual([problem, seen.length, api.requests.length], ["foreign-next-page", 1, 1])
            }
            assertAlone(api, foreign)
          })
        )
      }
    })
  }

  describe(`${how}: every operation stays at its origin`, () => {
    for (const { body, call, name } of Operations.all) {
      // Hundreds of cases share these servers.
      it.live(`${name}, with a redirect`, () =>
        Effect.gen(function* () {
          const foreign = yield* foreignServer
          let status = 0
          let location: string | undefined
          const api = yield* Loopback.http((request, response) => {
            if (request.url?.startsWith("/elsewhere") === true) response.writeHead(500)
            else response.writeHead(status, location === undefined ? {} : { location })
            response.end(JSON.stringify(body))
          })
          const ports = { api: api.port, foreign: foreign.port }
          const written = (text: string) => Buffer.from(text.replaceAll(/[\t\n]/gu, "")).toString("latin1")
          const locations = [
            undefined,
            "",
            "/elsewhere",
            `${api.baseUrl}/elsewhere`,
            ...urls.map(({ url }) => written(url(ports)))
          ]
          const failures = yield* Effect.gen(function* () {
            const results: Array<string> = []
            for (status of redirects) {
              for (location of status === 300 || status === 305 ? locations.slice(0, 6) : locations) {
                results.push(problemOf(yield* Effect.flip(call(Operations.bySid))))
              }
            }
            return results
          }).pipe((program) =>
            Failure.over(secret, transport, how === following ? withRedirects(program) : program, {
              baseUrl: api.baseUrl
            })
          )
          assert(Array.isArray(failures))
          covered.redirects += failures.length
          assert.deepStrictEqual([...new Set<unknown>(failures)], ["redirect"])
          assert.strictEqual(api.requests.length, failures.length)
          assert.isFalse(api.requests.some(({ path }) => path.includes("elsewhere")))
          assertAlone(api, foreign)
        })
      )

      it.live(`${name}, with links in its response`, () =>
        Effect.gen(function* () {
          const foreign = yield* foreignServer
          const api = yield* Loopback.http(({ method, url: path }, response) => {
            const lead = (json: unknown): unknown => {
              const url = `${foreign.baseUrl}${path}`
              const text = JSON.stringify(json).replaceAll(/"https:\/\/video\.twilio\.com[^"]*"/gu, JSON.stringify(url))
              return JSON.parse(text.replaceAll('"links":{}', `"links":{"participants":${JSON.stringify(url)}}`))
            }
            const headers = {
              "content-type": "application/json",
              refresh: `0; url=${foreign.baseUrl}/`,
              link: `<${foreign.baseUrl}/>; rel="next", <${foreign.baseUrl}/>; rel="preload"`,
              location: `${foreign.baseUrl}/`,
              "content-location": `${foreign.baseUrl}/`,
              "alt-svc": `h2="127.0.0.1:${foreign.port}"`,
              "early-hints": `<${foreign.baseUrl}/>`
            }
            response.writeEarlyHints({ link: `<${foreign.baseUrl}/>; rel=preload` })
            response.writeHead(method === "POST" ? 202 : 200, headers).end(JSON.stringify(lead(body)))
          })
          yield* Failure.over(secret, transport, call(Operations.byName), { baseUrl: api.baseUrl })
          yield* Failure.over(secret, transport, call(Operations.bySid), { baseUrl: api.baseUrl })
          covered.answers += 2
          assert.strictEqual(api.requests.length, 2)
          assertAlone(api, foreign)
        })
      )
    }
  })

  describe(`${how}: a page`, () => {
    for (const hostile of urls) {
      it.live(`is one request, with a next page at ${hostile.name}`, () =>
        Effect.gen(function* () {
          const foreign = yield* foreignServer
          let url = ""
          const api = yield* Loopback.http(respondingWith(() => ({ body: Stub.list([], url, url, "rooms") })))
          url = hostile.url({ api: api.port, foreign: foreign.port })
          const list = Effect.flatMap(Rooms.list(), ({ nextPageToken }) =>
            Option.isNone(nextPageToken)
              ? Effect.succeed("no token")
              : Effect.as(Rooms.list({ pageToken: nextPageToken.value }), "a token")
          )
          const end = yield* Failure.over(secret, transport, list, { baseUrl: api.baseUrl })
          assert.strictEqual(api.requests.length, end === "a token" ? 2 : 1)
          assertAlone(api, foreign)
        })
      )
    }
  })
}

describe("a program's client that follows redirects", () => {
  for (const [how, transport] of transports) {
    // It doesn't use a client of the program.
    if (typeof transport === "string") continue
    it.live(`sends no credentials to another origin: ${how}`, () =>
      Effect.gen(function* () {
        const foreign = yield* foreignServer
        const api = yield* Loopback.http((_, response) => {
          response.writeHead(307, { location: `${foreign.baseUrl}/` }).end()
        })
        yield* Effect.exit(
          Failure.over(secret, transport, Failure.removeAlice, {
            baseUrl: api.baseUrl,
            transformClient: HttpClient.followRedirects(3)
          })
        )
        assert.deepStrictEqual(
          foreign.requests.map(({ authorization }) => authorization),
          [""]
        )
      })
    )
  }
})

describe("the list of URLs", () => {
  it("has unique URLs, classified as URL parsers resolve them", () => {
    const ports = { api: 1001, foreign: 1002 }
    const urls = HostileUrls.all.map(({ url }) => url(ports))
    assert.strictEqual(new Set(urls).size, urls.length)
    for (const { leads, name, url } of HostileUrls.all) {
      const text = url(ports)
      const parsed = URL.canParse(text) ? new URL(text) : undefined
      const isHome = parsed?.origin === "http://127.0.0.1:1001" && parsed.username + parsed.password === ""
      if (!/Twilio/u.test(name)) assert.strictEqual(leads, isHome ? "home" : "astray", name)
    }
  })
})

/**
 * Credentials go to one origin: neither a next page, nor a link, nor a redirect leads them to another, on real sockets
 * with fetch and with undici. Holds no rendering of the errors; see errors.test.ts.
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

const following = "fetch that is to follow redirects"

const init: RequestInit = { redirect: "follow", credentials: "include" }

/** Asks for redirects to be followed around the call, and not only where the client is made. */
const asking = Effect.provideService(FetchHttpClient.RequestInit, init)

/** With fetch also where the program itself asks for redirects to be followed. */
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

const answering = (answer: (url: string, method: string) => { readonly status?: number; readonly body: unknown }) => {
  const listener: RequestListener = ({ method = "", url = "" }, response) => {
    const { body, status = method === "POST" ? 202 : 200 } = answer(url, method)
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
  }
  return listener
}

/** A stranger who takes whoever comes, and shows what they get: a list of nobody. */
const makeStranger = Loopback.http(
  answering(() => ({ body: { ...Stub.room(), ...Stub.list([], null, undefined, "rooms") } }))
)

const assertAlone = (api: Loopback.Loopback, stranger: Loopback.Loopback) => {
  covered.requests += api.requests.length
  covered.strangers += stranger.connections()
  assert.deepStrictEqual([stranger.connections(), stranger.requests], [0, []])
  for (const { authorization } of api.requests) assert.strictEqual(authorization, secret.header)
}

const problemOf = (error: unknown) =>
  error instanceof TwilioError.TwilioError && error.reason._tag === "UnexpectedResponse"
    ? error.reason.problem
    : String(error)

for (const [how, transport] of transports) {
  for (const { item, key, name, stream } of listed) {
    describe(`${how}: a stream of ${name} stays where it is`, () => {
      for (const hostile of urls) {
        it.live(`with a next page at ${hostile.name}`, () =>
          Effect.gen(function* () {
            const stranger = yield* makeStranger
            let url = ""
            let pages = 0
            const api = yield* Loopback.http(
              answering(() => {
                pages += 1
                const first = {
                  ...Stub.list([item({ url, links: { next: url } })], pages === 1 ? url : null, url, key)
                }
                return { body: pages === 1 ? { ...first, meta: { ...first.meta, url: null } } : first }
              })
            )
            url = hostile.url({ api: api.port, stranger: stranger.port })
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
            assertAlone(api, stranger)
          })
        )
      }
    })
  }

  describe(`${how}: no operation leaves`, () => {
    for (const { answer, call, name } of Operations.all) {
      // The longest list has hundreds of cases, and a server each would be slow: they share these.
      it.live(`${name}, by a redirect`, () =>
        Effect.gen(function* () {
          const stranger = yield* makeStranger
          let status = 0
          let location: string | undefined
          const api = yield* Loopback.http((request, response) => {
            if (request.url?.startsWith("/elsewhere") === true) response.writeHead(500)
            else response.writeHead(status, location === undefined ? {} : { location })
            response.end(JSON.stringify(answer))
          })
          const ports = { api: api.port, stranger: stranger.port }
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
            Failure.over(secret, transport, how === following ? asking(program) : program, { baseUrl: api.baseUrl })
          )
          assert(Array.isArray(failures))
          covered.redirects += failures.length
          assert.deepStrictEqual([...new Set<unknown>(failures)], ["redirect"])
          assert.strictEqual(api.requests.length, failures.length)
          assert.isFalse(api.requests.some(({ path }) => path.includes("elsewhere")))
          assertAlone(api, stranger)
        })
      )

      it.live(`${name}, by links in its answer`, () =>
        Effect.gen(function* () {
          const stranger = yield* makeStranger
          const api = yield* Loopback.http(({ method, url: path }, response) => {
            const lead = (json: unknown): unknown => {
              const url = `${stranger.baseUrl}${path}`
              const text = JSON.stringify(json).replaceAll(/"https:\/\/video\.twilio\.com[^"]*"/gu, JSON.stringify(url))
              return JSON.parse(text.replaceAll('"links":{}', `"links":{"participants":${JSON.stringify(url)}}`))
            }
            const headers = {
              "content-type": "application/json",
              refresh: `0; url=${stranger.baseUrl}/`,
              link: `<${stranger.baseUrl}/>; rel="next", <${stranger.baseUrl}/>; rel="preload"`,
              location: `${stranger.baseUrl}/`,
              "content-location": `${stranger.baseUrl}/`,
              "alt-svc": `h2="127.0.0.1:${stranger.port}"`,
              "early-hints": `<${stranger.baseUrl}/>`
            }
            response.writeEarlyHints({ link: `<${stranger.baseUrl}/>; rel=preload` })
            response.writeHead(method === "POST" ? 202 : 200, headers).end(JSON.stringify(lead(answer)))
          })
          yield* Failure.over(secret, transport, call(Operations.byName), { baseUrl: api.baseUrl })
          yield* Failure.over(secret, transport, call(Operations.bySid), { baseUrl: api.baseUrl })
          covered.answers += 2
          assert.strictEqual(api.requests.length, 2)
          assertAlone(api, stranger)
        })
      )
    }
  })

  describe(`${how}: a page`, () => {
    for (const hostile of urls) {
      it.live(`is one request, whatever its next page is: ${hostile.name}`, () =>
        Effect.gen(function* () {
          const stranger = yield* makeStranger
          let url = ""
          const api = yield* Loopback.http(answering(() => ({ body: Stub.list([], url, url, "rooms") })))
          url = hostile.url({ api: api.port, stranger: stranger.port })
          const list = Effect.flatMap(Rooms.list(), ({ nextPageToken }) =>
            Option.isNone(nextPageToken)
              ? Effect.succeed("no token")
              : Effect.as(Rooms.list({ pageToken: nextPageToken.value }), "a token")
          )
          const end = yield* Failure.over(secret, transport, list, { baseUrl: api.baseUrl })
          assert.strictEqual(api.requests.length, end === "a token" ? 2 : 1)
          assertAlone(api, stranger)
        })
      )
    }
  })
}

describe("a program's own client that follows redirects", () => {
  for (const [how, transport] of transports) {
    // It has no client of the program's.
    if (transport === "fetch alone") continue
    it.live(`takes no credentials along to another origin: ${how}`, () =>
      Effect.gen(function* () {
        const stranger = yield* makeStranger
        const api = yield* Loopback.http((_, response) => {
          response.writeHead(307, { location: `${stranger.baseUrl}/` }).end()
        })
        yield* Effect.exit(
          Failure.over(secret, transport, Failure.removeAlice, {
            baseUrl: api.baseUrl,
            transformClient: HttpClient.followRedirects(3)
          })
        )
        assert.deepStrictEqual(
          stranger.requests.map(({ authorization }) => authorization),
          [""]
        )
      })
    )
  }
})

describe("this table", () => {
  it("has URLs that lead home and astray, each once", () => {
    const ports = { api: 1001, stranger: 1002 }
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

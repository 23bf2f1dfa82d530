/**
 * Tests the paging of each service's `stream` and `list`, with servers that misbehave.
 */
import type * as Page from "@effect-twilio-video/core/Page"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

interface Listed {
  readonly name: string
  /** The path of the list, and the member of its pages that contains the records. */
  readonly path: string
  readonly key: string
  /** A record that is identified by a digit, and the digit. */
  readonly item: (digit: string) => Record<string, unknown>
  readonly stream: Stream.Stream<string, Operations.Failure, TwilioVideo.Services>
  readonly list: (
    options: Page.ListOptions
  ) => Effect.Effect<Page.Page<unknown>, Operations.Failure, TwilioVideo.Services>
}

const tracksPath = "/v1/Rooms/Standup/Participants/Alice"

const services: ReadonlyArray<Listed> = [
  {
    name: "Rooms",
    path: "/v1/Rooms",
    key: "rooms",
    item: (digit) => Stub.room({ unique_name: digit }),
    stream: Stream.map(Rooms.stream(), (room) => room.uniqueName),
    list: (options) => Rooms.list(options)
  },
  {
    name: "Participants",
    path: "/v1/Rooms/Standup/Participants",
    key: "participants",
    item: (digit) => Stub.body({ sid: Stub.sid(digit), identity: digit }),
    stream: Stream.map(Participants.stream("Standup"), (participant) => participant.identity),
    list: (options) => Participants.list("Standup", options)
  },
  {
    name: "PublishedTracks",
    path: `${tracksPath}/PublishedTracks`,
    key: "published_tracks",
    item: (digit) => Stub.publishedTrack({ name: digit }),
    stream: Stream.map(PublishedTracks.stream("Standup", "Alice"), (track) => track.name),
    list: (options) => PublishedTracks.list("Standup", "Alice", options)
  },
  {
    name: "SubscribedTracks",
    path: `${tracksPath}/SubscribedTracks`,
    key: "subscribed_tracks",
    item: (digit) => Stub.subscribedTrack({ name: digit }),
    stream: Stream.map(SubscribedTracks.stream("Standup", "Alice"), (track) => track.name),
    list: (options) => SubscribedTracks.list("Standup", "Alice", options)
  }
]

for (const service of services) {
  const { item: someone, key, name, path, stream } = service
  const base = `https://video.twilio.com${path}?PageSize=1000`

  const list = (items: ReadonlyArray<Record<string, unknown>>, nextPageUrl: string | null, url?: string) =>
    Stub.json(Stub.list(items, nextPageUrl, url, key))

  /** Streams from a server with a response for each page; returns the items, the requests and the end. */
  const run = Effect.fnUntraced(function* (
    response: (page: number, url: URL) => Response,
    options: { readonly baseUrl?: string; readonly take?: number } = {}
  ) {
    const urls: Array<string> = []
    const seen: Array<string> = []
    const handler = (request: Request) => {
      urls.push(request.url)
      // No list in these tests is longer: fail instead of looping.
      if (urls.length > 10) throw new Error("does not end")
      return response(urls.length - 1, new URL(request.url))
    }
    const end = yield* Stub.run(
      handler,
      stream.pipe(
        Stream.take(options.take ?? Infinity),
        Stream.runForEach((digit) => Effect.sync(() => seen.push(digit))),
        Effect.match({
          onSuccess: () => "the end",
          onFailure: (error) =>
            error._tag === "TwilioError" && error.reason._tag === "UnexpectedResponse"
              ? error.reason.problem
              : error._tag
        })
      ),
      options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }
    )
    return { end, seen: seen.join(""), urls }
  })

  describe(`a stream of ${name}`, () => {
    it.effect("requests one page ahead of a slow consumer, and aborts that request if the consumer stops", () =>
      Effect.gen(function* () {
        const endless = yield* Timeline.serve((_, page) =>
          page === 4
            ? () => new Promise(() => {})
            : () => list([someone("a"), someone("b")], `${base}&PageToken=t${page}`)
        )
        const consumer = stream.pipe(
          Stream.tap(() => Effect.sleep(10)),
          Stream.take(7),
          Stream.runDrain
        )
        const { at, exit } = yield* Timeline.run(Stub.run(endless.handler, consumer))
        assert.deepStrictEqual([exit._tag, at], ["Success", 70])
        assert.deepStrictEqual(
          endless.sent.map(({ at }) => at),
          [0, 0, 20, 40, 60]
        )
        assert.deepStrictEqual(
          endless.sent.map(({ request }) => request.signal.aborted),
          [false, false, false, false, true]
        )
      })
    )

    it.effect("without waiting, requests a page only when its items are needed", () =>
      Effect.gen(function* () {
        const endless = (page: number) =>
          list([someone("a"), someone("b")], `${base}&Page=${page + 1}&PageToken=t${page}`, `${base}&Page=${page}`)
        assert.strictEqual((yield* run(endless, { take: 1 })).urls.length, 1)
        assert.strictEqual((yield* run(endless, { take: 2 })).urls.length, 1)
        const five = yield* run(endless, { take: 5 })
        assert.strictEqual(five.seen, "ababa")
        assert.deepStrictEqual(five.urls, [base, `${base}&Page=1&PageToken=t0`, `${base}&Page=2&PageToken=t1`])
      })
    )

    it.effect("continues after an empty page, and ends at null or an empty string", () =>
      Effect.gen(function* () {
        for (const last of [null, ""]) {
          const result = yield* run((page) =>
            list(page === 1 ? [] : [someone(String(page))], page === 2 ? last : `${base}&PageToken=t${page}`)
          )
          assert.deepStrictEqual([result.end, result.seen, result.urls.length], ["the end", "02", 3])
        }
      })
    )

    for (const [what, next] of [
      ["another host", `https://evil.example${path}?PageToken=t`],
      ["another scheme", `http://video.twilio.com${path}?PageToken=t`],
      ["another port", `https://video.twilio.com:8443${path}?PageToken=t`],
      ["a host that only ends like Twilio's", "https://video.nottwilio.com/v1?PageToken=t"],
      ["a user in the URL", "https://me:you@video.twilio.com/v1?PageToken=t"],
      ["a path without an origin", `${path}?PageToken=t`]
    ] as const) {
      it.effect(`doesn't follow a next page to ${what}, and fails after the items before`, () =>
        Effect.gen(function* () {
          const result = yield* run(() => list([someone("a")], next))
          assert.deepStrictEqual([result.end, result.seen, result.urls.length], ["foreign-next-page", "a", 1])
        })
      )
    }

    it.effect("reads Twilio's next pages through a proxy, and no others", () =>
      Effect.gen(function* () {
        const baseUrl = "https://proxy.example/twilio"
        const through = yield* run((page) => list([someone("a")], page === 0 ? `${base}&PageToken=t` : null), {
          baseUrl
        })
        assert.strictEqual(through.end, "the end")
        assert.strictEqual(through.urls[1], `${baseUrl}${path}?PageSize=1000&PageToken=t`)
        const foreign = yield* run(() => list([someone("a")], "https://evil.example/v1?PageToken=t"), {
          baseUrl
        })
        assert.strictEqual(foreign.end, "foreign-next-page")
      })
    )

    for (const [where, origin] of [
      ["the proxy", "https://proxy.example/twilio"],
      ["Twilio, through the proxy", "https://video.twilio.com"]
    ] as const) {
      it.effect(`doesn't follow a next page outside the path of the base URL: ${where}`, () =>
        Effect.gen(function* () {
          const baseUrl = "https://proxy.example/twilio"
          const up = [
            "..",
            "%2e%2E",
            ".%2e",
            "..%2f..",
            "..%5C..",
            "..\\..",
            "%252e%252e%252f..",
            "x/..%2f..%2f..",
            `%${"25".repeat(20_000)}2e.`
          ]
          for (const next of [
            ...(where === "the proxy" ? ["https://proxy.example/twilio", "https://proxy.example/twilio-admin/v1"] : []),
            ...up.map((up) => `${origin}/${up}/admin`)
          ]) {
            const result = yield* run(() => list([someone("a")], `${next}?PageToken=t`), { baseUrl })
            // The URL parser resolves plain dots in Twilio's URL, so it stays below the proxy's path.
            const isResolved = where !== "the proxy" && new URL(next).pathname === "/admin"
            assert.deepStrictEqual(
              [next, result.end, result.urls.length],
              isResolved ? [next, "repeated-next-page", 2] : [next, "foreign-next-page", 1]
            )
          }
        })
      )
    }

    it.effect("fails for a next page that was already read, instead of looping", () =>
      Effect.gen(function* () {
        const same = yield* run((page) => list([someone("a")], `${base}&Page=${page + 1}&PageToken=stuck`))
        assert.deepStrictEqual([same.end, same.seen, same.urls.length], ["repeated-next-page", "aa", 2])
        const itself = yield* run((_, url) => list([someone("a")], url.href, url.href))
        assert.deepStrictEqual([itself.end, itself.seen, itself.urls.length], ["repeated-next-page", "a", 1])
        const circle = yield* run((page) => list([someone("a")], `${base}&PageToken=t${page % 3}`))
        assert.deepStrictEqual([circle.end, circle.urls.length], ["repeated-next-page", 4])
      })
    )

    it.effect("fails if a page fails, after the items before", () =>
      Effect.gen(function* () {
        const result = yield* run((page) =>
          page === 0 ? list([someone("a")], `${base}&PageToken=t`) : new Response("", { status: 503 })
        )
        assert.deepStrictEqual([result.end, result.seen], ["TwilioError", "a"])
      })
    )

    it.effect("can be run again", () =>
      Effect.gen(function* () {
        let calls = 0
        const twice = yield* Stub.run(
          () => {
            calls += 1
            return list([someone("a")], calls % 2 === 1 ? `${base}&PageToken=t` : null)
          },
          Effect.all([Stream.runCount(stream), Stream.runCount(stream)])
        )
        assert.deepStrictEqual(twice, [2, 2])
      })
    )
  })

  describe(`a page of ${name}`, () => {
    it.effect("is one request, and has the tokens of the pages before and after it", () =>
      Effect.gen(function* () {
        const urls: Array<string> = []
        const read = (options: Page.ListOptions, next: string | null, previous: string | null) =>
          Stub.run((request) => {
            urls.push(request.url)
            const page = Stub.list([someone("a"), someone("b")], next, `${base}&Page=3`, key)
            return Stub.json({ ...page, meta: { ...page.meta, page: 3, previous_page_url: previous } })
          }, service.list(options))
        const between = yield* read({}, `${base}&Page=4&PageToken=a%2Fb%3D`, `${base}&Page=2&PageToken=PA1`)
        assert.deepStrictEqual([between.items.length, between.meta.page], [2, 3])
        assert.deepStrictEqual(between.nextPageToken, Option.some("a/b="))
        assert.deepStrictEqual(between.previousPageToken, Option.some("PA1"))
        const last = yield* read({ pageSize: 2, pageToken: "a/b=" }, null, null)
        assert.deepStrictEqual([last.nextPageToken, last.previousPageToken], [Option.none(), Option.none()])
        assert.deepStrictEqual(urls, [
          `https://video.twilio.com${path}`,
          `https://video.twilio.com${path}?PageSize=2&PageToken=a%2Fb%3D`
        ])
      })
    )
  })
}

/**
 * How `stream` goes from page to page when a server misbehaves, and how much it asks for. Holds no filters.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Stub from "./support/Stub.ts"

const base = "https://video.twilio.com/v1/Rooms/Standup/Participants?PageSize=1000"

const someone = (digit: string) => Stub.body({ sid: Stub.sid(digit), identity: digit })

/** Streams from a server given as its answers by page, and keeps what came before it ended. */
const run = Effect.fnUntraced(function* (
  answer: (page: number, url: URL) => Response,
  options: { readonly baseUrl?: string; readonly take?: number } = {}
) {
  const urls: Array<string> = []
  const seen: Array<string> = []
  const handler = (request: Request) => {
    urls.push(request.url)
    return answer(urls.length - 1, new URL(request.url))
  }
  const end = yield* Stub.using(
    handler,
    (participants: Participants.Service) =>
      participants.stream("Standup").pipe(
        Stream.take(options.take ?? Infinity),
        Stream.runForEach((participant) => Effect.sync(() => seen.push(participant.identity))),
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

describe("a stream", () => {
  it.effect("asks for a page only when somebody wants what is on it", () =>
    Effect.gen(function* () {
      const endless = (page: number) =>
        Stub.json(
          Stub.list([someone("a"), someone("b")], `${base}&Page=${page + 1}&PageToken=t${page}`, `${base}&Page=${page}`)
        )
      assert.strictEqual((yield* run(endless, { take: 1 })).urls.length, 1)
      assert.strictEqual((yield* run(endless, { take: 2 })).urls.length, 1)
      const five = yield* run(endless, { take: 5 })
      assert.strictEqual(five.urls.length, 3)
      assert.strictEqual(five.seen, "ababa")
      assert.strictEqual(five.urls[2], `${base}&Page=2&PageToken=t1`)
    })
  )

  it.effect("goes on over an empty page, and ends at null or an empty text", () =>
    Effect.gen(function* () {
      for (const last of [null, ""]) {
        const result = yield* run((page) =>
          Stub.json(
            Stub.list(page === 1 ? [] : [someone(String(page))], page === 2 ? last : `${base}&PageToken=t${page}`)
          )
        )
        assert.deepStrictEqual([result.end, result.seen, result.urls.length], ["the end", "02", 3])
      }
    })
  )

  for (const [what, next] of [
    ["another host", "https://evil.example/v1/Rooms/Standup/Participants?PageToken=t"],
    ["another scheme", "http://video.twilio.com/v1/Rooms/Standup/Participants?PageToken=t"],
    ["another port", "https://video.twilio.com:8443/v1/Rooms/Standup/Participants?PageToken=t"],
    ["a host that only ends like Twilio's", "https://video.nottwilio.com/v1?PageToken=t"],
    ["a user in the URL", "https://me:you@video.twilio.com/v1?PageToken=t"],
    ["a path without an origin", "/v1/Rooms/Standup/Participants?PageToken=t"]
  ] as const) {
    it.effect(`never follows a next page to ${what}, and says so after what it has`, () =>
      Effect.gen(function* () {
        const result = yield* run(() => Stub.json(Stub.list([someone("a")], next)))
        assert.deepStrictEqual([result.end, result.seen, result.urls.length], ["foreign-next-page", "a", 1])
      })
    )
  }

  it.effect("reads Twilio's own next pages through a proxy, and nobody else's", () =>
    Effect.gen(function* () {
      const baseUrl = "https://proxy.example/twilio"
      const through = yield* run(
        (page) => Stub.json(Stub.list([someone("a")], page === 0 ? `${base}&PageToken=t` : null)),
        { baseUrl }
      )
      assert.strictEqual(through.end, "the end")
      assert.strictEqual(through.urls[1], `${baseUrl}/v1/Rooms/Standup/Participants?PageSize=1000&PageToken=t`)
      const foreign = yield* run(() => Stub.json(Stub.list([someone("a")], "https://evil.example/v1?PageToken=t")), {
        baseUrl
      })
      assert.strictEqual(foreign.end, "foreign-next-page")
    })
  )

  it.effect("ends with an error where the next page was read before, never in a loop", () =>
    Effect.gen(function* () {
      const same = yield* run((page) =>
        Stub.json(Stub.list([someone("a")], `${base}&Page=${page + 1}&PageToken=stuck`))
      )
      assert.deepStrictEqual([same.end, same.seen, same.urls.length], ["repeated-next-page", "aa", 2])
      const itself = yield* run((_, url) => Stub.json(Stub.list([someone("a")], url.href, url.href)))
      assert.deepStrictEqual([itself.end, itself.seen, itself.urls.length], ["repeated-next-page", "a", 1])
      const circle = yield* run((page) => Stub.json(Stub.list([someone("a")], `${base}&PageToken=t${page % 3}`)))
      assert.deepStrictEqual([circle.end, circle.urls.length], ["repeated-next-page", 4])
    })
  )

  it.effect("fails where a page fails, after what came before", () =>
    Effect.gen(function* () {
      const result = yield* run((page) =>
        page === 0 ? Stub.json(Stub.list([someone("a")], `${base}&PageToken=t`)) : new Response("", { status: 503 })
      )
      assert.deepStrictEqual([result.end, result.seen], ["TwilioError", "a"])
    })
  )

  it.effect("can be run again from the start", () =>
    Effect.gen(function* () {
      let calls = 0
      const twice = yield* Stub.using(
        () => {
          calls += 1
          return Stub.json(Stub.list([someone("a")], calls % 2 === 1 ? `${base}&PageToken=t` : null))
        },
        (participants) => {
          const stream = participants.stream("Standup")
          return Effect.all([Stream.runCount(stream), Stream.runCount(stream)])
        }
      )
      assert.deepStrictEqual(twice, [2, 2])
    })
  )
})

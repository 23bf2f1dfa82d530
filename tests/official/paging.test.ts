/**
 * The official package reads 2,500 participants page by page: every participant once, in order, in the number of
 * requests that the page size takes. Holds no filters (see list).
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ParticipantInstance } from "twilio/lib/rest/video/v1/room/participant.js"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const crowdSize = 2_500

/** The SIDs of a room's participants, the newest first. */
class Crowd extends Context.Service<Crowd, { readonly room: string; readonly sids: ReadonlyArray<string> }>()(
  "tests/official/paging/Crowd"
) {}

const gather = Effect.fnUntraced(function* (size: number) {
  const sandbox = yield* Sandbox.Sandbox
  const { sid: room } = yield* sandbox.openRoom({ maxParticipants: size })
  const sids: Array<string> = []
  for (let i = 0; i < size; i++) sids.push((yield* sandbox.join(room, `guest ${i}`)).sid)
  return { room, sids: sids.reverse() }
})

const sidsOf = (participants: ReadonlyArray<{ readonly sid: string }>) => participants.map(({ sid }) => sid)

layer(Layer.effect(Crowd, gather(crowdSize)).pipe(Layer.provideMerge(SandboxOnLoopback.layer()), Layer.orDie))(
  "the official package reads 2,500 participants",
  (it) => {
    it.effect.each([
      { options: {}, requests: 50, count: 2_500 },
      { options: { pageSize: 50 }, requests: 50, count: 2_500 },
      { options: { pageSize: 999 }, requests: 3, count: 2_500 },
      { options: { pageSize: 1_000 }, requests: 3, count: 2_500 },
      // The package sends a limit as the page size, however large; the sandbox answers with pages of 1000.
      { options: { limit: 5_000 }, requests: 3, count: 2_500 },
      { options: { limit: 2_500 }, requests: 3, count: 2_500 },
      { options: { limit: 1_500 }, requests: 2, count: 1_500 },
      { options: { limit: 1_000 }, requests: 1, count: 1_000 },
      { options: { limit: 75, pageSize: 50 }, requests: 2, count: 75 }
    ])("list $options in $requests requests", ({ count, options, requests }) =>
      Effect.gen(function* () {
        const official = yield* SandboxOnLoopback.Official
        const { room, sids } = yield* Crowd
        const listed = yield* SandboxOnLoopback.countRequests(
          TwilioSdk.call(() => official.participants(room).list({ ...options }))
        )
        assert.strictEqual(listed.value.length, count)
        assert.deepStrictEqual(sidsOf(listed.value), sids.slice(0, count))
        assert.strictEqual(listed.requests, requests)
      })
    )

    it.effect("each, and as many as wanted", () =>
      Effect.gen(function* () {
        const official = yield* SandboxOnLoopback.Official
        const { room, sids } = yield* Crowd
        const seen: Array<string> = []
        const all = yield* SandboxOnLoopback.countRequests(
          TwilioSdk.each(official.participants(room), { pageSize: 1_000 }, ({ sid }) => void seen.push(sid))
        )
        assert.deepStrictEqual(seen, sids)
        assert.strictEqual(all.requests, 3)
        const some: Array<string> = []
        const stopped = yield* SandboxOnLoopback.countRequests(
          TwilioSdk.each(official.participants(room), { pageSize: 50 }, ({ sid }, stop) => {
            some.push(sid)
            if (some.length === 60) stop()
          })
        )
        assert.deepStrictEqual(some, sids.slice(0, 60))
        assert.strictEqual(stopped.requests, 2)
      })
    )

    it.effect("page by page to the end, and back to the start", () =>
      Effect.gen(function* () {
        const official = yield* SandboxOnLoopback.Official
        const { room, sids } = yield* Crowd
        const first = yield* TwilioSdk.call(() => official.participants(room).page({ pageSize: 400 }))
        const forward = [first.instances]
        let page: TwilioSdk.Page<ParticipantInstance> = first
        while (page.nextPageUrl !== undefined) {
          page = yield* TwilioSdk.nextPage(page)
          forward.push(page.instances)
        }
        assert.deepStrictEqual(
          forward.map((instances) => instances.length),
          [400, 400, 400, 400, 400, 400, 100]
        )
        assert.deepStrictEqual(forward.flatMap(sidsOf), sids)
        assert.isUndefined(page.nextPage())
        assert.isUndefined(first.previousPage())
        const backward = [page.instances]
        while (page.previousPageUrl !== undefined) {
          page = yield* TwilioSdk.previousPage(page)
          backward.unshift(page.instances)
        }
        assert.deepStrictEqual(backward.map(sidsOf), forward.map(sidsOf))
      })
    )

    it.effect("a page by its URL, also where Twilio's origin is in it", () =>
      Effect.gen(function* () {
        const official = yield* SandboxOnLoopback.Official
        const { room, sids } = yield* Crowd
        const first = yield* TwilioSdk.call(() => official.participants(room).page({ pageSize: 5_000 }))
        const path = `/v1/Rooms/${room}/Participants?PageSize=1000&Page=1&PageToken=PA${sids[999]}`
        assert.strictEqual(first.nextPageUrl, `${official.baseUrl}${path}`)
        assert.isUndefined(first.previousPageUrl)
        for (const url of [`${official.baseUrl}${path}`, `https://video.twilio.com${path}`]) {
          const second = yield* TwilioSdk.call(() => official.participants(room).getPage(url))
          assert.deepStrictEqual(sidsOf(second.instances), sids.slice(1_000, 2_000))
          assert.strictEqual(
            second.previousPageUrl,
            `${official.baseUrl}/v1/Rooms/${room}/Participants?PageSize=1000&Page=0&PageToken=PB${sids[1_000]}`
          )
        }
      })
    )

    it.effect("our client reads the same in the same order", () =>
      Effect.gen(function* () {
        const ours = yield* Participants.Participants
        const { room, sids } = yield* Crowd
        const streamed = yield* Stream.runCollect(ours.stream(room))
        assert.deepStrictEqual(sidsOf(streamed), sids)
      })
    )
  }
)

layer(SandboxOnLoopback.layer())("the official package reads a list that changes meanwhile", (it) => {
  it.effect("nobody who stays is missed or seen twice", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const { room, sids } = yield* gather(9)
      const first = yield* TwilioSdk.call(() => official.participants(room).page({ pageSize: 3 }))
      // The page's last participant leaves, and the next page starts after it all the same.
      yield* sandbox.leave(room, sids[2] ?? "")
      yield* sandbox.leave(room, sids[4] ?? "")
      yield* sandbox.join(room, "newcomer")
      const second = yield* TwilioSdk.nextPage(first)
      assert.deepStrictEqual(sidsOf(second.instances), [sids[3], sids[5], sids[6]])
      const third = yield* TwilioSdk.nextPage(second)
      assert.deepStrictEqual(sidsOf(third.instances), [sids[7], sids[8]])
      assert.isUndefined(third.nextPage())
    })
  )
})

layer(
  Layer.effect(Crowd, gather(120)).pipe(
    Layer.provideMerge(SandboxOnLoopback.layer({ publicOrigin: "https://video.twilio.com" })),
    Layer.orDie
  )
)("a sandbox that gives itself out as Twilio", (it) => {
  it.effect("both clients page through it", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const ours = yield* Participants.Participants
      const { room, sids } = yield* Crowd
      const first = yield* TwilioSdk.call(() => official.participants(room).page())
      assert.strictEqual(
        first.nextPageUrl,
        `https://video.twilio.com/v1/Rooms/${room}/Participants?PageSize=50&Page=1&PageToken=PA${sids[49]}`
      )
      const listed = yield* SandboxOnLoopback.countRequests(TwilioSdk.call(() => official.participants(room).list()))
      assert.deepStrictEqual(sidsOf(listed.value), sids)
      assert.strictEqual(listed.requests, 3)
      const streamed = yield* Stream.runCollect(ours.stream(room, { pageSize: 50 }))
      assert.deepStrictEqual(sidsOf(streamed), sids)
    })
  )
})

/**
 * Which connections of a process share a quota: those with the same credentials, base URL and quota, even from several
 * layers. Each sandbox has its own quota.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as RequestRate from "../../packages/http/test/support/RequestRate.ts"
import * as Timeline from "../../packages/http/test/support/Timeline.ts"
import * as LargeRoom from "./LargeRoom.ts"

const quota = { reads: 80, writes: 20 }

/** A sandbox with this many participants in a room. It records when requests arrive. */
const serve = Effect.fnUntraced(function* (size: number) {
  const clock = yield* Clock.Clock
  const times: Array<number> = []
  const { rooms } = LargeRoom.sandboxOf(size)
  const sandbox = yield* Effect.acquireRelease(
    Effect.sync(() => Sandbox.toWebHandler({ rooms })),
    ({ dispose }) => Effect.promise(dispose)
  )
  const handler = (request: Request): Promise<Response> => {
    times.push(clock.currentTimeMillisUnsafe())
    return sandbox.handler(request)
  }
  return { credentials: sandbox.credentials, handler, times }
})

const remove = (index: number) => Participants.disconnect(LargeRoom.room, LargeRoom.identityOf(index))

/** Removes this many participants at once, each on a new connection. */
const removeEach = (count: number, connect: (index: number) => Layer.Layer<TwilioVideo.Services, unknown>) =>
  Timeline.run(
    Effect.forEach(
      Array.from({ length: count }, (_, index) => index),
      (index) => Effect.exit(Effect.provide(remove(index), connect(index), { local: true })),
      { concurrency: "unbounded" }
    )
  )

describe("100 requests, each on a new connection", () => {
  for (const transport of ["layerFetch", "layer"] as const) {
    it.effect(`share one quota with ${transport}`, () =>
      Effect.gen(function* () {
        const { credentials, handler, times } = yield* serve(100)
        const connect = () => {
          const { accountSid, authToken } = credentials
          const options = { accountSid, authToken: Redacted.make(authToken), quota }
          return transport === "layerFetch"
            ? TwilioVideo.layerFetch({ ...options, fetch: (input, init) => handler(new Request(input, init)) })
            : Layer.provide(TwilioHttpClient.layer(TwilioVideo.services, options), WebHandlerTransport.layer(handler))
        }
        const { exit } = yield* removeEach(100, connect)
        assert.isTrue(Exit.isSuccess(exit) && exit.value.every(Exit.isSuccess))
        assert.strictEqual(times.length, 100)
        assert.strictEqual(RequestRate.maxPerSecond(times), quota.writes)
      }).pipe(Effect.scoped)
    )
  }
})

describe("connections", () => {
  it.effect("with another account, secret, base URL or quota have their own quota", () =>
    Effect.gen(function* () {
      const { credentials, handler, times } = yield* serve(6)
      const one = {
        accountSid: credentials.accountSid,
        authToken: credentials.authToken,
        baseUrl: "https://video.twilio.com",
        quota: { reads: 1, writes: 1 }
      }
      const options = [
        one,
        { ...one, baseUrl: "https://video.dublin.ie1.twilio.com" },
        { ...one, authToken: "another" },
        { ...one, accountSid: `AC${"2".repeat(32)}` },
        { ...one, quota: { reads: 1, writes: 2 } },
        one
      ]
      yield* removeEach(6, (index) => {
        const { authToken, ...others } = options[index] ?? one
        return TwilioVideo.layerFetch({
          ...others,
          authToken: Redacted.make(authToken),
          fetch: (input, init) => handler(new Request(input, init))
        })
      })
      const [first = 0, ...others] = times
      assert.deepStrictEqual(
        others.map((time) => time - first),
        [0, 0, 0, 0, 1025]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("to different sandboxes have their own quota", () =>
    Effect.gen(function* () {
      const { rooms } = LargeRoom.sandboxOf(6)
      const layer = () => Sandbox.layer({ rooms, quota: { reads: 1, writes: 1 } })
      yield* TestClock.setTime(Timeline.noon)
      const built = yield* Timeline.run(
        Effect.forEach([0, 1, 2], (index) => Effect.provide(remove(index), layer(), { local: true }), {
          concurrency: 3
        })
      )
      const shared = yield* Timeline.run(
        Effect.provide(Effect.forEach([0, 1, 2], remove, { concurrency: 3 }), layer(), { local: true })
      )
      assert.deepStrictEqual([built.exit._tag, shared.exit._tag], ["Success", "Success"])
      assert.deepStrictEqual([built.at, shared.at], [0, 2050])
    })
  )
})

/**
 * The example backend without a host: at a fixed time, and on services that fail.
 */
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import * as Backend from "../../examples/backend/Backend.ts"
import * as Moderation from "../../examples/backend/Moderation.ts"
import * as Sessions from "../../examples/backend/Sessions.ts"
import * as Visitor from "./support/Visitor.ts"

describe("a session", () => {
  it.effect.each([
    [0, 2000, "2 seconds"],
    [1, 2000, "1 second"],
    [1000, 2000, "1 second"],
    [1001, 2000, "expired"],
    [2000, 2000, "expired"],
    [3000, 2000, "expired"],
    [0, 14_400_000, "4 hours"],
    [0, 28_800_000, "4 hours"]
  ] as const)("at %i ms, ending at %i ms, gives a token for at most 4 hours: %s", ([now, end, expected]) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const session = { id: "Zoe", rooms: {}, expires: end / 1000 }
      const lifetime = yield* Sessions.lifetime(session, Duration.hours(4)).pipe(
        Effect.catchTag("NoSession", ({ problem }) => Effect.succeed(problem))
      )
      assert.deepStrictEqual(lifetime, expected === "expired" ? expected : Duration.fromInputUnsafe(expected))
    })
  )
})

/** The app with the test's moderation and logger. It sends no request to Twilio. */
const start = Effect.fnUntraced(function* (services: Layer.Layer<Moderation.Moderation>) {
  const { accountSid, apiKeySecret, apiKeySid, authToken } = SandboxCredentials.defaults
  const account = { accountSid, authToken: Redacted.make(authToken) }
  const all = Layer.mergeAll(
    services,
    ApiKey.layer({ accountSid, apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) }),
    AuthToken.layer(account),
    TwilioVideo.layerFetch(account),
    Sessions.layer(Redacted.make(Visitor.secret)),
    Roster.layerCallbacks().pipe(Layer.provide(RosterMemory.layer))
  )
  const { handler } = yield* Effect.acquireRelease(
    Effect.sync(() => HttpRouter.toWebHandler(Layer.provideMerge(Backend.app, all), { disableLogger: true })),
    ({ dispose }) => Effect.promise(dispose)
  )
  const authorization = `Bearer ${yield* Visitor.session({ id: "Mona", rooms: { Clinic: "moderator" } })}`
  return (path: string, init: RequestInit = {}) =>
    Effect.promise(async () => {
      const headers = { authorization, ...init.headers }
      const response = await handler(new Request(`http://localhost${path}`, { ...init, headers }))
      const text = await response.text()
      return [response.status, ...(text === "" ? [] : [JSON.parse(text)])]
    })
})

describe("the app", () => {
  it.live("responds 500 if a service dies, with the cause only in the log", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.layer([Logger.make(({ message, cause }) => void lines.push(message, Cause.squash(cause)))])
      const gone = () => Effect.die(new Error("The database is gone"))
      const moderation = Layer.succeed(Moderation.Moderation, { mayEnter: gone, mayModerate: gone })
      const ask = yield* start(Layer.merge(moderation, logger))
      assert.deepStrictEqual(yield* ask("/rooms/Clinic/participants"), [
        500,
        { error: "failed", message: "The backend failed. See its log." }
      ])
      assert.deepStrictEqual(lines, [["A request failed."], new Error("The database is gone")])
    })
  )

  it.live("responds 503 if the roster can't answer, and logs why", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.layer([Logger.make(({ message }) => void lines.push(message))])
      const ask = yield* start(Layer.merge(Moderation.layer, logger))
      const parameters = {
        AccountSid: SandboxCredentials.defaults.accountSid,
        RoomName: "Clinic",
        RoomSid: `RM${"1".repeat(32)}`,
        RoomStatus: "in-progress",
        RoomType: "group",
        StatusCallbackEvent: "room-created",
        Timestamp: new Date(Date.now() - 60_000).toISOString()
      }
      const signature = yield* StatusCallback.sign({ url: "http://localhost/twilio/callbacks", parameters }).pipe(
        Effect.provide(AuthToken.layer({ authToken: Redacted.make(SandboxCredentials.defaults.authToken) }))
      )
      const init = {
        method: "POST",
        headers: { "x-twilio-signature": signature },
        body: new URLSearchParams(parameters)
      }
      assert.deepStrictEqual(yield* ask("/twilio/callbacks", init), [204])
      // This roster has no client to read rooms with.
      assert.deepStrictEqual(yield* ask("/rooms/Clinic/participants?maxAge=1"), [
        503,
        { error: "roster-unavailable", message: "The roster is unavailable. Try again." }
      ])
      assert.match(String(lines), /^RosterUnavailable: /u)
      assert.notInclude(String(lines), "Clinic")
    })
  )

  it.live("stops reading a body that is too large", () =>
    Effect.gen(function* () {
      const ask = yield* start(Moderation.layer)
      const cancelled = yield* Deferred.make<void>()
      let sent = 0
      const body = new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new Uint8Array(1024))
          sent += 1
        },
        cancel: () => void Deferred.doneUnsafe(cancelled, Effect.void)
      })
      const init: RequestInit & { readonly duplex: "half" } = { method: "POST", body, duplex: "half" }
      assert.deepStrictEqual(yield* ask("/token", init), [
        413,
        { error: "too-large", message: "The body is larger than 4096 bytes." }
      ])
      yield* Deferred.await(cancelled)
      // The fifth chunk exceeds the limit, and the stream may have buffered one more.
      assert.oneOf(sent, [5, 6])
    })
  )
})

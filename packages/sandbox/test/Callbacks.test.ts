/**
 * Status callbacks to an in-process receiver: events, parameters, allowed hosts, delivery, limits and the log. For
 * callbacks over the network, see `tests/conformance/twilio-node`.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as CallbackDelivery from "@effect-twilio-video/sandbox/CallbackDelivery"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import type { SandboxError } from "@effect-twilio-video/sandbox/SandboxError"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Schema from "effect/Schema"
import { createHmac } from "node:crypto"
import { afterEach, beforeEach, vi } from "vitest"
import * as Calls from "./support/Calls.ts"
import * as Receiver from "./support/Receiver.ts"

const start = Date.parse("2026-03-01T12:00:00.250Z")

const url = "http://localhost:8080/callbacks?app=1"

const begin = Effect.fnUntraced(function* (options: Sandbox.Options = {}) {
  yield* TestClock.setTime(start)
  const receiver = Receiver.make()
  const { callbacks, ...rest } = options
  const { call, sandbox } = yield* Calls.start({
    rooms: [],
    callbacks: { handler: receiver.handler, ...callbacks },
    ...rest
  })
  return { call, sandbox, receiver }
})

/** Waits until the logged callbacks satisfy the predicate. */
const until = (
  sandbox: Sandbox.Service,
  is: (callbacks: ReadonlyArray<CallbackDelivery.CallbackDelivery>) => boolean
) => Effect.repeat(Effect.andThen(Effect.yieldNow, sandbox.callbacks), { until: (callbacks) => is(callbacks) })

/** Verifies Twilio's signature with Node's crypto. */
const isSigned = async (request: Request): Promise<boolean> => {
  const form = new URLSearchParams(request.method === "POST" ? await request.clone().text() : "")
  form.sort()
  const signed = [request.url, ...[...form].flat()].join("")
  const signature = createHmac("sha1", SandboxCredentials.defaults.authToken).update(signed).digest("base64")
  return request.headers.get("x-twilio-signature") === signature
}

describe("an event", () => {
  it.effect("has exactly the parameters that Twilio documents, for rooms, participants and tracks", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      const room = yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
      yield* TestClock.adjust("1 second")
      const zoe = yield* sandbox.join("Huddle", "Zoë")
      const track = yield* sandbox.publishTrack("Huddle", "Zoë", { kind: "video", name: "cam" })
      yield* sandbox.disableTrack("Huddle", "Zoë", "cam")
      yield* sandbox.disableTrack("Huddle", "Zoë", "cam")
      yield* sandbox.loseConnection("Huddle", "Zoë")
      yield* sandbox.enableTrack("Huddle", "Zoë", "cam")
      yield* sandbox.regainConnection("Huddle", "Zoë")
      yield* sandbox.unpublishTrack("Huddle", "Zoë", "cam")
      yield* TestClock.adjust("2999 millis")
      yield* sandbox.leave("Huddle", "Zoë")
      yield* TestClock.adjust("1 millis")
      yield* sandbox.completeRoom("Huddle")
      yield* sandbox.awaitCallbacks
      const common = {
        AccountSid: Calls.accountSid,
        RoomSid: room.sid,
        RoomName: "Huddle",
        RoomType: "group",
        RoomStatus: "in-progress"
      }
      const ofZoe = { ParticipantSid: zoe.sid, ParticipantStatus: "connected", ParticipantIdentity: "Zoë" }
      const ofTrack = { ...ofZoe, TrackSid: track.sid, TrackKind: "video" }
      const joined = "2026-03-01T12:00:01.250Z"
      const left = "2026-03-01T12:00:04.249Z"
      assert.deepStrictEqual(
        receiver.received,
        [
          { StatusCallbackEvent: "room-created", Timestamp: "2026-03-01T12:00:00.250Z" },
          { StatusCallbackEvent: "participant-connected", Timestamp: joined, ...ofZoe },
          { StatusCallbackEvent: "track-added", Timestamp: joined, ...ofTrack },
          { StatusCallbackEvent: "track-disabled", Timestamp: joined, ...ofTrack },
          { StatusCallbackEvent: "track-enabled", Timestamp: joined, ...ofTrack },
          { StatusCallbackEvent: "track-removed", Timestamp: joined, ...ofTrack },
          {
            StatusCallbackEvent: "participant-disconnected",
            Timestamp: left,
            ...ofZoe,
            ParticipantStatus: "disconnected",
            ParticipantDuration: "2"
          },
          {
            StatusCallbackEvent: "room-ended",
            Timestamp: "2026-03-01T12:00:04.250Z",
            RoomStatus: "completed",
            RoomDuration: "4"
          }
        ].map((event, index) => Object.assign({ SequenceNumber: String(index) }, common, event))
      )
    })
  )

  it.effect("is signed for the URL that it is sent to, by POST and by GET", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      yield* sandbox.openRoom({ statusCallback: `${url}#rc=3` })
      yield* sandbox.awaitCallbacks
      yield* sandbox.openRoom({ statusCallback: url, statusCallbackMethod: "GET" })
      yield* sandbox.awaitCallbacks
      yield* sandbox.openRoom({ statusCallback: "http://localhost/?#x", statusCallbackMethod: "GET" })
      yield* sandbox.awaitCallbacks
      const [post, get, bare] = receiver.requests
      assert.deepStrictEqual([post?.method, post?.url], ["POST", url])
      assert.strictEqual(post?.headers.get("content-type"), "application/x-www-form-urlencoded; charset=UTF-8")
      assert.strictEqual(get?.method, "GET")
      assert.match(get?.url ?? "", /^http:\/\/localhost:8080\/callbacks\?app=1&AccountSid=AC[^#?]*$/)
      assert.match(bare?.url ?? "", /^http:\/\/localhost\/\?AccountSid=AC[^#?]*$/)
      for (const request of receiver.requests) {
        assert.isTrue(yield* Effect.promise(() => isSigned(request)))
        assert.strictEqual(request.headers.get("user-agent"), "effect-twilio-video-sandbox")
        assert.strictEqual(request.redirect, "manual")
      }
      const tokens = receiver.requests.map((request) => request.headers.get("i-twilio-idempotency-token"))
      assert.strictEqual(new Set(tokens).size, 3)
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => callback.id),
        tokens
      )
    })
  )

  it.effect("sends the URL's user and password as a header, and doesn't log them", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      for (const [user, authorization] of [
        ["zo%C3%AB:p%40ss", `Basic ${Buffer.from("zoë:p@ss").toString("base64")}`],
        ["user", `Basic ${btoa("user:")}`],
        ["%zz:1", `Basic ${btoa("%zz:1")}`]
      ]) {
        yield* sandbox.openRoom({ statusCallback: `http://${user}@127.0.0.1:81/a?secret=1` })
        yield* sandbox.awaitCallbacks
        const request = receiver.requests.at(-1)!
        assert.strictEqual(request.url, "http://127.0.0.1:81/a?secret=1")
        assert.strictEqual(request.headers.get("authorization"), authorization)
        assert.isTrue(yield* Effect.promise(() => isSigned(request)))
        assert.strictEqual((yield* sandbox.callbacks).at(-1)?.url, "http://127.0.0.1:81/a?secret=1")
      }
    })
  )

  it.effect("names a room without a unique name by its SID", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      const room = yield* sandbox.openRoom({ statusCallback: url })
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.received[0]?.RoomName, room.sid)
    })
  )

  it.effect("isn't sent for anonymizing or for subscribe rules", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin()
      yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
      yield* sandbox.join("Huddle", "Zoe")
      const path = "/v1/Rooms/Huddle/Participants/Zoe"
      const rules = 'Rules=[{"type":"include","all":true}]'
      assert.strictEqual((yield* call(`${path}/SubscribeRules`, { body: rules })).status, 200)
      assert.strictEqual((yield* call(`${path}/Anonymize`, { method: "POST" })).status, 200)
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.received.length, 2)
    })
  )

  it.effect("is sent for changes by the REST API, and for a join that replaces the same identity", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin()
      const form = new URLSearchParams({ UniqueName: "R", StatusCallback: url, StatusCallbackMethod: "GET" })
      assert.strictEqual((yield* call("/v1/Rooms", { body: form.toString() })).status, 201)
      const first = yield* sandbox.join("R", "Zoe")
      const second = yield* sandbox.join("R", "Zoe")
      yield* call("/v1/Rooms/R/Participants/Zoe", { body: "Status=disconnected" })
      yield* call("/v1/Rooms/R", { body: "Status=completed" })
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.received.map((event) => [event.StatusCallbackEvent, event.ParticipantSid]),
        [
          ["room-created", undefined],
          ["participant-connected", first.sid],
          ["participant-disconnected", first.sid],
          ["participant-connected", second.sid],
          ["participant-disconnected", second.sid],
          ["room-ended", undefined]
        ]
      )
    })
  )
})

describe("a timeout", () => {
  const lifetime = {
    uniqueName: "Brief",
    statusCallback: url,
    // The first to expire, but it no longer applies once a participant has joined.
    unusedRoomTimeout: "5 seconds",
    maxParticipantDuration: "10 seconds",
    emptyRoomTimeout: "20 seconds"
  } as const

  it.effect("sends its event when it expires, without a request", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      yield* sandbox.openRoom(lifetime)
      yield* sandbox.join("Brief", "Zoe")
      yield* receiver.came(2)
      yield* TestClock.adjust("10 seconds")
      yield* receiver.came(3)
      assert.strictEqual(receiver.received.length, 3)
      yield* TestClock.adjust("20 seconds")
      yield* receiver.came(4)
      assert.deepStrictEqual(
        receiver.received
          .slice(2)
          .map((event) => [
            event.StatusCallbackEvent,
            event.Timestamp,
            event.ParticipantDuration ?? event.RoomDuration
          ]),
        [
          ["participant-disconnected", "2026-03-01T12:00:10.250Z", "10"],
          ["room-ended", "2026-03-01T12:00:30.250Z", "30"]
        ]
      )
    })
  )

  it.effect("sends its event for rooms of a scenario and of an imported state", () =>
    Effect.gen(function* () {
      const scenario = yield* begin({
        rooms: [{ uniqueName: "Old", openedAgo: "4 minutes", statusCallback: url }, { uniqueName: "Quiet" }]
      })
      const { receiver, sandbox } = yield* begin()
      yield* sandbox.importState(yield* scenario.sandbox.exportState)
      yield* TestClock.adjust("59 seconds")
      yield* Effect.yieldNow
      assert.deepStrictEqual([receiver.received, scenario.receiver.received], [[], []])
      yield* TestClock.adjust("1 second")
      for (const { came, received } of [receiver, scenario.receiver]) {
        yield* came(1)
        assert.deepStrictEqual(
          received.map((event) => [event.StatusCallbackEvent, event.Timestamp, event.SequenceNumber]),
          [["room-ended", "2026-03-01T12:01:00.250Z", "1"]]
        )
      }
    })
  )

  it.effect("sends no event if it expired before the import of a state, but counts in the sequence", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      yield* sandbox.openRoom(lifetime)
      yield* sandbox.join("Brief", "Zoe")
      yield* sandbox.awaitCallbacks
      const state = JSON.parse(JSON.stringify(yield* sandbox.exportState))
      assert.strictEqual(state.rooms[0].events, 2)
      yield* sandbox.reset
      yield* TestClock.adjust("1 hour")
      receiver.received.length = 0
      yield* sandbox.importState(state, { times: "keep" })
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual([receiver.received, yield* sandbox.callbacks], [[], []])
      const [over] = (yield* sandbox.exportState).rooms
      assert.deepStrictEqual([over?.ended, over?.events], ["2026-03-01T12:00:30.250Z", 4])
      // If the import moves the times, both timeouts are in the future.
      yield* sandbox.importState(state)
      yield* TestClock.adjust("30 seconds")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.received.map((event) => [event.SequenceNumber, event.Timestamp]),
        [
          ["2", "2026-03-01T13:00:10.250Z"],
          ["3", "2026-03-01T13:00:30.250Z"]
        ]
      )
    })
  )

  it.effect("has the sequence number 0 after the import of a state without event counts", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
      const state = JSON.parse(JSON.stringify(yield* sandbox.exportState))
      delete state.rooms[0].events
      yield* sandbox.awaitCallbacks
      yield* sandbox.importState(state)
      yield* sandbox.join("Huddle", "Zoe")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.received.map((event) => event.SequenceNumber),
        ["0", "0"]
      )
    })
  )
})

describe("a callback URL", () => {
  it.effect("is optional: without one, nothing is sent", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      yield* sandbox.openRoom({ uniqueName: "Huddle" })
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual([receiver.received, yield* sandbox.callbacks], [[], []])
    })
  )

  it.effect("is the room's, or the option's for a room without one, each with its method", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin({ callbacks: { url: "http://localhost/all", method: "GET" } })
      yield* sandbox.openRoom({ uniqueName: "Own", statusCallback: url })
      yield* sandbox.awaitCallbacks
      const reply = yield* call("/v1/Rooms", { body: "UniqueName=None" })
      assert.isNull(reply.body.status_callback)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.requests.map((request) => [request.method, new URL(request.url).pathname]),
        [
          ["POST", "/callbacks"],
          ["GET", "/all"]
        ]
      )
    })
  )

  const hosts: ReadonlyArray<readonly [allowed: ReadonlyArray<string> | undefined, url: string, goes: boolean]> = [
    [undefined, "http://localhost/", true],
    [undefined, "http://LOCALHOST:81/", true],
    [undefined, "https://127.0.0.1/", true],
    [undefined, "http://127.255.0.9:9/", true],
    [undefined, "http://[::1]:9/", true],
    [undefined, "http://[0:0::1]/", true],
    // Other spellings of the same addresses.
    [undefined, "http://2130706433/", true],
    [undefined, "http://0x7f.1/", true],
    [undefined, "http://127.0.0.1./", true],
    [undefined, "http://１２７.0.0.1/", true],
    [undefined, "http://user:localhost@127.0.0.1/", true],
    // These only look like loopback.
    [undefined, "http://127.0.0.1@evil.example/", false],
    [undefined, "http://localhost:80@evil.example/", false],
    [undefined, "http://localhost.evil.example/", false],
    [undefined, "http://127.0.0.1.evil.example/", false],
    [undefined, "http://evil.example/localhost", false],
    [undefined, "http://evil.example#@localhost", false],
    [undefined, "http://evil.example\\@localhost/", false],
    [undefined, "http://localhost./", false],
    [undefined, "http://sub.localhost/", false],
    [undefined, "http://0.0.0.0/", false],
    [undefined, "http://[::]/", false],
    [undefined, "http://[::ffff:127.0.0.1]/", false],
    [undefined, "http://128.0.0.1/", false],
    [undefined, "http://169.254.169.254/latest/meta-data", false],
    [undefined, "http://10.0.0.1/", false],
    [undefined, "http://2852039166/", false],
    // The option allowedHosts.
    [[], "http://localhost/", false],
    [["app.example.com"], "http://localhost/", false],
    [["app.example.com"], "https://APP.example.com:8443/", true],
    [["APP.Example.com"], "https://app.example.com/", true],
    [["app.example.com"], "https://app.example.com.evil.example/", false],
    [["app.example.com"], "https://sub.app.example.com/", false],
    [["app.example.com"], "https://evilapp.example.com/", false],
    [["app.example.com:443"], "https://app.example.com/", true],
    [["app.example.com:443"], "http://app.example.com/", false],
    [["app.example.com:80"], "http://app.example.com/", true],
    [["app.example.com:8080"], "http://app.example.com:8081/", false],
    [["app.example.com:8080"], "http://app.example.com:8080/", true],
    [["loopback", "10.0.0.7:8080"], "http://10.0.0.7:8080/", true],
    [["loopback", "10.0.0.7:8080"], "http://localhost:3/", true],
    [["[fd00::7]:81"], "http://[fd00:0:0::7]:81/", true],
    [["[fd00::7]:81"], "http://[fd00::7]:82/", false],
    [["fd00::7"], "http://[fd00::7]:82/", true],
    [["bücher.example"], "http://xn--bcher-kva.example/", true]
  ]

  for (const [allowedHosts, statusCallback, goes] of hosts) {
    it.effect(
      `${statusCallback} is ${goes ? "allowed" : "refused"} with ${JSON.stringify(allowedHosts ?? "the defaults")}`,
      () =>
        Effect.gen(function* () {
          const { receiver, sandbox } = yield* begin({ callbacks: { allowedHosts } })
          yield* sandbox.openRoom({ statusCallback })
          yield* sandbox.awaitCallbacks
          const [callback] = yield* sandbox.callbacks
          assert.deepStrictEqual(
            [receiver.requests.length, callback?.deliveryStatus, callback?.attempts.length],
            goes ? [1, "delivered", 1] : [0, "refused-host", 0]
          )
        })
    )
  }

  for (const callbacks of [
    { allowedHosts: ["http://app.example.com"] },
    { allowedHosts: ["app.example.com/path"] },
    { allowedHosts: ["user@app.example.com"] },
    { allowedHosts: ["app.example.com:99999"] },
    { allowedHosts: ["app.example.com:"] },
    { allowedHosts: [""] },
    { allowedHosts: ["a b"] },
    { allowedHosts: ["*"] },
    { url: "ftp://localhost/" },
    { url: "/callbacks" }
  ]) {
    it.effect(`${JSON.stringify(callbacks)} is a defect`, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(Sandbox.make({ callbacks }))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        assert.match(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", /Invalid callback (host|URL)/)
      })
    )
  }

  for (const statusCallback of ["ftp://localhost/", "localhost", "", `http://localhost/${"x".repeat(1010)}`]) {
    it.effect(`is rejected by the control: ${JSON.stringify(statusCallback.slice(0, 20))}`, () =>
      Effect.gen(function* () {
        const { sandbox } = yield* begin()
        assert.strictEqual((yield* Effect.flip(sandbox.openRoom({ statusCallback }))).problem, "invalid-settings")
      })
    )
  }
})

describe("a callback", () => {
  it.effect("is delivered if the response is 2xx, and fails otherwise", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      for (const status of [200, 204, 299, 300, 302, 304, 400, 500]) {
        receiver.answer = () => new Response(null, { status, headers: { location: "http://localhost/else" } })
        yield* sandbox.openRoom({ statusCallback: url })
        yield* sandbox.awaitCallbacks
      }
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => [
          callback.deliveryStatus,
          callback.attempts.at(-1)?.status,
          callback.attempts.at(-1)?.problem
        ]),
        [200, 204, 299, 300, 302, 304, 400, 500].map((status) => [
          status < 300 ? "delivered" : "failed",
          status,
          undefined
        ])
      )
      assert.strictEqual(receiver.requests.length, 8)
    })
  )

  it.effect("fails without a connection, and without a response in time", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ callbacks: { timeout: "50 millis" } })
      receiver.answer = () => Promise.reject(new Error("refused"))
      yield* sandbox.openRoom({ statusCallback: url })
      yield* sandbox.awaitCallbacks
      let aborted = false
      receiver.answer = (request) => {
        request.signal.addEventListener("abort", () => (aborted = true))
        return new Promise(() => {})
      }
      yield* sandbox.openRoom({ statusCallback: url })
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => [
          callback.deliveryStatus,
          callback.attempts.at(-1)?.status,
          callback.attempts.at(-1)?.problem
        ]),
        [
          ["failed", undefined, "no-connection"],
          ["failed", undefined, "timed-out"]
        ]
      )
      assert.isTrue(aborted)
    })
  )

  it.effect("isn't timed out by a test that moves its clock", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      const answer = Receiver.hold(receiver)
      yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: 0 })
      yield* receiver.came(1)
      yield* TestClock.adjust("1 hour")
      answer(200)
      yield* sandbox.awaitCallbacks
      assert.strictEqual((yield* sandbox.callbacks)[0]?.deliveryStatus, "delivered")
    })
  )

  it.effect("is retried with the same token and signature, and the next one doesn't wait for it", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ assumptions: { callbackDelivery: "retried" } })
      receiver.answer = () => new Response(null, { status: receiver.requests.length === 1 ? 503 : 200 })
      yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
      yield* sandbox.join("Huddle", "Zoe")
      yield* until(sandbox, (callbacks) => callbacks[1]?.deliveryStatus === "delivered")
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => [callback.event, callback.deliveryStatus]),
        [
          ["room-created", "pending"],
          ["participant-connected", "delivered"]
        ]
      )
      yield* TestClock.adjust("1 second")
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => [
          callback.deliveryStatus,
          callback.attempts.length,
          callback.attempts.at(-1)?.status
        ]),
        [
          ["delivered", 2, 200],
          ["delivered", 1, 200]
        ]
      )
      const [first, , again] = receiver.requests
      for (const header of ["i-twilio-idempotency-token", "x-twilio-signature"]) {
        assert.strictEqual(first?.headers.get(header), again?.headers.get(header))
      }
      assert.deepStrictEqual(receiver.received[0], receiver.received[2])
    })
  )

  it.effect("has the result of the last attempt in the log", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ assumptions: { callbackDelivery: "retried" } })
      receiver.answer = () =>
        receiver.requests.length === 1 ? new Response(null, { status: 500 }) : Promise.reject(new Error("refused"))
      yield* sandbox.openRoom({ statusCallback: url })
      yield* until(sandbox, ([callback]) => callback?.attempts.at(-1)?.status === 500)
      yield* TestClock.adjust("1 second")
      yield* until(sandbox, ([callback]) => callback?.attempts.at(-1)?.problem !== undefined)
      const [callback] = yield* sandbox.callbacks
      assert.deepStrictEqual(
        [
          callback?.deliveryStatus,
          callback?.attempts.length,
          callback?.attempts[1]?.status,
          callback?.attempts[1]?.problem
        ],
        ["pending", 2, undefined, "no-connection"]
      )
      receiver.answer = () => new Response(null, { status: 500 })
      yield* TestClock.adjust("2 seconds")
      yield* until(sandbox, ([callback]) => callback?.attempts.at(-1)?.status === 500)
      const [again] = yield* sandbox.callbacks
      assert.deepStrictEqual(
        [again?.attempts.length, again?.attempts[2]?.status, again?.attempts[2]?.problem],
        [3, 500, undefined]
      )
    })
  )

  it.effect("waits only for those of its own room", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      const answer = Receiver.hold(receiver, 1)
      yield* sandbox.openRoom({ uniqueName: "Slow", statusCallback: url })
      yield* receiver.came(1)
      yield* sandbox.join("Slow", "Zoe")
      yield* sandbox.openRoom({ uniqueName: "Quick", statusCallback: url })
      yield* receiver.came(2)
      assert.deepStrictEqual(
        receiver.received.map((event) => event.RoomName),
        ["Slow", "Quick"]
      )
      answer(500)
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        receiver.received.map((event) => event.StatusCallbackEvent),
        ["room-created", "room-created", "participant-connected"]
      )
    })
  )

  it.effect("is in the log, which keeps up to its capacity", () =>
    Effect.gen(function* () {
      const { call, receiver, sandbox } = yield* begin({ callbacks: { log: 2 } })
      const { sid } = yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
      for (const identity of ["Ann", "Ben"]) yield* sandbox.join("Huddle", identity)
      const awaited = yield* call("/sandbox/callbacks/await", { method: "POST" })
      const [ann, ben] = yield* sandbox.callbacks
      assert.deepStrictEqual(awaited.body, [ann, ben])
      assert.deepStrictEqual(ben, {
        id: ben!.id,
        at: "2026-03-01T12:00:00.250Z",
        event: "participant-connected",
        roomSid: sid,
        sequenceNumber: 2,
        method: "POST",
        url,
        parameters: receiver.received[2] ?? {},
        signature: receiver.requests[2]?.headers.get("x-twilio-signature") ?? "",
        attempts: [{ at: "2026-03-01T12:00:00.250Z", status: 204, duration: ben?.attempts[0]?.duration ?? -1 }],
        deliveryStatus: "delivered"
      })
      assert.deepStrictEqual((yield* call("/sandbox/callbacks")).body, [ann, ben])
      assert.deepStrictEqual((yield* call("/sandbox/callbacks", { method: "DELETE" })).body, [])
      assert.deepStrictEqual(yield* sandbox.callbacks, [])
    })
  )

  it.effect("is dropped and cleared from the log by a reset", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ assumptions: { callbackDelivery: "retried" } })
      const refused = Receiver.refuse(receiver)
      yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
      yield* refused(1)
      yield* sandbox.reset
      yield* sandbox.awaitCallbacks
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([receiver.requests.length, yield* sandbox.callbacks], [1, []])
    })
  )

  it.effect("is dropped when the sandbox stops, which logs the number", () =>
    Effect.gen(function* () {
      const receiver = Receiver.make()
      receiver.answer = () => new Promise(() => {})
      const logged: Array<unknown> = []
      const seen = yield* Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url })
        yield* sandbox.join("Huddle", "Zoe")
        yield* receiver.came(1)
        return sandbox
      }).pipe(
        Effect.provide(
          Sandbox.layerControls({ rooms: [], callbacks: { handler: receiver.handler } }).pipe(
            Layer.provide(Logger.layer([Logger.make(({ message }) => logged.push(message))]))
          )
        )
      )
      assert.deepStrictEqual(
        (yield* seen.callbacks).map((callback) => callback.deliveryStatus),
        ["dropped", "dropped"]
      )
      assert.isTrue(receiver.requests[0]?.signal.aborted)
      assert.include(String(logged[0]), "The sandbox stopped and dropped 2 pending status callback(s)")
      yield* seen.join("Huddle", "Ann")
      yield* seen.awaitCallbacks
      assert.deepStrictEqual([(yield* seen.callbacks).at(-1)?.deliveryStatus, receiver.requests.length], ["dropped", 1])
    })
  )
})

describe("a receiver that hangs", () => {
  // Drops are logged as warnings.
  beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}))
  afterEach(() => void vi.restoreAllMocks())

  const hanging = (port: number) => `http://localhost:${port}/callbacks`

  const outcomes = (sandbox: Sandbox.Service) =>
    Effect.map(sandbox.callbacks, (callbacks) =>
      callbacks.map(({ attempts, deliveryStatus, problem, url }) => [
        new URL(url).port,
        deliveryStatus,
        problem,
        attempts.length
      ])
    )

  const begun = Effect.fnUntraced(function* (callbacks: Sandbox.CallbackOptions = {}) {
    const begun = yield* begin({ callbacks: { maxPending: 2, ...callbacks } })
    begun.receiver.answer = (request) =>
      new URL(request.url).port === "3" ? new Response(null, { status: 204 }) : new Promise(() => {})
    return begun
  })

  it.effect("has at most maxPending callbacks pending; others are dropped, and other receivers get theirs", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* begun()
      yield* sandbox.openRoom({ uniqueName: "R", statusCallback: hanging(1) })
      for (const identity of ["Ann", "Ben"]) yield* sandbox.join("R", identity)
      yield* sandbox.openRoom({ statusCallback: hanging(3) })
      yield* until(
        sandbox,
        (callbacks) => callbacks[3]?.deliveryStatus === "delivered" && callbacks[0]?.attempts.length === 1
      )
      assert.deepStrictEqual(yield* outcomes(sandbox), [
        ["1", "pending", undefined, 1],
        ["1", "pending", undefined, 0],
        ["1", "dropped", "queue-full", 0],
        ["3", "delivered", undefined, 1]
      ])
      const counts = { pending: 2, delivered: 1, failed: 0, "refused-host": 0, dropped: 1 }
      assert.deepStrictEqual(yield* sandbox.callbackCounts, counts)
      assert.deepStrictEqual((yield* call("/sandbox/callbacks/counts")).body, counts)
      assert.deepStrictEqual((yield* call("/sandbox/callbacks")).body[2].problem, "queue-full")
    })
  )

  it.effect("counts toward a total of twice maxPending for all receivers", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begun()
      for (const port of [1, 1, 2, 2, 3]) yield* sandbox.openRoom({ statusCallback: hanging(port) })
      assert.deepStrictEqual((yield* outcomes(sandbox)).at(-1), ["3", "dropped", "queue-full", 0])
      assert.strictEqual((yield* sandbox.callbackCounts).pending, 4)
    })
  )

  it.effect("gets callbacks again once it responds", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ callbacks: { maxPending: 1 } })
      const answer = Receiver.hold(receiver, 1)
      const open = sandbox.openRoom({ statusCallback: url })
      yield* open
      yield* open
      yield* receiver.came(1)
      answer(200)
      yield* sandbox.awaitCallbacks
      yield* open
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map(({ deliveryStatus }) => deliveryStatus),
        ["delivered", "dropped", "delivered"]
      )
    })
  )

  it.effect("causes one warning, which has only its origin", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begun()
      const logged: Array<unknown> = []
      for (let opened = 0; opened < 4; opened++) {
        yield* sandbox
          .openRoom({ statusCallback: "http://user:secret@localhost:1/callbacks?secret" })
          .pipe(Effect.provide(Logger.layer([Logger.make(({ message }) => logged.push(message))])))
      }
      assert.deepStrictEqual(logged.map(String), [
        "Dropping status callbacks to http://localhost:1: 2 are pending for it, or 4 in total. " +
          "Check that it responds, or increase callbacks.maxPending."
      ])
    })
  )

  it.effect("is counted beyond the capacity of the log, until a reset", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* begun({ maxPending: 8, log: 2 })
      for (let opened = 0; opened < 10; opened++) yield* sandbox.openRoom({ statusCallback: hanging(1) })
      const { dropped, pending } = yield* sandbox.callbackCounts
      assert.deepStrictEqual([pending, dropped, (yield* sandbox.callbacks).length], [8, 2, 2])
      yield* sandbox.reset
      const none = { pending: 0, delivered: 0, failed: 0, "refused-host": 0, dropped: 0 }
      assert.deepStrictEqual(yield* sandbox.callbackCounts, none)
    })
  )

  for (const maxPending of [0, -1, 1.5, Number.NaN, Infinity]) {
    it.effect(`can't be limited to ${maxPending} callbacks`, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(Sandbox.make({ callbacks: { maxPending } }))
        assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "maxPending must be a whole number from 1")
      })
    )
  }

  const message =
    "Status callbacks are still pending. Check that their receivers respond, or wait longer. " +
    "After 20ms: 1 room-created, 2 participant-connected."

  const three = Effect.fnUntraced(function* (callbacks: Sandbox.CallbackOptions = {}) {
    const { call, sandbox } = yield* begun({ maxPending: 3, ...callbacks })
    yield* sandbox.openRoom({ uniqueName: "R", statusCallback: hanging(1) })
    for (const identity of ["Ann", "Ben"]) yield* sandbox.join("R", identity)
    return { call, sandbox }
  })

  it.effect("is awaited for awaitTimeout, and the error lists the pending events", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* three({ awaitTimeout: "20 millis" })
      const error = yield* Effect.flip(sandbox.awaitCallbacks)
      assert.deepStrictEqual([error.problem, error.message], ["callbacks-pending", message])
      const reply = yield* call("/sandbox/callbacks/await", { method: "POST" })
      assert.deepStrictEqual([reply.status, reply.body], [504, { problem: "callbacks-pending", message }])
    })
  )

  it.effect("is awaited for the timeout of a request to the control", () =>
    Effect.gen(function* () {
      const { call } = yield* three()
      for (const timeout of ["20 millis", 20]) {
        const reply = yield* call("/sandbox/callbacks/await", { body: JSON.stringify({ timeout }) })
        assert.deepStrictEqual([reply.status, reply.body.message], [504, message])
      }
      for (const timeout of ["soon", null, {}]) {
        const reply = yield* call("/sandbox/callbacks/await", { body: JSON.stringify({ timeout }) })
        assert.deepStrictEqual([reply.status, reply.body.problem], [400, "invalid-request"])
      }
    })
  )

  it.effect("is awaited for awaitTimeout in a Worker", () =>
    Effect.gen(function* () {
      const { sandbox } = yield* three({ awaitTimeout: "20 millis" })
      const error = yield* sandbox.awaitCallbacks.pipe(
        Effect.flip,
        Effect.provideService(Sandbox.ExecutionContext, { waitUntil: () => {} })
      )
      assert.strictEqual(error.message, message)
    })
  )
})

describe("awaitCallbacks", () => {
  it.effect("sets no timer, and ends for all callers with the last response", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin({ callbacks: { timeout: "Infinity", awaitTimeout: "Infinity" } })
      const answer = Receiver.hold(receiver)
      // Only the sandbox's timers: earlier tests in this process may set some too.
      const timers: Array<string> = []
      const { setTimeout } = globalThis
      const spy = vi.spyOn(globalThis, "setTimeout").mockImplementation(((...args: Parameters<typeof setTimeout>) => {
        const { stack = "" } = new Error()
        if (stack.includes("/sandbox/src/")) timers.push(stack)
        return setTimeout(...args)
      }) as typeof setTimeout)
      yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: 0 })
      const waiting = yield* Effect.forkChild(Effect.all([sandbox.awaitCallbacks, sandbox.awaitCallbacks]))
      yield* receiver.came(1)
      assert.isUndefined(waiting.pollUnsafe())
      answer(200)
      yield* Fiber.join(waiting)
      spy.mockRestore()
      assert.deepStrictEqual([(yield* sandbox.callbacks)[0]?.deliveryStatus, timers], ["delivered", []])
    })
  )
})

/** A test clock on which no sleep ends, with the durations of all sleeps. */
const sleepless = Effect.map(Clock.Clock, (clock) => {
  const asked: Array<number> = []
  const waiting = new Set<number>()
  const sleepless: Clock.Clock = {
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
    currentTimeMillis: clock.currentTimeMillis,
    currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
    currentTimeNanos: clock.currentTimeNanos,
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) =>
      Effect.callback(() => {
        const sleeper = asked.push(Duration.toMillis(duration))
        waiting.add(sleeper)
        return Effect.sync(() => waiting.delete(sleeper))
      })
  }
  return { clock: sleepless, asked, waiting }
})

describe("a sandbox's timers", () => {
  it.effect("are one for the next deadline and one for each retry, and none after it stops", () =>
    Effect.gen(function* () {
      const { asked, clock, waiting } = yield* sleepless
      const receiver = Receiver.make()
      const refused = Receiver.refuse(receiver)
      const whileOpen = yield* Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: "10 seconds" })
        yield* refused(1)
        // A later deadline, then an earlier one.
        yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: "20 seconds" })
        yield* refused(2)
        yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: "5 seconds" })
        yield* refused(3)
        return waiting.size
      }).pipe(
        Effect.provide(
          Sandbox.layerControls({
            rooms: [],
            callbacks: { handler: receiver.handler },
            assumptions: { callbackDelivery: "retried" }
          })
        ),
        Effect.provideService(Clock.Clock, clock)
      )
      assert.deepStrictEqual(
        [asked.toSorted((a, b) => a - b), whileOpen, waiting.size],
        [[1000, 1000, 1000, 5000, 10_000], 4, 0]
      )
    })
  )

  it.effect("are set again if one didn't fire, as in a Worker after its request ends", () =>
    Effect.gen(function* () {
      const { asked, clock } = yield* sleepless
      const receiver = Receiver.make()
      const sandbox = yield* Effect.provideService(
        Sandbox.make({ rooms: [], callbacks: { handler: receiver.handler } }),
        Clock.Clock,
        clock
      )
      yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: "10 seconds" })
      yield* receiver.came(1)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(receiver.received.length, 1)
      // Awaiting callbacks advances the time as well.
      yield* sandbox.awaitCallbacks
      assert.strictEqual(receiver.received[1]?.StatusCallbackEvent, "room-ended")
      yield* sandbox.openRoom({ statusCallback: url, unusedRoomTimeout: "20 seconds" })
      yield* sandbox.awaitCallbacks
      assert.deepStrictEqual(asked, [10_000, 20_000])
      yield* sandbox.stopCallbacks
    })
  )
})

describe("a web handler", () => {
  it.live("passes the work after the response to waitUntil", () =>
    Effect.promise(async () => {
      const receiver = Receiver.make()
      const web = Sandbox.toWebHandler({ rooms: [], callbacks: { handler: receiver.handler } })
      const given: Array<Promise<unknown>> = []
      const context = { waitUntil: (promise: Promise<unknown>) => void given.push(promise) }
      const post = (path: string, body: object) =>
        web.handler(
          new Request(`http://localhost/sandbox${path}`, { method: "POST", body: JSON.stringify(body) }),
          // The arguments of a Worker's `fetch`.
          { BINDING: "value" },
          context
        )
      await post("/rooms", { uniqueName: "Huddle", statusCallback: url })
      for (const identity of ["Ann", "Ben"]) await post("/rooms/Huddle/participants", { identity })
      await post("/rooms/Huddle/complete", {})
      assert.strictEqual(given.length, 6)
      await Promise.all(given)
      assert.deepStrictEqual(
        receiver.received.slice(3).map((event) => event.StatusCallbackEvent),
        ["participant-disconnected", "participant-disconnected", "room-ended"]
      )
      await web.dispose()
    })
  )
})

describe("a Worker's request", () => {
  it.effect("neither waits for a callback of another request nor aborts it", () =>
    Effect.gen(function* () {
      const { receiver, sandbox } = yield* begin()
      const answer = Receiver.hold(receiver, 1)
      const given: Array<Promise<unknown>> = []
      const request = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.provideService(effect, Sandbox.ExecutionContext, { waitUntil: (promise) => void given.push(promise) })
      yield* request(sandbox.openRoom({ uniqueName: "Huddle", statusCallback: url }))
      yield* receiver.came(1)
      yield* request(sandbox.join("Huddle", "Zoe"))
      yield* until(sandbox, (callbacks) => callbacks[1]?.deliveryStatus === "delivered")
      assert.strictEqual(yield* sandbox.stopCallbacks, 1)
      answer(200)
      yield* Effect.promise(() => Promise.all(given))
      assert.deepStrictEqual(
        (yield* sandbox.callbacks).map((callback) => callback.deliveryStatus),
        ["dropped", "delivered"]
      )
    })
  )

  it.live("drops the callbacks of another request without aborting the current attempt", () =>
    Effect.promise(async () => {
      const receiver = Receiver.make()
      const answer = Receiver.hold(receiver)
      const web = Sandbox.toWebHandler({
        rooms: [],
        callbacks: { handler: receiver.handler, url },
        assumptions: { callbackDelivery: "retried" }
      })
      const given: Array<Promise<unknown>> = []
      const context = { waitUntil: (promise: Promise<unknown>) => void given.push(promise) }
      const ask = async (method: string, path: string) => {
        const response = await web.handler(new Request(`http://localhost/sandbox${path}`, { method }), context)
        return response.json()
      }
      const { sid } = (await ask("POST", "/rooms")) as { readonly sid: string }
      await Effect.runPromise(receiver.came(1))
      // This one waits for the first, so the reset drops it before it is sent.
      await ask("POST", `/rooms/${sid}/complete`)
      await ask("POST", "/reset")
      await ask("POST", "/callbacks/await")
      assert.isFalse(receiver.requests[0]?.signal.aborted)
      answer(500)
      await Promise.all(given)
      assert.deepStrictEqual([receiver.requests.length, await ask("GET", "/callbacks")], [1, []])
      await web.dispose()
    })
  )
})

/** A step of a random scenario with three participants. A step that isn't possible is rejected and changes nothing. */
const Step = Schema.Struct({
  what: Schema.Literals([
    "join",
    "leave",
    "publish",
    "unpublish",
    "mute",
    "unmute",
    "lose",
    "regain",
    "complete",
    "wait",
    "wait longer",
    "import"
  ]),
  who: Schema.Literals(["Ann", "Ben", "Cem"])
})

const perform = (sandbox: Sandbox.Service, { what, who }: typeof Step.Type): Effect.Effect<unknown, SandboxError> => {
  switch (what) {
    case "join":
      return sandbox.join("R", who)
    case "leave":
      return sandbox.leave("R", who)
    case "publish":
      return sandbox.publishTrack("R", who, { kind: "audio", name: "mic" })
    case "unpublish":
      return sandbox.unpublishTrack("R", who, "mic")
    case "mute":
      return sandbox.disableTrack("R", who, "mic")
    case "unmute":
      return sandbox.enableTrack("R", who, "mic")
    case "lose":
      return sandbox.loseConnection("R", who)
    case "regain":
      return sandbox.regainConnection("R", who)
    case "complete":
      return sandbox.completeRoom("R")
    case "wait":
      return TestClock.adjust("700 millis")
    case "wait longer":
      return TestClock.adjust("4 seconds")
    case "import":
      // An import drops the pending callbacks.
      return sandbox.awaitCallbacks.pipe(
        Effect.andThen(sandbox.exportState),
        Effect.flatMap((state) => sandbox.importState(JSON.parse(JSON.stringify(state))))
      )
  }
}

/** The current rooms, participants and tracks, derived from events alone. */
const known = (events: ReadonlyArray<Record<string, string>>) => {
  const rooms = new Set<string>()
  const people = new Map<string, string>()
  const tracks = new Map<string, { readonly of: string; readonly enabled: boolean }>()
  for (const { ParticipantIdentity, ParticipantSid = "", RoomSid = "", StatusCallbackEvent, TrackSid = "" } of events) {
    if (StatusCallbackEvent === "room-created") rooms.add(RoomSid)
    if (StatusCallbackEvent === "room-ended") rooms.delete(RoomSid)
    if (StatusCallbackEvent === "participant-connected") people.set(ParticipantSid, ParticipantIdentity ?? "")
    if (StatusCallbackEvent === "participant-disconnected") people.delete(ParticipantSid)
    if (StatusCallbackEvent === "track-removed") tracks.delete(TrackSid)
    if (StatusCallbackEvent === "track-added") tracks.set(TrackSid, { of: ParticipantSid, enabled: true })
    if (StatusCallbackEvent === "track-enabled") tracks.set(TrackSid, { of: ParticipantSid, enabled: true })
    if (StatusCallbackEvent === "track-disabled") tracks.set(TrackSid, { of: ParticipantSid, enabled: false })
  }
  return { rooms, people, tracks }
}

describe("a timeout during a Worker's request", () => {
  it.live("sends its event within that request", () =>
    Effect.promise(async () => {
      const receiver = Receiver.make()
      const web = Sandbox.toWebHandler({ rooms: [], callbacks: { handler: receiver.handler, url } })
      const given: Array<Promise<unknown>> = []
      const second = Promise.withResolvers<void>()
      const context = {
        waitUntil: (promise: Promise<unknown>) => {
          if (given.push(promise) === 2) second.resolve()
        }
      }
      const body = JSON.stringify({ unusedRoomTimeout: 100 })
      await web.handler(new Request("http://localhost/sandbox/rooms", { method: "POST", body }), context)
      await second.promise
      await Promise.all(given)
      assert.deepStrictEqual(
        receiver.received.map((event) => event.StatusCallbackEvent),
        ["room-created", "room-ended"]
      )
      await web.dispose()
    })
  )
})

describe("a receiver of every event", () => {
  it.effect.prop(
    "can derive the state of every room, and sees no gap in the sequence",
    [Schema.Array(Step).check(Schema.isMaxLength(40))],
    ([steps]) =>
      Effect.gen(function* () {
        const { receiver, sandbox } = yield* begin({
          callbacks: { url },
          assumptions: { callbackTracksOfLeaving: "track-removed" }
        })
        const room = { maxParticipants: 2, maxParticipantDuration: "9 seconds", emptyRoomTimeout: "3 seconds" } as const
        for (const step of steps) {
          // Keeps a room with this name in progress.
          yield* Effect.ignore(sandbox.openRoom({ uniqueName: "R", ...room }))
          yield* Effect.ignore(perform(sandbox, step))
        }
        yield* sandbox.awaitCallbacks
        const { rooms } = yield* sandbox.exportState
        const { people, rooms: inProgress, tracks } = known(receiver.received)
        assert.deepStrictEqual(
          [...inProgress],
          rooms.filter((room) => room.ended === null).map((room) => room.sid)
        )
        assert.deepStrictEqual(
          [...people],
          rooms.flatMap((room) =>
            room.participants
              .filter((participant) => participant.ended === null)
              .map((participant) => [participant.sid, participant.identity] as const)
          )
        )
        assert.deepStrictEqual(
          [...tracks],
          rooms.flatMap((room) =>
            room.tracks
              .filter((track) => track.unpublished === null)
              .map((track) => [track.sid, { of: track.participantSid, enabled: track.enabled }] as const)
          )
        )
        for (const { events, sid } of rooms) {
          const ofRoom = receiver.received.filter((event) => event.RoomSid === sid)
          assert.deepStrictEqual(
            ofRoom.map((event) => event.SequenceNumber),
            Array.from({ length: events ?? 0 }, (_, index) => String(index))
          )
          const times = ofRoom.map((event) => event.Timestamp ?? "")
          assert.deepStrictEqual(times, [...times].sort())
        }
      }),
    { arbitrary: { runs: 100 } }
  )
})

describe("a program on the sandbox", () => {
  it.effect("gets callbacks for its operations", () =>
    Effect.gen(function* () {
      const receiver = Receiver.make()
      yield* Effect.gen(function* () {
        const sandbox = yield* Sandbox.Sandbox
        const rooms = yield* Rooms.Rooms
        const participants = yield* Participants.Participants
        yield* rooms.create({ uniqueName: "Huddle", statusCallback: url })
        yield* sandbox.join("Huddle", "Zoe")
        yield* participants.disconnect("Huddle", "Zoe")
        yield* sandbox.awaitCallbacks
      }).pipe(Effect.provide(Sandbox.layer({ rooms: [], callbacks: { handler: receiver.handler } })))
      assert.deepStrictEqual(
        receiver.received.map((event) => event.StatusCallbackEvent),
        ["room-created", "participant-connected", "participant-disconnected"]
      )
    })
  )
})

/**
 * The request log: its entries, the changes of each request, its capacity and its controls.
 */
import * as LoggedRequest from "@effect-twilio-video/sandbox/LoggedRequest"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const noon = TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))

const rooms: Sandbox.Options["rooms"] = [
  { uniqueName: "Room", participants: [{ identity: "Alice" }, { identity: "Bob" }] }
]

const room = "/v1/Rooms/Room"

const alice = `${room}/Participants/Alice`

const post = { method: "POST" }

const rules = (text: string) => ({ body: `Rules=${encodeURIComponent(text)}` })

const all = rules('[{"type":"include","all":true}]')

/** Starts a sandbox. `changed` has the types of the last request's changes. */
const start = Effect.fnUntraced(function* (options: Sandbox.Options = {}) {
  yield* noon
  const started = yield* Calls.start({ rooms, ...options })
  const changed = Effect.map(started.sandbox.requests, (requests) =>
    requests.at(-1)?.changes.map((change) => change.type)
  )
  return { ...started, changed }
})

describe("a logged request", () => {
  it.effect("has the time, the request, its operation and the status", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      const reply = yield* call("/v1/Rooms?PageSize=1&Status=%69n-progress")
      yield* TestClock.adjust(1234)
      yield* call(`${room}/Participants/Zo%C3%AB`, { body: "Status=disconnected" })
      assert.deepStrictEqual(yield* sandbox.requests, [
        {
          id: reply.headers.get("twilio-request-id") ?? "",
          at: "2026-03-01T12:00:00.000Z",
          method: "GET",
          path: "/v1/Rooms?PageSize=1&Status=%69n-progress",
          operation: "ListRoom",
          status: 200,
          changes: []
        },
        {
          id: "RQ00000000000000000000000000000002",
          at: "2026-03-01T12:00:01.234Z",
          method: "POST",
          path: `${room}/Participants/Zo%C3%AB`,
          operation: "UpdateRoomParticipant",
          status: 404,
          changes: []
        }
      ])
    })
  )

  it.effect("is any request to Twilio's API, rejected ones included, but none to the controls", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start({
        quota: { reads: 4, writes: 1 },
        assumptions: { trailingSlash: "not-found" }
      })
      yield* call(room, { headers: { authorization: "" } })
      yield* call(room, { method: "OPTIONS" })
      yield* call("/v1/Nothing")
      yield* call("/v1/Rooms/%zz")
      yield* call(`${room}/`)
      yield* call(room, { method: "HEAD" })
      yield* call("/sandbox")
      yield* call("/sandbox/state")
      yield* call(`${alice}/SubscribedTracks?x=1`)
      yield* call(room, { method: "DELETE" })
      yield* call(`${alice}/Anonymize`, post)
      assert.deepStrictEqual(
        (yield* sandbox.requests).map(({ method, operation, path, status }) => [method, path, operation, status]),
        [
          ["GET", room, "FetchRoom", 401],
          ["OPTIONS", room, undefined, 204],
          ["GET", "/v1/Nothing", undefined, 404],
          ["GET", "/v1/Rooms/%zz", undefined, 400],
          ["GET", `${room}/`, undefined, 404],
          ["HEAD", room, "FetchRoom", 200],
          ["GET", `${alice}/SubscribedTracks?x=1`, "ListRoomParticipantSubscribedTrack", 429],
          ["DELETE", room, undefined, 405],
          ["POST", `${alice}/Anonymize`, "UpdateRoomParticipantAnonymize", 429]
        ]
      )
    })
  )

  it.effect("survives JSON and decodes with its schema", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start({ faults: [{ skip: 1, fault: { type: "html" } }] })
      yield* call(alice, { body: "Status=disconnected" })
      yield* call("/v1/Rooms").pipe(Effect.exit)
      const requests = yield* sandbox.requests
      const json = JSON.stringify(requests)
      const decode = Schema.decodeUnknownEffect(Schema.Array(LoggedRequest.LoggedRequest))
      assert.deepStrictEqual(yield* decode(JSON.parse(json)), requests)
      assert.deepStrictEqual(
        requests.map(({ fault }) => fault),
        [undefined, "html"]
      )
    })
  )
})

describe("the changes of a request", () => {
  it.effect("are empty if the request changed nothing", () =>
    Effect.gen(function* () {
      const { call, changed, sandbox } = yield* start()
      const { sid: carl } = yield* sandbox.join("Room", "Carl")
      const steps: ReadonlyArray<readonly [string, Calls.Call, ReadonlyArray<string>]> = [
        ["/v1/Rooms", { body: "UniqueName=New" }, ["room-created"]],
        ["/v1/Rooms", { body: "UniqueName=New" }, []],
        ["/v1/Rooms", { body: "Type=nonsense" }, []],
        [`${alice}/SubscribeRules`, all, ["subscribe-rules-replaced"]],
        [`${alice}/SubscribeRules`, all, ["subscribe-rules-replaced"]],
        [`${alice}/SubscribeRules`, rules("[]"), []],
        [`${alice}/SubscribeRules`, { body: "" }, []],
        [alice, { body: "" }, []],
        [`${room}/Participants/${carl}`, { body: "Status=disconnected" }, ["participant-disconnected"]],
        [`${room}/Participants/${carl}`, { body: "Status=disconnected" }, []],
        [`${room}/Participants/${carl}/Anonymize`, post, ["participant-anonymized"]],
        [`${room}/Participants/${carl}/Anonymize`, post, []],
        [alice, {}, []],
        [
          room,
          { body: "Status=completed" },
          ["participant-disconnected", "participant-disconnected", "room-completed"]
        ],
        [room, { body: "Status=completed" }, []]
      ]
      for (const [path, options, changes] of steps) {
        yield* call(path, options)
        assert.deepStrictEqual(yield* changed, [...changes], `${path} ${options.body}`)
      }
    })
  )

  it.effect("name rooms and participants by SID", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      const [before] = (yield* sandbox.exportState).rooms
      const roomSid = before?.sid ?? ""
      const [aliceSid = "", bobSid = ""] = before?.participants.map(({ sid }) => sid) ?? []
      yield* call(`${alice}/SubscribeRules`, all)
      yield* call(room, { body: "Status=completed" })
      assert.deepStrictEqual(
        (yield* sandbox.requests).map((request) => request.changes),
        [
          [{ type: "subscribe-rules-replaced", roomSid, participantSid: aliceSid }],
          [
            { type: "participant-disconnected", roomSid, participantSid: aliceSid },
            { type: "participant-disconnected", roomSid, participantSid: bobSid },
            { type: "room-completed", roomSid }
          ]
        ]
      )
    })
  )

  it.effect("include the completion of a room whose last participant leaves", () =>
    Effect.gen(function* () {
      const { call, changed, sandbox } = yield* start()
      yield* sandbox.openRoom({ uniqueName: "AdHoc", emptyRoomTimeout: 0 })
      yield* sandbox.join("AdHoc", "Zoe")
      yield* call("/v1/Rooms/AdHoc/Participants/Zoe", { body: "Status=disconnected" })
      assert.deepStrictEqual(yield* changed, ["participant-disconnected", "room-completed"])
    })
  )

  it.effect("exclude the tracks that leave with their publisher", () =>
    Effect.gen(function* () {
      const { call, changed, sandbox } = yield* start({ assumptions: { callbackTracksOfLeaving: "track-removed" } })
      yield* sandbox.publishTrack("Room", "Alice", { kind: "audio" })
      yield* call(alice, { body: "Status=disconnected" })
      assert.deepStrictEqual(yield* changed, ["participant-disconnected"])
    })
  )

  it.effect("exclude those of timeouts and controls", () =>
    Effect.gen(function* () {
      const { call, changed, sandbox } = yield* start()
      yield* TestClock.adjust("4 hours")
      // Both participants have reached their maximum duration, and this request is the first after that.
      yield* call("/v1/Rooms", { body: "UniqueName=Later" })
      assert.deepStrictEqual(yield* changed, ["room-created"])
      yield* sandbox.completeRoom("Later")
      assert.deepStrictEqual(yield* changed, ["room-created"])
    })
  )

  it.live("are kept apart if requests overlap and their bodies arrive in pieces", () =>
    Effect.promise(async () => {
      const sandbox = await Effect.runPromise(Sandbox.make({ rooms }))
      const { dispose, handler } = HttpRouter.toWebHandler(
        Sandbox.layerRoutes({ allowedHosts: ["sandbox.test"] }).pipe(
          Layer.provide(Layer.succeed(Sandbox.Sandbox, sandbox)),
          Layer.provide(HttpServer.layerServices)
        ),
        { disableLogger: true, routerConfig: Sandbox.routerConfig }
      )
      const headers = {
        authorization: Calls.basic(Calls.accountSid, Calls.authToken),
        "content-type": "application/x-www-form-urlencoded"
      }
      const slow = (path: string) => {
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
        const writer = writable.getWriter()
        const request = { method: "POST", headers, body: readable, duplex: "half" }
        const response = handler(new Request(`http://sandbox.test${path}`, request as RequestInit))
        return {
          response,
          send: (text: string) => writer.write(new TextEncoder().encode(text)),
          end: () => writer.close()
        }
      }
      const first = slow(alice)
      const second = slow(`${room}/Participants/Bob`)
      await first.send("Status=discon")
      await second.send("Status=disconnected")
      await second.end()
      assert.strictEqual((await second.response).status, 202)
      const [waiting, done] = await Effect.runPromise(sandbox.requests)
      assert.deepStrictEqual([waiting?.status, waiting?.changes], [undefined, []])
      assert.lengthOf(done?.changes ?? [], 1)
      await first.send("nected")
      await first.end()
      assert.strictEqual((await first.response).status, 202)
      const requests = await Effect.runPromise(sandbox.requests)
      const identities = new Map(
        (await Effect.runPromise(sandbox.exportState)).rooms[0]?.participants.map(({ identity, sid }) => [
          sid,
          identity
        ])
      )
      assert.deepStrictEqual(
        requests.map(({ changes, status }) => [
          status,
          changes.map((change) => identities.get(change.participantSid ?? ""))
        ]),
        [
          [202, ["Alice"]],
          [202, ["Bob"]]
        ]
      )
      await dispose()
    })
  )
})

describe("the request log", () => {
  const names = (sandbox: Sandbox.Service) =>
    Effect.map(sandbox.requests, (requests) => requests.map(({ path }) => path.replace("/v1/Rooms/", "")))

  const ask = (call: (path: string) => Effect.Effect<unknown>, from: number, to: number) =>
    Effect.forEach(
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
      (number) => call(`/v1/Rooms/${number}`),
      { discard: true }
    )

  it.effect("keeps the last 1,000 requests by default", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      yield* ask(call, 1, 1000)
      assert.deepStrictEqual((yield* names(sandbox))[0], "1")
      yield* ask(call, 1001, 1002)
      const kept = yield* names(sandbox)
      assert.deepStrictEqual([kept.length, kept[0], kept.at(-1)], [1000, "3", "1002"])
    })
  )

  it.effect("keeps up to its capacity, oldest first", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start({ requestLog: 3 })
      yield* ask(call, 1, 2)
      assert.deepStrictEqual(yield* names(sandbox), ["1", "2"])
      yield* ask(call, 3, 3)
      assert.deepStrictEqual(yield* names(sandbox), ["1", "2", "3"])
      yield* ask(call, 4, 5)
      assert.deepStrictEqual(yield* names(sandbox), ["3", "4", "5"])
      yield* ask(call, 6, 11)
      assert.deepStrictEqual(yield* names(sandbox), ["9", "10", "11"])
      yield* sandbox.clearRequests
      assert.deepStrictEqual(yield* names(sandbox), [])
      yield* ask(call, 12, 16)
      assert.deepStrictEqual(yield* names(sandbox), ["14", "15", "16"])
    })
  )

  it.effect("keeps nothing with a capacity below 1, and rounds a fraction down", () =>
    Effect.gen(function* () {
      for (const requestLog of [0, -1, 0.5]) {
        const { call, sandbox } = yield* start({ requestLog })
        yield* ask(call, 1, 3)
        assert.deepStrictEqual(yield* sandbox.requests, [])
      }
      const { call, sandbox } = yield* start({ requestLog: 2.5 })
      yield* ask(call, 1, 6)
      assert.deepStrictEqual(yield* names(sandbox), ["5", "6"])
    })
  )

  it.effect("is read and cleared over HTTP, and cleared by a reset", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      const headers = { authorization: "" }
      const requests = Effect.map(call("/sandbox/requests", { headers }), (reply) => reply.body)
      yield* ask(call, 1, 2)
      assert.deepStrictEqual(yield* requests, yield* sandbox.requests)
      assert.lengthOf(yield* requests, 2)
      const cleared = yield* call("/sandbox/requests", { method: "DELETE", headers })
      assert.deepStrictEqual([cleared.status, cleared.body], [200, []])
      assert.deepStrictEqual(yield* sandbox.requests, [])
      yield* ask(call, 1, 2)
      yield* sandbox.reset
      assert.deepStrictEqual(yield* sandbox.requests, [])
      yield* ask(call, 1, 2)
      yield* call("/sandbox/reset", { method: "POST", headers })
      assert.deepStrictEqual(yield* requests, [])
    })
  )
})

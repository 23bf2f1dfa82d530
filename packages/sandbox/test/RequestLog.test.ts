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

const withoutDuration = (request: LoggedRequest.LoggedRequest) =>
  Object.fromEntries(Object.entries(request).filter(([name]) => name !== "duration"))

describe("a logged request", () => {
  it.effect("has the time, the request, its operation, the status and the answer", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      const list = yield* call("/v1/Rooms?PageSize=1&Status=%69n-progress", { headers: { "user-agent": "test" } })
      yield* TestClock.adjust(1234)
      const update = yield* call(`${room}/Participants/Zo%C3%AB`, { body: "Status=disconnected&Status=x+y" })
      const requests = yield* sandbox.requests
      assert.deepStrictEqual(requests.map(withoutDuration), [
        {
          id: list.headers.get("twilio-request-id") ?? "",
          at: "2026-03-01T12:00:00.000Z",
          method: "GET",
          path: "/v1/Rooms?PageSize=1&Status=%69n-progress",
          operation: "ListRoom",
          query: { PageSize: ["1"], Status: ["in-progress"] },
          headers: { "user-agent": "test" },
          status: 200,
          answer: list.body,
          changes: []
        },
        {
          id: "RQ00000000000000000000000000000002",
          at: "2026-03-01T12:00:01.234Z",
          method: "POST",
          path: `${room}/Participants/Zo%C3%AB`,
          operation: "UpdateRoomParticipant",
          room: "Room",
          participant: "Zoë",
          form: { Status: ["disconnected", "x y"] },
          headers: { "content-type": "application/x-www-form-urlencoded" },
          status: 404,
          answer: update.body,
          changes: []
        }
      ])
      for (const { duration } of requests) assert.isAtLeast(duration ?? -1, 0)
    })
  )

  it.effect("never has a credential or a token, wherever it was sent", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      const token = "eyJhbGciOiJIUzI1NiJ9.eyJncmFudHMiOnt9fQ.c2lnbmF0dXJl"
      const url = "https://us%65r:planted-1@planted-1@example.com/callbacks?x=1"
      yield* call("/v1/Rooms", { body: new URLSearchParams({ UniqueName: "A", StatusCallback: url }).toString() })
      yield* call(`/v1/Rooms/A?Token=${token}&Callback=${encodeURIComponent(url)}`, {
        headers: {
          cookie: "planted-2",
          "proxy-authorization": "planted-3",
          "x-api-key": "planted-4",
          "user-agent": token
        }
      })
      yield* call("/v1/Rooms", { headers: { authorization: Calls.basic("planted-5", "planted-6") } })
      yield* call(`/v1/Rooms/${token}`, { body: `Status=${token}` })
      const requests = yield* sandbox.requests
      const text = JSON.stringify(requests)
      for (const secret of ["planted", token, Calls.authToken, btoa("planted-5:planted-6")]) {
        assert.notInclude(text, secret)
      }
      assert.deepStrictEqual(requests[0]?.form?.StatusCallback, ["https://***@example.com/callbacks?x=1"])
      assert.strictEqual(requests[1]?.query?.Callback?.[0], "https://***@example.com/callbacks?x=1")
      assert.strictEqual(requests[3]?.room, "***")
    })
  )

  const token = "eyJhbGciOiJIUzI1NiJ9.eyJncmFudHMiOnt9fQ.planted"
  const spaced = `${btoa('{ "alg": "HS256" }')}.${btoa("{}")}.planted`.replaceAll("=", "")
  const url = "https://user:planted@example.com/callbacks"
  const nested = encodeURIComponent(url)
  const callback = (value: string) => ["/v1/Rooms", { body: new URLSearchParams({ StatusCallback: value }).toString() }]
  const places: Readonly<Record<string, ReadonlyArray<unknown>>> = {
    "a password with an encoded slash": callback("https://user:planted%2F@example.com"),
    "a password with a space": callback("https://user:planted word@example.com"),
    "a password with a quote": callback('https://user:planted"word@example.com'),
    "a password with a line break": callback("https://user:planted\nword@example.com"),
    "a URL with one slash": callback("https:/user:planted@example.com"),
    "a URL without slashes": callback("https:user:planted@example.com"),
    "a URL with backslashes": callback("https:\\\\user:planted@example.com"),
    "a URL in the query of a URL": callback(`https://example.com?next=${nested}`),
    "a URL in the query of a URL in a query": [
      `/v1/Rooms?Next=${encodeURIComponent(`https://example.com?next=${nested}`)}`
    ],
    "a URL that is encoded twice": callback(encodeURIComponent(nested)),
    "the name of a query parameter": [`/v1/Rooms?${nested}=1`],
    "the name of a form parameter": ["/v1/Rooms", { body: `${nested}=1` }],
    "a path": [`/v1/Rooms/${nested}`],
    "a path that isn't encoded": [`/v1/Rooms/${url}`],
    "a fragment": [`/v1/Rooms#${url}`],
    "a URL that answers repeat": [`/v1/Rooms?Status=completed&Next=${nested}`],
    "a token as the name of a parameter": [`/v1/Rooms?${token}=1`],
    "a token with encoded dots": [`/v1/Rooms?Token=${token.replaceAll(".", "%2E")}`],
    "a token whose JSON has spaces": [`/v1/Rooms?Token=${spaced}`],
    "a form that is cut in a password": [
      "/v1/Rooms",
      { body: `Type=${"x".repeat(65_536 - 50)}&StatusCallback=https://user:planted${"y".repeat(100)}@example.com` }
    ],
    "the headers": [
      "/v1/Rooms",
      { headers: { accept: url, "user-agent": `test (${url})`, traceparent: token, referer: url, "x-token": token } }
    ]
  }
  for (const [place, args] of Object.entries(places)) {
    it.effect(`has no secret from ${place}`, () =>
      Effect.gen(function* () {
        const { call, sandbox } = yield* start()
        const [path, sent] = args as [string, Calls.Call?]
        yield* call(path, sent)
        const text = JSON.stringify(yield* sandbox.requests)
        assert.include(text, "***")
        assert.notInclude(text, "planted")
      })
    )
  }

  it.effect("has no secret from an answer that is cut", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start({ rooms: [] })
      const body = `StatusCallback=${encodeURIComponent(`https://user:${"planted".repeat(100)}@example.com`)}`
      for (let index = 0; index < 60; index++) yield* call("/v1/Rooms", { body })
      // The latest rooms come first: each has another length, so the cuts are in different places of the rooms.
      for (let index = 0; index < 10; index++) {
        yield* call("/v1/Rooms", { body: `UniqueName=${"x".repeat(10 * index + 1)}` })
        yield* sandbox.clearRequests
        yield* call("/v1/Rooms?PageSize=100")
        const [{ answer } = { answer: undefined }] = yield* sandbox.requests
        assert.isAbove(String(answer).length, 10_000)
        assert.notInclude(String(answer), "planted")
      }
    })
  )

  it.effect("has none of the sandbox's own credentials", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      yield* call(`/v1/Rooms?AuthToken=${Calls.authToken}`, { headers: { "user-agent": Calls.apiKeySecret } })
      yield* call("/v1/Rooms", { body: `UniqueName=${Calls.authToken}&Secret=${Calls.apiKeySecret}` })
      const text = JSON.stringify(yield* sandbox.requests)
      for (const secret of [Calls.authToken, Calls.apiKeySecret]) assert.notInclude(text, secret)
    })
  )

  it.effect("has parameters with the names of an object's own members", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start()
      const names = ["__proto__", "constructor", "toString"]
      const parameters = names.map((name) => `${name}=1`).join("&")
      yield* call(`/v1/Rooms?${parameters}`, { headers: { authorization: "none" } })
      yield* call(room, { body: parameters })
      const [list, update] = yield* sandbox.requests
      for (const values of [list?.query, update?.form]) {
        assert.deepStrictEqual(
          Object.entries(values ?? {}),
          names.map((name): [string, ReadonlyArray<string>] => [name, ["1"]])
        )
      }
      assert.strictEqual((yield* call("/sandbox/requests")).status, 200)
    })
  )

  it.effect("has the first 64 Ki characters of a longer form or answer", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start({
        rooms: [
          {
            uniqueName: "Room",
            maxParticipants: 200,
            participants: Array.from({ length: 200 }, (_, index) => ({ identity: `guest-${index}` }))
          }
        ]
      })
      yield* call(`${room}/Participants?PageSize=200`)
      yield* call(room, { body: `Status=${"x".repeat(70_000)}` })
      const [list, update] = yield* sandbox.requests
      // Without the string in which the answer was cut.
      assert.isAtMost(String(list?.answer).length, 65_536)
      assert.isAbove(String(list?.answer).length, 65_000)
      assert.strictEqual(update?.form?.Status?.[0]?.length, 65_536 - "Status=".length)
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

  it.effect("keeps up to its size in bytes, and counts what it dropped", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* start({ requestLogBytes: 10_000 })
      for (let index = 1; index <= 100; index++) yield* call(`${room}?Number=${index}`)
      const kept = (yield* sandbox.requests).map(({ query }) => Number(query?.Number?.[0]))
      assert.strictEqual(kept.at(-1), 100)
      assert.isBelow(kept.length, 10_000 / 500)
      assert.deepStrictEqual(
        kept,
        Array.from({ length: kept.length }, (_, index) => 101 - kept.length + index)
      )
      assert.strictEqual((yield* call("/sandbox/requests/counts")).body.dropped, 100 - kept.length)
      yield* sandbox.clearRequests
      assert.deepStrictEqual((yield* call("/sandbox/requests/counts")).body, {
        count: 0,
        byOperation: {},
        byStatus: {},
        dropped: 0
      })
    })
  )

  it.effect("counts headers and changes in its size", () =>
    Effect.gen(function* () {
      const participants = Array.from({ length: 100 }, (_, index) => ({ identity: `guest-${index}` }))
      const { call, sandbox } = yield* start({
        requestLogBytes: 10_000,
        rooms: [{ uniqueName: "Room", maxParticipants: 100, participants }]
      })
      for (let index = 0; index < 10; index++) {
        yield* call(`${room}/Participants/Nobody`, { headers: { "user-agent": "x".repeat(3000) } })
      }
      assert.isAtMost((yield* sandbox.requests).length, 3)
      yield* call(room, { body: "Status=completed" })
      yield* call("/v1/Rooms/Nowhere")
      assert.deepStrictEqual(
        (yield* sandbox.requests).map(({ path }) => path),
        ["/v1/Rooms/Nowhere"]
      )
    })
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

describe("the filters of the request log", () => {
  const session = Effect.fnUntraced(function* () {
    const { call, sandbox } = yield* start()
    yield* call(room)
    yield* TestClock.adjust(1000)
    const { body: list } = yield* call("/sandbox/state")
    const { participants, sid } = list.rooms[0]
    yield* call(`/v1/Rooms/${sid}/Participants/${participants[0].sid}`)
    yield* call(alice)
    yield* TestClock.adjust(1000)
    yield* call(`${room}/Participants/Bob`, { body: "Status=disconnected" })
    yield* call("/v1/Rooms", { body: "UniqueName=Huddle" })
    yield* call(`${room}/Participants/Nobody`)
    const selected = (query: string) =>
      Effect.map(call(`/sandbox/requests?${query}`), ({ body }) =>
        body.map(({ id }: { readonly id: string }) => Number.parseInt(id.slice(2), 16))
      )
    return { call, participants, sandbox, selected, sid }
  })

  it.effect("select by operation, room, participant, status and time, alone and together", () =>
    Effect.gen(function* () {
      const { participants, selected, sid } = yield* session()
      for (const [query, expected] of [
        ["", [1, 2, 3, 4, 5, 6]],
        ["operation=FetchRoomParticipant", [2, 3, 6]],
        ["room=Room", [1, 2, 3, 4, 6]],
        [`room=${sid}`, [1, 2, 3, 4, 6]],
        ["room=Huddle", [5]],
        ["room=Nowhere", []],
        ["participant=Alice", [2, 3]],
        [`participant=${participants[0].sid}`, [2, 3]],
        [`participant=${participants[1].sid}`, [4]],
        ["status=404", [6]],
        ["status=2xx", [1, 2, 3, 4, 5]],
        ["since=2026-03-01T12:00:02.000Z", [4, 5, 6]],
        [`since=RQ${"5".padStart(32, "0")}`, [6]],
        ["operation=FetchRoomParticipant&participant=Alice&status=200&since=2026-03-01T12:00:01Z", [2, 3]]
      ] as const) {
        assert.deepStrictEqual(yield* selected(query), expected, query)
      }
    })
  )

  it.effect("select what is counted", () =>
    Effect.gen(function* () {
      const { call } = yield* session()
      const { body } = yield* call("/sandbox/requests/counts?room=Room")
      assert.deepStrictEqual(body, {
        count: 5,
        byOperation: { FetchRoom: 1, FetchRoomParticipant: 3, UpdateRoomParticipant: 1 },
        byStatus: { 200: 3, 202: 1, 404: 1 },
        dropped: 0
      })
    })
  )

  it.effect("tell rooms with the same unique name apart, and find completed ones", () =>
    Effect.gen(function* () {
      const { call, sandbox, selected, sid } = yield* session()
      const { body } = yield* call("/sandbox/state")
      const alice = body.rooms[0].participants[0].sid
      yield* call(room, { body: "Status=completed" })
      yield* call(`/v1/Rooms/${sid}`)
      assert.deepStrictEqual(yield* selected("room=Room"), [1, 2, 3, 4, 6, 7, 8])
      yield* TestClock.adjust(1000)
      const second = yield* sandbox.openRoom({ uniqueName: "Room" })
      yield* sandbox.join("Room", "Alice")
      yield* call(room)
      yield* call(`${room}/Participants/Alice`)
      assert.deepStrictEqual(yield* selected(`room=${sid}`), [1, 2, 3, 4, 6, 7, 8])
      assert.deepStrictEqual(yield* selected(`room=${second.sid}`), [9, 10])
      assert.deepStrictEqual(yield* selected("room=Room"), [1, 2, 3, 4, 6, 7, 8, 9, 10])
      assert.deepStrictEqual(yield* selected(`participant=${alice}`), [2, 3, 7])
      assert.deepStrictEqual(yield* selected("participant=Alice"), [2, 3, 7, 10])
    })
  )

  for (const [query, where] of [
    ["operation=Nothing", '["operation"]'],
    ["status=20", '["status"]'],
    ["status=6xx", '["status"]'],
    ["since=yesterday", '["since"]'],
    ["since=RQ1", '["since"]'],
    ["since=5", '["since"]'],
    ["status=404&status=200", '"status" is given twice'],
    ["rooms=Room", '["rooms"]']
  ] as const) {
    it.effect(`refuse ${query} and name it`, () =>
      Effect.gen(function* () {
        const { call } = yield* start()
        const { body, status } = yield* call(`/sandbox/requests?${query}`)
        assert.deepStrictEqual([status, body.problem], [400, "invalid-request"])
        assert.include(body.message, where)
      })
    )
  }

  it.effect("aren't needed to read one request by its id", () =>
    Effect.gen(function* () {
      const { call, sandbox } = yield* session()
      const [, second] = yield* sandbox.requests
      assert.deepStrictEqual((yield* call(`/sandbox/requests/${second?.id}`)).body, second)
      const { body, status } = yield* call("/sandbox/requests/RQ0")
      assert.deepStrictEqual([status, body.problem], [404, "no-such-request"])
    })
  )
})

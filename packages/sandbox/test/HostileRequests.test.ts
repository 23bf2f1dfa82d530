/**
 * Malicious and broken clients: endless bodies, slow headers, malformed HTTP, floods of connections, deep and wide
 * documents, and names that are dangerous if interpreted. The sandbox rejects the requests, keeps its state and goes on
 * responding. Writes its figures to `reports/hostile.json`.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { mkdirSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { afterAll } from "vitest"
import * as Lane from "../../../tests/support/Lane.ts"
import * as Calls from "./support/Calls.ts"
import * as RawHttp from "./support/RawHttp.ts"

const reports = fileURLToPath(new URL("../../../reports", import.meta.url))

const figures: Record<string, unknown> = {}

afterAll(() => {
  mkdirSync(reports, { recursive: true })
  writeFileSync(`${reports}/hostile.json`, `${JSON.stringify(figures, undefined, 2)}\n`)
})

const authorization = Calls.basic(Calls.accountSid, Calls.authToken)

const form = "application/x-www-form-urlencoded"

const mebibyte = 1024 * 1024

interface Reply {
  readonly status: number
  // Each test knows the shape of the body that it expects.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

/** Sends the path without normalizing it. */
const send = (baseUrl: string, method: string, path: string, body?: string, contentType = form): Effect.Effect<Reply> =>
  Effect.callback((resume) => {
    const { hostname, port } = new URL(baseUrl)
    const headers = { authorization, ...(body === undefined ? {} : { "content-type": contentType }) }
    const sent = request({ hostname, port, method, path, headers }, async (response) => {
      const json = await text(response)
      assert.match(response.headers["content-type"] ?? "", /^application\/json/)
      resume(Effect.succeed({ status: response.statusCode ?? 0, body: JSON.parse(json) }))
    })
    sent.once("error", (error) => resume(Effect.die(error)))
    sent.end(body)
  })

/** The sandbox's state without the time of the export. */
const contents = (sandbox: Sandbox.Service) => Effect.map(sandbox.exportState, ({ rooms, sids }) => ({ rooms, sids }))

/** Runs against a real server, then asserts that its state is unchanged and that it responds. */
const unharmed = <A>(
  attack: (server: { readonly port: number; readonly baseUrl: string }) => Effect.Effect<A>,
  options: SandboxServer.ListenOptions = {}
) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const baseUrl = yield* SandboxServer.baseUrl
    const before = yield* contents(sandbox)
    const result = yield* attack({ baseUrl, port: Number(new URL(baseUrl).port) })
    assert.deepStrictEqual(yield* contents(sandbox), before)
    const alice = yield* send(baseUrl, "GET", "/v1/Rooms/DailyStandup/Participants/Alice")
    assert.deepStrictEqual([alice.status, alice.body.identity], [200, "Alice"])
    return result
  }).pipe(Effect.provide(SandboxServer.layer(options).pipe(Layer.provideMerge(Sandbox.layerControls()))))

const head = (method: string, path: string, ...headers: ReadonlyArray<string>) =>
  [`${method} ${path} HTTP/1.1`, "Host: localhost", `Authorization: ${authorization}`, ...headers, "", ""].join("\r\n")

const converse = (port: number, speak: Parameters<typeof RawHttp.converse>[1]) =>
  Effect.promise(() => RawHttp.converse(port, speak))

const chunkOf = (size: number) => `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`

const room = "/v1/Rooms/DailyStandup"

const posts = ["/v1/Rooms", room, `${room}/Participants/Alice`, `${room}/Participants/Alice/SubscribeRules`]

const tooLarge = { code: 20001, message: "The body is larger than 1 MiB", status: 413 }

describe("a body that is too large", () => {
  it.live("is rejected by its Content-Length before it is sent", () =>
    unharmed(({ port }) =>
      Effect.gen(function* () {
        for (const path of posts) {
          const length = `Content-Length: ${mebibyte + 1}`
          const heard = yield* converse(port, (socket) => {
            socket.write(head("POST", path, `Content-Type: ${form}`, length))
          })
          assert.strictEqual(heard.status, 413)
          assert.include(heard.text, `"code":${tooLarge.code}`)
        }
        const huge = `Content-Length: ${Number.MAX_SAFE_INTEGER}`
        const control = yield* converse(port, (socket) => {
          socket.write(head("PUT", "/sandbox/faults", huge))
        })
        assert.strictEqual(control.status, 413)
        assert.include(control.text, '"problem":"body-too-large"')
      })
    )
  )

  it.live("is rejected without a Content-Length, and the connection closes", () =>
    unharmed(({ port }) =>
      Effect.gen(function* () {
        for (const path of [...posts, `${room}/Participants/Alice/Nothing`]) {
          const heard = yield* converse(port, async (socket) => {
            socket.write(head("POST", path, `Content-Type: ${form}`, "Transfer-Encoding: chunked"))
            await RawHttp.flood(socket, chunkOf(65_536))
          })
          assert.strictEqual(heard.status, path.endsWith("Nothing") ? 404 : 413, path)
          // What the server read, and what the operating system buffered.
          assert.isBelow(heard.written, 32 * mebibyte)
          figures.largestBodyRefused = Math.max(Number(figures.largestBodyRefused ?? 0), heard.written)
        }
      })
    )
  )

  it.live("is one above 1 MiB", () =>
    unharmed(({ baseUrl }) =>
      Effect.gen(function* () {
        const body = (size: number) => `Status=nonsense&x=${"x".repeat(size - "Status=nonsense&x=".length)}`
        assert.strictEqual((yield* send(baseUrl, "POST", room, body(mebibyte))).body.code, 53112)
        const { more_info: _, ...error } = (yield* send(baseUrl, "POST", room, body(mebibyte + 1))).body
        assert.deepStrictEqual(error, tooLarge)
      })
    )
  )

  it.live("is one above 64 MiB for a control", () =>
    unharmed(({ port }) =>
      Effect.gen(function* () {
        const heard = yield* converse(port, async (socket) => {
          socket.write(head("POST", "/sandbox/seed", "Transfer-Encoding: chunked"))
          await RawHttp.flood(socket, chunkOf(mebibyte))
        })
        assert.strictEqual(heard.status, 413)
        assert.isAbove(heard.written, 64 * mebibyte)
        assert.isBelow(heard.written, 96 * mebibyte)
        figures.largestControlBodyRefused = heard.written
      })
    )
  )

  const endless = () => {
    let pulled = 0
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulled += 65_536
          controller.enqueue(new Uint8Array(65_536).fill(120))
        },
        cancel: () => {
          cancelled = true
        }
      },
      { highWaterMark: 0 }
    )
    return { stream, seen: () => ({ pulled, cancelled }) }
  }

  it.live("is rejected by a web handler if it's an endless stream", () =>
    Effect.promise(async () => {
      const { dispose, handler } = Sandbox.toWebHandler()
      const cases = [
        ["POST", room, mebibyte],
        ["POST", "/sandbox/seed", 64 * mebibyte],
        // A state may be larger, but not one of its records.
        ["PUT", "/sandbox/state", 64 * mebibyte]
      ] as const
      for (const [method, path, limit] of cases) {
        const { seen, stream } = endless()
        const init = { method, headers: { authorization, "content-type": form }, body: stream, duplex: "half" }
        const response = await handler(new Request(`http://localhost${path}`, init as RequestInit))
        const { cancelled, pulled } = seen()
        assert.deepStrictEqual([response.status, cancelled], [413, true])
        assert.isAtMost(pulled, limit + 3 * 65_536)
      }
      await dispose()
    })
  )

  it.live("is rejected in process if it's an endless stream", () =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const sent = (body: HttpBody.HttpBody, path: string) =>
        client.execute(
          HttpClientRequest.post(`http://localhost${path}`).pipe(
            HttpClientRequest.setHeader("authorization", authorization),
            HttpClientRequest.setBody(body)
          )
        )
      const cases = [
        [room, mebibyte],
        ["/sandbox/seed", 64 * mebibyte]
      ] as const
      for (const [path, limit] of cases) {
        let pulled = 0
        const body = Stream.forever(
          Stream.sync(() => {
            pulled += 65_536
            return new Uint8Array(65_536).fill(120)
          })
        )
        assert.strictEqual((yield* sent(HttpBody.stream(body, form), path)).status, 413)
        assert.strictEqual(pulled, limit + 65_536)
      }
      assert.strictEqual((yield* sent(HttpBody.text("x".repeat(mebibyte + 1), form), room)).status, 413)
      const pieces = Stream.fromIterable(["Status=", "compl", "eted"].map((piece) => new TextEncoder().encode(piece)))
      assert.strictEqual((yield* sent(HttpBody.stream(pieces, form), room)).status, 202)
    }).pipe(Effect.provide(Sandbox.layerHttpClient.pipe(Layer.provide(Sandbox.layerControls()))))
  )
})

describe("a slow client", () => {
  const impatient = { headersTimeout: "300 millis", requestTimeout: "600 millis" } as const

  it.live("gets 408 if its headers or its body don't arrive in time", () =>
    unharmed(
      ({ port }) =>
        Effect.gen(function* () {
          const drip = (text: string) => (socket: Parameters<Parameters<typeof RawHttp.converse>[1]>[0]) => {
            let at = 0
            const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ""), 20)
            socket.once("close", () => clearInterval(timer))
          }
          const slow = yield* Effect.all(
            {
              silence: converse(port, () => {}),
              headers: converse(port, (socket) => {
                socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
                drip("x")(socket)
              }),
              body: converse(port, (socket) => {
                socket.write(head("POST", room, `Content-Type: ${form}`, "Content-Length: 1000"))
                drip("Status=completed&")(socket)
              }),
              chunks: converse(port, (socket) => {
                socket.write(head("POST", "/sandbox/reset", "Transfer-Encoding: chunked"))
                drip("1\r\nx\r\n")(socket)
              })
            },
            { concurrency: "unbounded" }
          )
          for (const [name, heard] of Object.entries(slow)) {
            if (name !== "silence") assert.strictEqual(heard.status, 408, name)
          }
        }),
      impatient
    )
  )

  it.live("doesn't block other clients", () =>
    unharmed(
      ({ baseUrl, port }) =>
        Effect.gen(function* () {
          const sockets = Array.from({ length: 300 }, () => {
            const socket = connect(port, "127.0.0.1", () => socket.write("POST /v1/Rooms HTTP/1.1\r\nHost"))
            socket.on("error", () => {})
            return socket
          })
          for (let i = 0; i < 20; i++) assert.strictEqual((yield* send(baseUrl, "GET", room)).status, 200)
          assert.isFalse(sockets.some((socket) => socket.closed))
          for (const socket of sockets) socket.destroy()
          yield* Effect.promise(() =>
            Promise.all(
              sockets.map((socket) => new Promise<void>((done) => socket.once("close", () => done()).resume()))
            )
          )
        }),
      { headersTimeout: Duration.infinity, requestTimeout: Duration.infinity }
    )
  )
})

describe("a malformed request", () => {
  it.live("is rejected with a 4xx status, never with a 5xx", () =>
    unharmed(({ port }) =>
      Effect.gen(function* () {
        const wild: ReadonlyArray<readonly [string, number]> = [
          ["GARBAGE\r\n\r\n", 400],
          ["\0".repeat(1000), 400],
          ["\u0016\u0003\u0001\u0002\0\u0001", 400],
          ["GET /v1/Rooms HTTP/9.9\r\n\r\n", 400],
          ["GET /v1/Rooms HTTP/1.1\r\n\r\n", 400],
          ["GET /v1/Rooms\r\n\r\n", 401],
          ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
          [head("FLY", "/v1/Rooms"), 400],
          [head("CONNECT", "example.com:443"), 0],
          [head("POST", room, "Content-Length: -1"), 400],
          [head("POST", room, "Content-Length: 1", "Content-Length: 2"), 400],
          [head("POST", room, "Content-Length: 1", "Transfer-Encoding: chunked"), 400],
          [`${head("POST", room, "Transfer-Encoding: chunked")}zz\r\n`, 400],
          [head("GET", room, "Bad Header: x"), 400],
          [head("GET", room, "X: \0"), 400],
          [head("GET", "nothing"), 400],
          [head("GET", `/${"x".repeat(20_000)}`), 431],
          [head("GET", room, `X: ${"x".repeat(20_000)}`), 431],
          [head("GET", room, ...Array.from({ length: 5000 }, (_, i) => `X${i}: 1`)), 431],
          [head("GET", room, "Expect: the unexpected"), 417]
        ]
        const shown = (text: string) => JSON.stringify(text.slice(0, 60))
        const heard = yield* Effect.forEach(
          wild,
          ([text]) => converse(port, (socket) => void socket.end(text, "latin1")),
          { concurrency: 8 }
        )
        assert.deepStrictEqual(
          heard.map(({ status }, index) => [shown(wild[index]?.[0] ?? ""), status]),
          wild.map(([sent, status]) => [shown(sent), status])
        )
        const odd: ReadonlyArray<readonly [string, number]> = [
          [head("OPTIONS", "*"), 204],
          [head("GET", `http://localhost${room}`), 200],
          [head("GET", `http://x${room}`), 421],
          [head("GET", `http://[::bad${room}`), 400],
          [head("GET", `http://%${room}`), 400],
          [head("GET", room, "Upgrade: websocket", "Connection: Upgrade"), 200],
          [head("GET", room, "Upgrade: h2c", "Connection: Upgrade"), 200],
          [head("POST", room, `Content-Type: ${form}`, "Expect: 100-continue", "Content-Length: 2000000"), 413],
          [head("GET", "//v1//Rooms"), 404],
          [head("GET", "/v1/../../etc/passwd"), 404],
          [head("GET", "/v1/Rooms/%00"), 404],
          [head("GET", "/v1/Rooms?%"), 400],
          [head("GET", "/sandbox/../v1/Rooms"), 404],
          [head("GET", "/sandbox%2fstate"), 404]
        ]
        const answered = yield* Effect.forEach(odd, ([text]) => converse(port, (socket) => void socket.end(text)))
        assert.deepStrictEqual(
          answered.map(({ status }, index) => [shown(odd[index]?.[0] ?? ""), status]),
          odd.map(([sent, status]) => [shown(sent), status])
        )
        figures.malformedRequests = wild.length + odd.length
      })
    )
  )

  it.live("is rejected for a malformed escape in any place", () =>
    unharmed(({ baseUrl }) =>
      Effect.gen(function* () {
        for (const escape of ["%", "%z", "%zz", "%c3%28", "%ed%a0%80", "%ff"]) {
          const path = `${room}/Participants/${escape}`
          const refusals = [
            yield* send(baseUrl, "GET", path),
            yield* send(baseUrl, "POST", path, "Status=disconnected"),
            yield* send(baseUrl, "GET", `${room}/Participants?Identity=${escape}`),
            yield* send(baseUrl, "GET", `/v1/Rooms?${escape}=1`),
            yield* send(baseUrl, "POST", "/v1/Rooms", `UniqueName=${escape}`),
            yield* send(baseUrl, "POST", room, `Status=${escape}`),
            yield* send(baseUrl, "POST", `${room}/Participants/Alice/SubscribeRules`, `Rules=${escape}`)
          ]
          assert.deepStrictEqual(
            refusals.map(({ status }) => status),
            [400, 400, 400, 400, 400, 400, 400],
            escape
          )
          const control = yield* send(baseUrl, "POST", `/sandbox/rooms/${escape}/complete`)
          assert.deepStrictEqual([control.status, control.body.problem], [404, "no-such-control"])
        }
      })
    )
  )
})

describe("a deep or wide document", () => {
  const deep = "[".repeat(200_000) + "]".repeat(200_000)
  const nested = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`

  it.live("is rejected in a form", () =>
    unharmed(({ baseUrl }) =>
      Effect.gen(function* () {
        const rules = `${room}/Participants/Alice/SubscribeRules`
        const many = (pair: (index: number) => string) => Array.from({ length: 100_000 }, (_, i) => pair(i)).join("&")
        const forms: ReadonlyArray<readonly [string, string, number, number]> = [
          [rules, `Rules=${deep}`, 400, 53215],
          [rules, `Rules=[{"type":"include","all":${deep}}]`, 400, 53215],
          [rules, `Rules=[${nested}]`, 400, 53215],
          ["/v1/Rooms", `RecordingRules=${deep}`, 400, 53120],
          ["/v1/Rooms", `TranscriptionsConfiguration=${deep}`, 400, 20001],
          [room, many((i) => `p${i}=`), 400, 53112],
          [room, many(() => "Status=x"), 400, 53112],
          [room, many((i) => `%${i}`), 400, 20001],
          ["/v1/Rooms", many((i) => `VideoCodecs=${i}`).slice(0, mebibyte), 400, 20001],
          [room, "&".repeat(mebibyte), 400, 53112],
          [room, "%".repeat(mebibyte), 400, 20001],
          [room, `${"=".repeat(mebibyte)}`, 400, 53112]
        ]
        for (const [path, body, status, code] of forms) {
          const reply = yield* send(baseUrl, "POST", path, body)
          assert.deepStrictEqual([reply.status, reply.body.code], [status, code], `${path} ${body.slice(0, 30)}`)
        }
      })
    )
  )

  it.live("is rejected by every control with a problem", () =>
    unharmed(({ baseUrl }) =>
      Effect.gen(function* () {
        const controls: ReadonlyArray<readonly [string, string, (json: string) => string]> = [
          ["PUT", "/sandbox/state", (json) => json],
          ["PUT", "/sandbox/state", (json) => `{"version":1,"sids":0,"rooms":[${json}]}`],
          ["PUT", "/sandbox/state", (json) => `{"version":${json}}`],
          ["POST", "/sandbox/seed", (json) => json],
          ["POST", "/sandbox/seed", (json) => `{"rooms":[{"participants":[{"identity":${json}}]}]}`],
          ["POST", "/sandbox/seed", (json) => `{"rooms":[{"participants":[{"identity":"x","rules":[${json}]}]}]}`],
          ["PUT", "/sandbox/faults", (json) => json],
          ["PUT", "/sandbox/faults", (json) => `[{"fault":${json}}]`],
          ["PUT", "/sandbox/faults", (json) => `[{"fault":{"type":"reset","x":${json}}}]`],
          ["POST", "/sandbox/rooms", (json) => `{"uniqueName":${json}}`],
          ["POST", "/sandbox/rooms", (json) => `{"emptyRoomTimeout":${json}}`],
          ["POST", "/sandbox/rooms/DailyStandup/participants", (json) => `{"identity":${json}}`],
          ["POST", "/sandbox/rooms/DailyStandup/participants/Alice/tracks", (json) => `{"kind":${json}}`]
        ]
        for (const [method, path, wrap] of controls) {
          for (const json of [deep, nested, "[".repeat(1_000_000)]) {
            const reply = yield* send(baseUrl, method, path, wrap(json), "application/json")
            assert.strictEqual(reply.status, 400, `${path} ${wrap("…")}`)
            assert.match(reply.body.problem, /^invalid-/)
            assert.isBelow(reply.body.message.length, 1000)
          }
        }
      })
    )
  )
})

const dangerous = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "<script>alert(1)</script>",
  "'; DROP TABLE rooms; --",
  "{{7*7}} ${7*7} #{7*7}",
  "../../../etc/passwd",
  "..",
  "%2e%2e%2f",
  "line\r\nSet-Cookie: a=b",
  "\u0000\u0007\u001b[31m",
  "\u202eright to left",
  "a;b?c#d&e=f+g",
  "null"
]

describe("a name that is dangerous if interpreted", () => {
  it.live("is returned unchanged for a room, a participant, a track and a filter", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const baseUrl = yield* SandboxServer.baseUrl
      const json = "application/json"
      for (const name of dangerous) {
        const encoded = encodeURIComponent(name)
        const created = yield* send(baseUrl, "POST", "/v1/Rooms", `UniqueName=${encoded}`)
        assert.deepStrictEqual([created.status, created.body.unique_name], [201, name])
        const people = `/v1/Rooms/${encoded}/Participants`
        const control = `/sandbox/rooms/${encoded}/participants`
        const joined = yield* send(baseUrl, "POST", control, JSON.stringify({ identity: name }), json)
        assert.deepStrictEqual([joined.status, joined.body.identity], [201, name])
        const track = JSON.stringify({ kind: "video", name })
        assert.strictEqual((yield* send(baseUrl, "POST", `${control}/${encoded}/tracks`, track, json)).status, 201)
        const fetched = yield* send(baseUrl, "GET", `${people}/${encoded}`)
        assert.deepStrictEqual([fetched.status, fetched.body.sid], [200, joined.body.sid])
        const listed = yield* send(baseUrl, "GET", `${people}?Identity=${encoded}`)
        assert.deepStrictEqual(
          listed.body.participants.map((participant: { identity: string }) => participant.identity),
          [name]
        )
        const rules = [{ type: "include", publisher: name, track: name, priority: name }]
        const body = `Rules=${encodeURIComponent(JSON.stringify(rules))}`
        const replaced = yield* send(baseUrl, "POST", `${people}/${encoded}/SubscribeRules`, body)
        assert.deepStrictEqual([replaced.status, replaced.body.rules], [200, [{ ...rules[0], all: null, kind: null }]])
        const published = yield* send(baseUrl, "GET", `${people}/${encoded}/PublishedTracks/${encoded}`)
        assert.deepStrictEqual([published.status, published.body.name], [200, name])
        assert.strictEqual((yield* send(baseUrl, "GET", `${people}/${encoded}x`)).status, 404)
        const gone = yield* send(baseUrl, "POST", `${people}/${encoded}`, "Status=disconnected")
        assert.deepStrictEqual([gone.status, gone.body.identity], [202, name])
      }
      const state = yield* sandbox.exportState
      assert.deepStrictEqual(
        state.rooms.map((room) => room.uniqueName),
        dangerous
      )
      assert.strictEqual((yield* sandbox.requests).at(-1)?.changes[0]?.type, "participant-disconnected")
      const taken = yield* send(baseUrl, "GET", "/sandbox/state")
      assert.deepStrictEqual(taken.body.rooms, state.rooms)
      const put = yield* send(baseUrl, "PUT", "/sandbox/state?times=keep", JSON.stringify(state), json)
      assert.strictEqual(put.status, 200)
      assert.deepStrictEqual((yield* sandbox.exportState).rooms, state.rooms)
    }).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls({ rooms: [] })))))
  )

  it.live("doesn't pollute prototypes or find inherited members", () =>
    unharmed(({ baseUrl }) =>
      Effect.gen(function* () {
        const polluting = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'
        const json = "application/json"
        const { body: state } = yield* send(baseUrl, "GET", "/sandbox/state")
        const withMore = JSON.stringify(state).replace("{", `{${polluting},`).replace('"settings":{', `$&${polluting},`)
        assert.strictEqual((yield* send(baseUrl, "PUT", "/sandbox/state?times=keep", withMore, json)).status, 200)
        const fault = `[{${polluting},"fault":{"type":"reset"}}]`
        assert.strictEqual((yield* send(baseUrl, "PUT", "/sandbox/faults", fault, json)).status, 400)
        const rules = `Rules=[{"type":"include","all":true,${polluting}}]`
        const path = `${room}/Participants/Alice/SubscribeRules`
        assert.strictEqual((yield* send(baseUrl, "POST", path, rules)).status, 400)
        assert.strictEqual((yield* send(baseUrl, "POST", room, "__proto__=1&constructor=2")).body.code, 53112)
        for (const [method, path] of [
          ["GET", "/v1/Rooms/__proto__"],
          ["GET", "/v1/Rooms/constructor/Participants"],
          ["POST", "/sandbox/rooms/__proto__/complete"]
        ] as const) {
          assert.strictEqual((yield* send(baseUrl, method, path)).status, 404)
        }
        assert.notProperty({}, "polluted")
      })
    )
  )
})

describe("a flood", () => {
  const collect = (): number => {
    setFlagsFromString("--expose-gc")
    runInNewContext("gc")()
    return process.memoryUsage().heapUsed
  }

  it.live("of connections that are opened and dropped doesn't leak memory", () =>
    unharmed(({ port }) =>
      Effect.promise(async () => {
        const words = [
          "",
          "GET /v1/Ro",
          head("GET", room),
          head("POST", room, `Content-Type: ${form}`, "Content-Length: 100"),
          `${head("POST", room, `Content-Type: ${form}`, "Transfer-Encoding: chunked")}5\r\nStat`
        ]
        const total = Lane.count(1_000, 10_000)
        const batch = 250
        let opened = 0
        const drop = (word: string, reset: boolean) =>
          new Promise<void>((done) => {
            const socket = connect(port, "127.0.0.1", () => {
              opened += 1
              socket.write(word, () => (reset ? socket.resetAndDestroy() : socket.destroy()))
            })
            socket.on("error", () => {})
            socket.once("close", () => done())
          })
        const heapBefore = collect()
        for (let sent = 0; sent < total; sent += batch) {
          await Promise.all(Array.from({ length: batch }, (_, i) => drop(words[i % words.length] ?? "", i % 2 === 0)))
        }
        const heapAfter = collect()
        Object.assign(figures, { connectionsOpened: opened, heapBefore, heapAfter })
        assert.strictEqual(opened, total)
        assert.isBelow(heapAfter - heapBefore, 32 * mebibyte)
      })
    )
  )

  it.live("of requests on one connection is answered in order", () =>
    unharmed(({ port }) =>
      Effect.gen(function* () {
        const count = 2000
        const requests = head("GET", room).repeat(count - 1) + head("GET", room, "Connection: close")
        const heard = yield* converse(port, (socket) => void socket.write(requests))
        const ids = heard.text.match(/(?<=twilio-request-id: )RQ[0-9a-f]{32}/gu) ?? []
        assert.lengthOf(ids, count)
        assert.deepStrictEqual(ids, [...ids].sort())
        figures.pipelinedRequests = count
      })
    )
  )
})

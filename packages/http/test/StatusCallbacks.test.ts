/**
 * Receivers of callbacks: what is answered to whom, as a web handler, as a route, and over a socket. Holds no
 * signatures and no shapes of events.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as StatusCallbackRoute from "@effect-twilio-video/http/StatusCallbackRoute"
import { assert, describe, it, vi } from "@effect/vitest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"
import { inspect } from "node:util"

const authToken = Redacted.make("12345")
const Token = AuthToken.layer({ authToken })
const url = "https://example.com/hooks/video?tenant=7"

const parameters = {
  AccountSid: `AC${"0".repeat(32)}`,
  ParticipantIdentity: "Alice Secret",
  ParticipantSid: `PA${"0".repeat(32)}`,
  ParticipantStatus: "connected",
  RoomName: "PrivateRoom",
  RoomSid: `RM${"0".repeat(32)}`,
  RoomStatus: "in-progress",
  RoomType: "group",
  SequenceNumber: "3",
  StatusCallbackEvent: "participant-connected",
  Timestamp: "2026-03-01T12:00:00Z"
}

const sign = (signable: StatusCallback.Signable) =>
  StatusCallback.sign(signable).pipe(Effect.provide(Token), Effect.runPromise)

/** A callback, with parts changed. */
const post = async (
  changes: { readonly to?: string; readonly form?: Record<string, string>; readonly init?: RequestInit } = {}
) => {
  const form = changes.form ?? parameters
  const headers = new Headers({ "X-Twilio-Signature": await sign({ url, parameters: form }) })
  for (const [name, value] of new Headers(changes.init?.headers)) headers.set(name, value)
  return new Request(changes.to ?? url, { method: "POST", body: new URLSearchParams(form), ...changes.init, headers })
}

/** Node demands it of bodies that are streams; the types do not know it. */
const streamed = { duplex: "half" } as const

interface Taken {
  readonly tag: string
  readonly delivery: StatusCallbackHandler.Delivery
}

/** A receiver that keeps what it was given, and what was logged. */
const receiver = (
  options: StatusCallbackHandler.Options = {},
  outcome: Effect.Effect<unknown, unknown> = Effect.void
) => {
  const taken: Array<Taken> = []
  const logged: Array<string> = []
  const logger = Logger.map(Logger.formatJson, (line) => {
    logged.push(line)
  })
  const onEvent: StatusCallbackHandler.OnEvent<unknown, never> = (event, delivery) => {
    taken.push({ tag: event._tag, delivery })
    return outcome
  }
  const layer = Layer.merge(Token, Logger.layer([logger]))
  return { handler: StatusCallbackHandler.toWebHandler(onEvent, { ...options, layer }), layer, logged, onEvent, taken }
}

const personal = ["Alice Secret", "Alice+Secret", "PrivateRoom", "12345", "tenant"]

const holdsNothingPersonal = (text: string) => {
  for (const word of personal) assert.notInclude(text, word)
}

describe("a web handler", () => {
  it("takes a callback by POST", async () => {
    const { handler, logged, taken } = receiver()
    const response = await handler(await post())
    assert.strictEqual(response.status, 204)
    assert.strictEqual(await response.text(), "")
    assert.deepStrictEqual(taken, [{ tag: "ParticipantConnected", delivery: { idempotencyToken: Option.none() } }])
    assert.deepStrictEqual(logged, [])
  })

  it("takes a callback by GET", async () => {
    const { handler, taken } = receiver()
    const query = `${url}&${new URLSearchParams(parameters)}`
    const request = new Request(query, { headers: { "X-Twilio-Signature": await sign({ url: query }) } })
    assert.strictEqual((await handler(request)).status, 204)
    assert.strictEqual(taken.length, 1)
  })

  it("hands over the idempotency token", async () => {
    const { handler, taken } = receiver()
    await handler(await post({ init: { headers: { "I-Twilio-Idempotency-Token": "abc" } } }))
    assert.deepStrictEqual(taken[0]?.delivery, { idempotencyToken: Option.some("abc") })
  })

  it("takes an event that is new", async () => {
    const { handler, taken } = receiver()
    assert.strictEqual((await handler(await post({ form: { StatusCallbackEvent: "room-flooded" } }))).status, 204)
    assert.strictEqual(taken[0]?.tag, "Unknown")
  })

  const refusals: ReadonlyArray<
    readonly [name: string, status: number, request: () => Promise<Request>, logs: string]
  > = [
    ["no signature", 400, async () => new Request(url, { method: "POST", body: new URLSearchParams(parameters) }), ""],
    ["an empty signature", 400, () => post({ init: { headers: { "X-Twilio-Signature": "" } } }), ""],
    ["a wrong signature", 403, () => post({ init: { headers: { "X-Twilio-Signature": "x" } } }), "mismatch"],
    ["another URL", 403, () => post({ to: "http://10.0.0.1/hooks/video?tenant=7" }), "mismatch"],
    [
      "another body",
      403,
      () => post({ init: { body: new URLSearchParams({ ...parameters, RoomName: "Else" }) } }),
      "mismatch"
    ],
    ["a shape that is none", 400, () => post({ form: { StatusCallbackEvent: "room-ended" } }), "AccountSid"],
    ["a value that is none", 400, () => post({ form: { ...parameters, RoomSid: "Alice Secret" } }), "RoomSid"],
    ["JSON", 415, () => post({ init: { body: "{}", headers: { "Content-Type": "application/json" } } }), ""],
    ["no type", 415, () => post({ init: { body: new Uint8Array(1) } }), ""],
    ["PUT", 405, () => post({ init: { method: "PUT" } }), ""],
    ["DELETE", 405, async () => new Request(url, { method: "DELETE" }), ""],
    ["HEAD", 405, async () => new Request(url, { method: "HEAD" }), ""]
  ]

  it.each(refusals)("refuses %s with %d", async (_, status, request, logs) => {
    const { handler, logged, taken } = receiver()
    const response = await handler(await request())
    const text = await response.text()
    assert.strictEqual(response.status, status)
    assert.strictEqual(response.headers.get("allow"), status === 405 ? "GET, POST" : null)
    assert.match(text, /^[A-Z].{10,120}\.\n$/u)
    assert.deepStrictEqual(taken, [])
    assert.strictEqual(logged.length, logs === "" ? 0 : 1)
    assert.include(logged.join(), logs)
    holdsNothingPersonal(text + logged.join())
  })

  it("does not read a body to its end that is too large", async () => {
    const { handler } = receiver()
    const chunk = new Uint8Array(10_000).fill(97)
    const body = (chunks: number) => {
      const state = { pulled: 0, cancelled: false }
      const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull: (controller) => {
          if (state.pulled === chunks) return controller.close()
          state.pulled++
          controller.enqueue(chunk)
        },
        cancel: () => {
          state.cancelled = true
        }
      })
      return { state, stream }
    }
    const send = (stream: ReadableStream<Uint8Array<ArrayBuffer>>, headers: Record<string, string> = {}) =>
      handler(
        new Request(url, {
          method: "POST",
          body: stream,
          ...streamed,
          headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "x", ...headers }
        })
      )
    const endless = body(Infinity)
    assert.strictEqual((await send(endless.stream)).status, 413)
    assert.isTrue(endless.state.cancelled)
    assert.isBelow(endless.state.pulled, 10)
    const said = body(1)
    assert.strictEqual((await send(said.stream, { "Content-Length": "65537" })).status, 413)
    assert.isBelow(said.state.pulled, 2)
    // Within the limit it is read, and then refused for its signature.
    assert.strictEqual((await send(body(6).stream)).status, 403)
  })

  it.each([
    [204, 0],
    [413, 1]
  ])("answers %d to a body that is %d bytes over its limit", async (status, over) => {
    const size = new URLSearchParams(parameters).toString().length
    const { handler } = receiver({ maxBodySize: size - over })
    assert.strictEqual((await handler(await post())).status, status)
  })

  it("bears a body that breaks off", async () => {
    const { handler, taken } = receiver()
    const body = new ReadableStream({
      pull: () => {
        throw new Error("Alice Secret hung up")
      }
    })
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "x" }
    const response = await handler(new Request(url, { method: "POST", body, ...streamed, headers }))
    assert.strictEqual(response.status, 400)
    holdsNothingPersonal(await response.text())
    assert.deepStrictEqual(taken, [])
  })

  class Refused extends Schema.TaggedError<Refused>()("Refused", { message: Schema.String }) {}

  it.each([
    ["Refused", Effect.fail(new Refused({ message: "Alice Secret is not wanted in PrivateRoom" }))],
    ["TypeError", Effect.die(new TypeError("Alice Secret"))],
    ["string", Effect.fail("Alice Secret")],
    ["an interruption", Effect.interrupt]
  ])("asks for the callback again where the program fails with %s", async (name, outcome) => {
    const { handler, logged, taken } = receiver({}, outcome)
    const response = await handler(await post())
    assert.strictEqual(response.status, 500)
    assert.strictEqual(taken.length, 1)
    assert.strictEqual(logged.length, 1)
    assert.include(logged[0], name)
    assert.include(logged[0], parameters.RoomSid)
    holdsNothingPersonal((await response.text()) + logged.join())
  })

  it.each([
    ["an origin", "https://example.com"],
    ["an origin with a slash", "https://example.com/"],
    ["a function", (request: Request) => request.url.replace("http://10.0.0.1:8080", "https://example.com")]
  ])("checks the public URL, given as %s", async (_, publicUrl) => {
    const { handler } = receiver({ publicUrl })
    assert.strictEqual((await handler(await post({ to: "http://10.0.0.1:8080/hooks/video?tenant=7" }))).status, 204)
    assert.strictEqual((await handler(await post({ to: "http://10.0.0.1:8080/hooks/video?tenant=8" }))).status, 403)
  })

  it("puts a path that a proxy takes off before the rest", async () => {
    const { handler } = receiver({ publicUrl: "https://example.com/hooks" })
    assert.strictEqual((await handler(await post({ to: "http://10.0.0.1/video?tenant=7" }))).status, 204)
  })

  it("says that it is not configured, without the reason", async () => {
    const Missing = AuthToken.layerConfig().pipe(
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ TWILIO_ACCOUNT_SID: "Alice Secret" })))
    )
    const logs = vi.spyOn(console, "log").mockImplementation(() => {})
    try {
      for (const [layer, says] of [
        [Missing, "TWILIO_AUTH_TOKEN"],
        [AuthToken.layer({ authToken: Redacted.make("") }), "authToken"],
        [Layer.effectDiscard(Effect.die(new RangeError("Alice Secret"))).pipe(Layer.merge(Token)), "RangeError"]
      ] as const) {
        logs.mockClear()
        const response = await StatusCallbackHandler.toWebHandler(() => Effect.void, { layer })(await post())
        assert.strictEqual(response.status, 500)
        assert.strictEqual(await response.text(), "The receiver is not configured.\n")
        const logged = inspect(logs.mock.calls, { depth: Infinity })
        assert.include(logged, says)
        holdsNothingPersonal(logged)
      }
    } finally {
      logs.mockRestore()
    }
  })

  it("bears a publicUrl that throws", async () => {
    const { handler, logged } = receiver({
      publicUrl: () => {
        throw new RangeError("Alice Secret")
      }
    })
    const response = await handler(await post())
    assert.strictEqual(response.status, 500)
    assert.include(logged.join(), "RangeError")
    holdsNothingPersonal((await response.text()) + logged.join())
  })

  it("gives onEvent the layer's services", async () => {
    class Roster extends Context.Service<Roster, { readonly add: (identity: string) => void }>()("test/Roster") {}
    const identities: Array<string> = []
    const handler = StatusCallbackHandler.toWebHandler(
      (event) =>
        Roster.use((roster) =>
          Effect.sync(() => (event._tag === "ParticipantConnected" ? roster.add(event.participantIdentity) : undefined))
        ),
      { layer: Layer.merge(Token, Layer.succeed(Roster, { add: (identity) => identities.push(identity) })) }
    )
    await Promise.all([handler(await post()), handler(await post())])
    assert.deepStrictEqual(identities, ["Alice Secret", "Alice Secret"])
  })
})

describe("a route", () => {
  it("answers as the web handler does", async () => {
    const { layer, onEvent, taken } = receiver()
    const Route = StatusCallbackRoute.layer("/hooks/video", onEvent).pipe(
      Layer.provide(layer),
      Layer.provide(HttpServer.layerServices)
    )
    const { dispose, handler } = HttpRouter.toWebHandler(Route, { disableLogger: true })
    const statuses = [
      await handler(await post()),
      await handler(await post({ to: "https://example.com/hooks/video?tenant=8" })),
      await handler(await post({ init: { method: "PATCH" } })),
      await handler(await post({ to: "https://example.com/else" }))
    ].map(({ status }) => status)
    await dispose()
    assert.deepStrictEqual(statuses, [204, 403, 405, 404])
    assert.strictEqual(taken.length, 1)
  })

  it.live("answers over a socket", () =>
    Effect.gen(function* () {
      const { layer, onEvent, taken } = receiver({}, Effect.void)
      const Route = HttpRouter.serve(
        Layer.mergeAll(
          StatusCallbackRoute.layer("/seen", onEvent),
          StatusCallbackRoute.layer("/hooks/video", onEvent, { publicUrl: "https://example.com" })
        ),
        { disableListenLog: true, disableLogger: true }
      ).pipe(
        Layer.provide(layer),
        Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
      )
      const context = yield* Layer.build(Route)
      const { address } = Context.get(context, HttpServer.HttpServer)
      const origin = `http://127.0.0.1:${address._tag === "InetAddressV4" ? address.port : ""}`
      const send = async (path: string, signed: string, init: RequestInit = {}) => {
        const form = new URLSearchParams(parameters)
        const headers = { "X-Twilio-Signature": await sign({ url: signed, parameters }) }
        const response = await fetch(`${origin}${path}`, { method: "POST", body: form, headers, ...init })
        await response.text()
        return response.status
      }
      const statuses = yield* Effect.promise(async () => [
        await send("/hooks/video?tenant=7", url),
        await send("/hooks/video?tenant=8", url),
        await send("/seen?a=It's", `${origin}/seen?a=It's`),
        await send("/seen?a=1", url),
        await send("/seen", `${origin}/seen`, {
          body: "a".repeat(100_000),
          headers: { "X-Twilio-Signature": "x", "Content-Type": "application/x-www-form-urlencoded" }
        }),
        await send("/seen", `${origin}/seen`, { method: "OPTIONS", body: null })
      ])
      assert.deepStrictEqual(statuses, [204, 403, 204, 403, 413, 405])
      assert.strictEqual(taken.length, 2)
    }).pipe(Effect.scoped)
  )
})

it.effect("an Auth Token from the environment will do", () =>
  Effect.gen(function* () {
    const request = yield* Effect.promise(() => post())
    const response = yield* StatusCallbackHandler.handle(request, () => Effect.void).pipe(
      Effect.provide(AuthToken.layerConfig(Config.map(Config.Redacted("T"), (authToken) => ({ authToken })))),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown({ T: "12345" }))
    )
    assert.strictEqual(response.status, 204)
  })
)

/**
 * Tests receivers of callbacks: as a web handler, as a route, and over a socket.
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
import * as Fiber from "effect/Fiber"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import type * as Tracer from "effect/Tracer"
import { createHash } from "node:crypto"
import { createServer } from "node:http"
import { inspect } from "node:util"
import * as Recording from "./support/Recording.ts"

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

/** A callback, with changes. */
const post = async (
  changes: { readonly to?: string; readonly form?: Record<string, string>; readonly init?: RequestInit } = {}
) => {
  const form = changes.form ?? parameters
  const headers = new Headers({ "X-Twilio-Signature": await sign({ url, parameters: form }) })
  for (const [name, value] of new Headers(changes.init?.headers)) headers.set(name, value)
  return new Request(changes.to ?? url, { method: "POST", body: new URLSearchParams(form), ...changes.init, headers })
}

/** Node requires it for streamed bodies; it's not in the types. */
const streamed = { duplex: "half" } as const

interface Taken {
  readonly tag: string
  readonly delivery: StatusCallbackHandler.Delivery
}

/** A receiver that records events and logs. */
const receiver = (
  options: Partial<StatusCallbackHandler.Options> = {},
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
  const handler = StatusCallbackHandler.toWebHandler(onEvent, { url, ...options, layer })
  return { handler, layer, logged, onEvent, taken }
}

const personal = ["Alice Secret", "Alice+Secret", "PrivateRoom", "12345", "tenant"]

const holdsNothingPersonal = (text: string) => {
  for (const word of personal) assert.notInclude(text, word)
}

describe("a web handler", () => {
  it("accepts a callback by POST", async () => {
    const { handler, logged, taken } = receiver()
    const response = await handler(await post())
    assert.strictEqual(response.status, 204)
    assert.strictEqual(await response.text(), "")
    assert.deepStrictEqual(taken, [{ tag: "ParticipantConnected", delivery: { idempotencyToken: Option.none() } }])
    assert.deepStrictEqual(logged, [])
  })

  it("accepts a callback by GET", async () => {
    for (const configured of [url, "https://example.com/hooks/video"]) {
      const { handler, taken } = receiver({ url: configured, method: "GET" })
      const called = `${configured}${configured === url ? "&" : "?"}${new URLSearchParams(parameters)}`
      const request = new Request(called, { headers: { "X-Twilio-Signature": await sign({ url: called }) } })
      assert.strictEqual((await handler(request)).status, 204)
      assert.strictEqual(taken.length, 1)
    }
  })

  it("passes on the idempotency token", async () => {
    const { handler, taken } = receiver()
    await handler(await post({ init: { headers: { "I-Twilio-Idempotency-Token": "abc" } } }))
    assert.deepStrictEqual(taken[0]?.delivery, { idempotencyToken: Option.some("abc") })
  })

  it("accepts an unknown event", async () => {
    const { handler, taken } = receiver()
    assert.strictEqual((await handler(await post({ form: { StatusCallbackEvent: "room-flooded" } }))).status, 204)
    assert.strictEqual(taken[0]?.tag, "Unknown")
  })

  const rejections: ReadonlyArray<
    readonly [name: string, status: number, request: () => Promise<Request>, logs: string]
  > = [
    ["no signature", 400, async () => new Request(url, { method: "POST", body: new URLSearchParams(parameters) }), ""],
    ["an empty signature", 400, () => post({ init: { headers: { "X-Twilio-Signature": "" } } }), ""],
    ["a wrong signature", 403, () => post({ init: { headers: { "X-Twilio-Signature": "x" } } }), "mismatch"],
    ["another path", 404, () => post({ to: "https://example.com/hooks/video/?tenant=7" }), "path or query"],
    ["another query", 404, () => post({ to: "https://example.com/hooks/video?tenant=8" }), "path or query"],
    ["a longer query", 404, () => post({ to: `${url}&x=1` }), "path or query"],
    ["no query", 404, () => post({ to: "https://example.com/hooks/video" }), "path or query"],
    [
      "another body",
      403,
      () => post({ init: { body: new URLSearchParams({ ...parameters, RoomName: "Else" }) } }),
      "mismatch"
    ],
    ["a missing parameter", 400, () => post({ form: { StatusCallbackEvent: "room-ended" } }), "AccountSid"],
    ["an invalid value", 400, () => post({ form: { ...parameters, RoomSid: "Alice Secret" } }), "RoomSid"],
    ["JSON", 415, () => post({ init: { body: "{}", headers: { "Content-Type": "application/json" } } }), ""],
    ["no type", 415, () => post({ init: { body: new Uint8Array(1) } }), ""],
    ["PUT", 405, () => post({ init: { method: "PUT" } }), ""],
    ["GET", 405, async () => new Request(url, { headers: { "X-Twilio-Signature": await sign({ url }) } }), ""],
    ["DELETE", 405, async () => new Request(url, { method: "DELETE" }), ""],
    ["HEAD", 405, async () => new Request(url, { method: "HEAD" }), ""]
  ]

  it.each(rejections)("rejects %s with %d", async (_, status, request, logs) => {
    const { handler, logged, taken } = receiver()
    const response = await handler(await request())
    const text = await response.text()
    assert.strictEqual(response.status, status)
    assert.strictEqual(response.headers.get("allow"), status === 405 ? "POST" : null)
    assert.match(text, /^[A-Z].{10,120}\.\n$/u)
    assert.deepStrictEqual(taken, [])
    assert.strictEqual(logged.length, logs === "" ? 0 : 1)
    assert.include(logged.join(), logs)
    holdsNothingPersonal(text + logged.join())
  })

  it("doesn't read all of a body that is too large", async () => {
    const { handler } = receiver()
    const chunk = new Uint8Array(1000).fill(97)
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
    assert.isBelow(endless.state.pulled, 12)
    const said = body(1)
    assert.strictEqual((await send(said.stream, { "Content-Length": "8193" })).status, 413)
    assert.isBelow(said.state.pulled, 2)
    // Within the limit, it's read and then rejected because of its signature.
    assert.strictEqual((await send(body(8).stream)).status, 403)
  })

  it.each([
    [204, 0],
    [413, 1]
  ])("responds with %d to a body %d bytes over its limit", async (status, over) => {
    const size = new URLSearchParams(parameters).toString().length
    const { handler } = receiver({ maxBodySize: size - over })
    assert.strictEqual((await handler(await post())).status, status)
  })

  it("rejects an incomplete body", async () => {
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
  ])("responds with 500 if onEvent fails with %s", async (name, outcome) => {
    const { handler, logged, taken } = receiver({}, outcome)
    const response = await handler(await post())
    assert.strictEqual(response.status, 500)
    assert.strictEqual(taken.length, 1)
    assert.strictEqual(logged.length, 1)
    assert.include(logged[0], name)
    assert.include(logged[0], parameters.RoomSid)
    holdsNothingPersonal((await response.text()) + logged.join())
  })

  const urls: ReadonlyArray<
    readonly [name: string, configured: StatusCallbackHandler.Options["url"], direct: number, behindProxy: number]
  > = [
    ["the whole URL", url, 204, 204],
    ["a URL with a fragment, which is not signed", `${url}#rc=2`, 204, 204],
    ["the path, at the origin that was called", "/hooks/video?tenant=7", 204, 403],
    ["what a function returns", () => url, 204, 204],
    ["a path that a function returns", () => "/hooks/video?tenant=7", 204, 403],
    ["nothing that a function returns", () => undefined, 404, 404],
    ["no host and path alone", "example.com/hooks/video?tenant=7", 403, 403]
  ]

  it.each(urls)("accepts as its URL %s", async (_, configured, direct, behindProxy) => {
    const { handler } = receiver({ url: configured })
    assert.strictEqual((await handler(await post())).status, direct)
    const proxied = await post({ to: "http://10.0.0.1:8080/hooks/video?tenant=7" })
    assert.strictEqual((await handler(proxied)).status, behindProxy)
  })

  it("leaves the path to a function, and checks the query", async () => {
    const { handler } = receiver({ url: () => url })
    assert.strictEqual((await handler(await post({ to: "http://10.0.0.1/video?tenant=7" }))).status, 204)
    assert.strictEqual((await handler(await post({ to: "http://10.0.0.1/video?tenant=8" }))).status, 404)
  })

  it("responds that it's misconfigured, without the reason", async () => {
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
        const response = await StatusCallbackHandler.toWebHandler(() => Effect.void, { layer, url })(await post())
        assert.strictEqual(response.status, 500)
        assert.strictEqual(await response.text(), "The receiver is misconfigured.\n")
        const logged = inspect(logs.mock.calls, { depth: Infinity })
        assert.include(logged, says)
        holdsNothingPersonal(logged)
      }
    } finally {
      logs.mockRestore()
    }
  })

  it("responds with 500 if the function for the URL throws", async () => {
    const { handler, logged } = receiver({
      url: () => {
        throw new RangeError("Alice Secret")
      }
    })
    const response = await handler(await post())
    assert.strictEqual(response.status, 500)
    assert.include(logged.join(), "RangeError")
    holdsNothingPersonal((await response.text()) + logged.join())
  })

  it("provides the layer's services to onEvent", async () => {
    class Roster extends Context.Service<Roster, { readonly add: (identity: string) => void }>()("test/Roster") {}
    const identities: Array<string> = []
    const handler = StatusCallbackHandler.toWebHandler(
      (event) =>
        Roster.use((roster) =>
          Effect.sync(() => (event._tag === "ParticipantConnected" ? roster.add(event.participantIdentity) : undefined))
        ),
      { url, layer: Layer.merge(Token, Layer.succeed(Roster, { add: (identity) => identities.push(identity) })) }
    )
    await Promise.all([handler(await post()), handler(await post())])
    assert.deepStrictEqual(identities, ["Alice Secret", "Alice Secret"])
  })
})

describe("the layer of a web handler", () => {
  class Connection extends Context.Service<Connection, { readonly number: number }>()("test/Connection") {}

  /** A handler whose layer opens a numbered connection with each build, and the numbers that its callbacks use. */
  const counting = (opening: (number: number) => Effect.Effect<unknown, string>) => {
    const state = { opened: 0, closed: [] as Array<number>, used: [] as Array<number> }
    const open = Effect.acquireRelease(
      Effect.sync(() => ({ number: ++state.opened })),
      ({ number }) => Effect.sync(() => state.closed.push(number))
    ).pipe(Effect.tap(({ number }) => opening(number)))
    const handler = StatusCallbackHandler.toWebHandler(
      () => Connection.use(({ number }) => Effect.sync(() => state.used.push(number))),
      { url, layer: Layer.mergeAll(Token, Layer.effect(Connection, open), Logger.layer([])) }
    )
    return { handle: async () => (await handler(await post())).status, state }
  }

  it("is built by the first callback, and shared by the later ones", async () => {
    const { handle, state } = counting(() => Effect.void)
    assert.strictEqual(state.opened, 0)
    for (let i = 0; i < 3; i++) assert.strictEqual(await handle(), 204)
    assert.deepStrictEqual(await Promise.all([handle(), handle()]), [204, 204])
    assert.deepStrictEqual(state, { opened: 1, closed: [], used: [1, 1, 1, 1, 1] })
  })

  it("is built by each callback until one build has finished, and the others are closed", async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { handle, state } = counting((number) => Effect.promise(() => (number === 1 ? first : second).promise))
    const handled = [handle(), handle()]
    await vi.waitFor(() => assert.strictEqual(state.opened, 2))
    second.resolve()
    assert.strictEqual(await handled[1], 204)
    // Doesn't wait for the first build.
    assert.strictEqual(await handle(), 204)
    first.resolve()
    assert.strictEqual(await handled[0], 204)
    assert.strictEqual(await handle(), 204)
    assert.deepStrictEqual(state, { opened: 2, closed: [1], used: [2, 2, 2, 2] })
  })

  it("is built again after a failed build, which is closed", async () => {
    const { handle, state } = counting((number) => (number < 3 ? Effect.fail("unreachable") : Effect.void))
    const logs = vi.spyOn(console, "log").mockImplementation(() => {})
    try {
      for (const status of [500, 500, 204, 204]) assert.strictEqual(await handle(), status)
    } finally {
      logs.mockRestore()
    }
    assert.deepStrictEqual(state, { opened: 3, closed: [1, 2], used: [3, 3] })
  })

  it("keeps its keys", async () => {
    const { handle } = counting(() => Effect.void)
    const imported = vi.spyOn(crypto.subtle, "importKey")
    try {
      await handle()
      const { length } = imported.mock.calls
      // `post` signs with a layer of its own.
      for (let i = 0; i < 3; i++) await handle()
      assert.strictEqual(imported.mock.calls.length, length + 3)
    } finally {
      imported.mockRestore()
    }
  })
})

describe("a body that doesn't arrive", () => {
  const hanging = () => {
    const state = { cancelled: false }
    const body = new ReadableStream({
      cancel: () => {
        state.cancelled = true
      }
    })
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "x" }
    const request = new Request(url, { method: "POST", body, ...streamed, headers })
    const handled = StatusCallbackHandler.handle(request, () => Effect.void, { url }).pipe(
      Effect.provide(Token),
      Effect.forkChild({ startImmediately: true })
    )
    return { handled, state }
  }

  it.effect("is canceled after ten seconds", () =>
    Effect.gen(function* () {
      const { handled, state } = hanging()
      const fiber = yield* handled
      yield* TestClock.adjust("9999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      assert.isFalse(state.cancelled)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 408)
      assert.isTrue(state.cancelled)
    })
  )

  it.effect("is canceled with the request", () =>
    Effect.gen(function* () {
      const { handled, state } = hanging()
      yield* Fiber.interrupt(yield* handled)
      assert.isTrue(state.cancelled)
    })
  )
})

describe("a forged callback", () => {
  const forged = { ...parameters, StatusCallbackEvent: "room-ended" }
  const hash = createHash("sha256").update(new URLSearchParams(forged).toString()).digest("hex")
  /** An event whose signature the forger knows, with an identity of their choice. */
  const known = { ...parameters, ParticipantIdentity: `?&bodySHA256=${hash}&` }
  const names = Object.keys(known).sort() as ReadonlyArray<keyof typeof known>
  const suffix = names.map((name) => name + known[name]).join("")
  const headers = async () => ({ "X-Twilio-Signature": await sign({ url, parameters: known }) })

  it.each([
    ["with a URL that goes on with the parameters", "POST", {}, 404],
    ["as a GET", "GET", {}, 405],
    ["as a GET to a receiver of those", "GET", { method: "GET" }, 404],
    ["at a URL that is not configured", "POST", { url: (request: Request) => request.url }, 403]
  ] as const)("is rejected %s", async (_, method, options, status) => {
    const { handler, taken } = receiver(options)
    const body = method === "POST" ? new URLSearchParams(forged) : null
    const response = await handler(new Request(url + suffix, { method, body, headers: await headers() }))
    assert.strictEqual(response.status, status)
    assert.deepStrictEqual(taken, [])
  })

  const own = `PA${"5".repeat(32)}`
  const victim = `PA${"0".repeat(32)}`

  /** Sends another form with the signature of the forger's event; returns the status and the event's participant. */
  const send = Effect.fnUntraced(function* (identity: string, form: ReadonlyArray<readonly [string, string]>) {
    const { ParticipantIdentity: _, ParticipantSid: __, ...rest } = parameters
    const signed = { ...rest, ParticipantIdentity: identity, ParticipantSid: own }
    const signature = yield* StatusCallback.sign({ url, parameters: signed })
    const body = new URLSearchParams([...Object.entries(rest), ...form].map(([name, value]) => [name, value]))
    const sids: Array<unknown> = []
    const { status } = yield* StatusCallbackHandler.handle(
      new Request(url, { method: "POST", body, headers: { "X-Twilio-Signature": signature } }),
      (event) => Effect.sync(() => sids.push("participantSid" in event && event.participantSid)),
      { url }
    )
    return [status, ...sids]
  }, Effect.provide(Token))

  it.effect("is accepted if it's composed inside an identity, since names and values have no separator", () =>
    Effect.gen(function* () {
      const response = yield* send(`AliceParticipantSid${victim}ParticipantSie`, [
        ["ParticipantIdentity", "Alice"],
        ["ParticipantSid", victim],
        ["ParticipantSie", `ParticipantSid${own}`]
      ])
      assert.deepStrictEqual(response, [204, victim])
    })
  )

  it.effect("is rejected if it has a parameter twice", () =>
    Effect.gen(function* () {
      const response = yield* send(`AliceParticipantSid${victim}`, [
        ["ParticipantIdentity", "Alice"],
        ["ParticipantSid", victim],
        ["ParticipantSid", own]
      ])
      assert.deepStrictEqual(response, [400])
    })
  )
})

describe("a route", () => {
  const statuses = async (
    route: Layer.Layer<never, never, HttpRouter.HttpRouter | AuthToken.AuthToken>,
    requests: ReadonlyArray<Request>
  ) => {
    const { dispose, handler } = HttpRouter.toWebHandler(
      route.pipe(Layer.provide(receiver().layer), Layer.provide(HttpServer.layerServices)),
      { disableLogger: true }
    )
    const responses = []
    for (const request of requests) responses.push((await handler(request)).status)
    await dispose()
    return responses
  }

  const plain = "https://example.com/hooks/video"

  /** A callback signed for a URL, sent to this URL or another. */
  const signedFor = async (signed: string, to = signed) =>
    post({ to, init: { headers: { "X-Twilio-Signature": await sign({ url: signed, parameters }) } } })

  it("receives callbacks at its own path, without a query", async () => {
    const { onEvent, taken } = receiver()
    const responses = await statuses(StatusCallbackRoute.layer("/hooks/video", onEvent), [
      await signedFor(plain),
      await signedFor(`${plain}?tenant=7`),
      await signedFor(plain, "https://example.org/hooks/video"),
      await post({ to: plain, init: { method: "PATCH" } }),
      await signedFor("https://example.com/else")
    ])
    assert.deepStrictEqual(responses, [204, 404, 403, 405, 404])
    assert.strictEqual(taken.length, 1)
  })

  it("receives callbacks at the configured URL", async () => {
    const { onEvent, taken } = receiver()
    const responses = await statuses(StatusCallbackRoute.layer("/hooks/:name", onEvent, { url }), [
      await signedFor(url),
      await signedFor(url, "http://10.0.0.1/hooks/video?tenant=7"),
      await signedFor(plain),
      await signedFor("https://example.com/hooks/else?tenant=7")
    ])
    assert.deepStrictEqual(responses, [204, 204, 404, 404])
    assert.strictEqual(taken.length, 2)
  })

  it.effect.each(["/hooks/:name", "/hooks/*"] as const)("requires a URL for the path %s", (path) =>
    Effect.gen(function* () {
      const route = StatusCallbackRoute.layer(path, () => Effect.void).pipe(Layer.provide([Token, HttpRouter.layer]))
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(route)))
      assert.include(String(exit), "needs the option `url`")
    })
  )

  it.effect("runs in the request's span, with the services of its layer", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.NativeSpan> = []
      const annotations: Array<unknown> = []
      const onEvent = () =>
        Effect.withSpan(
          Effect.tap(References.CurrentLogAnnotations, (current) => Effect.sync(() => annotations.push(current))),
          "event"
        )
      const request = HttpServerRequest.fromWeb(yield* Effect.promise(() => signedFor(plain)))
      yield* Effect.gen(function* () {
        const app = yield* HttpRouter.toHttpEffect(
          StatusCallbackRoute.layer("/hooks/video", onEvent).pipe(Layer.provide(Token))
        ).pipe(Effect.annotateLogs("of", "start-up"), Effect.withSpan("start-up"))
        const { status } = yield* app.pipe(
          Effect.annotateLogs("of", "request"),
          Effect.withSpan("request"),
          Effect.provideService(HttpServerRequest.HttpServerRequest, request),
          Effect.provideService(AuthToken.AuthToken, { authToken: Redacted.make("another application's") })
        )
        assert.strictEqual(status, 204)
      }).pipe(Effect.scoped, Effect.withTracer(Recording.tracerOf(spans)))
      const parents = spans.map(({ name, parent }) => [name, Option.isSome(parent) && parent.value.spanId])
      const of = (name: string) => spans.find((span) => span.name === name)?.spanId
      assert.deepStrictEqual(parents, [
        ["start-up", false],
        ["request", false],
        ["event", of("request")]
      ])
      assert.deepStrictEqual(annotations, [{ of: "request" }])
    })
  )

  it.live("responds over a socket", () =>
    Effect.gen(function* () {
      const { layer, onEvent, taken } = receiver({}, Effect.void)
      const Prefixed = Layer.unwrap(
        HttpRouter.HttpRouter.use((router) =>
          Effect.succeed(
            StatusCallbackRoute.layer("/seen", onEvent).pipe(
              Layer.provide(Layer.succeed(HttpRouter.HttpRouter, router.prefixed("/under")))
            )
          )
        )
      )
      const Route = HttpRouter.serve(
        Layer.mergeAll(
          Prefixed,
          StatusCallbackRoute.layer("/seen", onEvent),
          StatusCallbackRoute.layer("/hooks/video", onEvent, { url })
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
        await send("/seen", `${origin}/seen`),
        await send("/under/seen", `${origin}/under/seen`),
        await send("/seen?a=1", `${origin}/seen?a=1`),
        await send("/seen", url),
        await send("/seen", `${origin}/seen`, {
          body: "a".repeat(100_000),
          headers: { "X-Twilio-Signature": "x", "Content-Type": "application/x-www-form-urlencoded" }
        }),
        await send("/seen", `${origin}/seen`, { method: "OPTIONS", body: null })
      ])
      assert.deepStrictEqual(statuses, [204, 404, 204, 204, 404, 403, 413, 405])
      assert.strictEqual(taken.length, 3)
    }).pipe(Effect.scoped)
  )
})

it.effect("accepts an Auth Token from the environment", () =>
  Effect.gen(function* () {
    const request = yield* Effect.promise(() => post())
    const response = yield* StatusCallbackHandler.handle(request, () => Effect.void, { url }).pipe(
      Effect.provide(AuthToken.layerConfig(Config.map(Config.Redacted("T"), (authToken) => ({ authToken })))),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown({ T: "12345" }))
    )
    assert.strictEqual(response.status, 204)
  })
)

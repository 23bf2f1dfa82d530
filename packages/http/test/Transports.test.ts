/**
 * Tests failures without a response on each transport, over loopback: refused and broken connections, timeouts and
 * interruption.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioNode from "@effect-twilio-video/http/TwilioNode"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { brotliCompressSync, gzipSync } from "node:zlib"
import type { Pool } from "undici"
import * as Stub from "./support/Stub.ts"

const serve = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly baseUrl: string; readonly close: () => void }>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(
          Effect.succeed({
            baseUrl: `http://127.0.0.1:${port}`,
            close: () => {
              server.closeAllConnections()
              server.close()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )

type Client = (options: TwilioHttpClient.Options) => Layer.Layer<TwilioVideo.Services, TwilioError.TwilioError>

const over = <A, E>(
  use: (participants: Participants.Service) => Effect.Effect<A, E>,
  client: Client,
  baseUrl: string,
  policy: Partial<RequestPolicy.RequestPolicy> = {}
) =>
  Participants.Participants.use(use).pipe(
    Effect.provide(
      client({
        accountSid: Stub.accountSid,
        authToken: Redacted.make(Stub.secret),
        baseUrl
      })
    ),
    RequestPolicy.withPolicy({ ...RequestPolicy.noRetries, ...policy })
  )

const kick = (client: Client, baseUrl: string, policy?: Partial<RequestPolicy.RequestPolicy>) =>
  over((participants) => participants.disconnect("Standup", "Alice"), client, baseUrl, policy)

const find = (client: Client, baseUrl: string, policy?: Partial<RequestPolicy.RequestPolicy>) =>
  over((participants) => participants.fetch("Standup", "Alice"), client, baseUrl, policy)

const reasonOf = (error: { readonly _tag: string }) => (error as TwilioError.TwilioError).reason

const clients: ReadonlyArray<readonly [name: string, client: Client]> = [
  ["fetch", (options) => Layer.provide(TwilioHttpClient.layer(TwilioVideo.services, options), FetchTransport.layer)],
  ["fetch alone", TwilioVideo.layerFetch],
  ["undici alone", (options) => TwilioNode.layerUndici(TwilioVideo.services, options)],
  ["undici", (options) => Layer.provide(TwilioHttpClient.layer(TwilioVideo.services, options), UndiciTransport.layer)]
]

for (const [name, client] of clients) {
  describe(`with ${name}`, () => {
    it.live("a refused connection fails with its code and without the request", () =>
      Effect.gen(function* () {
        const { baseUrl, close } = yield* serve((_, response) => response.end())
        close()
        const error = yield* Effect.flip(kick(client, baseUrl))
        const reason = reasonOf(error)
        assert.strictEqual(reason._tag, "TransportFailed")
        assert.strictEqual(reason._tag === "TransportFailed" && reason.failure, "ECONNREFUSED")
        assert.include(error.message, `No response from ${baseUrl} (ECONNREFUSED)`)
        assert.notInclude(error.message, "may have taken effect")
      })
    )

    it.live(
      "a broken connection fails with the note that the change may have taken effect, or has if the status was a success",
      () =>
        Effect.gen(function* () {
          const inside =
            (status: number): RequestListener =>
            (request, response) => {
              response.writeHead(status, { "content-type": "application/json", "content-length": "500" })
              response.write('{"sid":', () => request.socket.destroy())
            }
          const breaks: ReadonlyArray<readonly [listener: RequestListener, applied: true | undefined]> = [
            [(request) => request.socket.destroy(), undefined],
            [inside(500), undefined],
            [inside(202), true]
          ]
          for (const [listener, applied] of breaks) {
            const { baseUrl } = yield* serve(listener)
            const error = yield* Effect.flip(kick(client, baseUrl))
            assert.strictEqual(reasonOf(error)._tag, "TransportFailed")
            assert.strictEqual(error._tag === "TwilioError" ? error.applied : undefined, applied)
            assert.include(error.message, applied ? "has taken effect" : "may have taken effect")
          }
        })
    )

    it.live("a late response is TimedOut, and the request is canceled", () =>
      Effect.gen(function* () {
        const closed = yield* Deferred.make<void>()
        const { baseUrl } = yield* serve((request) => {
          request.socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        })
        const error = yield* Effect.flip(kick(client, baseUrl, { timeout: "50 millis" }))
        assert.strictEqual(reasonOf(error)._tag, "TimedOut")
        assert.include(error.message, "within 50 ms")
        yield* Deferred.await(closed)
      })
    )

    it.live("interrupting the fiber cancels the request", () =>
      Effect.gen(function* () {
        const arrived = yield* Deferred.make<void>()
        const closed = yield* Deferred.make<void>()
        const { baseUrl } = yield* serve((request) => {
          request.socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
          Deferred.doneUnsafe(arrived, Effect.void)
        })
        const fiber = yield* Effect.forkChild(kick(client, baseUrl))
        yield* Deferred.await(arrived)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(closed)
      })
    )

    it.live("an endless response fails at 16 MiB and isn't retried", () =>
      Effect.gen(function* () {
        const closed = yield* Deferred.make<void>()
        const asked: Array<unknown> = []
        const { baseUrl } = yield* serve((request, response) => {
          asked.push(request.url)
          request.socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
          const mebibyte = Buffer.alloc(1 << 20, " ")
          // A decompression bomb for the clients that decompress.
          const isPacked = request.headers["accept-encoding"]?.includes("gzip") === true
          response.writeHead(200, isPacked ? { "content-encoding": "gzip" } : {})
          const chunk = isPacked ? gzipSync(mebibyte) : mebibyte
          const goOn = () => {
            while (!response.destroyed && response.write(chunk));
          }
          response.on("drain", goOn)
          goOn()
        })
        const error = yield* Effect.flip(find(client, baseUrl, { attempts: 3, baseDelay: "1 millis" }))
        const reason = reasonOf(error)
        assert.strictEqual(reason._tag === "UnexpectedResponse" && reason.problem, "too-large")
        assert.isTrue(
          error.message.startsWith(`The response is larger than 16 MiB. Check that ${baseUrl} is Twilio's API. (GET `),
          error.message
        )
        yield* Deferred.await(closed)
        assert.strictEqual(asked.length, 1)
      })
    )

    it.live("a response of 16 MiB is read", () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* serve((_, response) => {
          const body = JSON.stringify(Stub.body({ more: "é" }))
          response.writeHead(202).end(body + " ".repeat((1 << 24) - Buffer.byteLength(body)))
        })
        const alice = yield* kick(client, baseUrl)
        assert.strictEqual(alice.identity, "Alice")
      })
    )

    it.live("a redirect isn't followed", () =>
      Effect.gen(function* () {
        const followed: Array<string> = []
        const target = yield* serve((request, response) => {
          followed.push(request.url ?? "")
          response.end()
        })
        const { baseUrl } = yield* serve((_, response) => {
          response.writeHead(307, { location: `${target.baseUrl}/elsewhere` })
          response.end()
        })
        const reason = reasonOf(yield* Effect.flip(kick(client, baseUrl)))
        assert.strictEqual(reason._tag === "UnexpectedResponse" && reason.problem, "redirect")
        assert.deepStrictEqual(followed, [])
      })
    )
  })
}

describe("with undici alone", () => {
  const layer = (baseUrl: string, pool?: Pool.Options) =>
    TwilioNode.layerUndici(TwilioVideo.participants, {
      accountSid: Stub.accountSid,
      authToken: Redacted.make(Stub.secret),
      baseUrl,
      pool
    })

  it.live.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync]
  ] as const)("a response in %s is decompressed", ([encoding, compress]) =>
    Effect.gen(function* () {
      const { baseUrl } = yield* serve((request, response) => {
        assert.include(request.headers["accept-encoding"], encoding)
        response.writeHead(200, { "content-encoding": encoding }).end(compress(JSON.stringify(Stub.body())))
      })
      const alice = yield* Effect.provide(Participants.fetch("Standup", "Alice"), layer(baseUrl))
      assert.strictEqual(alice.identity, "Alice")
    })
  )

  it.live("a response that can't be decompressed is TransportFailed", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* serve((_, response) => {
        response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip")
      })
      const error = yield* Effect.flip(Effect.provide(Participants.fetch("Standup", "Alice"), layer(baseUrl))).pipe(
        RequestPolicy.withPolicy(RequestPolicy.noRetries)
      )
      assert.strictEqual(reasonOf(error)._tag, "TransportFailed")
    })
  )

  it.live("its connections are reused, limited by the pool's options, and close with the layer", () =>
    Effect.gen(function* () {
      const sockets = new Set<unknown>()
      const closed = yield* Deferred.make<void>()
      const { baseUrl } = yield* serve((request, response) => {
        if (!sockets.has(request.socket)) {
          sockets.add(request.socket)
          request.socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        }
        response.writeHead(200).end(JSON.stringify(Stub.body()))
      })
      const fetch = Participants.fetch("Standup", "Alice")
      yield* Effect.provide(
        Effect.all([fetch, fetch, fetch], { concurrency: "unbounded" }),
        layer(baseUrl, { connections: 1 })
      )
      yield* Deferred.await(closed)
      assert.strictEqual(sockets.size, 1)
    })
  )

  it.effect("refuses options that the pool doesn't take", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Layer.build(layer("http://127.0.0.1:9", { connections: -1 })))
      const reason = reasonOf(error)
      assert.strictEqual(reason._tag === "InvalidArgument" && reason.argument, "pool")
    })
  )
})

describe("in process", () => {
  it.effect("interrupting the fiber aborts the request's signal", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<AbortSignal>()
      const fiber = yield* Effect.forkChild(
        Stub.using(
          (request) => {
            Deferred.doneUnsafe(arrived, Effect.succeed(request.signal))
            return new Promise(() => {})
          },
          (participants) => participants.fetch("Standup", "Alice")
        )
      )
      const signal = yield* Deferred.await(arrived)
      assert.isFalse(signal.aborted)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(signal.aborted)
    })
  )

  it.effect("a request times out after 30 seconds by default", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        Effect.flip(
          Stub.using(
            () => new Promise(() => {}),
            (participants) => participants.fetch("Standup", "Alice")
          )
        )
      )
      yield* TestClock.adjust("29 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      const reason = reasonOf(yield* Fiber.join(fiber))
      assert.deepStrictEqual(reason._tag === "TimedOut" && reason.after, Duration.seconds(30))
    })
  )

  it.effect("a handler that throws is TransportFailed, without the thrown value", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Stub.using(
          () => {
            throw new Error("Alice's secret")
          },
          (participants) => participants.fetch("Standup", "Alice")
        )
      )
      assert.strictEqual(reasonOf(error)._tag, "TransportFailed")
      assert.notInclude(JSON.stringify(error) + error.message + String(error.stack), "Alice")
    })
  )
})

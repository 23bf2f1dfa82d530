/**
 * The sandbox on a port: where it listens, its time limits, and that it stops.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { connect, type Socket } from "node:net"
import { text } from "node:stream/consumers"

const server = SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))

const impatient = SandboxServer.layer({ requestTimeout: "100 millis" }).pipe(
  Layer.provideMerge(Sandbox.layerControls())
)

const open = (baseUrl: string) =>
  Effect.callback<Socket>((resume) => {
    const socket = connect(Number(new URL(baseUrl).port), "127.0.0.1", () => resume(Effect.succeed(socket)))
  })

describe("SandboxServer", () => {
  it.live("listens on loopback, on a free port", () =>
    Effect.gen(function* () {
      const urls = yield* Effect.forEach([1, 2], () => SandboxServer.baseUrl.pipe(Effect.provide(server)))
      for (const url of urls) assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
    })
  )

  const sometimes: ReadonlyArray<SandboxServer.ListenOptions> = [
    { headersTimeout: "1 minute" },
    { headersTimeout: "1 minute", requestTimeout: "1 second" },
    { requestTimeout: Duration.infinity },
    { headersTimeout: Duration.infinity },
    { headersTimeout: Duration.infinity, requestTimeout: Duration.infinity },
    { headersTimeout: 60_000.5, requestTimeout: 90_000.5 }
  ]
  for (const options of sometimes) {
    it.live(`accepts the time limits ${JSON.stringify(options)}`, () =>
      Effect.gen(function* () {
        const baseUrl = yield* SandboxServer.baseUrl
        const response = yield* Effect.promise(() => fetch(`${baseUrl}/sandbox`))
        assert.strictEqual(response.status, 200)
      }).pipe(Effect.provide(SandboxServer.layer(options).pipe(Layer.provideMerge(Sandbox.layerControls()))))
    )
  }

  it.live("without time limits waits for a request on which another server times out", () =>
    Effect.gen(function* () {
      const socket = yield* Effect.flatMap(SandboxServer.baseUrl, open)
      socket.write("GET /sandbox HT")
      const cut = yield* Effect.flatMap(SandboxServer.baseUrl, open).pipe(
        Effect.tap((socket) => Effect.sync(() => socket.write("GET /sandbox HT"))),
        Effect.flatMap((socket) => Effect.promise(() => text(socket))),
        Effect.provide(Layer.fresh(impatient))
      )
      assert.match(cut, /^HTTP\/1\.1 408 /)
      socket.end("TP/1.1\r\nHost: localhost\r\n\r\n")
      assert.match(yield* Effect.promise(() => text(socket)), /^HTTP\/1\.1 200 OK/)
    }).pipe(
      Effect.provide(
        SandboxServer.layer({ headersTimeout: Duration.infinity, requestTimeout: Duration.infinity }).pipe(
          Layer.provideMerge(Sandbox.layerControls())
        )
      )
    )
  )

  // Browsers and connection pools keep such connections open. Effect's server would wait 20 seconds for them, on a clock
  // that stands still here.
  it.effect("stops while a client has an idle connection open", () =>
    Effect.gen(function* () {
      const socket = yield* Effect.flatMap(SandboxServer.baseUrl, open).pipe(Effect.provide(server))
      yield* Effect.callback<void>((resume) => {
        if (socket.closed) return resume(Effect.void)
        socket.once("close", () => resume(Effect.void))
        socket.resume()
      })
      const refused = yield* Effect.callback<boolean>((resume) => {
        connect(socket.remotePort ?? 1, "127.0.0.1")
          .once("connect", () => resume(Effect.succeed(false)))
          .once("error", () => resume(Effect.succeed(true)))
      })
      assert.isTrue(refused)
    })
  )
})

/**
 * Failures without a response: connections on real sockets that break in every way, with fetch and undici; timeouts,
 * deadlines and interruptions; and a sandbox that rejects the request.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { RequestListener } from "node:http"
import * as Operations from "../../packages/http/test/support/Operations.ts"
import * as Failure from "./Failure.ts"
import * as Loopback from "./Loopback.ts"
import type * as Secrets from "./Secrets.ts"

interface Way {
  readonly name: string
  readonly says: string
  readonly server: Effect.Effect<Loopback.Loopback, never, Scope.Scope>
  readonly options?: Failure.Options
}

const authorizationIn = (received: string) => /authorization: (.*)\r\n/iu.exec(received)?.[1] ?? ""

const listening = (name: string, says: string, listener: RequestListener, options: Failure.Options = {}): Way => ({
  name,
  says,
  server: Loopback.http(listener),
  options
})

const speaking = (name: string, says: string, respond: (header: string) => string | undefined): Way => ({
  name,
  says,
  server: Loopback.bytes((received) => respond(authorizationIn(received)))
})

const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

const ways: ReadonlyArray<Way> = [
  {
    name: "a refused connection",
    says: "ECONNREFUSED",
    server: Effect.tap(
      Loopback.http((_, response) => response.end()),
      ({ stop }) => stop
    )
  },
  speaking("a connection that is reset", "No response from", () => undefined),
  speaking("a connection closed without a response", "No response from", () => ""),
  speaking("a response that isn't HTTP, with the header in it", "No response from", (header) => `${header}\r\n\r\n`),
  speaking("a response with an invalid header", "No response from", (header) => `${head}${header}\r\n\r\n{}`),
  speaking(
    "a response with an invalid length",
    "No response from",
    (header) => `${head}content-length: ${header}\r\n\r\n{}`
  ),
  speaking(
    "a response with two lengths",
    "No response from",
    (header) => `${head}content-length: 1\r\ncontent-length: 2\r\n\r\n${header}`
  ),
  speaking(
    "a response with too large headers",
    "No response from",
    (header) => `${head}x: ${header.repeat(2000)}\r\n\r\n{}`
  ),
  speaking(
    "a truncated body",
    "closed before the response",
    (header) => `${head}content-length: 5000\r\n\r\n{"identity":"${header}`
  ),
  speaking(
    "truncated chunks",
    "closed before the response",
    (header) => `${head}transfer-encoding: chunked\r\n\r\n50\r\n{"identity":"${header}`
  ),
  speaking(
    "invalid chunks",
    "closed before the response",
    (header) => `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n${header}\r\n`
  ),
  speaking(
    "an invalid gzip body",
    "",
    (header) => `${head}content-encoding: gzip\r\ncontent-length: ${header.length}\r\n\r\n${header}`
  ),
  listening("no response in time", "within 50 ms", () => {}, { policy: { attempts: 1, timeout: "50 millis" } }),
  listening("no body in time", "within 50 ms", (_, response) => response.writeHead(200).flushHeaders(), {
    policy: { attempts: 1, timeout: "50 millis" }
  }),
  listening("a deadline", "deadline of 60 ms", () => {}, { policy: { deadline: "60 millis" } }),
  listening(
    "exhausted retries",
    "3 attempts",
    (request, response) => {
      response.writeHead(503).end(JSON.stringify({ code: 20503, message: request.headers.authorization }))
    },
    { policy: { attempts: 3, baseDelay: "1 millis", maxDelay: "2 millis" } }
  )
]

const brokenBySocket: ReadonlyArray<Failure.Failure> = Failure.sockets.flatMap(([how, transport]) =>
  ways.flatMap(({ name, says, server, options }) =>
    [Failure.fetchAlice, Failure.removeAlice].map((program, index) => ({
      name: `${how}: ${name}, ${index === 0 ? "reading" : "changing"}`,
      says,
      run: (secret: Secrets.Secret) =>
        Effect.scoped(
          Effect.flatMap(server, ({ baseUrl }) => Failure.over(secret, transport, program, { baseUrl, ...options }))
        )
    }))
  )
)

const unreachable: ReadonlyArray<Failure.Failure> = Failure.sockets.flatMap(([how, transport]) =>
  [
    ["an unknown host", "http://nowhere.invalid", "No response from"],
    ["a port that fetch forbids", "http://127.0.0.1:1", "No response from"]
  ].map(([name, baseUrl = "", says = ""]) => ({
    name: `${how}: ${name}`,
    says,
    run: (secret: Secrets.Secret) => Failure.over(secret, transport, Failure.fetchAlice, { baseUrl })
  }))
)

const withoutTls: ReadonlyArray<Failure.Failure> = Failure.sockets.map(([how, transport]) => ({
  name: `${how}: a server without TLS`,
  says: "No response from",
  run: (secret: Secrets.Secret) =>
    Effect.scoped(
      Effect.flatMap(
        Loopback.bytes((received) => received),
        ({ port }) => Failure.over(secret, transport, Failure.fetchAlice, { baseUrl: `https://127.0.0.1:${port}` })
      )
    )
}))

const everyOperation: ReadonlyArray<Failure.Failure> = Operations.all.map(({ call, name }) => ({
  name: `${name}: a transport that fails`,
  says: "No response from",
  run: (secret) =>
    Failure.over(
      secret,
      Failure.respondingWith((received) => {
        throw Object.assign(new Error(received.header), { received, cause: received.pair })
      }),
      call(Operations.byName)
    )
}))

const interrupted: ReadonlyArray<Failure.Failure> = Failure.sockets.map(([how, transport]) => ({
  name: `${how}: an interruption`,
  run: (secret) =>
    Effect.scoped(
      Effect.gen(function* () {
        const arrived = yield* Deferred.make<void>()
        const { baseUrl } = yield* Loopback.http(() => Deferred.doneUnsafe(arrived, Effect.void))
        const fiber = yield* Effect.forkChild(Failure.over(secret, transport, Failure.fetchAlice, { baseUrl }))
        yield* Deferred.await(arrived)
        yield* Fiber.interrupt(fiber)
        return yield* Fiber.join(fiber)
      })
    )
}))

/** A stream that fails after the first page. */
const streamed: Failure.Failure = {
  name: "a stream that fails after a page",
  says: "No response from",
  run: (secret) =>
    Failure.over(
      secret,
      Failure.respondingWith(({ header, request }) => {
        if (request.url.includes("PageToken")) throw new Error(header)
        const url = `https://video.twilio.com/v1/Rooms/Ward/Participants?PageToken=t`
        const meta = { page: 0, page_size: 50, next_page_url: url, url: null, first_page_url: null }
        return Response.json({ participants: [], meta: { ...meta, previous_page_url: null } })
      }),
      Stream.runCollect(Participants.stream("Ward"))
    )
}

/** A sandbox with other credentials, and its log of the rejected requests. */
const rejectedBySandbox: ReadonlyArray<Failure.Failure> = Failure.sockets.map(([how, transport]) => ({
  name: `${how}: a sandbox with other credentials`,
  says: "rejected the credentials",
  run: (secret) =>
    Effect.gen(function* () {
      const baseUrl = yield* SandboxServer.baseUrl
      const sandbox = yield* Sandbox.Sandbox
      const error = yield* Effect.flip(Failure.over(secret, transport, Failure.fetchAlice, { baseUrl }))
      const kept = [yield* sandbox.requests, yield* sandbox.exportState]
      return yield* Effect.fail({ message: String(error), error, kept })
    }).pipe(Effect.provide(SandboxServer.layer().pipe(Layer.provideMerge(Sandbox.layerControls()))))
}))

/** A sandbox with faults. */
const faulty: ReadonlyArray<Failure.Failure> = Failure.sockets.flatMap(([how, transport]) =>
  (["reset", "lost-response", "truncated-body", "html"] as const).map((type) => ({
    name: `${how}: a sandbox with the fault ${type}`,
    says: "",
    run: (secret: Secrets.Secret) => {
      const accountSid = secret.user.replace("SK", "AC")
      const pair = { accountSid, apiKeySid: secret.user.replace("AC", "SK") }
      const credentials = { ...pair, authToken: secret.password, apiKeySecret: secret.password }
      return Effect.flatMap(SandboxServer.baseUrl, (baseUrl) =>
        Failure.over(secret, transport, Failure.fetchAlice, { baseUrl })
      ).pipe(
        Effect.provide(
          SandboxServer.layer().pipe(
            Layer.provideMerge(Sandbox.layerControls({ credentials, faults: [{ fault: { type } }] }))
          )
        )
      )
    }
  }))
)

/** A control of the sandbox that fails, in a program with credentials. */
const controls: Failure.Failure = {
  name: "a control of the sandbox",
  says: "room doesn't exist",
  run: (secret) =>
    Sandbox.Sandbox.use((sandbox) => sandbox.join(secret.password, secret.header)).pipe(
      Effect.provide(
        TwilioHttpClient.layer(TwilioVideo.services, { ...secret.credentials, quota: "off" }).pipe(
          Layer.provideMerge(Sandbox.layerHttpClient),
          Layer.provideMerge(Sandbox.layerControls())
        )
      )
    )
}

export const all: ReadonlyArray<Failure.Failure> = [
  ...brokenBySocket,
  ...unreachable,
  ...withoutTls,
  ...everyOperation,
  ...interrupted,
  streamed,
  ...rejectedBySandbox,
  ...faulty,
  controls
]

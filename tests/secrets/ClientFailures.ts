/**
 * Failures inside a program's `HttpClient` or `transformClient`: it fails, dies or throws with the request, which has the
 * credentials.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Operations from "../../packages/http/test/support/Operations.ts"
import * as Stub from "../../packages/http/test/support/Stub.ts"
import * as Failure from "./Failure.ts"
import type * as Secrets from "./Secrets.ts"

type Request = HttpClientRequest.HttpClientRequest

type Sent = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

/** A defect with everything about a request. */
class RequestError extends Error {
  readonly request: Request
  constructor(request: Request) {
    super(`Sent with ${request.headers.authorization ?? "nothing"}`, { cause: { request } })
    this.request = request
  }
}

const failing = (reason: HttpClientError.HttpClientErrorReason): Sent =>
  Effect.fail(new HttpClientError.HttpClientError({ reason }))

const responseOf = (request: Request, status: number, text: string) =>
  HttpClientResponse.fromWeb(request, new Response(text, { status, headers: { "x-echo": text } }))

const authorization = (request: Request) => request.headers.authorization ?? ""

/** A response without a web `Response`, with a member that throws or fails when it's read. */
const trap = (request: Request, member: "status" | "headers" | "text", get: () => unknown) =>
  Object.defineProperty(HttpServerResponse.toClientResponse(HttpServerResponse.text("{}"), { request }), member, {
    get
  })

interface Way {
  readonly name: string
  readonly says?: string | undefined
  readonly send: (request: Request) => Sent
}

// A client may fail with anything, whatever its types say.
const foreign = (error: unknown): Sent => Effect.fail(error as HttpClientError.HttpClientError)

const ways: ReadonlyArray<Way> = [
  ...(
    [
      ["TransportError", HttpClientError.TransportError],
      ["EncodeError", HttpClientError.EncodeError],
      ["InvalidUrlError", HttpClientError.InvalidUrlError]
    ] as const
  ).map(([name, Reason]) => ({
    name: `fails with ${name}`,
    says: "No response from",
    send: (request: Request) =>
      failing(new Reason({ request, description: authorization(request), cause: new RequestError(request) }))
  })),
  ...(
    [
      ["DecodeError", HttpClientError.DecodeError, "closed before the response"],
      ["EmptyBodyError", HttpClientError.EmptyBodyError, "No response from"],
      ["StatusCodeError", HttpClientError.StatusCodeError, "rejected the credentials"]
    ] as const
  ).map(([name, Reason, says]) => ({
    name: `fails with ${name}`,
    says,
    send: (request: Request) => {
      const response = responseOf(request, 401, JSON.stringify({ code: 20003, more_info: authorization(request) }))
      const details = { description: authorization(request), cause: new RequestError(request) }
      return failing(new Reason({ request, response, ...details }))
    }
  })),
  {
    name: "fails with a StatusCodeError with a broken body",
    says: "closed before the response",
    send: (request) => {
      const body = new ReadableStream({ start: (controller) => controller.error(new RequestError(request)) })
      const response = HttpClientResponse.fromWeb(request, new Response(body, { status: 500 }))
      return failing(new HttpClientError.StatusCodeError({ request, response }))
    }
  },
  {
    name: "fails with a code",
    says: "(EPIPE)",
    send: (request) =>
      failing(
        new HttpClientError.TransportError({
          request,
          cause: Object.assign(new RequestError(request), { code: "EPIPE" })
        })
      )
  },
  {
    name: "fails with the header as code",
    says: "No response from",
    send: (request) =>
      failing(
        new HttpClientError.TransportError({
          request,
          cause: Object.assign(new RequestError(request), {
            code: authorization(request),
            cause: { code: new RequestError(request) }
          })
        })
      )
  },
  { name: "fails with another error", send: (request) => foreign(new RequestError(request)) },
  { name: "fails with a request", send: (request) => foreign({ request }) },
  { name: "fails with another reason", send: (request) => foreign({ reason: { request, _tag: "Own" } }) },
  { name: "fails with a string", send: (request) => foreign(authorization(request)) },
  { name: "fails with nothing", send: () => foreign(undefined) },
  { name: "fails with an error that throws", send: (request) => foreign(throwing(request)) },
  { name: "dies with a request", send: (request) => Effect.die({ request }) },
  { name: "dies with an error", send: (request) => Effect.die(new RequestError(request)) },
  { name: "dies with a string", send: (request) => Effect.die(authorization(request)) },
  {
    name: "dies with an HttpClientError",
    send: (request) =>
      Effect.orDie(failing(new HttpClientError.TransportError({ request, cause: new RequestError(request) })))
  },
  {
    name: "throws",
    send: (request) => {
      throw new RequestError(request)
    }
  },
  {
    name: "throws later",
    send: (request) =>
      Effect.flatMap(Effect.yieldNow, () => {
        throw new RequestError(request)
      })
  },
  { name: "rejects", send: (request) => Effect.promise(() => Promise.reject(new RequestError(request))) },
  {
    name: "fails and dies at once",
    send: (request) =>
      Effect.ensuring(
        failing(new HttpClientError.TransportError({ request, cause: new RequestError(request) })),
        Effect.die(new RequestError(request))
      )
  },
  { name: "interrupts itself", send: () => Effect.interrupt },
  {
    name: "responds with a body that dies",
    send: (request) => Effect.succeed(trap(request, "text", () => Effect.die(new RequestError(request))))
  },
  ...(["status", "headers", "text"] as const).map((member) => ({
    name: `responds with a throwing ${member}`,
    send: (request: Request) =>
      Effect.succeed(
        trap(request, member, () => {
          throw new RequestError(request)
        })
      )
  })),
  { name: "responds with an invalid response", send: (request) => Effect.succeed({ request } as never) },
  { name: "responds with a string", send: (request) => Effect.succeed(authorization(request) as never) },
  {
    name: "responds with a broken body",
    says: "closed before the response",
    send: (request) => {
      const body = new ReadableStream({ start: (controller) => controller.error(new RequestError(request)) })
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body)))
    }
  },
  {
    name: "responds with a broken text",
    says: "closed before the response",
    send: (request) => {
      const response = responseOf(request, 200, "{}")
      const reason = new HttpClientError.DecodeError({ request, response, cause: new RequestError(request) })
      return Effect.succeed(trap(request, "text", () => Effect.fail(new HttpClientError.HttpClientError({ reason }))))
    }
  },
  {
    name: "responds with the request",
    says: "the documented shape",
    send: (request) =>
      Effect.succeed(responseOf(request, 200, JSON.stringify({ request, authorization: authorization(request) })))
  }
]

/** An error that throws a request when it's read. */
const throwing = (request: Request) => ({
  get reason() {
    throw new RequestError(request)
  }
})

const transportOf = (send: Way["send"]) => Layer.succeed(HttpClient.HttpClient, HttpClient.make(send))

const of = (program: Failure.Program, suffix = ""): ReadonlyArray<Failure.Failure> =>
  ways.flatMap(({ name, says, send }) => [
    {
      name: `an HttpClient that ${name}${suffix}`,
      says,
      run: (secret) => Failure.over(secret, transportOf(send), program)
    },
    {
      name: `a transformClient that ${name}${suffix}`,
      says,
      run: (secret) =>
        Failure.over(
          secret,
          Failure.respondingWith(() => Stub.json(Stub.body())),
          program,
          { transformClient: HttpClient.transform((_, request) => send(request)) }
        )
    }
  ])

const everybody: Failure.Program = Stream.runCollect(Participants.stream("Ward"))

const echo = Failure.respondingWith(({ header }) => Stub.json({ code: 20003, more_info: header }, 401))

interface Transformation {
  readonly name: string
  readonly says?: string | undefined
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

const transformations: ReadonlyArray<Transformation> = [
  { name: "filterStatusOk", says: "rejected the credentials", transformClient: HttpClient.filterStatusOk },
  {
    name: "filterStatusOk and a retry",
    says: "rejected the credentials",
    transformClient: (client) => HttpClient.retry(HttpClient.filterStatusOk(client), { times: 1 })
  },
  {
    name: "filterStatusOk that dies",
    transformClient: (client) => HttpClient.transform(HttpClient.filterStatusOk(client), Effect.orDie)
  },
  { name: "tapRequest that dies", transformClient: HttpClient.tapRequest((request) => Effect.die({ request })) },
  {
    name: "mapRequest that throws",
    transformClient: HttpClient.mapRequest((request) => {
      throw new RequestError(request)
    })
  },
  {
    name: "tap that dies with the response",
    transformClient: HttpClient.tap((response) => Effect.die({ response, request: response.request }))
  },
  {
    name: "tapError that dies",
    transformClient: (client) => HttpClient.tapError(HttpClient.filterStatusOk(client), (error) => Effect.die(error))
  },
  {
    name: "a finalizer that dies",
    transformClient: HttpClient.transform((sent, request) => Effect.ensuring(sent, Effect.die({ request })))
  },
  {
    name: "an execute that throws",
    transformClient: (client) =>
      Object.assign(Object.create(client), {
        execute: (request: Request) => {
          throw new RequestError({ ...request, headers: request.headers })
        }
      }) as HttpClient.HttpClient
  },
  {
    name: "no client",
    transformClient: (client) => ({ client }) as unknown as HttpClient.HttpClient
  },
  {
    name: "a throw",
    transformClient: (client) => {
      throw Object.assign(new Error("no client"), { client })
    }
  }
]

const transformed = transformations.map(({ name, says, transformClient }): Failure.Failure => ({
  name: `transformClient: ${name}`,
  says,
  run: (secret) => Failure.over(secret, echo, Failure.fetchAlice, { transformClient })
}))

/** Clients that die when they are interrupted by a timeout, a deadline or the program. */
const stopped: ReadonlyArray<readonly [how: string, send: Way["send"]]> = [
  ["dies", (request: Request) => Effect.onInterrupt(Effect.never, () => Effect.die({ request }))],
  [
    "throws",
    (request: Request) =>
      Effect.onInterrupt(Effect.never, () => {
        throw new RequestError(request)
      })
  ],
  [
    "rejects",
    (request: Request) =>
      Effect.ensuring(
        Effect.never,
        Effect.promise(() => Promise.reject(new RequestError(request)))
      )
  ]
]

const policies = {
  "a timeout": { attempts: 1, timeout: "20 millis" },
  "a deadline": { attempts: 1, deadline: "20 millis" },
  "timeouts and a deadline": { attempts: 9, timeout: "5 millis", baseDelay: "5 millis", deadline: "30 millis" }
} as const

/** Interrupts the call once its request is sent. */
const interrupt = (send: Way["send"], secret: Secrets.Secret) =>
  Effect.gen(function* () {
    const sent = yield* Deferred.make<void>()
    const transport = transportOf((request) => Effect.andThen(Deferred.succeed(sent, undefined), send(request)))
    const fiber = yield* Effect.forkChild(Failure.over(secret, transport, Failure.fetchAlice))
    yield* Deferred.await(sent)
    yield* Fiber.interrupt(fiber)
    return yield* Fiber.join(fiber)
  })

const interrupted = stopped.flatMap(([how, send]): ReadonlyArray<Failure.Failure> => {
  const call = (options?: Failure.Options) => (secret: Secrets.Secret) =>
    Failure.over(secret, transportOf(send), Failure.fetchAlice, options)
  const byPolicies = Object.entries(policies).map(([what, policy]) => ({
    name: `an HttpClient that ${how} at ${what}`,
    run: call({ policy })
  }))
  return byPolicies.concat([
    {
      name: `an HttpClient that ${how} when the program interrupts it`,
      run: (secret) => interrupt(send, secret)
    },
    {
      name: `an HttpClient that ${how} when the program has a timeout`,
      run: (secret) => Effect.timeout(call()(secret), "10 millis")
    }
  ])
})

/** Each operation over a transport that dies. */
const everyOperation = Operations.all.map(({ call, name }): Failure.Failure => ({
  name: `${name}: a transport that dies`,
  run: (secret) =>
    Failure.over(
      secret,
      Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request) => Effect.die({ request }))
      ),
      call(Operations.byName)
    )
}))

export const all: ReadonlyArray<Failure.Failure> = [
  ...of(Failure.fetchAlice),
  ...of(Failure.removeAlice, ", changing"),
  ...of(everybody, ", streaming"),
  ...transformed,
  ...interrupted,
  ...everyOperation
]

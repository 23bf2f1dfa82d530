/**
 * Connects to a sandbox in each possible way, as layers with the same services: in process, as a web handler, and over
 * loopback with an `HttpClient` on fetch, with fetch alone, with undici, and with undici alone.
 */
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioNode from "@effect-twilio-video/http/TwilioNode"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as UndiciTransport from "@effect-twilio-video/http/UndiciTransport"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

/** The base URL and transport, for tests that create other clients. */
export class Connection extends Context.Service<
  Connection,
  {
    readonly baseUrl: string | undefined
    readonly transport: Layer.Layer<HttpClient.HttpClient>
  }
>()("tests/Connection") {}

export type Services = TwilioVideo.Services | Sandbox.Sandbox | Connection

export type Transport = (options?: Sandbox.Options) => Layer.Layer<Services>

const optionsOf = Effect.gen(function* () {
  const { credentials } = yield* Sandbox.Sandbox
  const { baseUrl } = yield* Connection
  const options: TwilioHttpClient.Options = {
    accountSid: credentials.accountSid,
    authToken: Redacted.make(credentials.authToken),
    baseUrl,
    quota: "off"
  }
  return options
})

const client = Layer.unwrap(
  Effect.gen(function* () {
    const { transport } = yield* Connection
    return TwilioHttpClient.layer(TwilioVideo.services, yield* optionsOf).pipe(Layer.provide(transport), Layer.orDie)
  })
)

/** A client that calls fetch without an `HttpClient`. */
const fetchClient = Layer.unwrap(Effect.map(optionsOf, (options) => Layer.orDie(TwilioVideo.layerFetch(options))))

/** A client that calls undici without an `HttpClient`. */
const undiciClient = Layer.unwrap(
  Effect.map(optionsOf, (options) => Layer.orDie(TwilioNode.layerUndici(TwilioVideo.services, options)))
)

const connected =
  <R>(connection: Layer.Layer<Connection, never, R | Sandbox.Sandbox>) =>
  (options?: Sandbox.Options) =>
    client.pipe(Layer.provideMerge(connection), Layer.provideMerge(Sandbox.layerControls(options)))

const inProcess: Transport = connected(
  Layer.effect(
    Connection,
    Effect.map(Effect.context<Sandbox.Sandbox>(), (context) => ({
      baseUrl: undefined,
      transport: Sandbox.layerHttpClient.pipe(Layer.provide(Layer.succeedContext(context)))
    }))
  )
)

const webHandler: Transport = connected(
  Layer.effect(
    Connection,
    Effect.map(Effect.context<Sandbox.Sandbox>(), (context) => {
      const { handler } = HttpRouter.toWebHandler(
        Sandbox.layerRoutes().pipe(
          Layer.provide(Layer.succeedContext(context)),
          Layer.provide(HttpServer.layerServices)
        ),
        { disableLogger: true, routerConfig: Sandbox.routerConfig }
      )
      // The handler runs outside of the test's fiber. It needs the test's context for the test clock.
      return {
        baseUrl: "http://localhost",
        transport: WebHandlerTransport.layer((request) => handler(request, context as Context.Context<never>))
      }
    })
  )
)

const loopback =
  (transport: Layer.Layer<HttpClient.HttpClient>, services = client): Transport =>
  (options) =>
    services.pipe(
      Layer.provideMerge(
        Layer.effect(
          Connection,
          Effect.map(SandboxServer.baseUrl, (baseUrl) => ({ baseUrl, transport }))
        )
      ),
      Layer.provide(SandboxServer.layer()),
      Layer.provideMerge(Sandbox.layerControls(options)),
      Layer.orDie
    )

export const transports: ReadonlyArray<readonly [name: string, transport: Transport]> = [
  ["in process", inProcess],
  ["web handler", webHandler],
  ["loopback, fetch", loopback(FetchTransport.layer)],
  ["loopback, fetch alone", loopback(FetchTransport.layer, fetchClient)],
  ["loopback, undici", loopback(UndiciTransport.layer)],
  ["loopback, undici alone", loopback(UndiciTransport.layer, undiciClient)]
]

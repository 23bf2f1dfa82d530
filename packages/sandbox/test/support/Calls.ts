/**
 * Sends raw HTTP requests to a sandbox through its web handler, on the test's clock.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"

export const { accountSid, apiKeySecret, apiKeySid, authToken } = SandboxCredentials.defaults

export const basic = (user: string, password: string) => `Basic ${btoa(`${user}:${password}`)}`

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // Each test knows the shape of the body that it expects.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export interface Call {
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

/** Starts a sandbox. `call` sends the sandbox's credentials unless `headers` has others. */
export const start = Effect.fnUntraced(function* (options: Sandbox.Options = {}) {
  const clock = yield* Clock.Clock
  const sandbox = yield* Effect.provideService(Sandbox.make(options), Clock.Clock, clock)
  const { handler } = HttpRouter.toWebHandler(
    Sandbox.layerRoutes({ allowedHosts: ["sandbox.test"] }).pipe(
      Layer.provide(Layer.succeed(Sandbox.Sandbox, sandbox)),
      Layer.provide(HttpServer.layerServices),
      Layer.provideMerge(Layer.succeed(Clock.Clock, clock))
    ),
    { disableLogger: true, routerConfig: Sandbox.routerConfig }
  )
  const call = (path: string, { body, headers = {}, method = body === undefined ? "GET" : "POST" }: Call = {}) =>
    Effect.promise(async (): Promise<Reply> => {
      const response = await handler(
        new Request(`http://sandbox.test${path}`, {
          method,
          headers: {
            authorization: basic(accountSid, authToken),
            ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
            ...headers
          },
          ...(body === undefined ? {} : { body })
        })
      )
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) }
    })
  return { sandbox, call, handler }
})

/**
 * Serves the sandbox on a port. A Node-only entry point that requires `@effect/platform-node`. On Deno, Bun and
 * Workers, serve `Sandbox.toWebHandler` instead.
 *
 * @since 0.1.0
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import { createServer } from "node:http"
import * as AccessControl from "./internal/server/AccessControl.ts"
import * as ConsolePage from "./internal/served/ConsolePage.ts"
import * as ServedRoutes from "./internal/served/ServedRoutes.ts"
import { ServedClock } from "./internal/served/ServedClock.ts"
import * as Routes from "./internal/server/Routes.ts"
import * as Sandbox from "./Sandbox.ts"
import type { ServeOptions } from "./SandboxOptions.ts"

/**
 * The address to listen on, access to the sandbox, and time limits for requests.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListenOptions extends ServeOptions {
  /** The port to listen on; 0 picks a free one. Default: 0. */
  readonly port?: number | undefined
  /**
   * The address to listen on. Beyond loopback, the controls are closed without a `controlToken`. Default: 127.0.0.1.
   */
  readonly host?: string | undefined
  /**
   * How long the headers of a request may take to arrive; after that, the response is 408 and the connection closes.
   * Not longer than `requestTimeout`. `Infinity` is no limit. Default: 10 seconds.
   */
  readonly headersTimeout?: Duration.Input | undefined
  /**
   * How long a whole request may take to arrive; after that, the response is 408 and the connection closes. `Infinity`
   * is no limit. Default: 30 seconds.
   */
  readonly requestTimeout?: Duration.Input | undefined
}

// How long pending responses may take once the server stops. Then all connections are closed: browsers and connection
// pools keep idle ones open, and Node would wait for those.
const graceMillis = 250

// How many connections may wait to be accepted; a client above that retries a second later. Node's default is 511, and
// load tests open more at once.
const backlog = 4096

// The longest interval between Node's checks for connections that took too long. Its default is 30 seconds.
const longestCheckMillis = 1000

// For Node, 0 is no limit.
const limit = (input: Duration.Input): number => {
  const millis = Duration.toMillis(input)
  return Number.isFinite(millis) ? Math.ceil(millis) : 0
}

const timeouts = ({ headersTimeout = "10 seconds", requestTimeout = "30 seconds" }: ListenOptions) => {
  const whole = limit(requestTimeout)
  const part = limit(headersTimeout)
  // Node rejects a headers timeout longer than the request timeout.
  const headers = whole > 0 && (part === 0 || part > whole) ? whole : part
  const shortest = Math.min(...[headers, whole].filter((millis) => millis > 0))
  return {
    requestTimeout: whole,
    headersTimeout: headers,
    connectionsCheckingInterval: Math.min(longestCheckMillis, Math.ceil(shortest / 4))
  }
}

const isExposed = ({ address }: HttpServer.HttpServer["Service"]): boolean =>
  NetAddress.isInetAddress(address) && !NetAddress.isLoopback(address.address)

/** The sandbox's clock, for all of its servers. */
const clockOf = Effect.gen(function* () {
  const { engine } = Routes.partsOf(yield* Sandbox.Sandbox)
  const clock = engine.clock instanceof ServedClock ? engine.clock : new ServedClock(yield* Clock.Clock)
  engine.clock = clock
  return clock
})

const routes = (options: ServeOptions, clock: ServedClock) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const server = yield* HttpServer.HttpServer
      const exposed = isExposed(server)
      if (exposed) {
        const controls =
          options.controlToken === undefined ? "are closed without a controlToken" : "need the control token"
        yield* Effect.logWarning(
          `The sandbox listens on ${HttpServer.formatAddress(server.address)}, where other machines may reach it. Its ` +
            `credentials are public, and its controls ${controls}.`
        )
      }
      return Routes.layer(sandbox, AccessControl.make(options, exposed), {
        controls: (context) => ServedRoutes.make(context, clock),
        page: ConsolePage.page
      })
    })
  )

/**
 * Serves the sandbox of the context over HTTP until the layer closes. {@link baseUrl} is its URL. Fails with
 * `ServeError` if it can't listen; an invalid option is a defect. Logs a warning if it listens beyond loopback.
 * Requests that arrive too slowly get a 408, and headers above 16 KiB a 431.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const program = Effect.gen(function*() {
 *   const baseUrl = yield* SandboxServer.baseUrl
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* sandbox.join("DailyStandup", "Zoe")
 *   const response = yield* Effect.promise(() => fetch(`${baseUrl}/sandbox/state`))
 *   return response.status
 * })
 *
 * const status = await program.pipe(
 *   Effect.provide(SandboxServer.layer({ port: 0 }).pipe(Layer.provideMerge(Sandbox.layerControls()))),
 *   Effect.runPromise
 * )
 * status // => 200
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: ListenOptions = {}
): Layer.Layer<HttpServer.HttpServer, HttpServerError.ServeError, Sandbox.Sandbox> =>
  Layer.suspend(() => {
    const server = createServer(timeouts(options))
    // Built last, so its finalizer runs first.
    const cut = Layer.effectDiscard(
      Effect.addFinalizer(() =>
        Effect.sync(() => {
          setTimeout(() => server.closeAllConnections(), graceMillis).unref()
        })
      )
    )
    return cut.pipe(
      Layer.provideMerge(
        Layer.unwrap(
          Effect.map(clockOf, (clock) =>
            HttpRouter.serve(routes(options, clock), {
              disableListenLog: true,
              disableLogger: true,
              routerConfig: Sandbox.routerConfig
            }).pipe(Layer.provide(Layer.succeed(Clock.Clock, clock)))
          )
        )
      ),
      Layer.provideMerge(
        NodeHttpServer.layer(() => server, { host: options.host ?? "127.0.0.1", port: options.port ?? 0, backlog })
      )
    )
  })

/**
 * The URL of the served sandbox, for the option `baseUrl` of a connection.
 *
 * @category getters
 * @since 0.1.0
 */
export const baseUrl: Effect.Effect<string, never, HttpServer.HttpServer> = Effect.map(
  HttpServer.HttpServer,
  (server) => HttpServer.formatAddress(server.address)
)

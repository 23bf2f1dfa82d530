/**
 * Receives status callbacks on a route of Effect's `HttpRouter`. For its responses, see `StatusCallbackHandler`.
 *
 * @since 0.1.0
 */
import type * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import * as StatusCallbackHandler from "./StatusCallbackHandler.ts"

/**
 * The options of `StatusCallbackHandler`, with an optional `url`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Omit<StatusCallbackHandler.Options, "url"> {
  /**
   * The callback URL that Twilio was given. Default: the route's path without a query, at the origin of the request.
   * Required behind a proxy that terminates TLS or changes the host, and for a path with parameters.
   */
  readonly url?: StatusCallbackHandler.Options["url"] | undefined
}

/** Removes the span and log annotations of the place where the layer is built: those of the request apply. */
const withoutBuildContext = Context.omit(
  Tracer.ParentSpan,
  Scope.Scope,
  References.CurrentLogAnnotations,
  References.CurrentLogSpans
)

/** The path of the request, with the router's prefix. */
const pathOf = (request: Request): string => new URL(request.url).pathname

/**
 * Receives callbacks at a path. The Auth Token and the services that `onEvent` needs come from the program's layers.
 *
 * Other paths and queries than those of the option `url` are rejected. Dies if the path has parameters or a wildcard but
 * there's no `url`.
 *
 * @example
 * ```ts
 * import * as AuthToken from "@effect-twilio-video/core/AuthToken"
 * import * as StatusCallbackRoute from "@effect-twilio-video/http/StatusCallbackRoute"
 * import * as Effect from "effect/Effect"
 * import * as HttpRouter from "effect/http/HttpRouter"
 * import * as HttpServer from "effect/http/HttpServer"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Callbacks = StatusCallbackRoute.layer("/video-events", (event) => Effect.log(event._tag), {
 *   url: "https://example.com/video-events"
 * }).pipe(
 *   Layer.provide(AuthToken.layer({ authToken: Redacted.make("12345") })),
 *   Layer.provide(HttpServer.layerServices)
 * )
 *
 * const { dispose, handler } = HttpRouter.toWebHandler(Callbacks, { disableLogger: true })
 * const response = await handler(new Request("http://10.0.0.1/video-events", { method: "POST" }))
 * response.status // => 400
 * await dispose()
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = <E, R>(
  path: HttpRouter.PathInput,
  onEvent: StatusCallbackHandler.OnEvent<E, R>,
  options: Options = {}
): Layer.Layer<never, never, HttpRouter.HttpRouter | AuthToken.AuthToken | R> =>
  Layer.unwrap(
    Effect.contextWith((context: Context.Context<AuthToken.AuthToken | R>) => {
      // A sender could choose the end of such a path, and with it where the signed parameters begin.
      if (options.url === undefined && /[:*]/u.test(path)) {
        return Effect.die(new Error("A callback route whose path has parameters needs the option `url`."))
      }
      const receive = (request: Request) =>
        // Provided here, so that the route's requests have no requirements.
        Effect.provideContext(
          StatusCallbackHandler.handle(request, onEvent, { ...options, url: options.url ?? pathOf }),
          withoutBuildContext(context)
        ) as Effect.Effect<Response>
      return Effect.succeed(
        HttpRouter.add("*", path, (request) =>
          HttpServerRequest.toWeb(request.modify({ url: request.originalUrl })).pipe(
            Effect.flatMap(receive),
            Effect.map(HttpServerResponse.fromWeb),
            // An invalid host.
            Effect.orElseSucceed(() => HttpServerResponse.empty({ status: 400 }))
          )
        )
      )
    })
  )

/**
 * A receiver of Twilio's status callbacks as a route of Effect's `HttpRouter`. What it answers is in
 * `StatusCallbackHandler`.
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
 * How to receive, as in `StatusCallbackHandler`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Omit<StatusCallbackHandler.Options, "url"> {
  /**
   * The URL that Twilio was given. By default it's the route's path, without a query, at the origin that requests show.
   * Behind a proxy that ends TLS or changes the host, and for a path with parameters, give it here.
   */
  readonly url?: StatusCallbackHandler.Options["url"] | undefined
}

/** Leaves out where in the program the layer was built: a request's spans and logs belong to the request. */
const services = Context.omit(
  Tracer.ParentSpan,
  Scope.Scope,
  References.CurrentLogAnnotations,
  References.CurrentLogSpans
)

/** The path that was called, under any prefix of the router's. */
const pathOf = (request: Request): string => new URL(request.url).pathname

/**
 * Receives callbacks at a path, with the Auth Token and what `onEvent` needs from the program's layers.
 *
 * Only the route's own path and query are accepted: see the option `url`. Dies if the path has parameters or a wildcard
 * and there's no `url`.
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
      // A sender could choose the end of such a path, and so where the parameters begin.
      if (options.url === undefined && /[:*]/u.test(path)) {
        return Effect.die(new Error("A callback route whose path has parameters needs the option `url`."))
      }
      const receive = (request: Request) =>
        // The layer's own context has all that is needed: no request has to bring it.
        Effect.provideContext(
          StatusCallbackHandler.handle(request, onEvent, { ...options, url: options.url ?? pathOf }),
          services(context)
        ) as Effect.Effect<Response>
      return Effect.succeed(
        HttpRouter.add("*", path, (request) =>
          HttpServerRequest.toWeb(request.modify({ url: request.originalUrl })).pipe(
            Effect.flatMap(receive),
            Effect.map(HttpServerResponse.fromWeb),
            // A host that no URL can have.
            Effect.orElseSucceed(() => HttpServerResponse.empty({ status: 400 }))
          )
        )
      )
    })
  )

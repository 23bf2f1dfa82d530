/**
 * A receiver of Twilio's status callbacks as a route of Effect's `HttpRouter`. What it answers is in
 * `StatusCallbackHandler`.
 *
 * @since 0.1.0
 */
import type * as AuthToken from "@effect-twilio-video/core/AuthToken"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as StatusCallbackHandler from "./StatusCallbackHandler.ts"

/**
 * Receives callbacks at a path, with the Auth Token and what `onEvent` needs from the program's layers.
 *
 * The URL that is checked is the one that the server sees. Behind a proxy that is not the one that Twilio was given:
 * say it with `publicUrl`.
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
 *   publicUrl: "https://example.com"
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
  options: StatusCallbackHandler.Options = {}
): Layer.Layer<never, never, HttpRouter.HttpRouter | AuthToken.AuthToken | R> =>
  Layer.unwrap(
    Effect.contextWith((context: Context.Context<AuthToken.AuthToken | R>) =>
      Effect.succeed(
        HttpRouter.add("*", path, (request) =>
          HttpServerRequest.toWeb(request).pipe(
            Effect.flatMap(
              (web) =>
                // The layer's own context, which has all that is needed: no request has to bring it.
                Effect.provideContext(
                  StatusCallbackHandler.handle(web, onEvent, options),
                  context
                ) as Effect.Effect<Response>
            ),
            Effect.map(HttpServerResponse.fromWeb),
            // A host that no URL can have.
            Effect.orElseSucceed(() => HttpServerResponse.empty({ status: 400 }))
          )
        )
      )
    )
  )

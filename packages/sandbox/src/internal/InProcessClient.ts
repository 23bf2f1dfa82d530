/**
 * An `HttpClient` answered by a sandbox's routes in the same process, without a `Request` or a `Response` in between.
 * Holds no routes.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Routes from "./Routes.ts"

export const layer = (routes: Routes.Routes): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const app = yield* HttpRouter.toHttpEffect(routes.layer)
      const scope = yield* Effect.scope
      return HttpClient.make((request) => {
        const requestScope = Scope.forkUnsafe(scope)
        return app.pipe(
          Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
          Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
          Effect.provideService(Scope.Scope, requestScope),
          // The front door turns every failure into a response: what is left is a mistake of the sandbox.
          Effect.orDie,
          Effect.onExit((exit) => Scope.close(requestScope, exit))
        )
      })
    })
  ).pipe(Layer.provide(Layer.succeed(HttpRouter.RouterConfig, Routes.routerConfig)))

/**
 * An `HttpClient` answered by a sandbox's routes in the same process, without a `Request` or a `Response` in between.
 * Holds no routes.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as ConnectionReset from "../faults/ConnectionReset.ts"
import * as AccessControl from "./AccessControl.ts"
import * as Router from "./Router.ts"
import * as Routes from "./Routes.ts"

// As fetch fails where a connection broke.
const broken = (request: HttpClientRequest.HttpClientRequest) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({ request, cause: ConnectionReset.error() })
  })

export const layer = (sandbox: object): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      // Layers are memoized: without `fresh` it would be the application's own router, if the sandbox is part of one.
      const app = yield* HttpRouter.toHttpEffect(
        Layer.provideMerge(Routes.layer(sandbox, AccessControl.inProcess), Layer.fresh(HttpRouter.layer))
      )
      const scope = yield* Effect.scope
      return HttpClient.make((request) => {
        const requestScope = Scope.forkUnsafe(scope)
        return app.pipe(
          Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
          Effect.provideService(Scope.Scope, requestScope),
          // The front door turns every failure into a response: what is left is a mistake of the sandbox.
          Effect.orDie,
          Effect.flatMap((response) =>
            response === ConnectionReset.noResponse
              ? Effect.fail(broken(request))
              : Effect.succeed(HttpServerResponse.toClientResponse(response, { request }))
          ),
          Effect.onExit((exit) => Scope.close(requestScope, exit))
        )
      })
    })
  ).pipe(Layer.provide(Layer.succeed(HttpRouter.RouterConfig, Router.config)))

/**
 * An `HttpClient` that calls a sandbox's routes in the same process, without converting to a web `Request` and
 * `Response`.
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

// The error that `fetch` gives after a connection reset.
const broken = (request: HttpClientRequest.HttpClientRequest) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({ request, cause: ConnectionReset.error() })
  })

export const layer = (sandbox: object): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      // Layers are memoized: without `fresh`, the sandbox would share the router of an application that it's part of.
      const app = yield* HttpRouter.toHttpEffect(
        Layer.provideMerge(Routes.layer(sandbox, AccessControl.inProcess), Layer.fresh(HttpRouter.layer))
      )
      const scope = yield* Effect.scope
      return HttpClient.make((request) => {
        const requestScope = Scope.forkUnsafe(scope)
        return app.pipe(
          Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
          Effect.provideService(Scope.Scope, requestScope),
          // The middleware turns every failure into a response. Any other failure is a bug in the sandbox.
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

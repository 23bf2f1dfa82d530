/**
 * The middleware of all routes: checks access, starts the sandbox, and dispatches to Twilio's API or to the controls.
 * Requests to the controls need no credentials, aren't logged and get no faults.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import type * as Controls from "../controls/Controls.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import type * as AccessControl from "./AccessControl.ts"
import * as Router from "./Router.ts"
import * as TwilioApi from "./TwilioApi.ts"

// The controls also accept PUT and PATCH.
const controlCorsHeaders = {
  ...TwilioApi.corsHeaders,
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS"
}

const isControl = (path: string): boolean => path === "/sandbox" || path.startsWith("/sandbox/")

/** The response to a request for a page of the console; undefined if it isn't one. */
export type Page = (
  request: HttpServerRequest.HttpServerRequest,
  url: RequestUrl.Path
) => HttpServerResponse.HttpServerResponse | undefined

/** `unknown` is the response to a path or method that isn't a control. */
export const make = (
  parts: Controls.Parts,
  access: AccessControl.AccessControl,
  unknown: HttpServerResponse.HttpServerResponse,
  scope: Scope.Scope,
  page?: Page
) => {
  const twilioApi = TwilioApi.make(parts, scope)

  const control = <E, R>(
    router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
    request: HttpServerRequest.HttpServerRequest,
    path: string
  ) => {
    if (request.method === "OPTIONS") return Effect.succeed(TwilioApi.preflight)
    const refusal = access.controlRefusal(request)
    return refusal === undefined
      ? Router.route(router, request, Router.canonicalPath(path) ?? path, () => unknown)
      : Effect.succeed(refusal)
  }

  return HttpRouter.middleware(
    (router) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const refusal = access.refusal(request)
        if (refusal !== undefined) return refusal
        const processClock = yield* Clock.Clock
        const clock = parts.engine.clock ?? processClock
        const now = clock.currentTimeMillisUnsafe()
        // Before routing, so that an invalid scenario is a defect and not a response.
        parts.lifecycle.start(now)
        const url = RequestUrl.path(request)
        const shown = page?.(request, url)
        if (shown !== undefined) return shown
        const response = isControl(url.path)
          ? Effect.map(control(router, request, url.path), HttpServerResponse.setHeaders(controlCorsHeaders))
          : twilioApi(router, { request, url, clock, now })
        // A server's requests already have its clock. Those of a client in process don't.
        return yield* clock === processClock ? response : Effect.provideService(response, Clock.Clock, clock)
      }),
    { global: true }
  )
}

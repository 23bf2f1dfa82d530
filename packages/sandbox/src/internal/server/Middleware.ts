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
import * as ControlRoutes from "../controls/ControlRoutes.ts"
import type * as Controls from "../controls/Controls.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import type * as AccessControl from "./AccessControl.ts"
import * as Router from "./Router.ts"
import * as TwilioApi from "./TwilioApi.ts"

// The controls also accept PUT.
const controlCorsHeaders = {
  ...TwilioApi.corsHeaders,
  "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS"
}

const isControl = (path: string): boolean => path === "/sandbox" || path.startsWith("/sandbox/")

export const make = (parts: Controls.Parts, access: AccessControl.AccessControl, scope: Scope.Scope) => {
  const twilioApi = TwilioApi.make(parts, scope)

  const control = <E, R>(
    router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
    request: HttpServerRequest.HttpServerRequest,
    path: string
  ) => {
    if (request.method === "OPTIONS") return Effect.succeed(TwilioApi.preflight)
    const refusal = access.controlRefusal(request)
    return refusal === undefined
      ? Router.route(router, request, Router.canonicalPath(path) ?? path, () => ControlRoutes.unknown)
      : Effect.succeed(refusal)
  }

  return HttpRouter.middleware(
    (router) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const refusal = access.refusal(request)
        if (refusal !== undefined) return refusal
        const clock = yield* Clock.Clock
        const now = clock.currentTimeMillisUnsafe()
        // Before routing, so that an invalid scenario is a defect and not a response.
        parts.lifecycle.start(now)
        const url = RequestUrl.path(request)
        return isControl(url.path)
          ? HttpServerResponse.setHeaders(yield* control(router, request, url.path), controlCorsHeaders)
          : yield* twilioApi(router, { request, url, clock, now })
      }),
    { global: true }
  )
}

/**
 * Handles requests to Twilio's API before and after the router: the request log, authentication, the quota, unknown
 * paths and methods, faults, and the headers that every response has.
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import type * as Assumptions from "../../Assumptions.ts"
import * as Lookup from "../api/Lookup.ts"
import type * as Controls from "../controls/Controls.ts"
import * as FaultInjector from "../faults/FaultInjector.ts"
import * as RequestLog from "../journal/RequestLog.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as ExecutionContext from "../wire/ExecutionContext.ts"
import * as OperationLookup from "../wire/OperationLookup.ts"
import type * as RequestUrl from "../wire/RequestUrl.ts"
import * as Authentication from "./Authentication.ts"
import * as Router from "./Router.ts"

type Request = HttpServerRequest.HttpServerRequest
type Response = HttpServerResponse.HttpServerResponse

/** The CORS headers that Twilio's specification declares for every response. */
export const corsHeaders = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers":
    "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since",
  "access-control-allow-credentials": "true",
  "access-control-expose-headers": "ETag, Twilio-Request-Id"
} as const

export const preflight = HttpServerResponse.empty({ status: 204 })

const challenge = HttpServerResponse.setHeader(
  ErrorBody.toResponse(ErrorBody.make(401, 20003, "Authenticate")),
  "www-authenticate",
  'Basic realm="Twilio API"'
)

const tooManyRequests = ({ retryAfterOn429 }: Assumptions.Assumptions): Response => {
  const response = ErrorBody.toResponse(ErrorBody.make(429, 20429, "Too Many Requests"))
  return retryAfterOn429 === "none" ? response : HttpServerResponse.setHeader(response, "retry-after", "1")
}

const methodNotAllowed = ErrorBody.toResponse(ErrorBody.make(405, 20004, "Method not allowed"))

const notEmulated = (resource: string) =>
  ErrorBody.make(
    501,
    20501,
    `The sandbox doesn't emulate ${resource}. It emulates Rooms, Participants, PublishedTracks, SubscribedTracks and ` +
      "SubscribeRules."
  )

/** Whether the path may end as it does: a trailing slash depends on the assumption. */
const isAccepted = ({ trailingSlash }: Assumptions.Assumptions, { cut }: RequestUrl.Path): boolean =>
  !cut || trailingSlash === "accept"

/** The path for the router; undefined if the request can't be routed. */
const routerPath = (assumptions: Assumptions.Assumptions, url: RequestUrl.Path): string | undefined => {
  if (!isAccepted(assumptions, url)) return undefined
  const path = assumptions.jsonSuffix === "accept" ? url.path.replace(/(?<=[^/])\.json$/u, "") : url.path
  return Router.canonicalPath(path)
}

/** The error for a path that can't be routed. */
const unroutable = (assumptions: Assumptions.Assumptions, url: RequestUrl.Path): ErrorBody.ErrorBody => {
  if (!isAccepted(assumptions, url)) return Lookup.notFound(assumptions, `${url.path}/`)
  return ErrorBody.make(400, assumptions.invalidParameterCode, "The path has a malformed percent-escape")
}

/** The response to a path or a method without an endpoint. */
const unrouted = (assumptions: Assumptions.Assumptions, path: string, shown: string): Response => {
  if (OperationLookup.isKnownPath(path)) {
    return methodNotAllowed
  }
  const resource = OperationLookup.notEmulated(path)
  return ErrorBody.toResponse(resource === undefined ? Lookup.notFound(assumptions, shown) : notEmulated(resource))
}

/** Runs work that continues until the scope closes, even if the waiting fiber is interrupted. */
const outlive =
  (scope: Scope.Scope) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkIn(work, scope, { startImmediately: true })
      ExecutionContext.waitUntil(yield* ExecutionContext.ExecutionContext, fiber)
      // A server runs handlers uninterruptibly, but the wait must end when the client disconnects.
      return yield* Effect.interruptible(Fiber.join(fiber))
    })

export interface Incoming {
  readonly request: Request
  readonly url: RequestUrl.Path
  readonly clock: Clock.Clock
  readonly now: number
}

/** Requests that faults delay continue until `scope` closes. */
export const make = ({ engine, faults, log, quota }: Controls.Parts, scope: Scope.Scope) => {
  const { assumptions } = engine

  /** The response to a request that isn't routed: a preflight, without valid credentials, or over the quota. */
  const refuse = (request: Request, now: number): Response | undefined => {
    if (request.method === "OPTIONS") return preflight
    if (!Authentication.isAuthenticated(engine, request)) return challenge
    // The quota is per account, so only authenticated requests count.
    return quota.admit(request.method, now) ? undefined : tooManyRequests(assumptions)
  }

  const inject = <E, R>(
    request: Request,
    path: string,
    entry: RequestLog.Entry,
    handling: Omit<FaultInjector.Handling<E, R>, "outlive" | "isStale">
  ): Effect.Effect<Response, E, R> => {
    const operation = faults.any ? OperationLookup.find(request.method, path) : undefined
    const fault = operation === undefined ? undefined : faults.trigger(operation)
    if (fault === undefined) return Effect.map(handling.process, handling.finish)
    entry.fault = fault.type
    const { store } = engine
    const isStale = () => engine.store !== store
    const injected = FaultInjector.inject(fault, request, { ...handling, outlive: outlive(scope), isStale })
    return Effect.onInterrupt(injected, () =>
      Effect.sync(() => {
        entry.abandoned = true
        log.observer?.(entry)
      })
    )
  }

  return <E, R>(router: Effect.Effect<Response, E, R>, { clock, now, request, url }: Incoming) => {
    const path = routerPath(assumptions, url)
    const entry = log.add(now, request, url.target, path)
    const logStatus = (response: Response) => {
      log.addResponse(entry, response)
      return response
    }
    const finish = (response: Response) =>
      HttpServerResponse.setHeaders(logStatus(response), {
        ...corsHeaders,
        // From Effect's clock, like the dates of records.
        date: new Date(clock.currentTimeMillisUnsafe()).toUTCString(),
        "twilio-request-id": entry.id
      })
    const refusal = refuse(request, now)
    if (refusal !== undefined) return Effect.succeed(finish(refusal))
    if (path === undefined) return Effect.succeed(finish(ErrorBody.toResponse(unroutable(assumptions, url))))
    const routed = Router.route(router, request, path, () => unrouted(assumptions, path, url.path))
    const process = request.method === "POST" ? Effect.provideService(routed, RequestLog.Current, entry) : routed
    return inject(request, path, entry, { process, finish, log: logStatus })
  }
}

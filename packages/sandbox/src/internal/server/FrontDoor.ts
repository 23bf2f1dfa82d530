/**
 * What every request to the sandbox passes before it is routed, and every response on its way out: who may come in,
 * CORS, credentials, malformed paths, unknown paths and methods, the request id. Holds no endpoint.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"
import * as ControlRoutes from "../controls/ControlRoutes.ts"
import * as Endpoint from "../api/Endpoint.ts"
import type * as Entrance from "./Entrance.ts"
import type * as Controls from "../controls/Controls.ts"
import * as FaultPlay from "../faults/FaultPlay.ts"
import * as Operations from "../wire/Operations.ts"
import type * as Quota from "./Quota.ts"
import * as RequestLog from "../journal/RequestLog.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"
import * as WaitUntil from "../engine/WaitUntil.ts"
import * as WireBody from "../wire/WireBody.ts"

const authenticate = WireBody.error(401, 20003, "Authenticate")

const tooManyRequests = WireBody.error(429, 20429, "Too Many Requests")

const internalError = WireBody.error(500, 20500, "Internal Server Error")

const authorized = (credentials: SandboxCredentials.SandboxCredentials, bearer: boolean) => {
  const accepted = new Set([
    `${credentials.accountSid}:${credentials.authToken}`,
    `${credentials.apiKeySid}:${credentials.apiKeySecret}`
  ])
  return (request: HttpServerRequest.HttpServerRequest): boolean => {
    const { authorization } = request.headers
    if (authorization === undefined) return false
    const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/iu.exec(authorization)?.[1]
    if (encoded !== undefined) {
      const decoded = Result.getOrUndefined(Base64.decodeString(encoded))
      return decoded !== undefined && accepted.has(decoded)
    }
    const token = /^Bearer +(\S+) *$/iu.exec(authorization)?.[1]
    return bearer && token !== undefined && token === credentials.bearerToken
  }
}

/**
 * The path with every segment encoded one way, or nothing where an escape is malformed. The router takes `;` for the
 * end of the path, as some servers do; Twilio does not, and an identity may hold one.
 */
export const canonicalPath = (path: string): string | undefined => {
  if (!/[%;]/u.test(path)) return path
  try {
    return path
      .split("/")
      .map((segment) => encodeURIComponent(decodeURIComponent(segment)))
      .join("/")
  } catch {
    return undefined
  }
}

const preflight = HttpServerResponse.empty({ status: 204 })

const challenge = HttpServerResponse.setHeader(
  Endpoint.refuse(authenticate),
  "www-authenticate",
  'Basic realm="Twilio API"'
)

// Twilio's, and the controls have one more method.
const controlCors = { ...WireBody.corsHeaders, "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS" }

const notEmulated = (resource: string) =>
  WireBody.error(
    501,
    20501,
    `The sandbox does not emulate ${resource}. It has rooms, participants, published and subscribed tracks, and ` +
      "subscribe rules."
  )

const isControl = (path: string): boolean => path === "/sandbox" || path.startsWith("/sandbox/")

/** Does work until the scope closes, whatever becomes of the fiber that waits for it. */
const outlive =
  (scope: Scope.Scope) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkIn(work, scope, { startImmediately: true })
      WaitUntil.hold(yield* WaitUntil.WaitUntil, fiber)
      // A server runs this without interruption, and the client may give up.
      return yield* Effect.interruptible(Fiber.join(fiber))
    })

/**
 * Middleware for the whole router. Twilio's API asks for credentials before anything else, and then for the quota; the
 * sandbox's controls are not Twilio's, ask for none, are not logged, and meet no faults. What faults put off goes on
 * until the scope closes.
 */
export const middleware = (
  { credentials, engine, faults, log }: Controls.Parts,
  admit: Quota.Admit,
  entrance: Entrance.Entrance,
  scope: Scope.Scope
) => {
  const { assumptions } = engine
  const isAuthorized = authorized(credentials, assumptions.bearerAuth === "accept")
  const methodNotAllowed = WireBody.error(405, assumptions.methodNotAllowedCode, "Method not allowed")
  const overQuota =
    assumptions.retryAfterOn429 === "none"
      ? Endpoint.refuse(tooManyRequests)
      : HttpServerResponse.setHeader(Endpoint.refuse(tooManyRequests), "retry-after", "1")
  const cutSuffix = (path: string): string =>
    assumptions.jsonSuffix === "accept" ? path.replace(/(?<=[^/])\.json$/u, "") : path
  const malformed = (path: string) =>
    assumptions.malformedPath === "refuse"
      ? WireBody.error(400, assumptions.invalidParameterCode, "The path holds a malformed percent-escape")
      : Endpoint.notFound(assumptions, path)

  const unrouted = (path: string, shown: string): HttpServerResponse.HttpServerResponse => {
    if (Operations.isKnownPath(path)) return Endpoint.refuse(methodNotAllowed)
    const resource = Operations.notEmulated(path)
    return Endpoint.refuse(resource === undefined ? Endpoint.notFound(assumptions, shown) : notEmulated(resource))
  }

  return HttpRouter.middleware(
    (routed) => {
      const route = (
        request: HttpServerRequest.HttpServerRequest,
        path: string,
        unrouted: () => HttpServerResponse.HttpServerResponse
      ) =>
        routed.pipe(
          Effect.provideService(HttpServerRequest.HttpServerRequest, request.modify({ url: path })),
          Effect.catchCause((cause) => {
            // The type of middleware hides which errors a route can have; the router's own is the one looked for.
            const failure: unknown = Option.getOrUndefined(Cause.findErrorOption(cause))
            if (HttpServerError.isHttpServerError(failure) && failure.reason._tag === "RouteNotFound") {
              return Effect.succeed(unrouted())
            }
            return Cause.hasInterrupts(cause)
              ? Effect.failCause(cause)
              : Effect.as(Effect.logError("The sandbox failed on a request", cause), Endpoint.refuse(internalError))
          })
        )

      const twilio = (
        request: HttpServerRequest.HttpServerRequest,
        url: ReturnType<typeof RequestUrl.path>,
        clock: Clock.Clock,
        now: number
      ) => {
        const { cut, path: shown, target } = url
        const isThere = !cut || assumptions.trailingSlash !== "not-found"
        const path = isThere ? canonicalPath(cutSuffix(shown)) : undefined
        const entry = new RequestLog.Entry(engine.requestId(), now, request.method, target, path)
        log.add(entry)
        const note = (response: HttpServerResponse.HttpServerResponse) => {
          entry.status = response.status
          return response
        }
        const dress = (response: HttpServerResponse.HttpServerResponse) =>
          HttpServerResponse.setHeaders(note(response), {
            ...WireBody.corsHeaders,
            // By the clock of the records' dates, and not by the server's.
            date: new Date(clock.currentTimeMillisUnsafe()).toUTCString(),
            "twilio-request-id": entry.id
          })
        if (request.method === "OPTIONS") return Effect.succeed(dress(preflight))
        if (!isAuthorized(request)) return Effect.succeed(dress(challenge))
        // The quota is an account's, so it counts what is known to be the account's.
        if (!admit(request.method, now)) return Effect.succeed(dress(overQuota))
        if (!isThere) return Effect.succeed(dress(Endpoint.refuse(Endpoint.notFound(assumptions, `${shown}/`))))
        if (path === undefined) return Effect.succeed(dress(Endpoint.refuse(malformed(shown))))
        const routed = route(request, path, () => unrouted(path, shown))
        const process = request.method === "POST" ? Effect.provideService(routed, RequestLog.Current, entry) : routed
        const operation = faults.any ? Operations.find(request.method, path) : undefined
        const fault = operation === undefined ? undefined : faults.strike(operation)
        if (fault === undefined) return Effect.map(process, dress)
        entry.fault = fault.type
        const { world } = engine
        const usual = { process, dress, note, outlive: outlive(scope), isStale: () => engine.world !== world }
        return Effect.onInterrupt(FaultPlay.play(fault, request, usual), () =>
          Effect.sync(() => {
            entry.abandoned = true
          })
        )
      }

      const control = (request: HttpServerRequest.HttpServerRequest, path: string) => {
        if (request.method === "OPTIONS") return Effect.succeed(preflight)
        const refusal = entrance.controlRefusal(request)
        return refusal === undefined
          ? route(request, canonicalPath(path) ?? path, () => ControlRoutes.unknown)
          : Effect.succeed(refusal)
      }

      return Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const refusal = entrance.refusal(request)
        if (refusal !== undefined) return refusal
        // Here, where what goes wrong is a defect and not the answer to a request.
        const clock = yield* Clock.Clock
        const now = clock.currentTimeMillisUnsafe()
        engine.start(now)
        const url = RequestUrl.path(request)
        return isControl(url.path)
          ? HttpServerResponse.setHeaders(yield* control(request, url.path), controlCors)
          : yield* twilio(request, url, clock, now)
      })
    },
    { global: true }
  )
}

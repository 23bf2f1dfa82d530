/**
 * What every request to the sandbox passes before it is routed, and every response on its way out: CORS, credentials,
 * malformed paths, unknown paths and methods, the request id. Holds no endpoint.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as SandboxCredentials from "../SandboxCredentials.ts"
import * as ControlRoutes from "./ControlRoutes.ts"
import * as RequestUrl from "./RequestUrl.ts"
import type { RoomEngine } from "./RoomEngine.ts"
import * as TwilioRoutes from "./TwilioRoutes.ts"
import * as WireBody from "./WireBody.ts"

const authenticate = WireBody.error(401, 20003, "Authenticate")

const internalError = WireBody.error(500, 20500, "Internal Server Error")

const authorized = (credentials: SandboxCredentials.SandboxCredentials) => {
  const accepted = new Set([
    `${credentials.accountSid}:${credentials.authToken}`,
    `${credentials.apiKeySid}:${credentials.apiKeySecret}`
  ])
  return (request: HttpServerRequest.HttpServerRequest): boolean => {
    const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/iu.exec(request.headers.authorization ?? "")?.[1]
    if (encoded === undefined) return false
    const decoded = Result.getOrUndefined(Base64.decodeString(encoded))
    return decoded !== undefined && accepted.has(decoded)
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

const knownPath = /^\/v1\/Rooms\/[^/]+\/Participants(\/[^/]+(\/Anonymize)?)?$/u

const preflight = HttpServerResponse.empty({ status: 204 })

const challenge = HttpServerResponse.setHeader(
  TwilioRoutes.refuse(authenticate),
  "www-authenticate",
  'Basic realm="Twilio API"'
)

const isControl = (path: string): boolean => path === "/sandbox" || path.startsWith("/sandbox/")

/**
 * Middleware for the whole router. Twilio's API asks for credentials before anything else; the sandbox's controls are
 * not Twilio's, and ask for none.
 */
export const middleware = (engine: RoomEngine, credentials: SandboxCredentials.SandboxCredentials) => {
  const isAuthorized = authorized(credentials)
  const methodNotAllowed = WireBody.error(405, engine.assumptions.methodNotAllowedCode, "Method not allowed")
  const malformed = (path: string) =>
    engine.assumptions.malformedPath === "refuse"
      ? WireBody.error(400, engine.assumptions.invalidParameterCode, "The path holds a malformed percent-escape")
      : TwilioRoutes.notFound(path)

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
              : Effect.as(Effect.logError("The sandbox failed on a request", cause), TwilioRoutes.refuse(internalError))
          })
        )

      const twilio = (request: HttpServerRequest.HttpServerRequest, shown: string) => {
        if (request.method === "OPTIONS") return Effect.succeed(preflight)
        if (!isAuthorized(request)) return Effect.succeed(challenge)
        const path = canonicalPath(shown)
        return path === undefined
          ? Effect.succeed(TwilioRoutes.refuse(malformed(shown)))
          : route(request, path, () =>
              TwilioRoutes.refuse(knownPath.test(path) ? methodNotAllowed : TwilioRoutes.notFound(shown))
            )
      }

      return Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          engine.start(now)
          const path = RequestUrl.path(request)
          if (isControl(path)) return route(request, canonicalPath(path) ?? path, () => ControlRoutes.unknown)
          return Effect.map(twilio(request, path), (response) =>
            HttpServerResponse.setHeaders(response, {
              ...WireBody.corsHeaders,
              "twilio-request-id": engine.requestId()
            })
          )
        })
      )
    },
    { global: true }
  )
}

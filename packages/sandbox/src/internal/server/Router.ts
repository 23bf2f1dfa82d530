/**
 * Passes requests to the router under a canonical path. Maps unknown routes and defects to responses.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as ErrorBody from "../wire/ErrorBody.ts"

const internalError = ErrorBody.make(500, 20500, "Internal Server Error")

/** The router's settings. Its default limit of 100 characters per parameter is too small for an encoded identity. */
export const config = {
  caseSensitive: true,
  // Two adjacent slashes enclose an empty segment, such as an empty identity.
  ignoreDuplicateSlashes: false,
  maxParamLength: 65_536
} as const

/**
 * The path with every segment encoded the same way; undefined if a percent-escape is malformed. Encodes `;`, which an
 * identity may contain and at which the router would end the path.
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

/** Returns the router's response, the one of `unrouted` if no route matches, or 500 after a defect. */
export const route = <E, R>(
  router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  request: HttpServerRequest.HttpServerRequest,
  path: string,
  unrouted: () => HttpServerResponse.HttpServerResponse
) =>
  router.pipe(
    Effect.provideService(HttpServerRequest.HttpServerRequest, request.modify({ url: path })),
    Effect.catchCause((cause) => {
      // The type of middleware hides the errors of the routes. `RouteNotFound` is the router's own.
      const failure: unknown = Option.getOrUndefined(Cause.findErrorOption(cause))
      if (HttpServerError.isHttpServerError(failure) && failure.reason._tag === "RouteNotFound") {
        return Effect.succeed(unrouted())
      }
      return Cause.hasInterrupts(cause)
        ? Effect.failCause(cause)
        : Effect.as(
            Effect.logError("A request to the sandbox failed with a defect", cause),
            ErrorBody.toResponse(internalError)
          )
    })
  )

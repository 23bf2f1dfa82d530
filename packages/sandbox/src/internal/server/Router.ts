/**
 * Passes a request to the router, under a path in the router's form.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as ErrorBody from "../wire/ErrorBody.ts"

const internalError = ErrorBody.make(500, 20500, "Internal Server Error")

/** The router's settings. Its own limit of 100 on a parameter is too small: an encoded identity has up to 1,536. */
export const config = {
  caseSensitive: true,
  // Two slashes enclose an empty identity.
  ignoreDuplicateSlashes: false,
  maxParamLength: 65_536
} as const

/**
 * The path with every segment encoded the same way; undefined if an escape is malformed. The router ends a path at `;`,
 * which an identity may contain.
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

/** The router's response; that of `unrouted` if there is no such route, and 500 after a defect. */
export const route = <E, R>(
  router: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  request: HttpServerRequest.HttpServerRequest,
  path: string,
  unrouted: () => HttpServerResponse.HttpServerResponse
) =>
  router.pipe(
    Effect.provideService(HttpServerRequest.HttpServerRequest, request.modify({ url: path })),
    Effect.catchCause((cause) => {
      // The type of middleware hides which errors routes have. This one is the router's own.
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

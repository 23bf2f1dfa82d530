/**
 * Injects a fault into the handling of a request.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import type * as Fault from "../../Fault.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as ConnectionReset from "./ConnectionReset.ts"

type Response = HttpServerResponse.HttpServerResponse

const errorResponse = (fault: Extract<Fault.Fault, { readonly type: "status" }>): Response => {
  const { code = 20_000 + fault.status, message = "Fault injected by the sandbox", retryAfter, status } = fault
  const response = ErrorBody.toResponse(ErrorBody.make(status, code, message))
  return retryAfter === undefined ? response : HttpServerResponse.setHeader(response, "retry-after", String(retryAfter))
}

const proxyPage = (status = 502): Response =>
  HttpServerResponse.text(`<html>\n<head><title>${status}</title></head>\n<body><h1>${status}</h1></body>\n</html>\n`, {
    status,
    contentType: "text/html"
  })

/** How a request is handled without a fault. */
export interface Handling<E, R> {
  /** Processes the request. `finish` adds the common headers to the response. */
  readonly process: Effect.Effect<Response, E, R>
  /** Adds the headers that every response of Twilio's API has, and logs the status. */
  readonly finish: (response: Response) => Response
  /** Logs the status of a response. */
  readonly log: (response: Response) => Response
  /** Runs work that continues if the client disconnects, and waits for it. */
  readonly outlive: <A, WorkE, WorkR>(work: Effect.Effect<A, WorkE, WorkR>) => Effect.Effect<A, WorkE, WorkR>
  /** Whether the rooms were replaced since the request arrived. */
  readonly isStale: () => boolean
}

const delay = <E, R>(
  millis: number,
  request: HttpServerRequest.HttpServerRequest,
  { finish, isStale, outlive, process }: Handling<E, R>
): Effect.Effect<Response, E, R> => {
  const work = Effect.gen(function* () {
    const buffered = yield* RequestBody.buffer(request, process)
    yield* Effect.sleep(millis)
    return isStale() ? undefined : finish(yield* buffered)
  })
  // Reset from the waiting fiber: once the client has disconnected, there's nothing to reset.
  return Effect.filterOrElse(outlive(work), Predicate.isNotUndefined, () => ConnectionReset.reset(request))
}

export const inject = <E, R>(
  fault: Fault.Fault,
  request: HttpServerRequest.HttpServerRequest,
  handling: Handling<E, R>
): Effect.Effect<Response, E, R> => {
  const { finish, log, outlive, process } = handling
  const processed = Effect.map(process, finish)
  switch (fault.type) {
    case "status":
      return Effect.sync(() => finish(errorResponse(fault)))
    case "delay":
      return delay(fault.millis, request, handling)
    case "late-response":
      // A server runs handlers uninterruptibly, but the wait must end when the client disconnects.
      return Effect.tap(outlive(processed), () => Effect.interruptible(Effect.sleep(fault.millis)))
    case "reset":
      return ConnectionReset.reset(request)
    case "lost-response":
      return Effect.andThen(process, ConnectionReset.reset(request))
    case "truncated-body":
      return Effect.map(processed, (response) => ConnectionReset.truncate(request, response))
    case "html":
      return Effect.sync(() => log(proxyPage(fault.status)))
    case "wrong-content-type":
      return Effect.map(processed, HttpServerResponse.setHeader("content-type", fault.contentType ?? "text/html"))
  }
}

/**
 * Injects a fault into the response to a request.
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
  /** Processes the request. The response lacks the headers that every response has. */
  readonly process: Effect.Effect<Response, E, R>
  /** Adds the headers that every response of Twilio's API has, and logs the status. */
  readonly finish: (response: Response) => Response
  /** Logs the status of a response. */
  readonly log: (response: Response) => Response
  /** Runs work that goes on if the client gives up, and waits for it until then. */
  readonly outlive: <A, WorkE, WorkR>(work: Effect.Effect<A, WorkE, WorkR>) => Effect.Effect<A, WorkE, WorkR>
  /** Have the rooms been replaced since the request came in? */
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
  // The waiting fiber resets it: once the client is gone, there is no connection.
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
      // A server runs this uninterruptibly, and the client may give up.
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

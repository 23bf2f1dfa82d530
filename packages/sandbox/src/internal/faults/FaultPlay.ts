/**
 * What a fault does to a request. Holds no choice of which: see `Faults`.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import type * as Fault from "../../Fault.ts"
import * as Connection from "../wire/Connection.ts"
import * as Endpoint from "../api/Endpoint.ts"
import * as RequestBody from "../wire/RequestBody.ts"
import * as WireBody from "../wire/WireBody.ts"

type Response = HttpServerResponse.HttpServerResponse

const refusal = (fault: Extract<Fault.Fault, { readonly type: "status" }>): Response => {
  const { code = 20_000 + fault.status, message = "A fault of the sandbox", retryAfter, status } = fault
  const response = Endpoint.refuse(WireBody.error(status, code, message))
  return retryAfter === undefined ? response : HttpServerResponse.setHeader(response, "retry-after", String(retryAfter))
}

const page = (status = 502): Response =>
  HttpServerResponse.text(`<html>\n<head><title>${status}</title></head>\n<body><h1>${status}</h1></body>\n</html>\n`, {
    status,
    contentType: "text/html"
  })

/** How a request is answered without a fault. */
export interface Usual<E, R> {
  /** What happens, and Twilio's answer to it, without what every answer has. */
  readonly process: Effect.Effect<Response, E, R>
  /** Adds what every answer of Twilio's has, and notes the status as {@link Usual.note} does. */
  readonly dress: (response: Response) => Response
  /** Notes the status of an answer. */
  readonly note: (response: Response) => Response
  /** Does work that goes on when the client gives up, and waits for it as long as the client does. */
  readonly outlive: <A, WorkE, WorkR>(work: Effect.Effect<A, WorkE, WorkR>) => Effect.Effect<A, WorkE, WorkR>
  /** Were the rooms replaced since the request came in? */
  readonly isStale: () => boolean
}

const delay = <E, R>(
  millis: number,
  request: HttpServerRequest.HttpServerRequest,
  { dress, isStale, outlive, process }: Usual<E, R>
): Effect.Effect<Response, E, R> => {
  const work = Effect.gen(function* () {
    const held = yield* RequestBody.hold(request, process)
    yield* Effect.sleep(millis)
    return isStale() ? undefined : dress(yield* held)
  })
  // Cut by who waits: without a client there is no connection.
  return Effect.filterOrElse(outlive(work), Predicate.isNotUndefined, () => Connection.cut(request))
}

/** Answers a request as the fault has it. */
export const play = <E, R>(
  fault: Fault.Fault,
  request: HttpServerRequest.HttpServerRequest,
  usual: Usual<E, R>
): Effect.Effect<Response, E, R> => {
  const { dress, note, process } = usual
  const processed = Effect.map(process, dress)
  switch (fault.type) {
    case "status":
      return Effect.sync(() => dress(refusal(fault)))
    case "delay":
      return delay(fault.millis, request, usual)
    case "late-answer":
      // A server runs this without interruption, and the client may give up.
      return Effect.tap(usual.outlive(processed), () => Effect.interruptible(Effect.sleep(fault.millis)))
    case "reset":
      return Connection.cut(request)
    case "lost-answer":
      return Effect.andThen(process, Connection.cut(request))
    case "truncated-body":
      return Effect.map(processed, (response) => Connection.breakOff(request, response))
    case "html":
      return Effect.sync(() => note(page(fault.status)))
    case "wrong-content-type":
      return Effect.map(processed, HttpServerResponse.setHeader("content-type", fault.contentType ?? "text/html"))
  }
}

/**
 * Resets the connection of a request, before its response or in the middle of it, on a server, in a web handler and in
 * process.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"

/** The part of Node's socket that is used here. */
interface Socket {
  readonly destroyed: boolean
  readonly destroy: () => void
  readonly destroySoon: () => void
  readonly once: (event: "close", listener: () => void) => void
}

const isSocket = (value: unknown): value is Socket =>
  Predicate.hasProperty(value, "destroySoon") && Predicate.isFunction(value.destroySoon)

// Recognized by its methods, so that other runtimes import nothing from Node.
const socketOf = ({ source }: HttpServerRequest.HttpServerRequest): Socket | undefined =>
  Predicate.hasProperty(source, "socket") && isSocket(source.socket) ? source.socket : undefined

// Effect's web handlers resolve their promise through this property of the request, and have no other way to reject it.
const settle = Symbol.for("@effect/platform/HttpApp/resolve")

/** The error that a runtime gives. Clients read its `code`. */
export const error = (): Error => Object.assign(new Error("Connection reset by the sandbox"), { code: "ECONNRESET" })

/**
 * Stands for a missing response when there is no connection to reset, as in process. A transport that doesn't recognize
 * it sends a body that fails at once.
 */
export const noResponse: HttpServerResponse.HttpServerResponse = HttpServerResponse.stream(
  Stream.suspend(() => Stream.fail(error()))
)

/** Resets the connection. The returned response is never sent, or is {@link noResponse}. */
export const reset = (
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.sync(() => {
    const socket = socketOf(request)
    if (socket !== undefined) {
      socket.destroy()
      return HttpServerResponse.empty()
    }
    if (Predicate.hasProperty(request, settle) && Predicate.isFunction(request[settle])) {
      request[settle](Promise.reject(error()))
      return HttpServerResponse.empty()
    }
    return noResponse
  })

const closed = (socket: Socket): Effect.Effect<never, Error> =>
  Effect.callback((resume) => {
    const fail = () => resume(Effect.fail(error()))
    if (socket.destroyed) return fail()
    socket.once("close", fail)
    // Sends the pending data first.
    socket.destroySoon()
  })

/** The same response, except that the connection is reset after half of the body. */
export const truncate = (
  request: HttpServerRequest.HttpServerRequest,
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => {
  // The headers announce the length of the whole body.
  const { body, headers, status } = response
  const bytes = body._tag === "Uint8Array" ? body.body : new Uint8Array()
  const socket = socketOf(request)
  const end = socket === undefined ? Effect.fail(error()) : closed(socket)
  const half = Stream.succeed(bytes.slice(0, bytes.length >> 1))
  return HttpServerResponse.stream(Stream.concat(half, Stream.fromEffect(end)), { status, headers })
}

/**
 * The connection that a request came on, cut: at once, or in the middle of an answer. Each way in breaks as a real
 * connection does there. Holds no fault.
 */
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"

/** What is used of a socket of Node. */
interface Socket {
  readonly destroyed: boolean
  readonly destroy: () => void
  readonly destroySoon: () => void
  readonly once: (event: "close", listener: () => void) => void
}

const isSocket = (value: unknown): value is Socket =>
  Predicate.hasProperty(value, "destroySoon") && Predicate.isFunction(value.destroySoon)

// Known by what it has, so that nothing of Node is imported where there is no Node.
const socketOf = ({ source }: HttpServerRequest.HttpServerRequest): Socket | undefined =>
  Predicate.hasProperty(source, "socket") && isSocket(source.socket) ? source.socket : undefined

// Effect's web handlers settle their promise through this member of the request, and have no other way to reject it.
const settle = Symbol.for("@effect/platform/HttpApp/resolve")

/** As a runtime's own: clients read `code`. */
export const reset = (): Error => Object.assign(new Error("The sandbox cut the connection"), { code: "ECONNRESET" })

/**
 * Stands for an answer where there is none and nothing to cut, as in process. Who does not know it gets a body that
 * breaks off at once.
 */
export const none: HttpServerResponse.HttpServerResponse = HttpServerResponse.stream(
  Stream.suspend(() => Stream.fail(reset()))
)

/** Cuts the connection. What comes back is written to nobody. */
export const cut = (
  request: HttpServerRequest.HttpServerRequest
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.sync(() => {
    const socket = socketOf(request)
    if (socket !== undefined) {
      socket.destroy()
      return HttpServerResponse.empty()
    }
    if (Predicate.hasProperty(request, settle) && Predicate.isFunction(request[settle])) {
      request[settle](Promise.reject(reset()))
      return HttpServerResponse.empty()
    }
    return none
  })

const closed = (socket: Socket): Effect.Effect<never, Error> =>
  Effect.callback((resume) => {
    const fail = () => resume(Effect.fail(reset()))
    if (socket.destroyed) return fail()
    socket.once("close", fail)
    // What was written before still goes out.
    socket.destroySoon()
  })

/** The same answer, of which half the body is sent before the connection breaks. */
export const breakOff = (
  request: HttpServerRequest.HttpServerRequest,
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => {
  // The headers announce the length of the whole.
  const { body, headers, status } = response
  const bytes = body._tag === "Uint8Array" ? body.body : new Uint8Array()
  const socket = socketOf(request)
  const end = socket === undefined ? Effect.fail(reset()) : closed(socket)
  const half = Stream.succeed(bytes.slice(0, bytes.length >> 1))
  return HttpServerResponse.stream(Stream.concat(half, Stream.fromEffect(end)), { status, headers })
}

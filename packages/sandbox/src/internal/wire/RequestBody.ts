/**
 * Reads a request's body as text, and refuses one above the size limit without buffering it.
 */
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as Result from "effect/Result"
import * as Stream from "effect/Stream"

export type Problem = "too-large" | "unreadable"

/** The size limit of forms, in bytes. */
export const maximumForm = 1024 * 1024

/** The size limit of control requests, in bytes. */
export const maximumControl = 64 * 1024 * 1024

const problem = ({ reason }: HttpServerError.HttpServerError): Problem =>
  reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge" ? "too-large" : "unreadable"

/** The number of bytes that are read at once: a request in process may have its whole body in one chunk. */
const pieceSize = 1024 * 1024

/** Reads a body of any size, piece by piece. */
export const forEachText = <E>(
  request: HttpServerRequest.HttpServerRequest,
  read: (text: string, size: number) => Effect.Effect<void, E>
): Effect.Effect<void, E | Problem> => {
  const decoder = new TextDecoder()
  return request.stream.pipe(
    Stream.mapError(problem),
    Stream.runForEach((chunk) =>
      Effect.gen(function* () {
        for (let at = 0; at < chunk.length; at += pieceSize) {
          const piece = chunk.subarray(at, at + pieceSize)
          yield* read(decoder.decode(piece, { stream: true }), piece.length)
        }
      })
    ),
    Effect.andThen(Effect.suspend(() => read(decoder.decode(), 0)))
  )
}

// Effect's MaxBodySize doesn't apply to requests in process.
const inProcess = (request: HttpServerRequest.HttpServerRequest, maximum: number): Effect.Effect<string, Problem> => {
  const texts: Array<string> = []
  let left = maximum
  const add = (text: string, size: number) => {
    left -= size
    texts.push(text)
    return left < 0 ? Effect.fail("too-large" as const) : Effect.void
  }
  return Effect.map(forEachText(request, add), () => texts.join(""))
}

const read = (request: HttpServerRequest.HttpServerRequest, maximum: number): Effect.Effect<string, Problem> => {
  // Reject early when Content-Length exceeds the limit.
  if (Number(request.headers["content-length"] ?? 0) > maximum) return Effect.fail("too-large")
  return HttpClientRequest.isHttpClientRequest(request.source)
    ? inProcess(request, maximum)
    : request.text.pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maximum)),
        Effect.mapError(problem)
      )
}

/** The body of the current request, if `buffer` has read it. */
const Buffered = Context.Reference<Result.Result<string, Problem> | undefined>(
  "@effect-twilio-video/sandbox/RequestBody/Buffered",
  { defaultValue: () => undefined }
)

export const text = (request: HttpServerRequest.HttpServerRequest, maximum: number): Effect.Effect<string, Problem> =>
  Effect.flatMap(Buffered, (body) => (body === undefined ? read(request, maximum) : Effect.fromResult(body)))

/** Reads a form now, so that the request can be processed after its connection has ended. */
export const buffer = <A, E, R>(
  request: HttpServerRequest.HttpServerRequest,
  process: Effect.Effect<A, E, R>
): Effect.Effect<Effect.Effect<A, E, R>> =>
  request.method === "POST"
    ? Effect.map(Effect.result(read(request, maximumForm)), (body) => Effect.provideService(process, Buffered, body))
    : Effect.succeed(process)

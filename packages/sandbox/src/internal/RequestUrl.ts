/**
 * The URL of a request to the sandbox, whichever way it came in: over a socket, as a web `Request`, or in process.
 * Holds no routing.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"

export interface RequestUrl {
  /** Where the client reached the sandbox, for the URLs in bodies. */
  readonly origin: string
  /** As it was asked, still percent-encoded, without a slash at the end. */
  readonly path: string
  readonly search: URLSearchParams
}

const originOf = (request: HttpServerRequest.HttpServerRequest): string => {
  const absolute = /^https?:\/\/[^/?#]+/u.exec(request.originalUrl)?.[0]
  if (absolute !== undefined) return absolute
  const host = request.headers.host
  // A Host header is the client's word: what is no host does not get into URLs.
  return host !== undefined && /^[a-z0-9.:[\]-]+$/iu.test(host) ? `http://${host}` : "http://localhost"
}

export const of = (
  request: HttpServerRequest.HttpServerRequest,
  publicOrigin: string | undefined
): RequestUrl => {
  const target = request.originalUrl.replace(/^https?:\/\/[^/?#]+/u, "").replace(/#.*$/su, "")
  const mark = target.indexOf("?")
  const path = mark === -1 ? target : target.slice(0, mark)
  return {
    origin: publicOrigin ?? originOf(request),
    path: path.length > 1 ? path.replace(/\/+$/u, "") : path,
    search: new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1))
  }
}

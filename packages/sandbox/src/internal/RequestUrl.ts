/**
 * The URL of a request to the sandbox, whichever way it came in: over a socket, as a web `Request`, or in process.
 * Holds no routing.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as FormBody from "./FormBody.ts"

export interface RequestUrl {
  /** Where the client reached the sandbox, for the URLs in bodies. */
  readonly origin: string
  /** As it was asked, still percent-encoded, without a slash at the end. */
  readonly path: string
  /** The query, with what is malformed in it. */
  readonly query: FormBody.Form
  /** The query's parameters. */
  readonly search: URLSearchParams
}

interface Split {
  readonly origin: string | undefined
  readonly target: string
}

// Behind a socket, the URL is made of the Host header, which is the client's word and may hold anything.
const split = (request: HttpServerRequest.HttpServerRequest): Split => {
  const url = request.originalUrl
  const scheme = /^https?:\/\//iu.exec(url)?.[0]
  if (scheme === undefined) return { origin: undefined, target: url }
  const { host } = request.headers
  const authority =
    host !== undefined && url.startsWith(host, scheme.length)
      ? host
      : (/^[^/?#]*/u.exec(url.slice(scheme.length))?.[0] ?? "")
  return { origin: scheme + authority, target: url.slice(scheme.length + authority.length) }
}

const isOrigin = (text: string): boolean => /^https?:\/\/[a-z0-9.:[\]-]+$/iu.test(text)

const rawPath = (target: string): string => /^[^?#]*/u.exec(target)?.[0] ?? ""

const hasTrailingSlash = (path: string): boolean => path.length > 1 && path.endsWith("/")

const pathOf = (target: string): string => {
  const path = rawPath(target)
  return hasTrailingSlash(path) ? path.slice(0, -1) : path
}

/** The path alone, which is all that routing needs, whether a slash was cut off its end, and path and query as sent. */
export const path = (
  request: HttpServerRequest.HttpServerRequest
): { readonly path: string; readonly cut: boolean; readonly target: string } => {
  const { target } = split(request)
  return { path: pathOf(target), cut: hasTrailingSlash(rawPath(target)), target }
}

export const of = (request: HttpServerRequest.HttpServerRequest, publicOrigin: string | undefined): RequestUrl => {
  const { origin, target } = split(request)
  const query = FormBody.parse(/\?([^#]*)/u.exec(target)?.[1] ?? "")
  return {
    origin: publicOrigin ?? (origin !== undefined && isOrigin(origin) ? origin : "http://localhost"),
    path: pathOf(target),
    query,
    search: query.fields
  }
}

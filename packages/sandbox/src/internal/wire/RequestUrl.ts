/**
 * The URL of a request, whether it came over a socket, as a web `Request` or in process.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as FormBody from "./FormBody.ts"

export interface RequestUrl {
  /** The origin that the client used, for the URLs in bodies. */
  readonly origin: string
  /** As sent, percent-encoded, without a trailing slash. */
  readonly path: string
  /** The query, with the names of malformed parameters. */
  readonly query: FormBody.Form
  /** The query's parameters. */
  readonly search: URLSearchParams
}

interface Split {
  /** The origin, if the URL is absolute. */
  readonly origin: string | undefined
  readonly target: string
}

// Behind a socket, the URL contains the Host header, which the client can set to anything.
const split = (request: HttpServerRequest.HttpServerRequest): Split => {
  const url = request.originalUrl
  const origin = /^https?:\/\/[^/?#]*/iu.exec(url)?.[0]
  return { origin, target: url.slice(origin?.length ?? 0) }
}

// Host names may have underscores, as in Docker Compose.
const originPattern = /^https?:\/\/(?:[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu

/** Parses an origin: http or https, a host, and optionally a port. */
export const parseOrigin = (text: string): URL | undefined =>
  originPattern.test(text) && URL.canParse(text) ? new URL(text) : undefined

/**
 * The origins that a request names. There are two if the target is an absolute URL that contradicts the Host header.
 */
export const origins = (request: HttpServerRequest.HttpServerRequest): ReadonlyArray<string> => {
  const { origin } = split(request)
  const { host } = request.headers
  if (host === undefined) return origin === undefined ? [] : [origin]
  if (origin === undefined) return [`http://${host}`]
  const named = `${/^https/iu.test(origin) ? "https" : "http"}://${host}`
  return named === origin ? [origin] : [named, origin]
}

const rawPath = (target: string): string => /^[^?#]*/u.exec(target)?.[0] ?? ""

// After another slash, the last one isn't trailing: it follows an empty segment.
const hasTrailingSlash = (path: string): boolean => /[^/]\/$/u.test(path)

const pathOf = (target: string): string => {
  const path = rawPath(target)
  return hasTrailingSlash(path) ? path.slice(0, -1) : path
}

/** What routing needs. */
export interface Path {
  /** Percent-encoded, without a trailing slash. */
  readonly path: string
  /** Whether a trailing slash was removed. */
  readonly cut: boolean
  /** Path and query as sent. */
  readonly target: string
}

export const path = (request: HttpServerRequest.HttpServerRequest): Path => {
  const { target } = split(request)
  return { path: pathOf(target), cut: hasTrailingSlash(rawPath(target)), target }
}

export const of = (request: HttpServerRequest.HttpServerRequest, publicOrigin: string | undefined): RequestUrl => {
  const { origin, target } = split(request)
  const query = FormBody.parse(/\?([^#]*)/u.exec(target)?.[1] ?? "")
  return {
    origin: publicOrigin ?? (origin !== undefined && originPattern.test(origin) ? origin : "http://localhost"),
    path: pathOf(target),
    query,
    search: query.fields
  }
}

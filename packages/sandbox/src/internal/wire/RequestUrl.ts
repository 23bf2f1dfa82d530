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
  /** Where it came to, if the URL says so. */
  readonly origin: string | undefined
  readonly target: string
}

// Behind a socket, the URL is made of the Host header, which is the client's word and may hold anything.
const split = (request: HttpServerRequest.HttpServerRequest): Split => {
  const url = request.originalUrl
  const origin = /^https?:\/\/[^/?#]*/iu.exec(url)?.[0]
  return { origin, target: url.slice(origin?.length ?? 0) }
}

// Host names may have underscores, as those of Compose do.
const originPattern = /^https?:\/\/(?:[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu

/** The URL of an origin: a scheme of HTTP, a host, and a port if need be. */
export const parseOrigin = (text: string): URL | undefined =>
  originPattern.test(text) && URL.canParse(text) ? new URL(text) : undefined

/** The origins that a request says it came to: the Host header need not agree with a target that is a whole URL. */
export const origins = (request: HttpServerRequest.HttpServerRequest): ReadonlyArray<string> => {
  const { origin } = split(request)
  const { host } = request.headers
  if (host === undefined) return origin === undefined ? [] : [origin]
  if (origin === undefined) return [`http://${host}`]
  const named = `${/^https/iu.test(origin) ? "https" : "http"}://${host}`
  return named === origin ? [origin] : [named, origin]
}

const rawPath = (target: string): string => /^[^?#]*/u.exec(target)?.[0] ?? ""

// Of two, the last one does not end the path: an empty segment stands before it.
const hasTrailingSlash = (path: string): boolean => /[^/]\/$/u.test(path)

const pathOf = (target: string): string => {
  const path = rawPath(target)
  return hasTrailingSlash(path) ? path.slice(0, -1) : path
}

/** What routing needs. */
export interface Path {
  /** Percent-encoded, without a slash at the end. */
  readonly path: string
  /** Was a slash removed at the end? */
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

/**
 * Serves the files of the console's page. They hold no data, so they need no control token.
 */
import * as Base64 from "effect/encoding/Base64"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import { gunzipSync } from "node:zlib"
import type * as Middleware from "../server/Middleware.ts"
import * as ConsoleFiles from "./ConsoleFiles.ts"

const folder = "/sandbox/console/"

const headers = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
  vary: "accept-encoding"
}

const toFolder = HttpServerResponse.redirect(folder, { status: 307, headers })

const acceptsGzip = (encodings: string | undefined): boolean =>
  /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/u.test(encodings ?? "")

const respond = ({ contentType, etag, gzip }: ConsoleFiles.ConsoleFile, encodings: string | undefined) => {
  const bytes = Result.getOrThrow(Base64.decode(gzip))
  return acceptsGzip(encodings)
    ? HttpServerResponse.uint8Array(bytes, {
        contentType,
        headers: { ...headers, etag, "content-encoding": "gzip" }
      })
    : HttpServerResponse.uint8Array(gunzipSync(bytes), { contentType, headers: { ...headers, etag } })
}

/** The response to a request for the page, or undefined. */
export const page: Middleware.Page = (request, { cut, path }) => {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined
  const whole = cut ? `${path}/` : path
  if (whole === "/" || `${whole}/` === folder) return toFolder
  const name = whole.startsWith(folder) ? whole.slice(folder.length) || "index.html" : ""
  const file = Object.hasOwn(ConsoleFiles.files, name) ? ConsoleFiles.files[name] : undefined
  if (file === undefined) return undefined
  return request.headers["if-none-match"] === file.etag
    ? HttpServerResponse.empty({ status: 304, headers: { ...headers, etag: file.etag } })
    : respond(file, request.headers["accept-encoding"])
}

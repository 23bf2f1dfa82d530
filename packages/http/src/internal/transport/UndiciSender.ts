/**
 * Sends requests through an undici connection pool. For Node only.
 *
 * Uses undici's dispatch handlers, which need no stream, `Response` or `AbortSignal` for a request.
 */
import type * as Redacted from "effect/Redacted"
import * as Zlib from "node:zlib"
import type { Dispatcher, Pool } from "undici"
import type * as ApiResponse from "../wire/ApiResponse.ts"
import * as ResponseText from "../wire/ResponseText.ts"
import * as SecretDetector from "../wire/SecretDetector.ts"
import * as Attempt from "./Attempt.ts"
import * as Cancelable from "./Cancelable.ts"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly origin: string
  /** The connections to `origin`. */
  readonly pool: Pool
}

type Headers = Readonly<Record<string, string | Array<string> | undefined>>

const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === "object" ? value.join(", ") : value
}

type Decompress = (bytes: Buffer, done: (error: Error | null, output: Buffer) => void) => void

const limit = { maxOutputLength: ResponseText.maximum }

// undici doesn't decompress. Requests accept these encodings.
const decompressors: Readonly<Record<string, Decompress>> = {
  gzip: (bytes, done) => Zlib.gunzip(bytes, limit, done),
  br: (bytes, done) => Zlib.brotliDecompress(bytes, limit, done)
}

const decoder = new TextDecoder()

const isTooLarge = (error: Error): boolean =>
  "code" in error && (error.code === "ERR_BUFFER_TOO_LARGE" || error.code === "UND_ERR_RES_EXCEEDED_MAX_SIZE")

/** Collects a response, and reports either it or the error. */
const collect = (
  onStatus: (status: number) => void,
  onEnd: (result: ApiResponse.ApiResponse | Attempt.NoResponse) => void
): Dispatcher.DispatchHandler => {
  const chunks: Array<Buffer> = []
  let status = 0
  let headers: Headers = {}
  const end = (text: string | undefined) =>
    onEnd({
      status,
      retryAfter: headerOf(headers, "retry-after"),
      requestId: headerOf(headers, "twilio-request-id"),
      date: headerOf(headers, "date"),
      text
    })
  const fail = (error: Error) => (isTooLarge(error) ? end(undefined) : onEnd(new Attempt.NoResponse(error)))
  return {
    onResponseStart: (_, received, receivedHeaders) => {
      status = received
      headers = receivedHeaders
      onStatus(received)
    },
    onResponseData: (_, chunk) => void chunks.push(chunk),
    onResponseEnd: () => {
      const bytes = Buffer.concat(chunks)
      const decompress = decompressors[headerOf(headers, "content-encoding") ?? ""]
      if (decompress === undefined || bytes.length === 0) return end(decoder.decode(bytes))
      decompress(bytes, (error, output) => (error === null ? end(decoder.decode(output)) : fail(error)))
    },
    onResponseError: (_, error) => fail(error)
  }
}

export const make = ({ origin, password, pool, username }: Settings): Attempt.Sender => {
  const common = {
    accept: "application/json",
    "accept-encoding": Object.keys(decompressors).join(", "),
    authorization: SecretDetector.basicAuthorization(username, password)
  }
  const withForm = { ...common, "content-type": "application/x-www-form-urlencoded" }
  return ({ form, headers, method, onStatus, timeout, url }) =>
    Cancelable.run(timeout, (end) => {
      let controller: Dispatcher.DispatchController | undefined
      let isCanceled = false
      const abort = () => controller?.abort(new Error("The request was canceled."))
      pool.dispatch(
        {
          path: url.slice(origin.length),
          method,
          headers: { ...(form === undefined ? common : withForm), ...headers },
          body: form ?? null
        },
        {
          ...collect(onStatus, end),
          onRequestStart: (started) => {
            controller = started
            if (isCanceled) abort()
          }
        }
      )
      return () => {
        isCanceled = true
        abort()
      }
    })
}

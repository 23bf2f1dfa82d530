/**
 * Sends requests with `fetch`, without an `HttpClient`.
 */
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as ApiResponse from "../wire/ApiResponse.ts"
import * as ResponseText from "../wire/ResponseText.ts"
import * as SecretDetector from "../wire/SecretDetector.ts"
import * as Attempt from "./Attempt.ts"
import * as Cancelable from "./Cancelable.ts"

interface Fetcher {
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Is it an object with a `fetch` method? Some service bindings are callable too, but must not be called. */
export const isFetcher = (fetch: unknown): fetch is Fetcher =>
  Predicate.hasProperty(fetch, "fetch") && typeof fetch.fetch === "function"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  /** By default `globalThis.fetch`, looked up for each request. */
  readonly fetch: typeof globalThis.fetch | Fetcher | undefined
  readonly requestInit: RequestInit | undefined
}

/** The response, once its body is read. */
const receive = async (
  response: Response,
  signal: AbortSignal,
  onStatus: (status: number) => void
): Promise<ApiResponse.ApiResponse> => {
  const { headers, status } = response
  onStatus(status)
  return {
    status,
    retryAfter: headers.get("retry-after") ?? undefined,
    requestId: headers.get("twilio-request-id") ?? undefined,
    date: headers.get("date") ?? undefined,
    text: await ResponseText.read(response, signal)
  }
}

export const make = ({ fetch, password, requestInit, username }: Settings): Attempt.Sender => {
  const common = {
    accept: "application/json",
    authorization: SecretDetector.basicAuthorization(username, password)
  }
  const withForm = { ...common, "content-type": "application/x-www-form-urlencoded" }
  return ({ form, headers, method, onStatus, timeout, url }) =>
    Cancelable.run(timeout, (end) => {
      const controller = new AbortController()
      const { signal } = controller
      const send = async () => {
        try {
          // Called without a receiver: a Worker's fetch must not be the method of another object.
          const send = fetch ?? globalThis.fetch
          const init: RequestInit = {
            ...requestInit,
            method,
            headers: { ...(form === undefined ? common : withForm), ...headers },
            ...(form === undefined ? {} : { body: form }),
            redirect: "manual",
            signal
          }
          end(await receive(await (isFetcher(send) ? send.fetch(url, init) : send(url, init)), signal, onStatus))
        } catch (cause) {
          end(new Attempt.NoResponse(cause))
        }
      }
      void send()
      return () => controller.abort()
    })
}

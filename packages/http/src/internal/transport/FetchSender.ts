/**
 * Sends requests with `fetch`, without an `HttpClient`.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as ApiResponse from "../wire/ApiResponse.ts"
import * as ResponseText from "../wire/ResponseText.ts"
import * as SecretDetector from "../wire/SecretDetector.ts"
import * as Attempt from "./Attempt.ts"

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

export const make = ({ fetch, password, requestInit, username }: Settings): Attempt.Sender => {
  const authorization = SecretDetector.basicAuthorization(username, password)
  return ({ form, headers, method, onStatus, url }) =>
    Effect.tryPromise({
      try: async (signal): Promise<ApiResponse.ApiResponse> => {
        // Called without a receiver: a Worker's fetch must not be the method of another object.
        const send = fetch ?? globalThis.fetch
        const init: RequestInit = {
          ...requestInit,
          method,
          headers: {
            accept: "application/json",
            authorization,
            ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
            ...headers
          },
          ...(form === undefined ? {} : { body: form }),
          redirect: "manual",
          signal
        }
        const response = await (isFetcher(send) ? send.fetch(url, init) : send(url, init))
        onStatus(response.status)
        return {
          status: response.status,
          retryAfter: response.headers.get("retry-after") ?? undefined,
          requestId: response.headers.get("twilio-request-id") ?? undefined,
          date: response.headers.get("date") ?? undefined,
          text: await ResponseText.read(response, signal)
        }
      },
      catch: (cause) => new Attempt.NoResponse(cause)
    })
}

/**
 * Sends requests with the runtime's own `fetch`, without an `HttpClient`. Makes no error of its own.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as Answer from "../wire/Answer.ts"
import * as AnswerText from "../wire/AnswerText.ts"
import * as Attempt from "./Attempt.ts"
import * as Credentials from "../wire/Credentials.ts"

/** What has a `fetch` that must be called as its method, such as a Worker's service binding. */
export interface Fetcher {
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Is it such an object? A binding may be callable besides, and is no `fetch` then. */
export const isFetcher = (fetch: unknown): fetch is Fetcher =>
  Predicate.hasProperty(fetch, "fetch") && typeof fetch.fetch === "function"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  /** The runtime's own if it is missing, looked up at each request. */
  readonly fetch: typeof globalThis.fetch | Fetcher | undefined
  readonly requestInit: RequestInit | undefined
}

export const make = ({ fetch, password, requestInit, username }: Settings): Attempt.Sender => {
  const authorization = Credentials.basic(username, password)
  return ({ form, headers, method, onStatus, url }) =>
    Effect.tryPromise({
      try: async (signal): Promise<Answer.Answer> => {
        // A plain call, if it is a function: a Worker's own fetch refuses to be a method of another object.
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
          text: await AnswerText.read(response, signal)
        }
      },
      catch: (cause) => new Attempt.NoAnswer(cause)
    })
}

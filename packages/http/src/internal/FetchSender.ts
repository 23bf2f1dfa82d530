/**
 * Sends requests with the runtime's own `fetch`, without an `HttpClient`. Makes no error of its own.
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import type * as Answer from "./Answer.ts"
import * as Attempt from "./Attempt.ts"

export interface Settings {
  readonly username: string
  readonly password: Redacted.Redacted
  /** The runtime's own where it is missing, looked up at each request. */
  readonly fetch: typeof globalThis.fetch | undefined
  readonly requestInit: RequestInit | undefined
}

export const make = ({ fetch, password, requestInit, username }: Settings): Attempt.Sender => {
  const authorization = `Basic ${Base64.encode(`${username}:${Redacted.value(password)}`)}`
  return ({ form, headers, method, onStatus, url }) =>
    Effect.tryPromise({
      try: async (signal): Promise<Answer.Answer> => {
        // A plain call: as a method, a Worker's fetch refuses.
        const send = fetch ?? globalThis.fetch
        const response = await send(url, {
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
        })
        onStatus(response.status)
        return {
          status: response.status,
          retryAfter: response.headers.get("retry-after") ?? undefined,
          requestId: response.headers.get("twilio-request-id") ?? undefined,
          date: response.headers.get("date") ?? undefined,
          text: await response.text()
        }
      },
      catch: (cause) => new Attempt.NoAnswer(cause)
    })
}

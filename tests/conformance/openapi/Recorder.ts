/**
 * An `HttpClient` that records each request and its response.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"

/** A request and its response. */
export interface Exchange {
  /** The sender: the library's client, or a probe, which sends what the client never does. */
  readonly by: "client" | "probe"
  /** The expected origin, if it isn't the document's. */
  readonly server: string | undefined
  readonly method: string
  readonly url: URL
  readonly request: Message
  readonly response: Message & { readonly status: number }
}

export interface Message {
  readonly headers: { readonly [name: string]: string | undefined }
  /** Empty if there is none. */
  readonly body: string
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): string => {
  if (body._tag === "Empty") return ""
  if (body._tag === "Uint8Array") return new TextDecoder().decode(body.body)
  throw new Error(`Recording a body of type ${body._tag} isn't supported`)
}

/** The client, with each exchange appended to the log. */
export const record = (
  client: HttpClient.HttpClient,
  log: Array<Exchange>,
  by: Exchange["by"],
  server: Exchange["server"]
) =>
  HttpClient.transform(client, (effect, request) =>
    Effect.gen(function* () {
      const response = yield* effect
      const body = yield* response.text
      log.push({
        by,
        server,
        method: request.method,
        url: Option.getOrThrow(HttpClientRequest.toUrl(request)),
        request: { headers: request.headers, body: bodyOf(request) },
        response: { status: response.status, headers: response.headers, body }
      })
      return response
    })
  )

/**
 * What goes over the wire: an `HttpClient` that writes down every request and its answer. Holds no checking.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"

/** A request and its answer. */
export interface Exchange {
  /** Who sent it: a client of this library, or a probe that sends what no client does. */
  readonly by: "client" | "probe"
  /** The origin that it had to go to, where that is not the document's. */
  readonly server: string | undefined
  readonly method: string
  readonly url: URL
  readonly request: Message
  readonly answer: Message & { readonly status: number }
}

/** What requests and answers have in common. */
export interface Message {
  readonly headers: { readonly [name: string]: string | undefined }
  /** Empty where there is none. */
  readonly body: string
}

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest): string => {
  if (body._tag === "Empty") return ""
  if (body._tag === "Uint8Array") return new TextDecoder().decode(body.body)
  throw new Error(`A body of kind ${body._tag} cannot be written down`)
}

/** The client, with each exchange added to the log. */
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
        answer: { status: response.status, headers: response.headers, body }
      })
      return response
    })
  )

/**
 * A request as a client sent it, in one form whichever client it was. Holds no headers.
 */
import type * as HttpClientRequest from "effect/http/HttpClientRequest"

export interface SentRequest {
  readonly method: string
  readonly url: string
  /** The body as it is: a form, percent-encoded. */
  readonly form: string
}

/** Of what the package hands to its http library, which writes the query by itself. */
export const ofOfficial = (
  url: string,
  { data, method }: { readonly method?: string | undefined; readonly data?: unknown }
): SentRequest => ({ method: (method ?? "get").toUpperCase(), url, form: typeof data === "string" ? data : "" })

export const ofOurs = ({ body, method, url }: HttpClientRequest.HttpClientRequest): SentRequest => ({
  method,
  url,
  form: body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
})

const parameters = (text: string): ReadonlyArray<readonly [name: string, value: string]> => {
  const parameters = new URLSearchParams(text)
  parameters.sort()
  return [...parameters]
}

/** What a request says, however it is escaped, and wherever the server is. */
export const meaning = ({ form, method, url }: SentRequest) => {
  const { pathname, search } = new URL(url)
  return {
    method,
    path: pathname.split("/").slice(1).map(decodeURIComponent),
    query: parameters(search),
    form: parameters(form)
  }
}

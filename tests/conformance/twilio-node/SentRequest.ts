/**
 * A request of either client in one common form, without headers.
 */
import type * as HttpClientRequest from "effect/http/HttpClientRequest"

export interface SentRequest {
  readonly method: string
  readonly url: string
  /** The body: a percent-encoded form. */
  readonly form: string
}

/** From what the package passes to its HTTP library, which appends the query. */
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

/** The decoded request, without its origin. */
export const meaning = ({ form, method, url }: SentRequest) => {
  const { pathname, search } = new URL(url)
  return {
    method,
    path: pathname.split("/").slice(1).map(decodeURIComponent),
    query: parameters(search),
    form: parameters(form)
  }
}

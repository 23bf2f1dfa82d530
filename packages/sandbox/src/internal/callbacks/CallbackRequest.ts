/**
 * The request that carries a status callback, but for its signature. Holds no delivery.
 */
import * as Base64 from "effect/encoding/Base64"

export interface CallbackRequest {
  readonly url: URL
  readonly method: "GET" | "POST"
  readonly headers: Readonly<Record<string, string>>
  /** The form of a POST. */
  readonly body: string | undefined
  /** What of the form is signed beside the URL. */
  readonly signed: Readonly<Record<string, string>>
}

const unescape = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Of a URL as it was configured. Its fragment says how Twilio's platform delivers and its user how to log in: neither
 * is part of what is asked for and signed.
 */
export const make = (
  configured: string,
  method: "GET" | "POST",
  parameters: Readonly<Record<string, string>>
): CallbackRequest => {
  const url = new URL(configured)
  const { password, username } = url
  url.username = ""
  url.password = ""
  url.hash = ""
  const form = new URLSearchParams(parameters).toString()
  if (method === "GET") url.search = url.search === "" ? form : `${url.search.slice(1)}&${form}`
  return {
    url,
    method,
    headers: {
      "user-agent": "effect-twilio-video-sandbox",
      ...(method === "POST" ? { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" } : {}),
      ...(username === "" && password === ""
        ? {}
        : { authorization: `Basic ${Base64.encode(`${unescape(username)}:${unescape(password)}`)}` })
    },
    body: method === "POST" ? form : undefined,
    signed: method === "POST" ? parameters : {}
  }
}

/**
 * Builds the HTTP request of a status callback, without its signature.
 */
import * as Base64 from "effect/encoding/Base64"

export interface CallbackRequest {
  readonly url: URL
  readonly method: "GET" | "POST"
  readonly headers: Readonly<Record<string, string>>
  /** The form of a POST. */
  readonly body: string | undefined
  /** The parameters that are signed in addition to the URL. */
  readonly signed: Readonly<Record<string, string>>
}

const unescape = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The URL that is requested, before the parameters of a GET. */
export const urlOf = (configured: string): URL => {
  const url = new URL(configured)
  url.username = ""
  url.password = ""
  url.hash = ""
  return url
}

/**
 * Builds the request to a configured URL. The URL that is requested and signed has no fragment, which configures
 * Twilio's delivery, and no user and password, which become an Authorization header.
 */
export const make = (
  configured: string,
  method: "GET" | "POST",
  parameters: Readonly<Record<string, string>>
): CallbackRequest => {
  const { password, username } = new URL(configured)
  const url = urlOf(configured)
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

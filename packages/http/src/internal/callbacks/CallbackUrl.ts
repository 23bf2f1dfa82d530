/**
 * Compares the URL of a request with the callback URL that Twilio was given.
 */

const parse = (url: string): URL | undefined => {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

/**
 * The URL that Twilio signs for a callback; `undefined` if the request has another path or query. A string fixes path
 * and query. A function has checked the path itself; the query must be that of the URL it returns.
 */
export const signedUrl = (
  request: Request,
  configured: string | ((request: Request) => string | undefined),
  method: "GET" | "POST"
): string | undefined => {
  const requested = new URL(request.url)
  const given = typeof configured === "string" ? configured : configured(request)
  if (given === undefined) return undefined
  // A fragment configures Twilio's connection; it's neither sent nor signed.
  const [url = ""] = (given.startsWith("/") ? requested.origin + given : given).split("#")
  const expected = parse(url)
  // `StatusCallback.verify` rejects an invalid URL with a message.
  if (expected === undefined) return url
  if (typeof configured === "string" && requested.pathname !== expected.pathname) return undefined
  if (!requested.search.startsWith(expected.search)) return undefined
  const added = requested.search.slice(expected.search.length)
  if (added === "") return url
  // A GET has its parameters after the configured query.
  return method === "GET" && added.startsWith(expected.search === "" ? "?" : "&") ? url + added : undefined
}

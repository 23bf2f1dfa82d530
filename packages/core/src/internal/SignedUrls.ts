/**
 * The forms of a URL that a signature may be of: a receiver does not see the text that was configured. Holds no
 * signature.
 */

// Split by hand: URL would write some characters otherwise than Twilio signed them.
const authority = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/iu

/** Without a port, and with the one that it has or that goes without saying; the same without userinfo, if any. */
const ports = (url: string): ReadonlyArray<string> => {
  const [start, scheme = "", whole = ""] = authority.exec(url) ?? []
  if (start === undefined) return [url]
  const rest = url.slice(start.length)
  const host = whole.slice(whole.lastIndexOf("@") + 1)
  const userInfo = whole.slice(0, whole.length - host.length)
  // The colons of an IPv6 address stand in brackets.
  const colon = host.indexOf(":", host.lastIndexOf("]") + 1)
  const name = colon === -1 ? host : host.slice(0, colon)
  const port = colon === -1 ? (scheme.toLowerCase() === "https://" ? ":443" : ":80") : host.slice(colon)
  return [userInfo, ""].flatMap((user) => [scheme + user + name + rest, scheme + user + name + port + rest])
}

// As Node's querystring module, which some of Twilio's back ends signed with: names that come again move together.
const requeried = (url: string): string => {
  const query = url.indexOf("?") + 1
  if (query === 0 || query === url.length) return url
  const values: Record<string, Array<string>> = Object.create(null)
  // With its question mark, which is taken off: a second one is the first name's.
  for (const [name, value] of new URLSearchParams(url.slice(query - 1))) (values[name] ??= []).push(value)
  return (
    url.slice(0, query) +
    Object.entries(values)
      .flatMap(([name, values]) => values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`))
      .join("&")
  )
}

/** A URL, parsed, if it is one of HTTP. */
export const parse = (url: string): URL | undefined => {
  try {
    const parsed = new URL(url)
    return /^https?:$/u.test(parsed.protocol) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** All forms: as received, as a URL parser writes it, and that with its query written anew. */
export const forms = (url: string, parsed: URL): ReadonlyArray<string> => [
  ...new Set([url, parsed.href, requeried(parsed.href)].flatMap(ports))
]

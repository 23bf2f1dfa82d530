/**
 * The variants of a URL that Twilio may have signed. A receiver doesn't know the exact text that was configured.
 */

// Not `new URL`, which would change characters that Twilio signed.
const authority = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/iu

/** Without a port, and with its own or the default port; each also without the user info, if any. */
const withPorts = (url: string): ReadonlyArray<string> => {
  const [start, scheme = "", userInfoAndHost = ""] = authority.exec(url) ?? []
  if (start === undefined) return [url]
  const rest = url.slice(start.length)
  const host = userInfoAndHost.slice(userInfoAndHost.lastIndexOf("@") + 1)
  const userInfo = userInfoAndHost.slice(0, userInfoAndHost.length - host.length)
  // After the brackets of an IPv6 address.
  const colon = host.indexOf(":", host.lastIndexOf("]") + 1)
  const name = colon === -1 ? host : host.slice(0, colon)
  const port = colon === -1 ? (scheme.toLowerCase() === "https://" ? ":443" : ":80") : host.slice(colon)
  return [userInfo, ""].flatMap((user) => [scheme + user + name + rest, scheme + user + name + port + rest])
}

// Like Node's querystring module, which some Twilio services sign with: it groups repeated names.
const withQueryRewritten = (url: string): string => {
  const query = url.indexOf("?") + 1
  if (query === 0 || query === url.length) return url
  const groups: Record<string, string> = Object.create(null)
  // URLSearchParams strips one leading question mark; a second one belongs to the first name.
  for (const [name, value] of new URLSearchParams(url.slice(query - 1))) {
    groups[name] = `${groups[name] ?? ""}&${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  }
  return url.slice(0, query) + Object.values(groups).join("").slice(1)
}

/** The parsed URL, or `undefined` unless it's an absolute HTTP(S) URL. */
export const parse = (url: string): URL | undefined => {
  try {
    const parsed = new URL(url)
    return /^https?:$/u.test(parsed.protocol) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** All variants: as received, as a URL parser writes it, and with its query rewritten. */
export const variants = (url: string, parsed: URL): ReadonlyArray<string> => {
  const written = new Set([url, parsed.href, withQueryRewritten(parsed.href)])
  return [...new Set([...written].flatMap(withPorts))]
}

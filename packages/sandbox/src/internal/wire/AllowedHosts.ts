/**
 * The hosts to which status callbacks may be sent.
 */

/** Whether a callback may be sent to this URL. */
export type Allows = (url: URL) => boolean

// The URL parser has normalized addresses: 127.1 and 0x7f000001 are 127.0.0.1 here.
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname)

const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80")

interface Entry {
  readonly hostname: string
  readonly port: string | undefined
}

const read = (entry: string): Entry | undefined => {
  const bare = /^[^[\]]*:[^[\]]*:[^[\]]*$/u.test(entry)
  const [, host, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/u.exec(bare ? `[${entry}]` : entry) ?? []
  if (host === undefined || /[/?#@\\*\s]/u.test(host) || !URL.canParse(`http://${host}`)) return undefined
  if (port !== undefined && Number(port) > 65_535) return undefined
  return { hostname: new URL(`http://${host}`).hostname, port: port === undefined ? undefined : String(Number(port)) }
}

/** The first entry that isn't a host, a `host:port` or `loopback`. */
export const invalid = (entries: ReadonlyArray<string>): string | undefined =>
  entries.find((entry) => entry !== "loopback" && read(entry) === undefined)

/** An entry without a port allows every port. `loopback` is `localhost`, 127.0.0.0/8 and ::1. */
export const make = (entries: ReadonlyArray<string>): Allows => {
  const loopback = entries.includes("loopback")
  const hosts = entries.flatMap((entry) => (entry === "loopback" ? [] : (read(entry) ?? [])))
  return (url) =>
    (loopback && isLoopback(url.hostname)) ||
    hosts.some(({ hostname, port }) => hostname === url.hostname && (port === undefined || port === portOf(url)))
}

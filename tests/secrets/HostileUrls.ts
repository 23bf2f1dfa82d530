/**
 * URLs with which a server could lead a client away from the API: they point, or seem to point, to another server.
 */

export interface Ports {
  readonly api: number
  readonly foreign: number
}

export interface HostileUrl {
  readonly name: string
  readonly url: (ports: Ports) => string
  /** The server that URL parsers resolve it to: the API, or any other. */
  readonly leads: "home" | "astray"
}

const away = (name: string, url: HostileUrl["url"]): HostileUrl => ({ name, url, leads: "astray" })
const home = (name: string, url: HostileUrl["url"]): HostileUrl => ({ name, url, leads: "home" })

const path = "/v1/Rooms?PageToken=t"
const local = "127.0.0.1"

export const all: ReadonlyArray<HostileUrl> = [
  away("another port", ({ foreign }) => `http://${local}:${foreign}${path}`),
  away("another port, without a token", ({ foreign }) => `http://${local}:${foreign}/`),
  away("another name of the same host", ({ api }) => `http://localhost:${api}${path}`),
  away("another scheme", ({ api }) => `https://${local}:${api}${path}`),
  away("another scheme and port", ({ foreign }) => `https://${local}:${foreign}${path}`),
  away("a socket", ({ foreign }) => `ws://${local}:${foreign}${path}`),
  away("no port", () => `http://${local}${path}`),
  away("a scheme in uppercase", ({ foreign }) => `HTTP://${local}:${foreign}${path}`),
  away("a host in uppercase", ({ foreign }) => `http://LOCALHOST:${foreign}${path}`),
  away("a host with a dot at its end", ({ foreign }) => `http://localhost.:${foreign}${path}`),
  away("an address with a dot at its end", ({ foreign }) => `http://${local}.:${foreign}${path}`),
  away("an address as one number", ({ foreign }) => `http://2130706433:${foreign}${path}`),
  away("an address in hexadecimal", ({ foreign }) => `http://0x7f.0.0.1:${foreign}${path}`),
  away("an IPv6 address", ({ foreign }) => `http://[::ffff:127.0.0.1]:${foreign}${path}`),
  away("no scheme", ({ foreign }) => `//${local}:${foreign}${path}`),
  away("a backslash for a slash", ({ foreign }) => `http:\\\\${local}:${foreign}${path}`),
  away("slashes and backslashes", ({ foreign }) => `http:/\\${local}:${foreign}${path}`),
  away("too many slashes", ({ foreign }) => `http:////${local}:${foreign}${path}`),
  away("no slashes", ({ foreign }) => `http:${local}:${foreign}${path}`),
  away("the API as user", ({ api, foreign }) => `http://${local}:${api}@${local}:${foreign}${path}`),
  away("the API without a port as user", ({ foreign }) => `http://${local}@${local}:${foreign}${path}`),
  away("Twilio as user", ({ foreign }) => `https://video.twilio.com@${local}:${foreign}${path}`),
  away("Twilio with a port as user", ({ foreign }) => `https://video.twilio.com:443@${local}:${foreign}${path}`),
  away("a user of the API", ({ api }) => `http://me:you@${local}:${api}${path}`),
  away("an empty user with a password", ({ api }) => `http://:you@${local}:${api}${path}`),
  away("white space before", ({ foreign }) => ` \t\nhttp://${local}:${foreign}${path}`),
  away("white space within", ({ foreign }) => `ht\ntp://${local}:\t${foreign}${path}`),
  away("a host that begins like Twilio's", ({ foreign }) => `https://video.twilio.com.localhost:${foreign}${path}`),
  away("a host that ends like Twilio's", ({ foreign }) => `http://video.nottwilio.com:${foreign}${path}`),
  away("Twilio without TLS", () => `http://video.twilio.com${path}`),
  away("Twilio at another port", ({ foreign }) => `https://video.twilio.com:${foreign}${path}`),
  away("Twilio with a dot at its end", () => `https://video.twilio.com.${path}`),
  away("Twilio with a user", () => `https://me:you@video.twilio.com${path}`),
  away("another Twilio host", () => `https://api.twilio.com${path}`),
  away("Twilio with homoglyphs", () => `https://vіdeo.twilio.com${path}`),
  away("only a path", () => path),
  away("only a query", () => "?PageToken=t"),
  away("a file", () => "file:///etc/passwd?PageToken=t"),
  away("a data URL", () => "data:application/json,{}?PageToken=t"),
  away("a script", () => "javascript:fetch('/')"),
  away("an invalid URL", () => "http://"),
  home("the API itself", ({ api }) => `http://${local}:${api}${path}`),
  home("the API in uppercase", ({ api }) => `HTTP://${local}:${api}${path}`),
  home("the API as one number", ({ api }) => `http://2130706433:${api}${path}`),
  home("the API with a dot at its end", ({ api }) => `http://${local}.:${api}${path}`),
  home(
    "the API, and the other server after a backslash",
    ({ api, foreign }) => `http://${local}:${api}\\@${local}:${foreign}/?PageToken=t`
  ),
  home(
    "the API, and the other server after a slash",
    ({ api, foreign }) => `http://${local}:${api}/@${local}:${foreign}/?PageToken=t`
  ),
  home(
    "the API, and the other server after a hash",
    ({ api, foreign }) => `http://${local}:${api}/?PageToken=t#@${local}:${foreign}/`
  ),
  home(
    "the API, and the other server after a question mark",
    ({ api, foreign }) => `http://${local}:${api}?PageToken=t@${local}:${foreign}/`
  ),
  home(
    "the API, with the other server as path",
    ({ api, foreign }) => `http://${local}:${api}//${local}:${foreign}/?PageToken=t`
  ),
  home("Twilio, through a proxy", () => `https://video.twilio.com${path}`),
  home("another Twilio region, through a proxy", () => `https://video.dublin.ie1.twilio.com${path}`),
  home(
    "Twilio, with the other server as path",
    ({ foreign }) => `https://video.twilio.com//${local}:${foreign}/?PageToken=t`
  ),
  home("Twilio, with an @ in the path", ({ foreign }) => `https://video.twilio.com\\@${local}:${foreign}/?PageToken=t`),
  home("Twilio, with dot segments", ({ foreign }) => `https://video.twilio.com/../..//${local}:${foreign}/?PageToken=t`)
]

/**
 * Where a server may lead a client astray: URLs that go, or seem to go, from the API's server to a stranger's. Holds no
 * servers and no tests.
 */

export interface Ports {
  readonly api: number
  readonly stranger: number
}

export interface HostileUrl {
  readonly name: string
  readonly url: (ports: Ports) => string
  /** Where URL parsers end up, however it looks: at the API itself, or anywhere else. */
  readonly leads: "home" | "astray"
}

const away = (name: string, url: HostileUrl["url"]): HostileUrl => ({ name, url, leads: "astray" })
const home = (name: string, url: HostileUrl["url"]): HostileUrl => ({ name, url, leads: "home" })

const path = "/v1/Rooms?PageToken=t"
const local = "127.0.0.1"

export const all: ReadonlyArray<HostileUrl> = [
  away("another port", ({ stranger }) => `http://${local}:${stranger}${path}`),
  away("another port, without a token", ({ stranger }) => `http://${local}:${stranger}/`),
  away("another name of the same host", ({ api }) => `http://localhost:${api}${path}`),
  away("another scheme", ({ api }) => `https://${local}:${api}${path}`),
  away("another scheme and port", ({ stranger }) => `https://${local}:${stranger}${path}`),
  away("a socket", ({ stranger }) => `ws://${local}:${stranger}${path}`),
  away("no port", () => `http://${local}${path}`),
  away("a scheme in capitals", ({ stranger }) => `HTTP://${local}:${stranger}${path}`),
  away("a host in capitals", ({ stranger }) => `http://LOCALHOST:${stranger}${path}`),
  away("a host with a dot at its end", ({ stranger }) => `http://localhost.:${stranger}${path}`),
  away("an address with a dot at its end", ({ stranger }) => `http://${local}.:${stranger}${path}`),
  away("an address as one number", ({ stranger }) => `http://2130706433:${stranger}${path}`),
  away("an address in hexadecimal", ({ stranger }) => `http://0x7f.0.0.1:${stranger}${path}`),
  away("an address in version 6", ({ stranger }) => `http://[::ffff:127.0.0.1]:${stranger}${path}`),
  away("the scheme alone left out", ({ stranger }) => `//${local}:${stranger}${path}`),
  away("a backslash for a slash", ({ stranger }) => `http:\\\\${local}:${stranger}${path}`),
  away("slashes and backslashes", ({ stranger }) => `http:/\\${local}:${stranger}${path}`),
  away("too many slashes", ({ stranger }) => `http:////${local}:${stranger}${path}`),
  away("no slashes", ({ stranger }) => `http:${local}:${stranger}${path}`),
  away("the API for a user", ({ api, stranger }) => `http://${local}:${api}@${local}:${stranger}${path}`),
  away("the API for a user without a port", ({ stranger }) => `http://${local}@${local}:${stranger}${path}`),
  away("Twilio for a user", ({ stranger }) => `https://video.twilio.com@${local}:${stranger}${path}`),
  away("Twilio and a colon for a user", ({ stranger }) => `https://video.twilio.com:443@${local}:${stranger}${path}`),
  away("a user of the API", ({ api }) => `http://me:you@${local}:${api}${path}`),
  away("an empty user with a password", ({ api }) => `http://:you@${local}:${api}${path}`),
  away("white space before", ({ stranger }) => ` \t\nhttp://${local}:${stranger}${path}`),
  away("white space within", ({ stranger }) => `ht\ntp://${local}:\t${stranger}${path}`),
  away("a host that begins like Twilio's", ({ stranger }) => `https://video.twilio.com.localhost:${stranger}${path}`),
  away("a host that ends like Twilio's", ({ stranger }) => `http://video.nottwilio.com:${stranger}${path}`),
  away("Twilio without TLS", () => `http://video.twilio.com${path}`),
  away("Twilio at another port", ({ stranger }) => `https://video.twilio.com:${stranger}${path}`),
  away("Twilio with a dot at its end", () => `https://video.twilio.com.${path}`),
  away("Twilio with a user", () => `https://me:you@video.twilio.com${path}`),
  away("another host of Twilio's", () => `https://api.twilio.com${path}`),
  away("Twilio with letters that look alike", () => `https://vіdeo.twilio.com${path}`),
  away("a path alone", () => path),
  away("a query alone", () => "?PageToken=t"),
  away("a file", () => "file:///etc/passwd?PageToken=t"),
  away("data", () => "data:application/json,{}?PageToken=t"),
  away("a script", () => "javascript:fetch('/')"),
  away("no URL", () => "http://"),
  home("the API itself", ({ api }) => `http://${local}:${api}${path}`),
  home("the API in capitals", ({ api }) => `HTTP://${local}:${api}${path}`),
  home("the API as one number", ({ api }) => `http://2130706433:${api}${path}`),
  home("the API with a dot at its end", ({ api }) => `http://${local}.:${api}${path}`),
  home(
    "the API, and the stranger behind a backslash",
    ({ api, stranger }) => `http://${local}:${api}\\@${local}:${stranger}/?PageToken=t`
  ),
  home(
    "the API, and the stranger behind a slash",
    ({ api, stranger }) => `http://${local}:${api}/@${local}:${stranger}/?PageToken=t`
  ),
  home(
    "the API, and the stranger behind a hash",
    ({ api, stranger }) => `http://${local}:${api}/?PageToken=t#@${local}:${stranger}/`
  ),
  home(
    "the API, and the stranger behind a question mark",
    ({ api, stranger }) => `http://${local}:${api}?PageToken=t@${local}:${stranger}/`
  ),
  home(
    "the API, and the stranger for a path",
    ({ api, stranger }) => `http://${local}:${api}//${local}:${stranger}/?PageToken=t`
  ),
  home("Twilio, which a proxy hands on", () => `https://video.twilio.com${path}`),
  home("Twilio elsewhere, which a proxy hands on", () => `https://video.dublin.ie1.twilio.com${path}`),
  home(
    "Twilio, and the stranger for a path",
    ({ stranger }) => `https://video.twilio.com//${local}:${stranger}/?PageToken=t`
  ),
  home(
    "Twilio, and the stranger for a user in a path",
    ({ stranger }) => `https://video.twilio.com\\@${local}:${stranger}/?PageToken=t`
  ),
  home(
    "Twilio, and dots that lead up",
    ({ stranger }) => `https://video.twilio.com/../..//${local}:${stranger}/?PageToken=t`
  )
]

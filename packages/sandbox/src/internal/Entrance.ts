/**
 * Who may use a sandbox that is served: under which host names, from which web pages, and who may use the controls. A
 * browser sends what any page asks it to, so a sandbox on loopback is in reach of every site that its developer visits.
 * Holds no route.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import type { ServeOptions } from "../SandboxOptions.ts"
import * as CallbackHosts from "./CallbackHosts.ts"
import * as RequestUrl from "./RequestUrl.ts"

type Look = (request: HttpServerRequest.HttpServerRequest) => HttpServerResponse.HttpServerResponse | undefined

export interface Entrance {
  readonly publicOrigin: string | undefined
  /** The refusal of a request that may not come in. */
  readonly refusal: Look
  /** The refusal of a request that may come in, and may not use the controls. */
  readonly controlRefusal: Look
}

// Not Twilio's refusals, so they have none of its codes.
const refuse = (status: number, problem: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.jsonUnsafe({ status, problem, message }, { status, headers })

const invalidHost = refuse(
  400,
  "invalid-host",
  "The request does not say which host it is for: a host name or an IP address, and a port if need be."
)

const hostNotAllowed = (name: string) =>
  refuse(
    403,
    "host-not-allowed",
    `The sandbox does not answer to the host name ${name}, which could be a web page's own. If it is yours, start the ` +
      `sandbox with --allow-host ${name}, or give it to allowedHosts.`
  )

const crossSite = refuse(
  403,
  "cross-site-request",
  "The sandbox does not answer web pages of other sites. If the page is yours, start the sandbox with --allow-origin " +
    "and the page's origin, or give that to allowedOrigins."
)

const callback = refuse(
  403,
  "status-callback",
  "A status callback does not control the sandbox. Send callbacks to your application."
)

const noToken = refuse(
  401,
  "control-token-missing",
  "The controls of this sandbox need its control token. Send it as Authorization: Bearer <token>.",
  { "www-authenticate": 'Bearer realm="Sandbox controls"' }
)

const closed = refuse(
  403,
  "controls-closed",
  "The sandbox listens beyond loopback without a control token, so it has no controls over HTTP. Start it with " +
    "--control-token, or give it a controlToken."
)

// A name can be made to point anywhere, and an address cannot.
const isAddress = (hostname: string): boolean => hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/u.test(hostname)

const isLoopback = (hostname: string): boolean => CallbackHosts.isLoopback(hostname) || hostname.endsWith(".localhost")

const hostRule = (allowedHosts: ReadonlyArray<string>): Look => {
  const allows = CallbackHosts.make(allowedHosts)
  // Nearly all requests come to the same one.
  let known: string | undefined
  return (request) => {
    for (const origin of RequestUrl.origins(request)) {
      if (origin === known) continue
      const url = RequestUrl.parseOrigin(origin)
      if (url === undefined) return invalidHost
      if (!isLoopback(url.hostname) && !isAddress(url.hostname) && !allows(url)) return hostNotAllowed(url.hostname)
      known = origin
    }
    return undefined
  }
}

const originRule = (allowedOrigins: ReadonlyArray<string>): Look => {
  const allowed = new Set(allowedOrigins.map((origin) => RequestUrl.parseOrigin(origin)?.origin))
  return ({ headers }) => {
    // A page on localhost is another site than 127.0.0.1: where a page tells its origin, that counts.
    if (headers.origin === undefined) return headers["sec-fetch-site"] === "cross-site" ? crossSite : undefined
    const url = RequestUrl.parseOrigin(headers.origin)
    return url !== undefined && (allowed.has(url.origin) || isLoopback(url.hostname)) ? undefined : crossSite
  }
}

// In a time that does not tell how much of it was right.
const isSame = (sent: string, token: string): boolean => {
  let differences = sent.length ^ token.length
  for (let i = 0; i < sent.length; i++) differences |= sent.charCodeAt(i) ^ token.charCodeAt(i % token.length)
  return differences === 0
}

const controlRule =
  (controlToken: Redacted.Redacted | undefined, isExposed: boolean): Look =>
  ({ headers }) => {
    // Looked at where it comes in: a callback's URL can lead back here by any name.
    if (headers["x-twilio-signature"] !== undefined) return callback
    if (controlToken === undefined) return isExposed ? closed : undefined
    const sent = /^Bearer +(\S+) *$/iu.exec(headers.authorization ?? "")?.[1]
    return sent !== undefined && isSame(sent, Redacted.value(controlToken)) ? undefined : noToken
  }

/** What is wrong with options, for whoever wrote them. */
export const problemOf = (options: ServeOptions): string | undefined => {
  const { allowedHosts = [], allowedOrigins = [], controlToken, publicOrigin } = options
  const host = CallbackHosts.invalid(allowedHosts)
  if (host !== undefined) {
    return `${JSON.stringify(host)} cannot be an allowed host: it is neither a host nor a host and a port.`
  }
  const origin = [...allowedOrigins, ...(publicOrigin === undefined ? [] : [publicOrigin])].find(
    (text) => RequestUrl.parseOrigin(text) === undefined
  )
  if (origin !== undefined) return `${JSON.stringify(origin)} is not an origin, such as https://app.example.com.`
  return controlToken === undefined || /^[\w.~+/-]+=*$/u.test(Redacted.value(controlToken))
    ? undefined
    : "The control token cannot be sent as a bearer token. Use letters, digits and -._~+/ only."
}

/** `isExposed` says that other machines reach the sandbox, which then has no controls without a token. */
export const make = (options: ServeOptions, isExposed = false): Entrance => {
  const problem = problemOf(options)
  if (problem !== undefined) throw new Error(problem)
  const byHost = hostRule(options.allowedHosts ?? [])
  const byOrigin = originRule(options.allowedOrigins ?? [])
  return {
    publicOrigin: options.publicOrigin,
    refusal: (request) => byHost(request) ?? byOrigin(request),
    controlRefusal: controlRule(options.controlToken, isExposed)
  }
}

/** Of a client in the same process, which is the program itself. */
export const inProcess: Entrance = {
  publicOrigin: undefined,
  refusal: () => undefined,
  controlRefusal: () => undefined
}

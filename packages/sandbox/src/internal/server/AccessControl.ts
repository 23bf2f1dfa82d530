/**
 * Controls access to a served sandbox: the allowed host names, the allowed web pages and the token of the controls. Any
 * site that a developer visits can send requests to a sandbox on loopback.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import type { ServeOptions } from "../../SandboxOptions.ts"
import * as AllowedHosts from "../wire/AllowedHosts.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"

type Rule = (request: HttpServerRequest.HttpServerRequest) => HttpServerResponse.HttpServerResponse | undefined

export interface AccessControl {
  /** The origin in the URLs of responses. Default: the request's. */
  publicOrigin: string | undefined
  /** The response to a request that isn't allowed on any route; undefined if the request is allowed. */
  readonly refusal: Rule
  /** The response to a request that isn't allowed on the controls; undefined if the request is allowed. */
  readonly controlRefusal: Rule
}

// Twilio has no equivalent of these errors, so they have no `code`.
const refuse = (status: number, problem: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.jsonUnsafe({ status, problem, message }, { status, headers })

const invalidHost = refuse(
  400,
  "invalid-host",
  "The request's host is malformed. Send a host name or an IP address, with an optional port."
)

// Not 403: to a client, that means that Twilio rejected its credentials.
const hostNotAllowed = (name: string) =>
  refuse(
    421,
    "host-not-allowed",
    `The host name ${name} isn't allowed, as a protection against DNS rebinding. If the name is yours, start the ` +
      `sandbox with --allow-host ${name}, or add it to allowedHosts.`
  )

const crossSite = refuse(
  403,
  "cross-site-request",
  "Requests from web pages of other sites aren't allowed. If the page is yours, start the sandbox with " +
    "--allow-origin and the page's origin, or add the origin to allowedOrigins."
)

const callback = refuse(
  403,
  "status-callback",
  "The controls don't accept status callbacks. Send callbacks to your application."
)

const noToken = refuse(
  401,
  "control-token-missing",
  "The controls of this sandbox require its control token. Send it as Authorization: Bearer <token>.",
  { "www-authenticate": 'Bearer realm="Sandbox controls"' }
)

const closed = refuse(
  403,
  "controls-closed",
  "The controls are closed: other machines can reach the sandbox, and it has no control token. Start it with " +
    "--control-token, or set controlToken."
)

// DNS rebinding needs a host name that the attacker controls, so IP addresses are safe.
const isAddress = (hostname: string): boolean => hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/u.test(hostname)

const isLoopback = (hostname: string): boolean => AllowedHosts.isLoopback(hostname) || hostname.endsWith(".localhost")

// Only Twilio controls these names, and clients with a replaced transport send them.
const isTwilio = (hostname: string): boolean => /^video(\.[a-z0-9-]+){0,2}\.twilio\.com$/u.test(hostname)

const isSafe = ({ hostname }: URL): boolean => isLoopback(hostname) || isAddress(hostname) || isTwilio(hostname)

const hostRule = (allowedHosts: ReadonlyArray<string>): Rule => {
  const allows = AllowedHosts.make(allowedHosts)
  // Most requests have the same origin: parse it once.
  let known: string | undefined
  return (request) => {
    for (const origin of RequestUrl.origins(request)) {
      if (origin === known) continue
      const url = RequestUrl.parseOrigin(origin)
      if (url === undefined) return invalidHost
      if (!isSafe(url) && !allows(url)) return hostNotAllowed(url.hostname)
      known = origin
    }
    return undefined
  }
}

const originRule = (allowedOrigins: ReadonlyArray<string>): Rule => {
  const allowed = new Set(allowedOrigins.map((origin) => RequestUrl.parseOrigin(origin)?.origin))
  return ({ headers }) => {
    // Browsers treat localhost and 127.0.0.1 as different sites, so Sec-Fetch-Site is checked only without an Origin.
    if (headers.origin === undefined) return headers["sec-fetch-site"] === "cross-site" ? crossSite : undefined
    const url = RequestUrl.parseOrigin(headers.origin)
    return url !== undefined && (allowed.has(url.origin) || isLoopback(url.hostname)) ? undefined : crossSite
  }
}

// Compares in constant time.
const isSame = (sent: string, token: string): boolean => {
  let differences = sent.length ^ token.length
  for (let i = 0; i < sent.length; i++) differences |= sent.charCodeAt(i) ^ token.charCodeAt(i % token.length)
  return differences === 0
}

const controlRule =
  (controlToken: Redacted.Redacted | undefined, isExposed: boolean): Rule =>
  ({ headers }) => {
    // A callback URL can lead to the controls under any host name, so callbacks are recognized by their signature.
    if (headers["x-twilio-signature"] !== undefined) return callback
    if (controlToken === undefined) return isExposed ? closed : undefined
    const sent = /^Bearer +(\S+) *$/iu.exec(headers.authorization ?? "")?.[1]
    return sent !== undefined && isSame(sent, Redacted.value(controlToken)) ? undefined : noToken
  }

/** Describes the first invalid option; undefined if all are valid. */
export const problemOf = (options: ServeOptions): string | undefined => {
  const { allowedHosts = [], allowedOrigins = [], controlToken, publicOrigin } = options
  const host = AllowedHosts.invalid(allowedHosts)
  if (host !== undefined) {
    return `Invalid host ${JSON.stringify(host)}. Use a form such as sandbox.example.com or sandbox.example.com:8080.`
  }
  const origin = [...allowedOrigins, ...(publicOrigin === undefined ? [] : [publicOrigin])].find(
    (text) => RequestUrl.parseOrigin(text) === undefined
  )
  if (origin !== undefined)
    return `Invalid origin ${JSON.stringify(origin)}. Use a form such as https://app.example.com.`
  return controlToken === undefined || /^[\w.~+/-]+=*$/u.test(Redacted.value(controlToken))
    ? undefined
    : "The control token isn't a valid bearer token. Use letters, digits and -._~+/ only."
}

/**
 * Throws if an option is invalid. If the sandbox is exposed, which means that other machines can reach it, the controls
 * are closed without a token.
 */
export const make = (options: ServeOptions, isExposed = false): AccessControl => {
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

/** Allows every request, for a client in the same process. */
export const inProcess: AccessControl = {
  publicOrigin: undefined,
  refusal: () => undefined,
  controlRefusal: () => undefined
}

/**
 * Access to a served sandbox: the host names and web pages it answers, and the token for its controls. A browser sends
 * what any page asks for, so every site that a developer visits can reach a sandbox on loopback.
 */
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import type { ServeOptions } from "../../SandboxOptions.ts"
import * as AllowedHosts from "../wire/AllowedHosts.ts"
import * as RequestUrl from "../wire/RequestUrl.ts"

type Rule = (request: HttpServerRequest.HttpServerRequest) => HttpServerResponse.HttpServerResponse | undefined

export interface AccessControl {
  readonly publicOrigin: string | undefined
  /** Refuses a request on any route. */
  readonly refusal: Rule
  /** Refuses a request to the controls. */
  readonly controlRefusal: Rule
}

// Twilio has no such refusals, so there is no code.
const refuse = (status: number, problem: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  HttpServerResponse.jsonUnsafe({ status, problem, message }, { status, headers })

const invalidHost = refuse(
  400,
  "invalid-host",
  "The request's host is malformed. Send a host name or an IP address, with an optional port."
)

// Not 403, which a client takes for Twilio's refusal of its credentials.
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

// Anybody can point a name at this machine, which is how DNS rebinding works. An address stays what it is.
const isAddress = (hostname: string): boolean => hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/u.test(hostname)

const isLoopback = (hostname: string): boolean => AllowedHosts.isLoopback(hostname) || hostname.endsWith(".localhost")

// Nobody else can point Twilio's names at this machine, and a client whose transport was replaced still asks for them.
const isTwilio = (hostname: string): boolean => /^video(\.[a-z0-9-]+){0,2}\.twilio\.com$/u.test(hostname)

const isSafe = ({ hostname }: URL): boolean => isLoopback(hostname) || isAddress(hostname) || isTwilio(hostname)

const hostRule = (allowedHosts: ReadonlyArray<string>): Rule => {
  const allows = AllowedHosts.make(allowedHosts)
  // Nearly all requests name the same one.
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
    // To a browser, localhost and 127.0.0.1 are different sites, so Sec-Fetch-Site counts only without an Origin.
    if (headers.origin === undefined) return headers["sec-fetch-site"] === "cross-site" ? crossSite : undefined
    const url = RequestUrl.parseOrigin(headers.origin)
    return url !== undefined && (allowed.has(url.origin) || isLoopback(url.hostname)) ? undefined : crossSite
  }
}

// Takes as long whichever characters are right.
const isSame = (sent: string, token: string): boolean => {
  let differences = sent.length ^ token.length
  for (let i = 0; i < sent.length; i++) differences |= sent.charCodeAt(i) ^ token.charCodeAt(i % token.length)
  return differences === 0
}

const controlRule =
  (controlToken: Redacted.Redacted | undefined, isExposed: boolean): Rule =>
  ({ headers }) => {
    // Recognised here by its signature: the callback's URL can lead back here by any name.
    if (headers["x-twilio-signature"] !== undefined) return callback
    if (controlToken === undefined) return isExposed ? closed : undefined
    const sent = /^Bearer +(\S+) *$/iu.exec(headers.authorization ?? "")?.[1]
    return sent !== undefined && isSame(sent, Redacted.value(controlToken)) ? undefined : noToken
  }

/** The first invalid option, in words. */
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

/** Throws if an option is invalid. If other machines can reach the sandbox, the controls are closed without a token. */
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

/** For a client in the same process: no restriction. */
export const inProcess: AccessControl = {
  publicOrigin: undefined,
  refusal: () => undefined,
  controlRefusal: () => undefined
}

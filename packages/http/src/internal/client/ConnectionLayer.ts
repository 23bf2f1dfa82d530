/**
 * Layers of services on one connection: checks the options, and makes the client with a transport's sender.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Quota from "../../Quota.ts"
import type * as Attempt from "../transport/Attempt.ts"
import * as RequestPath from "../wire/RequestPath.ts"
import * as SecretDetector from "../wire/SecretDetector.ts"
import * as RateLimiter from "./RateLimiter.ts"
import * as TwilioClient from "./TwilioClient.ts"
import * as VideoServices from "./VideoServices.ts"

/** `TwilioConnection.Credentials`, before they are checked. */
interface Credentials {
  readonly accountSid?: string | undefined
  readonly authToken?: Redacted.Redacted | undefined
  readonly apiKeySid?: string | undefined
  readonly apiKeySecret?: Redacted.Redacted | undefined
}

/** `TwilioConnection.ServerOptions`. */
interface Server {
  readonly region?: string | undefined
  readonly edge?: string | undefined
  readonly baseUrl?: string | undefined
  readonly quota?: Quota.Quota | "off" | undefined
}

/** The error of an invalid option. */
export const invalid = (argument: string, problem: string): TwilioError.TwilioError =>
  TwilioError.make(RequestPath.invalidArgument(argument, problem))

const locationName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/u

const checkBaseUrl = Effect.fnUntraced(function* (options: Server) {
  if (options.baseUrl === undefined) {
    const { edge, region } = options
    for (const [name, value] of [
      ["region", region],
      ["edge", edge]
    ] as const) {
      if (value !== undefined && !locationName.test(value)) {
        return yield* invalid(name, "is not a location such as ie1 or dublin")
      }
    }
    const location = edge === undefined ? region : `${edge}.${region ?? "us1"}`
    return location === undefined ? "https://video.twilio.com" : `https://video.${location}.twilio.com`
  }
  if (!URL.canParse(options.baseUrl)) return yield* invalid("baseUrl", "is not an absolute URL")
  const url = new URL(options.baseUrl)
  if (url.protocol !== "https:" && url.protocol !== "http:") return yield* invalid("baseUrl", "is not an HTTP(S) URL")
  if (url.username !== "" || url.password !== "") {
    return yield* invalid("baseUrl", "contains credentials; pass them as options")
  }
  if (url.search !== "" || url.hash !== "") return yield* invalid("baseUrl", "has a query or a fragment")
  // Under a wrong path, Twilio's responses to look-ups can't be told from those for missing resources.
  if (/\/v1(\/rooms(\/.*)?)?\/*$/iu.test(url.pathname)) {
    return yield* invalid("baseUrl", "ends in /v1, which requests add")
  }
  if (/(^|\.)twilio\.com$/u.test(url.hostname) && !(RequestPath.isTwilioOrigin(url) && url.pathname === "/")) {
    return yield* invalid("baseUrl", "is a URL of Twilio other than https://video.twilio.com")
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`
})

// JavaScript programs may pass any value.
const checkSecret = (argument: string, secret: unknown): Effect.Effect<Redacted.Redacted, TwilioError.TwilioError> => {
  if (secret === undefined) return Effect.fail(invalid(argument, "is missing"))
  if (!Redacted.isRedacted(secret)) {
    return Effect.fail(invalid(argument, "is not Redacted; wrap it with Redacted.make"))
  }
  const text = Redacted.value(secret)
  return typeof text === "string" && text !== ""
    ? Effect.succeed(secret as Redacted.Redacted)
    : Effect.fail(invalid(argument, "is empty"))
}

const checkCredentials = Effect.fnUntraced(function* (options: Credentials) {
  const { accountSid, apiKeySecret, apiKeySid, authToken } = options
  const hasKey = apiKeySid !== undefined || apiKeySecret !== undefined
  if (hasKey && authToken !== undefined) {
    return yield* invalid("authToken", "is given in addition to an API key")
  }
  if (hasKey) {
    if (!Sid.isApiKeySid(apiKeySid)) {
      return yield* invalid("apiKeySid", "is not an API key's SID (SK and 32 hexadecimal digits)")
    }
    return { username: apiKeySid, password: yield* checkSecret("apiKeySecret", apiKeySecret) }
  }
  if (!Sid.isAccountSid(accountSid)) {
    return yield* invalid("accountSid", "is not an account's SID (AC and 32 hexadecimal digits)")
  }
  return { username: accountSid, password: yield* checkSecret("authToken", authToken) }
})

/** What a transport needs to know of a connection. */
export interface SenderSettings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly containsSecret: SecretDetector.SecretDetector
  readonly origin: string
}

/** Builds services on one connection, from options that it checks. */
export const make = <Identifier, R>(
  services: VideoServices.VideoService | ReadonlyArray<VideoServices.VideoService>,
  options: Credentials & Server,
  makeSender: (settings: SenderSettings) => Effect.Effect<Attempt.Sender, TwilioError.TwilioError, R>
): Layer.Layer<Identifier, TwilioError.TwilioError, Exclude<R, Scope.Scope>> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const credentials = yield* checkCredentials(options)
      const containsSecret = SecretDetector.make(credentials.username, credentials.password)
      const quota = options.quota ?? Quota.twilio
      const baseUrl = yield* checkBaseUrl(options)
      const client = yield* TwilioClient.make({
        baseUrl,
        containsSecret,
        rateLimiter:
          quota === "off" ? RateLimiter.unlimited : yield* RateLimiter.make({ ...credentials, baseUrl, quota }),
        sender: yield* makeSender({ ...credentials, containsSecret, origin: new URL(baseUrl).origin })
      })
      return VideoServices.build(services, client) as Context.Context<Identifier>
    })
  )

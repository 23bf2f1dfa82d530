/**
 * Connections to Twilio's API: the credentials, where and how requests are sent, and the layers that provide services on
 * a connection.
 *
 * @since 0.1.0
 */
import * as Environment from "@effect-twilio-video/core/Environment"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Config from "effect/Config"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Types from "effect/Types"
import * as RateLimiter from "./internal/client/RateLimiter.ts"
import * as TwilioClient from "./internal/client/TwilioClient.ts"
import * as VideoServices from "./internal/client/VideoServices.ts"
import type * as Attempt from "./internal/transport/Attempt.ts"
import * as FetchSender from "./internal/transport/FetchSender.ts"
import * as HttpClientSender from "./internal/transport/HttpClientSender.ts"
import * as RequestPath from "./internal/wire/RequestPath.ts"
import * as SecretDetector from "./internal/wire/SecretDetector.ts"
import * as Quota from "./Quota.ts"

/**
 * A service that the layers of this module provide, such as `TwilioVideo.participants`.
 *
 * @category models
 * @since 0.1.0
 */
export interface VideoService<out Identifier> {
  readonly "~@effect-twilio-video/http/VideoService": Types.Covariant<Identifier>
}

/**
 * The identifier of a {@link VideoService}, as a layer provides it.
 *
 * @category models
 * @since 0.1.0
 */
export type Provided<Service> = Service extends VideoService<infer Identifier> ? Identifier : never

/**
 * An account's SID and its Auth Token.
 *
 * @category models
 * @since 0.1.0
 */
export interface AuthTokenCredentials {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string
  readonly authToken: Redacted.Redacted
  readonly apiKeySid?: undefined
  readonly apiKeySecret?: undefined
}

/**
 * An API key's SID and its secret. Twilio recommends them for production, since a key can be revoked.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiKeyCredentials {
  /** `SK` and 32 hexadecimal digits. */
  readonly apiKeySid: string
  readonly apiKeySecret: Redacted.Redacted
  /** Not needed: the key identifies the account. */
  readonly accountSid?: string | undefined
  readonly authToken?: undefined
}

/**
 * The credentials of requests: one pair or the other, not both.
 *
 * Follows https://www.twilio.com/docs/usage/requests-to-twilio.
 *
 * @category models
 * @since 0.1.0
 */
export type Credentials = AuthTokenCredentials | ApiKeyCredentials

/**
 * Where requests are sent, and at what rate.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerOptions {
  /** Twilio's processing region, such as `ie1`. Makes the host `video.ie1.twilio.com`. */
  readonly region?: string | undefined
  /** Twilio's edge location, such as `dublin`. Makes the host `video.dublin.ie1.twilio.com`; alone it implies `us1`. */
  readonly edge?: string | undefined
  /**
   * The URL of a sandbox or a proxy to use instead of Twilio's; `region` and `edge` don't apply. It must not contain
   * credentials, and its path must not end in `/v1`. Next pages are only read below it.
   */
  readonly baseUrl?: string | undefined
  /**
   * How many requests are sent per second; others wait, first come, first served. An interrupted call gives up its
   * turn, and a call whose turn would come after its deadline fails at once. Default: Twilio's quota, `Quota.twilio`.
   * Connections of a process with the same credentials, base URL and quota share it; to share it between processes, see
   * `SharedQuota`. Use `off` for a server without a quota, such as a sandbox.
   */
  readonly quota?: Quota.Quota | "off" | undefined
}

/**
 * How requests are sent through an `HttpClient`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConnectionOptions extends ServerOptions {
  /** Transforms the `HttpClient`. Its requests already have credentials. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * An object with a `fetch` that must be called as its method, such as a Worker's service binding.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fetcher {
  fetch(url: string, init: RequestInit): Promise<Response>
}

/**
 * How requests are sent through `fetch`.
 *
 * @category models
 * @since 0.1.0
 */
export interface FetchConnectionOptions extends ServerOptions {
  /**
   * The `fetch` to use: a function, or an object whose method it is, such as a Worker's service binding
   * (`fetch: env.SERVICE`). Default: `globalThis.fetch`.
   */
  readonly fetch?: typeof globalThis.fetch | Fetcher | undefined
  /**
   * Further options of `fetch`, such as Next's `cache`. Method, headers, body, `redirect` and `signal` can't be changed.
   *
   * In a browser, use `credentials: "omit"` for a proxy at the page's own origin: otherwise, after a response with status
   * 401, the browser asks the user for a password, and the request waits. Some Workers reject this option.
   */
  readonly requestInit?: RequestInit | undefined
}

/**
 * The options of a connection through an `HttpClient`: credentials, and where and how to connect.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = Credentials & ConnectionOptions

/**
 * The options of a connection through `fetch`: credentials, and where and how to connect.
 *
 * @category models
 * @since 0.1.0
 */
export type FetchOptions = Credentials & FetchConnectionOptions

const invalid = (argument: string, problem: string): TwilioError.TwilioError =>
  TwilioError.make(RequestPath.invalidArgument(argument, problem))

const locationName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/u

const checkBaseUrl = Effect.fnUntraced(function* (options: ServerOptions) {
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
const secretProblem = (secret: unknown): string | undefined => {
  if (secret === undefined) return "is missing"
  if (!Redacted.isRedacted(secret)) return "is not Redacted; wrap it with Redacted.make"
  const text = Redacted.value(secret)
  return typeof text === "string" && text !== "" ? undefined : "is empty"
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
    const problem = secretProblem(apiKeySecret)
    return problem === undefined
      ? { username: apiKeySid, password: apiKeySecret }
      : yield* invalid("apiKeySecret", problem)
  }
  if (!Sid.isAccountSid(accountSid)) {
    return yield* invalid("accountSid", "is not an account's SID (AC and 32 hexadecimal digits)")
  }
  const problem = secretProblem(authToken)
  return problem === undefined ? { username: accountSid, password: authToken } : yield* invalid("authToken", problem)
})

interface SenderSettings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly containsSecret: SecretDetector.SecretDetector
}

const makeLayer = <Service extends VideoService<unknown>, R>(
  services: Service | ReadonlyArray<Service>,
  options: Credentials & ServerOptions,
  makeSender: (settings: SenderSettings) => Effect.Effect<Attempt.Sender, TwilioError.TwilioError, R>
): Layer.Layer<Provided<Service>, TwilioError.TwilioError, R> =>
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
        sender: yield* makeSender({ ...credentials, containsSecret })
      })
      return VideoServices.build(services, client) as Context.Context<Provided<Service>>
    })
  )

/**
 * Provides services over the `HttpClient` of the program. Services of one layer share a connection; those that are left
 * out are not in a bundle.
 *
 * Fails with reason `InvalidArgument` for invalid options; nothing is sent.
 *
 * @example
 * ```ts
 * import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
 * import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Twilio = TwilioConnection.layer([TwilioVideo.participants, TwilioVideo.rooms], {
 *   apiKeySid: "SK0123456789abcdef0123456789abcdef",
 *   apiKeySecret: Redacted.make("the secret")
 * }).pipe(Layer.provide(FetchTransport.layer))
 *
 * Layer.isLayer(Twilio) // => true
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layer = <Service extends VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Options
): Layer.Layer<Provided<Service>, TwilioError.TwilioError, HttpClient.HttpClient> =>
  makeLayer(services, options, (settings) =>
    HttpClientSender.make({ ...settings, transformClient: options.transformClient ?? identity })
  )

/**
 * Provides services over the runtime's `fetch`, as {@link layer} does over an `HttpClient`: the same requests, responses
 * and errors, in a smaller bundle. `pnpm size` prints the sizes.
 *
 * @example
 * ```ts
 * import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
 * import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const Twilio = TwilioConnection.layerFetch(TwilioVideo.participants, {
 *   apiKeySid: "SK0123456789abcdef0123456789abcdef",
 *   apiKeySecret: Redacted.make("the secret")
 * })
 *
 * Layer.isLayer(Twilio) // => true
 * ```
 * @category layers
 * @since 0.1.0
 */
export const layerFetch = <Service extends VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: FetchOptions
): Layer.Layer<Provided<Service>, TwilioError.TwilioError> =>
  makeLayer(services, options, ({ password, username }) => {
    const { fetch, requestInit } = options
    return fetch === undefined || typeof fetch === "function" || FetchSender.isFetcher(fetch)
      ? Effect.succeed(FetchSender.make({ username, password, fetch, requestInit }))
      : Effect.fail(invalid("fetch", "is not a function and has no fetch method"))
  })

/**
 * The options in the environment. Credentials are those of an API key, `TWILIO_API_KEY_SID` and `TWILIO_API_KEY_SECRET`
 * (also as `TWILIO_API_KEY` and `TWILIO_API_SECRET`), or else `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`. A key's SID
 * without its secret is an error. `TWILIO_REGION`, `TWILIO_EDGE` and `TWILIO_VIDEO_BASE_URL` are optional. An empty
 * variable counts as missing.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<Credentials & ServerOptions> = Config.all({
  apiKey: Environment.apiKey,
  region: Environment.optional("TWILIO_REGION"),
  edge: Environment.optional("TWILIO_EDGE"),
  baseUrl: Environment.optional("TWILIO_VIDEO_BASE_URL")
}).pipe(
  Config.flatMap(({ apiKey, ...connection }) => {
    const credentials: Config.Config<Credentials> =
      apiKey === undefined
        ? Config.all({
            accountSid: Config.NonEmptyString("TWILIO_ACCOUNT_SID"),
            authToken: Config.Redacted("TWILIO_AUTH_TOKEN")
          })
        : Config.succeed(apiKey)
    return Config.map(credentials, (credentials) => ({ ...credentials, ...connection }))
  })
)

const configOrAdvice = Environment.explain(
  config,
  "the options",
  "For credentials, set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and TWILIO_API_SECRET), or " +
    "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
)

/**
 * The layer of {@link layer} with its options from a `Config`: by default the environment's, see {@link config}. Fails
 * with `ConfigError` if a variable is missing, and names the variables to set.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = <Service extends VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Config.Config<Options> = configOrAdvice
): Layer.Layer<Provided<Service>, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient> =>
  Layer.unwrap(Effect.map(options, (options) => layer(services, options)))

/**
 * The layer of {@link layerFetch} with its credentials and server from a `Config`: by default the environment's, see
 * {@link config}. Options that a `Config` can't contain are the last argument.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetchConfig = <Service extends VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Config.Config<Credentials & ServerOptions> = configOrAdvice,
  fetchOptions: Pick<FetchConnectionOptions, "fetch" | "requestInit"> = {}
): Layer.Layer<Provided<Service>, Config.ConfigError | TwilioError.TwilioError> =>
  Layer.unwrap(Effect.map(options, (options) => layerFetch(services, { ...options, ...fetchOptions })))

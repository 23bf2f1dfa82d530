/**
 * Connections to Twilio's API: the credentials, where requests are sent, and the layers that provide services on a
 * connection through `fetch`. `TwilioHttpClient` has those through an Effect `HttpClient`, and `TwilioNode` those through
 * undici.
 *
 * @since 0.1.0
 */
import * as Environment from "@effect-twilio-video/core/Environment"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Types from "effect/Types"
import * as ConnectionLayer from "./internal/client/ConnectionLayer.ts"
import * as FetchSender from "./internal/transport/FetchSender.ts"
import type * as Quota from "./Quota.ts"

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
 * The options of a connection through `fetch`: credentials, and where and how to connect.
 *
 * @category models
 * @since 0.1.0
 */
export type FetchOptions = Credentials & FetchConnectionOptions

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
  ConnectionLayer.make(services, options, ({ password, username }) => {
    const { fetch, requestInit } = options
    return fetch === undefined || typeof fetch === "function" || FetchSender.isFetcher(fetch)
      ? Effect.succeed(FetchSender.make({ username, password, fetch, requestInit }))
      : Effect.fail(ConnectionLayer.invalid("fetch", "is not a function and has no fetch method"))
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
export const config: Config.Config<Credentials & ServerOptions> = Environment.explain(
  Config.all({
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
  ),
  "the options",
  "For credentials, set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and TWILIO_API_SECRET), or " +
    "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
)

/**
 * The layer of {@link layerFetch} with its credentials and server from a `Config`: by default the environment's, see
 * {@link config}. Options that a `Config` can't contain are the last argument.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetchConfig = <Service extends VideoService<unknown>>(
  services: Service | ReadonlyArray<Service>,
  options: Config.Config<Credentials & ServerOptions> = config,
  fetchOptions: Pick<FetchConnectionOptions, "fetch" | "requestInit"> = {}
): Layer.Layer<Provided<Service>, Config.ConfigError | TwilioError.TwilioError> =>
  Layer.unwrap(Effect.map(options, (options) => layerFetch(services, { ...options, ...fetchOptions })))

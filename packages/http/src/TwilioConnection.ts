/**
 * A connection to Twilio's API: credentials, where requests go and how, and the layer that all services share. Holds no
 * transport (the `HttpClient` stays a requirement, so that the program picks it) and no operation.
 *
 * @since 0.1.0
 */
import * as Environment from "@effect-twilio-video/core/Environment"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Address from "./internal/wire/Address.ts"
import type * as Attempt from "./internal/transport/Attempt.ts"
import * as CredentialsInTexts from "./internal/wire/Credentials.ts"
import * as FetchSender from "./internal/transport/FetchSender.ts"
import * as HttpClientSender from "./internal/transport/HttpClientSender.ts"
import * as Meter from "./internal/client/Meter.ts"
import * as TwilioClient from "./internal/client/TwilioClient.ts"
import * as Quota from "./Quota.ts"

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
 * An API key's SID and its secret. Twilio advises these for production: a key can be revoked on its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiKeyCredentials {
  /** `SK` and 32 hexadecimal digits. */
  readonly apiKeySid: string
  readonly apiKeySecret: Redacted.Redacted
  /** Not needed: Twilio knows the account by the key. */
  readonly accountSid?: string | undefined
  readonly authToken?: undefined
}

/**
 * What to sign requests with: one pair or the other, not both.
 *
 * Follows https://www.twilio.com/docs/usage/requests-to-twilio.
 *
 * @category models
 * @since 0.1.0
 */
export type Credentials = AuthTokenCredentials | ApiKeyCredentials

/**
 * Where to send requests, and how many.
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
   * The URL to use instead of Twilio's, without `/v1`: a sandbox or a proxy. It takes the place of the whole origin, so
   * `region` and `edge` do not apply. It must not hold credentials, and its path must not end in `/v1`. Next pages are
   * read only under it.
   */
  readonly baseUrl?: string | undefined
  /**
   * How many requests go out in a second; more wait their turn, first come, first served. A call that is interrupted
   * gives up its turn, and a call whose turn would come after its deadline fails at once. Twilio's own quota by default,
   * `Quota.twilio`. Connections of a process with the same credentials, base URL and quota share it; for processes, see
   * `SharedQuota`. `off` for a server without a quota, such as a sandbox.
   */
  readonly quota?: Quota.Quota | "off" | undefined
}

/**
 * Where to send requests and how, through an `HttpClient`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConnectionOptions extends ServerOptions {
  /** Changes the `HttpClient` that requests go through, after credentials are set. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * An object with a `fetch` that must be called as its method, such as a Worker's service binding.
 *
 * @category models
 * @since 0.1.0
 */
export type Fetcher = FetchSender.Fetcher

/**
 * Where to send requests and how, through `fetch`.
 *
 * @category models
 * @since 0.1.0
 */
export interface FetchConnectionOptions extends ServerOptions {
  /**
   * The `fetch` to use: a function, or an object whose method it is, such as a Worker's service binding
   * (`fetch: env.SERVICE`). Default: the runtime's own, `globalThis.fetch`.
   */
  readonly fetch?: typeof globalThis.fetch | Fetcher | undefined
  /**
   * What a runtime takes beyond the request itself, such as Next's `cache`. The request's own members stay. A page that
   * asks a proxy of its own origin needs `credentials: "omit"`: after an answer of 401, a browser else asks its user for
   * a password, and the request waits. Not in Workers, some of which refuse that member.
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

const refused = (argument: string, problem: string): TwilioError.TwilioError =>
  TwilioError.make(Address.invalid(argument, problem))

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/u

const baseUrlOf = Effect.fnUntraced(function* (options: ServerOptions) {
  if (options.baseUrl === undefined) {
    const { edge, region } = options
    for (const [name, value] of [
      ["region", region],
      ["edge", edge]
    ] as const) {
      if (value !== undefined && !label.test(value)) {
        return yield* refused(name, "is not a location such as ie1 or dublin")
      }
    }
    const location = edge === undefined ? region : `${edge}.${region ?? "us1"}`
    return location === undefined ? "https://video.twilio.com" : `https://video.${location}.twilio.com`
  }
  if (!URL.canParse(options.baseUrl)) return yield* refused("baseUrl", "is not an absolute URL")
  const url = new URL(options.baseUrl)
  if (url.protocol !== "https:" && url.protocol !== "http:") return yield* refused("baseUrl", "is not an HTTP(S) URL")
  if (url.username !== "" || url.password !== "") {
    return yield* refused("baseUrl", "holds credentials; pass them as options")
  }
  if (url.search !== "" || url.hash !== "") return yield* refused("baseUrl", "has a query or a fragment")
  // With a wrong path, Twilio answers each look-up that there is nothing, as if it had looked.
  if (/\/v1(\/rooms(\/.*)?)?\/*$/iu.test(url.pathname)) {
    return yield* refused("baseUrl", "ends in /v1, which each request adds")
  }
  if (/(^|\.)twilio\.com$/u.test(url.hostname) && !(Address.isTwilio(url) && url.pathname === "/")) {
    return yield* refused("baseUrl", "is at Twilio, but is not https://video.twilio.com")
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`
})

// Programs without types hand over whatever they have.
const secretProblem = (secret: unknown): string | undefined => {
  if (secret === undefined) return "is missing"
  if (!Redacted.isRedacted(secret)) return "is not Redacted: wrap it in Redacted.make"
  const text = Redacted.value(secret)
  return typeof text === "string" && text !== "" ? undefined : "is empty"
}

const credentialsOf = Effect.fnUntraced(function* (options: Credentials) {
  const { accountSid, apiKeySecret, apiKeySid, authToken } = options
  const hasKey = apiKeySid !== undefined || apiKeySecret !== undefined
  if (hasKey && authToken !== undefined) {
    return yield* refused("authToken", "is given beside an API key")
  }
  if (hasKey) {
    if (!Sid.isApiKeySid(apiKeySid)) {
      return yield* refused("apiKeySid", "is not an API key's SID (SK and 32 hexadecimal digits)")
    }
    const problem = secretProblem(apiKeySecret)
    return problem === undefined
      ? { username: apiKeySid, password: apiKeySecret }
      : yield* refused("apiKeySecret", problem)
  }
  if (!Sid.isAccountSid(accountSid)) {
    return yield* refused("accountSid", "is not an account's SID (AC and 32 hexadecimal digits)")
  }
  const problem = secretProblem(authToken)
  return problem === undefined ? { username: accountSid, password: authToken } : yield* refused("authToken", problem)
})

/**
 * What sends requests for the services. Its insides are not for programs: provide it to the layers of `TwilioVideo`.
 *
 * @category services
 * @since 0.1.0
 */
export class TwilioConnection extends Context.Service<TwilioConnection, TwilioClient.TwilioClient>()(
  "@effect-twilio-video/http/TwilioConnection"
) {}

interface SenderSettings {
  readonly username: string
  readonly password: Redacted.Redacted
  readonly holdsCredentials: CredentialsInTexts.Detector
}

const make = <R>(
  options: Credentials & ServerOptions,
  makeSender: (settings: SenderSettings) => Effect.Effect<Attempt.Sender, TwilioError.TwilioError, R>
) =>
  Layer.effect(
    TwilioConnection,
    Effect.gen(function* () {
      const credentials = yield* credentialsOf(options)
      const holdsCredentials = CredentialsInTexts.detector(credentials.username, credentials.password)
      const quota = options.quota ?? Quota.twilio
      const baseUrl = yield* baseUrlOf(options)
      return yield* TwilioClient.make({
        baseUrl,
        holdsCredentials,
        meter: quota === "off" ? Meter.off : yield* Meter.make({ ...credentials, baseUrl, quota }),
        sender: yield* makeSender({ ...credentials, holdsCredentials })
      })
    })
  )

/**
 * A connection over the `HttpClient` that the program provides. Fails with reason `InvalidArgument` for options that
 * cannot be right; nothing is sent.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<TwilioConnection, TwilioError.TwilioError, HttpClient.HttpClient> =>
  make(options, (settings) =>
    HttpClientSender.make({ ...settings, transformClient: options.transformClient ?? identity })
  )

/**
 * A connection over the runtime's own `fetch`, without an `HttpClient`. The same requests, answers and errors, and a
 * smaller bundle: `pnpm size` tells by how much.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetch = (options: FetchOptions): Layer.Layer<TwilioConnection, TwilioError.TwilioError> =>
  make(options, ({ password, username }) => {
    const { fetch, requestInit } = options
    return fetch === undefined || typeof fetch === "function" || FetchSender.isFetcher(fetch)
      ? Effect.succeed(FetchSender.make({ username, password, fetch, requestInit }))
      : Effect.fail(refused("fetch", "has no fetch to call"))
  })

/**
 * The options as the environment gives them. Credentials are an API key's, `TWILIO_API_KEY_SID` and
 * `TWILIO_API_KEY_SECRET` (or by their other usual names, `TWILIO_API_KEY` and `TWILIO_API_SECRET`), or else
 * `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`. A key's SID without its secret fails. `TWILIO_REGION`, `TWILIO_EDGE` and
 * `TWILIO_VIDEO_BASE_URL`, if set, say where to send requests. A variable that is set to nothing counts as not set.
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

const explained = Environment.explain(
  config,
  "the options",
  "For credentials, set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and TWILIO_API_SECRET), or else " +
    "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
)

/**
 * The same layer with its options from a `Config`: the environment's by default, see {@link config}. Fails with
 * `ConfigError` if a variable is missing, and says which variables to set.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Config<Options> = explained
): Layer.Layer<TwilioConnection, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient> =>
  Layer.unwrap(Effect.map(options, layer))

/**
 * The layer of {@link layerFetch} with its credentials and server from a `Config`: the environment's by default, see
 * {@link config}. What cannot come from there is the second argument.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetchConfig = (
  options: Config.Config<Credentials & ServerOptions> = explained,
  fetchOptions: Pick<FetchConnectionOptions, "fetch" | "requestInit"> = {}
): Layer.Layer<TwilioConnection, Config.ConfigError | TwilioError.TwilioError> =>
  Layer.unwrap(Effect.map(options, (options) => layerFetch({ ...options, ...fetchOptions })))

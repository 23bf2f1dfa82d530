/**
 * An API key, which signs access tokens, as a service. Holds no request: `TwilioConnection` of
 * `@effect-twilio-video/http` takes a key as an option.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Environment from "./internal/Environment.ts"
import * as Secret from "./internal/Secret.ts"
import * as SidPattern from "./internal/SidPattern.ts"
import * as InvalidCredentials from "./InvalidCredentials.ts"

/**
 * An account's API key. For Video it is a standard key of region US1: Twilio takes no token that a restricted key
 * signed.
 *
 * Follows https://www.twilio.com/docs/iam/api-keys and https://www.twilio.com/docs/video/tutorials/user-identity-access-tokens.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The account that the key belongs to: `AC` and 32 hexadecimal digits. */
  readonly accountSid: string
  /** `SK` and 32 hexadecimal digits. */
  readonly apiKeySid: string
  readonly apiKeySecret: Redacted.Redacted
}

/**
 * The API key that a program signs access tokens with.
 *
 * @category services
 * @since 0.1.0
 */
export class ApiKey extends Context.Service<ApiKey, Options>()("@effect-twilio-video/core/ApiKey") {}

/**
 * Checks an API key. Fails with `InvalidCredentials` for a SID that is none and for a secret that is empty; whether
 * Twilio knows the key shows when a token is used.
 *
 * With `Effect.provideServiceEffect` it does for one program what {@link layer} does, and spares a bundle Effect's
 * layers: `pnpm size` prints what they weigh.
 *
 * @example
 * ```ts
 * import * as AccessToken from "@effect-twilio-video/core/AccessToken"
 * import * as ApiKey from "@effect-twilio-video/core/ApiKey"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const key = ApiKey.make({
 *   accountSid: "AC0123456789abcdef0123456789abcdef",
 *   apiKeySid: "SK0123456789abcdef0123456789abcdef",
 *   apiKeySecret: Redacted.make("the secret")
 * })
 *
 * const minted = await AccessToken.mint({ identity: "Alice", room: "DailyStandup" }).pipe(
 *   Effect.provideServiceEffect(ApiKey.ApiKey, key),
 *   Effect.runPromise
 * )
 * Redacted.value(minted.token).split(".").length // => 3
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const make = ({
  accountSid,
  apiKeySecret,
  apiKeySid
}: Options): Effect.Effect<ApiKey["Service"], InvalidCredentials.InvalidCredentials> =>
  Effect.suspend(() => {
    if (!SidPattern.make("AC").test(accountSid)) {
      return InvalidCredentials.make("accountSid", "is not an account's SID (AC and 32 hexadecimal digits)")
    }
    if (!SidPattern.make("SK").test(apiKeySid)) {
      return InvalidCredentials.make("apiKeySid", "is not an API key's SID (SK and 32 hexadecimal digits)")
    }
    const problem = Secret.problem(apiKeySecret)
    return problem === undefined
      ? Effect.succeed({ accountSid, apiKeySid, apiKeySecret })
      : InvalidCredentials.make("apiKeySecret", problem)
  })

/**
 * The API key as a layer. Fails as {@link make} does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<ApiKey, InvalidCredentials.InvalidCredentials> =>
  Layer.effect(ApiKey, make(options))

const given = <A>(config: Config.Config<A>, isEmpty: (value: A) => boolean): Config.Config<A | undefined> =>
  Config.map(Config.option(config), (value) => Option.getOrUndefined(Option.filter(value, (value) => !isEmpty(value))))

/** The variables of an API key, by one of their two usual pairs of names. */
const pair = (sidName: string, secretName: string) =>
  Config.map(
    Config.all({
      apiKeySid: given(Config.String(sidName), (sid) => sid === ""),
      apiKeySecret: given(Config.Redacted(secretName), (secret) => Redacted.value(secret) === "")
    }),
    ({ apiKeySecret, apiKeySid }) => ({
      apiKey: apiKeySid === undefined || apiKeySecret === undefined ? undefined : { apiKeySid, apiKeySecret },
      problem: apiKeySid === undefined ? undefined : `${sidName} is set, but ${secretName} is not`
    })
  )

/**
 * A key's SID and secret as the environment gives them: `TWILIO_API_KEY_SID` and `TWILIO_API_KEY_SECRET`, or by their
 * other usual names, `TWILIO_API_KEY` and `TWILIO_API_SECRET`. Both come from one pair, the first that is complete.
 * Nothing if no SID is set; a variable that is set to nothing counts as not set. Fails with `ConfigError` if a SID is
 * set and neither pair is complete.
 *
 * @category config
 * @since 0.1.0
 */
export const pairConfig: Config.Config<Pick<Options, "apiKeySid" | "apiKeySecret"> | undefined> = Config.all({
  long: pair("TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"),
  short: pair("TWILIO_API_KEY", "TWILIO_API_SECRET")
}).pipe(
  Config.flatMap(({ long, short }) => {
    const apiKey = long.apiKey ?? short.apiKey
    const problem = long.problem ?? short.problem
    return apiKey === undefined && problem !== undefined
      ? Config.fail(new ConfigProvider.SourceError({ message: problem }))
      : Config.succeed(apiKey)
  })
)

/**
 * The API key as the environment gives it: `TWILIO_ACCOUNT_SID`, and the key as in {@link pairConfig}.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<Options> = Config.all({
  accountSid: Config.NonEmptyString("TWILIO_ACCOUNT_SID"),
  pair: pairConfig
}).pipe(
  Config.flatMap(({ accountSid, pair }) =>
    pair === undefined
      ? // Not set, which is what this fails with.
        Config.all({
          accountSid: Config.succeed(accountSid),
          apiKeySid: Config.NonEmptyString("TWILIO_API_KEY_SID"),
          apiKeySecret: Config.Redacted("TWILIO_API_KEY_SECRET")
        })
      : Config.succeed({ accountSid, ...pair })
  )
)

/**
 * The same layer with its options from a `Config`: the environment's by default, see {@link config}. Fails with
 * `ConfigError` if a variable is missing, and says which variables to set.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Config<Options> = Environment.explained(
    config,
    "an API key",
    "Set TWILIO_ACCOUNT_SID, and TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and TWILIO_API_SECRET)."
  )
): Layer.Layer<ApiKey, Config.ConfigError | InvalidCredentials.InvalidCredentials> =>
  Layer.effect(ApiKey, Effect.flatMap(options, make))

/**
 * The API key that signs access tokens, as a service. To send requests with an API key, pass it to `TwilioConnection`
 * of `@effect-twilio-video/http`.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Environment from "./Environment.ts"
import * as Credentials from "./internal/Credentials.ts"
import * as SidPattern from "./internal/SidPattern.ts"
import type * as InvalidCredentials from "./InvalidCredentials.ts"

/**
 * An account's API key. Video needs a standard key of region US1: Twilio rejects tokens signed with a restricted key.
 *
 * Follows https://www.twilio.com/docs/iam/api-keys and
 * https://www.twilio.com/docs/video/tutorials/user-identity-access-tokens.
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
 * The API key that signs access tokens.
 *
 * @category services
 * @since 0.1.0
 */
export class ApiKey extends Context.Service<ApiKey, Options>()("@effect-twilio-video/core/ApiKey") {}

/**
 * Checks an API key. Fails with `InvalidCredentials` for a malformed SID or an empty secret; whether Twilio accepts the
 * key shows when a token is used.
 *
 * To provide the key in a smaller bundle than with {@link layer}, use `Effect.provideServiceEffect`, as here.
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
      return Credentials.refuse("accountSid", "must be an account SID (AC and 32 hexadecimal digits)")
    }
    if (!SidPattern.make("SK").test(apiKeySid)) {
      return Credentials.refuse("apiKeySid", "must be an API key SID (SK and 32 hexadecimal digits)")
    }
    const problem = Credentials.secretProblem(apiKeySecret)
    return problem === undefined
      ? Effect.succeed({ accountSid, apiKeySid, apiKeySecret })
      : Credentials.refuse("apiKeySecret", problem)
  })

/**
 * Provides the API key. Fails as {@link make} does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<ApiKey, InvalidCredentials.InvalidCredentials> =>
  Layer.effect(ApiKey, make(options))

/**
 * Reads the API key from the environment: `TWILIO_ACCOUNT_SID`, and the key as in `Environment.apiKey`.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<Options> = Config.all({
  accountSid: Config.NonEmptyString("TWILIO_ACCOUNT_SID"),
  apiKey: Environment.apiKey
}).pipe(
  Config.flatMap(({ accountSid, apiKey }) =>
    apiKey === undefined
      ? // Unset, so this fails and names the variable.
        Config.all({
          accountSid: Config.succeed(accountSid),
          apiKeySid: Config.NonEmptyString("TWILIO_API_KEY_SID"),
          apiKeySecret: Config.Redacted("TWILIO_API_KEY_SECRET")
        })
      : Config.succeed({ accountSid, ...apiKey })
  )
)

/**
 * Provides the API key from a `Config`: by default {@link config}. Fails with `ConfigError` if a variable is missing;
 * the message lists the variables to set. Otherwise fails as {@link make} does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Config<Options> = Environment.explain(
    config,
    "an API key",
    "Set TWILIO_ACCOUNT_SID, and TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and " +
      "TWILIO_API_SECRET)."
  )
): Layer.Layer<ApiKey, Config.ConfigError | InvalidCredentials.InvalidCredentials> =>
  Layer.effect(ApiKey, Effect.flatMap(options, make))

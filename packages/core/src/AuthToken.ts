/**
 * The account's Auth Token, which verifies status callbacks, as a service.
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
import type * as InvalidCredentials from "./InvalidCredentials.ts"

/**
 * An account's Auth Tokens. Twilio signs callbacks with the primary one, even if you send requests with an API key.
 *
 * Follows https://www.twilio.com/docs/iam/api/authtoken.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The primary Auth Token. */
  readonly authToken: Redacted.Redacted
  /** The secondary Auth Token, during a rotation: callbacks signed with either token are accepted. */
  readonly secondaryAuthToken?: Redacted.Redacted | undefined
}

/**
 * The Auth Tokens that verify callbacks.
 *
 * @category services
 * @since 0.1.0
 */
export class AuthToken extends Context.Service<AuthToken, Options>()("@effect-twilio-video/core/AuthToken") {}

/**
 * Checks Auth Tokens. Fails with `InvalidCredentials` for an empty one. To provide them in a smaller bundle than with
 * {@link layer}, use `Effect.provideServiceEffect`, as in the example of `ApiKey.make`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<AuthToken["Service"], InvalidCredentials.InvalidCredentials> =>
  Effect.suspend(() => {
    const { authToken, secondaryAuthToken } = options
    const problem = Credentials.secretProblem(authToken)
    if (problem !== undefined) return Credentials.refuse("authToken", problem)
    const secondary = secondaryAuthToken === undefined ? undefined : Credentials.secretProblem(secondaryAuthToken)
    return secondary === undefined
      ? Effect.succeed({ authToken, secondaryAuthToken })
      : Credentials.refuse("secondaryAuthToken", secondary)
  })

/**
 * Provides the Auth Tokens. Fails as {@link make} does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<AuthToken, InvalidCredentials.InvalidCredentials> =>
  Layer.effect(AuthToken, make(options))

/**
 * Reads the Auth Tokens from the environment: `TWILIO_AUTH_TOKEN`, and `TWILIO_SECONDARY_AUTH_TOKEN` if it's set.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<Options> = Config.all({
  authToken: Config.Redacted("TWILIO_AUTH_TOKEN"),
  secondaryAuthToken: Environment.optionalSecret("TWILIO_SECONDARY_AUTH_TOKEN")
})

/**
 * Provides the Auth Tokens from a `Config`: by default {@link config}. Fails with `ConfigError` if `TWILIO_AUTH_TOKEN`
 * is missing; the message says so. Otherwise fails as {@link make} does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Config<Options> = Environment.explain(
    config,
    "an Auth Token",
    "Set TWILIO_AUTH_TOKEN to the account's primary one."
  )
): Layer.Layer<AuthToken, Config.ConfigError | InvalidCredentials.InvalidCredentials> =>
  Layer.effect(AuthToken, Effect.flatMap(options, make))

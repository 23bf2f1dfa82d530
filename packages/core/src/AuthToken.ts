/**
 * An account's Auth Token, which Twilio signs callbacks with, as a service. Holds no request.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Environment from "./internal/Environment.ts"
import * as Secret from "./internal/Secret.ts"
import * as InvalidCredentials from "./InvalidCredentials.ts"

/**
 * An account's Auth Tokens. Twilio signs callbacks with the primary one, also where requests are made with an API key.
 *
 * Follows https://www.twilio.com/docs/iam/api/authtoken.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The primary Auth Token. */
  readonly authToken: Redacted.Redacted
  /**
   * The secondary Auth Token, while the two change places: callbacks that either signed are taken, before and after
   * Twilio promotes it.
   */
  readonly secondaryAuthToken?: Redacted.Redacted | undefined
}

/**
 * The Auth Tokens that callbacks are checked with.
 *
 * @category services
 * @since 0.1.0
 */
export class AuthToken extends Context.Service<AuthToken, Options>()("@effect-twilio-video/core/AuthToken") {}

/**
 * Checks Auth Tokens: fails with `InvalidCredentials` for one that is empty. With `Effect.provideServiceEffect` it does
 * for one program what {@link layer} does, and spares a bundle Effect's layers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<AuthToken["Service"], InvalidCredentials.InvalidCredentials> =>
  Effect.suspend(() => {
    const { authToken, secondaryAuthToken } = options
    const problem = Secret.problem(authToken)
    if (problem !== undefined) return InvalidCredentials.make("authToken", problem)
    const secondary = secondaryAuthToken === undefined ? undefined : Secret.problem(secondaryAuthToken)
    return secondary === undefined ? Effect.succeed(options) : InvalidCredentials.make("secondaryAuthToken", secondary)
  })

/**
 * The Auth Tokens as a layer. Fails as {@link make} does.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<AuthToken, InvalidCredentials.InvalidCredentials> =>
  Layer.effect(AuthToken, make(options))

/**
 * The Auth Tokens as the environment gives them: `TWILIO_AUTH_TOKEN`, and `TWILIO_SECONDARY_AUTH_TOKEN` if it is set. A
 * variable that is set to nothing counts as not set.
 *
 * @category config
 * @since 0.1.0
 */
export const config: Config.Config<Options> = Config.all({
  authToken: Config.Redacted("TWILIO_AUTH_TOKEN"),
  secondaryAuthToken: Config.map(Config.option(Config.Redacted("TWILIO_SECONDARY_AUTH_TOKEN")), (token) =>
    Option.getOrUndefined(Option.filter(token, (token) => Secret.problem(token) === undefined))
  )
})

/**
 * The same layer with its options from a `Config`: the environment's by default, see {@link config}. Fails with
 * `ConfigError` if the variable is missing, and says which to set.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Config<Options> = Environment.explained(
    config,
    "an Auth Token",
    "Set TWILIO_AUTH_TOKEN to the account's primary one."
  )
): Layer.Layer<AuthToken, Config.ConfigError | InvalidCredentials.InvalidCredentials> =>
  Layer.effect(AuthToken, Effect.flatMap(options, make))

/**
 * How this library reads environment variables. An empty variable counts as unset. Effect's `ConfigProvider` decides where
 * variables come from: by default, from the environment of the process.
 *
 * | variable | read by |
 * | --- | --- |
 * | `TWILIO_ACCOUNT_SID` | `ApiKey.config`, `TwilioConnection.config` |
 * | `TWILIO_API_KEY_SID`, `TWILIO_API_KEY_SECRET` | `ApiKey.config`, `TwilioConnection.config` |
 * | `TWILIO_API_KEY`, `TWILIO_API_SECRET` | the same: the other common names of the two above |
 * | `TWILIO_AUTH_TOKEN` | `AuthToken.config`, `TwilioConnection.config` |
 * | `TWILIO_SECONDARY_AUTH_TOKEN` | `AuthToken.config` |
 * | `TWILIO_ERASURE_KEYS` | `ErasureKeys.config` |
 * | `TWILIO_REGION`, `TWILIO_EDGE`, `TWILIO_VIDEO_BASE_URL` | `TwilioConnection.config` |
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

const unlessEmpty = <A>(config: Config.Config<A>, isEmpty: (value: A) => boolean): Config.Config<A | undefined> =>
  Config.map(Config.option(config), (value) => Option.getOrUndefined(Option.filter(value, (value) => !isEmpty(value))))

/**
 * An optional variable: `undefined` if it's unset or empty.
 *
 * @example
 * ```ts
 * import * as Environment from "@effect-twilio-video/core/Environment"
 * import * as ConfigProvider from "effect/ConfigProvider"
 * import * as Effect from "effect/Effect"
 *
 * const region = Environment.optional("TWILIO_REGION").parse(ConfigProvider.fromUnknown({ TWILIO_REGION: "" }))
 * Effect.runSync(region) // => undefined
 * ```
 * @category config
 * @since 0.1.0
 */
export const optional = (name: string): Config.Config<string | undefined> =>
  unlessEmpty(Config.String(name), (value) => value === "")

/**
 * An optional secret: `undefined` if the variable is unset or empty.
 *
 * @category config
 * @since 0.1.0
 */
export const optionalSecret = (name: string): Config.Config<Redacted.Redacted | undefined> =>
  unlessEmpty(Config.Redacted(name), (secret) => Redacted.value(secret) === "")

const pair = (sidName: string, secretName: string) =>
  Config.map(
    Config.all({ apiKeySid: optional(sidName), apiKeySecret: optionalSecret(secretName) }),
    ({ apiKeySecret, apiKeySid }) => ({
      apiKey: apiKeySid === undefined || apiKeySecret === undefined ? undefined : { apiKeySid, apiKeySecret },
      problem: apiKeySid === undefined ? undefined : `${sidName} is set, but ${secretName} is not`
    })
  )

/**
 * An API key's SID and secret: `TWILIO_API_KEY_SID` with `TWILIO_API_KEY_SECRET`, or `TWILIO_API_KEY` with
 * `TWILIO_API_SECRET`. The first complete pair wins; pairs are never mixed. `undefined` if neither SID is set. Fails
 * with `ConfigError` if a SID is set and no pair is complete.
 *
 * @category config
 * @since 0.1.0
 */
export const apiKey: Config.Config<
  { readonly apiKeySid: string; readonly apiKeySecret: Redacted.Redacted } | undefined
> = Config.all({
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

// Effect reports a missing variable as the type that was expected.
const problemOf = ({ message }: Error): string =>
  message.replaceAll(/\s+/gu, " ").replaceAll(/Expected string at \["(\w+)"\]/gu, "$1 is missing")

/**
 * The same config, with an error message that says what couldn't be read and which variables to set.
 *
 * @example
 * ```ts
 * import * as Environment from "@effect-twilio-video/core/Environment"
 * import * as Config from "effect/Config"
 * import * as ConfigProvider from "effect/ConfigProvider"
 * import * as Effect from "effect/Effect"
 *
 * const room = Environment.explain(Config.String("ROOM"), "the room", "Set ROOM to its unique name.")
 *
 * Effect.runSync(Effect.flip(room.parse(ConfigProvider.fromUnknown({})))).message
 * // => "SourceError: Cannot read the room from the environment (ROOM is missing). Set ROOM to its unique name."
 * ```
 * @category combinators
 * @since 0.1.0
 */
export const explain = <A>(config: Config.Config<A>, what: string, advice: string): Config.Config<A> =>
  Config.orElse(config, ({ cause }) =>
    Config.fail(
      new ConfigProvider.SourceError({
        message: `Cannot read ${what} from the environment (${problemOf(cause)}). ${advice}`
      })
    )
  )

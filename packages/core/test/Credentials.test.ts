/**
 * `ApiKey` and `AuthToken`: rejected credentials, and reading them from the environment.
 */
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const accountSid = `AC${"a".repeat(32)}`
const apiKeySid = `SK${"b".repeat(32)}`
const secret = "s3cr3t-value"
const apiKeySecret = Redacted.make(secret)

const wrong: ReadonlyArray<readonly [name: string, argument: string, made: Effect.Effect<unknown, unknown>]> = [
  ["a key for an account", "accountSid", ApiKey.make({ accountSid: apiKeySid, apiKeySid, apiKeySecret })],
  ["an account for a key", "apiKeySid", ApiKey.make({ accountSid, apiKeySid: accountSid, apiKeySecret })],
  ["a short SID", "apiKeySid", ApiKey.make({ accountSid, apiKeySid: apiKeySid.slice(1), apiKeySecret })],
  ["a longer SID", "accountSid", ApiKey.make({ accountSid: `${accountSid}\n`, apiKeySid, apiKeySecret })],
  ["a SID within text", "accountSid", ApiKey.make({ accountSid: `x${accountSid}`, apiKeySid, apiKeySecret })],
  ["an empty secret", "apiKeySecret", ApiKey.make({ accountSid, apiKeySid, apiKeySecret: Redacted.make("") })],
  ["an unwrapped secret", "apiKeySecret", ApiKey.make({ accountSid, apiKeySid, apiKeySecret: secret as never })],
  [
    "a secret that isn't a string",
    "apiKeySecret",
    ApiKey.make({ accountSid, apiKeySid, apiKeySecret: Redacted.make(7) as never })
  ],
  ["an empty token", "authToken", AuthToken.make({ authToken: Redacted.make("") })],
  ["an unwrapped token", "authToken", AuthToken.make({ authToken: secret as never })],
  [
    "an empty secondary token",
    "secondaryAuthToken",
    AuthToken.make({ authToken: apiKeySecret, secondaryAuthToken: Redacted.make("") })
  ],
  [
    "an empty SID in a layer",
    "accountSid",
    Effect.scoped(Layer.build(ApiKey.layer({ accountSid: "", apiKeySid, apiKeySecret })))
  ],
  [
    "an empty token in a layer",
    "authToken",
    Effect.scoped(Layer.build(AuthToken.layer({ authToken: Redacted.make("") })))
  ]
]

const keyOf = (environment: Record<string, unknown>) =>
  ApiKey.ApiKey.pipe(
    Effect.map((key) => ({ ...key, apiKeySecret: Redacted.value(key.apiKeySecret) })),
    Effect.provide(ApiKey.layerConfig()),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment))
  )

const tokenOf = (environment: Record<string, unknown>) =>
  AuthToken.AuthToken.pipe(
    Effect.map(({ authToken, secondaryAuthToken }) => [
      Redacted.value(authToken),
      secondaryAuthToken === undefined ? undefined : Redacted.value(secondaryAuthToken)
    ]),
    Effect.provide(AuthToken.layerConfig()),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment))
  )

describe("invalid credentials", () => {
  it.effect.each(wrong)("%s fail without the value in the error", ([, argument, made]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(made)
      assert.include(error, { _tag: "InvalidCredentials", argument })
      assert.notInclude(String(error), secret)
      assert.notInclude(JSON.stringify(error), secret)
    })
  )
})

describe("the environment", () => {
  const whole = { accountSid, apiKeySid, apiKeySecret: secret }

  it.effect("has two names for each variable of an API key", () =>
    Effect.gen(function* () {
      const TWILIO_ACCOUNT_SID = accountSid
      assert.deepStrictEqual(
        yield* keyOf({ TWILIO_ACCOUNT_SID, TWILIO_API_KEY_SID: apiKeySid, TWILIO_API_KEY_SECRET: secret }),
        whole
      )
      assert.deepStrictEqual(
        yield* keyOf({ TWILIO_ACCOUNT_SID, TWILIO_API_KEY: apiKeySid, TWILIO_API_SECRET: secret }),
        whole
      )
      assert.deepStrictEqual(
        yield* keyOf({
          TWILIO_ACCOUNT_SID,
          TWILIO_API_KEY_SID: "",
          TWILIO_API_KEY: apiKeySid,
          TWILIO_API_SECRET: secret
        }),
        whole
      )
    })
  )

  it.effect("yields the first complete pair of SID and secret", () =>
    Effect.gen(function* () {
      const other = { sid: `SK${"c".repeat(32)}`, secret: "0ther-value" }
      const long = { TWILIO_API_KEY_SID: apiKeySid, TWILIO_API_KEY_SECRET: secret }
      const short = { TWILIO_API_KEY: apiKeySid, TWILIO_API_SECRET: secret }
      for (const pairs of [
        { ...long, TWILIO_API_KEY: other.sid, TWILIO_API_SECRET: other.secret },
        { ...long, TWILIO_API_KEY: other.sid },
        { ...long, TWILIO_API_SECRET: other.secret },
        { ...short, TWILIO_API_KEY_SID: other.sid },
        { ...short, TWILIO_API_KEY_SECRET: other.secret }
      ]) {
        assert.deepStrictEqual(yield* keyOf({ TWILIO_ACCOUNT_SID: accountSid, ...pairs }), whole)
      }
    })
  )

  it.effect.each([
    ["TWILIO_ACCOUNT_SID is missing", { TWILIO_API_KEY: apiKeySid, TWILIO_API_SECRET: secret }],
    ["TWILIO_API_KEY_SID is missing", { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_SECRET: secret }],
    [
      "TWILIO_API_KEY_SID is set, but TWILIO_API_KEY_SECRET is not",
      { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY_SID: apiKeySid, TWILIO_API_SECRET: secret }
    ],
    [
      "TWILIO_API_KEY is set, but TWILIO_API_SECRET is not",
      { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKeySid, TWILIO_API_KEY_SECRET: secret }
    ]
  ] as const)("yields an error that lists the variables of an API key: %s", ([missing, environment]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(keyOf(environment))
      assert.strictEqual(error._tag, "ConfigError")
      assert.strictEqual(
        error.message,
        `SourceError: Cannot read an API key from the environment (${missing}). Set TWILIO_ACCOUNT_SID, and ` +
          "TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET (or TWILIO_API_KEY and TWILIO_API_SECRET)."
      )
    })
  )

  it.effect("yields one or two Auth Tokens", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* tokenOf({ TWILIO_AUTH_TOKEN: "1" }), ["1", undefined])
      assert.deepStrictEqual(yield* tokenOf({ TWILIO_AUTH_TOKEN: "1", TWILIO_SECONDARY_AUTH_TOKEN: "" }), [
        "1",
        undefined
      ])
      assert.deepStrictEqual(yield* tokenOf({ TWILIO_AUTH_TOKEN: "1", TWILIO_SECONDARY_AUTH_TOKEN: "2" }), ["1", "2"])
      for (const environment of [{}, { TWILIO_AUTH_TOKEN: "" }]) {
        const missing = yield* Effect.flip(tokenOf(environment))
        assert.strictEqual(
          missing.message,
          "SourceError: Cannot read an Auth Token from the environment (TWILIO_AUTH_TOKEN is missing). " +
            "Set TWILIO_AUTH_TOKEN to the account's primary one."
        )
      }
    })
  )
})

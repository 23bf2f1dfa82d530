/**
 * Failures before a request: invalid layer options, environment variables, policies and arguments, with a secret in a wrong
 * place.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Failure from "./Failure.ts"
import type * as Secrets from "./Secrets.ts"

const silent = Failure.respondingWith(() => new Response("", { status: 500 }))

// ---- options ----

/** Options of a JavaScript program. */
const untyped = (options: object) => options as TwilioHttpClient.Options

const options: ReadonlyArray<
  readonly [name: string, says: string, options: (secret: Secrets.Secret) => TwilioHttpClient.Options]
> = [
  [
    "the secret as account SID",
    "accountSid",
    ({ password }) => ({ accountSid: password, authToken: Redacted.make(password) })
  ],
  [
    "the pair as account SID",
    "accountSid",
    ({ password, user }) => ({ accountSid: `${user}:${password}`, authToken: Redacted.make(password) })
  ],
  [
    "the secret as key SID",
    "apiKeySid",
    ({ password }) => ({ apiKeySid: password, apiKeySecret: Redacted.make(password) })
  ],
  [
    "an empty Auth Token",
    "authToken",
    ({ user }) => ({ accountSid: user.replace("SK", "AC"), authToken: Redacted.make("") })
  ],
  [
    "a secret that isn't Redacted",
    "authToken",
    ({ password, user }) => untyped({ accountSid: user.replace("SK", "AC"), authToken: password })
  ],
  [
    "an object as secret",
    "apiKeySecret",
    ({ password, user }) => untyped({ apiKeySid: user.replace("AC", "SK"), apiKeySecret: { value: password } })
  ],
  [
    "both kinds of credentials",
    "authToken",
    ({ password, user }) =>
      untyped({
        accountSid: user.replace("SK", "AC"),
        authToken: Redacted.make(password),
        apiKeySid: user.replace("AC", "SK"),
        apiKeySecret: Redacted.make(password)
      })
  ],
  ...Object.entries<(secret: Secrets.Secret) => TwilioHttpClient.HttpClientOptions>({
    region: ({ password }) => ({ region: password + "!" }),
    edge: ({ header }) => ({ edge: header }),
    "baseUrl: an invalid URL": ({ password }) => ({ baseUrl: password }),
    "baseUrl: a user": ({ password, user }) => ({
      baseUrl: `https://${user}:${encodeURIComponent(password)}@twilio.example`
    }),
    "baseUrl: a query": ({ password }) => ({
      baseUrl: `https://twilio.example/?token=${encodeURIComponent(password)}`
    }),
    "baseUrl: a version": ({ password }) => ({ baseUrl: `https://${encodeURIComponent(password)}.example/v1` }),
    "baseUrl: a scheme": ({ password }) => ({ baseUrl: `ftp://a:${encodeURIComponent(password)}@twilio.example` }),
    "quota.reads": () => ({ quota: { reads: 0, writes: 1 } })
  }).map(
    ([name, make]) =>
      [
        name,
        name.replace(/:.*/u, ""),
        (secret: Secrets.Secret): TwilioHttpClient.Options => ({ ...secret.credentials, ...make(secret) })
      ] as const
  )
]

const byOptions: ReadonlyArray<Failure.Failure> = options.map(([name, says, make]) => ({
  name: `options: ${name}`,
  says,
  run: (secret) =>
    Failure.fetchAlice.pipe(
      Effect.provide(
        Layer.provide(
          Layer.suspend(() => TwilioHttpClient.layer(TwilioVideo.services, make(secret))),
          silent
        )
      )
    )
}))

const wiped: Failure.Failure = {
  name: "options: a wiped secret",
  run: (secret) =>
    Effect.suspend(() => {
      const authToken = Redacted.make(secret.password)
      const accountSid = secret.user.replace("SK", "AC")
      const program = Effect.tap(Participants.Participants, () => Effect.sync(() => Redacted.wipeUnsafe(authToken)))
      return Effect.andThen(program, Failure.fetchAlice).pipe(
        Effect.provide(Layer.provide(TwilioHttpClient.layer(TwilioVideo.services, { accountSid, authToken }), silent))
      )
    })
}

// ---- the environment ----

const sids = { TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}` }

const environments: ReadonlyArray<
  readonly [name: string, says: string, environment: (secret: Secrets.Secret) => Record<string, unknown>]
> = [
  ["no Auth Token", "TWILIO_AUTH_TOKEN", () => sids],
  ["no SID", "TWILIO_ACCOUNT_SID", ({ password }) => ({ TWILIO_AUTH_TOKEN: password })],
  ["an empty SID", "TWILIO_ACCOUNT_SID", ({ password }) => ({ TWILIO_AUTH_TOKEN: password, TWILIO_ACCOUNT_SID: "" })],
  [
    "the secret as SID",
    "accountSid",
    ({ password }) => ({ TWILIO_AUTH_TOKEN: password, TWILIO_ACCOUNT_SID: password })
  ],
  ["no key secret", "TWILIO_API_SECRET is not", ({ password }) => ({ TWILIO_API_KEY: password })],
  [
    "the secret of another pair",
    "TWILIO_API_KEY_SECRET is not",
    ({ password, user }) => ({ TWILIO_API_KEY_SID: user, TWILIO_API_SECRET: password })
  ],
  ["the secret as key", "apiKeySid", ({ password }) => ({ TWILIO_API_KEY: password, TWILIO_API_SECRET: password })],
  ["an object as token", "TWILIO_AUTH_TOKEN", ({ password }) => ({ ...sids, TWILIO_AUTH_TOKEN: { value: password } })],
  ["an array as token", "TWILIO_AUTH_TOKEN", ({ header }) => ({ ...sids, TWILIO_AUTH_TOKEN: [header, header] })],
  ["null as token", "TWILIO_AUTH_TOKEN", () => ({ ...sids, TWILIO_AUTH_TOKEN: null })],
  [
    "an object as SID",
    "TWILIO_ACCOUNT_SID",
    ({ password }) => ({ TWILIO_AUTH_TOKEN: password, TWILIO_ACCOUNT_SID: { [password]: password } })
  ],
  [
    "a base URL with the pair",
    "baseUrl",
    ({ password, user }) => ({
      ...sids,
      TWILIO_AUTH_TOKEN: password,
      TWILIO_VIDEO_BASE_URL: `https://${user}:${encodeURIComponent(password)}@twilio.example`
    })
  ],
  [
    "the secret as region",
    "region",
    ({ password }) => ({ ...sids, TWILIO_AUTH_TOKEN: password, TWILIO_REGION: `${password}!` })
  ],
  [
    "an object as region",
    "",
    ({ password }) => ({ ...sids, TWILIO_AUTH_TOKEN: password, TWILIO_REGION: { [password]: [password] } })
  ]
]

const byEnvironment: ReadonlyArray<Failure.Failure> = environments.map(([name, says, environment]) => ({
  name: `environment: ${name}`,
  says,
  run: (secret) =>
    Failure.fetchAlice.pipe(
      Effect.provide(Layer.provide(TwilioHttpClient.layerConfig(TwilioVideo.services), silent)),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment(secret)))
    )
}))

// ---- policies and arguments ----

const policies: ReadonlyArray<Failure.Failure> = (
  [
    ["policy.attempts", { attempts: 0 }],
    ["policy.timeout", { timeout: "-1 second" }],
    ["policy.deadline", { deadline: 0 }]
  ] as const
).map(([says, policy]) => ({
  name: `policy: ${says}`,
  says,
  run: (secret) => Failure.over(secret, silent, Failure.fetchAlice, { policy })
}))

const calls: ReadonlyArray<readonly [name: string, says: string, call: (secret: Secrets.Secret) => Failure.Program]> = [
  [
    "a room with a lone surrogate",
    "room",
    ({ password }) => Participants.Participants.use(({ fetch }) => fetch(`${password}\u{d800}`, password))
  ],
  [
    "no participant",
    "participant",
    ({ password }) => Participants.Participants.use(({ fetch }) => fetch(password, ""))
  ],
  [
    "a filter with a lone surrogate",
    "identity",
    ({ header }) => Participants.Participants.use(({ list }) => list(header, { identity: `${header}\u{d800}` }))
  ],
  [
    "an invalid date",
    "dateCreatedAfter",
    ({ password }) => Rooms.Rooms.use(({ list }) => list({ dateCreatedAfter: password }))
  ],
  [
    "options without a JSON form",
    "transcriptionsConfiguration",
    ({ password }) =>
      Rooms.Rooms.use(({ create }) => create({ transcriptionsConfiguration: { [password]: 1n as never } }))
  ],
  [
    "no rules",
    "rules",
    ({ header, password }) => SubscribeRules.SubscribeRules.use(({ update }) => update(header, password, [] as never))
  ],
  [
    "invalid rules",
    "rules",
    ({ header, password }) =>
      SubscribeRules.SubscribeRules.use(({ update }) =>
        update(header, password, [
          SubscribeRule.include({ publisher: password, track: `${header}\u{d800}` }),
          ...Array.from({ length: 200 }, () => SubscribeRule.include({ publisher: password }))
        ])
      )
  ],
  [
    "the secret as every argument",
    "failed to process the request",
    ({ header, password }) =>
      Participants.Participants.use(({ list }) => list(password, { identity: header, pageToken: password }))
  ]
]

const byCalls: ReadonlyArray<Failure.Failure> = calls.map(([name, says, call]) => ({
  name: `argument: ${name}`,
  says,
  run: (secret) => Failure.over(secret, silent, call(secret))
}))

export const all: ReadonlyArray<Failure.Failure> = [...byOptions, wiped, ...byEnvironment, ...policies, ...byCalls]

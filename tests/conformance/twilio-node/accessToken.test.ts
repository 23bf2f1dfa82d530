/**
 * Access tokens of the library and of Twilio's package: the same text for the same identity, room and time. The library
 * rejects what the package silently changes.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { createRequire } from "node:module"
import twilio from "twilio"

const accountSid = `AC${"a".repeat(32)}`
const apiKeySid = `SK${"b".repeat(32)}`
const secret = "secret"
const now = 1_700_000_000

const Key = ApiKey.layer({ accountSid, apiKeySid, apiKeySecret: Redacted.make(secret) })

const ours = Effect.fnUntraced(function* (options: AccessToken.Options) {
  yield* TestClock.setTime(now * 1000 + 999)
  const { token } = yield* AccessToken.mint(options)
  return Redacted.value(token)
}, Effect.provide(Key))

interface Theirs {
  readonly identity: unknown
  readonly room?: string | undefined
  readonly ttl?: number | undefined
  readonly nbf?: number | undefined
}

const theirs = ({ room, ...options }: Theirs): string => {
  // The package's types allow only strings. The tests also pass other values.
  const token = new twilio.jwt.AccessToken(accountSid, apiKeySid, secret, options as never)
  token.addGrant(new twilio.jwt.AccessToken.VideoGrant(room === undefined ? {} : { room }))
  return token.toJwt()
}

const payloadOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())

// A dependency of the package.
const jsonwebtoken: { verify: (token: string, secret: string, options: object) => unknown } = createRequire(
  createRequire(import.meta.url).resolve("twilio")
)("jsonwebtoken")

beforeEach(() => {
  vi.useFakeTimers({ now: now * 1000 + 999, toFake: ["Date"] })
})

afterEach(() => {
  vi.useRealTimers()
})

const room = AccessToken.anyRoom

const tokens: ReadonlyArray<readonly [name: string, options: AccessToken.Options, theirs: Theirs]> = [
  ["an identity and a room", { identity: "alice", room: "DailyStandup" }, { identity: "alice", room: "DailyStandup" }],
  ["any room", { identity: "alice", room: AccessToken.anyRoom }, { identity: "alice" }],
  ["a room by its SID", { identity: "a", room: `RM${"0".repeat(32)}` }, { identity: "a", room: `RM${"0".repeat(32)}` }],
  ["a duration as text", { identity: "a", room, ttl: "4 hours" }, { identity: "a", ttl: 14_400 }],
  ["the longest lifetime", { identity: "a", room, ttl: Duration.days(1) }, { identity: "a", ttl: 86_400 }],
  ["the shortest lifetime", { identity: "a", room, ttl: "1 second" }, { identity: "a", ttl: 1 }],
  [
    "a lifetime in nanoseconds",
    { identity: "a", room, ttl: Duration.nanos(5_000_000_000n) },
    { identity: "a", ttl: 5 }
  ],
  [
    "a beginning",
    { identity: "a", room, validFrom: new Date((now + 60) * 1000 + 1) },
    { identity: "a", nbf: now + 60 }
  ],
  [
    "validFrom as a DateTime",
    { identity: "a", room: "r", validFrom: DateTime.makeUnsafe((now - 60) * 1000) },
    { identity: "a", room: "r", nbf: now - 60 }
  ],
  ["validFrom in 1970", { identity: "a", room, validFrom: new Date(0) }, { identity: "a", nbf: 0 }],
  ...['"', "\\", "ж", "👩‍👩‍👧", "\u0000", "\u2028", "</script>", "__proto__", "é".repeat(128), "ж".repeat(64)].map(
    (identity) =>
      [`identity ${JSON.stringify(identity)}`, { identity, room: identity }, { identity, room: identity }] as const
  )
]

describe("a token equals that of Twilio's package", () => {
  it.effect.each(tokens)("%s", ([, options, official]) =>
    Effect.gen(function* () {
      const token = yield* ours(options)
      assert.strictEqual(token, theirs(official))
      jsonwebtoken.verify(token, secret, {
        algorithms: ["HS256"],
        issuer: apiKeySid,
        subject: accountSid,
        ignoreNotBefore: true
      })
      assert.throws(() => jsonwebtoken.verify(token, "another", { algorithms: ["HS256"] }), "invalid signature")
    })
  )

  it.effect("a token equals the test vector", () =>
    Effect.gen(function* () {
      const [header, payload, signature] = (yield* ours({ identity: "alice", room: "DailyStandup" })).split(".")
      assert.strictEqual(
        Buffer.from(header ?? "", "base64url").toString(),
        '{"alg":"HS256","typ":"JWT","cty":"twilio-fpa;v=1"}'
      )
      assert.strictEqual(
        Buffer.from(payload ?? "", "base64url").toString(),
        `{"jti":"${apiKeySid}-1700000000","grants":{"identity":"alice","video":{"room":"DailyStandup"}},` +
          `"iat":1700000000,"exp":1700003600,"iss":"${apiKeySid}","sub":"${accountSid}"}`
      )
      assert.strictEqual(signature, "2ftzB3884EjsdpGJu4tX9wvVhB5mskCYhoJz6p1cKBs")
    })
  )
})

describe("the library rejects what Twilio's package silently changes", () => {
  const silent: ReadonlyArray<
    readonly [name: string, argument: string, options: object, theirs: Theirs, member: string, value: unknown]
  > = [
    ["an object drops the identity", "identity", { identity: {} }, { identity: {} }, "grants", { video: {} }],
    ["a fraction drops the identity", "identity", { identity: 1.5 }, { identity: 1.5 }, "grants", { video: {} }],
    [
      "an empty room opens every room",
      "room",
      { identity: "a", room: "" },
      { identity: "a", room: "" },
      "grants",
      { identity: "a", video: {} }
    ],
    [
      "a lifetime of zero becomes an hour",
      "ttl",
      { identity: "a", ttl: Duration.zero },
      { identity: "a", ttl: 0 },
      "exp",
      now + 3600
    ],
    [
      "a lifetime of 32 years is accepted",
      "ttl",
      { identity: "a", ttl: Duration.seconds(1e9) },
      { identity: "a", ttl: 1e9 },
      "exp",
      now + 1e9
    ]
  ]

  it.effect.each(silent)("%s", ([, argument, options, official, member, value]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(payloadOf(theirs(official))[member], value)
      const error = yield* Effect.flip(ours({ room, ...options } as AccessToken.Options))
      assert.include<object>(error, { _tag: "InvalidAccessToken", argument })
    })
  )
})

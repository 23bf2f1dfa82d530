/**
 * A sandbox lets participants join with access tokens of Twilio's package and of the library.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import twilio from "twilio"

const { accountSid, apiKeySecret, apiKeySid } = SandboxCredentials.defaults

const { VideoGrant } = twilio.jwt.AccessToken

interface Made {
  readonly options: ConstructorParameters<typeof twilio.jwt.AccessToken>[3]
  readonly room?: string
  readonly secret?: string
  readonly key?: string
  readonly account?: string
  readonly algorithm?: "HS256" | "HS384" | "HS512"
  readonly withoutVideo?: boolean
}

const official = ({ account, algorithm, key, options, room, secret, withoutVideo }: Made): string => {
  const token = new twilio.jwt.AccessToken(account ?? accountSid, key ?? apiKeySid, secret ?? apiKeySecret, options)
  if (withoutVideo !== true) token.addGrant(new VideoGrant(room === undefined ? {} : { room }))
  return token.toJwt(algorithm)
}

const sandboxOf = Sandbox.make({ rooms: [{ uniqueName: "Standup" }] })

const joined = (token: string, room = "Standup") =>
  Effect.flatMap(sandboxOf, (sandbox) =>
    Effect.match(sandbox.joinWithToken(token, { room }), {
      onSuccess: ({ identity }) => identity as string | number | undefined,
      onFailure: ({ code }) => code
    })
  )

describe("a token of Twilio's package", () => {
  const now = () => Math.floor(Date.now() / 1000)
  const identity = "Zoë O'Hara 🎉"
  const cases: ReadonlyArray<readonly [what: string, made: () => Made, expected: string | number]> = [
    ["for any room", () => ({ options: { identity } }), identity],
    ["for this room", () => ({ options: { identity }, room: "Standup" }), identity],
    ["for 24 hours", () => ({ options: { identity, ttl: 86_400 } }), identity],
    ["valid since one minute", () => ({ options: { identity, nbf: now() - 60 } }), identity],
    // The package writes the region into the header. Video ignores it.
    ["of a region", () => ({ options: { identity, region: "us1" } }), identity],
    // The package converts numbers to text.
    ["for a number", () => ({ options: { identity: 7 as unknown as string } }), "7"],
    ["for another room", () => ({ options: { identity }, room: "Webinar" }), 20106],
    ["for more than 24 hours", () => ({ options: { identity, ttl: 86_401 } }), 20104],
    ["valid in an hour", () => ({ options: { identity, nbf: now() + 3600 } }), 20105],
    ["signed with another secret", () => ({ options: { identity }, secret: "another" }), 20107],
    ["of another key", () => ({ options: { identity }, key: `SK${"0".repeat(32)}` }), 20103],
    ["for another account", () => ({ options: { identity }, account: `AC${"0".repeat(32)}` }), 20103],
    ["without a video grant", () => ({ options: { identity }, withoutVideo: true }), 20106],
    ["signed with HS512, which Twilio doesn't document", () => ({ options: { identity }, algorithm: "HS512" }), 20102],
    // The package silently drops an identity that is an object.
    ["for an object", () => ({ options: { identity: {} as unknown as string } }), 53200]
  ]
  for (const [what, made, expected] of cases) {
    it.live(`${what}: ${expected}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* joined(official(made())), expected)
      })
    )
  }
})

describe("a token of the library", () => {
  const mint = (options: AccessToken.Options) =>
    AccessToken.mint(options).pipe(
      Effect.provide(ApiKey.layer({ accountSid, apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) })),
      Effect.map(({ token }) => Redacted.value(token))
    )

  const cases: ReadonlyArray<
    readonly [what: string, options: AccessToken.Options, room: string, expected: string | number]
  > = [
    ["for any room", { identity: "Zoë", room: AccessToken.anyRoom }, "Standup", "Zoë"],
    ["for this room", { identity: "Zoë", room: "Standup" }, "Standup", "Zoë"],
    ["for a room that doesn't exist yet", { identity: "Zoë", room: "会議 🎉" }, "会議 🎉", "Zoë"],
    ["for 24 hours", { identity: "ж".repeat(64), room: AccessToken.anyRoom, ttl: "1 day" }, "Standup", "ж".repeat(64)],
    ["for another room", { identity: "Zoë", room: "Webinar" }, "Standup", 20106],
    ["valid later", { identity: "Zoë", room: "Standup", validFrom: new Date(Date.now() + 600_000) }, "Standup", 20105]
  ]
  for (const [what, options, room, expected] of cases) {
    it.live(`${what}: ${expected}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* joined(yield* mint(options), room), expected)
      })
    )
  }
})

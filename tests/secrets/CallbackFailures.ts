/**
 * Failures of access tokens and callbacks. The secret takes the place of everything that must not appear: the key, the
 * identity, the room, the URL, a parameter and the signature.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as StatusCallback from "@effect-twilio-video/core/StatusCallback"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Failure from "./Failure.ts"
import type * as Secrets from "./Secrets.ts"

const accountSid = `AC${"1".repeat(32)}`
const apiKeySid = `SK${"2".repeat(32)}`

const half = "\u{d800}"

type Make = (secret: Secrets.Secret) => unknown

const tokens: ReadonlyArray<readonly [name: string, says: string, make: Make]> = [
  ["an identity with a lone surrogate", "identity", ({ password }) => ({ identity: password + half })],
  ["an object as identity", "identity", ({ password }) => ({ identity: { [password]: password } })],
  ["a long identity", "identity", ({ password }) => ({ identity: password.repeat(99) })],
  ["a long room", "room", ({ header, password }) => ({ identity: header, room: password.repeat(99) })],
  ["an array as room", "room", ({ header, password }) => ({ identity: header, room: [password] })],
  ["no room", "room", ({ password }) => ({ identity: password })],
  ["an invalid lifetime", "ttl", ({ header, password }) => ({ identity: header, room: password, ttl: password })],
  ["an invalid date", "validFrom", ({ password }) => ({ identity: password, room: password, validFrom: password })]
]

const minting: ReadonlyArray<Failure.Failure> = tokens.map(([name, says, make]) => ({
  name: `token: ${name}`,
  says,
  run: (secret) =>
    // What JavaScript programs may pass.
    AccessToken.mint(make(secret) as AccessToken.Options).pipe(
      Effect.provide(ApiKey.layer({ accountSid, apiKeySid, apiKeySecret: Redacted.make(secret.password) }))
    )
}))

const keys: ReadonlyArray<Failure.Failure> = [
  {
    name: "key: the secret as SID",
    says: "apiKeySid",
    run: ({ password }) => ApiKey.make({ accountSid, apiKeySid: password, apiKeySecret: Redacted.make(password) })
  },
  {
    name: "key: the secret as account SID",
    says: "accountSid",
    run: ({ header, password }) =>
      ApiKey.make({ accountSid: header, apiKeySid: password, apiKeySecret: Redacted.make(password) })
  },
  {
    name: "key: a secret that isn't Redacted",
    says: "apiKeySecret",
    run: ({ password }) => ApiKey.make({ accountSid, apiKeySid, apiKeySecret: password as never })
  },
  {
    name: "key: a list in the environment",
    says: "TWILIO_API_KEY",
    run: ({ password }) =>
      AccessToken.mint({ identity: password, room: password }).pipe(
        Effect.provide(ApiKey.layerConfig()),
        Effect.provideService(
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromUnknown({ TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY_SECRET: [password] })
        )
      )
  },
  {
    name: "Auth Token: one that isn't Redacted",
    says: "authToken",
    run: ({ password }) => AuthToken.make({ authToken: password as never })
  },
  {
    name: "Auth Token: a second one that isn't Redacted",
    says: "secondaryAuthToken",
    run: ({ password }) => AuthToken.make({ authToken: Redacted.make(password), secondaryAuthToken: password as never })
  }
]

const url = (password: string) =>
  `https://example.com/${encodeURIComponent(password)}?name=${encodeURIComponent(password)}`

const requests: ReadonlyArray<
  readonly [name: string, says: string, make: (secret: Secrets.Secret) => StatusCallback.CallbackRequest]
> = [
  ["no signature", "X-Twilio-Signature", ({ password }) => ({ method: "GET", url: url(password), signature: "" })],
  [
    "a wrong signature",
    "Auth Token",
    ({ header, password }) => ({
      method: "POST",
      url: url(password),
      signature: header,
      body: new URLSearchParams({ ParticipantIdentity: password }).toString()
    })
  ],
  ["an invalid URL", "absolute", ({ password }) => ({ method: "GET", url: `${password} `, signature: password })],
  [
    "an unsigned body",
    "bodySHA256",
    ({ password }) => ({
      method: "POST",
      url: url(password),
      signature: password,
      body: password,
      contentType: password
    })
  ]
]

const verifying: ReadonlyArray<Failure.Failure> = requests.map(([name, says, make]) => ({
  name: `callback: ${name}`,
  says,
  run: (secret) =>
    StatusCallback.receive(make(secret)).pipe(
      Effect.provide(AuthToken.layer({ authToken: Redacted.make(secret.password) }))
    )
}))

const decoding: ReadonlyArray<Failure.Failure> = (["RoomSid", "Timestamp", "RoomName"] as const).map((parameter) => ({
  name: `callback: invalid ${parameter}`,
  says: parameter,
  run: ({ header, password }) =>
    StatusCallback.decode({
      AccountSid: accountSid,
      RoomName: "Ward",
      RoomSid: `RM${"3".repeat(32)}`,
      RoomStatus: header,
      RoomType: password,
      StatusCallbackEvent: "room-ended",
      Timestamp: "2026-03-01T12:00:00Z",
      [parameter]: [password, header]
    })
}))

export const all: ReadonlyArray<Failure.Failure> = [...minting, ...keys, ...verifying, ...decoding]

/**
 * Type tests of access tokens and their key: the exact answers, errors and requirements, and which times are taken.
 * Compiled by `pnpm check`, never run.
 */
import * as AccessToken from "@effect-twilio-video/core/AccessToken"
import * as ApiKey from "@effect-twilio-video/core/ApiKey"
import type * as InvalidCredentials from "@effect-twilio-video/core/InvalidCredentials"
import type * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { expectTypeOf } from "vitest"

const minted = AccessToken.mint({ identity: "Alice", room: "Room", ttl: "4 hours", validFrom: new Date() })

expectTypeOf(minted).toEqualTypeOf<
  Effect.Effect<AccessToken.AccessToken, AccessToken.InvalidAccessToken, ApiKey.ApiKey>
>()
expectTypeOf<AccessToken.AccessToken["token"]>().toEqualTypeOf<Redacted.Redacted>()
expectTypeOf<AccessToken.AccessToken["expiresAt"]>().toEqualTypeOf<Date>()
expectTypeOf<AccessToken.InvalidAccessToken["argument"]>().toEqualTypeOf<"identity" | "room" | "ttl" | "validFrom">()

declare const options: ApiKey.Options
expectTypeOf(ApiKey.layer(options)).toEqualTypeOf<Layer.Layer<ApiKey.ApiKey, InvalidCredentials.InvalidCredentials>>()
expectTypeOf(ApiKey.layerConfig()).toEqualTypeOf<
  Layer.Layer<ApiKey.ApiKey, Config.ConfigError | InvalidCredentials.InvalidCredentials>
>()

// With the key, nothing is left to provide.
const provided = minted.pipe(Effect.provide(ApiKey.layer(options)))
expectTypeOf<Effect.Services<typeof provided>>().toEqualTypeOf<never>()
expectTypeOf<Effect.Error<typeof provided>>().toEqualTypeOf<
  AccessToken.InvalidAccessToken | InvalidCredentials.InvalidCredentials
>()

export const taken = [
  AccessToken.mint({ identity: "Alice", room: AccessToken.anyRoom }),
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: undefined, validFrom: undefined }),
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: Duration.hours(4) }),
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: "1 day" }),
  AccessToken.mint({ identity: "Alice", room: "Room", validFrom: DateTime.makeUnsafe(0) })
]

export const refused = [
  // @ts-expect-error: whose token?
  AccessToken.mint({ room: "Room" }),
  // @ts-expect-error: an identity is text.
  AccessToken.mint({ identity: 7, room: "Room" }),
  // @ts-expect-error: which room?
  AccessToken.mint({ identity: "Alice" }),
  // @ts-expect-error: every room is said, and not left out.
  AccessToken.mint({ identity: "Alice", room: undefined }),
  // @ts-expect-error: seconds or milliseconds?
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: 3600 }),
  // @ts-expect-error: longer than a token may be.
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: "1 week" }),
  // @ts-expect-error: a time is a date.
  AccessToken.mint({ identity: "Alice", room: "Room", validFrom: "2026-03-01" }),
  // @ts-expect-error: a secret is Redacted.
  ApiKey.layer({ accountSid: "AC…", apiKeySid: "SK…", apiKeySecret: "secret" })
]

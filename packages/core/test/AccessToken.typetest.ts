/**
 * Type tests of access tokens and their key: exact results, errors and requirements, and the accepted options. Compiled
 * by `pnpm check`, never run.
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
expectTypeOf<AccessToken.AccessToken["expiresAt"]>().toEqualTypeOf<DateTime.Utc>()
expectTypeOf<AccessToken.InvalidAccessToken["argument"]>().toEqualTypeOf<"identity" | "room" | "ttl" | "validFrom">()

declare const options: ApiKey.Options
expectTypeOf(ApiKey.layer(options)).toEqualTypeOf<Layer.Layer<ApiKey.ApiKey, InvalidCredentials.InvalidCredentials>>()
expectTypeOf(ApiKey.layerConfig()).toEqualTypeOf<
  Layer.Layer<ApiKey.ApiKey, Config.ConfigError | InvalidCredentials.InvalidCredentials>
>()

// The key is the only requirement.
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
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: { hours: 1, minutes: 30 } }),
  AccessToken.mint({ identity: "Alice", room: "Room", validFrom: DateTime.makeUnsafe(0) })
]

export const refused = [
  // @ts-expect-error: the identity is required.
  AccessToken.mint({ room: "Room" }),
  // @ts-expect-error: an identity is a string.
  AccessToken.mint({ identity: 7, room: "Room" }),
  // @ts-expect-error: the room is required.
  AccessToken.mint({ identity: "Alice" }),
  // @ts-expect-error: access to every room must be explicit.
  AccessToken.mint({ identity: "Alice", room: undefined }),
  // @ts-expect-error: a number has no unit.
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: 3600 }),
  // @ts-expect-error: a bigint has no unit either.
  AccessToken.mint({ identity: "Alice", room: "Room", ttl: 3600n }),
  // @ts-expect-error: a string is not a date.
  AccessToken.mint({ identity: "Alice", room: "Room", validFrom: "2026-03-01" }),
  // @ts-expect-error: a secret must be Redacted.
  ApiKey.layer({ accountSid: "AC…", apiKeySid: "SK…", apiKeySecret: "secret" })
]

/**
 * Type tests of the layers: what they provide, how they fail, what they need. Compiled by `pnpm check`, never run.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { expectTypeOf } from "vitest"

type Five =
  | Participants.Participants
  | PublishedTracks.PublishedTracks
  | Rooms.Rooms
  | SubscribeRules.SubscribeRules
  | SubscribedTracks.SubscribedTracks

expectTypeOf<TwilioVideo.Services>().toEqualTypeOf<Five>()

expectTypeOf(TwilioVideo.layerFetch).toEqualTypeOf<
  (options: TwilioConnection.FetchOptions) => Layer.Layer<Five, TwilioError.TwilioError>
>()
expectTypeOf<ReturnType<typeof TwilioVideo.layerFetchConfig>>().toEqualTypeOf<
  Layer.Layer<Five, Config.ConfigError | TwilioError.TwilioError>
>()

expectTypeOf(TwilioConnection.config).toEqualTypeOf<
  Config.Config<TwilioConnection.Credentials & TwilioConnection.ServerOptions>
>()

const secret = Redacted.make("secret")

// A service binding is an object with a `fetch`.
declare const binding: { fetch(input: RequestInfo, init?: RequestInit): Promise<Response> }
TwilioVideo.layerFetch({ accountSid: "AC…", authToken: secret, fetch: binding })
TwilioVideo.layerFetch({ accountSid: "AC…", authToken: secret, fetch: globalThis.fetch })

// A connection's layer provides the services that it's given.
declare const options: TwilioHttpClient.Options
const { participants, rooms } = TwilioVideo
expectTypeOf(TwilioHttpClient.layer(TwilioVideo.services, options)).toEqualTypeOf<
  Layer.Layer<Five, TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioHttpClient.layer(rooms, options)).toEqualTypeOf<
  Layer.Layer<Rooms.Rooms, TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioHttpClient.layer([rooms, participants], options)).toEqualTypeOf<
  Layer.Layer<Participants.Participants | Rooms.Rooms, TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioConnection.layerFetch(rooms, { accountSid: "AC…", authToken: secret })).toEqualTypeOf<
  Layer.Layer<Rooms.Rooms, TwilioError.TwilioError>
>()
expectTypeOf(TwilioHttpClient.layerConfig(rooms)).toEqualTypeOf<
  Layer.Layer<Rooms.Rooms, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioConnection.layerFetchConfig([rooms, participants])).toEqualTypeOf<
  Layer.Layer<Participants.Participants | Rooms.Rooms, Config.ConfigError | TwilioError.TwilioError>
>()
const program = Rooms.list().pipe(Effect.provide(TwilioHttpClient.layer(rooms, options)))
expectTypeOf<Effect.Error<typeof program>>().toEqualTypeOf<TwilioError.TwilioError>()
expectTypeOf<Effect.Services<typeof program>>().toEqualTypeOf<HttpClient.HttpClient>()

TwilioHttpClient.layer(TwilioVideo.services, { accountSid: "AC…", authToken: secret })
TwilioHttpClient.layer(TwilioVideo.services, {
  apiKeySid: "SK…",
  apiKeySecret: secret,
  region: "ie1",
  edge: "dublin",
  quota: "off"
})
TwilioHttpClient.layer(TwilioVideo.services, { accountSid: "AC…", authToken: secret, quota: { reads: 80, writes: 20 } })
// @ts-expect-error: reads are missing.
TwilioHttpClient.layer(TwilioVideo.services, { accountSid: "AC…", authToken: secret, quota: { writes: 20 } })
// @ts-expect-error: the secret isn't redacted.
TwilioHttpClient.layer(TwilioVideo.services, { accountSid: "AC…", authToken: "secret" })
// @ts-expect-error: the SID and the secret are of two pairs.
TwilioHttpClient.layer(TwilioVideo.services, { accountSid: "AC…", apiKeySecret: secret })
// A key may have its account, as in `ApiKey`, and undefined members.
TwilioHttpClient.layer(TwilioVideo.services, {
  accountSid: "AC…",
  apiKeySid: "SK…",
  apiKeySecret: secret,
  authToken: undefined
})
// @ts-expect-error: two pairs.
TwilioHttpClient.layer(TwilioVideo.services, {
  accountSid: "AC…",
  authToken: secret,
  apiKeySid: "SK…",
  apiKeySecret: secret
})
// @ts-expect-error: the credentials are missing.
TwilioHttpClient.layer(TwilioVideo.services, { region: "ie1" })
// @ts-expect-error: an unknown option.
TwilioHttpClient.layer(rooms, { accountSid: "AC…", authToken: secret, retries: 3 })

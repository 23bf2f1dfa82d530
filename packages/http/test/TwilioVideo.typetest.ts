/**
 * Type tests of the layers: what they give, how they fail, what they need. Compiled by `pnpm check`, never run.
 */
import type * as Participants from "@effect-twilio-video/core/Participants"
import type * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import type * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { expectTypeOf } from "vitest"

type Connection = TwilioConnection.TwilioConnection

type Five =
  | Participants.Participants
  | PublishedTracks.PublishedTracks
  | Rooms.Rooms
  | SubscribeRules.SubscribeRules
  | SubscribedTracks.SubscribedTracks

expectTypeOf<TwilioVideo.Services>().toEqualTypeOf<Five>()

expectTypeOf(TwilioVideo.layer).toEqualTypeOf<
  (options: TwilioConnection.Options) => Layer.Layer<Five, TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioVideo.layerConfig).toEqualTypeOf<
  (
    options?: Config.Config<TwilioConnection.Options>
  ) => Layer.Layer<Five, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient>
>()

// Over a connection nothing can fail any more, and nothing else is needed.
expectTypeOf(TwilioVideo.layerServices).toEqualTypeOf<Layer.Layer<Five, never, Connection>>()
expectTypeOf(TwilioVideo.layerParticipants).toEqualTypeOf<Layer.Layer<Participants.Participants, never, Connection>>()
expectTypeOf(TwilioVideo.layerPublishedTracks).toEqualTypeOf<
  Layer.Layer<PublishedTracks.PublishedTracks, never, Connection>
>()
expectTypeOf(TwilioVideo.layerRooms).toEqualTypeOf<Layer.Layer<Rooms.Rooms, never, Connection>>()
expectTypeOf(TwilioVideo.layerSubscribeRules).toEqualTypeOf<
  Layer.Layer<SubscribeRules.SubscribeRules, never, Connection>
>()
expectTypeOf(TwilioVideo.layerSubscribedTracks).toEqualTypeOf<
  Layer.Layer<SubscribedTracks.SubscribedTracks, never, Connection>
>()

// The connection itself, which is where options can be wrong.
expectTypeOf(TwilioConnection.layer).toEqualTypeOf<
  (options: TwilioConnection.Options) => Layer.Layer<Connection, TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioConnection.layerConfig).toEqualTypeOf<
  (
    options?: Config.Config<TwilioConnection.Options>
  ) => Layer.Layer<Connection, Config.ConfigError | TwilioError.TwilioError, HttpClient.HttpClient>
>()
expectTypeOf(TwilioConnection.config).toEqualTypeOf<
  Config.Config<TwilioConnection.Credentials & TwilioConnection.ServerOptions>
>()

// Without an HttpClient, nothing is left to provide.
expectTypeOf(TwilioConnection.layerFetch).toEqualTypeOf<
  (options: TwilioConnection.FetchOptions) => Layer.Layer<Connection, TwilioError.TwilioError>
>()
expectTypeOf<Layer.Services<ReturnType<typeof TwilioVideo.layerFetch>>>().toEqualTypeOf<never>()
expectTypeOf<Layer.Error<ReturnType<typeof TwilioVideo.layerFetchConfig>>>().toEqualTypeOf<
  Config.ConfigError | TwilioError.TwilioError
>()

const secret = Redacted.make("secret")

// A service binding is an object with a `fetch`.
declare const binding: { fetch(input: RequestInfo, init?: RequestInit): Promise<Response> }
TwilioConnection.layerFetch({ accountSid: "AC…", authToken: secret, fetch: binding })
TwilioConnection.layerFetch({ accountSid: "AC…", authToken: secret, fetch: globalThis.fetch })

// One service alone over a connection leaves the transport to the program, and gives no other service.
declare const connection: ReturnType<typeof TwilioConnection.layer>
const rooms = Layer.provide(TwilioVideo.layerRooms, connection)
expectTypeOf(rooms).toEqualTypeOf<Layer.Layer<Rooms.Rooms, TwilioError.TwilioError, HttpClient.HttpClient>>()
const program = Rooms.Rooms.use((rooms) => rooms.list()).pipe(Effect.provide(rooms))
expectTypeOf<Effect.Error<typeof program>>().toEqualTypeOf<TwilioError.TwilioError>()
expectTypeOf<Effect.Services<typeof program>>().toEqualTypeOf<HttpClient.HttpClient>()

TwilioVideo.layer({ accountSid: "AC…", authToken: secret })
TwilioVideo.layer({ apiKeySid: "SK…", apiKeySecret: secret, region: "ie1", edge: "dublin", quota: "off" })
TwilioVideo.layer({ accountSid: "AC…", authToken: secret, quota: { reads: 80, writes: 20 } })
// @ts-expect-error: a quota is of both.
TwilioVideo.layer({ accountSid: "AC…", authToken: secret, quota: { writes: 20 } })
// @ts-expect-error: a secret is redacted from the start.
TwilioVideo.layer({ accountSid: "AC…", authToken: "secret" })
// @ts-expect-error: a pair is a pair.
TwilioVideo.layer({ accountSid: "AC…", apiKeySecret: secret })
// A key may come with its account, as `ApiKey` has it, and with what is undefined.
TwilioVideo.layer({ accountSid: "AC…", apiKeySid: "SK…", apiKeySecret: secret, authToken: undefined })
// @ts-expect-error: one pair or the other, not both.
TwilioVideo.layer({ accountSid: "AC…", authToken: secret, apiKeySid: "SK…", apiKeySecret: secret })
// @ts-expect-error: there are no requests without credentials.
TwilioVideo.layer({ region: "ie1" })
// @ts-expect-error: there is no such option.
TwilioConnection.layer({ accountSid: "AC…", authToken: secret, retries: 3 })

/**
 * Tests which services each layer provides, and that services of one layer share a connection.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stub from "./support/Stub.ts"

const credentials = { accountSid: Stub.accountSid, authToken: Redacted.make(Stub.secret) }

/** Options and a transport that record each connection made and each path requested. */
const record = () => {
  const connections: Array<string> = []
  const paths: Array<string> = []
  const transport = WebHandlerTransport.layer(async (request) => {
    paths.push(new URL(request.url).pathname)
    return Stub.json({ code: 20404 }, 404)
  })
  const options: TwilioHttpClient.Options = {
    ...credentials,
    transformClient: (client) => {
      connections.push("connection")
      return client
    }
  }
  return { connections, options, paths, transport }
}

const services = {
  Participants: Participants.Participants,
  PublishedTracks: PublishedTracks.PublishedTracks,
  Rooms: Rooms.Rooms,
  SubscribeRules: SubscribeRules.SubscribeRules,
  SubscribedTracks: SubscribedTracks.SubscribedTracks
} as const

/** The names of the services that a layer provides. */
const provided = <A, E>(layer: Layer.Layer<A, E>) =>
  Effect.scoped(
    Effect.map(Layer.build(layer), (context) =>
      Object.entries(services)
        .filter(([, service]) => context.mapUnsafe.has(service.key))
        .map(([name]) => name)
    )
  )

describe("TwilioHttpClient.layer", () => {
  const providesOnly = <Service, E extends { readonly _tag: string }>(
    name: keyof typeof services,
    service: TwilioConnection.VideoService<Service>,
    call: Effect.Effect<unknown, E, Service>,
    path: string
  ) =>
    it.effect(`provides only ${name}`, () =>
      Effect.gen(function* () {
        const { options, paths, transport } = record()
        const layer = Layer.provide(TwilioHttpClient.layer(service, options), transport)
        assert.deepStrictEqual(yield* provided(layer), [name])
        const error = yield* Effect.flip(Effect.provide(call, layer as Layer.Layer<Service, never, never>))
        assert.strictEqual(error._tag, "NotFound")
        assert.deepStrictEqual(paths, [path])
      })
    )

  providesOnly(
    "Participants",
    TwilioVideo.participants,
    Participants.fetch("Standup", "Alice"),
    "/v1/Rooms/Standup/Participants/Alice"
  )
  providesOnly(
    "PublishedTracks",
    TwilioVideo.publishedTracks,
    PublishedTracks.fetch("Standup", "Alice", "screen"),
    "/v1/Rooms/Standup/Participants/Alice/PublishedTracks/screen"
  )
  providesOnly("Rooms", TwilioVideo.rooms, Rooms.fetch("Standup"), "/v1/Rooms/Standup")
  providesOnly(
    "SubscribeRules",
    TwilioVideo.subscribeRules,
    SubscribeRules.fetch("Standup", "Alice"),
    "/v1/Rooms/Standup/Participants/Alice/SubscribeRules"
  )
  providesOnly(
    "SubscribedTracks",
    TwilioVideo.subscribedTracks,
    SubscribedTracks.fetch("Standup", "Alice", Stub.trackSid),
    `/v1/Rooms/Standup/Participants/Alice/SubscribedTracks/${Stub.trackSid}`
  )

  it.effect("provides several services on one connection", () =>
    Effect.gen(function* () {
      const { connections, options, paths, transport } = record()
      const layer = TwilioHttpClient.layer([TwilioVideo.rooms, TwilioVideo.participants], options)
      assert.deepStrictEqual(yield* provided(Layer.provide(layer, transport)), ["Participants", "Rooms"])
      assert.deepStrictEqual([connections, paths], [["connection"], []])
    })
  )
})

describe("TwilioHttpClient.layerConfig", () => {
  it.effect("reads the options from the environment", () =>
    Effect.gen(function* () {
      const { transport } = record()
      const fromEnvironment = (env: Record<string, string>) =>
        Effect.provideService(
          provided(Layer.provide(TwilioHttpClient.layerConfig(TwilioVideo.rooms), transport)),
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromUnknown(env)
        )
      assert.deepStrictEqual(
        yield* fromEnvironment({ TWILIO_ACCOUNT_SID: Stub.accountSid, TWILIO_AUTH_TOKEN: Stub.secret }),
        ["Rooms"]
      )
      assert.strictEqual((yield* Effect.flip(fromEnvironment({})))._tag, "ConfigError")
    })
  )
})

describe("the layers of all services", () => {
  const layers: ReadonlyArray<
    readonly [
      name: string,
      (options: TwilioHttpClient.Options) => Layer.Layer<TwilioVideo.Services, unknown, HttpClient.HttpClient>
    ]
  > = [
    ["layer", (options) => TwilioHttpClient.layer(TwilioVideo.services, options)],
    ["layerConfig", (options) => TwilioHttpClient.layerConfig(TwilioVideo.services, Config.succeed(options))]
  ]

  it.effect.each(layers)("%s provides the five services on one connection", ([, makeLayer]) =>
    Effect.gen(function* () {
      const { connections, options, paths, transport } = record()
      const layer = Layer.provide(makeLayer(options), transport)
      assert.deepStrictEqual(yield* provided(layer), Object.keys(services))
      assert.deepStrictEqual([connections, paths], [["connection"], []])
    })
  )

  it.effect.each([
    ...layers,
    ["layer of one service", (options) => TwilioHttpClient.layer(TwilioVideo.rooms, options)]
  ] as ReadonlyArray<
    readonly [
      name: string,
      (options: TwilioHttpClient.Options) => Layer.Layer<Rooms.Rooms, unknown, HttpClient.HttpClient>
    ]
  >)("%s makes a connection for each account of a program", ([, makeLayer]) =>
    Effect.gen(function* () {
      const accounts: Array<string> = []
      const transport = WebHandlerTransport.layer(async (request) => {
        accounts.push(atob(request.headers.get("authorization")?.slice(6) ?? "").slice(0, 34))
        return Stub.json(Stub.list([], null, undefined, "rooms"))
      })
      const [first = "", second = ""] = ["1", "2"].map((digit) => `AC${digit.repeat(32)}`)
      const layer = (accountSid: string) => Layer.provide(makeLayer({ ...credentials, accountSid }), transport)
      const list = Rooms.list()
      // Effect builds each layer value once, so the inner layer could be mistaken for the outer one.
      yield* Effect.andThen(list, Effect.provide(list, layer(second))).pipe(Effect.provide(layer(first)))
      assert.deepStrictEqual(accounts, [first, second])
    })
  )
})

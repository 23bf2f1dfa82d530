/**
 * What each layer gives: one service alone, or all of them, over one connection. Holds no options and no answers.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as WebHandlerTransport from "@effect-twilio-video/http/WebHandlerTransport"
import { assert, describe, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stub from "./support/Stub.ts"

const credentials = { accountSid: Stub.accountSid, authToken: Redacted.make(Stub.secret) }

/** A connection that counts how often it is made, and keeps where its requests go; nothing is there. */
const makeConnection = () => {
  const made: Array<string> = []
  const sent: Array<string> = []
  const transport = WebHandlerTransport.layer(async (request) => {
    sent.push(new URL(request.url).pathname)
    return Stub.json({ code: 20404 }, 404)
  })
  const options: TwilioConnection.Options = {
    ...credentials,
    transformClient: (client) => {
      made.push("client")
      return client
    }
  }
  return { connection: TwilioConnection.layer(options).pipe(Layer.provide(transport)), made, options, sent, transport }
}

const services = {
  Participants: Participants.Participants,
  PublishedTracks: PublishedTracks.PublishedTracks,
  Rooms: Rooms.Rooms,
  SubscribeRules: SubscribeRules.SubscribeRules,
  SubscribedTracks: SubscribedTracks.SubscribedTracks,
  TwilioConnection: TwilioConnection.TwilioConnection
} as const

const all = ["Participants", "PublishedTracks", "Rooms", "SubscribeRules", "SubscribedTracks"]

/** The names of the services that a layer gives. */
const given = <A, E>(layer: Layer.Layer<A, E>) =>
  Effect.scoped(
    Effect.map(Layer.build(layer), (context) =>
      Object.entries(services)
        .filter(([, service]) => context.mapUnsafe.has(service.key))
        .map(([name]) => name)
    )
  )

describe("a service's own layer", () => {
  const gives = <Service, E extends { readonly _tag: string }>(
    name: keyof typeof services,
    layer: Layer.Layer<Service, never, TwilioConnection.TwilioConnection>,
    call: Effect.Effect<unknown, E, Service>,
    path: string
  ) =>
    it.effect(`gives ${name} and no other, over a connection`, () =>
      Effect.gen(function* () {
        const { connection, sent } = makeConnection()
        const own = Layer.provide(layer, connection)
        assert.deepStrictEqual(yield* given(own), [name])
        const error = yield* Effect.flip(Effect.provide(call, own))
        assert.strictEqual(error._tag, "NotFound")
        assert.deepStrictEqual(sent, [path])
      })
    )

  gives(
    "Participants",
    TwilioVideo.layerParticipants,
    Participants.Participants.use((participants) => participants.fetch("Standup", "Alice")),
    "/v1/Rooms/Standup/Participants/Alice"
  )
  gives(
    "PublishedTracks",
    TwilioVideo.layerPublishedTracks,
    PublishedTracks.PublishedTracks.use((tracks) => tracks.fetch("Standup", "Alice", "screen")),
    "/v1/Rooms/Standup/Participants/Alice/PublishedTracks/screen"
  )
  gives(
    "Rooms",
    TwilioVideo.layerRooms,
    Rooms.Rooms.use((rooms) => rooms.fetch("Standup")),
    "/v1/Rooms/Standup"
  )
  gives(
    "SubscribeRules",
    TwilioVideo.layerSubscribeRules,
    SubscribeRules.SubscribeRules.use((rules) => rules.fetch("Standup", "Alice")),
    "/v1/Rooms/Standup/Participants/Alice/SubscribeRules"
  )
  gives(
    "SubscribedTracks",
    TwilioVideo.layerSubscribedTracks,
    SubscribedTracks.SubscribedTracks.use((tracks) => tracks.fetch("Standup", "Alice", Stub.trackSid)),
    `/v1/Rooms/Standup/Participants/Alice/SubscribedTracks/${Stub.trackSid}`
  )
})

describe("a layer of all services", () => {
  it.effect("gives the five and nothing else, over one connection", () =>
    Effect.gen(function* () {
      const shared = makeConnection()
      assert.deepStrictEqual(yield* given(Layer.provide(TwilioVideo.layerServices, shared.connection)), all)
      assert.deepStrictEqual(shared.made, ["client"])

      const direct = makeConnection()
      const layer = Layer.provide(TwilioVideo.layer(direct.options), direct.transport)
      assert.deepStrictEqual(yield* given(layer), all)
      assert.deepStrictEqual(direct.made, ["client"])

      const configured = makeConnection()
      const layerConfig = Layer.provide(
        TwilioVideo.layerConfig(Config.succeed(configured.options)),
        configured.transport
      )
      assert.deepStrictEqual(yield* given(layerConfig), all)
      assert.deepStrictEqual(configured.made, ["client"])
      // A layer is made without a request.
      assert.deepStrictEqual([shared.sent, direct.sent, configured.sent], [[], [], []])
    })
  )

  it.effect("is one for each account of a program", () =>
    Effect.gen(function* () {
      const users: Array<string> = []
      const transport = WebHandlerTransport.layer(async (request) => {
        users.push(atob(request.headers.get("authorization")?.slice(6) ?? "").slice(0, 34))
        return Stub.json(Stub.list([], null, undefined, "rooms"))
      })
      const [first = "", second = ""] = ["1", "2"].map((digit) => `AC${digit.repeat(32)}`)
      const options = (accountSid: string) => ({ ...credentials, accountSid })
      const ways = [
        (accountSid: string) => TwilioVideo.layer(options(accountSid)),
        (accountSid: string) => TwilioVideo.layerConfig(Config.succeed(options(accountSid))),
        (accountSid: string) => Layer.provide(TwilioVideo.layerServices, TwilioConnection.layer(options(accountSid))),
        (accountSid: string) => Layer.provide(TwilioVideo.layerRooms, TwilioConnection.layer(options(accountSid)))
      ]
      const list = Rooms.Rooms.use((rooms) => rooms.list())
      for (const way of ways) {
        const layer = (accountSid: string) => Layer.provide(way(accountSid), transport)
        // What is provided inside is built while the layer outside lives, and could be taken for it.
        yield* Effect.andThen(list, Effect.provide(list, layer(second))).pipe(Effect.provide(layer(first)))
        assert.deepStrictEqual(users.splice(0), [first, second])
      }
    })
  )

  it.effect("can be put together of some services, which share their connection", () =>
    Effect.gen(function* () {
      const { connection, made } = makeConnection()
      const some = Layer.merge(
        Layer.provide(TwilioVideo.layerRooms, connection),
        Layer.provide(TwilioVideo.layerParticipants, connection)
      )
      assert.deepStrictEqual(yield* given(some), ["Participants", "Rooms"])
      assert.deepStrictEqual(made, ["client"])
    })
  )
})

describe("a connection", () => {
  it.effect("comes from options or from the environment, and is no service itself", () =>
    Effect.gen(function* () {
      const { connection, transport } = makeConnection()
      assert.deepStrictEqual(yield* given(connection), ["TwilioConnection"])
      const environment = ConfigProvider.fromUnknown({
        TWILIO_ACCOUNT_SID: Stub.accountSid,
        TWILIO_AUTH_TOKEN: Stub.secret
      })
      const fromEnvironment = given(Layer.provide(TwilioConnection.layerConfig(), transport))
      assert.deepStrictEqual(
        yield* Effect.provideService(fromEnvironment, ConfigProvider.ConfigProvider, environment),
        ["TwilioConnection"]
      )
      const nothing = Effect.provideService(
        fromEnvironment,
        ConfigProvider.ConfigProvider,
        ConfigProvider.fromUnknown({})
      )
      assert.strictEqual((yield* Effect.flip(nothing))._tag, "ConfigError")
    })
  )

  it.effect("is not made of options that cannot be right", () =>
    Effect.gen(function* () {
      const { transport } = makeConnection()
      const error = yield* Effect.flip(
        given(Layer.provide(TwilioConnection.layer({ ...credentials, accountSid: "AC123" }), transport))
      )
      assert.strictEqual(error.reason._tag === "InvalidArgument" && error.reason.argument, "accountSid")
    })
  )
})

/**
 * A sandbox on 127.0.0.1, on a port that the system picks, with Twilio's package and the library as its clients. It starts
 * without rooms and uses the test's clock.
 */
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxServer from "@effect-twilio-video/sandbox/SandboxServer"
import { vi } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type twilio from "twilio"
import * as SentRequest from "./SentRequest.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

export interface OfficialService {
  readonly baseUrl: string
  readonly httpClient: TwilioSdk.OriginRewritingClient
  /** A client with the credentials of the sandbox's account, or with other credentials. */
  readonly client: (credentials?: Partial<TwilioSdk.Credentials>) => twilio.Twilio
  /** The rooms, with the account's credentials. */
  readonly rooms: TwilioSdk.Rooms
  /** The participants of a room, with the account's credentials. */
  readonly participants: (room: string) => TwilioSdk.RoomParticipants
}

/** Twilio's package as a client of the sandbox. */
export class Official extends Context.Service<Official, OfficialService>()("tests/conformance/twilio-node/Official") {}

/** The requests of each client, appended as they are sent. */
export class Sent extends Context.Service<
  Sent,
  {
    readonly official: Array<SentRequest.SentRequest>
    readonly ours: Array<SentRequest.SentRequest>
  }
>()("tests/conformance/twilio-node/Sent") {}

const layerOfficial = Layer.effect(
  Official,
  Effect.gen(function* () {
    const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
    const { official: sent } = yield* Sent
    const baseUrl = yield* SandboxServer.baseUrl
    const httpClient = new TwilioSdk.OriginRewritingClient(baseUrl)
    httpClient.axios.interceptors.request.use((config) => {
      sent.push(SentRequest.ofOfficial(httpClient.axios.getUri(config), config))
      return config
    })
    const client: OfficialService["client"] = (credentials) =>
      TwilioSdk.make(httpClient, { username: accountSid, password: authToken, accountSid, ...credentials })
    const { rooms } = client().video.v1
    return { baseUrl, httpClient, client, rooms, participants: (room) => rooms(room).participants }
  })
)

const layerOurs = Layer.unwrap(
  Effect.gen(function* () {
    const { accountSid, authToken } = (yield* Sandbox.Sandbox).credentials
    const { ours: sent } = yield* Sent
    const baseUrl = yield* SandboxServer.baseUrl
    return TwilioHttpClient.layer(TwilioVideo.services, {
      accountSid,
      authToken: Redacted.make(authToken),
      baseUrl,
      quota: "off",
      transformClient: HttpClient.mapRequest((request) => {
        sent.push(SentRequest.ofOurs(request))
        return request
      })
    })
  })
).pipe(
  Layer.provide(FetchTransport.layer),
  // One request per call, as Twilio's package sends.
  Layer.provide(RequestPolicy.layer(RequestPolicy.noRetries))
)

export type Services = TwilioVideo.Services | Official | Sent | Sandbox.Sandbox

export const layer = ({
  publicOrigin,
  ...options
}: Sandbox.Options & Pick<Sandbox.ServeOptions, "publicOrigin"> = {}): Layer.Layer<Services> =>
  Layer.mergeAll(layerOfficial, layerOurs).pipe(
    Layer.provide(SandboxServer.layer({ publicOrigin })),
    Layer.provideMerge(Layer.sync(Sent, () => ({ official: [], ours: [] }))),
    Layer.provideMerge(Sandbox.layerControls({ rooms: [], ...options })),
    Layer.orDie
  )

/** Runs an effect and counts the requests of Twilio's package meanwhile. */
export const countRequests = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Official, ({ httpClient }) =>
    Effect.acquireUseRelease(
      Effect.sync(() => vi.spyOn(httpClient, "request")),
      (request) => Effect.map(effect, (value) => ({ value, requests: request.mock.calls.length })),
      (request) => Effect.sync(() => request.mockRestore())
    )
  )

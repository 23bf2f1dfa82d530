/**
 * The sandbox: a stateful stand-in for Twilio Video's Participants API, and its controls, in process. Holds no socket:
 * `SandboxServer` listens on one.
 *
 * @since 0.1.0
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import type * as Participants from "@effect-twilio-video/core/Participants"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Assumptions from "./Assumptions.ts"
import * as Controls from "./internal/Controls.ts"
import * as InProcessClient from "./internal/InProcessClient.ts"
import type { ParticipantRecord, RoomRecord } from "./internal/RoomEngine.ts"
import { RoomEngine } from "./internal/RoomEngine.ts"
import * as Routes from "./internal/Routes.ts"
import * as WireBody from "./internal/WireBody.ts"
import * as SandboxCredentials from "./SandboxCredentials.ts"
import type * as SandboxError from "./SandboxError.ts"
import * as SandboxRoom from "./SandboxRoom.ts"
import * as Scenario from "./Scenario.ts"

/**
 * What a sandbox starts from. A `Scenario` is options too.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The rooms to start from; `Scenario.defaultScenario` by default. */
  readonly rooms?: Scenario.Scenario["rooms"] | undefined
  /** Choices about what Twilio leaves undocumented, where they should not be `Assumptions.defaults`. */
  readonly assumptions?: Partial<Assumptions.Assumptions> | undefined
  /** The account that requests must come from; `SandboxCredentials.defaults` by default. */
  readonly credentials?: SandboxCredentials.SandboxCredentials | undefined
  /** SIDs follow from it: the same seed and the same steps give the same SIDs. */
  readonly seed?: string | undefined
  /** The origin in the URLs of answers, where it is not the one that the request came to. */
  readonly publicOrigin?: string | undefined
}

/**
 * The controls of a sandbox: what happens to rooms without Twilio's REST API, since people join, leave and lose their
 * connection through Twilio's client libraries. Rooms and participants are addressed as in Twilio's API.
 *
 * @category models
 * @since 0.1.0
 */
export interface Service {
  /** Opens a room. A unique name must be free among the rooms in progress. */
  readonly openRoom: (options?: {
    readonly uniqueName?: string | undefined
  }) => Effect.Effect<SandboxRoom.SandboxRoom, SandboxError.SandboxError>
  /** Lets somebody join. Who is in the room with the same identity is disconnected: the newcomer wins. */
  readonly join: (room: string, identity: string) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /** Lets a participant leave. */
  readonly leave: (
    room: string,
    participant: string
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /** Breaks a participant's connection: it is reconnecting from now on. */
  readonly loseConnection: (
    room: string,
    participant: string
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /** Gives a reconnecting participant the connection back. */
  readonly regainConnection: (
    room: string,
    participant: string
  ) => Effect.Effect<Participant.Participant, SandboxError.SandboxError>
  /** Ends a room: everybody is disconnected, and its unique name is free again. */
  readonly completeRoom: (room: string) => Effect.Effect<SandboxRoom.SandboxRoom, SandboxError.SandboxError>
  /** Goes back to the start: the rooms of the scenario, with the SIDs they had, joined as long before now as then. */
  readonly reset: Effect.Effect<void>
  /** Everything there is: each room, in the order of opening, with each of its participants, in the order of joining. */
  readonly state: Effect.Effect<ReadonlyArray<SandboxRoom.SandboxRoom>>
  /** The credentials that requests must carry. */
  readonly credentials: SandboxCredentials.SandboxCredentials
  /** The routes, for the layers of this module. */
  readonly routes: Routes.Routes
}

/**
 * The controls of the sandbox that a program runs on.
 *
 * @example
 * ```ts
 * import * as Participants from "@effect-twilio-video/core/Participants"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const participants = yield* Participants.Participants
 *   yield* sandbox.openRoom({ uniqueName: "Huddle" })
 *   yield* sandbox.join("Huddle", "Zoe")
 *   yield* sandbox.loseConnection("Huddle", "Zoe")
 *   const zoe = yield* participants.fetch("Huddle", "Zoe")
 *   return zoe.status
 * })
 *
 * const status = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * status // => "reconnecting"
 * ```
 * @category services
 * @since 0.1.0
 */
export class Sandbox extends Context.Service<Sandbox, Service>()("@effect-twilio-video/sandbox/Sandbox") {}

const decodeParticipant = Schema.decodeSync(Participant.ParticipantJson)

const decodeRoom = Schema.decodeSync(SandboxRoom.SandboxRoomJson)

const origin = "https://video.twilio.com"

const generator = (seed: string): Random.Random => Effect.runSync(Random.withSeed(Effect.service(Random.Random), seed))

/**
 * Makes a sandbox. It plays its scenario when it is first used, at the time of Effect's `Clock` then. A scenario that
 * cannot be played is a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const credentials = options.credentials ?? SandboxCredentials.defaults
  const seed = options.seed ?? "effect-twilio-video"
  const engine = new RoomEngine(
    credentials.accountSid,
    { ...Assumptions.defaults, ...options.assumptions },
    { rooms: options.rooms ?? Scenario.defaultScenario.rooms },
    () => generator(seed)
  )

  const toParticipant = (record: ParticipantRecord): Participant.Participant =>
    decodeParticipant(WireBody.participant(origin, engine.accountSid, record))

  const toRoom = (record: RoomRecord): SandboxRoom.SandboxRoom =>
    decodeRoom(WireBody.room(origin, engine.accountSid, record))

  const step = <A, B>(
    happen: (now: number) => Result.Result<A, SandboxError.SandboxError>,
    show: (value: A) => B
  ): Effect.Effect<B, SandboxError.SandboxError> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      engine.start(now)
      return Effect.fromResult(Result.map(happen(now), show))
    })

  const stepOf =
    (
      happen: (
        engine: RoomEngine,
        room: string,
        participant: string,
        now: number
      ) => Controls.Outcome<ParticipantRecord>
    ) =>
    (room: string, participant: string) =>
      step((now) => happen(engine, room, participant, now), toParticipant)

  const service: Service = {
    openRoom: (options = {}) => step((now) => engine.openRoom(options.uniqueName, now), toRoom),
    join: stepOf(Controls.join),
    leave: stepOf(Controls.leave),
    loseConnection: stepOf(Controls.loseConnection),
    regainConnection: stepOf(Controls.regainConnection),
    completeRoom: (room) => step((now) => Controls.completeRoom(engine, room, now), toRoom),
    reset: Effect.map(Clock.currentTimeMillis, (now) => engine.reset(now)),
    state: Effect.map(Clock.currentTimeMillis, (now) => {
      engine.start(now)
      return Array.from(engine.rooms.values(), toRoom)
    }),
    credentials,
    routes: Routes.make(engine, credentials, options.publicOrigin)
  }
  return service
})

/**
 * A sandbox's controls alone. Provide it to {@link layerHttpClient}, or to a server, to share one sandbox.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerControls = (options: Options = {}): Layer.Layer<Sandbox> => Layer.effect(Sandbox, make(options))

/**
 * An `HttpClient` that the sandbox answers, in process: no socket, on any runtime. Requests to any origin reach it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, Sandbox> = Layer.unwrap(
  Effect.map(Sandbox, (sandbox) => InProcessClient.layer(sandbox.routes))
)

/**
 * Everything that a program needs to run without an account: the services of Twilio Video on a sandbox in process, the
 * sandbox's controls, and the `HttpClient` between them.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<Participants.Participants | Sandbox | HttpClient.HttpClient> => {
  const client = Layer.unwrap(
    Effect.map(Sandbox, ({ credentials }) =>
      TwilioVideo.layer({
        accountSid: credentials.accountSid,
        authToken: Redacted.make(credentials.authToken)
      })
    )
  )
  return client.pipe(Layer.provideMerge(layerHttpClient), Layer.provideMerge(layerControls(options)), Layer.orDie)
}

/**
 * A sandbox as a web handler, for `Deno.serve`, `Bun.serve`, a Worker's `fetch` and tests. It answers Twilio's API and,
 * under `/sandbox`, its controls. `dispose` ends it.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 *
 * const sandbox = Sandbox.toWebHandler()
 * const { accountSid, authToken } = sandbox.credentials
 *
 * const response = await sandbox.handler(
 *   new Request("http://localhost/v1/Rooms/DailyStandup/Participants/Alice", {
 *     headers: { Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }
 *   })
 * )
 *
 * response.status // => 200
 * await sandbox.dispose()
 * ```
 * @category converting
 * @since 0.1.0
 */
export const toWebHandler = (
  options: Options = {}
): {
  readonly handler: (request: Request) => Promise<Response>
  readonly dispose: () => Promise<void>
  readonly credentials: SandboxCredentials.SandboxCredentials
} => {
  const app = layerRoutes.pipe(Layer.provide(layerControls(options)), Layer.provide(HttpServer.layerServices))
  const { dispose, handler } = HttpRouter.toWebHandler(app, { disableLogger: true, routerConfig: Routes.routerConfig })
  return {
    handler: (request) => handler(request),
    dispose,
    credentials: options.credentials ?? SandboxCredentials.defaults
  }
}

/**
 * The sandbox's routes, for an `HttpRouter` of yours. Give the router {@link routerConfig}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRoutes: Layer.Layer<never, never, Sandbox | HttpRouter.HttpRouter> = Layer.unwrap(
  Effect.map(Sandbox, (sandbox) => sandbox.routes.layer)
)

/**
 * How the router must read paths for {@link layerRoutes}: case-sensitively, and without a limit on their parameters.
 *
 * @category config
 * @since 0.1.0
 */
export const routerConfig = Routes.routerConfig

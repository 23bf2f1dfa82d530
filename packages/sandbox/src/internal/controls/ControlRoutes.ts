/**
 * The routes of the controls over HTTP, under `/sandbox`. Records have the same form as in Twilio's API.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import type * as SandboxError from "../../SandboxError.ts"
import type * as Scenario from "../../Scenario.ts"
import * as Representation from "../api/Representation.ts"
import type { Delivery } from "../callbacks/Delivery.ts"
import * as DeliveryFaults from "../callbacks/DeliveryFaults.ts"
import type { ParticipantRecord } from "../engine/Records.ts"
import * as Faults from "../faults/Faults.ts"
import * as RequestFilter from "../journal/RequestFilter.ts"
import type * as RequestLog from "../journal/RequestLog.ts"
import * as ControlBody from "./ControlBody.ts"
import * as ControlEndpoint from "./ControlEndpoint.ts"
import * as Controls from "./Controls.ts"
import * as StateBody from "./StateBody.ts"

type Context = ControlEndpoint.Context

type Change<A = string> = (body: A, now: number) => Result.Result<void, SandboxError.SandboxError>

const nothing: Change = () => Result.void

type Route = HttpRouter.Route<never, never>

const names = (routes: ReadonlyArray<Route>): ReadonlyArray<string> =>
  routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/gu, "{$1}")}`)

/** The response to a path under `/sandbox` that isn't a control, or a method that a control doesn't accept. */
export const unknown = (routes: ReadonlyArray<Route>) =>
  HttpServerResponse.jsonUnsafe(
    {
      problem: "no-such-control",
      message: "Unknown control. The available ones are listed in controls.",
      controls: names(routes)
    },
    { status: 404 }
  )

const post = (path: `/${string}`, handler: ReturnType<typeof ControlEndpoint.make>) =>
  HttpRouter.route("POST", path, handler)

const stateRoutes = (context: Context) => {
  const { parts } = context
  const respond = () => StateBody.respond(parts.engine.store)
  const state = (change: Change) => ControlEndpoint.make(context, respond, (_, body, now) => change(body, now))
  const ofScenario = (change: Change<Scenario.Scenario>) =>
    state((body, now) => Result.flatMap(ControlBody.scenario(body), (scenario) => change(scenario, now)))
  return [
    HttpRouter.route("GET", "/sandbox/state", state(nothing)),
    HttpRouter.route(
      "PUT",
      "/sandbox/state",
      ControlEndpoint.prepared(context, {
        respond,
        prepare: (request, query) =>
          Effect.all({ options: Effect.fromResult(ControlBody.importOptions(query)), state: StateBody.read(request) }),
        run: (_, { options, state }, now) => Controls.importState(parts, state, options, now)
      })
    ),
    post(
      "/sandbox/reset",
      state((_, now) => Result.succeed(Controls.reset(parts, now)))
    ),
    post(
      "/sandbox/seed",
      ofScenario((scenario, now) => Controls.seed(parts, scenario, now))
    ),
    post(
      "/sandbox/add-rooms",
      ofScenario((scenario, now) => parts.lifecycle.add(scenario, now))
    )
  ] as const
}

const faultRoutes = (context: Context) => {
  const { faults } = context.parts
  const counts = (change: Change) =>
    ControlEndpoint.make(
      context,
      ControlEndpoint.json(200, () => faults.read()),
      (_, body, now) => change(body, now)
    )
  const set = (body: string) =>
    Result.map(Result.flatMap(ControlBody.json(body), Faults.read), (rules) => faults.set(rules))
  return [
    HttpRouter.route("GET", "/sandbox/faults", counts(nothing)),
    HttpRouter.route("PUT", "/sandbox/faults", counts(set)),
    HttpRouter.route(
      "DELETE",
      "/sandbox/faults",
      counts(() => Result.succeed(faults.set([])))
    )
  ] as const
}

const requestRoutes = (context: Context) => {
  const { engine, log } = context.parts
  const select = <A>(show: (entries: ReadonlyArray<RequestLog.Entry>) => A) =>
    ControlEndpoint.prepared(context, {
      respond: ControlEndpoint.json(200, (_, shown: A) => shown),
      prepare: (_, query) => Effect.fromResult(RequestFilter.read(query)),
      run: (_, query) => Result.succeed(show(RequestFilter.select(engine.store, query, log.entries.read())))
    })
  return [
    HttpRouter.route(
      "GET",
      "/sandbox/requests",
      select((entries) => entries.map((entry) => entry.show()))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/requests/counts",
      select((entries) => RequestFilter.count(entries, log.entries.dropped))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/requests/:id",
      ControlEndpoint.make(
        context,
        ControlEndpoint.json(200, (_, request) => request),
        ({ id }) => Controls.find(log.find(id)?.show(), "no-such-request")
      )
    ),
    HttpRouter.route(
      "DELETE",
      "/sandbox/requests",
      ControlEndpoint.make(
        context,
        ControlEndpoint.json(200, () => log.read()),
        () => Result.succeed(log.clear())
      )
    )
  ] as const
}

const deliveryFaultRoutes = (context: Context) => {
  const { callbacks } = context.parts
  const deliveryFaults = (change: Change) =>
    ControlEndpoint.make(
      context,
      ControlEndpoint.json(200, () => callbacks.faults.read()),
      (_, body, now) => change(body, now)
    )
  const setDeliveryFaults = (body: string) =>
    Result.map(Result.flatMap(ControlBody.json(body), DeliveryFaults.read), (rules) => callbacks.faults.set(rules))
  return [
    HttpRouter.route("GET", "/sandbox/callbacks/faults", deliveryFaults(nothing)),
    HttpRouter.route("PUT", "/sandbox/callbacks/faults", deliveryFaults(setDeliveryFaults)),
    HttpRouter.route(
      "DELETE",
      "/sandbox/callbacks/faults",
      deliveryFaults(() => Result.succeed(callbacks.faults.set([])))
    )
  ] as const
}

const callbackRoutes = (context: Context) => {
  const { parts } = context
  const { callbacks } = parts
  const respond = ControlEndpoint.json(200, () => callbacks.read())
  const delivery = (run: (params: ControlEndpoint.Params) => Result.Result<Delivery, SandboxError.SandboxError>) =>
    ControlEndpoint.make(
      context,
      ControlEndpoint.json(200, (_, found: Delivery) => found.show()),
      run
    )
  const awaitCallbacks = (body: string) =>
    Effect.gen(function* () {
      const { timeout } = yield* Effect.fromResult(ControlBody.awaitCallbacks(body))
      yield* Controls.awaitCallbacks(parts, yield* Clock.currentTimeMillis, timeout)
    })
  return [
    HttpRouter.route(
      "GET",
      "/sandbox/callbacks",
      ControlEndpoint.make(context, respond, () => Result.void)
    ),
    HttpRouter.route(
      "DELETE",
      "/sandbox/callbacks",
      ControlEndpoint.make(context, respond, () => Result.succeed(callbacks.clear()))
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/callbacks/counts",
      ControlEndpoint.make(
        context,
        ControlEndpoint.json(200, () => callbacks.count()),
        () => Result.void
      )
    ),
    HttpRouter.route(
      "GET",
      "/sandbox/callbacks/:id",
      delivery(({ id }) => Controls.find(callbacks.find(id), "no-such-callback"))
    ),
    post(
      "/sandbox/callbacks/:id/replay",
      delivery(({ id }) => callbacks.replay(id))
    ),
    post(
      "/sandbox/callbacks/await",
      ControlEndpoint.prepared(context, {
        respond,
        prepare: ControlEndpoint.withText(awaitCallbacks),
        run: () => Result.void
      })
    )
  ] as const
}

const room = "/sandbox/rooms/:room"

const participant = `${room}/participants/:participant` as const

const track = `${participant}/tracks/:track` as const

const joinRoutes = (context: Context) => {
  const { engine } = context.parts
  const join = ControlEndpoint.withText(ControlBody.join(engine.credentials))
  const tokenJoin = ControlEndpoint.withText(ControlBody.tokenJoin(engine.credentials))
  return [
    post(
      `${room}/participants`,
      ControlEndpoint.prepared(context, {
        respond: ControlEndpoint.json(201, (options, joined: ParticipantRecord | ReadonlyArray<ParticipantRecord>) =>
          "sid" in joined
            ? Representation.participant(options, joined)
            : joined.map((participant) => Representation.participant(options, participant))
        ),
        prepare: join,
        run: ({ room = "" }, join, now) => {
          if ("claims" in join) return Controls.joinWithToken(engine, join.claims, { ...join.options, room }, now)
          return "identity" in join
            ? Controls.join(engine, room, join.identity, join.options)
            : Controls.joinMany(engine, room, join.identities, join.options)
        }
      })
    ),
    post(
      "/sandbox/participants",
      ControlEndpoint.prepared(context, {
        respond: ControlEndpoint.json(201, Representation.participant),
        prepare: tokenJoin,
        run: (_, { claims, options }, now) => Controls.joinWithToken(engine, claims, options, now)
      })
    )
  ] as const
}

const roomRoutes = (context: Context) => {
  const { engine } = context.parts
  const step = (control: Controls.ParticipantChange) =>
    ControlEndpoint.make(
      context,
      ControlEndpoint.json(200, Representation.participant),
      ({ participant = "", room = "" }) => control(engine, room, participant)
    )
  return [
    post(
      "/sandbox/rooms",
      ControlEndpoint.make(context, ControlEndpoint.json(201, Representation.room), (_, body) =>
        Result.flatMap(ControlBody.openRoom(body), (options) => Controls.openRoom(engine, options))
      )
    ),
    post(
      `${room}/complete`,
      ControlEndpoint.make(context, ControlEndpoint.json(200, Representation.room), ({ room = "" }) =>
        Controls.completeRoom(engine, room)
      )
    ),
    post(`${participant}/leave`, step(Controls.leave)),
    post(`${participant}/lose-connection`, step(Controls.loseConnection)),
    post(`${participant}/regain-connection`, step(Controls.regainConnection))
  ] as const
}

const trackRoutes = (context: Context) => {
  const { engine } = context.parts
  const step = (control: Controls.TrackChange) =>
    ControlEndpoint.make(
      context,
      ControlEndpoint.json(200, Representation.publishedTrack),
      ({ participant = "", room = "", track = "" }) => control(engine, room, participant, track)
    )
  return [
    post(
      `${participant}/tracks`,
      ControlEndpoint.make(
        context,
        ControlEndpoint.json(201, Representation.publishedTrack),
        ({ participant = "", room = "" }, body) =>
          Result.flatMap(ControlBody.publication(body), (publication) =>
            Controls.publishTrack(engine, room, participant, publication)
          )
      )
    ),
    post(`${track}/enable`, step(Controls.enableTrack)),
    post(`${track}/disable`, step(Controls.disableTrack)),
    post(`${track}/unpublish`, step(Controls.unpublishTrack))
  ] as const
}

/** All controls. `others` makes those that only a server has. */
export const make = (context: Context, others?: (context: Context) => ReadonlyArray<Route>): ReadonlyArray<Route> => {
  const routes: ReadonlyArray<Route> = [
    ...stateRoutes(context),
    ...faultRoutes(context),
    ...requestRoutes(context),
    ...callbackRoutes(context),
    ...deliveryFaultRoutes(context),
    ...roomRoutes(context),
    ...joinRoutes(context),
    ...trackRoutes(context),
    ...(others?.(context) ?? [])
  ]
  return [HttpRouter.route("GET", "/sandbox", HttpServerResponse.jsonUnsafe({ controls: names(routes) })), ...routes]
}

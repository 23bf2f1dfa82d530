/**
 * Serves the events of rooms with an Effect HTTP server on a loopback port.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"

/** A roster that's fed by facts, and its store. */
export const roster = Roster.layerCallbacks().pipe(Layer.provideMerge(RosterMemory.layer))

/** The readers who wait for a change now. */
export interface Waiting {
  count: number
  /** Runs when the count changes. */
  onChange: () => void
}

/** A roster whose waiting readers are counted. */
export const counted = (waiting: Waiting) => {
  const change = (by: number) =>
    Effect.sync(() => {
      waiting.count += by
      waiting.onChange()
    })
  const store = Layer.effect(
    RosterStore.RosterStore,
    Effect.map(RosterStore.RosterStore, (store) => ({
      ...store,
      wait: (roomSid: string, after: number) =>
        Effect.acquireUseRelease(
          change(1),
          () => store.wait(roomSid, after),
          () => change(-1)
        )
    }))
  ).pipe(Layer.provide(RosterMemory.layer))
  return Roster.layerCallbacks().pipe(Layer.provideMerge(store))
}

/** Waits until a number of readers wait. */
export const untilWaiting = (waiting: Waiting, count: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    waiting.onChange = () => {
      if (waiting.count === count) resume(Effect.void)
    }
    waiting.onChange()
  })

/** The route of rooms' events, of the roster of the context. */
export const events = <E, R>(authorize: Effect.Effect<boolean, E, R>) =>
  HttpRouter.add("*", "/rooms/:room/events", (request) =>
    Effect.gen(function* () {
      const { room = "" } = yield* HttpRouter.params
      const web = yield* HttpServerRequest.toWeb(request)
      return HttpServerResponse.fromWeb(yield* RosterEvents.handle(web, room, { authorize }))
    })
  )

/** Serves routes. */
export const serve = <E, R>(routes: Layer.Layer<never, E, R>, server = createServer()) =>
  HttpRouter.serve(routes, { disableListenLog: true, disableLogger: true }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(() => server, { port: 0, host: "127.0.0.1" }))
  )

/** Serves the roster of the context. */
export const layer = <E, R>(authorize: Effect.Effect<boolean, E, R>, server = createServer()) =>
  serve(events(authorize), server)

/** The URL of a room's events. */
export const url = (room: string): Effect.Effect<string, never, HttpServer.HttpServer> =>
  HttpServer.HttpServer.useSync(({ address }) => `${HttpServer.formatAddress(address)}/rooms/${room}/events`)

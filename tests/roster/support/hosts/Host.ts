/**
 * A web handler that serves the events of rooms, for the runtimes without Node's server.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

/** The readers who wait for a change now. */
const counting = (store: RosterStore.Service) => {
  let waiting = 0
  const change = (by: number) => Effect.sync(() => void (waiting += by))
  const wait: RosterStore.Service["wait"] = (roomSid, after) =>
    Effect.acquireUseRelease(
      change(1),
      () => store.wait(roomSid, after),
      () => change(-1)
    )
  return { store: { ...store, wait }, waiting: () => waiting }
}

/**
 * `POST /` adds a fact, `GET /waiting` tells how many readers wait, and `GET /{room}` sends events.
 */
export const make = (layer: Layer.Layer<RosterStore.RosterStore>): ((request: Request) => Promise<Response>) => {
  let waiting = () => 0
  const counted = Layer.effect(
    RosterStore.RosterStore,
    Effect.map(RosterStore.RosterStore, (store) => {
      const counted = counting(store)
      waiting = counted.waiting
      return counted.store
    })
  ).pipe(Layer.provide(layer))
  const runtime = ManagedRuntime.make(Roster.layerCallbacks().pipe(Layer.provideMerge(counted)))
  return async (request) => {
    const path = new URL(request.url).pathname.slice(1)
    if (request.method === "POST") {
      const fact: RosterFact.RosterFact = await request.json()
      await runtime.runPromise(RosterStore.RosterStore.use((store) => store.apply(fact, [fact])))
      return new Response(null, { status: 204 })
    }
    if (path === "waiting") return Response.json(waiting())
    return runtime.runPromise(RosterEvents.handle(request, path, { authorize: Effect.succeed(true) }))
  }
}

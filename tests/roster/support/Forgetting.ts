/**
 * An erasure of a person who is and was in several rooms, while callbacks to the roster are late and doubled.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Leaks from "../../erasure/support/Leaks.ts"
import * as Events from "./Events.ts"

export const zed = "Zed Zzyx"

const url = "http://localhost/video-events"

const auth = AuthToken.layer({ authToken: Redacted.make(SandboxCredentials.defaults.authToken) })

/** Passes the sandbox's callbacks to the roster, except those that are held back. All can be delivered again. */
class Network {
  readonly all: Array<Request> = []
  deliver: (request: Request) => Promise<Response> = () => Promise.reject(new Error("not connected"))
  holdsBack: (body: string) => boolean = () => false

  readonly handler = async (request: Request) => {
    this.all.push(request.clone())
    const isHeldBack = this.holdsBack(await request.clone().text())
    return isHeldBack ? new Response(null, { status: 204 }) : this.deliver(request)
  }

  readonly connect = Effect.contextWith((context: Context.Context<Roster.Roster | AuthToken.AuthToken>) =>
    Effect.sync(() => {
      this.deliver = (request) =>
        Effect.runPromiseWith(context)(StatusCallbackHandler.handle(request, Roster.record, { url }))
    })
  )

  /** Delivers everything again, the latest first. */
  readonly deliverAll = Effect.suspend(() =>
    Effect.forEach(this.all.toReversed(), (request) =>
      Effect.map(
        Effect.promise(() => this.deliver(request.clone())),
        ({ status }) => assert.strictEqual(status, 204)
      )
    )
  )
}

/** What a reader gets who has seen nothing yet, and one who resumes from the start. */
const eventsOf = Effect.fnUntraced(function* (roomSid: string) {
  const signal = yield* Effect.abortSignal
  const connect = (headers: Record<string, string>) =>
    RosterEvents.handle(new Request("http://localhost/events", { headers, signal }), roomSid, {
      authorize: Effect.succeed(true)
    }).pipe(Effect.map(Events.events))
  const snapshot = yield* (yield* connect({})).event
  const id = snapshot?.id.replace(/\d+$/u, "0") ?? ""
  const resumed = yield* connect({ "last-event-id": id })
  return [snapshot, ...(yield* Events.take(resumed, snapshot?.data.position ?? 0))]
}, Effect.scoped)

/** Everything that the roster keeps and tells of all rooms. */
const everything = Effect.gen(function* () {
  const store = yield* RosterStore.RosterStore
  const { rooms } = yield* Sandbox.Sandbox.use((sandbox) => sandbox.exportState)
  const found = yield* Effect.forEach(rooms, ({ sid }) =>
    Effect.all([store.read(sid), store.changes(sid, 0), Roster.participants(sid), eventsOf(sid)])
  )
  assert.isAbove(found.flat(2).length, 20)
  return JSON.stringify(found)
})

const has = (text: string, identity: string) => Leaks.find([identity])(text).length > 0

/** Asserts that the roster knows only the other participant. */
const assertForgotten = Effect.map(everything, (text) =>
  assert.deepStrictEqual([has(text, zed), has(text, "Ann")], [false, true])
)

/** A room that has ended, one that the person has left, and one where the person is. */
const openRooms = Effect.gen(function* () {
  const { awaitCallbacks, completeRoom, join, leave, openRoom } = yield* Sandbox.Sandbox
  for (const uniqueName of ["Ended", "Left", "Now"]) {
    yield* openRoom({ uniqueName, statusCallback: url })
    yield* join(uniqueName, "Ann")
    const { sid } = yield* join(uniqueName, zed)
    if (uniqueName === "Left") yield* leave(uniqueName, sid)
  }
  yield* completeRoom("Ended")
  yield* awaitCallbacks
})

/** A store that's asked after the roster. At first the person is still in a room, leaves it, and comes back once. */
const comingBack = (network: Network) =>
  IdentityStore.layer(
    Effect.contextWith((context: Context.Context<Roster.Roster | RosterStore.RosterStore | Sandbox.Sandbox>) => {
      let isFirst = true
      const comeBack = Effect.gen(function* () {
        isFirst = false
        const { awaitCallbacks, join, leave } = yield* Sandbox.Sandbox
        yield* assertForgotten
        yield* network.deliverAll
        const { participants } = yield* Roster.participants("Now", { maxAge: 0 })
        assert.lengthOf(participants, 2)
        yield* assertForgotten

        yield* leave("Now", zed)
        network.holdsBack = (body) => body.includes("participant-connected")
        const { sid } = yield* join("Now", zed)
        yield* leave("Now", sid)
        yield* awaitCallbacks
      })
      return Effect.succeed({
        name: "test",
        forget: () =>
          Effect.suspend(() => (isFirst ? comeBack : Effect.void)).pipe(
            Effect.as(0),
            Effect.orDie,
            Effect.provide(context)
          )
      })
    })
  )

/** Erases the person, and asserts that the roster has forgotten them. Then runs `afterwards`. */
export const scenario = <E, E2>(
  erasures: (options: Erasure.Options) => Layer.Layer<Erasure.Erasure, E, Erasure.Requirements>,
  store: Layer.Layer<RosterStore.RosterStore, E2>,
  afterwards: Effect.Effect<void> = Effect.void
) => {
  const network = new Network()
  const layer = erasures({ tokenLifetime: "10 millis" }).pipe(
    Layer.provide(comingBack(network)),
    Layer.provideMerge(Roster.layerOnDemand()),
    Layer.provideMerge(store),
    Layer.provideMerge(Sandbox.layer({ rooms: [], callbacks: { handler: network.handler } })),
    Layer.merge(auth)
  )
  return Effect.gen(function* () {
    yield* network.connect
    yield* openRooms
    assert.isTrue(has(yield* everything, zed))

    const id = yield* Erasure.request({ requestId: "req-17", identities: [Redacted.make(zed)] })
    const statuses = Stream.takeUntil(Erasure.watch(id), ({ _tag }) => _tag === "Stalled")
    assert.deepStrictEqual(yield* Stream.runLast(statuses), Option.some({ _tag: "Complete" }))
    const { stores } = yield* Erasure.receipt(id)
    assert.deepStrictEqual(stores, [
      { name: "roster", forgotten: 3 },
      { name: "test", forgotten: 0 }
    ])
    yield* assertForgotten
    yield* network.deliverAll
    yield* Roster.participants("Now", { maxAge: 0 })
    yield* network.deliverAll
    yield* assertForgotten
    yield* afterwards
  }).pipe(Effect.provide(layer))
}

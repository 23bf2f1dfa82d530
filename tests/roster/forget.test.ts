/**
 * An erasure of a person who is and was in several rooms, and what a roster fed by the sandbox's callbacks knows afterwards.
 */
import * as AuthToken from "@effect-twilio-video/core/AuthToken"
import * as IdentityStore from "@effect-twilio-video/core/IdentityStore"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import * as ErasureSqlite from "@effect-twilio-video/erasure/ErasureSqlite"
import * as StatusCallbackHandler from "@effect-twilio-video/http/StatusCallbackHandler"
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as SandboxCredentials from "@effect-twilio-video/sandbox/SandboxCredentials"
import { assert, describe, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Leaks from "../erasure/support/Leaks.ts"

const zed = "Zed Zzyx"

const url = "http://localhost/video-events"

const auth = AuthToken.layer({ authToken: Redacted.make(SandboxCredentials.defaults.authToken) })

const sandbox = Sandbox.Sandbox.use.bind(Sandbox.Sandbox)

/** Passes the sandbox's callbacks to the roster, except those that are held back. All can be delivered again. */
class Network {
  readonly all: Array<Request> = []
  deliver: (request: Request) => Promise<Response> = () => Promise.reject(new Error("not connected"))
  holdsBack: (body: string) => boolean = () => false

  readonly handler = async (request: Request) => {
    this.all.push(request.clone())
    return this.holdsBack(await request.clone().text()) ? new Response(null, { status: 204 }) : this.deliver(request)
  }

  readonly connect = Effect.context<Roster.Roster | AuthToken.AuthToken>().pipe(
    Effect.map((context) => {
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

/** Everything that the roster keeps and tells of all rooms. */
const everything = Effect.gen(function* () {
  const store = yield* RosterStore.RosterStore
  const { rooms } = yield* sandbox((sandbox) => sandbox.exportState)
  const found = yield* Effect.forEach(rooms, ({ sid }) =>
    Effect.all([
      store.read(sid),
      store.changes(sid, 0),
      Roster.Roster.use((roster) => roster.next(sid, 0)),
      Roster.participants(sid)
    ])
  )
  return JSON.stringify(found)
})

const has = (text: string, identity: string) => Leaks.find([identity])(text).length > 0

/** Rooms that the person left, that ended, and where the person is. */
const live = Effect.gen(function* () {
  const { completeRoom, join, leave, openRoom } = yield* Sandbox.Sandbox
  for (const uniqueName of ["Ended", "Left", "Now"]) {
    yield* openRoom({ uniqueName, statusCallback: url })
    yield* join(uniqueName, "Ann")
    const { sid } = yield* join(uniqueName, zed)
    if (uniqueName === "Left") yield* leave(uniqueName, sid)
  }
  yield* completeRoom("Ended")
  yield* sandbox((sandbox) => sandbox.awaitCallbacks)
})

const rosters = Roster.layerOnDemand().pipe(Layer.provideMerge(RosterMemory.layer))

const inMemory = ErasureMemory.layerMemory

const onFile = (options: Erasure.Options) =>
  Layer.unwrap(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-twilio-video-forget-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ).pipe(Effect.map((folder) => ErasureSqlite.layerSqlite({ ...options, file: join(folder, "erasures.db") })))
  )

const engines = [
  ["in memory", inMemory],
  ["on SQLite", onFile]
] as const

/** Asserts that the roster knows only the other participant. */
const assertForgotten = Effect.map(everything, (text) =>
  assert.deepStrictEqual([has(text, zed), has(text, "Ann")], [false, true])
)

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

describe("a roster forgets a person", () => {
  for (const [engine, erasures] of engines) {
    it.live(`with an erasure ${engine}, also from callbacks that are late and doubled`, () => {
      const network = new Network()
      const layer = erasures({ tokenLifetime: "10 millis" }).pipe(
        Layer.provide(comingBack(network)),
        Layer.provideMerge(rosters),
        Layer.provideMerge(Sandbox.layer({ rooms: [], callbacks: { handler: network.handler } })),
        Layer.merge(auth)
      )
      return Effect.gen(function* () {
        yield* network.connect
        yield* live
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
      }).pipe(Effect.provide(layer))
    })
  }
})

/**
 * The roster's store on a real Postgres.
 */
import * as ErasureKeys from "@effect-twilio-video/erasure/ErasureKeys"
import * as ErasurePostgres from "@effect-twilio-video/erasure/ErasurePostgres"
import * as RosterPostgres from "@effect-twilio-video/roster/RosterPostgres"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import * as Leaks from "../erasure/support/Leaks.ts"
import { freePort } from "../erasure/support/Ports.ts"
import * as PostgresServer from "../erasure/support/PostgresServer.ts"
import * as Events from "./support/Events.ts"
import * as Facts from "./support/Facts.ts"
import * as Forgetting from "./support/Forgetting.ts"
import * as PostgresCluster from "./support/PostgresCluster.ts"
import { contract } from "./stores.ts"

const { isInstalled } = PostgresServer

const hint = "Postgres is not installed; on Debian: apt-get install postgresql"

if (!isInstalled) console.log(`Skipped: the roster on Postgres. ${hint}`)

const { joined, left, listed, room, roomEvent } = Facts

const range = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index)

/** Reads events to the end of the room. When the connection is lost, another process goes on. */
const follow = (cluster: PostgresCluster.Cluster, room: string, events: Array<Events.Event>) => {
  const connected = Effect.gen(function* () {
    const connection = yield* Events.connect(`${cluster.next()}/rooms/${room}/events`, events.at(-1)?.id)
    for (;;) {
      const event = yield* connection.event
      if (event === undefined) return
      events.push(event)
    }
  })
  const attempt = Effect.catchDefect(Effect.scoped(connected), () => Effect.void)
  return Effect.repeat(attempt, { until: () => events.at(-1)?.name === "room-ended" })
}

const sandboxOf = (callbacks: Sandbox.CallbackOptions) =>
  Effect.map(Layer.build(Sandbox.layerControls({ rooms: [], callbacks })), Context.get(Sandbox.Sandbox))

describe.skipIf(!isInstalled)(`the roster on Postgres${isInstalled ? "" : ` (skipped: ${hint})`}`, () => {
  const scope = Scope.makeUnsafe()
  let server: PostgresServer.PostgresServer
  beforeAll(async () => {
    server = await Effect.runPromise(Scope.provide(PostgresServer.start, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  let databases = 0
  const query = (sql: string, url?: string) => Effect.promise(() => server.query(sql, url))
  /** Creates a database, and returns its URL. */
  const database = Effect.gen(function* () {
    const name = `roster_${++databases}`
    yield* query(`CREATE DATABASE ${name}`)
    return new URL(name, server.url).href
  })
  const layerOf = (url: string) => RosterPostgres.layer({ url: Redacted.make(url) })
  /** The store of another process on the same database. */
  const open = (url: string) => Effect.map(Layer.build(Layer.fresh(layerOf(url))), Context.get(RosterStore.RosterStore))

  contract("RosterPostgres", Layer.unwrap(Effect.map(database, layerOf)))

  it.live("lets two processes add facts and claim rooms at the same time", () =>
    Effect.gen(function* () {
      const url = yield* database
      // Both create the tables.
      const stores = yield* Effect.all([open(url), open(url)], { concurrency: 2 })
      const everywhere = <A>(use: (store: RosterStore.Service) => ReadonlyArray<Effect.Effect<A, unknown>>) =>
        Effect.all(stores.flatMap(use), { concurrency: "unbounded" })
      const applied = yield* everywhere((store) =>
        range(30).map((index) => store.apply(room(0), [joined(room(0), index + 30 * stores.indexOf(store), 1000)]))
      )
      assert.deepStrictEqual(
        applied.map(({ position }) => position).sort((a, b) => a - b),
        range(60).map((index) => index + 1)
      )
      yield* everywhere((store) => range(60).map((index) => store.apply(room(index), [listed(room(index), [], 2000)])))
      const claim = { now: 5000, rank: 5000, verified: 5000, until: 6000, limit: 3 }
      const claims = yield* everywhere((store) => range(10).map(() => store.claim(claim)))
      const sids = claims.flat().map(({ roomSid }) => roomSid)
      assert.isAbove(sids.length, 0)
      assert.strictEqual(new Set(sids).size, sids.length)
      const leases = yield* everywhere((store) => range(5).map(() => store.lease("rooms", 1000, 2000)))
      assert.strictEqual(leases.filter((isMine) => isMine).length, 1)
    })
  )

  /** Two stores that listen, and a reader at one of them who waits for the other's next change. The clock stands still. */
  const twoProcesses = Effect.gen(function* () {
    const url = yield* database
    const listeners = `FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}' AND query LIKE 'LISTEN%'`
    const listening = (count: number) =>
      Effect.repeat(query(`SELECT count(*) ${listeners}`), { until: (found) => Number(found) === count })
    const [reader, writer] = [yield* open(url), yield* open(url)]
    yield* listening(2)
    yield* writer.apply(room(1), [joined(room(1), 1, 1000)])
    const waiting = yield* Effect.forkChild(reader.wait(room(1).roomSid, 1), { startImmediately: true })
    // Answered after the reader's question whether there's a change already.
    yield* reader.changes(room(1).roomSid, 1)
    const deafen = Effect.andThen(query(`SELECT pg_terminate_backend(pid) ${listeners}`), listening(0))
    return { url, reader, writer, waiting, listening, deafen }
  })

  it.effect("wakes readers in other processes at once", () =>
    Effect.gen(function* () {
      const { reader, waiting, writer } = yield* twoProcesses
      yield* writer.apply(room(1), [left(room(1), 1, 2000), roomEvent(room(1), "RoomEnded", 3000)])
      yield* Fiber.join(waiting)
      const dropped = yield* Effect.forkChild(reader.wait(room(1).roomSid, 3), { startImmediately: true })
      yield* reader.changes(room(1).roomSid, 3)
      assert.strictEqual(yield* writer.drop(4000), 1)
      yield* Fiber.join(dropped)
      assert.isUndefined(yield* reader.changes(room(1).roomSid, 3))
    })
  )

  it.effect("wakes readers when it listens again, if the connection was lost", () =>
    Effect.gen(function* () {
      const { deafen, listening, waiting, writer } = yield* twoProcesses
      yield* deafen
      yield* writer.apply(room(1), [left(room(1), 1, 2000)])
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* listening(2)
      yield* Fiber.join(waiting)
    })
  )

  it.effect("looks for changes every 5 seconds", () =>
    Effect.gen(function* () {
      const { url, waiting } = yield* twoProcesses
      yield* query("UPDATE roster_rooms SET position = 2", url)
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(waiting)
    })
  )

  it.live("shares the queries of 1,000 readers of a room", () =>
    Effect.gen(function* () {
      const url = yield* database
      const store = yield* open(url)
      yield* store.apply(room(1), [joined(room(1), 0, 1000)])
      const read = Effect.gen(function* () {
        for (let position = 1; position < 11;) {
          const changes = yield* store.changes(room(1).roomSid, position)
          position = changes?.at(-1)?.position ?? position
          if (changes?.length === 0) yield* store.wait(room(1).roomSid, position)
        }
      })
      const readers = yield* Effect.forkChild(Effect.forEach(range(1000), () => read, { concurrency: "unbounded" }))
      yield* Effect.forEach(range(10), (index) => store.apply(room(1), [joined(room(1), index + 1, 1000)]))
      yield* Fiber.join(readers)
      const log = readFileSync(join(server.folder, "server.log"), "utf8")
      const [, ...queries] = log
        .slice(log.indexOf(`CREATE DATABASE ${new URL(url).pathname.slice(1)}`))
        .split("LEFT JOIN")
      assert.isBelow(queries.length, 200)
    })
  )

  it.live("shows readers every change once, also if the process they're connected to is killed", () =>
    Effect.gen(function* () {
      const callbackUrl = "http://localhost:8080/callbacks"
      const cluster = yield* PostgresCluster.start({ url: yield* database, callbackUrl })
      let callbacks = 0
      let killing = Promise.resolve()
      const sandbox = yield* sandboxOf({
        url: callbackUrl,
        handler: (request) => {
          const response = cluster.forward(request)
          // While callbacks are on their way.
          if (++callbacks % 50 === 25) killing = killing.then(() => cluster.kill()).then(() => cluster.start())
          return response
        }
      })
      const { sid } = yield* sandbox.openRoom({ uniqueName: "Webinar" })
      yield* sandbox.awaitCallbacks
      const readers = range(6).map(() => new Array<Events.Event>())
      const following = yield* Effect.forkChild(
        Effect.forEach(readers, (events) => follow(cluster, sid, events), { concurrency: "unbounded" })
      )
      yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => readers.every(({ length }) => length > 0) })

      const joined: Array<string> = []
      for (const wave of range(10)) {
        const participants = yield* Effect.forEach(range(12), (index) => sandbox.join(sid, `guest ${wave} ${index}`))
        joined.push(...participants.map(({ sid }) => sid))
        yield* sandbox.awaitCallbacks
        for (const { sid: participant } of participants.slice(0, 8)) yield* sandbox.leave(sid, participant)
        yield* sandbox.awaitCallbacks
        yield* Effect.promise(() => killing)
      }
      assert.isAbove(cluster.lost, 0)
      yield* sandbox.completeRoom(sid)
      yield* Fiber.join(following)
      yield* sandbox.awaitCallbacks
      yield* Effect.promise(() => killing)

      const [first = []] = readers
      for (const [snapshot, ...changes] of readers) {
        assert.strictEqual(snapshot?.name, "snapshot")
        assert.deepStrictEqual(changes, first.slice(1))
        const positions = changes.map(({ id }) => Number(id.split(".").at(-1)))
        assert.deepStrictEqual(
          positions,
          range(changes.length).map((index) => index + 1)
        )
        const sidsOf = (event: string) =>
          changes.filter(({ name }) => name === event).map(({ data }) => data.participant?.sid ?? "")
        assert.deepStrictEqual(sidsOf("joined").sort(), joined.toSorted())
        assert.deepStrictEqual(sidsOf("left").sort(), joined.toSorted())
        assert.strictEqual(changes.at(-1)?.name, "room-ended")
      }
    })
  )

  it.live("waits for the database, and refuses a user that it doesn't know", () =>
    Effect.gen(function* () {
      const later = yield* PostgresServer.prepare
      const opening = yield* Effect.forkScoped(open(later.url))
      yield* Effect.sleep("1 second")
      assert.isUndefined(opening.pollUnsafe())
      yield* Effect.promise(later.start)
      const store = yield* Fiber.join(opening)
      assert.deepStrictEqual(yield* store.rooms, [])
      const stranger = yield* Effect.flip(open(later.url.replace("postgres@", "stranger@")))
      assert.strictEqual(stranger._tag, "RosterUnavailable")
      assert.include(stranger.message, "refuses the user")

      yield* Effect.promise(later.stop)
      const operations: ReadonlyArray<Effect.Effect<unknown, RosterStore.RosterUnavailable>> = [
        store.apply(room(1), [joined(room(1), 1, 1000)]),
        store.read(room(1).roomSid),
        store.find("Room 1"),
        store.changes(room(1).roomSid, 0),
        store.wait(room(1).roomSid, 0),
        store.rooms,
        store.claim({ now: 0, rank: 0, verified: 0, until: 1, limit: 1 }),
        store.lease("rooms", 0, 1),
        store.forget([Redacted.make("Alice")]),
        store.drop(0)
      ]
      for (const operation of operations) {
        assert.strictEqual((yield* Effect.flip(operation))._tag, "RosterUnavailable")
      }
      yield* Effect.promise(later.start)
      assert.strictEqual((yield* store.apply(room(1), [joined(room(1), 1, 1000)])).position, 1)
    })
  )

  it.live("has no identity in errors, nor in tables after it's forgotten", () =>
    Effect.gen(function* () {
      const zoe = "Zoë Zzyx"
      const url = yield* database
      const store = yield* open(url)
      yield* store.apply(room(1), [joined(room(1), 1, 1000, zoe), left(room(1), 1, 2000, zoe)])
      yield* store.apply(room(1), [joined(room(1), 2, 3000, zoe)])
      yield* query("ALTER TABLE roster_rooms ADD CHECK (position < 4)", url)
      const error = yield* Effect.flip(store.apply(room(1), [left(room(1), 2, 4000, zoe)]))
      assert.deepStrictEqual(Leaks.find([zoe])(inspect(error, { depth: Infinity })), [])
      assert.include(error.message, "failed")
      assert.strictEqual(yield* store.forget([Redacted.make(zoe)]), 2)
      assert.deepStrictEqual(Leaks.find([zoe])(yield* Effect.promise(() => server.dump(url))), [])
    })
  )

  it.live("forgets a person with an erasure on the same database", () =>
    Effect.gen(function* () {
      const url = yield* database
      const [keys, port] = [yield* ErasureKeys.generate, yield* Effect.promise(freePort)]
      const connection = { keys, url: Redacted.make(url), runner: { host: "127.0.0.1", port } }
      yield* Forgetting.scenario(
        (options) => ErasurePostgres.layerPostgres({ ...options, ...connection }),
        layerOf(url)
      )
      assert.deepStrictEqual(Leaks.find([Forgetting.zed])(yield* Effect.promise(() => server.dump(url))), [])
    })
  )
})

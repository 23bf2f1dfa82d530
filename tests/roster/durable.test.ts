/**
 * Durable Objects as the store, on workerd.
 */
import * as RosterDurableObject from "@effect-twilio-video/roster/RosterDurableObject"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { contract } from "./stores.ts"
import * as DurableObjects from "./support/DurableObjects.ts"
import * as Facts from "./support/Facts.ts"

const { joined, left, room, roomEvent } = Facts

contract("RosterDurableObject", DurableObjects.layer)

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "objects-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

type Use<A> = (store: RosterStore.Service) => Effect.Effect<A, RosterStore.RosterUnavailable>

const using = <A>(origin: string, use: Use<A>, binding?: DurableObjects.Binding) =>
  RosterStore.RosterStore.use(use).pipe(Effect.provide(DurableObjects.store(origin, binding)))

const until = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>, isReached: (value: A) => boolean) {
  while (!isReached(yield* effect)) yield* Effect.sleep("100 millis")
})

const get = (url: string) =>
  Effect.promise(async (signal) => {
    const response = await fetch(url, { signal })
    assert.isTrue(response.ok)
    return response.text()
  })

const now = 1_000_000_000_000

const claim = { now, rank: now, verified: now, until: now + 1000, limit: 10 }

it.live("keeps rooms, logs, claims and leases when workerd starts again", () =>
  Effect.gen(function* () {
    const disk = yield* folder
    const before = yield* Effect.scoped(
      Effect.flatMap(DurableObjects.serve(disk), (origin) =>
        using(origin, (store) =>
          Effect.gen(function* () {
            yield* store.apply(room(1), [joined(room(1), 1, 1000), joined(room(1), 2, 1001), left(room(1), 1, 1002)])
            yield* store.apply(room(2), [joined(room(2), 3, 1000), roomEvent(room(2), "RoomEnded", 1001)])
            assert.deepStrictEqual(yield* store.claim(claim), [room(1)])
            assert.isTrue(yield* store.lease("rooms", now, now + 1000))
            return [yield* store.read(room(1).roomSid), yield* store.changes(room(1).roomSid, 0)]
          })
        )
      )
    )
    yield* using(yield* DurableObjects.serve(disk), (store) =>
      Effect.gen(function* () {
        assert.deepStrictEqual([yield* store.read(room(1).roomSid), yield* store.changes(room(1).roomSid, 0)], before)
        assert.deepStrictEqual(yield* store.rooms, [room(1)])
        assert.strictEqual(yield* store.find("Room 2"), room(2).roomSid)
        assert.deepStrictEqual(yield* store.claim(claim), [])
        assert.isFalse(yield* store.lease("rooms", now, now + 1000))
        const { position } = yield* store.apply(room(1), [joined(room(1), 4, 1003)])
        assert.strictEqual(position, 4)
      })
    )
  })
)

it.live("tells the directory what it missed: with the next change, or after workerd starts again", () =>
  Effect.gen(function* () {
    const disk = yield* folder
    yield* Effect.scoped(
      Effect.gen(function* () {
        const origin = yield* DurableObjects.serve(disk)
        yield* using(origin, (store) =>
          Effect.gen(function* () {
            for (const index of [1, 2]) yield* store.apply(room(index), [joined(room(index), 1, 1000)])
            yield* get(`${origin}/directory/stop`)
            // A room that isn't in the directory couldn't forget an identity, so that it stores none.
            const isStored = yield* store.apply(room(3), [joined(room(3), 1, 1000)]).pipe(
              Effect.as(true),
              Effect.catchTag("RosterUnavailable", () => Effect.succeed(false))
            )
            assert.isFalse(isStored)
            assert.isUndefined(yield* store.read(room(3).roomSid))
            for (const index of [1, 2]) yield* store.apply(room(index), [roomEvent(room(index), "RoomEnded", 1001)])
            yield* get(`${origin}/directory/start`)
            yield* store.apply(room(1), [roomEvent(room(1), "RoomEnded", 1001)])
            assert.deepStrictEqual(yield* store.rooms, [room(2)])
          })
        )
      })
    )
    yield* using(yield* DurableObjects.serve(disk), (store) => until(store.rooms, (rooms) => rooms.length === 0))
  })
)

it.live("drops ended and silent rooms after the retention, also if nobody asks", () =>
  Effect.gen(function* () {
    const use: Use<void> = (store) =>
      Effect.gen(function* () {
        const time = Date.now()
        yield* store.apply(room(1), [joined(room(1), 1, time), roomEvent(room(1), "RoomEnded", time)])
        yield* store.apply(room(2), [joined(room(2), 1, time - 26 * 3_600_000)])
        yield* store.apply(room(3), [joined(room(3), 1, time)])
        for (const index of [1, 2]) {
          yield* until(store.read(room(index).roomSid), (stored) => stored === undefined)
          assert.isUndefined(yield* store.find(room(index).roomName))
        }
        assert.deepStrictEqual(yield* store.rooms, [room(3)])
      })
    yield* using(yield* DurableObjects.serve(), use, "BRIEF")
  })
)

it.live("asks a room before it's dropped: it may have heard something since it told the directory", () =>
  Effect.gen(function* () {
    yield* using(yield* DurableObjects.serve(), (store) =>
      Effect.gen(function* () {
        const day = 86_400_000
        yield* store.apply(room(1), [roomEvent(room(1), "RoomCreated", 1000)])
        yield* store.apply(room(1), [joined(room(1), 1, 1000 + day)])
        assert.strictEqual(yield* store.drop(1000 + 2 * day), 0)
        assert.strictEqual((yield* store.read(room(1).roomSid))?.position, 1)
        assert.strictEqual(yield* store.drop(1000 + 3 * day), 1)
        assert.isUndefined(yield* store.find(room(1).roomName))
      })
    )
  })
)

it.live("forgets and drops more rooms than a request visits", () =>
  Effect.gen(function* () {
    yield* using(yield* DurableObjects.serve(), (store) =>
      Effect.gen(function* () {
        const rooms = Array.from({ length: 101 }, (_, index) => room(index))
        yield* Effect.forEach(
          rooms,
          (room) => store.apply(room, [joined(room, 1, 1000), roomEvent(room, "RoomEnded", 1001)]),
          { concurrency: 20 }
        )
        assert.strictEqual(yield* store.forget([Redacted.make("guest 1")]), 101)
        assert.strictEqual(yield* store.drop(1002), 101)
        assert.strictEqual(yield* store.drop(1002), 0)
      })
    )
  })
)

it.live("wakes readers in other requests of a Worker that share its layer", () =>
  Effect.gen(function* () {
    const origin = yield* DurableObjects.serve()
    yield* using(origin, (store) =>
      Effect.gen(function* () {
        const { roomSid } = room(1)
        for (const index of [1, 2]) yield* store.apply(room(index), [joined(room(index), 1, 1000)])
        // Nothing happens in this room, so that the wait ends after the longest time.
        const quiet = yield* Effect.forkChild(store.wait(room(2).roomSid, 1))
        const readers = yield* Effect.forkChild(
          Effect.all(
            Array.from({ length: 20 }, () => get(`${origin}/changes/${roomSid}/1`)),
            { concurrency: "unbounded" }
          )
        )
        assert.include(yield* get(`${origin}/changes/${roomSid}/0`), "Joined")
        yield* store.apply(room(1), [left(room(1), 1, 1001)])
        for (const changes of yield* Fiber.join(readers)) assert.include(changes, "Left")
        assert.isUndefined(quiet.pollUnsafe())
      })
    )
  })
)

/** A namespace in which every second request fails with an error of the runtime. */
const failing = (origin: string, properties: object): RosterDurableObject.Namespace => {
  const { get, idFromName } = DurableObjects.namespaceOf(origin)
  let requests = 0
  return {
    idFromName,
    get: (id) => {
      if (requests++ % 2 === 1) return get(id)
      return { fetch: () => Promise.reject(Object.assign(new Error("Network connection lost."), properties)) }
    }
  }
}

it.live("sends a request again to an object that restarts, but not to one that's overloaded", () =>
  Effect.gen(function* () {
    const origin = yield* DurableObjects.serve()
    const read = (properties: object) =>
      RosterStore.RosterStore.use((store) => store.read(room(1).roomSid)).pipe(
        Effect.provide(RosterDurableObject.layer({ namespace: failing(origin, properties) })),
        Effect.catchTag("RosterUnavailable", () => Effect.succeed("unavailable"))
      )
    assert.isUndefined(yield* read({ retryable: true }))
    assert.strictEqual(yield* read({ retryable: true, overloaded: true }), "unavailable")
    assert.strictEqual(yield* read({ remote: true }), "unavailable")
  })
)

/**
 * What every store does. `contract` takes a store's layer, and builds it anew for each test.
 */
import * as RoomState from "@effect-twilio-video/roster/RoomState"
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Facts from "./support/Facts.ts"

const { joined, left, listed, participantSid, room, roomEvent } = Facts

type Use = (store: RosterStore.Service) => Effect.Effect<void, RosterStore.RosterUnavailable>

type Test = (title: string, use: Use) => void

const range = (count: number, from = 0): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => index + from)

const minute = 60_000

const day = 24 * 60 * minute

const identitiesOf = ({ participants }: RoomState.RoomState): ReadonlyArray<string | undefined> =>
  Object.values(participants).map(({ identity }) => identity)

const positionsOf = (changes: ReadonlyArray<RosterStore.LoggedChange> | undefined) =>
  changes?.map(({ position }) => position)

const tagsOf = (changes: ReadonlyArray<RosterStore.LoggedChange> | undefined) =>
  changes?.map(({ change }) => change._tag)

const sidsOf = (rooms: ReadonlyArray<RosterFact.InRoom>) => rooms.map(({ roomSid }) => roomSid)

const all = <A, E>(effects: Iterable<Effect.Effect<A, E>>) => Effect.all(effects, { concurrency: "unbounded" })

/** Reads a room that's there. */
const present = (store: RosterStore.Service, { roomSid }: RosterFact.InRoom) =>
  Effect.map(store.read(roomSid), (stored) => stored ?? assert.fail("The store doesn't have the room"))

/** Waits until there are changes after a position, and returns them. */
const next = Effect.fnUntraced(function* (store: RosterStore.Service, roomSid: string, after: number) {
  for (;;) {
    const changes = yield* store.changes(roomSid, after)
    if (changes === undefined || changes.length > 0) return changes
    yield* store.wait(roomSid, after)
  }
})

const applying = (test: Test) => {
  test("creates a room with the first facts, and folds the rest into it", (store) =>
    Effect.gen(function* () {
      const facts = [joined(room(1), 1, 1000), joined(room(1), 2, 1001), left(room(1), 1, 1002)]
      assert.isUndefined(yield* store.read(room(1).roomSid))
      const first = yield* store.apply(room(1), facts.slice(0, 1))
      assert.strictEqual(first.position, 1)
      const second = yield* store.apply(room(1), facts.slice(1))
      assert.strictEqual(second.position, 3)
      assert.deepStrictEqual(second.state, facts.reduce(RoomState.apply, RoomState.empty(room(1))))
      const { position, state } = yield* present(store, room(1))
      assert.deepStrictEqual({ position, state }, { position: 3, state: second.state })
      assert.isUndefined(yield* store.read(room(2).roomSid))
    }))

  test("logs changes, and nothing for facts that change nothing", (store) =>
    Effect.gen(function* () {
      yield* store.apply(room(1), [joined(room(1), 1, 1000)])
      const again = yield* store.apply(room(1), [joined(room(1), 1, 1000)])
      assert.strictEqual(again.position, 1)
      const verified = yield* store.apply(room(1), [listed(room(1), [1], 2000)])
      assert.strictEqual(verified.position, 1)
      assert.strictEqual((yield* present(store, room(1))).state.verified, 2000)
      yield* store.apply(room(1), [left(room(1), 1, 3000), roomEvent(room(1), "RoomEnded", 3001)])
      const changes = yield* store.changes(room(1).roomSid, 0)
      assert.deepStrictEqual(positionsOf(changes), [1, 2, 3])
      assert.deepStrictEqual(tagsOf(changes), ["Joined", "Left", "RoomEnded"])
    }))

  test("keeps any text in names and identities", (store) =>
    Effect.gen(function* () {
      const texts = ["", 'O\'Brien "100 %_" \\ $1', "名前 🙂", "nul \0 and half a pair \ud83d", "?, {0} --"]
      for (const [index, text] of texts.entries()) {
        const named = room(index, text)
        yield* store.apply(named, [joined(named, index, 1000, text)])
        assert.strictEqual(yield* store.find(text), named.roomSid)
        const { state } = yield* present(store, named)
        assert.deepStrictEqual(state, RoomState.apply(RoomState.empty(named), joined(named, index, 1000, text)))
        assert.strictEqual(yield* store.forget([Redacted.make(text)]), 1)
      }
      assert.deepStrictEqual((yield* store.rooms).map(({ roomName }) => roomName).sort(), texts.toSorted())
    }))
}

const applyingTogether = (test: Test) => {
  test("loses nothing when facts are added at the same time", (store) =>
    Effect.gen(function* () {
      const participants = range(40)
      const applied = yield* all(
        participants.flatMap((index) =>
          [room(1), room(2)].map((room) => store.apply(room, [joined(room, index, 1000 + index)]))
        )
      )
      assert.deepStrictEqual(
        applied.map(({ position }) => position).sort((a, b) => a - b),
        range(40, 1).flatMap((position) => [position, position])
      )
      for (const crowded of [room(1), room(2)]) {
        const { position, state } = yield* present(store, crowded)
        assert.strictEqual(position, 40)
        assert.deepStrictEqual(Object.keys(state.participants).sort(), participants.map(participantSid))
        const changes = yield* store.changes(crowded.roomSid, 0)
        assert.deepStrictEqual(positionsOf(changes), range(40, 1))
        assert.deepStrictEqual(
          changes?.map(({ change }) => ("participant" in change ? change.participant.sid : "")).sort(),
          participants.map(participantSid)
        )
      }
    }))
}

const finding = (test: Test) => {
  test("finds the room in progress of a name, or else the one created last", (store) =>
    Effect.gen(function* () {
      const [old, older, recent] = [room(1, "Daily"), room(2, "Daily"), room(3, "Daily")]
      assert.isUndefined(yield* store.find("Daily"))
      yield* store.apply(old, [roomEvent(old, "RoomCreated", 2000), roomEvent(old, "RoomEnded", 2500)])
      assert.strictEqual(yield* store.find("Daily"), old.roomSid)
      yield* store.apply(older, [roomEvent(older, "RoomEnded", 3000), roomEvent(older, "RoomCreated", 1000)])
      assert.strictEqual(yield* store.find("Daily"), old.roomSid)
      yield* store.apply(recent, [joined(recent, 1, 1500)])
      assert.strictEqual(yield* store.find("Daily"), recent.roomSid)
      yield* store.apply(recent, [roomEvent(recent, "RoomEnded", 4000)])
      assert.strictEqual(yield* store.find("Daily"), recent.roomSid)
      assert.isUndefined(yield* store.find("daily"))
      assert.isUndefined(yield* store.find(old.roomSid))
    }))

  test("lists the rooms that haven't ended", (store) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* store.rooms, [])
      for (const index of [1, 2, 3]) yield* store.apply(room(index), [joined(room(index), index, 1000)])
      yield* store.apply(room(2), [roomEvent(room(2), "RoomEnded", 2000)])
      const rooms = yield* store.rooms
      assert.deepStrictEqual(
        rooms.toSorted((a, b) => (a.roomSid < b.roomSid ? -1 : 1)),
        [room(1), room(3)]
      )
    }))
}

const reading = (test: Test) => {
  test("has the changes after a position, unless it isn't kept", (store) =>
    Effect.gen(function* () {
      const { roomSid } = room(1)
      assert.isUndefined(yield* store.changes(roomSid, 0))
      for (const start of range(5).map((part) => 30 * part)) {
        yield* store.apply(
          room(1),
          range(30, start).map((index) => joined(room(1), index, 1000 + index))
        )
      }
      assert.deepStrictEqual(yield* store.changes(roomSid, 150), [])
      assert.deepStrictEqual(positionsOf(yield* store.changes(roomSid, 147)), [148, 149, 150])
      assert.deepStrictEqual(positionsOf(yield* store.changes(roomSid, 50)), range(100, 51))
      assert.isUndefined(yield* store.changes(roomSid, 49))
      assert.isUndefined(yield* store.changes(roomSid, 0))
      assert.isUndefined(yield* store.changes(roomSid, 151))
      assert.isUndefined(yield* store.changes(roomSid, -1))
    }))

  test("doesn't let readers wait for what is there already", (store) =>
    Effect.gen(function* () {
      yield* store.wait(room(1).roomSid, 0)
      yield* store.apply(room(1), [joined(room(1), 1, 1000)])
      yield* store.wait(room(1).roomSid, 0)
      yield* store.wait(room(1).roomSid, 2)
      yield* store.wait(room(2).roomSid, 1)
    }))

  test("shows every change once to readers who wait", (store) =>
    Effect.gen(function* () {
      const { roomSid } = room(1)
      yield* store.apply(room(1), [joined(room(1), 0, 1000)])
      const read = Effect.gen(function* () {
        const seen: Array<number> = []
        while (seen.length < 50) seen.push(...(positionsOf(yield* next(store, roomSid, seen.at(-1) ?? 0)) ?? []))
        return seen
      })
      const readers = yield* Effect.forkChild(all(range(20).map(() => read)))
      const leaving = yield* Effect.forkChild(store.wait(roomSid, 1))
      for (const index of range(49, 1)) {
        yield* store.apply(room(1), [joined(room(1), index, 1000 + index)])
        if (index === 10) yield* Fiber.interrupt(leaving)
      }
      for (const seen of yield* Fiber.join(readers)) assert.deepStrictEqual(seen, range(50, 1))
    }))

  test("wakes readers when the room is dropped", (store) =>
    Effect.gen(function* () {
      const { position } = yield* store.apply(room(1), [roomEvent(room(1), "RoomEnded", 1000)])
      const reader = yield* Effect.forkChild(next(store, room(1).roomSid, position))
      yield* store.drop(2000)
      assert.isUndefined(yield* Fiber.join(reader))
    }))
}

const claiming = (test: Test) => {
  const now = 1_000_000_000_000
  const claim = { now, rank: now, verified: now, until: now + minute, limit: 10 }
  const verify = (store: RosterStore.Service, index: number, at: number) =>
    store.apply(room(index), [listed(room(index), [], at)])

  test("claims the lowest ranks first, up to the limits", (store) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* store.claim(claim), [])
      for (const index of [3, 1, 4, 2]) yield* verify(store, index, now - 10 * minute + index)
      yield* store.apply(room(5), [joined(room(5), 1, now - 1)])
      yield* verify(store, 6, now - minute + 1)
      yield* store.apply(room(7), [joined(room(7), 1, now - day), roomEvent(room(7), "RoomEnded", now - 1)])
      const old = { ...claim, verified: now - minute, rank: now - 5 * minute }
      assert.deepStrictEqual(sidsOf(yield* store.claim({ ...old, limit: 3 })), sidsOf([room(5), room(1), room(2)]))
      const lower = { ...old, rank: now - 10 * minute + 3 }
      assert.deepStrictEqual(yield* store.claim(lower), [room(3)])
      assert.deepStrictEqual(yield* store.claim({ ...old, verified: now - 10 * minute + 3 }), [])
      assert.deepStrictEqual(yield* store.claim(old), [room(4)])
      assert.deepStrictEqual(yield* store.claim({ ...old, verified: now }), [])
      assert.deepStrictEqual(yield* store.claim(claim), [room(6)])
    }))

  test("gives nobody else a claimed room until the claim ends", (store) =>
    Effect.gen(function* () {
      yield* verify(store, 1, now - minute)
      assert.deepStrictEqual(yield* store.claim(claim), [room(1)])
      assert.deepStrictEqual(yield* store.claim({ ...claim, now: now + minute - 1 }), [])
      yield* verify(store, 1, now - minute + 1)
      assert.deepStrictEqual(yield* store.claim({ ...claim, now: now + minute - 1 }), [])
      assert.deepStrictEqual(yield* store.claim({ ...claim, now: now + minute }), [room(1)])
    }))

  test("never claims a room twice at the same time", (store) =>
    Effect.gen(function* () {
      yield* all(range(60).map((index) => verify(store, index, now - minute)))
      const claims = yield* all(range(30).map(() => store.claim({ ...claim, limit: 3 })))
      const rest = yield* store.claim({ ...claim, limit: 60 })
      const claimed = sidsOf([...claims.flat(), ...rest])
      assert.deepStrictEqual(claimed.sort(), sidsOf(range(60).map((index) => room(index))))
    }))

  test("gives a task to one process at a time", (store) =>
    Effect.gen(function* () {
      const leases = yield* all(range(20).map(() => store.lease("rooms", now, now + minute)))
      assert.strictEqual(leases.filter((isMine) => isMine).length, 1)
      assert.isTrue(yield* store.lease("others", now, now + 1))
      assert.isFalse(yield* store.lease("rooms", now + minute - 1, now + day))
      assert.isTrue(yield* store.lease("rooms", now + minute, now + 2 * minute))
      assert.isFalse(yield* store.lease("rooms", now + minute, now + day))
    }))
}

const forgetting = (test: Test) => {
  test("forgets identities in states and logs", (store) =>
    Effect.gen(function* () {
      const [zoe, other] = ['Zoë "Z" Zzyx', "Zoë"]
      const people = [joined(room(1), 1, 1000, zoe), left(room(1), 1, 1001, zoe), joined(room(1), 2, 1002, zoe)]
      yield* store.apply(room(1), [...people, joined(room(1), 3, 1003, other)])
      yield* store.apply(room(2), [joined(room(2), 4, 1000, zoe)])
      yield* store.apply(room(3), [joined(room(3), 5, 1000, other), joined(room(3), 6, 1000, zoe.toLowerCase())])
      const untouched = yield* present(store, room(3))

      assert.strictEqual(yield* store.forget([]), 0)
      assert.strictEqual(yield* store.forget([Redacted.make("%"), Redacted.make("sid")]), 0)
      assert.strictEqual(yield* store.forget([Redacted.make(zoe), Redacted.make("nobody")]), 3)
      assert.strictEqual(yield* store.forget([Redacted.make(zoe)]), 0)

      const { position, state } = yield* present(store, room(1))
      assert.strictEqual(position, 4)
      assert.isTrue(state.participants[participantSid(2)]?.isForgotten)
      const changes = yield* store.changes(room(1).roomSid, 0)
      assert.deepStrictEqual(tagsOf(changes), ["Joined", "Left", "Joined", "Joined"])
      assert.notInclude(JSON.stringify([state, changes]), "Zzyx")
      assert.include(identitiesOf(state), other)
      assert.deepStrictEqual((yield* present(store, room(3))).state, untouched.state)
      // A callback that comes again doesn't bring the identity back.
      const { state: again } = yield* store.apply(room(1), people)
      assert.deepStrictEqual(identitiesOf(again), [undefined, undefined, other])
    }))

  test("forgets several identities at once, also while facts are added", (store) =>
    Effect.gen(function* () {
      yield* store.apply(
        room(1),
        range(20).map((index) => joined(room(1), index, 1000))
      )
      const [forgotten] = yield* all([
        store.forget(range(10).map((index) => Redacted.make(`guest ${index}`))),
        ...range(10, 20).map((index) => Effect.as(store.apply(room(1), [joined(room(1), index, 1000)]), 0))
      ])
      assert.strictEqual(forgotten, 10)
      const { position, state } = yield* present(store, room(1))
      assert.strictEqual(position, 30)
      const identities = identitiesOf(state).filter((identity) => identity !== undefined)
      assert.deepStrictEqual(
        identities.sort(),
        range(20, 10).map((index) => `guest ${index}`)
      )
    }))
}

const dropping = (test: Test) => {
  test("drops rooms that ended before a time, and silent ones a day later", (store) =>
    Effect.gen(function* () {
      const ended = (index: number, at: number) => [
        joined(room(index), 1, at - 1),
        roomEvent(room(index), "RoomEnded", at)
      ]
      yield* store.apply(room(1), ended(1, 1000))
      yield* store.apply(room(2), ended(2, 2000))
      yield* store.apply(room(3), [joined(room(3), 1, 1000)])
      assert.strictEqual(yield* store.drop(1000), 0)
      assert.strictEqual(yield* store.drop(1001), 1)
      assert.strictEqual(yield* store.drop(1001), 0)
      assert.isUndefined(yield* store.read(room(1).roomSid))
      assert.isUndefined(yield* store.changes(room(1).roomSid, 0))
      assert.isUndefined(yield* store.find("Room 1"))
      assert.strictEqual(yield* store.find("Room 2"), room(2).roomSid)
      assert.strictEqual(yield* store.drop(1000 + day), 1)
      assert.strictEqual((yield* present(store, room(3))).position, 1)
      assert.strictEqual(yield* store.drop(1000 + 2 * day), 1)
      assert.deepStrictEqual(yield* store.rooms, [])
      // A room that's heard of again starts a new log.
      yield* store.apply(room(3), [joined(room(3), 2, 1000)])
      assert.deepStrictEqual(positionsOf(yield* store.changes(room(3).roomSid, 0)), [1])
    }))
}

/** A random operation, and everything that a reader of the store could then see of a few rooms. */
const operation = (random: Random.Random) => {
  const below = (limit: number) => Math.floor(random.nextDoubleUnsafe() * limit)
  // Several rooms have the same name. Times are distinct.
  const [index, time, participant] = [below(6), below(2 ** 40), below(8)]
  const named = room(index, `Room ${index % 3}`)
  const facts = [
    joined(named, participant, time),
    left(named, participant, time),
    listed(named, range(below(4)), time),
    roomEvent(named, below(4) === 0 ? "RoomEnded" : "RoomCreated", time)
  ]
  const [kind, before] = [below(20), below(2 ** 38)]
  const claim = { now: time, rank: below(2 ** 40), verified: below(2 ** 40), until: time + 2 ** 38, limit: 100 }
  return Effect.fnUntraced(function* (store: RosterStore.Service) {
    if (kind === 0) return yield* store.forget([Redacted.make(`guest ${participant}`)])
    if (kind === 1) return yield* store.drop(before)
    if (kind < 4) return sidsOf(yield* store.claim(claim)).toSorted()
    const { position, state } = yield* store.apply(named, [facts[kind % 4] ?? joined(named, 1, time)])
    const { roomSid } = named
    return [
      position,
      state,
      yield* store.changes(roomSid, Math.max(0, position - 3)),
      yield* store.find(named.roomName)
    ]
  })
}

const agreeing = (test: Test) => {
  test("agrees with the store in memory on random operations", (store) =>
    Effect.gen(function* () {
      const seed = process.env.ROSTER_SEED ?? `${Math.floor(Math.random() * 2 ** 31)}`
      const random = yield* Random.withSeed(Effect.service(Random.Random), seed)
      const memory = yield* RosterStore.RosterStore.pipe(Effect.provide(Layer.fresh(RosterMemory.layer)))
      for (const step of range(300)) {
        const run = operation(random)
        const expected = yield* run(memory)
        assert.deepStrictEqual(yield* run(store), expected, `step ${step} of ROSTER_SEED=${seed}`)
      }
      assert.deepStrictEqual(sidsOf(yield* store.rooms).toSorted(), sidsOf(yield* memory.rooms).toSorted())
    }))
}

/** Runs the cases on a store. */
export const contract = <E>(name: string, layer: Layer.Layer<RosterStore.RosterStore, E>): void => {
  const test: Test = (title, use) =>
    it.live(title, () => RosterStore.RosterStore.use(use).pipe(Effect.provide(Layer.fresh(layer))))
  describe(name, () => {
    applying(test)
    applyingTogether(test)
    finding(test)
    reading(test)
    claiming(test)
    forgetting(test)
    dropping(test)
    agreeing(test)
  })
}

/**
 * Readers of a room over server-sent events, with real connections to a server on a loopback port.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import * as RosterEvents from "@effect-twilio-video/roster/RosterEvents"
import * as RosterMemory from "@effect-twilio-video/roster/RosterMemory"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Lane from "../support/Lane.ts"
import * as Events from "./support/Events.ts"
import * as Facts from "./support/Facts.ts"
import * as OneRoom from "./support/OneRoom.ts"
import * as Served from "./support/Served.ts"

const { roomName, roomSid } = OneRoom.room

const live = Served.layer(Effect.succeed(true)).pipe(Layer.provideMerge(Served.roster))

const track = { sid: Facts.sid("MT", 1), kind: "video" }

const ofTrack = (event: "TrackAdded" | "TrackDisabled" | "TrackEnabled" | "TrackRemoved", seconds: number) =>
  OneRoom.callback(event, seconds, { participant: Facts.participant(1), track })

describe("events", () => {
  it.effect("sends a snapshot, then each change", () =>
    Effect.gen(function* () {
      yield* Facts.add(OneRoom.created, OneRoom.joined(1))
      const connection = yield* Events.connect(yield* Served.url(roomName))
      const { headers, status } = connection.response
      assert.deepStrictEqual([status, headers.get("content-type")], [200, "text/event-stream"])
      const first = yield* connection.event
      const guest = {
        sid: Facts.sid("PA", 1),
        identity: "guest 1",
        status: "connected",
        joinedAt: "2026-01-01T09:00:01.000Z",
        tracks: []
      }
      assert.deepStrictEqual<unknown>(first?.data, {
        roomSid,
        roomName,
        participants: [guest],
        freshness: {
          verifiedAt: "2026-01-01T09:00:00.000Z",
          calledBackAt: "2026-01-01T09:00:01.000Z",
          doubts: []
        },
        position: 1
      })
      yield* Facts.add(ofTrack("TrackAdded", 2), ofTrack("TrackDisabled", 3), ofTrack("TrackRemoved", 4))
      yield* Facts.add(OneRoom.left(1, 5), OneRoom.callback("RoomEnded", 6))
      const events = yield* Events.rest(connection)
      const published = { ...track, isEnabled: true }
      const disabled = { ...track, isEnabled: false }
      assert.deepStrictEqual<unknown>(
        events.map(({ data, name }) => [name, data]),
        [
          [
            "track-published",
            { at: "2026-01-01T09:00:02.000Z", participant: { ...guest, tracks: [published] }, track: published }
          ],
          [
            "track-disabled",
            { at: "2026-01-01T09:00:03.000Z", participant: { ...guest, tracks: [disabled] }, track: disabled }
          ],
          ["track-unpublished", { at: "2026-01-01T09:00:04.000Z", participant: guest, track: disabled }],
          ["left", { at: "2026-01-01T09:00:05.000Z", participant: guest }],
          ["room-ended", { at: "2026-01-01T09:00:06.000Z" }]
        ]
      )
      const ids = [first, ...events].map((event) => Number(event?.id.split(".").at(-1)))
      assert.deepStrictEqual(ids, [1, 2, 3, 4, 5, 6])
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("resumes after each position, with nothing missing and nothing twice", () =>
    Effect.gen(function* () {
      const url = yield* Served.url(roomName)
      yield* Facts.add(OneRoom.created)
      const whole = yield* Events.connect(url)
      const first = yield* whole.event
      for (let number = 1; number <= 10; number++) yield* Facts.add(OneRoom.joined(number))
      for (let number = 1; number <= 10; number++) yield* Facts.add(OneRoom.left(number, 20 + number))
      const events = [first, ...(yield* Events.take(whole, 20))]
      for (const [position, event] of events.entries()) {
        const resumed = yield* Events.connect(url, event?.id)
        const missed = yield* Events.take(resumed, 20 - position)
        assert.deepStrictEqual(missed, events.slice(position + 1))
      }
      yield* Facts.add(OneRoom.callback("RoomEnded", 60))
      assert.strictEqual((yield* whole.event)?.name, "room-ended")
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("loses nothing when the connection is lost again and again while the room changes", () =>
    Effect.gen(function* () {
      const url = yield* Served.url(roomSid)
      yield* Facts.add(OneRoom.created)
      let last: string | undefined
      let shown: Events.Shown = new Map()
      const names: Array<string> = []
      for (let number = 1; number <= 30; number++) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const connection = yield* Events.connect(url, last)
            yield* Facts.add(OneRoom.joined(number), ...(number > 3 ? [OneRoom.left(number - 3, number)] : []))
            const event = yield* connection.event
            if (event === undefined) return assert.fail("The stream ended.")
            last = event.id
            shown = Events.show(shown, event)
            names.push(event.name)
          })
        )
      }
      const connection = yield* Events.connect(url, last)
      const { position } = yield* Roster.participants(roomSid)
      for (let at = Number(last?.split(".").at(-1)); at < position; at++) {
        const event = yield* connection.event
        if (event === undefined) return assert.fail("The stream ended.")
        shown = Events.show(shown, event)
        names.push(event.name)
      }
      assert.deepStrictEqual([names.filter((name) => name === "snapshot").length, names.length], [1, position + 1])
      const snapshot = yield* (yield* Events.connect(url)).event
      assert.deepStrictEqual(
        [...shown.values()].sort((a, b) => (a.sid < b.sid ? -1 : 1)),
        snapshot?.data.participants
      )
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("starts again from a snapshot if the last event is invalid, too old or another room's", () =>
    Effect.gen(function* () {
      yield* Facts.add(OneRoom.created)
      const url = yield* Served.url(roomName)
      const first = yield* (yield* Events.connect(url)).event
      for (let number = 1; number <= 101; number++) yield* Facts.add(OneRoom.joined(number))
      const id = (yield* (yield* Events.connect(url)).event)?.id ?? ""
      const [, epoch] = id.split(".")
      const others = [
        first?.id ?? "",
        "",
        "7",
        `${id}0`,
        `${roomSid}.${epoch}.-1`,
        `${roomSid}.${epoch}.1e1`,
        `${roomSid}.${epoch}.`,
        `${roomSid}.00000000.101`,
        `${Facts.sid("RM", 2)}.${epoch}.101`
      ]
      for (const other of others) {
        const event = yield* (yield* Events.connect(url, other)).event
        assert.deepStrictEqual([other, event?.name, event?.id], [other, "snapshot", id])
      }
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("starts again from a snapshot after the memory of a process was lost", () =>
    Effect.gen(function* () {
      const joins = [1, 2, 3].map((number) => OneRoom.joined(number))
      const read = (facts: ReadonlyArray<(typeof joins)[number]>, lastEventId?: string) =>
        Effect.gen(function* () {
          yield* Facts.add(...facts)
          return yield* (yield* Events.connect(yield* Served.url(roomName), lastEventId)).event
        }).pipe(Effect.scoped, Effect.provide(Layer.fresh(live)))
      const before = yield* read(joins.slice(0, 1))
      const after = yield* read(joins, before?.id)
      assert.deepStrictEqual([after?.name, after?.data.participants.length], ["snapshot", 3])
    })
  )
})

describe("slow readers", () => {
  it.live("get a new snapshot when they read on, and what they show is true", () =>
    Effect.gen(function* () {
      // Much larger than what the sockets' buffers hold.
      const guest = { sid: Facts.sid("PA", 1), identity: "x".repeat(20_000) }
      yield* Facts.add(OneRoom.callback("ParticipantConnected", 1, { participant: guest }))
      const connection = yield* Events.connect(yield* Served.url(roomName))
      for (let number = 1; number <= 3000; number++) {
        const event = number % 2 === 0 ? "TrackEnabled" : "TrackDisabled"
        yield* Facts.add(OneRoom.callback(event, number, { participant: guest, track }))
        yield* Effect.promise(() => new Promise(setImmediate))
      }
      yield* Facts.add(OneRoom.joined(2, 3001))
      let shown: Events.Shown = new Map()
      const names: Array<string> = []
      while (!shown.has(Facts.sid("PA", 2))) {
        const event = yield* connection.event
        if (event === undefined) return assert.fail("The stream ended.")
        shown = Events.show(shown, event)
        names.push(event.name)
      }
      assert.isAtLeast(names.filter((name) => name === "snapshot").length, 2)
      assert.isBelow(names.length, 2500)
      const { participants } = yield* Roster.participants(roomName)
      assert.deepStrictEqual(
        [...shown.values()].map(({ sid, tracks }) => [sid, tracks.map(({ isEnabled }) => isEnabled)]),
        participants.map(({ sid, tracks }) => [sid, tracks.map(({ isEnabled }) => isEnabled)])
      )
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("cost nothing until they read", () =>
    Effect.gen(function* () {
      let reads = 0
      const store = yield* RosterStore.RosterStore
      const counting = RosterStore.RosterStore.of({
        ...store,
        changes: (roomSid, after) => Effect.suspend(() => (reads++, store.changes(roomSid, after)))
      })
      yield* Facts.add(OneRoom.created)
      const response = yield* RosterEvents.handle(new Request("http://127.0.0.1/"), roomName, {
        authorize: Effect.succeed(true)
      }).pipe(
        Effect.provide(Roster.layerCallbacks().pipe(Layer.provide(Layer.succeed(RosterStore.RosterStore, counting))))
      )
      const connection = Events.events(response)
      yield* connection.event
      for (let number = 1; number <= 50; number++) yield* Facts.add(OneRoom.joined(number))
      assert.strictEqual(reads, 0)
      assert.strictEqual((yield* connection.event)?.name, "joined")
      assert.strictEqual(reads, 1)
    }).pipe(Effect.provide(RosterMemory.layer))
  )
})

describe("answers", () => {
  const refused = { fails: Effect.fail("expired"), "returns false": Effect.succeed(false) }
  for (const [name, authorize] of Object.entries(refused)) {
    it.effect(`403 if the authorization ${name}, whether the room exists or not`, () =>
      Effect.gen(function* () {
        yield* Facts.add(OneRoom.created, OneRoom.joined(1))
        const bodies = new Set<string>()
        for (const room of [roomName, roomSid, "NoSuchRoom"]) {
          const { response } = yield* Events.connect(yield* Served.url(room))
          assert.strictEqual(response.status, 403)
          bodies.add(yield* Effect.promise(() => response.text()))
        }
        assert.deepStrictEqual([...bodies], ["You may not see who is in this room.\n"])
      }).pipe(Effect.scoped, Effect.provide(Served.layer(authorize).pipe(Layer.provideMerge(Served.roster))))
    )
  }

  it.effect("404 for an unknown room, and 405 for another method", () =>
    Effect.gen(function* () {
      const { response } = yield* Events.connect(yield* Served.url("NoSuchRoom"))
      assert.strictEqual(response.status, 404)
      assert.notInclude(yield* Effect.promise(() => response.text()), "NoSuchRoom")
      const url = yield* Served.url(roomName)
      const posted = yield* Effect.promise(() => fetch(url, { method: "POST" }))
      assert.deepStrictEqual([posted.status, posted.headers.get("allow")], [405, "GET"])
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("503 while the store is unavailable, and ends streams that are open", () =>
    Effect.gen(function* () {
      const store = yield* RosterStore.RosterStore
      let isDown = false
      const failing = <A>(effect: Effect.Effect<A, RosterStore.RosterUnavailable>) =>
        Effect.suspend(() =>
          isDown ? Effect.fail(new RosterStore.RosterUnavailable({ message: "The database is down." })) : effect
        )
      const unstable = RosterStore.RosterStore.of({
        ...store,
        changes: (roomSid, after) => failing(store.changes(roomSid, after)),
        find: (room) => failing(store.find(room))
      })
      yield* Facts.add(OneRoom.created)
      yield* Effect.gen(function* () {
        const url = yield* Served.url(roomName)
        const connection = yield* Events.connect(url)
        yield* connection.event
        isDown = true
        yield* Facts.add(OneRoom.joined(1))
        assert.strictEqual(yield* connection.event, undefined)
        const { response } = yield* Events.connect(url)
        assert.deepStrictEqual(
          [response.status, yield* Effect.promise(() => response.text())],
          [503, "The roster is unavailable. Try again later.\n"]
        )
      }).pipe(
        Effect.provide(
          Served.layer(Effect.succeed(true)).pipe(
            Layer.provide(Roster.layerCallbacks()),
            Layer.provide(Layer.succeed(RosterStore.RosterStore, unstable))
          )
        )
      )
    }).pipe(Effect.scoped, Effect.provide(RosterMemory.layer))
  )
})

describe("streams", () => {
  it.effect("end with the room, and tell the browser not to come back", () =>
    Effect.gen(function* () {
      const url = yield* Served.url(roomName)
      yield* Facts.add(OneRoom.created, OneRoom.joined(1))
      const connection = yield* Events.connect(url)
      const snapshot = yield* connection.event
      yield* Facts.add(OneRoom.callback("RoomEnded", 9))
      const events = yield* Events.rest(connection)
      assert.deepStrictEqual(
        events.map(({ name }) => name),
        ["left", "room-ended"]
      )
      const after = yield* Events.connect(url, events[1]?.id)
      assert.strictEqual(after.response.status, 204)
      const missed = yield* Events.rest(yield* Events.connect(url, snapshot?.id))
      assert.deepStrictEqual(missed, events)
      const late = yield* Events.rest(yield* Events.connect(url))
      assert.deepStrictEqual(
        late.map(({ data, name }) => [name, data.endedAt, data.participants]),
        [["snapshot", "2026-01-01T09:00:09.000Z", []]]
      )
    }).pipe(Effect.scoped, Effect.provide(live))
  )

  it.effect("get a comment every 15 seconds, and end after 5 minutes to be authorized again", () => {
    let isModerator = true
    const waiting: Served.Waiting = { count: 0, onChange: () => undefined }
    return Effect.gen(function* () {
      const url = yield* Served.url(roomName)
      yield* Facts.add(OneRoom.created)
      const connection = yield* Events.connect(url)
      assert.strictEqual(yield* connection.block, "retry: 1000")
      const snapshot = yield* connection.event
      isModerator = false
      for (let count = 0; count < 20; count++) {
        yield* Served.untilWaiting(waiting, 1)
        yield* TestClock.adjust("15 seconds")
        assert.strictEqual(yield* connection.block, ":")
      }
      assert.strictEqual(yield* connection.block, undefined)
      assert.strictEqual((yield* Events.connect(url, snapshot?.id)).response.status, 403)
    }).pipe(
      Effect.scoped,
      Effect.provide(Served.layer(Effect.sync(() => isModerator)).pipe(Layer.provideMerge(Served.counted(waiting))))
    )
  })

  it.effect("free their fibers when the connection is lost", () => {
    const waiting: Served.Waiting = { count: 0, onChange: () => undefined }
    return Effect.gen(function* () {
      const url = yield* Served.url(roomName)
      yield* Facts.add(OneRoom.created)
      yield* Effect.scoped(
        Effect.gen(function* () {
          for (let count = 0; count < 5; count++) yield* (yield* Events.connect(url)).event
          yield* Served.untilWaiting(waiting, 5)
        })
      )
      yield* Served.untilWaiting(waiting, 0)
    }).pipe(
      Effect.scoped,
      Effect.provide(Served.layer(Effect.succeed(true)).pipe(Layer.provideMerge(Served.counted(waiting))))
    )
  })

  it.effect("free their fibers when the body is canceled", () => {
    const waiting: Served.Waiting = { count: 0, onChange: () => undefined }
    return Effect.gen(function* () {
      yield* Facts.add(OneRoom.created)
      const response = yield* RosterEvents.handle(new Request("http://127.0.0.1/"), roomName, {
        authorize: Effect.succeed(true)
      })
      const connection = Events.events(response)
      yield* connection.event
      const pending = yield* Effect.forkChild(connection.event)
      yield* Served.untilWaiting(waiting, 1)
      yield* connection.cancel
      yield* Served.untilWaiting(waiting, 0)
      assert.strictEqual(yield* Fiber.join(pending), undefined)
    }).pipe(Effect.provide(Served.counted(waiting)))
  })
})

describe("many readers", () => {
  const count = Lane.count(50, 1000)

  it.live(`get every change once: ${count} connections to one room`, () =>
    Effect.gen(function* () {
      const url = yield* Served.url(roomName)
      yield* Facts.add(OneRoom.created)
      const connections = yield* Effect.forEach(
        Array.from({ length: count }),
        () => Effect.tap(Events.connect(url), ({ event }) => event),
        { concurrency: 20 }
      )
      const reading = yield* Effect.forkChild(
        Effect.forEach(connections, (connection) => Events.rest(connection), { concurrency: "unbounded" })
      )
      for (let number = 1; number <= 40; number++) {
        yield* Facts.add(OneRoom.joined(number))
        yield* Effect.promise(() => new Promise(setImmediate))
      }
      yield* Facts.add(OneRoom.callback("RoomEnded", 60))
      const everything = yield* Fiber.join(reading)
      for (const events of everything) {
        assert.deepStrictEqual(
          events.map(({ id }) => Number(id.split(".").at(-1))),
          Array.from({ length: 81 }, (_, index) => index + 1)
        )
      }
      assert.strictEqual(everything.length, count)
    }).pipe(Effect.scoped, Effect.provide(live))
  )
})

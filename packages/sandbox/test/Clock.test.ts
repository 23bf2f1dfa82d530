import type * as Scenario from "@effect-twilio-video/sandbox/Scenario"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Receiver from "./support/Receiver.ts"
import { control, serve, twilio } from "./support/Served.ts"
import * as Tokens from "./support/Tokens.ts"

const put = (body: unknown) => control("PUT", "/sandbox/clock", body)

const now = Effect.map(control("GET", "/sandbox/clock"), ({ body }) => Date.parse(body.now))

const url = "http://127.0.0.1:9/callbacks"

const minutes = (count: number) => count * 60_000

/** Two rooms without participants, which end after one and two minutes, and one whose participant may stay for three. */
const rooms: Scenario.Scenario["rooms"] = [
  { uniqueName: "Second", unusedRoomTimeout: "2 minutes", statusCallback: url },
  { uniqueName: "First", unusedRoomTimeout: "1 minute", statusCallback: url },
  {
    uniqueName: "Third",
    maxParticipantDuration: "3 minutes",
    emptyRoomTimeout: "1 minute",
    statusCallback: url,
    participants: [{ identity: "Alice" }]
  }
]

/** The time of each callback that arrives, in minutes since the start. */
const timesOf = (start: number, receiver: Receiver.Receiver) =>
  receiver.received.map(({ RoomName, StatusCallbackEvent, Timestamp = "" }) => [
    RoomName,
    StatusCallbackEvent,
    Math.round((Date.parse(Timestamp) - start) / 6000) / 10
  ])

const due = [
  ["First", "room-ended", 1],
  ["Second", "room-ended", 2],
  ["Third", "participant-disconnected", 3],
  ["Third", "room-ended", 4]
]

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Change = Schema.Union([
  Schema.Struct({ rate: Schema.Literals([0, 1, 0.5, 1000]) }),
  Schema.Struct({ advance: between(-5000, 100_000_000) }),
  /** A time before or after the latest one that was seen. */
  Schema.Struct({ offset: between(-100_000, 100_000) })
])

describe("the clock of a served sandbox", () => {
  it.live("shows real time at first", () =>
    Effect.gen(function* () {
      const before = Date.now()
      const { body } = yield* control("GET", "/sandbox/clock")
      assert.deepStrictEqual([body.rate, body.ahead], [1, 0])
      assert.isAtLeast(Date.parse(body.now), before)
      assert.isAtMost(Date.parse(body.now), Date.now())
    }).pipe(Effect.provide(serve()))
  )

  it.live("stands still while it's frozen", () =>
    Effect.gen(function* () {
      const { body } = yield* put({ rate: 0 })
      yield* Effect.sleep(20)
      const later = yield* control("GET", "/sandbox/clock")
      assert.deepStrictEqual([later.body.now, later.body.rate], [body.now, 0])
      const joined = yield* control("POST", "/sandbox/rooms", { uniqueName: "Huddle" })
      assert.strictEqual(Date.parse(joined.body.date_created), Math.floor(Date.parse(body.now) / 1000) * 1000)
    }).pipe(Effect.provide(serve()))
  )

  for (const forward of ["advance", "now"]) {
    it.live(`moves forward with ${forward}: what is due happens at its own time and in order`, () => {
      const receiver = Receiver.make()
      return Effect.gen(function* () {
        yield* put({ rate: 0 })
        const start = yield* now
        const target = forward === "now" ? { now: new Date(start + minutes(60)).toISOString() } : { advance: "1 hour" }
        const { body } = yield* put(target)
        assert.strictEqual(Date.parse(body.now), start + minutes(60))
        assert.deepStrictEqual(timesOf(start, receiver), due)
      }).pipe(Effect.provide(serve({ rooms, callbacks: { handler: receiver.handler } })))
    })
  }

  it.live("shows each receiver the time of its callback, retries included", () => {
    const receiver = Receiver.make()
    const seen: Array<number> = []
    return Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const context = yield* Effect.context()
      receiver.answer = async () => {
        const { exportedAt = "" } = await Effect.runPromiseWith(context)(sandbox.exportState)
        seen.push(Date.parse(exportedAt))
        return new Response(null, { status: 500 })
      }
      yield* put({ rate: 0 })
      const start = yield* now
      yield* put({ advance: "1 hour" })
      const offsets = [0, 1000, 3000, 7000]
      assert.deepStrictEqual(
        seen.map((time) => Math.round((time - start) / 1000)),
        [1, 2, 3, 4].flatMap((minute) => offsets.map((offset) => (minutes(minute) + offset) / 1000))
      )
      assert.strictEqual((yield* control("GET", "/sandbox/callbacks/counts")).body.failed, 4)
    }).pipe(
      Effect.provide(
        serve({ rooms, assumptions: { callbackDelivery: "retried" }, callbacks: { handler: receiver.handler } })
      )
    )
  })

  it.live("retries a callback that is being sent when the clock moves", () => {
    const receiver = Receiver.make()
    return Effect.gen(function* () {
      const context = yield* Effect.context<HttpServer.HttpServer>()
      const rate = Effect.map(control("GET", "/sandbox/clock"), ({ body }) => body.rate)
      receiver.answer = async () => {
        // Frozen while it moves.
        while ((await Effect.runPromiseWith(context)(rate)) !== 0);
        return new Response(null, { status: 500 })
      }
      yield* control("POST", "/sandbox/rooms", { statusCallback: url })
      yield* put({ advance: "10 seconds" })
      const { body } = yield* control("GET", "/sandbox/callbacks")
      const times: ReadonlyArray<number> = body[0].attempts.map(({ at }: { readonly at: string }) => Date.parse(at))
      assert.deepStrictEqual(
        times.slice(1).map((time) => time - times[1]!),
        [0, 2000, 6000]
      )
    }).pipe(
      Effect.provide(
        serve({ rooms: [], assumptions: { callbackDelivery: "retried" }, callbacks: { handler: receiver.handler } })
      )
    )
  })

  it.live("runs faster by a factor", () => {
    const receiver = Receiver.make()
    return Effect.gen(function* () {
      const start = yield* now
      yield* put({ rate: 6000 })
      yield* receiver.came(4)
      // Callbacks of different rooms may overtake one another.
      assert.sameDeepMembers(timesOf(start, receiver), due)
    }).pipe(Effect.provide(serve({ rooms, callbacks: { handler: receiver.handler } })))
  })

  it.live("never goes back, whatever it's told", () =>
    Effect.gen(function* () {
      let latest = yield* now
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.array(Arbitrary.schema(Change), { minLength: 1, maxLength: 20 }),
        (changes) =>
          Effect.gen(function* () {
            for (const change of changes) {
              yield* put("offset" in change ? { now: new Date(latest + change.offset).toISOString() } : change)
              const next = yield* now
              assert.isAtLeast(next, latest)
              latest = next
            }
            return true
          }),
        { runs: 20 }
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }).pipe(Effect.provide(serve()))
  )

  for (const [what, body, message] of [
    ["an earlier time", { now: "2020-01-01T00:00:00.000Z" }, "now is in the past"],
    ["a time without a zone", { now: "2126-01-01T00:00:00" }, "now must be a time"],
    ["a negative duration", { advance: -1 }, "It must not be negative"],
    ["something that isn't a duration", { advance: "soon" }, "advance must be a duration"],
    ["a duration beyond the year 9999", { advance: 1e300 }, "The clock ends with the year 9999"],
    ["a time after the year 9999", { now: "+010000-01-01T00:00:00Z" }, "The clock ends with the year 9999"],
    ["two times", { advance: 1, now: "2126-01-01T00:00:00Z" }, "either now or advance"],
    ["a negative rate", { rate: -1 }, '["rate"]'],
    ["an unknown member", { speed: 2 }, '["speed"]']
  ] as const) {
    it.live(`refuses ${what} and stays as it is`, () =>
      Effect.gen(function* () {
        const { body: before } = yield* put({ rate: 0 })
        const refused = yield* put(body)
        assert.deepStrictEqual([refused.status, refused.body.problem], [400, "invalid-request"])
        assert.include(refused.body.message, message)
        const after = yield* control("GET", "/sandbox/clock")
        assert.deepStrictEqual([after.body.now, after.body.rate], [before.now, 0])
      }).pipe(Effect.provide(serve()))
    )
  }

  it.live("moves past a deadline within a millisecond", () =>
    Effect.gen(function* () {
      yield* control("POST", "/sandbox/rooms/DailyStandup/complete")
      const { status } = yield* put({ advance: 2000.5 })
      assert.strictEqual(status, 200)
      assert.strictEqual((yield* control("GET", "/sandbox/state")).body.rooms.length, 1)
    }).pipe(
      Effect.provide(
        serve({
          rooms: [{ uniqueName: "DailyStandup" }, { uniqueName: "Huddle" }],
          assumptions: { completedRoomRetention: 1000.5 }
        })
      )
    )
  )

  it.live("stays at real time after a reset while it moved", () => {
    const receiver = Receiver.make()
    return Effect.gen(function* () {
      const context = yield* Effect.context<HttpServer.HttpServer>()
      receiver.answer = async () => {
        await Effect.runPromiseWith(context)(control("POST", "/sandbox/reset"))
        return new Response(null)
      }
      yield* put({ rate: 60, advance: "1 hour" })
      assert.strictEqual(receiver.received.length, 1)
      const { body } = yield* control("GET", "/sandbox/clock")
      assert.deepStrictEqual([body.rate, body.ahead], [1, 0])
    }).pipe(Effect.provide(serve({ rooms, callbacks: { handler: receiver.handler } })))
  })

  it.live("returns to real time with a reset", () =>
    Effect.gen(function* () {
      yield* put({ rate: 0, advance: "10 days" })
      yield* control("POST", "/sandbox/reset")
      const { body } = yield* control("GET", "/sandbox/clock")
      assert.deepStrictEqual([body.rate, body.ahead], [1, 0])
      const { body: room } = yield* twilio("/v1/Rooms/DailyStandup")
      assert.strictEqual(room.status, "in-progress")
    }).pipe(Effect.provide(serve()))
  )

  it.live("decides whether an access token is valid", () =>
    Effect.gen(function* () {
      yield* put({ rate: 0 })
      const token = yield* Tokens.signed()
      assert.strictEqual((yield* control("POST", "/sandbox/participants", { token })).status, 201)
      yield* put({ advance: "61 minutes" })
      const { body, status } = yield* control("POST", "/sandbox/participants", { token })
      assert.deepStrictEqual([status, body.problem], [400, "token-expired"])
    }).pipe(Effect.provide(serve()))
  )

  it.live("is the clock of the controls in process too", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      yield* put({ rate: 0, advance: "1 minute" })
      const time = yield* now
      const zoe = yield* sandbox.join("DailyStandup", "Zoe")
      assert.strictEqual(DateTime.toEpochMillis(zoe.dateCreated), Math.floor(time / 1000) * 1000)
    }).pipe(Effect.provide(serve()))
  )

  it.live("releases a delayed request when its time comes", () =>
    Effect.gen(function* () {
      yield* put({ rate: 0 })
      yield* control("PUT", "/sandbox/faults", [{ fault: { type: "delay", millis: 3_600_000 } }])
      const fetching = yield* Effect.forkChild(twilio("/v1/Rooms/DailyStandup"))
      // The request has arrived once it is logged.
      while ((yield* control("GET", "/sandbox/requests")).body.length === 0) yield* Effect.sleep(5)
      yield* put({ advance: "59 minutes" })
      assert.isUndefined(fetching.pollUnsafe())
      yield* put({ advance: "1 minute" })
      assert.strictEqual((yield* Fiber.join(fetching)).status, 200)
    }).pipe(Effect.provide(serve()))
  )

  it.live("sleeps no longer once the server is closed, so that the process can end", () =>
    Effect.gen(function* () {
      const real = yield* Clock.Clock
      const sleeping = new Set<Duration.Duration>()
      const base: Clock.Clock = Object.create(real, {
        sleep: {
          value: (duration: Duration.Duration) =>
            Effect.acquireUseRelease(
              Effect.sync(() => sleeping.add(duration)),
              () => real.sleep(duration),
              () => Effect.sync(() => sleeping.delete(duration))
            )
        }
      })
      const served = serve({ rooms: [{ uniqueName: "Huddle" }] }).pipe(Layer.provide(Layer.succeed(Clock.Clock, base)))
      for (const path of ["/sandbox/rooms/Huddle/participants", "/sandbox/reset"]) {
        yield* Effect.provide(control("POST", path, { identity: "Zoe" }), served)
        assert.deepStrictEqual(Array.from(sleeping), [], path)
      }
    })
  )
})

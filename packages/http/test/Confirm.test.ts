/**
 * Tests changes whose response was lost: the record decides whether they have taken effect, or the error says that they
 * may have.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as RequestPolicy from "@effect-twilio-video/http/RequestPolicy"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"
import * as Timeline from "./support/Timeline.ts"

const alice = Stub.sid("b")
const later = "An earlier attempt got no response and may have taken effect."
const before = "An earlier attempt succeeded: the change has taken effect."
const doubt = "may have taken effect"

const reset: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNRESET" }))
const refused: Timeline.Responder = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" }))
const hang: Timeline.Responder = () => new Promise(() => {})
const json =
  (value: unknown, status = 200): Timeline.Responder =>
  () =>
    Stub.json(value, status)
const errorResponse = (status: number, code: number) => json({ code, message: "No", status }, status)
const notFound = errorResponse(404, 20404)
const limited = errorResponse(429, 20429)
const forbidden = errorResponse(403, 20403)
/** A participant who left at a time, in milliseconds after noon. */
const left = (at: number, change = {}) => Stub.body({ end_time: new Date(Timeline.noon + at).toISOString(), ...change })
const listed = (...items: ReadonlyArray<Record<string, unknown>>) => json(Stub.list(items, null))

/** Responds to POSTs and GETs, each in order; returns the end and the requests. */
const play = Effect.fnUntraced(function* <A, E extends Operations.Failure>(
  program: Effect.Effect<A, E, TwilioVideo.Services>,
  posts: ReadonlyArray<Timeline.Responder>,
  gets: ReadonlyArray<Timeline.Responder> = [],
  policy: Partial<RequestPolicy.RequestPolicy> = {}
) {
  const counts = { POST: 0, GET: 0 }
  const server = yield* Timeline.serve((request) => {
    const method = request.method === "POST" ? "POST" : "GET"
    const responses = method === "POST" ? posts : gets
    const response = responses[Math.min(counts[method]++, responses.length - 1)]
    // An unexpected request.
    return response ?? json({ code: 1, message: "unexpected" }, 400)
  })
  const { exit } = yield* Timeline.run(Stub.run(server.handler, program, { policy }))
  return {
    exit,
    sent: server.sent.map(({ method, path }) => `${method} ${path.replace("/v1/Rooms/", "")}`),
    methods: server.sent.map(({ method }) => method).join(" "),
    bodies: server.sent.map(({ body }) => body)
  }
})

const sidOf = (exit: Exit.Exit<{ readonly sid: string }, unknown>) =>
  Exit.isSuccess(exit) ? exit.value.sid : String(exit.cause)

const disconnect = (who: string) => Participants.disconnect("Standup", who)
const ensure = (who: string) => Participants.ensureDisconnected("Standup", who)
const anonymize = (who: string) => Participants.anonymize("Standup", who)
const complete = (room: string) => Rooms.complete(room)

/** Failures after which the change may have taken effect. */
const unknown: ReadonlyArray<readonly [string, Timeline.Responder]> = [
  ["ECONNRESET", reset],
  ["503", json({}, 503)],
  ["a timeout", hang]
]
/** Failures after which it has. */
const unread: ReadonlyArray<readonly [string, Timeline.Responder]> = [
  ["no body", () => new Response("", { status: 202 })],
  ["JSON cut short", () => new Response('{"sid":', { status: 202 })]
]
const lost = [...unknown, ...unread]

describe("removing by identity", () => {
  for (const [name, response] of unread) {
    it.effect(`after ${name} isn't retried, and succeeds if the record has ended since`, () =>
      Effect.gen(function* () {
        const { exit, sent } = yield* play(disconnect("Alice"), [response], [listed(left(-59_000))])
        assert.strictEqual(sidOf(exit), alice)
        assert.deepStrictEqual(sent, [
          "POST Standup/Participants/Alice",
          "GET Standup/Participants?Status=disconnected&Identity=Alice"
        ])
      })
    )
  }

  for (const [name, response] of unknown) {
    it.effect(`after ${name} and then 404 succeeds if the record has ended since`, () =>
      Effect.gen(function* () {
        const { exit, sent } = yield* play(disconnect("Alice"), [response, notFound], [listed(left(-59_000))])
        assert.strictEqual(sidOf(exit), alice)
        assert.deepStrictEqual(sent, [
          "POST Standup/Participants/Alice",
          "POST Standup/Participants/Alice",
          "GET Standup/Participants?Status=disconnected&Identity=Alice"
        ])
      })
    )
  }

  it.effect("succeeds if the record ended at most a minute before the first request", () =>
    Effect.gen(function* () {
      for (const [at, done] of [
        [-60_000, true],
        [-60_001, false],
        [0, true],
        [30_000, true],
        [-3_600_000, false]
      ] as const) {
        // The second attempt starts half a minute after the first.
        const { exit } = yield* play(disconnect("Alice"), [hang, notFound], [listed(left(at))])
        assert.strictEqual(Exit.isSuccess(exit), done, String(at))
        if (!done) assert.strictEqual(Timeline.failureOf(exit)._tag, "NotFound")
      }
    })
  )

  it.effect("fails with NotFound if no record matches", () =>
    Effect.gen(function* () {
      const others: ReadonlyArray<Timeline.Responder> = [
        listed(),
        listed(left(-90_000), left(-100_000)),
        listed(Stub.body({ end_time: null })),
        listed(left(0, { status: "connected" })),
        // The room is gone too.
        notFound
      ]
      for (const response of others) {
        const { exit, methods } = yield* play(disconnect("Alice"), [reset, notFound], [response])
        const error = Timeline.failureOf(exit)
        assert.deepStrictEqual([error._tag, error.method, error.attempts], ["NotFound", "POST", 2])
        assert.strictEqual(methods, "POST POST GET")
      }
    })
  )

  it.effect("uses Twilio's clock if responses have a date, to the second", () =>
    Effect.gen(function* () {
      // Twilio's clock is an hour behind; the second attempt starts half a minute after the first.
      const behind = -3_600_000
      const dated: Timeline.Responder = (_, now) =>
        Stub.json({ code: 20404, message: "No", status: 404 }, 404, { date: new Date(now + behind).toUTCString() })
      for (const [at, done] of [
        [-2000, false],
        [0, true],
        [30_000, true],
        // An earlier session, within the tolerance for an unknown clock.
        [-30_000, false]
      ] as const) {
        const { exit } = yield* play(disconnect("Alice"), [hang, dated], [listed(left(behind + at))])
        assert.strictEqual(Exit.isSuccess(exit), done, String(at))
        if (!done) assert.strictEqual(Timeline.failureOf(exit)._tag, "NotFound")
      }
      const undated = () => Stub.json({ code: 20404, message: "No", status: 404 }, 404, { date: "noon" })
      for (const [at, done] of [
        [-60_000, true],
        [-61_000, false]
      ] as const) {
        const { exit } = yield* play(disconnect("Alice"), [reset, undated], [listed(left(at))])
        assert.strictEqual(Exit.isSuccess(exit), done, String(at))
      }
    })
  )

  it.effect("that is rejected after a lost response fails: the record may be of an earlier session", () =>
    Effect.gen(function* () {
      const { exit, methods } = yield* play(
        disconnect("Alice"),
        [json({}, 503), errorResponse(400, 53209)],
        [listed(left(0))]
      )
      const error = Timeline.twilioErrorOf(exit)
      assert.deepStrictEqual([error.reason._tag, error.code], ["InvalidRequest", 53209])
      assert.include(error.message, later)
      assert.strictEqual(methods, "POST POST")
    })
  )

  it.effect("has taken effect after a 2xx response, even if no record shows it", () =>
    Effect.gen(function* () {
      for (const [name, response] of unread) {
        const removed = yield* play(disconnect("Alice"), [response], [listed()])
        const ensured = yield* play(ensure("Alice"), [response], [listed()])
        for (const exit of [removed.exit, ensured.exit]) {
          const error = Timeline.twilioErrorOf(exit)
          assert.deepStrictEqual([error.reason._tag, error.applied], ["UnexpectedResponse", true], name)
        }
      }
    })
  )

  it.effect("picks the matching record of the identity", () =>
    Effect.gen(function* () {
      const page = listed(left(-900_000, { sid: Stub.sid("1") }), left(-1000, { sid: Stub.sid("2") }))
      const { exit } = yield* play(disconnect("Alice"), [reset, notFound], [page])
      assert.strictEqual(sidOf(exit), Stub.sid("2"))
    })
  )

  it.effect("reads the record with retries, and fails with that error and the note", () =>
    Effect.gen(function* () {
      const patient = yield* play(disconnect("Alice"), [reset, notFound], [reset, json({}, 503), listed(left(0))])
      assert.isTrue(Exit.isSuccess(patient.exit))
      const { exit } = yield* play(disconnect("Alice"), [reset, notFound], [forbidden])
      const error = Timeline.twilioErrorOf(exit)
      assert.strictEqual(error.reason._tag, "Forbidden")
      assert.include(error.message, later)
    })
  )

  it.effect("fails with NotFound at once if no response was lost", () =>
    Effect.gen(function* () {
      for (const posts of [[notFound], [limited, notFound], [refused, limited, notFound]]) {
        const { exit, sent } = yield* play(disconnect("Alice"), posts)
        assert.strictEqual(Timeline.failureOf(exit)._tag, "NotFound")
        assert.strictEqual(sent.length, posts.length)
      }
    })
  )

  it.effect("sends one request if retries are off", () =>
    Effect.gen(function* () {
      for (const response of [reset, notFound, hang, ...unread.map(([, response]) => response)]) {
        const { sent } = yield* play(disconnect("Alice"), [response], [], RequestPolicy.noRetries)
        assert.strictEqual(sent.length, 1)
      }
    })
  )

  it.effect("succeeds if the second attempt does", () =>
    Effect.gen(function* () {
      const { exit, methods } = yield* play(disconnect("Alice"), [reset, json(Stub.body(), 202)])
      assert.strictEqual(sidOf(exit), alice)
      assert.strictEqual(methods, "POST POST")
    })
  )

  it.effect("with ensureDisconnected returns Disconnected or AlreadyGone", () =>
    Effect.gen(function* () {
      const done = yield* play(ensure("Alice"), [reset, notFound], [listed(left(0))])
      assert.strictEqual(Exit.isSuccess(done.exit) && done.exit.value._tag, "Disconnected")
      const gone = yield* play(ensure("Alice"), [reset, notFound], [listed(), listed(), notFound])
      assert.strictEqual(Exit.isSuccess(gone.exit) && gone.exit.value._tag, "AlreadyGone")
    })
  )
})

describe("removing by SID", () => {
  it.effect("that is rejected after a lost response succeeds if the record says disconnected", () =>
    Effect.gen(function* () {
      for (const second of [errorResponse(400, 53209), errorResponse(400, 53000), notFound]) {
        const done = yield* play(disconnect(alice), [reset, second], [json(left(-900_000))])
        assert.strictEqual(sidOf(done.exit), alice)
        assert.deepStrictEqual(done.sent.slice(2), [`GET Standup/Participants/${alice}`])
      }
      const there = yield* play(
        disconnect(alice),
        [reset, errorResponse(400, 53209)],
        [json(Stub.body({ status: "connected", end_time: null }))]
      )
      const error = Timeline.twilioErrorOf(there.exit)
      assert.deepStrictEqual([error.reason._tag, error.code, error.attempts], ["InvalidRequest", 53209, 2])
      assert.include(error.message, later)
      const nobody = yield* play(disconnect(alice), [reset, notFound], [notFound])
      assert.strictEqual(Timeline.failureOf(nobody.exit)._tag, "NotFound")
    })
  )

  it.effect("with an unreadable response isn't retried: the record is read, whatever its status", () =>
    Effect.gen(function* () {
      for (const [name, response] of unread) {
        for (const status of ["disconnected", "connected"]) {
          const { exit, methods } = yield* play(disconnect(alice), [response], [json(Stub.body({ status }))])
          assert.strictEqual(Exit.isSuccess(exit) && exit.value.status, status, name)
          assert.strictEqual(methods, "POST GET")
        }
        const { exit } = yield* play(disconnect(alice), [response], [forbidden])
        const error = Timeline.twilioErrorOf(exit)
        assert.deepStrictEqual([error.reason._tag, error.applied], ["Forbidden", true])
        assert.include(error.message, before)
      }
    })
  )

  it.effect("that is rejected at first fails", () =>
    Effect.gen(function* () {
      for (const posts of [[errorResponse(400, 53209)], [limited, errorResponse(400, 53209)]]) {
        const { exit, sent } = yield* play(disconnect(alice), posts)
        const error = Timeline.twilioErrorOf(exit)
        assert.strictEqual(error.reason._tag, "InvalidRequest")
        assert.notInclude(error.message, doubt)
        assert.strictEqual(sent.length, posts.length)
      }
    })
  )

  it.effect("doesn't read the record after other errors", () =>
    Effect.gen(function* () {
      const { exit, sent } = yield* play(disconnect(alice), [reset, forbidden])
      assert.strictEqual(Timeline.nameOf(Timeline.failureOf(exit)), "Forbidden")
      assert.include(Timeline.failureOf(exit).message, later)
      assert.strictEqual(sent.length, 2)
    })
  )
})

describe("anonymizing", () => {
  const done = json(Stub.body({ identity: alice }))

  it.effect("by identity reads the SID first, so that it can be retried", () =>
    Effect.gen(function* () {
      const { exit, sent } = yield* play(anonymize("Alice"), [reset, done], [reset, json(Stub.body())])
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(sent, [
        "GET Standup/Participants/Alice",
        "GET Standup/Participants/Alice",
        `POST Standup/Participants/${alice}/Anonymize`,
        `POST Standup/Participants/${alice}/Anonymize`
      ])
      const nobody = yield* play(anonymize("Alice"), [], [notFound])
      assert.strictEqual(Timeline.failureOf(nobody.exit)._tag, "NotFound")
      assert.strictEqual(nobody.methods, "GET")
    })
  )

  it.effect("by SID, or with retries off, reads no record", () =>
    Effect.gen(function* () {
      const bySid = yield* play(anonymize(alice), [reset, done])
      assert.strictEqual(bySid.methods, "POST POST")
      const off = yield* play(anonymize("Alice"), [done], [], RequestPolicy.noRetries)
      assert.deepStrictEqual(off.sent, ["POST Standup/Participants/Alice/Anonymize"])
      const call = yield* play(anonymize("Alice").pipe(RequestPolicy.withPolicy({ attempts: 1 })), [reset])
      assert.strictEqual(call.methods, "POST")
    })
  )
})

describe("completing a room", () => {
  const ended = { status: "completed", end_time: "2026-11-21T12:00:00Z", duration: 5 }
  const done = json(Stub.room(ended))

  it.effect("by name reads the SID first", () =>
    Effect.gen(function* () {
      const { bodies, exit, sent } = yield* play(complete("Standup"), [reset, done], [json({}, 503), json(Stub.room())])
      assert.strictEqual(Exit.isSuccess(exit) && exit.value.status, "completed")
      assert.deepStrictEqual(sent, ["GET Standup", "GET Standup", `POST ${Stub.roomSid}`, `POST ${Stub.roomSid}`])
      assert.deepStrictEqual(bodies, ["", "", "Status=completed", "Status=completed"])
      const off = yield* play(complete("Standup"), [done], [], RequestPolicy.noRetries)
      assert.deepStrictEqual(off.sent, ["POST Standup"])
      const nowhere = yield* play(complete("Standup"), [], [notFound])
      assert.strictEqual(Timeline.failureOf(nowhere.exit)._tag, "NotFound")
      assert.strictEqual(nowhere.methods, "GET")
    })
  )

  for (const code of [53112, 53118]) {
    it.effect(`that has ended (${code}) after a lost response succeeds if the record says completed`, () =>
      Effect.gen(function* () {
        const over = errorResponse(400, code)
        for (const [name, response] of lost) {
          const { exit, methods } = yield* play(complete(Stub.roomSid), [response, over], [done])
          assert.strictEqual(Exit.isSuccess(exit) && exit.value.status, "completed", name)
          // A change that has taken effect isn't retried.
          assert.strictEqual(methods, unread.some(([unread]) => unread === name) ? "POST GET" : "POST POST GET")
        }
        const other = yield* play(complete(Stub.roomSid), [reset, over], [json(Stub.room({ status: "failed" }))])
        assert.strictEqual(Timeline.failureOf(other.exit)._tag, "RoomNotInProgress")
        for (const posts of [[over], [limited, over]]) {
          const first = yield* play(complete(Stub.roomSid), posts)
          assert.strictEqual(Timeline.failureOf(first.exit)._tag, "RoomNotInProgress")
          assert.strictEqual(first.sent.length, posts.length)
        }
      })
    )
  }
})

describe("an error", () => {
  const writes = Operations.all.filter(
    ({ endpoint }) => VideoWire.operations[endpoint].method === "POST" && VideoWire.operations[endpoint].idempotent
  )
  const reads = Operations.all.filter(({ endpoint }) => VideoWire.operations[endpoint].method === "GET")

  for (const { call, name } of writes) {
    it.effect(`of ${name} says if an earlier attempt has taken effect, or may have`, () =>
      Effect.gen(function* () {
        for (const [after, response] of lost) {
          const applied = unread.some(([name]) => name === after)
          // The others aren't retried: the record is read.
          if (applied && name !== "Participants.anonymize") continue
          for (const end of [limited, refused, forbidden]) {
            const { exit } = yield* play(call(Operations.bySid), [response, end])
            const error = Timeline.twilioErrorOf(exit)
            assert.include(error.message, applied ? before : later, after)
            assert.strictEqual(error.applied, applied ? true : undefined)
            assert.strictEqual(error.attempts, end === forbidden ? 2 : 5)
            assert.strictEqual(error.method, "POST")
            assert.deepStrictEqual(Operations.leaks(error), [])
            if (error.status !== undefined) assert.include(error.message, `HTTP ${error.status}`)
          }
        }
        for (const end of [limited, refused, forbidden]) {
          const { exit } = yield* play(call(Operations.bySid), [limited, refused, end])
          assert.notInclude(Timeline.failureOf(exit).message, doubt)
        }
        // The last lost response has the note once.
        const { exit } = yield* play(call(Operations.bySid), [reset])
        assert.include(Timeline.failureOf(exit).message, "The change may have taken effect.")
        assert.notInclude(Timeline.failureOf(exit).message, later)
        for (const [after, response] of unread) {
          const error = Timeline.twilioErrorOf((yield* play(call(Operations.bySid), [response], [notFound])).exit)
          assert.strictEqual(error.applied, true, after)
          assert.include(error.message, "The change has taken effect.")
          assert.notInclude(error.message, before)
        }
      })
    )
  }

  for (const { call, name } of reads) {
    it.effect(`of ${name} never has the note`, () =>
      Effect.gen(function* () {
        for (const [after, response] of lost) {
          for (const end of [limited, refused, forbidden, notFound, response]) {
            const { exit } = yield* play(call(Operations.bySid), [], [response, end])
            assert.notInclude(Timeline.failureOf(exit).message, "take", after)
          }
        }
      })
    )
  }
})

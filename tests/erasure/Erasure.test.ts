/**
 * Erasures in memory, on the sandbox, with a test clock.
 */
import * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as Erasure from "@effect-twilio-video/erasure/Erasure"
import * as ErasureMemory from "@effect-twilio-video/erasure/ErasureMemory"
import type * as ErasureSteps from "@effect-twilio-video/erasure/ErasureSteps"
import type * as Receipt from "@effect-twilio-video/erasure/Receipt"
import * as Quota from "@effect-twilio-video/http/Quota"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import type * as SandboxOptions from "@effect-twilio-video/sandbox/SandboxOptions"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { advance, count, identities, reach, rooms, zed } from "./support/World.ts"

const id = "req-17"

const layer = (options: ErasureMemory.Options = {}, sandbox: SandboxOptions.Options = {}) =>
  ErasureMemory.layerMemory(options).pipe(Layer.provideMerge(Sandbox.layer({ rooms, ...sandbox })))

const removing = layer({ connected: "remove" })

const request = (options: Partial<Erasure.RequestOptions> = {}) =>
  Erasure.request({ requestId: id, identities, ...options })

const tag = (requestId = id) => Effect.map(Erasure.status(requestId), ({ _tag }) => _tag)

const sandbox = Sandbox.Sandbox.use.bind(Sandbox.Sandbox)

/** How often an operation was requested. */
const requests = (operation: string) =>
  Effect.map(
    sandbox((sandbox) => sandbox.requests),
    (log) => log.filter((request) => request.operation === operation).length
  )

const outcomes = (receipt: Receipt.Receipt) => receipt.participations.map(({ outcome }) => outcome)

describe("an erasure", () => {
  it.effect("anonymizes all participations of the identity, and no others", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* count(zed), 7)
      const statuses = yield* Effect.forkChild(Stream.runCollect(Erasure.watch(yield* request())))
      yield* reach("Complete")
      yield* TestClock.adjust("1 second")
      const tags = (yield* Fiber.join(statuses)).map(({ _tag }) => _tag)
      assert.deepStrictEqual([tags.at(0), tags.includes("Settling"), tags.at(-1)], ["Waiting", true, "Complete"])
      assert.deepStrictEqual(
        [yield* count(zed), yield* count(zed.toLowerCase()), yield* count(`${zed} II`), yield* count("Ann")],
        [0, 1, 1, 4]
      )
      const receipt = yield* Erasure.receipt(id)
      assert.deepStrictEqual(
        outcomes(receipt),
        Array.from({ length: 7 }, () => "Anonymized")
      )
      for (const { twilioRequestId } of receipt.participations) assert.match(twilioRequestId ?? "", /^RQ[0-9a-f]{32}$/u)
      const windows = receipt.windows.filter(({ sweep }) => sweep === 1)
      assert.deepStrictEqual(
        windows.map(({ found, rooms }) => [rooms, found]),
        [
          [2, 4],
          [1, 1],
          [1, 1],
          [1, 1]
        ]
      )
      yield* Erasure.verifyReceipt(receipt, yield* Erasure.publicKey)
      assert.notInclude(JSON.stringify(receipt), "Zzyx")
    }).pipe(Effect.provide(removing))
  )

  for (const anonymizeOfConnected of ["accept", "refuse"] as const) {
    it.effect(`waits for those who are connected, if Twilio would ${anonymizeOfConnected} to anonymize them`, () =>
      Effect.gen(function* () {
        yield* request()
        yield* reach("Settling")
        yield* advance(30)
        assert.deepStrictEqual([yield* tag(), yield* count(zed)], ["Sweeping", 2])
        const connected = yield* Participants.fetch("Now", zed)
        assert.strictEqual(connected.status, "connected")
        yield* sandbox((sandbox) => sandbox.leave("Now", connected.sid))
        yield* sandbox((sandbox) => sandbox.completeRoom("Tunnel"))
        yield* reach("Complete")
        assert.strictEqual(yield* count(zed), 0)
        // Nobody was removed, and nothing was refused.
        assert.strictEqual(yield* requests("UpdateRoomParticipant"), 0)
        assert.deepStrictEqual(outcomes(yield* Erasure.receipt(id)).length, 7)
      }).pipe(Effect.provide(layer({ tokenLifetime: "5 minutes" }, { assumptions: { anonymizeOfConnected } })))
    )

    it.effect(`removes those who are connected first, if Twilio would ${anonymizeOfConnected} to anonymize them`, () =>
      Effect.gen(function* () {
        yield* request()
        yield* reach("Complete")
        assert.strictEqual(yield* count(zed), 0)
      }).pipe(Effect.provide(layer({ connected: "remove" }, { assumptions: { anonymizeOfConnected } })))
    )
  }

  it.effect("finds those who came back with a token that was still valid", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Settling")
      assert.strictEqual(yield* count(zed), 0)
      // In a room that was in progress during the first sweep and isn't any more, and in a new one.
      yield* sandbox((sandbox) => sandbox.join("Tunnel", zed))
      yield* sandbox((sandbox) => sandbox.completeRoom("Tunnel"))
      yield* sandbox((sandbox) => sandbox.openRoom({ uniqueName: "New" }))
      yield* sandbox((sandbox) => sandbox.join("New", zed))
      yield* reach("Complete")
      assert.strictEqual(yield* count(zed), 0)
      assert.strictEqual((yield* Erasure.receipt(id)).participations.length, 9)
    }).pipe(Effect.provide(removing))
  )

  for (const [since, left] of [
    ["the newest completed room", 2],
    ["now", 3]
  ] as const) {
    it.effect(`since ${since} leaves out completed rooms that are older, and no room in progress`, () =>
      Effect.gen(function* () {
        const [newest] = (yield* Rooms.list({ status: "completed" })).items
        const now = yield* DateTime.now
        yield* request({ since: since === "now" ? now : newest?.dateCreated })
        yield* reach("Complete")
        assert.strictEqual(yield* count(zed), left)
      }).pipe(Effect.provide(removing))
    )
  }

  it.effect("reports other participants whose rules name the person", () =>
    Effect.gen(function* () {
      const ann = yield* Participants.fetch("Now", "Ann")
      yield* SubscribeRules.update("Now", ann.sid, [SubscribeRule.include({ publisher: zed })])
      yield* request()
      yield* reach("Complete")
      const { rules } = yield* Erasure.receipt(id)
      assert.deepStrictEqual(rules, [{ roomSid: ann.roomSid, participantSid: ann.sid }])
    }).pipe(Effect.provide(removing))
  )
})

describe("a request", () => {
  it.effect("joins the job with the same ID and identities, and finds its receipt later", () =>
    Effect.gen(function* () {
      const both = [Redacted.make(zed), Redacted.make("Ann")]
      yield* request({ identities: both })
      yield* request({ identities: [...both].reverse().concat(both) })
      yield* reach("Complete")
      const listed = yield* requests("ListRoomParticipant")
      yield* request({ identities: both })
      yield* advance(2)
      assert.deepStrictEqual([yield* tag(), yield* requests("ListRoomParticipant")], ["Complete", listed])
      assert.deepStrictEqual([yield* count(zed), yield* count("Ann")], [0, 0])
      assert.deepStrictEqual(
        (yield* Erasure.list).map(({ requestId, status }) => [requestId, status._tag]),
        [[id, "Complete"]]
      )
    }).pipe(Effect.provide(removing))
  )

  it.effect("fails with other identities, also when the job is done", () =>
    Effect.gen(function* () {
      yield* request()
      const other = request({ identities: [Redacted.make("Ann")] })
      assert.strictEqual((yield* Effect.flip(other))._tag, "RequestConflict")
      yield* reach("Complete")
      assert.strictEqual((yield* Effect.flip(other))._tag, "RequestConflict")
    }).pipe(Effect.provide(removing))
  )

  it.effect("fails if its ID contains an identity or is malformed, or without identities", () =>
    Effect.gen(function* () {
      const invalid: ReadonlyArray<Partial<Erasure.RequestOptions>> = [
        { requestId: "erase-ALICE-1", identities: [Redacted.make("bob"), Redacted.make("alice")] },
        { requestId: "Zed Zzyx" },
        { requestId: "" },
        { requestId: "x".repeat(101) },
        { identities: [] },
        { identities: [Redacted.make("")] }
      ]
      for (const options of invalid) {
        const error = yield* Effect.flip(request(options))
        assert.strictEqual(error._tag, "InvalidErasure")
        assert.notMatch(error.message, /alice|zzyx/iu)
      }
      assert.deepStrictEqual(yield* Erasure.list, [])
    }).pipe(Effect.provide(removing))
  )

  it.effect("shares the sweep with all that are open, and waits for the next one otherwise", () =>
    Effect.gen(function* () {
      yield* request()
      yield* Erasure.request({ requestId: "req-18", identities: [Redacted.make("Ann")] })
      yield* reach("Settling")
      yield* reach("Settling", "req-18")
      // Two rooms in progress with three lists each, and three completed ones.
      assert.strictEqual(yield* requests("ListRoomParticipant"), 9)
      yield* Erasure.request({ requestId: "req-19", identities: [Redacted.make(`${zed} II`)] })
      for (const requestId of [id, "req-18", "req-19"]) yield* reach("Complete", requestId)
      assert.deepStrictEqual([yield* count(zed), yield* count("Ann"), yield* count(`${zed} II`)], [0, 0, 0])
      assert.strictEqual((yield* Erasure.receipt("req-18")).participations.length, 4)
      assert.strictEqual((yield* Erasure.receipt("req-19")).participations.length, 1)
    }).pipe(Effect.provide(layer({ connected: "remove", embargo: () => Effect.sleep("1 second") })))
  )

  it.effect("is unknown before it's made, and has no receipt before it's done", () =>
    Effect.gen(function* () {
      for (const use of [Erasure.status, Erasure.receipt, Erasure.cancel, Erasure.resume]) {
        const failed: Effect.Effect<unknown, { readonly _tag: string }, Erasure.Erasure> = use("nobody")
        assert.strictEqual((yield* Effect.flip(failed))._tag, "UnknownRequest")
      }
      yield* request()
      assert.strictEqual((yield* Effect.flip(Erasure.receipt(id)))._tag, "WrongPhase")
    }).pipe(Effect.provide(removing))
  )
})

describe("the share of the quota", () => {
  it.effect("that the layer is provided with limits all requests of its jobs", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Complete")
      const times = (yield* sandbox((sandbox) => sandbox.requests))
        .filter(({ method }) => method === "GET")
        .map(({ at }) => Date.parse(at))
      const inOneSecond = times.map((from) => times.filter((at) => at >= from && at < from + 1000).length)
      assert.deepStrictEqual([times.length > 20, Math.max(...inOneSecond)], [true, 2])
    }).pipe(
      Effect.provide(
        ErasureMemory.layerMemory({ connected: "remove" }).pipe(
          Layer.provide(Layer.succeed(Quota.Share, 0.25)),
          Layer.provideMerge(Sandbox.layer({ rooms, quota: { reads: 8, writes: 8 } }))
        )
      )
    )
  )
})

describe("the embargo", () => {
  it.effect("is called with each person before anything is searched", () =>
    Effect.gen(function* () {
      const called: Array<unknown> = []
      const embargo = (person: ErasureSteps.Person) =>
        Effect.gen(function* () {
          called.push(person.requestId, ...person.identities.map(Redacted.value))
          called.push(yield* requests("ListRoom"))
        })
      yield* Effect.gen(function* () {
        yield* request()
        yield* reach("Settling")
        assert.deepStrictEqual(called, [id, zed, 0])
      }).pipe(
        Effect.provide(
          Layer.unwrap(
            Effect.map(Effect.context<Sandbox.Sandbox>(), (context) =>
              ErasureMemory.layerMemory({ embargo: (person) => Effect.provide(embargo(person), context) })
            )
          )
        )
      )
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )

  it.effect("stalls the job while it fails or dies, without showing its error", () =>
    Effect.gen(function* () {
      let fails = 0
      const embargo = ({ identities: [identity] }: ErasureSteps.Person) =>
        Effect.suspend(() => {
          fails += 1
          const text = `no ${identity === undefined ? "" : Redacted.value(identity)}`
          if (fails <= 13) return Effect.fail(text)
          return fails === 14 ? Effect.die(text) : Effect.void
        })
      yield* Effect.gen(function* () {
        yield* request()
        for (const reason of [/embargo hook failed/u, /unexpected error/u]) {
          const status = yield* reach("Stalled")
          if (status._tag !== "Stalled") return assert.fail(status._tag)
          assert.match(status.reason, reason)
          assert.notInclude(status.reason, "Zzyx")
          assert.strictEqual(yield* requests("ListRoom"), 0)
          yield* Erasure.resume(id)
        }
        yield* reach("Complete")
        assert.strictEqual(yield* count(zed), 0)
      }).pipe(Effect.provide(ErasureMemory.layerMemory({ connected: "remove", embargo })))
    }).pipe(Effect.provide(Sandbox.layer({ rooms })))
  )
})

/** Erases on the sandbox, with some operations replaced. */
const withParticipants = (change: (service: Participants.Service) => Partial<Participants.Service>) =>
  ErasureMemory.layerMemory({ connected: "remove" }).pipe(
    Layer.provide(
      Layer.effect(
        Participants.Participants,
        Participants.Participants.useSync((service) => ({ ...service, ...change(service) }))
      )
    ),
    Layer.provideMerge(Sandbox.layer({ rooms }))
  )

const info = { method: "POST", path: "/v1/Rooms/{sid}/Participants/{sid}" }

const invalidRequest = TwilioError.make(new TwilioError.InvalidRequest({ message: "No." }), {
  ...info,
  status: 400,
  code: 53209
})

const noSuchRoom = NotFound.make({ resource: "room", lookup: "sid" }, { ...info, status: 404 })

const noSuchParticipant = NotFound.make({ resource: "participant", lookup: "sid" }, { ...info, status: 404 })

const unauthorized = TwilioError.make(new TwilioError.Unauthorized({ message: "Wrong key." }), { ...info, status: 401 })

const unavailable = TwilioError.make(new TwilioError.Unavailable({ message: "Away.", retryAfter: Option.none() }), {
  ...info,
  status: 503
})

describe("a failure", () => {
  it.effect("that's permanent makes the erasure partial, and the receipt has its status and code", () => {
    const refused = new Set<string>()
    return Effect.gen(function* () {
      yield* request()
      yield* reach("Partial")
      const receipt = yield* Erasure.receipt(id)
      assert.deepStrictEqual(
        receipt.participations
          .filter(({ outcome }) => outcome !== "Anonymized")
          .map(({ code, participantSid, status }) => [code, participantSid, status]),
        [...refused].sort().map((sid) => [53209, sid, 400])
      )
      assert.strictEqual(yield* count(zed), 3)
      yield* Erasure.verifyReceipt(receipt, yield* Erasure.publicKey)
    }).pipe(
      Effect.provide(
        withParticipants(({ anonymize }) => ({
          anonymize: (room, sid) => {
            if (refused.size < 3) refused.add(sid)
            return refused.has(sid) ? Effect.fail(invalidRequest) : anonymize(room, sid)
          }
        }))
      )
    )
  })

  it.effect("to list a room is recorded, and not found counts as gone only if a second look confirms it", () => {
    const sids: Array<string> = []
    return Effect.gen(function* () {
      const completed = (yield* Rooms.list({ status: "completed" })).items
      sids.push(...completed.map(({ sid }) => sid))
      yield* request()
      yield* reach("Partial")
      const receipt = yield* Erasure.receipt(id)
      // The second room was found again, and searched.
      assert.deepStrictEqual(receipt.rooms, [{ roomSid: sids[0] ?? "", problem: "Refused", status: 400, code: 53209 }])
      assert.strictEqual(yield* count(zed), 1)
    }).pipe(
      Effect.provide(
        withParticipants(({ list }) => {
          let looks = 0
          return {
            list: (room, options) => {
              if (room === sids[0]) return Effect.fail(invalidRequest)
              if (room === sids[1] && looks++ === 0) return Effect.fail(noSuchRoom)
              return list(room, options)
            }
          }
        })
      )
    )
  })

  it.effect("to find a participant counts as gone only if a second look confirms it", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Complete")
      const found = outcomes(yield* Erasure.receipt(id))
      assert.deepStrictEqual(
        [
          found.filter((outcome) => outcome === "Gone").length,
          found.filter((outcome) => outcome === "Anonymized").length
        ],
        [1, 6]
      )
    }).pipe(
      Effect.provide(
        withParticipants(({ anonymize, fetch }) => {
          const missing: Array<string> = []
          return {
            anonymize: (room, sid) => {
              if (missing.length === 2) return anonymize(room, sid)
              missing.push(sid)
              return Effect.fail(noSuchParticipant)
            },
            fetch: (room, sid) => (sid === missing[0] ? Effect.fail(noSuchParticipant) : fetch(room, sid))
          }
        })
      )
    )
  )

  it.effect("is a record that keeps the identity although Twilio accepted the request", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Partial")
      assert.deepStrictEqual([...new Set(outcomes(yield* Erasure.receipt(id)))], ["NotErased"])
    }).pipe(Effect.provide(withParticipants(({ fetch }) => ({ anonymize: (room, sid) => fetch(room, sid) }))))
  )

  it.effect("of a record that got its identity back is mended when it's read again", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Complete")
      assert.strictEqual(yield* count(zed), 0)
    }).pipe(
      Effect.provide(
        withParticipants(({ anonymize, fetch }) => {
          const called = new Set<string>()
          return {
            anonymize: (room, sid) => {
              if (called.has(sid)) return anonymize(room, sid)
              called.add(sid)
              return Effect.map(fetch(room, sid), (record) => ({ ...record, identity: sid }))
            }
          }
        })
      )
    )
  )

  it.effect("is a record that can't be decoded", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Partial")
      const { unreadable } = yield* Erasure.receipt(id)
      // One in each of the five rooms, though those in progress are searched twice.
      assert.strictEqual(unreadable.length, 5)
      assert.strictEqual(yield* count(zed), 0)
    }).pipe(
      Effect.provide(
        withParticipants(({ list }) => ({
          list: (room, options) =>
            Effect.map(list(room, options), (page) => ({
              ...page,
              undecodable: [{ sid: Option.some(`PA${"f".repeat(32)}`), error: invalidRequest }]
            }))
        }))
      )
    )
  )

  for (const [title, error, requests] of [
    ["of the credentials stalls the job at once", unauthorized, 1],
    ["that doesn't pass stalls the job after its retries", unavailable, 13]
  ] as const) {
    it.effect(`${title}, until it's resumed`, () => {
      let sent = 0
      let isMended = false
      return Effect.gen(function* () {
        yield* request()
        const status = yield* reach("Stalled")
        assert.deepStrictEqual([status, sent], [{ _tag: "Stalled", reason: error.message }, requests])
        // Nothing is tried before it's resumed.
        yield* advance(5)
        assert.strictEqual(sent, requests)
        isMended = true
        yield* Erasure.resume(id)
        yield* reach("Complete")
        assert.strictEqual(yield* count(zed), 0)
      }).pipe(
        Effect.provide(
          ErasureMemory.layerMemory({ connected: "remove" }).pipe(
            Layer.provide(
              Layer.effect(
                Rooms.Rooms,
                Rooms.Rooms.useSync((service) => ({
                  ...service,
                  list: (options) => {
                    if (isMended) return service.list(options)
                    sent += 1
                    return Effect.fail(error)
                  }
                }))
              )
            ),
            Layer.provideMerge(Sandbox.layer({ rooms }))
          )
        )
      )
    })
  }

  it.effect("in the middle of a sweep stalls the job, and what's done isn't done again", () => {
    let calls = 0
    return Effect.gen(function* () {
      yield* request()
      yield* reach("Stalled")
      const before = yield* count(zed)
      assert.isBelow(before, 7)
      yield* Erasure.resume(id)
      yield* reach("Complete")
      assert.deepStrictEqual([yield* count(zed), yield* requests("UpdateRoomParticipantAnonymize")], [0, 7])
    }).pipe(
      Effect.provide(
        withParticipants(({ anonymize }) => ({
          anonymize: (room, sid) => (++calls === 4 ? Effect.fail(unauthorized) : anonymize(room, sid))
        }))
      )
    )
  })
})

describe("canceling", () => {
  it.effect("destroys the identities, and returns a receipt of what was done", () =>
    Effect.gen(function* () {
      yield* request()
      yield* Erasure.request({ requestId: "req-18", identities: [Redacted.make("Ann")] })
      yield* reach("Settling")
      const receipt = yield* Erasure.cancel(id)
      assert.deepStrictEqual([receipt.outcome, receipt.participations.length], ["Canceled", 7])
      assert.deepStrictEqual(yield* Erasure.receipt(id), receipt)
      assert.deepStrictEqual(yield* Erasure.cancel(id), receipt)
      yield* Erasure.verifyReceipt(receipt, yield* Erasure.publicKey)
      // The second sweep is for Ann alone.
      yield* sandbox((sandbox) => sandbox.openRoom({ uniqueName: "New" }))
      yield* sandbox((sandbox) => sandbox.join("New", zed))
      yield* sandbox((sandbox) => sandbox.join("New", "Ann"))
      yield* reach("Complete", "req-18")
      assert.deepStrictEqual([yield* tag(), yield* count(zed), yield* count("Ann")], ["Canceled", 1, 0])
    }).pipe(Effect.provide(layer({ connected: "remove", embargo: () => Effect.sleep("1 second") })))
  )

  it.effect("ends a job that's stalled, so that the next can begin", () => {
    let isMended = false
    return Effect.gen(function* () {
      yield* request()
      yield* reach("Stalled")
      yield* Erasure.request({ requestId: "req-18", identities: [Redacted.make("Ann")] })
      isMended = true
      const receipt = yield* Erasure.cancel(id)
      assert.deepStrictEqual([receipt.outcome, receipt.participations], ["Canceled", []])
      yield* reach("Complete", "req-18")
      assert.deepStrictEqual([yield* count(zed), yield* count("Ann")], [7, 0])
    }).pipe(
      Effect.provide(
        withParticipants(({ list }) => ({
          list: (room, options) => (isMended ? list(room, options) : Effect.fail(unauthorized))
        }))
      )
    )
  })

  it.effect("is too late when the job is done", () =>
    Effect.gen(function* () {
      yield* request()
      yield* reach("Complete")
      assert.strictEqual((yield* Effect.flip(Erasure.cancel(id)))._tag, "WrongPhase")
    }).pipe(Effect.provide(removing))
  )
})

describe("a preview", () => {
  it.effect("counts, and changes nothing", () =>
    Effect.gen(function* () {
      const before = yield* sandbox((sandbox) => sandbox.exportState)
      assert.deepStrictEqual(yield* Erasure.preview({ identities }), {
        rooms: 5,
        participations: 7,
        connected: 2,
        unreadable: 0,
        stores: []
      })
      assert.deepStrictEqual(yield* sandbox((sandbox) => sandbox.exportState), before)
      assert.deepStrictEqual(yield* Erasure.list, [])
    }).pipe(Effect.provide(removing))
  )
})

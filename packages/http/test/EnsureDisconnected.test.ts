/**
 * Tests `ensureDisconnected` with participants who leave between its requests. The contract tests have the other cases.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stub from "./support/Stub.ts"

const sid = Stub.sid("b")

const connected = () => Stub.json(Stub.body({ status: "connected", end_time: null, duration: null }))
const disconnected = () => Stub.json(Stub.body())
const rejected = () => Stub.json({ code: 53209, message: "Participant status is invalid", status: 400 }, 400)
const notFound = () => Stub.json({ code: 20404, message: "The requested resource was not found", status: 404 }, 404)
const unavailable = () => Stub.json({ message: "down", status: 503 }, 503)

/** Responds to the requests in order, and records them. */
const inTurn = (...responses: ReadonlyArray<() => Response>) => {
  const methods: Array<string> = []
  const requests: Array<string> = []
  const handler = (request: Request) => {
    methods.push(request.method)
    requests.push(`${request.method} ${request.url.replace("https://video.twilio.com", "")}`)
    return responses[methods.length - 1]?.() ?? assert.fail("one request too many")
  }
  return { methods, requests, handler }
}

const ensure = Effect.fnUntraced(function* (participant: string, ...responses: ReadonlyArray<() => Response>) {
  const { handler, methods, requests } = inTurn(...responses)
  const result = yield* Stub.using(handler, (participants) =>
    Effect.result(participants.ensureDisconnected("Standup", participant))
  )
  return { result, methods, requests }
})

describe("ensureDisconnected", () => {
  it.effect("by SID sends no change for a participant who has already left", () =>
    Effect.gen(function* () {
      const { methods, result } = yield* ensure(sid, disconnected)
      assert.deepStrictEqual(methods, ["GET"])
      assert.strictEqual(result._tag === "Success" && result.success._tag, "AlreadyGone")
    })
  )

  it.effect("by SID succeeds after a rejection if the record then says disconnected", () =>
    Effect.gen(function* () {
      const { methods, result } = yield* ensure(sid, connected, rejected, disconnected)
      assert.deepStrictEqual(methods, ["GET", "POST", "GET"])
      if (result._tag !== "Success" || result.success._tag !== "AlreadyGone") return assert.fail("not AlreadyGone")
      assert.strictEqual(Option.isSome(result.success.participant), true)
    })
  )

  it.effect("by SID fails with the rejection if the participant is still connected", () =>
    Effect.gen(function* () {
      const { result } = yield* ensure(sid, connected, rejected, connected)
      assert.strictEqual(result._tag === "Failure" && result.failure.reason._tag, "InvalidRequest")
    })
  )

  it.effect("returns AlreadyGone for a participant who disappears in between", () =>
    Effect.gen(function* () {
      for (const responses of [[connected, notFound], [connected, rejected, notFound], [notFound]]) {
        const { result } = yield* ensure(sid, ...responses)
        if (result._tag !== "Success" || result.success._tag !== "AlreadyGone") return assert.fail("not AlreadyGone")
        assert.deepStrictEqual<unknown>(result.success.sid, Option.some(sid))
        assert.deepStrictEqual(result.success.participant, Option.none())
      }
    })
  )

  it.effect("reads the record again if the response to the removal still says connected", () =>
    Effect.gen(function* () {
      const bySid = yield* ensure(sid, connected, connected, disconnected)
      assert.deepStrictEqual(bySid.methods, ["GET", "POST", "GET"])
      const byIdentity = yield* ensure("Alice", connected, disconnected)
      assert.deepStrictEqual(byIdentity.methods, ["POST", "GET"])
      for (const { result } of [bySid, byIdentity]) {
        if (result._tag !== "Success" || result.success._tag !== "Disconnected") return assert.fail("not Disconnected")
        assert.strictEqual(result.success.participant.status, "disconnected")
      }
      const still = yield* ensure("Alice", connected, connected)
      if (still.result._tag !== "Failure") return assert.fail("still connected")
      const { applied, method, path, reason } = still.result.failure
      assert.strictEqual(reason._tag === "UnexpectedResponse" && reason.problem, "unchanged")
      assert.deepStrictEqual(
        [method, path, applied],
        ["POST", `/v1/Rooms/${Stub.roomSid}/Participants/${sid}`, undefined]
      )
    })
  )

  it.effect("by SID reads the record if the removal's response is unreadable", () =>
    Effect.gen(function* () {
      const unread = () => Stub.json(Stub.body({ identity: null }), 202)
      const done = yield* ensure(sid, connected, unread, disconnected)
      assert.strictEqual(done.result._tag === "Success" && done.result.success._tag, "Disconnected")
      for (const response of [unread, unavailable]) {
        const { result } = yield* ensure(sid, connected, unread, response)
        assert.strictEqual(result._tag === "Failure" && result.failure.applied, true)
      }
      const { result } = yield* ensure(sid, connected, unread, connected)
      if (result._tag !== "Failure") return assert.fail("still connected")
      const { applied, reason } = result.failure
      assert.deepStrictEqual(
        [reason._tag === "UnexpectedResponse" && reason.problem, applied],
        ["unchanged", undefined]
      )
    })
  )

  it.effect("by identity finds participants who are reconnecting, and removes them by SID", () =>
    Effect.gen(function* () {
      const reconnecting = { status: "reconnecting", end_time: null, duration: null }
      const listed =
        (...items: ReadonlyArray<Record<string, unknown>>) =>
        () =>
          Stub.json(Stub.list(items, null))
      const one = () => Stub.json(Stub.body(reconnecting))
      const other = Stub.body({ ...reconnecting, sid: Stub.sid("1"), identity: "Bob" })
      const removed = yield* ensure("Alice", notFound, listed(other, Stub.body(reconnecting)), one, disconnected)
      assert.deepStrictEqual(removed.requests, [
        "POST /v1/Rooms/Standup/Participants/Alice",
        "GET /v1/Rooms/Standup/Participants?Status=reconnecting&Identity=Alice",
        `GET /v1/Rooms/${Stub.roomSid}/Participants/${sid}`,
        `POST /v1/Rooms/${Stub.roomSid}/Participants/${sid}`
      ])
      assert.strictEqual(removed.result._tag === "Success" && removed.result.success._tag, "Disconnected")
      // Reconnected after the list was read.
      const back = yield* ensure("Alice", notFound, listed(other), connected, connected, disconnected)
      assert.strictEqual(back.result._tag === "Success" && back.result.success._tag, "Disconnected")
      const gone = yield* ensure("Alice", notFound, listed(other), notFound)
      assert.strictEqual(gone.result._tag === "Success" && gone.result.success._tag, "AlreadyGone")
      const unread = yield* ensure("Alice", notFound, listed(Stub.body({ ...reconnecting, date_created: null })))
      assert.strictEqual(unread.result._tag === "Failure" && unread.result.failure.reason._tag, "UnexpectedResponse")
    })
  )

  it.effect("by identity sends one request, and fails for every error but NotFound", () =>
    Effect.gen(function* () {
      const removed = yield* ensure("Alice", disconnected)
      assert.deepStrictEqual(removed.methods, ["POST"])
      assert.strictEqual(removed.result._tag === "Success" && removed.result.success._tag, "Disconnected")
      for (const [response, reason] of [
        [rejected, "InvalidRequest"],
        [unavailable, "Unavailable"]
      ] as const) {
        const { result } = yield* ensure("Alice", response)
        assert.strictEqual(result._tag === "Failure" && result.failure.reason._tag, reason)
      }
    })
  )
})

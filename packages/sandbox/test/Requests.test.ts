/**
 * The assertions on the request log.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as Requests from "@effect-twilio-video/sandbox/Requests"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

const rooms: Sandbox.Options["rooms"] = [
  { uniqueName: "Clinic", participants: [{ identity: "Alice" }, { identity: "Bob" }] },
  { uniqueName: "Huddle" }
]

const id = (number: number) => `RQ${number.toString(16).padStart(32, "0")}`

const provided = (options: Sandbox.Options = {}) => Effect.provide(Sandbox.layer({ rooms, ...options }))

/** Five requests: four found, one not. Returns Alice's SID. */
const session = Effect.gen(function* () {
  const alice = yield* Participants.fetch("Clinic", "Alice")
  yield* Participants.fetch("Clinic", alice.sid)
  yield* Effect.flip(Participants.fetch("Clinic", "Nobody"))
  yield* Participants.disconnect("Clinic", "Bob")
  yield* Rooms.fetch("Huddle")
  return alice.sid
})

const numbers = (requests: ReadonlyArray<{ readonly id: string }>) =>
  requests.map(({ id }) => Number.parseInt(id.slice(2), 16))

const mismatch = (expectation: Requests.Expectation) =>
  Effect.map(Effect.flip(Requests.verify(expectation)), (error) => {
    assert.strictEqual(error._tag, "RequestsMismatch")
    return error.message
  })

describe("Requests.find", () => {
  it.effect("finds the requests that fit all members of a query", () =>
    Effect.gen(function* () {
      const sid = yield* session
      for (const [query, expected] of [
        [{}, [1, 2, 3, 4, 5]],
        [{ operation: "FetchRoomParticipant" }, [1, 2, 3]],
        [{ room: "Huddle" }, [5]],
        [{ participant: "Alice" }, [1, 2]],
        [{ participant: sid }, [1, 2]],
        [{ status: 404 }, [3]],
        [{ status: "2xx" }, [1, 2, 4, 5]],
        [{ since: id(3) }, [4, 5]],
        [{ operation: "FetchRoomParticipant", status: 200, since: id(1) }, [2]]
      ] as const) {
        assert.deepStrictEqual<ReadonlyArray<number>>(
          numbers(yield* Requests.find(query)),
          expected,
          JSON.stringify(query)
        )
      }
    }).pipe(provided())
  )

  it.effect("refuses an unknown member and an invalid value", () =>
    Effect.gen(function* () {
      const misspelled: object = { rooms: "Clinic" }
      for (const [query, where] of [
        [misspelled, '["rooms"]'],
        [{ status: 20 }, '["status"]'],
        [{ since: "yesterday" }, '["since"]']
      ] as const) {
        const error = yield* Effect.flip(Requests.find(query))
        assert.strictEqual(error.problem, "invalid-request")
        assert.include(error.message, where)
      }
    }).pipe(provided())
  )
})

describe("Requests.verify", () => {
  it.effect("returns the requests if their number is as expected", () =>
    Effect.gen(function* () {
      yield* session
      for (const [count, operation] of [
        [undefined, "UpdateRoomParticipant"],
        [1, "UpdateRoomParticipant"],
        [3, "FetchRoomParticipant"],
        [{ atLeast: 2 }, "FetchRoomParticipant"],
        [{ atMost: 3 }, "FetchRoomParticipant"],
        [{ atLeast: 3, atMost: 3 }, "FetchRoomParticipant"],
        [0, "CreateRoom"]
      ] as const) {
        const found = yield* Requests.verify({ operation, count })
        assert.deepStrictEqual(found, yield* Requests.find({ operation }))
      }
    }).pipe(provided())
  )

  it.effect("fails if there are too few or too many", () =>
    Effect.gen(function* () {
      yield* session
      for (const [count, expected] of [
        [2, "exactly 2"],
        [4, "exactly 4"],
        [0, "exactly 0"],
        [{ atLeast: 4 }, "at least 4"],
        [{ atMost: 2 }, "at most 2"],
        [{ atLeast: 4, atMost: 5 }, "at least 4 and at most 5"]
      ] as const) {
        const message = yield* mismatch({ operation: "FetchRoomParticipant", count })
        assert.strictEqual(message.split(".")[0], `Expected ${expected} request(s) of FetchRoomParticipant, found 3`)
      }
      assert.include(yield* mismatch({ operation: "CreateRoom" }), "Expected at least 1 request(s)")
    }).pipe(provided())
  )

  it.effect("lists the five nearest requests and how they differ, without identities and names", () =>
    Effect.gen(function* () {
      yield* session
      yield* Rooms.fetch("Huddle")
      const query = { operation: "FetchRoomParticipant", room: "Clinic", participant: "Bob", status: 202 } as const
      assert.deepStrictEqual((yield* mismatch(query)).split("\n"), [
        "Expected at least 1 request(s) of FetchRoomParticipant, room {name}, participant {identity}, status 202, " +
          "found 0. The nearest of 6 in the log:",
        `- ${id(4)}: UpdateRoomParticipant, status 202; differs in operation`,
        `- ${id(3)}: FetchRoomParticipant, status 404; differs in participant, status`,
        `- ${id(2)}: FetchRoomParticipant, status 200; differs in participant, status`,
        `- ${id(1)}: FetchRoomParticipant, status 200; differs in participant, status`,
        `- ${id(6)}: FetchRoom, status 200; differs in operation, room, participant, status`
      ])
    }).pipe(provided())
  )

  it.effect("names SIDs, and says if the log is empty", () =>
    Effect.gen(function* () {
      const { sid } = yield* Participants.fetch("Clinic", "Alice")
      yield* (yield* Sandbox.Sandbox).clearRequests
      assert.strictEqual(
        yield* mismatch({ participant: sid }),
        `Expected at least 1 request(s) of participant ${sid}, found 0. The log is empty.`
      )
    }).pipe(provided())
  )

  it.effect("fails if dropped requests may count", () =>
    Effect.gen(function* () {
      yield* session
      // The log has the last two: a removal from Clinic, and Huddle.
      assert.lengthOf(yield* Requests.verify({ operation: "FetchRoom" }), 1)
      assert.lengthOf(yield* Requests.verify({ since: id(4), count: 1 }), 1)
      for (const count of [0, { atMost: 1 }, { atLeast: 1, atMost: 2 }]) {
        const message = yield* mismatch({ operation: "CreateRoom", count })
        assert.include(message, "The log has dropped 3 earlier request(s), which may fit too.")
      }
      assert.notInclude(yield* mismatch({ room: "Clinic", count: 0 }), "dropped")
    }).pipe(provided({ requestLog: 2 }))
  )
})

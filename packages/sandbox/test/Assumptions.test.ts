/**
 * Each assumption of the sandbox, in both positions of its switch. Holds nothing that Twilio documents.
 */
import type * as Assumptions from "@effect-twilio-video/sandbox/Assumptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Calls from "./support/Calls.ts"

const path = "/v1/Rooms/Standup/Participants"

const standup = Effect.fnUntraced(function* (assumptions: Partial<Assumptions.Assumptions>) {
  yield* TestClock.setTime(Date.parse("2026-03-01T12:00:00Z"))
  const { call, sandbox } = yield* Calls.start({ rooms: [{ uniqueName: "Standup" }], assumptions })
  const alice = yield* sandbox.join("Standup", "Alice")
  yield* TestClock.adjust("1 second")
  const bob = yield* sandbox.join("Standup", "Bob")
  return { call, sandbox, alice, bob }
})

type Standup = Effect.Success<ReturnType<typeof standup>>

const both = <K extends keyof Assumptions.Assumptions>(
  assumption: K,
  observe: (standup: Standup) => Effect.Effect<unknown, unknown>,
  ...positions: ReadonlyArray<readonly [position: Assumptions.Assumptions[K] | "default", expected: unknown]>
) => {
  describe(assumption, () => {
    for (const [position, expected] of positions) {
      it.effect(`${String(position)}: ${JSON.stringify(expected)}`, () =>
        Effect.gen(function* () {
          const observed = yield* observe(
            yield* standup(
              position === "default" ? {} : ({ [assumption]: position } as Partial<Assumptions.Assumptions>)
            )
          )
          assert.deepStrictEqual(observed, expected)
        })
      )
    }
  })
}

const outcome = (reply: Calls.Reply) => (reply.status < 300 ? reply.status : [reply.status, reply.body.code])

const who = (reply: Calls.Reply): ReadonlyArray<string> =>
  reply.body.participants.map((participant: { identity: string }) => participant.identity)

both(
  "identityFindsReconnecting",
  ({ call, sandbox }) =>
    Effect.andThen(sandbox.loseConnection("Standup", "Alice"), Effect.map(call(`${path}/Alice`), outcome)),
  ["default", 200],
  [true, 200],
  [false, [404, 20404]]
)

both(
  "defaultListHasReconnecting",
  ({ call, sandbox }) => Effect.andThen(sandbox.loseConnection("Standup", "Alice"), Effect.map(call(path), who)),
  ["default", ["Bob"]],
  [false, ["Bob"]],
  [true, ["Bob", "Alice"]]
)

both(
  "updateOfDisconnected",
  ({ alice, call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.leave("Standup", "Alice")
      yield* TestClock.adjust("1 minute")
      const reply = yield* call(`${path}/${alice.sid}`, { body: "Status=disconnected" })
      return [outcome(reply), reply.body.end_time]
    }),
  ["default", [202, "2026-03-01T12:00:01Z"]],
  ["accept", [202, "2026-03-01T12:00:01Z"]],
  ["refuse", [[400, 53209], undefined]]
)

both(
  "updateInCompletedRoom",
  ({ alice, call, sandbox }) =>
    Effect.andThen(
      sandbox.completeRoom("Standup"),
      Effect.map(call(`/v1/Rooms/${alice.roomSid}/Participants/${alice.sid}`, { body: "Status=disconnected" }), outcome)
    ),
  ["default", [400, 53118]],
  ["refuse", [400, 53118]],
  ["accept", 202]
)

both(
  "updateWithoutStatus",
  ({ call }) =>
    Effect.gen(function* () {
      const reply = outcome(yield* call(`${path}/Alice`, { body: "" }))
      return [reply, (yield* call(`${path}/Alice`)).body.status]
    }),
  ["default", [202, "connected"]],
  ["accept", [202, "connected"]],
  ["refuse", [[400, 53209], "connected"]]
)

both(
  "anonymizeOfConnected",
  ({ call, sandbox }) =>
    Effect.gen(function* () {
      const live = outcome(yield* call(`${path}/Alice/Anonymize`, { method: "POST" }))
      const { sid } = yield* sandbox.leave("Standup", "Bob")
      return [live, outcome(yield* call(`${path}/${sid}/Anonymize`, { method: "POST" }))]
    }),
  ["default", [200, 200]],
  ["accept", [200, 200]],
  ["refuse", [[400, 53209], 200]]
)

both(
  "pageSizeAboveMaximum",
  ({ call }) => Effect.map(call(`${path}?PageSize=5000`), (reply) => [outcome(reply), reply.body.meta?.page_size]),
  ["default", [200, 1000]],
  ["clamp", [200, 1000]],
  ["refuse", [[400, 20001], undefined]]
)

both(
  "unknownPageToken",
  ({ call, sandbox }) =>
    Effect.gen(function* () {
      yield* sandbox.openRoom({ uniqueName: "Other" })
      const { sid } = yield* sandbox.join("Other", "Zoe")
      const tokens = ["nonsense", `PA${"PA"}${"0".repeat(32)}`, `PA${sid}`]
      return yield* Effect.forEach(tokens, (token) => Effect.map(call(`${path}?PageToken=${token}`), outcome))
    }),
  [
    "default",
    [
      [400, 21481],
      [400, 21481],
      [400, 21481]
    ]
  ],
  [
    "refuse",
    [
      [400, 21481],
      [400, 21481],
      [400, 21481]
    ]
  ],
  ["restart", [200, 200, 200]]
)

both(
  "dateCreatedAfterInclusive",
  ({ call }) => Effect.map(call(`${path}?DateCreatedAfter=2026-03-01T12:00:01Z`), who),
  ["default", ["Bob"]],
  [true, ["Bob"]],
  [false, []]
)

both(
  "dateCreatedBeforeInclusive",
  ({ call }) => Effect.map(call(`${path}?DateCreatedBefore=2026-03-01T12:00:01Z`), who),
  ["default", ["Alice"]],
  [false, ["Alice"]],
  [true, ["Bob", "Alice"]]
)

both(
  "invalidParameterCode",
  ({ call }) => Effect.map(call(`${path}?Status=gone`), outcome),
  ["default", [400, 20001]],
  [21218, [400, 21218]]
)

both(
  "otherContentType",
  ({ call }) =>
    Effect.gen(function* () {
      const headers = { "content-type": "text/plain" }
      const reply = outcome(yield* call(`${path}/Alice`, { body: "Status=disconnected", headers }))
      return [reply, (yield* call(`${path}?Status=disconnected`)).body.participants.length]
    }),
  ["default", [[400, 20001], 0]],
  ["refuse", [[400, 20001], 0]],
  ["read", [202, 1]]
)

both(
  "methodNotAllowedCode",
  ({ call }) => Effect.map(call(path, { method: "PUT" }), outcome),
  ["default", [405, 20004]],
  [20405, [405, 20405]]
)

both(
  "malformedPath",
  ({ call }) => Effect.map(call(`${path}/100%`), outcome),
  ["default", [400, 20001]],
  ["refuse", [400, 20001]],
  ["not-found", [404, 20404]]
)

both(
  "listOrder",
  ({ call }) =>
    Effect.gen(function* () {
      const first = yield* call(`${path}?PageSize=1`)
      const second = yield* call(first.body.meta.next_page_url.replace("http://sandbox.test", ""))
      const back = yield* call(second.body.meta.previous_page_url.replace("http://sandbox.test", ""))
      return [who(first), who(second), who(back), second.body.meta.next_page_url]
    }),
  ["default", [["Bob"], ["Alice"], ["Bob"], null]],
  ["newest-first", [["Bob"], ["Alice"], ["Bob"], null]],
  ["oldest-first", [["Alice"], ["Bob"], ["Alice"], null]]
)

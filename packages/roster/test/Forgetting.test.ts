/**
 * Identities that were forgotten don't come back with later facts of the same participants.
 */
import * as Room from "../src/internal/store/Room.ts"
import type * as RosterFact from "../src/RosterFact.ts"
import type * as RosterStore from "../src/RosterStore.ts"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { count } from "../../../tests/support/Lane.ts"

const room = { roomSid: "RM1", roomName: "Standup" }

const identities = { PA1: "Alice", PA2: "Alice", PA3: "Bob" }

type Sid = keyof typeof identities

interface Logged extends RosterStore.StoredRoom {
  readonly log: ReadonlyArray<RosterStore.LoggedChange>
}

const add = (facts: ReadonlyArray<RosterFact.RosterFact>, before?: Logged): Logged => {
  const { added, position, state } = Room.apply(room, before, facts)
  return { state, position, log: [...(before?.log ?? []), ...added] }
}

const callback = (event: RosterFact.Callback["event"], sid: Sid, at: number): RosterFact.Callback => ({
  ...room,
  _tag: "Callback",
  event,
  at,
  participant: { sid, identity: identities[sid] },
  ...(event.startsWith("Track") ? { track: { sid: `MT${sid}`, kind: "audio" } } : {})
})

const list = (present: ReadonlyArray<Sid>, absent: ReadonlyArray<Sid>, at: number): RosterFact.ParticipantsListed => ({
  ...room,
  _tag: "ParticipantsListed",
  at,
  readAt: at,
  isComplete: true,
  participants: present.map((sid) => ({ sid, identity: identities[sid], status: "connected" })),
  absent
})

const forgetAlice = (before: Logged): Logged => Room.forget(before, new Set(["Alice"])).room

const assertForgotten = (stored: Logged) => assert.notInclude(JSON.stringify(stored), "Alice")

const left = [callback("ParticipantConnected", "PA1", 1), callback("ParticipantDisconnected", "PA1", 2)]

describe("a forgotten identity", () => {
  it("leaves the participant in the room, and the log its positions", () => {
    const before = add([callback("ParticipantConnected", "PA1", 1), callback("ParticipantConnected", "PA3", 2)])
    const { room: after, sids } = Room.forget(before, new Set(["Alice"]))
    assert.deepStrictEqual([...sids], ["PA1"])
    assert.deepStrictEqual(Object.keys(after.state.participants), ["PA1", "PA3"])
    assert.deepStrictEqual(
      after.log.map(({ change, position }) => [position, change._tag, "participant" in change && change.participant]),
      [
        [1, "Joined", { sid: "PA1", status: "connected", joinedAt: 1, tracks: [] }],
        [2, "Joined", { sid: "PA3", identity: "Bob", status: "connected", joinedAt: 2, tracks: [] }]
      ]
    )
  })

  it("is counted once", () => {
    const { room: after, sids } = Room.forget(add(left), new Set(["Alice"]))
    assert.strictEqual(sids.size, 1)
    const again = Room.forget(after, new Set(["Alice"]))
    assert.strictEqual(again.sids.size, 0)
    assert.strictEqual(again.room, after)
  })

  it("doesn't come back with late and doubled callbacks of a participant who is there", () => {
    const before = add([callback("ParticipantConnected", "PA1", 1)])
    const after = add(
      [callback("ParticipantConnected", "PA1", 1), callback("TrackAdded", "PA1", 3), list(["PA1"], [], 10_000)],
      forgetAlice(before)
    )
    assert.strictEqual(after.log.at(-1)?.change._tag, "TrackPublished")
    assertForgotten(after)
  })

  it("doesn't come back with late and doubled callbacks of a participant who has left", () => {
    const after = add([...left, callback("TrackAdded", "PA1", 3)], forgetAlice(add(left)))
    assertForgotten(after)
  })

  it("doesn't come back if a list lacked the participant, who is seen again", () => {
    const before = add([callback("ParticipantConnected", "PA1", 1), list([], ["PA1"], 2)])
    const after = add([callback("TrackAdded", "PA1", 10_000)], forgetAlice(before))
    assert.strictEqual(after.log.at(-1)?.change._tag, "TrackPublished")
    assertForgotten(after)
  })

  it("doesn't come back if only the log knew the participant", () => {
    const before = add([callback("ParticipantConnected", "PA1", 1), list([], ["PA1"], 10_000), list([], [], 20_001)])
    assert.deepStrictEqual(before.state.participants, {})
    const after = add([list([], [], 30_000), list(["PA1"], [], 40_000)], forgetAlice(before))
    assert.strictEqual(after.log.at(-1)?.change._tag, "Joined")
    assertForgotten(after)
  })

  it("is free for another participant", () => {
    const after = add([callback("ParticipantConnected", "PA2", 3)], forgetAlice(add(left)))
    assert.include(JSON.stringify(after), "Alice")
  })

  const At = Schema.Literals([0, 1000, 2000, 4000, 8000, 16_000, 32_000])
  const SidSchema = Schema.Literals(["PA1", "PA2", "PA3"])
  const Fact = Schema.Union([
    Schema.TaggedStruct("Callback", {
      event: Schema.Literals([
        "ParticipantConnected",
        "ParticipantDisconnected",
        "TrackAdded",
        "TrackRemoved",
        "TrackEnabled"
      ]),
      sid: SidSchema,
      at: At
    }),
    Schema.TaggedStruct("List", { isThere: Schema.Tuple([Schema.Boolean, Schema.Boolean, Schema.Boolean]), at: At })
  ])

  const factOf = (fact: typeof Fact.Type): RosterFact.RosterFact => {
    if (fact._tag === "Callback") return callback(fact.event, fact.sid, fact.at)
    const sids = ["PA1", "PA2", "PA3"] as const
    return list(
      sids.filter((_, index) => fact.isThere[index]),
      sids.filter((_, index) => !fact.isThere[index]),
      fact.at
    )
  }

  it.prop(
    "doesn't come back with any facts of participants who had it",
    [Schema.Array(Fact), Schema.Array(Fact)],
    ([before, after]) => {
      const known = [callback("TrackAdded", "PA1", 0), callback("TrackAdded", "PA2", 0), ...before.map(factOf)]
      assertForgotten(add([...after.map(factOf), ...known], forgetAlice(add(known))))
    },
    { arbitrary: { runs: count(300, 20_000) } }
  )
})

/**
 * Identities that the official package does not address, and whom it reaches instead; and that this library's client
 * reaches the right participant by each of them. Measured with the package's version in this workspace. Holds neither
 * identities on which both agree (see agreement) nor names of rooms and tracks (see names).
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Addressing from "./Addressing.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

interface Case {
  /** The identity of the participant who is meant. */
  readonly identity: string
  /** The identity of another participant of the room. */
  readonly other: string
  readonly fetch: Addressing.Outcome
  /** What the answer shows, and who was disconnected. */
  readonly kick: readonly [answer: Addressing.Outcome, disconnected: Addressing.Outcome]
  /** What the answer shows, and whose identity is gone. */
  readonly anonymize: readonly [answer: Addressing.Outcome, anonymized: Addressing.Outcome]
}

const { malformed, notAStatus, notAllowed, notFound, unsent, which } = Addressing

const cases: ReadonlyArray<Case> = [
  // The fragment is cut off, and with it the end of the path: to anonymize becomes an update of somebody else.
  { identity: "a#b", other: "a", fetch: "another", kick: ["another", "another"], anonymize: ["another", "no one"] },
  // Nothing is left of the identity: the answer is the list, shown as a participant without a SID.
  { identity: "#b", other: "a", fetch: "no one", kick: [notAllowed, "no one"], anonymize: [notAllowed, "no one"] },
  // What looks like an escape is sent as one.
  {
    identity: "a%20b",
    other: "a b",
    fetch: "another",
    kick: ["another", "another"],
    anonymize: ["another", "another"]
  },
  {
    identity: "a%2Fb",
    other: "a/b",
    fetch: "another",
    kick: ["another", "another"],
    anonymize: ["another", "another"]
  },
  { identity: "100%", other: "100", fetch: malformed, kick: [malformed, "no one"], anonymize: [malformed, "no one"] },
  // Space is cut off the end of the URL, tabs anywhere in it.
  {
    identity: "a ",
    other: "a",
    fetch: "another",
    kick: ["another", "another"],
    anonymize: ["the right one", "the right one"]
  },
  { identity: "a\tb", other: "ab", fetch: "another", kick: ["another", "another"], anonymize: ["another", "another"] },
  { identity: "a\\b", other: "a", fetch: notFound, kick: [notFound, "no one"], anonymize: [notFound, "no one"] },
  // Two dots are the step up to the room: the answer is the room, shown as a participant.
  { identity: "%2e%2e", other: "a", fetch: "no one", kick: [notAStatus, "no one"], anonymize: [notFound, "no one"] },
  { identity: "a/b", other: "a", fetch: unsent, kick: [unsent, "no one"], anonymize: [unsent, "no one"] },
  { identity: "a?b", other: "a", fetch: unsent, kick: [unsent, "no one"], anonymize: [unsent, "no one"] }
]

/** What no path can carry. The package sends it all the same, to the room and to the list. */
const uncarried: ReadonlyArray<Case> = [
  { identity: "..", other: "a", fetch: "no one", kick: [notAStatus, "no one"], anonymize: [notFound, "no one"] },
  { identity: ".", other: "a", fetch: "no one", kick: [notAllowed, "no one"], anonymize: [notFound, "no one"] }
]

let opened = 0

/** A room of its own for each operation, with the one who is meant and another. */
const setUp = Effect.fnUntraced(function* ({ identity, other }: Case) {
  const sandbox = yield* Sandbox.Sandbox
  const room = yield* sandbox.openRoom({ uniqueName: `Room ${opened++}` })
  const right = (yield* sandbox.join(room.sid, identity)).sid
  const decoy = (yield* sandbox.join(room.sid, other)).sid
  /** The one participant for whom something holds now. */
  const changed = (test: (participant: { sid: string; status: string; identity: string }) => boolean) =>
    Effect.map(sandbox.exportState, ({ rooms }) => {
      const sids =
        rooms
          .find(({ sid }) => sid === room.sid)
          ?.participants.filter(test)
          .map(({ sid }) => sid) ?? []
      assert.isAtMost(sids.length, 1)
      return which(sids[0], right, decoy)
    })
  return {
    room: room.sid,
    right,
    decoy,
    disconnected: changed(({ status }) => status === "disconnected"),
    anonymized: changed(({ identity, sid }) => identity === sid)
  }
})

const answered = (run: () => PromiseLike<{ readonly sid: string }>, right: string, other: string) =>
  Effect.map(
    Addressing.answer(run),
    Addressing.tell(({ sid }) => which(sid, right, other))
  )

layer(SandboxOnLoopback.layer())("addressing", (it) => {
  it.effect.each([...cases, ...uncarried])("the official package, by identity $identity", (row) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { identity } = row
      const forFetch = yield* setUp(row)
      const fetch = yield* answered(
        () => official.participants(forFetch.room)(identity).fetch(),
        forFetch.right,
        forFetch.decoy
      )
      const forKick = yield* setUp(row)
      const kick = yield* answered(
        () => official.participants(forKick.room)(identity).update({ status: "disconnected" }),
        forKick.right,
        forKick.decoy
      )
      const toErase = yield* setUp(row)
      const anonymize = yield* answered(
        () => official.participants(toErase.room)(identity).anonymize().update(),
        toErase.right,
        toErase.decoy
      )
      assert.deepStrictEqual(
        { fetch, kick: [kick, yield* forKick.disconnected], anonymize: [anonymize, yield* toErase.anonymized] },
        { fetch: row.fetch, kick: [...row.kick], anonymize: [...row.anonymize] }
      )
    })
  )

  it.effect.each(cases)("our client, by identity $identity", (row) =>
    Effect.gen(function* () {
      const { identity } = row
      const { anonymized, decoy, disconnected, right, room } = yield* setUp(row)
      const fetched = yield* Participants.fetch(room, identity)
      assert.deepStrictEqual([fetched.sid, fetched.identity], [right, identity])
      const listed = yield* Participants.list(room, { identity })
      assert.deepStrictEqual(
        listed.items.map(({ sid }) => sid),
        [right]
      )
      const kicked = yield* Participants.disconnect(room, identity)
      assert.deepStrictEqual([kicked.sid, kicked.identity], [right, identity])
      assert.strictEqual(yield* disconnected, "the right one")
      const gone = yield* Effect.flip(Participants.fetch(room, identity))
      assert.strictEqual(gone._tag, "NotFound")
      const toErase = yield* setUp(row)
      const erased = yield* Participants.anonymize(toErase.room, identity)
      assert.deepStrictEqual([erased.sid, erased.identity], [toErase.right, toErase.right])
      assert.strictEqual(yield* toErase.anonymized, "the right one")
      assert.strictEqual(yield* anonymized, "no one")
      assert.strictEqual((yield* Participants.fetch(room, decoy)).status, "connected")
    })
  )

  it.effect.each(uncarried)("our client refuses to send $identity, and reaches the participant by SID", (row) =>
    Effect.gen(function* () {
      const { identity } = row
      const { anonymized, disconnected, right, room } = yield* setUp(row)
      for (const operation of [Participants.fetch, Participants.disconnect, Participants.anonymize]) {
        const error = yield* Effect.flip(operation(room, identity))
        assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "InvalidArgument")
      }
      assert.deepStrictEqual([yield* disconnected, yield* anonymized], ["no one", "no one"])
      assert.deepStrictEqual(
        (yield* Participants.list(room, { identity })).items.map(({ sid }) => sid),
        [right]
      )
      yield* Participants.disconnect(room, right)
      yield* Participants.anonymize(room, right)
      assert.deepStrictEqual([yield* disconnected, yield* anonymized], ["the right one", "the right one"])
    })
  )

  it.effect("a participant out of the package's list cannot be changed through itself", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const { sid: room } = yield* sandbox.openRoom()
      const { sid } = yield* sandbox.join(room, "Ann")
      const [ann] = yield* TwilioSdk.call(() => official.participants(room).list())
      assert.strictEqual(ann?.sid, sid)
      const error = yield* Effect.flip(TwilioSdk.call(async () => ann?.update({ status: "disconnected" })))
      assert.deepStrictEqual(error.cause, new Error("Parameter 'sid' is not valid."))
      const [same] = (yield* Participants.list(room)).items
      const kicked = yield* Participants.disconnect(room, same?.sid ?? "")
      assert.deepStrictEqual([kicked.sid, kicked.status], [sid, "disconnected"])
    })
  )
})

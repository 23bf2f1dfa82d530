/**
 * Identities that Twilio's package misaddresses, and the participants it reaches instead. The library reaches the right
 * participant by each of them. `agreement` has the identities on which both agree, `names` the names of rooms and tracks.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Addressing from "./Addressing.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

interface Case {
  /** The identity of the target. */
  readonly identity: string
  /** The identity of another participant in the room. */
  readonly other: string
  readonly fetch: Addressing.Reached
  /** Who the response shows, and who was disconnected. */
  readonly disconnect: readonly [response: Addressing.Reached, disconnected: Addressing.Reached]
  /** Who the response shows, and who was anonymized. */
  readonly anonymize: readonly [response: Addressing.Reached, anonymized: Addressing.Reached]
}

const { malformed, notAStatus, notAllowed, notFound, notSent, which: recordOf } = Addressing

const cases: ReadonlyArray<Case> = [
  // The fragment is dropped with the end of the path: anonymize becomes an update of another participant.
  { identity: "a#b", other: "a", fetch: "other", disconnect: ["other", "other"], anonymize: ["other", "none"] },
  // The identity is empty: the response is the list, shown as a participant without a SID.
  { identity: "#b", other: "a", fetch: "none", disconnect: [notAllowed, "none"], anonymize: [notAllowed, "none"] },
  // Text that looks percent-encoded is sent unchanged.
  {
    identity: "a%20b",
    other: "a b",
    fetch: "other",
    disconnect: ["other", "other"],
    anonymize: ["other", "other"]
  },
  {
    identity: "a%2Fb",
    other: "a/b",
    fetch: "other",
    disconnect: ["other", "other"],
    anonymize: ["other", "other"]
  },
  { identity: "100%", other: "100", fetch: malformed, disconnect: [malformed, "none"], anonymize: [malformed, "none"] },
  // The URL parser removes spaces at the end and tabs anywhere.
  {
    identity: "a ",
    other: "a",
    fetch: "other",
    disconnect: ["other", "other"],
    anonymize: ["target", "target"]
  },
  { identity: "a\tb", other: "ab", fetch: "other", disconnect: ["other", "other"], anonymize: ["other", "other"] },
  { identity: "a\\b", other: "a", fetch: notFound, disconnect: [notFound, "none"], anonymize: [notFound, "none"] },
  // `..` addresses the room: the response is the room, shown as a participant.
  { identity: "%2e%2e", other: "a", fetch: "none", disconnect: [notAStatus, "none"], anonymize: [notFound, "none"] },
  { identity: "a/b", other: "a", fetch: notSent, disconnect: [notSent, "none"], anonymize: [notSent, "none"] },
  { identity: "a?b", other: "a", fetch: notSent, disconnect: [notSent, "none"], anonymize: [notSent, "none"] }
]

/** No path can carry these identities. The package sends them anyway, to the room and to the list. */
const uncarried: ReadonlyArray<Case> = [
  { identity: "..", other: "a", fetch: "none", disconnect: [notAStatus, "none"], anonymize: [notFound, "none"] },
  { identity: ".", other: "a", fetch: "none", disconnect: [notAllowed, "none"], anonymize: [notFound, "none"] }
]

let opened = 0

/** A new room with the target and another participant. */
const setUp = Effect.fnUntraced(function* ({ identity, other }: Case) {
  const sandbox = yield* Sandbox.Sandbox
  const room = yield* sandbox.openRoom({ uniqueName: `Room ${opened++}` })
  const right = (yield* sandbox.join(room.sid, identity)).sid
  const decoy = (yield* sandbox.join(room.sid, other)).sid
  /** The one participant that matches now. */
  const changed = (test: (participant: { sid: string; status: string; identity: string }) => boolean) =>
    Effect.map(sandbox.exportState, ({ rooms }) => {
      const sids =
        rooms
          .find(({ sid }) => sid === room.sid)
          ?.participants.filter(test)
          .map(({ sid }) => sid) ?? []
      assert.isAtMost(sids.length, 1)
      return recordOf(sids[0], right, decoy)
    })
  return {
    room: room.sid,
    right,
    decoy,
    disconnected: changed(({ status }) => status === "disconnected"),
    anonymized: changed(({ identity, sid }) => identity === sid)
  }
})

const reached = (run: () => PromiseLike<{ readonly sid: string }>, right: string, other: string) =>
  Effect.map(
    Addressing.call(run),
    Addressing.reached(({ sid }) => recordOf(sid, right, other))
  )

layer(SandboxOnLoopback.layer())("a participant by identity", (it) => {
  it.effect.each([...cases, ...uncarried])("Twilio's package misaddresses $identity", (row) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { identity } = row
      const forFetch = yield* setUp(row)
      const fetch = yield* reached(
        () => official.participants(forFetch.room)(identity).fetch(),
        forFetch.right,
        forFetch.decoy
      )
      const forDisconnect = yield* setUp(row)
      const disconnect = yield* reached(
        () => official.participants(forDisconnect.room)(identity).update({ status: "disconnected" }),
        forDisconnect.right,
        forDisconnect.decoy
      )
      const toErase = yield* setUp(row)
      const anonymize = yield* reached(
        () => official.participants(toErase.room)(identity).anonymize().update(),
        toErase.right,
        toErase.decoy
      )
      assert.deepStrictEqual(
        {
          fetch,
          disconnect: [disconnect, yield* forDisconnect.disconnected],
          anonymize: [anonymize, yield* toErase.anonymized]
        },
        { fetch: row.fetch, disconnect: [...row.disconnect], anonymize: [...row.anonymize] }
      )
    })
  )

  it.effect.each(cases)("the library reaches $identity", (row) =>
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
      const removed = yield* Participants.disconnect(room, identity)
      assert.deepStrictEqual([removed.sid, removed.identity], [right, identity])
      assert.strictEqual(yield* disconnected, "target")
      const gone = yield* Effect.flip(Participants.fetch(room, identity))
      assert.strictEqual(gone._tag, "NotFound")
      const toErase = yield* setUp(row)
      const erased = yield* Participants.anonymize(toErase.room, identity)
      assert.deepStrictEqual([erased.sid, erased.identity], [toErase.right, toErase.right])
      assert.strictEqual(yield* toErase.anonymized, "target")
      assert.strictEqual(yield* anonymized, "none")
      assert.strictEqual((yield* Participants.fetch(room, decoy)).status, "connected")
    })
  )

  it.effect.each(uncarried)("the library rejects $identity and reaches the participant by SID", (row) =>
    Effect.gen(function* () {
      const { identity } = row
      const { anonymized, disconnected, right, room } = yield* setUp(row)
      for (const operation of [Participants.fetch, Participants.disconnect, Participants.anonymize]) {
        const error = yield* Effect.flip(operation(room, identity))
        assert.strictEqual(error._tag === "TwilioError" && error.reason._tag, "InvalidArgument")
      }
      assert.deepStrictEqual([yield* disconnected, yield* anonymized], ["none", "none"])
      assert.deepStrictEqual(
        (yield* Participants.list(room, { identity })).items.map(({ sid }) => sid),
        [right]
      )
      yield* Participants.disconnect(room, right)
      yield* Participants.anonymize(room, right)
      assert.deepStrictEqual([yield* disconnected, yield* anonymized], ["target", "target"])
    })
  )

  it.effect("update of a participant from the package's list fails in the package", () =>
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
      const removed = yield* Participants.disconnect(room, same?.sid ?? "")
      assert.deepStrictEqual([removed.sid, removed.status], [sid, "disconnected"])
    })
  )
})

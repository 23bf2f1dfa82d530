/**
 * `Roster.changes`: each change once, also if the log has overtaken the reader.
 */
import * as Roster from "@effect-twilio-video/roster/Roster"
import type * as RosterChange from "@effect-twilio-video/roster/RosterChange"
import type * as RosterFact from "@effect-twilio-video/roster/RosterFact"
import * as RosterStore from "@effect-twilio-video/roster/RosterStore"
import { assert, describe, it } from "@effect/vitest"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Lane from "../support/Lane.ts"
import * as Facts from "./support/Facts.ts"
import * as OneRoom from "./support/OneRoom.ts"
import * as Served from "./support/Served.ts"

const { roomName } = OneRoom.room

/** What a reader shows of a participant, and which tracks the changes say are enabled. */
interface Shown {
  readonly participant: RosterChange.Participant
  readonly tracks: ReadonlyMap<string, boolean>
}

const tracksOf = (tracks: RosterChange.Participant["tracks"]) =>
  new Map(tracks.map(({ isEnabled, sid }) => [sid as string, isEnabled]))

/** Applies a change to a track, which must be different from before. */
const withTrack = (tracks: Shown["tracks"], _tag: RosterChange.TrackTag, { isEnabled, sid }: RosterChange.Track) => {
  const next = new Map(tracks)
  assert.strictEqual(tracks.has(sid), _tag !== "TrackPublished", `${_tag} of a wrong track`)
  if (_tag === "TrackUnpublished") next.delete(sid)
  else {
    assert.notStrictEqual(tracks.get(sid), isEnabled, `${_tag} twice`)
    next.set(sid, isEnabled)
  }
  return next
}

/** Applies a change to a participant who is there. */
const withChange = (known: Shown, change: Exclude<RosterChange.RosterChange, { readonly _tag: "RoomEnded" }>) => {
  const { _tag, participant } = change
  if ("track" in change) return { participant, tracks: withTrack(known.tracks, change._tag, change.track) }
  if (_tag === "Updated") assert.notDeepEqual(participant, known.participant, "nothing updated")
  else assert.notStrictEqual(participant.status, known.participant.status, `${_tag} twice`)
  return { participant, tracks: known.tracks }
}

/** Applies a change, which must be different from what is shown. */
const show = (shown: Map<string, Shown>, change: RosterChange.RosterChange): void => {
  if (change._tag === "RoomEnded") return shown.clear()
  const { _tag, participant } = change
  const known = shown.get(participant.sid)
  if (_tag === "Joined") {
    assert.isUndefined(known, "joined twice")
    shown.set(participant.sid, { participant, tracks: new Map() })
    return
  }
  if (known === undefined) return assert.fail(`${_tag} of somebody who isn't there`)
  if (_tag === "Left") shown.delete(participant.sid)
  else shown.set(participant.sid, withChange(known, change))
}

const events = [
  "ParticipantConnected",
  "TrackAdded",
  "TrackEnabled",
  "TrackDisabled",
  "TrackAdded",
  "TrackRemoved",
  "ParticipantDisconnected"
] as const

/** A callback of one of six participants within a minute, or a list of some of them. */
const factOf = (number: number): RosterFact.RosterFact => {
  const seconds = number % 61
  const guest = Facts.participant(number % 6)
  const kind = Math.floor(number / 366) % 9
  if (kind >= 7) {
    const present = [0, 1, 2, 3, 4, 5].filter((bit) => (number >> (bit + 3)) % 2 === 0)
    return {
      ...OneRoom.room,
      _tag: "ParticipantsListed",
      at: OneRoom.at(seconds),
      readAt: OneRoom.at(seconds),
      isComplete: kind === 7,
      participants: present.map((member) => ({
        ...Facts.participant(member),
        status: (number >> member) % 3 === 0 ? "reconnecting" : "connected"
      })),
      absent: [0, 1, 2, 3, 4, 5].filter((member) => !present.includes(member)).map((member) => Facts.sid("PA", member))
    }
  }
  const event = events[kind] ?? "TrackAdded"
  const track = { sid: Facts.sid("MT", (number % 6) * 10 + (number % 4)), kind: "audio" }
  return OneRoom.callback(event, seconds, { participant: guest, ...(event.startsWith("Track") ? { track } : {}) })
}

const Numbers = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))

/** What happens between two reads, and how many changes are read then. Some bursts are more than the log keeps. */
const Bursts = Schema.Array(
  Schema.Struct({
    facts: Numbers.check(Schema.isMaxLength(12)),
    toggles: Schema.Literals([0, 0, 0, 120]),
    read: Schema.Literals([0, 1, 3, 50])
  })
).check(Schema.isMaxLength(12))

/** Switches a track off and on. */
const toggle = (count: number, seconds: number) => {
  const track = { sid: Facts.sid("MT", 0), kind: "audio" }
  const at = (index: number) => (index % 2 === 0 ? "TrackDisabled" : "TrackEnabled")
  return Array.from({ length: count }, (_, index) =>
    OneRoom.callback(at(index), seconds + index, { participant: Facts.participant(0), track })
  )
}

describe("changes", () => {
  it.effect.prop(
    "lead to the state, each once, however slow the reader is",
    [Bursts],
    ([bursts]) =>
      Effect.gen(function* () {
        yield* Facts.add(OneRoom.created)
        const permits = yield* Queue.unbounded<void, Cause.Done>()
        const shown = new Map<string, Shown>()
        const isOf = (change: RosterChange.RosterChange, number: number) =>
          "participant" in change && change.participant.sid === Facts.sid("PA", number)
        // Takes one change for each permit, and all after their end. Guest 98 is the last: the one before may be anywhere in a snapshot.
        const reader = yield* Roster.changes(roomName).pipe(
          Stream.takeUntil((change) => isOf(change, 98)),
          Stream.runForEach((change) =>
            Effect.gen(function* () {
              yield* Effect.ignore(Queue.take(permits))
              show(shown, change)
              if (isOf(change, 99)) yield* Facts.add(OneRoom.joined(98))
            })
          ),
          Effect.forkChild
        )
        let seconds = 100
        for (const { facts, read, toggles } of bursts) {
          yield* Facts.add(...facts.map(factOf), ...toggle(toggles, seconds))
          seconds += toggles
          yield* Queue.offerAll(permits, Array.from({ length: read }))
          yield* Effect.yieldNow
        }
        yield* Facts.add(OneRoom.joined(99, seconds))
        yield* Queue.end(permits)
        yield* Fiber.join(reader)
        const { participants } = yield* Roster.participants(roomName)
        const expected = participants.map(
          (participant) => [participant.sid as string, { participant, tracks: tracksOf(participant.tracks) }] as const
        )
        assert.deepStrictEqual(shown, new Map(expected))
      }).pipe(Effect.provide(Layer.fresh(Served.roster))),
    { arbitrary: { runs: Lane.count(100, 3000) } }
  )

  it.effect("reach every reader, and end with the room", () =>
    Effect.gen(function* () {
      yield* Facts.add(OneRoom.created, OneRoom.joined(1))
      const read = Effect.map(Stream.runCollect(Roster.changes(roomName)), (changes) =>
        changes.map((change) => [change._tag, "participant" in change ? change.participant.sid : ""])
      )
      const early = yield* Effect.forkChild(read)
      yield* Effect.yieldNow
      yield* Facts.add(OneRoom.left(1, 2), OneRoom.joined(2))
      const late = yield* Effect.forkChild(read)
      yield* Effect.yieldNow
      yield* Facts.add(OneRoom.joined(3), OneRoom.callback("RoomEnded", 9))
      const [one, two, three] = [1, 2, 3].map((number) => Facts.sid("PA", number))
      const end = [
        ["Joined", two],
        ["Joined", three],
        ["Left", two],
        ["Left", three],
        ["RoomEnded", ""]
      ]
      assert.deepStrictEqual(yield* Fiber.join(early), [["Joined", one], ["Left", one], ...end])
      assert.deepStrictEqual(yield* Fiber.join(late), end)
      assert.deepStrictEqual(yield* read, [["RoomEnded", ""]])
    }).pipe(Effect.provide(Served.roster))
  )

  it.effect("fail for readers of a room that is dropped", () =>
    Effect.gen(function* () {
      yield* Facts.add(OneRoom.created)
      const reader = yield* Effect.forkChild(Effect.flip(Stream.runDrain(Roster.changes(roomName))))
      yield* Effect.yieldNow
      yield* RosterStore.RosterStore.use((store) => store.drop(Infinity))
      assert.strictEqual((yield* Fiber.join(reader))._tag, "UnknownRoom")
    }).pipe(Effect.provide(Served.roster))
  )
})

/**
 * What a room's state makes of callbacks and lists, by example. Times are seconds after noon.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Doubt from "../src/internal/Doubt.ts"
import * as Room from "../src/internal/store/Room.ts"
import * as View from "../src/internal/View.ts"
import * as RoomState from "../src/RoomState.ts"
import type * as RosterFact from "../src/RosterFact.ts"

const room = { roomSid: "RM1", roomName: "DailyStandup" }

const noon = Date.UTC(2026, 2, 1, 12)

const time = (seconds: number): number => noon + seconds * 1000

type Event = RosterFact.Callback["event"]

const ofRoom = (event: Event, at: number): RosterFact.Callback => ({ ...room, _tag: "Callback", event, at: time(at) })

const ofPerson =
  (event: Event) =>
  (sid: string, at: number, identity = `identity of ${sid}`): RosterFact.Callback => ({
    ...ofRoom(event, at),
    participant: { sid, identity }
  })

const ofTrack =
  (event: Event) =>
  (sid: string, at: number): RosterFact.Callback => ({
    ...ofPerson(event)("Ada", at),
    track: { sid, kind: "video" }
  })

const joined = ofPerson("ParticipantConnected")
const left = ofPerson("ParticipantDisconnected")
const published = ofTrack("TrackAdded")
const unpublished = ofTrack("TrackRemoved")
const enabled = ofTrack("TrackEnabled")
const disabled = ofTrack("TrackDisabled")

type ListOptions = Partial<Pick<RosterFact.ParticipantsListed, "absent" | "isComplete" | "sequence">> & {
  readonly reconnecting?: ReadonlyArray<string>
}

const list = (
  at: number,
  sids: ReadonlyArray<string>,
  { reconnecting = [], ...options }: ListOptions = {}
): RosterFact.ParticipantsListed => ({
  ...room,
  _tag: "ParticipantsListed",
  at: time(at),
  readAt: time(at),
  isComplete: true,
  absent: [],
  participants: sids.map((sid) => ({
    sid,
    identity: `identity of ${sid}`,
    joined: noon,
    status: reconnecting.includes(sid) ? "reconnecting" : "connected"
  })),
  ...options
})

const tracksList = (
  at: number,
  sids: ReadonlyArray<string>,
  absent: ReadonlyArray<string> = []
): RosterFact.TracksListed => ({
  ...room,
  _tag: "TracksListed",
  at: time(at),
  isComplete: true,
  participantSid: "Ada",
  tracks: sids.map((sid) => ({ sid, kind: "video", name: `name of ${sid}`, isEnabled: true })),
  absent
})

const stateOf = (...facts: ReadonlyArray<RosterFact.RosterFact>): RoomState.RoomState =>
  facts.reduce(RoomState.apply, RoomState.empty(room))

const shown = (...facts: ReadonlyArray<RosterFact.RosterFact>): ReadonlyArray<View.Participant> =>
  View.participants(stateOf(...facts))

const sids = (...facts: ReadonlyArray<RosterFact.RosterFact>): ReadonlyArray<string> =>
  shown(...facts).map(({ sid }) => sid)

const statuses = (...facts: ReadonlyArray<RosterFact.RosterFact>): ReadonlyArray<string> =>
  shown(...facts).map(({ status }) => status)

/** Ada's tracks, in parentheses if they're disabled. */
const tracks = (...facts: ReadonlyArray<RosterFact.RosterFact>): ReadonlyArray<string> =>
  (shown(...facts)[0]?.tracks ?? []).map(({ isEnabled, sid }) => (isEnabled ? sid : `(${sid})`))

const doubts = (...facts: ReadonlyArray<RosterFact.RosterFact>): ReadonlyArray<Doubt.Reason> =>
  Doubt.reasons(stateOf(...facts))

describe("callbacks", () => {
  it("say who is there", () => {
    assert.deepStrictEqual(sids(joined("Ada", 1), joined("Bob", 2), left("Ada", 3)), ["Bob"])
  })

  it("show nobody who has left, if they arrive in another order", () => {
    assert.deepStrictEqual(sids(left("Ada", 2), joined("Ada", 1)), [])
    assert.deepStrictEqual(sids(published("camera", 2), left("Ada", 3), joined("Ada", 1), left("Ada", 3)), [])
  })

  it("show everybody in the order in which they joined", () => {
    assert.deepStrictEqual(sids(joined("Bob", 2), joined("Cy", 3), joined("Ada", 1)), ["Ada", "Bob", "Cy"])
  })

  it("of a track show its publisher, whose joining isn't reported yet", () => {
    const [ada] = shown(published("camera", 2))
    assert.deepStrictEqual([ada?.sid, ada?.joinedAt], ["Ada", undefined])
    assert.strictEqual(shown(published("camera", 2), joined("Ada", 1))[0]?.joinedAt, time(1))
  })

  it("may arrive before the one of the room's creation", () => {
    assert.deepStrictEqual(sids(joined("Ada", 1), left("Bob", 2), ofRoom("RoomCreated", 0), joined("Bob", 1)), ["Ada"])
  })

  it("of the same identity are of two participants, if it joins again", () => {
    const facts = [joined("Ada", 1, "a@example.com"), joined("Ada2", 2, "a@example.com")]
    assert.deepStrictEqual(sids(...facts), ["Ada", "Ada2"])
    assert.deepStrictEqual(sids(...facts, left("Ada", 2, "a@example.com")), ["Ada2"])
  })

  it("show nobody in a room that has ended", () => {
    assert.deepStrictEqual(sids(joined("Ada", 1), ofRoom("RoomEnded", 2), joined("Bob", 1), published("camera", 1)), [])
  })
})

describe("a list", () => {
  it("shows those who weren't reported", () => {
    const [ada] = shown(list(1, ["Ada"]))
    assert.deepStrictEqual([ada?.sid, ada?.identity, ada?.joinedAt], ["Ada", "identity of Ada", noon])
  })

  it("shows nobody who has left, even if the callback that they left came first", () => {
    assert.deepStrictEqual(sids(left("Ada", 2), list(1, ["Ada"])), [])
  })

  it("hides those whose leaving wasn't reported", () => {
    assert.deepStrictEqual(sids(joined("Ada", 1), joined("Bob", 2), list(60, ["Bob"])), ["Bob"])
  })

  it("hides those who were known when it was requested, even if they joined a moment before", () => {
    assert.deepStrictEqual(sids(joined("Ada", 59), list(60, [], { absent: ["Ada"] })), [])
  })

  it("hides those whose callbacks are late", () => {
    assert.deepStrictEqual(sids(list(60, []), joined("Ada", 1), published("camera", 58)), [])
    assert.deepStrictEqual(sids(list(60, []), published("camera", 58), joined("Ada", 1)), [])
  })

  it("keeps those who joined up to 5 seconds before it and are reported later: the clocks may differ", () => {
    assert.deepStrictEqual(sids(list(60, []), joined("Ada", 61)), ["Ada"])
    assert.deepStrictEqual(sids(list(60, []), joined("Ada", 56)), ["Ada"])
    assert.deepStrictEqual(sids(list(60, []), joined("Ada", 54)), [])
  })

  it("that lacks somebody by mistake hides them until another list has them, or a callback is clearly later", () => {
    const mistaken = [joined("Ada", 1), list(60, [], { absent: ["Ada"] })]
    assert.deepStrictEqual(sids(...mistaken, published("camera", 62)), [])
    assert.deepStrictEqual(sids(...mistaken, published("camera", 66)), ["Ada"])
    assert.deepStrictEqual(sids(...mistaken, list(61, ["Ada"])), ["Ada"])
  })

  it("shows somebody again who was reported to have left, if the next list also has them", () => {
    const mistaken = [joined("Ada", 1), left("Ada", 50)]
    assert.deepStrictEqual(sids(...mistaken, list(60, ["Ada"])), [])
    assert.deepStrictEqual(sids(...mistaken, list(60, ["Ada"]), list(90, ["Ada"])), ["Ada"])
  })

  it("that's overtaken by a later one shows nobody who is gone", () => {
    assert.deepStrictEqual(sids(list(61, ["Bob"]), list(60, ["Ada", "Bob"])), ["Bob"])
    assert.deepStrictEqual(sids(list(61, ["Bob"]), joined("Ada", 58), list(60, ["Ada", "Bob"])), ["Bob"])
  })

  it("hides nobody if a record couldn't be decoded", () => {
    const incomplete = list(60, ["Bob"], { absent: ["Ada"], isComplete: false })
    assert.deepStrictEqual(sids(joined("Ada", 1), incomplete), ["Bob", "Ada"])
  })

  it("doesn't change when somebody joined: its times are whole seconds", () => {
    assert.strictEqual(shown(joined("Ada", 0.123), list(1, ["Ada"]))[0]?.joinedAt, time(0.123))
  })

  it("is the only one to know who is reconnecting", () => {
    const lost = [joined("Ada", 1), list(60, ["Ada"], { reconnecting: ["Ada"] })]
    assert.deepStrictEqual(statuses(...lost), ["reconnecting"])
    assert.deepStrictEqual(statuses(...lost, disabled("camera", 50)), ["reconnecting"])
    assert.deepStrictEqual(statuses(...lost, disabled("camera", 61)), ["connected"])
    assert.deepStrictEqual(statuses(...lost, list(61, ["Ada"])), ["connected"])
    assert.deepStrictEqual(statuses(...lost, list(59, ["Ada"])), ["reconnecting"])
  })

  it("of tracks doesn't say who is reconnecting", () => {
    const lost = list(60, ["Ada"], { reconnecting: ["Ada"] })
    assert.deepStrictEqual(statuses(lost, tracksList(61, ["camera"])), ["reconnecting"])
  })
})

describe("tracks", () => {
  const present = [joined("Ada", 1), published("camera", 2)]

  it("are shown until they're unpublished", () => {
    assert.deepStrictEqual(tracks(...present, published("screen", 3), unpublished("camera", 4)), ["screen"])
  })

  it("are in the order of their SIDs", () => {
    assert.deepStrictEqual(tracks(joined("Ada", 1), published("screen", 2), published("camera", 3)), [
      "camera",
      "screen"
    ])
  })

  it("aren't shown after they were unpublished, whatever arrives late", () => {
    assert.deepStrictEqual(tracks(joined("Ada", 1), unpublished("camera", 4), published("camera", 2)), [])
    assert.deepStrictEqual(tracks(...present, unpublished("camera", 4), enabled("camera", 3)), [])
  })

  it("are enabled unless they were disabled last", () => {
    assert.deepStrictEqual(tracks(...present), ["camera"])
    assert.deepStrictEqual(tracks(...present, disabled("camera", 3)), ["(camera)"])
    assert.deepStrictEqual(tracks(...present, enabled("camera", 4), disabled("camera", 3)), ["camera"])
    assert.deepStrictEqual(tracks(...present, enabled("camera", 3), disabled("camera", 3)), ["(camera)"])
  })

  it("get their names from a list, which corrects them like participants", () => {
    const [ada] = shown(
      ...present,
      disabled("camera", 3),
      published("screen", 4),
      tracksList(60, ["camera"], ["screen"])
    )
    assert.deepStrictEqual(ada?.tracks, [{ sid: "camera", kind: "video", name: "name of camera", isEnabled: true }])
    assert.strictEqual(ada?.tracksReadAt, time(60))
  })

  it("aren't hidden if a record of the list couldn't be decoded", () => {
    const incomplete = { ...tracksList(60, ["screen"], ["camera"]), isComplete: false }
    assert.deepStrictEqual(tracks(...present, incomplete), ["camera", "screen"])
  })

  it("show a publisher who wasn't reported", () => {
    assert.deepStrictEqual(tracks(tracksList(60, ["camera"])), ["camera"])
    assert.deepStrictEqual(sids(tracksList(60, [])), [])
    assert.deepStrictEqual(sids(tracksList(60, []), joined("Ada", 1)), ["Ada"])
  })

  it("aren't shown if a list of tracks overtakes their callbacks", () => {
    assert.deepStrictEqual(tracks(tracksList(60, [], ["camera"]), joined("Ada", 1), published("camera", 58)), [])
  })

  it("aren't in question when a list of participants is read", () => {
    assert.deepStrictEqual(tracks(...present, list(60, ["Ada"])), ["camera"])
  })
})

describe("a room", () => {
  it("ends with its record, if no callback says so", () => {
    const record: RosterFact.RoomRead = { ...room, _tag: "RoomRead", created: noon, ended: time(60) }
    const state = stateOf(joined("Ada", 1), record)
    assert.deepStrictEqual([state.created, state.ended, state.participants], [noon, time(60), {}])
  })

  it("isn't over because only its record was read", () => {
    const record: RosterFact.RoomRead = { ...room, _tag: "RoomRead", created: noon }
    assert.isFalse(Room.isOver(stateOf(record), time(60)))
    assert.isTrue(Room.isOver(stateOf(record), time(60) + Room.longestRoom))
  })

  it("keeps the identities of those who are there, and of nobody else", () => {
    const here = stateOf(joined("Ada", 1))
    assert.include(JSON.stringify(here), "identity of Ada")
    for (const gone of [left("Ada", 2), list(60, [], { absent: ["Ada"] }), list(60, []), ofRoom("RoomEnded", 2)]) {
      const state = [gone, joined("Ada", 1)].reduce(RoomState.apply, here)
      assert.notInclude(JSON.stringify(state), "identity of Ada")
    }
  })

  it("forgets those who have gone when no callback of them can count as new", () => {
    const known = (...facts: ReadonlyArray<RosterFact.RosterFact>) => Object.keys(stateOf(...facts).participants)
    assert.deepStrictEqual(known(joined("Ada", 1), left("Ada", 50), list(54, [])), ["Ada"])
    assert.deepStrictEqual(known(joined("Ada", 1), left("Ada", 50), list(56, [])), [])
    // Ada may have left up to 5 seconds after the first list, by Twilio's clock.
    assert.deepStrictEqual(known(joined("Ada", 1), list(50, []), list(60, [])), ["Ada"])
    assert.deepStrictEqual(known(joined("Ada", 1), list(50, []), list(61, [])), [])
  })

  it("is listed later than everything that's known of it", () => {
    assert.strictEqual(RoomState.timeOf(stateOf(joined("Ada", 3)), time(1)), time(3) + 1)
    assert.strictEqual(RoomState.timeOf(stateOf(joined("Ada", 3)), time(5)), time(5))
  })
})

describe("doubt", () => {
  const numbered = (...sequence: ReadonlyArray<number | undefined>) =>
    sequence.map((sequence, index): RosterFact.Callback => {
      const callback = joined(`PA${index}`, index + 1)
      return sequence === undefined ? callback : Object.assign(callback, { sequence })
    })

  const created = ofRoom("RoomCreated", 0)

  it("is about a room whose creation wasn't reported, until a list is read", () => {
    assert.deepStrictEqual(doubts(joined("Ada", 1)), ["unverified"])
    assert.deepStrictEqual(doubts(created, joined("Ada", 1)), [])
    assert.deepStrictEqual(doubts(joined("Ada", 1), list(2, ["Ada"])), [])
    assert.deepStrictEqual(doubts(joined("Ada", 1), list(2, ["Ada"], { isComplete: false })), ["unverified"])
  })

  it("is about a gap in the sequence numbers, until a list is read after it", () => {
    assert.deepStrictEqual(doubts(created, ...numbered(3, 1, 2)), [])
    assert.deepStrictEqual(doubts(created, ...numbered(1, 3)), ["gap"])
    assert.deepStrictEqual(doubts(created, ...numbered(1, 3), list(9, ["PA0", "PA1"], { sequence: 3 })), [])
    assert.deepStrictEqual(doubts(list(-1, [], { sequence: 3 }), ...numbered(5)), ["gap"])
    assert.deepStrictEqual(doubts(list(-1, [], { sequence: 3 }), ...numbered(2, 5)), ["gap"])
  })

  it("is about the latest of many sequence numbers", () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index)
    assert.deepStrictEqual(doubts(created, ...numbered(...numbers)), [])
    assert.deepStrictEqual(doubts(created, ...numbered(...numbers.filter((number) => number !== 35))), ["gap"])
    assert.isBelow(stateOf(created, ...numbered(...numbers)).sequence.numbers.length, numbers.length)
  })

  it("isn't about sequence numbers that are missing or constant", () => {
    assert.deepStrictEqual(doubts(created, ...numbered(undefined, undefined)), [])
    assert.deepStrictEqual(doubts(created, ...numbered(7, 7, 7)), [])
  })

  it("is about a list that lacks somebody who was seen shortly before or after", () => {
    assert.deepStrictEqual(doubts(list(60, []), joined("Ada", 58)), ["contradiction"])
    assert.deepStrictEqual(doubts(list(60, []), joined("Ada", 60)), ["contradiction"])
    assert.deepStrictEqual(doubts(list(60, []), joined("Ada", 62)), [])
    const hidden = [joined("Ada", 1), list(60, [], { absent: ["Ada"] })]
    assert.deepStrictEqual(doubts(...hidden), [])
    assert.deepStrictEqual(doubts(...hidden, published("camera", 62)), ["contradiction"])
  })

  it("is about tracks of somebody who didn't join, or has left", () => {
    assert.deepStrictEqual(doubts(created, published("camera", 2)), ["contradiction"])
    assert.deepStrictEqual(doubts(created, joined("Ada", 1), left("Ada", 2), published("camera", 60)), [
      "contradiction"
    ])
  })

  it("is about two participants with the same identity", () => {
    const twice = [created, joined("Ada", 1, "a@example.com"), joined("Ada2", 2, "a@example.com")]
    assert.deepStrictEqual(doubts(...twice), ["contradiction"])
    assert.deepStrictEqual(doubts(...twice, left("Ada", 2)), [])
  })

  it("isn't about a room that has ended", () => {
    assert.deepStrictEqual(doubts(...numbered(1, 3), ofRoom("RoomEnded", 9)), [])
  })
})

/**
 * Properties of the fold: in whatever order, however often, and whichever of the facts arrive.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { count } from "../../../tests/support/Lane.ts"
import * as Doubt from "../src/internal/Doubt.ts"
import * as View from "../src/internal/View.ts"
import * as RoomState from "../src/RoomState.ts"
import * as RosterFact from "../src/RosterFact.ts"
import * as Chance from "./support/Chance.ts"
import * as History from "./support/History.ts"
import * as Server from "./support/Server.ts"

const runs = { arbitrary: { runs: count(200, 5000) } }

const seed = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 }))

/** Callbacks that don't make sense together. */
const NonsenseCallback = Schema.Struct({
  event: Schema.Literals([
    "RoomCreated",
    "RoomEnded",
    "ParticipantConnected",
    "ParticipantDisconnected",
    "TrackAdded",
    "TrackRemoved",
    "TrackEnabled",
    "TrackDisabled"
  ]),
  at: Schema.Literals([0, 1000, 5000, 9000, 16_000]),
  sequence: Schema.Union([Schema.Undefined, Schema.Int]),
  identity: Schema.Literals(["Alice", "Bob"]),
  participant: Schema.Literals(["PA1", "PA2"]),
  track: Schema.Literals(["MT1", "MT2"])
})

const callbackOf = ({
  at,
  event,
  identity,
  participant,
  sequence,
  track
}: typeof NonsenseCallback.Type): RosterFact.Callback => ({
  ...History.inRoom,
  _tag: "Callback",
  event,
  at,
  ...(sequence === undefined ? {} : { sequence }),
  ...(event.startsWith("Room") ? {} : { participant: { sid: participant, identity } }),
  ...(event.startsWith("Track") ? { track: { sid: track, kind: "video" } } : {})
})

/** Sequence numbers as Twilio's could be. */
const numberings: ReadonlyArray<(chance: Chance.Chance) => (index: number) => number | undefined> = [
  () => (index) => index,
  () => () => undefined,
  () => () => 7,
  (chance) => () => chance.upTo(1000)
]

const renumbered = (
  callbacks: ReadonlyArray<RosterFact.Callback>,
  numbering: number,
  chance: Chance.Chance
): ReadonlyArray<RosterFact.Callback> =>
  History.numbered(callbacks, numberings[numbering]?.(chance) ?? (() => undefined))

const numbering = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: numberings.length - 1 }))

const ahead = Schema.Int.check(Schema.isBetween({ minimum: -Server.mostAhead, maximum: Server.mostAhead }))

const history = History.arbitrary

const tells = (callbacks: ReturnType<typeof Server.delivered>, person: History.Person): boolean =>
  callbacks.some(
    ({ callback: { event, participant } }) => event === "ParticipantDisconnected" && participant?.sid === person.sid
  )

/** Whether somebody is wrongly shown, or wrongly missing, at a time. */
const isWrong = (person: History.Person, time: number, room: RoomState.RoomState): boolean =>
  History.includes(person, time) !== View.participants(room).some(({ sid }) => sid === person.sid)

/** What a list says of those who are there. */
const listedIn = (room: RoomState.RoomState) =>
  View.participants(room)
    .map(({ identity, sid, status }) => ({ sid, identity, status }))
    .toSorted((a, b) => (a.sid < b.sid ? -1 : 1))

describe("the state of a room", () => {
  it.prop(
    "is the same for any order and repetition of any callbacks",
    { callbacks: Schema.Array(NonsenseCallback).check(Schema.isMinLength(5)), seed },
    ({ callbacks, seed }) => {
      const chance = Chance.from(seed)
      const facts = callbacks.map(callbackOf)
      assert.deepStrictEqual(History.fold(Server.rearranged(facts, chance)), History.fold(facts))
    },
    runs
  )

  it.prop(
    "is the same for any order and repetition of the callbacks of a room, however they're numbered",
    { history, numbering, seed },
    ({ history, numbering, seed }) => {
      const chance = Chance.from(seed)
      const callbacks = renumbered(chance.some(History.callbacks(history), 0.8), numbering, chance)
      assert.deepStrictEqual(History.fold(Server.rearranged(callbacks, chance)), History.fold(callbacks))
    },
    runs
  )
})

describe("the view of a room", () => {
  it.prop(
    "is the same for any order and repetition of callbacks and lists",
    { ahead, history, seed },
    ({ ahead, history, seed }) => {
      const chance = Chance.from(seed)
      const facts = [...chance.some(History.callbacks(history), 0.8), ...Server.lists(history, ahead, chance)]
      assert.deepStrictEqual(
        View.participants(History.fold(Server.rearranged(facts, chance))),
        View.participants(History.fold(chance.shuffled(facts)))
      )
    },
    runs
  )

  it.prop(
    "is never made worse by a list",
    { ahead, history, seed },
    ({ ahead, history, seed }) => {
      const chance = Chance.from(seed)
      const time = Server.timeWithin(history, chance)
      const callbacks = Server.delivered(history, time, chance)
      const lists = Server.listsBefore(history, time, ahead, chance)
      const listedAt = History.start + chance.upTo(time - History.start)
      const arrivals = [...callbacks, ...lists]
      const without = Server.run(arrivals)
      const withList = Server.run([...arrivals, Server.list(history, listedAt, ahead, Server.duration(ahead, chance))])
      // The list has them, but they left since, and neither a callback nor another list says so.
      const isUntold = (person: History.Person) =>
        History.includes(person, listedAt) &&
        person.until <= time &&
        !tells(callbacks, person) &&
        lists.every(({ at }) => at < person.until)
      for (const person of history.people) {
        const isWorse = isWrong(person, time, withList) && !isWrong(person, time, without)
        assert.isFalse(isWorse && !isUntold(person))
      }
    },
    runs
  )

  it.prop(
    "is true right after a list",
    { ahead, history, seed },
    ({ ahead, history, seed }) => {
      const chance = Chance.from(seed)
      const time = Server.timeWithin(history, chance)
      const earlier = [...Server.delivered(history, time, chance), ...Server.listsBefore(history, time, ahead, chance)]
      const arrived = earlier.filter(({ at, takes }) => at + takes <= time)
      assert.deepStrictEqual(
        listedIn(Server.run([...arrived, Server.list(history, time, ahead, 0)])),
        History.listed(history, time).map(({ identity, sid, status }) => ({ sid, identity, status }))
      )
    },
    runs
  )

  it.prop(
    "has the true tracks of a participant right after a list of them",
    { ahead, history, seed },
    ({ ahead, history, seed }) => {
      const chance = Chance.from(seed)
      const time = Server.timeWithin(history, chance)
      const person = chance.shuffled(History.present(history, time))[0]
      if (person === undefined) return
      const arrived = Server.delivered(history, time, chance).filter(({ at }) => at <= time)
      const known = Server.run([...arrived, Server.list(history, time, ahead, 0)])
      const room = RoomState.apply(known, Server.readTracks(person, time, ahead, known))
      assert.deepStrictEqual(
        View.participants(room).find(({ sid }) => sid === person.sid)?.tracks,
        History.listedTracks(person, time)
      )
    },
    runs
  )

  it.prop(
    "doesn't depend on sequence numbers, which only raise doubt",
    { ahead, history, numbering, seed },
    ({ ahead, history, numbering, seed }) => {
      const chance = Chance.from(seed)
      const callbacks = chance.some(History.callbacks(history), 0.8)
      const read = Server.lists(history, ahead, chance)
      const order = Chance.from(seed).upTo(1000)
      const stateOf = (numbered: ReadonlyArray<RosterFact.Callback>) =>
        History.fold(Chance.from(order).shuffled([...numbered, ...read]))
      const doubts = (room: RoomState.RoomState) => Doubt.reasons(room).filter((reason) => reason !== "gap")
      const [room, other] = [stateOf(callbacks), stateOf(renumbered(callbacks, numbering, chance))]
      assert.deepStrictEqual(View.participants(other), View.participants(room))
      assert.deepStrictEqual(doubts(other), doubts(room))
    },
    runs
  )
})

describe("the changes of a room", () => {
  it.prop(
    "lead to what its readers see, and report each change once",
    { ahead, history, seed },
    ({ ahead, history, seed }) => {
      const chance = Chance.from(seed)
      const facts = Server.rearranged(
        [...chance.some(History.callbacks(history), 0.8), ...Server.lists(history, ahead, chance)],
        chance
      )
      const bySid = (seen: ReadonlyArray<View.Participant>) => seen.toSorted((a, b) => (a.sid < b.sid ? -1 : 1))
      let room = RoomState.empty(History.inRoom)
      let seen: ReadonlyArray<View.Participant> = []
      for (const fact of facts) {
        const next = RoomState.apply(room, fact)
        const before = View.participants(room)
        const changes = View.changes(room, next, RosterFact.timeOf(fact))
        seen = changes.reduce(View.withChange, seen)
        assert.deepStrictEqual(bySid(seen), bySid(View.participants(next)))
        assert.deepStrictEqual(
          bySid(View.changesTo(before, next).reduce(View.withChange, before)),
          bySid(View.participants(next))
        )
        assert.deepStrictEqual(View.changes(next, RoomState.apply(next, fact), RosterFact.timeOf(fact)), [])
        room = next
      }
    },
    runs
  )
})

/**
 * What lists of subscribe rules come to: the cases that Twilio documents, the odd ones, and agreement with the rules'
 * own words, rule by rule over sets, on many random ones. Holds no operation.
 */
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const { exclude, include } = SubscribeRule

const people = {
  Alice: { sid: `PA${"a".repeat(32)}`, identity: "Alice" },
  Bob: { sid: `PA${"b".repeat(32)}`, identity: "Bob" },
  Carl: { sid: `PA${"c".repeat(32)}`, identity: "Carl" }
} as const

type Name = keyof typeof people

const trackSid = (publisher: Name, number: number) => `MT${people[publisher].sid.slice(2, 33)}${number}`

const tracksOf = (publisher: Name, ...tracks: ReadonlyArray<readonly [name: string, kind: string]>) =>
  tracks.map(([name, kind], index) =>
    SubscribeRules.roomTrack(people[publisher], { sid: trackSid(publisher, index), name, kind })
  )

const room: ReadonlyArray<SubscribeRules.RoomTrack> = [
  ...tracksOf("Alice", ["alice-audio", "audio"], ["alice-cam", "video"], ["screen", "video"]),
  ...tracksOf("Bob", ["bob-audio", "audio"], ["bob-cam", "video"], ["screen", "video"]),
  ...tracksOf("Carl", ["carl-audio", "audio"], ["carl-cam", "video"], ["carl-data", "data"])
]

const told = (tracks: ReadonlyArray<SubscribeRules.RoomTrack>) =>
  tracks.map((track) => (track.name === "screen" ? `${track.publisherIdentity}'s screen` : track.name))

const others = (name: Name) => told(room.filter((track) => track.publisherIdentity !== name))

const all = include({ all: true })

/** What Twilio might answer and the constructors do not make. */
const untyped = (rule: unknown) => rule as SubscribeRule.SubscribeRule

const cases: ReadonlyArray<
  readonly [
    what: string,
    subscriber: Name,
    rules: ReadonlyArray<SubscribeRule.SubscribeRule>,
    expected: ReadonlyArray<string>
  ]
> = [
  // Twilio's own examples.
  [
    "everything but video, and one screen",
    "Alice",
    [all, exclude({ kind: "video" }), include({ publisher: "Bob", track: "screen" })],
    ["bob-audio", "Bob's screen", "carl-audio", "carl-data"]
  ],
  [
    "everything but one person's audio and all screens",
    "Carl",
    [all, exclude({ publisher: people.Bob.sid, kind: "audio" }), exclude({ kind: "video", track: "screen" })],
    ["alice-audio", "alice-cam", "bob-cam"]
  ],
  ["data, then nothing of who has it", "Alice", [include({ kind: "data" }), exclude({ publisher: "Carl" })], []],
  [
    "nothing of one person, then data",
    "Alice",
    [exclude({ publisher: "Carl" }), include({ kind: "data" })],
    ["carl-data"]
  ],
  ["a list that only excludes", "Alice", [exclude({ kind: "video" })], []],
  ["a track of one's own by name", "Alice", [include({ track: "alice-audio" })], []],
  ["a name that one shares with somebody", "Alice", [include({ track: "screen" })], ["Bob's screen"]],
  // Own tracks.
  ["oneself as publisher", "Alice", [include({ publisher: "Alice" })], []],
  ["oneself as publisher by SID", "Alice", [include({ publisher: people.Alice.sid })], []],
  ["a track of one's own by SID", "Alice", [include({ track: trackSid("Alice", 0) })], []],
  ["all", "Bob", [all], others("Bob")],
  // Each filter, and filters together.
  ["no rules", "Alice", [], []],
  ["nothing", "Alice", [all, exclude({ all: true })], []],
  ["a kind", "Bob", [include({ kind: "audio" })], ["alice-audio", "carl-audio"]],
  ["a publisher", "Alice", [include({ publisher: "Bob" })], ["bob-audio", "bob-cam", "Bob's screen"]],
  ["a publisher by SID", "Bob", [include({ publisher: people.Carl.sid })], ["carl-audio", "carl-cam", "carl-data"]],
  ["a track by SID", "Carl", [include({ track: trackSid("Bob", 2) })], ["Bob's screen"]],
  ["a track by name, of two people", "Carl", [include({ track: "screen" })], ["Alice's screen", "Bob's screen"]],
  [
    "a track by SID taken away",
    "Carl",
    [all, exclude({ track: trackSid("Alice", 1) })],
    others("Carl").toSpliced(1, 1)
  ],
  ["publisher and kind", "Carl", [include({ publisher: "Alice", kind: "video" })], ["alice-cam", "Alice's screen"]],
  ["track and kind that do not go together", "Carl", [include({ track: "bob-audio", kind: "video" })], []],
  ["publisher and track that do not go together", "Carl", [include({ publisher: "Alice", track: "bob-cam" })], []],
  [
    "all three",
    "Alice",
    [include({ publisher: people.Bob.sid, track: trackSid("Bob", 1), kind: "video" })],
    ["bob-cam"]
  ],
  ["nobody", "Alice", [include({ publisher: "Mallory" }), include({ track: "secret" })], []],
  // Order.
  ["taken away and added again", "Bob", [all, exclude({ all: true }), include({ kind: "data" })], ["carl-data"]],
  ["the same twice", "Bob", [include({ kind: "data" }), include({ kind: "data" })], ["carl-data"]],
  // Case matters.
  ["an identity in another case", "Alice", [include({ publisher: "bob" })], []],
  ["a name in another case", "Alice", [include({ track: "Screen" })], []],
  ["a kind in another case", "Alice", [untyped({ type: "include", kind: "Audio" })], []],
  ["a SID in another case", "Alice", [include({ publisher: `PA${"B".repeat(32)}` })], []],
  // What is in the form of a SID is one, and only a whole identity is one.
  ["a part of an identity", "Alice", [include({ publisher: "Bo" }), include({ track: "bob" })], []],
  ["a room's SID as a publisher", "Alice", [include({ publisher: `RM${"b".repeat(32)}` })], []],
  ["a track's SID as a publisher", "Alice", [include({ publisher: trackSid("Bob", 0) })], []],
  ["a publisher's SID as a track", "Alice", [include({ track: people.Bob.sid })], []],
  // What Twilio might answer.
  ["a type that is new first", "Bob", [{ type: "maybe", all: true }, include({ kind: "data" })], ["carl-data"]],
  [
    "a type that is new between",
    "Bob",
    [include({ kind: "data" }), { type: "maybe", all: true }, include({ track: "alice-cam" })],
    ["alice-cam", "carl-data"]
  ],
  ["a type that is new last", "Bob", [include({ kind: "data" }), { type: "Exclude", all: true }], ["carl-data"]],
  ["only a type that is new", "Bob", [{ type: "INCLUDE", all: true }], []],
  ["an include without filters", "Bob", [include({ kind: "data" }), { type: "include" }], ["carl-data"]],
  ["an exclude without filters", "Bob", [include({ kind: "data" }), { type: "exclude" }], ["carl-data"]],
  ["only an include without filters", "Bob", [{ type: "include", priority: "high" }], []],
  ["a kind that is new", "Bob", [{ type: "include", kind: "smell" }], []],
  ["all together with a filter", "Bob", [untyped({ type: "include", all: true, kind: "data" })], others("Bob")]
]

describe("a track of a room", () => {
  it("is made of a participant and a track, and has nothing else of them", () => {
    const publisher = { ...people.Bob, status: "connected" }
    const published = { sid: trackSid("Bob", 2), name: "screen", kind: "video", enabled: true }
    assert.deepStrictEqual(SubscribeRules.roomTrack(publisher, published), {
      sid: trackSid("Bob", 2),
      name: "screen",
      kind: "video",
      publisherSid: people.Bob.sid,
      publisherIdentity: "Bob"
    })
  })
})

describe("rules", () => {
  for (const [what, subscriber, rules, expected] of cases) {
    it(`for ${subscriber}: ${what}`, () => {
      const participantSid = people[subscriber].sid
      assert.deepStrictEqual(told(SubscribeRules.evaluate({ participantSid, rules }, room)), expected)
    })
  }

  it("keep the tracks that were given and their order, and change nothing", () => {
    const tracks = room.toReversed().map((track) => Object.assign({ label: track.name.toUpperCase() }, track))
    const before = structuredClone(tracks)
    const subscribed = SubscribeRules.evaluate(
      { participantSid: people.Alice.sid, rules: [exclude({ all: true }), include({ publisher: "Bob" }), all] },
      tracks
    )
    assert.deepStrictEqual(
      subscribed.map((track) => track.label),
      ["CARL-DATA", "CARL-CAM", "CARL-AUDIO", "SCREEN", "BOB-CAM", "BOB-AUDIO"]
    )
    for (const track of subscribed) assert.include(tracks, track)
    assert.deepStrictEqual(tracks, before)
  })

  it("take an identity or a name in the form of a SID for that SID", () => {
    const named = SubscribeRules.roomTrack(
      { sid: people.Carl.sid, identity: people.Bob.sid },
      { sid: trackSid("Carl", 5), name: trackSid("Bob", 0), kind: "audio" }
    )
    const tracks = [...room, named]
    const evaluate = (rule: SubscribeRule.SubscribeRule) =>
      told(SubscribeRules.evaluate({ participantSid: people.Alice.sid, rules: [rule] }, tracks))
    assert.deepStrictEqual(evaluate(include({ publisher: people.Bob.sid })), ["bob-audio", "bob-cam", "Bob's screen"])
    assert.deepStrictEqual(evaluate(include({ track: trackSid("Bob", 0) })), ["bob-audio"])
  })
})

const Person = Schema.Literals(["Alice", "Bob", "Carl"])

const names = ["mic", "cam", "screen"] as const

const Track = Schema.Struct({
  publisher: Person,
  number: Schema.Literals([0, 1, 2, 3]),
  name: Schema.Literals(names),
  kind: Schema.Literals(["audio", "video", "data", "smell"])
})

// Stands for a filter that is not there; more than one, so that rules seldom have all of them.
const unset = ["", "", "", ""] as const

const publishers = [...Object.keys(people), ...Object.values(people).map((person) => person.sid), "Mallory"]

const trackFilters = [
  ...names,
  ...(["Alice", "Bob", "Carl"] as const).flatMap((name) => [0, 1].map((n) => trackSid(name, n)))
]

const Rule = Schema.Struct({
  type: Schema.Literals(["include", "include", "exclude", "exclude", "maybe"]),
  // Rules about everything are rare, or they would hide what the others do.
  all: Schema.Literals([true, false, false, false, false, false]),
  publisher: Schema.Literals([...unset, ...publishers]),
  track: Schema.Literals([...unset, ...unset, ...trackFilters]),
  kind: Schema.Literals([...unset, "audio", "video", "data", "smell"])
})

const Case = Arbitrary.schema(
  Schema.Struct({
    subscriber: Person,
    tracks: Schema.Array(Track).check(Schema.isMinLength(6), Schema.isMaxLength(12)),
    rules: Schema.Array(Rule).check(Schema.isMinLength(2), Schema.isMaxLength(8))
  })
)

const toRule = ({ all, kind, publisher, track, type }: typeof Rule.Type): SubscribeRule.SubscribeRule =>
  all
    ? { type, all }
    : {
        type,
        ...(publisher === "" ? {} : { publisher }),
        ...(track === "" ? {} : { track }),
        ...(kind === "" ? {} : { kind })
      }

/** The rules in their own words: from nothing, add or take away what each matches, one after the other. */
const byTheBook = (
  participantSid: string,
  rules: ReadonlyArray<SubscribeRule.SubscribeRule>,
  tracks: ReadonlyArray<SubscribeRules.RoomTrack>
) => {
  const subscribed = new Set<SubscribeRules.RoomTrack>()
  for (const rule of rules) {
    const matched = tracks.filter((track) => {
      if (track.publisherSid === participantSid) return false
      if (rule.all === true) return true
      const answers: Array<boolean> = []
      // No identity and no name in these cases is in the form of a SID.
      if (rule.publisher !== undefined) {
        answers.push([track.publisherSid, track.publisherIdentity].includes(rule.publisher))
      }
      if (rule.track !== undefined) answers.push([track.sid, track.name].includes(rule.track))
      if (rule.kind !== undefined) answers.push(track.kind === rule.kind)
      return answers.length > 0 && !answers.includes(false)
    })
    for (const track of matched) {
      if (rule.type === "include") subscribed.add(track)
      if (rule.type === "exclude") subscribed.delete(track)
    }
  }
  return tracks.filter((track) => subscribed.has(track))
}

describe("random rules", () => {
  it.effect("come to what their words say, one after the other", () =>
    Effect.gen(function* () {
      const sample = yield* Effect.orDie(Arbitrary.sampleEffect(Case, { count: 20_000, seed: "rules" }))
      let partial = 0
      let ordered = 0
      for (const { rules: generated, subscriber, tracks: published } of sample) {
        const rules = generated.map(toRule)
        const tracks = published.map(({ kind, name, number, publisher }) =>
          SubscribeRules.roomTrack(people[publisher], { sid: trackSid(publisher, number), name, kind })
        )
        const participantSid = people[subscriber].sid
        const subscribed = SubscribeRules.evaluate({ participantSid, rules }, tracks)
        assert.deepStrictEqual(
          subscribed,
          byTheBook(participantSid, rules, tracks),
          JSON.stringify({ subscriber, rules, tracks: told(tracks) })
        )
        const others = tracks.filter((track) => track.publisherSid !== participantSid)
        if (subscribed.length > 0 && subscribed.length < others.length) partial += 1
        const backwards = SubscribeRules.evaluate({ participantSid, rules: rules.toReversed() }, tracks)
        if (backwards.length !== subscribed.length) ordered += 1
      }
      // Where rules come to nothing or to everything, or in any order to the same, the two would agree by accident.
      assert.isAbove(partial, sample.length / 4)
      assert.isAbove(ordered, sample.length / 4)
    })
  )
})

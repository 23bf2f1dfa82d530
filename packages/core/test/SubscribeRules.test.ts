/**
 * `SubscribeRules.evaluate`: Twilio's documented cases, edge cases, and agreement with a literal implementation on
 * random rules. The operations are tested in `tests/contract`.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { count } from "../../../tests/support/Lane.ts"

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

const labels = (tracks: ReadonlyArray<SubscribeRules.RoomTrack>) =>
  tracks.map((track) => (track.name === "screen" ? `${track.publisherIdentity}'s screen` : track.name))

const others = (name: Name) => labels(room.filter((track) => track.publisherIdentity !== name))

const all = include({ all: true })

/** A rule that Twilio may send, but the constructors don't make. */
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
    "everything but one publisher's audio and all screens",
    "Carl",
    [all, exclude({ publisher: people.Bob.sid, kind: "audio" }), exclude({ kind: "video", track: "screen" })],
    ["alice-audio", "alice-cam", "bob-cam"]
  ],
  ["data, then nothing of its publisher", "Alice", [include({ kind: "data" }), exclude({ publisher: "Carl" })], []],
  [
    "nothing of one publisher, then data",
    "Alice",
    [exclude({ publisher: "Carl" }), include({ kind: "data" })],
    ["carl-data"]
  ],
  ["a list that only excludes", "Alice", [exclude({ kind: "video" })], []],
  ["an own track by name", "Alice", [include({ track: "alice-audio" })], []],
  ["a track name shared with another publisher", "Alice", [include({ track: "screen" })], ["Bob's screen"]],
  // Own tracks.
  ["the own identity as publisher", "Alice", [include({ publisher: "Alice" })], []],
  ["the own SID as publisher", "Alice", [include({ publisher: people.Alice.sid })], []],
  ["an own track by SID", "Alice", [include({ track: trackSid("Alice", 0) })], []],
  ["all", "Bob", [all], others("Bob")],
  // Each filter, and filters together.
  ["no rules", "Alice", [], []],
  ["all excluded", "Alice", [all, exclude({ all: true })], []],
  ["a kind", "Bob", [include({ kind: "audio" })], ["alice-audio", "carl-audio"]],
  ["a publisher", "Alice", [include({ publisher: "Bob" })], ["bob-audio", "bob-cam", "Bob's screen"]],
  ["a publisher by SID", "Bob", [include({ publisher: people.Carl.sid })], ["carl-audio", "carl-cam", "carl-data"]],
  ["a track by SID", "Carl", [include({ track: trackSid("Bob", 2) })], ["Bob's screen"]],
  ["a track by name, of two publishers", "Carl", [include({ track: "screen" })], ["Alice's screen", "Bob's screen"]],
  ["an excluded track by SID", "Carl", [all, exclude({ track: trackSid("Alice", 1) })], others("Carl").toSpliced(1, 1)],
  ["publisher and kind", "Carl", [include({ publisher: "Alice", kind: "video" })], ["alice-cam", "Alice's screen"]],
  ["track and kind that no track has", "Carl", [include({ track: "bob-audio", kind: "video" })], []],
  ["publisher and track that no track has", "Carl", [include({ publisher: "Alice", track: "bob-cam" })], []],
  [
    "all three",
    "Alice",
    [include({ publisher: people.Bob.sid, track: trackSid("Bob", 1), kind: "video" })],
    ["bob-cam"]
  ],
  ["an unknown publisher and track", "Alice", [include({ publisher: "Mallory" }), include({ track: "secret" })], []],
  // Order.
  ["excluded and included again", "Bob", [all, exclude({ all: true }), include({ kind: "data" })], ["carl-data"]],
  ["the same rule twice", "Bob", [include({ kind: "data" }), include({ kind: "data" })], ["carl-data"]],
  // Case sensitivity.
  ["an identity in another case", "Alice", [include({ publisher: "bob" })], []],
  ["a name in another case", "Alice", [include({ track: "Screen" })], []],
  ["a kind in another case", "Alice", [untyped({ type: "include", kind: "Audio" })], []],
  ["a SID in another case", "Alice", [include({ publisher: `PA${"B".repeat(32)}` })], []],
  // SIDs are recognized by their form, and identities match completely.
  ["a part of an identity", "Alice", [include({ publisher: "Bo" }), include({ track: "bob" })], []],
  ["a room's SID as a publisher", "Alice", [include({ publisher: `RM${"b".repeat(32)}` })], []],
  ["a track's SID as a publisher", "Alice", [include({ publisher: trackSid("Bob", 0) })], []],
  ["a publisher's SID as a track", "Alice", [include({ track: people.Bob.sid })], []],
  // Rules that Twilio may send.
  ["an unknown type first", "Bob", [{ type: "maybe", all: true }, include({ kind: "data" })], ["carl-data"]],
  [
    "an unknown type between",
    "Bob",
    [include({ kind: "data" }), { type: "maybe", all: true }, include({ track: "alice-cam" })],
    ["alice-cam", "carl-data"]
  ],
  ["an unknown type last", "Bob", [include({ kind: "data" }), { type: "Exclude", all: true }], ["carl-data"]],
  ["only an unknown type", "Bob", [{ type: "INCLUDE", all: true }], []],
  ["an include without filters", "Bob", [include({ kind: "data" }), { type: "include" }], ["carl-data"]],
  ["an exclude without filters", "Bob", [include({ kind: "data" }), { type: "exclude" }], ["carl-data"]],
  ["only an include without filters", "Bob", [{ type: "include", priority: "high" }], []],
  ["an unknown kind", "Bob", [{ type: "include", kind: "smell" }], []],
  ["all together with a filter", "Bob", [untyped({ type: "include", all: true, kind: "data" })], others("Bob")]
]

describe("SubscribeRules.roomTrack", () => {
  it("copies only what rules refer to", () => {
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

describe("SubscribeRules.evaluate", () => {
  for (const [what, subscriber, rules, expected] of cases) {
    it(`for ${subscriber}: ${what}`, () => {
      const participantSid = people[subscriber].sid
      assert.deepStrictEqual(labels(SubscribeRules.evaluate({ participantSid, rules }, room)), expected)
    })
  }

  it("returns the given tracks in their order, and changes nothing", () => {
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

  it("treats an identity or a name in the form of a SID as a SID", () => {
    const named = SubscribeRules.roomTrack(
      { sid: people.Carl.sid, identity: people.Bob.sid },
      { sid: trackSid("Carl", 5), name: trackSid("Bob", 0), kind: "audio" }
    )
    const tracks = [...room, named]
    const evaluate = (rule: SubscribeRule.SubscribeRule) =>
      labels(SubscribeRules.evaluate({ participantSid: people.Alice.sid, rules: [rule] }, tracks))
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

// Stands for a missing filter. Repeated, so that few rules have all filters.
const unset = ["", "", "", ""] as const

const publishers = [...Object.keys(people), ...Object.values(people).map((person) => person.sid), "Mallory"]

const trackFilters = [
  ...names,
  ...(["Alice", "Bob", "Carl"] as const).flatMap((name) => [0, 1].map((n) => trackSid(name, n)))
]

const Rule = Schema.Struct({
  type: Schema.Literals(["include", "include", "exclude", "exclude", "maybe"]),
  // Rare, or these rules would hide the effect of the others.
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

/** The documented algorithm, literally: start with no tracks, and add or remove the matching tracks of each rule. */
const literally = (
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
      // No identity and no name has the form of a SID here.
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
  it.effect("evaluate like the documented algorithm", () =>
    Effect.gen(function* () {
      const sample = yield* Effect.orDie(Arbitrary.sampleEffect(Case, { count: count(2000, 20_000), seed: "rules" }))
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
          literally(participantSid, rules, tracks),
          JSON.stringify({ subscriber, rules, tracks: labels(tracks) })
        )
        const others = tracks.filter((track) => track.publisherSid !== participantSid)
        if (subscribed.length > 0 && subscribed.length < others.length) partial += 1
        const backwards = SubscribeRules.evaluate({ participantSid, rules: rules.toReversed() }, tracks)
        if (backwards.length !== subscribed.length) ordered += 1
      }
      // Enough cases whose result is neither empty nor complete, and depends on the order of the rules.
      assert.isAbove(partial, sample.length / 4)
      assert.isAbove(ordered, sample.length / 4)
    })
  )
})

/**
 * The JSON codecs of all records: the decoded members, optional members, rejected values, and encoding.
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as PublishedTrack from "@effect-twilio-video/core/PublishedTrack"
import * as Room from "@effect-twilio-video/core/Room"
import * as SubscribedTrack from "@effect-twilio-video/core/SubscribedTrack"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

type Members = Readonly<Record<string, unknown>>

const roomSid = `RM${"2".repeat(32)}`
const accountSid = `AC${"3".repeat(32)}`
const alice = `PA${"a".repeat(32)}`
const bob = `PA${"b".repeat(32)}`
const trackSid = `MT${"4".repeat(32)}`

const created = ["2026-03-01T12:00:00Z", DateTime.makeUnsafe("2026-03-01T12:00:00Z")] as const
const updated = ["2026-03-01T12:30:05Z", DateTime.makeUnsafe("2026-03-01T12:30:05Z")] as const
const ended = ["2026-03-01T12:31:00Z", DateTime.makeUnsafe("2026-03-01T12:31:00Z")] as const

interface Case {
  readonly name: string
  readonly decode: (wire: unknown) => object
  readonly accepts: (wire: unknown) => boolean
  readonly encode: (record: unknown) => unknown
  readonly wire: Members
  readonly record: Members
  /** The members that may be missing or null. `none` is what they decode as, `written` what that is encoded as. */
  readonly optional: ReadonlyArray<readonly [wire: string, member: string, none: unknown, written: unknown]>
  /** The members with keywords of Twilio, which may be new. */
  readonly words: ReadonlyArray<string>
  readonly wrong: ReadonlyArray<readonly [member: string, value: unknown]>
}

const none = Option.none()

const recordOf = <A extends object, I>(
  name: string,
  codec: Schema.Codec<A, I>,
  rest: Pick<Case, "wire" | "record" | "optional" | "words" | "wrong">
): Case => ({
  name,
  decode: Schema.decodeUnknownSync(codec),
  accepts: (wire) => Option.isSome(Schema.decodeUnknownOption(codec)(wire)),
  encode: Schema.encodeUnknownSync(codec),
  ...rest
})

const track = {
  wire: {
    sid: trackSid,
    participant_sid: alice,
    room_sid: roomSid,
    name: "screen",
    kind: "video",
    enabled: false,
    date_created: created[0],
    date_updated: updated[0],
    url: "https://video.twilio.com/v1/track"
  },
  record: {
    sid: trackSid,
    participantSid: alice,
    roomSid,
    name: "screen",
    kind: "video",
    enabled: false,
    dateCreated: created[1],
    dateUpdated: Option.some(updated[1]),
    url: Option.some("https://video.twilio.com/v1/track")
  },
  optional: [
    ["date_updated", "dateUpdated", none, null],
    ["url", "url", none, null]
  ],
  words: ["kind"],
  wrong: [
    ["sid", alice],
    ["sid", `MT${"4".repeat(31)}`],
    ["participant_sid", trackSid],
    ["room_sid", "DailyStandup"],
    ["name", 7],
    ["kind", ["video"]],
    ["enabled", "true"],
    ["date_created", "yesterday"],
    ["date_updated", "2026-13-01T00:00:00Z"],
    ["url", {}]
  ]
} as const

const participant = {
  wire: {
    sid: alice,
    room_sid: roomSid,
    account_sid: accountSid,
    status: "disconnected",
    identity: "Alice",
    date_created: created[0],
    date_updated: updated[0],
    start_time: created[0],
    end_time: ended[0],
    duration: 1860,
    url: "https://video.twilio.com/v1/participant"
  },
  record: {
    sid: alice,
    roomSid,
    accountSid: Option.some(accountSid),
    status: "disconnected",
    identity: "Alice",
    dateCreated: created[1],
    dateUpdated: Option.some(updated[1]),
    startTime: Option.some(created[1]),
    endTime: Option.some(ended[1]),
    duration: Option.some(Duration.minutes(31)),
    url: Option.some("https://video.twilio.com/v1/participant")
  },
  optional: [
    ["account_sid", "accountSid", none, null],
    ["date_updated", "dateUpdated", none, null],
    ["start_time", "startTime", none, null],
    ["end_time", "endTime", none, null],
    ["duration", "duration", none, null],
    ["url", "url", none, null]
  ],
  words: ["status"],
  wrong: [
    ["sid", trackSid],
    ["room_sid", "DailyStandup"],
    ["account_sid", roomSid],
    ["status", 1],
    ["identity", 7],
    ["date_created", "yesterday"],
    ["date_updated", 0],
    ["start_time", ""],
    ["end_time", "2026-13-01T00:00:00Z"],
    ["duration", "1860"],
    ["url", {}]
  ]
} as const

const records: ReadonlyArray<Case> = [
  recordOf("a room", Room.RoomJson, {
    wire: {
      sid: roomSid,
      account_sid: accountSid,
      unique_name: "DailyStandup",
      status: "completed",
      type: "group",
      date_created: created[0],
      date_updated: updated[0],
      end_time: ended[0],
      duration: 1860,
      status_callback: "https://hooks.example/rooms",
      status_callback_method: "GET",
      max_participants: 50,
      max_participant_duration: 14_400,
      max_concurrent_published_tracks: 170,
      record_participants_on_connect: true,
      video_codecs: ["H264", "VP8"],
      media_region: "de1",
      audio_only: false,
      empty_room_timeout: 5,
      unused_room_timeout: 60,
      large_room: false,
      enable_turn: true,
      url: "https://video.twilio.com/v1/room",
      links: { participants: "https://video.twilio.com/v1/room/Participants" }
    },
    record: {
      sid: roomSid,
      accountSid: Option.some(accountSid),
      uniqueName: "DailyStandup",
      status: "completed",
      type: "group",
      dateCreated: created[1],
      dateUpdated: Option.some(updated[1]),
      endTime: Option.some(ended[1]),
      duration: Option.some(Duration.minutes(31)),
      statusCallback: Option.some("https://hooks.example/rooms"),
      statusCallbackMethod: Option.some("GET"),
      maxParticipants: Option.some(50),
      maxParticipantDuration: Option.some(Duration.hours(4)),
      maxConcurrentPublishedTracks: Option.some(170),
      recordParticipantsOnConnect: Option.some(true),
      videoCodecs: ["H264", "VP8"],
      mediaRegion: Option.some("de1"),
      audioOnly: Option.some(false),
      emptyRoomTimeout: Option.some(Duration.minutes(5)),
      unusedRoomTimeout: Option.some(Duration.hours(1)),
      largeRoom: Option.some(false),
      enableTurn: Option.some(true),
      url: Option.some("https://video.twilio.com/v1/room"),
      links: { participants: "https://video.twilio.com/v1/room/Participants" }
    },
    optional: [
      ["account_sid", "accountSid", none, null],
      ["date_updated", "dateUpdated", none, null],
      ["end_time", "endTime", none, null],
      ["duration", "duration", none, null],
      ["status_callback", "statusCallback", none, null],
      ["status_callback_method", "statusCallbackMethod", none, null],
      ["max_participants", "maxParticipants", none, null],
      ["max_participant_duration", "maxParticipantDuration", none, null],
      ["max_concurrent_published_tracks", "maxConcurrentPublishedTracks", none, null],
      ["record_participants_on_connect", "recordParticipantsOnConnect", none, null],
      ["video_codecs", "videoCodecs", [], []],
      ["media_region", "mediaRegion", none, null],
      ["audio_only", "audioOnly", none, null],
      ["empty_room_timeout", "emptyRoomTimeout", none, null],
      ["unused_room_timeout", "unusedRoomTimeout", none, null],
      ["large_room", "largeRoom", none, null],
      ["enable_turn", "enableTurn", none, null],
      ["url", "url", none, null],
      ["links", "links", {}, {}]
    ],
    words: ["status", "type", "media_region", "status_callback_method"],
    wrong: [
      ["sid", alice],
      ["account_sid", roomSid],
      ["unique_name", 7],
      ["status", { now: "completed" }],
      ["type", 1],
      ["date_created", ""],
      ["date_updated", 1_700_000_000],
      ["end_time", "2026-13-01T00:00:00Z"],
      ["duration", "1860"],
      ["duration", 1.5],
      ["status_callback", 7],
      ["status_callback_method", false],
      ["max_participants", "50"],
      ["max_participants", 1.5],
      ["max_participant_duration", "4 hours"],
      ["max_concurrent_published_tracks", {}],
      ["record_participants_on_connect", "true"],
      ["video_codecs", "VP8"],
      ["video_codecs", [8]],
      ["media_region", 1],
      ["audio_only", 0],
      ["empty_room_timeout", 0.5],
      ["unused_room_timeout", "5"],
      ["large_room", "no"],
      ["enable_turn", 1],
      ["url", 7],
      ["links", "https://video.twilio.com"]
    ]
  }),
  recordOf("a participant", Participant.ParticipantJson, {
    ...participant,
    wire: { ...participant.wire, links: { anonymize: "https://video.twilio.com/v1/participant/Anonymize" } },
    record: { ...participant.record, links: { anonymize: "https://video.twilio.com/v1/participant/Anonymize" } },
    optional: [...participant.optional, ["links", "links", {}, {}]],
    wrong: [...participant.wrong, ["links", "https://video.twilio.com"]]
  }),
  recordOf("an anonymized participant", Participant.AnonymizedParticipantJson, {
    ...participant,
    words: ["status", "identity"]
  }),
  recordOf("a published track", PublishedTrack.PublishedTrackJson, track),
  recordOf("a subscribed track", SubscribedTrack.SubscribedTrackJson, {
    ...track,
    wire: { ...track.wire, publisher_sid: bob },
    record: { ...track.record, publisherSid: bob },
    wrong: [...track.wrong, ["publisher_sid", "Bob"]]
  }),
  recordOf("a set of subscribe rules", SubscribeRule.SubscribeRuleSetJson, {
    wire: {
      participant_sid: alice,
      room_sid: roomSid,
      rules: [
        { type: "include", all: true },
        { type: "exclude", publisher: "Bob", track: "screen", kind: "video", priority: "high" }
      ],
      date_created: created[0],
      date_updated: updated[0]
    },
    record: {
      participantSid: alice,
      roomSid,
      rules: [
        { type: "include", all: true },
        { type: "exclude", publisher: "Bob", track: "screen", kind: "video", priority: "high" }
      ],
      dateCreated: Option.some(created[1]),
      dateUpdated: Option.some(updated[1])
    },
    optional: [
      ["date_created", "dateCreated", none, null],
      ["date_updated", "dateUpdated", none, null]
    ],
    words: [],
    wrong: [
      ["participant_sid", "Alice"],
      ["room_sid", alice],
      ["rules", "all"],
      ["rules", { type: "include", all: true }],
      ["rules", [null]],
      ["rules", ["include"]],
      ["rules", [{ all: true }]],
      ["rules", [{ type: 1, all: true }]],
      ["rules", [{ type: "include", all: "true" }]],
      ["rules", [{ type: "include", publisher: 7 }]],
      ["rules", [{ type: "include", track: ["screen"] }]],
      ["rules", [{ type: "include", kind: false }]],
      ["rules", [{ type: "include", all: true, priority: 1 }]],
      ["date_created", "soon"],
      ["date_updated", 0]
    ]
  })
]

const without = (members: Members, names: ReadonlyArray<string>): Members =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))

for (const { accepts, decode, encode, name, optional, record, wire, words, wrong } of records) {
  const optionalNames = optional.map(([name]) => name)

  describe(name, () => {
    it("round-trips unchanged", () => {
      const decoded = decode(wire)
      assert.deepStrictEqual({ ...decoded }, record)
      assert.deepStrictEqual(encode(decoded), wire)
    })

    it("drops unknown members", () => {
      assert.deepStrictEqual({ ...decode({ ...wire, mood: "fine", transcribe: { on: true } }) }, record)
    })

    for (const [member, here, empty, written] of optional) {
      it(`decodes without ${member}, as if it were null`, () => {
        const lacking = decode(without(wire, [member]))
        assert.deepStrictEqual({ ...lacking }, { ...record, [here]: empty })
        assert.deepStrictEqual(decode({ ...wire, [member]: null }), lacking)
        assert.deepStrictEqual(encode(lacking), { ...wire, [member]: written })
      })
    }

    it("requires every other member", () => {
      assert.isTrue(accepts(without(wire, optionalNames)))
      for (const member of Object.keys(wire).filter((member) => !optionalNames.includes(member))) {
        assert.isFalse(accepts(without(wire, [member])), member)
        assert.isFalse(accepts({ ...wire, [member]: null }), member)
      }
    })

    it("keeps unknown keywords", () => {
      for (const word of words) {
        const changed = { ...wire, [word]: "a-new-word" }
        assert.deepStrictEqual(encode(decode(changed)), changed)
      }
    })

    it("rejects other types and formats", () => {
      for (const [member, value] of wrong) {
        assert.isFalse(accepts({ ...wire, [member]: value }), `${member}: ${JSON.stringify(value)}`)
      }
      // Every member has a wrong value above.
      assert.deepStrictEqual(
        Object.keys(wire).filter((member) => !wrong.some(([name]) => name === member)),
        []
      )
      for (const value of [undefined, null, [], [wire], "", 7]) assert.isFalse(accepts(value))
    })
  })
}

describe("a room", () => {
  const [room] = records
  if (room === undefined) return

  it("drops links that aren't strings", () => {
    const links = { participants: "https://h/p", recordings: null, transcriptions: 7 }
    assert.deepStrictEqual(
      { ...room.decode({ ...room.wire, links }) },
      { ...room.record, links: { participants: "https://h/p" } }
    )
  })

  it("encodes durations truncated to Twilio's units", () => {
    const decoded = Schema.decodeUnknownSync(Room.RoomJson)(room.wire)
    const longer = new Room.Room({
      ...decoded,
      duration: Option.some(Duration.millis(1999)),
      emptyRoomTimeout: Option.some(Duration.seconds(119))
    })
    assert.deepStrictEqual(room.encode(longer), { ...room.wire, duration: 1, empty_room_timeout: 1 })
  })
})

describe("a subscribe rule", () => {
  const decode = Schema.decodeUnknownSync(SubscribeRule.SubscribeRuleSetJson)
  const encode = Schema.encodeSync(SubscribeRule.SubscribeRuleSetJson)

  const empty = { all: null, publisher: null, track: null, kind: null, priority: null }

  const rules: ReadonlyArray<readonly [what: string, wire: object, rule: object]> = [
    ["with null filters", { ...empty, type: "include", all: true }, { type: "include", all: true }],
    [
      "with one filter and null ones",
      { ...empty, type: "exclude", kind: "video", all: false },
      { type: "exclude", kind: "video" }
    ],
    ["without filters", { ...empty, type: "include" }, { type: "include" }],
    ["with an unknown member", { type: "include", kind: "audio", loud: true }, { type: "include", kind: "audio" }],
    ["of an unknown type and kind", { type: "maybe", kind: "smell" }, { type: "maybe", kind: "smell" }],
    ["with an empty filter", { type: "include", publisher: "" }, { type: "include", publisher: "" }],
    ["with a priority", { type: "include", all: true, priority: "" }, { type: "include", all: true, priority: "" }]
  ]

  for (const [what, wire, rule] of rules) {
    it(`${what} decodes, and is encoded without nulls`, () => {
      const set = decode({ participant_sid: alice, room_sid: roomSid, rules: [wire] })
      assert.deepStrictEqual<ReadonlyArray<object>>(set.rules, [rule])
      assert.deepStrictEqual<ReadonlyArray<object>>(encode(set).rules, [rule])
    })
  }
})

describe("a keyword", () => {
  const words: ReadonlyArray<
    readonly [
      name: string,
      isKnown: (value: unknown) => boolean,
      decode: (value: unknown) => string,
      known: ReadonlyArray<string>
    ]
  > = [
    [
      "participant status",
      Participant.isKnownStatus,
      Schema.decodeUnknownSync(Participant.Status),
      ["connected", "reconnecting", "disconnected"]
    ],
    ["room status", Room.isKnownStatus, Schema.decodeUnknownSync(Room.Status), ["in-progress", "completed", "failed"]],
    [
      "room type",
      Room.isKnownType,
      Schema.decodeUnknownSync(Room.Type),
      ["group", "go", "peer-to-peer", "group-small"]
    ],
    [
      "track kind",
      PublishedTrack.isKnownKind,
      Schema.decodeUnknownSync(PublishedTrack.Kind),
      ["audio", "video", "data"]
    ]
  ]
  for (const [name, isKnown, decode, known] of words) {
    it(`for a ${name} may be unknown, and must be a string`, () => {
      for (const word of known) {
        assert.isTrue(isKnown(word), word)
        assert.isFalse(isKnown(word.toUpperCase()), word)
        assert.isFalse(isKnown(`${word} `), word)
      }
      for (const value of ["", "new", null, undefined, 7, {}, [known[0]]]) assert.isFalse(isKnown(value))
      assert.strictEqual(decode("new"), "new")
      for (const value of [null, undefined, 7, {}]) assert.throws(() => decode(value))
    })
  }
})

/**
 * Tests that invalid arguments fail before anything is sent, with their names and without their values.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import type * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as VideoWire from "@effect-twilio-video/http/VideoWire"
import { assert, describe, it } from "@effect/vitest"
import type * as Arr from "effect/Array"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Operations from "./support/Operations.ts"
import * as Stub from "./support/Stub.ts"

const halfPair = "Alice\ud83d"

const notText = "is not well-formed Unicode"
const notWhole = "is not a whole number"

/** Calls with an invalid argument; returns the error, and fails if anything is sent. */
const rejection = Effect.fnUntraced(function* (call: Effect.Effect<unknown, Operations.Failure, TwilioVideo.Services>) {
  const sent: Array<string> = []
  const error = yield* Effect.flip(
    Stub.run((request) => {
      sent.push(request.url)
      return Stub.json({})
    }, call)
  )
  assert.deepStrictEqual(sent, [])
  if (error._tag !== "TwilioError" || error.reason._tag !== "InvalidArgument") return assert.fail(error.message)
  const { argument, message } = error.reason
  assert.notProperty(error, "status")
  assert.strictEqual(error.message, `${message} (${error.method} ${error.path})`)
  assert.notInclude(Operations.textOf(error), "Alice")
  return { argument, message, method: error.method, path: error.path }
})

const message = (argument: string, problem: string) => `The argument "${argument}" ${problem}. Nothing was sent.`

describe("a room, a participant or a track", () => {
  const bad: ReadonlyArray<readonly [text: string, problem: string]> = [
    ["", "is empty"],
    [".", `can't be "."`],
    ["..", `can't be ".."`],
    [halfPair, notText]
  ]

  for (const { call, name, maskedPath, url, endpoint } of Operations.all) {
    const { method, path } = VideoWire.operations[endpoint]
    const inPath = (["room", "participant", "track"] as const).filter((argument) => path.includes(`:${argument}`))
    // Subscribed tracks are tested below.
    for (const argument of inPath.filter((argument) => argument !== "track" || url.includes("/PublishedTracks/"))) {
      it.effect(`of ${name}: ${argument} is sent in the path or rejected`, () =>
        Effect.gen(function* () {
          for (const [text, problem] of bad) {
            assert.deepStrictEqual(yield* rejection(call({ ...Operations.byName, [argument]: text })), {
              argument,
              message: message(argument, problem),
              method,
              path: maskedPath
            })
          }
        })
      )
    }
  }

  it.effect("is rejected in the order of the path", () =>
    Effect.gen(function* () {
      const fetch = (room: string, participant: string, track: string) =>
        rejection(PublishedTracks.fetch(room, participant, track))
      assert.strictEqual((yield* fetch("", "..", "")).argument, "room")
      assert.strictEqual((yield* fetch("Standup", "..", "")).argument, "participant")
      const { argument, path } = yield* fetch(Stub.roomSid, Stub.sid("b"), "")
      assert.strictEqual(argument, "track")
      assert.strictEqual(path, `/v1/Rooms/${Stub.roomSid}/Participants/${Stub.sid("b")}/PublishedTracks/{name}`)
    })
  )

  it.effect("is looked up by its own kind of SID only: another SID is a name", () =>
    Effect.gen(function* () {
      const notThere = () => Stub.json({ code: 20404 }, 404)
      const error = yield* Effect.flip(
        Stub.run(notThere, PublishedTracks.fetch(Stub.sid("b"), Stub.trackSid, Stub.roomSid))
      )
      assert.strictEqual(error.path, "/v1/Rooms/{name}/Participants/{identity}/PublishedTracks/{name}")
      assert.strictEqual(error._tag === "NotFound" && error.lookup, "name")
    })
  )
})

describe("a subscribed track", () => {
  const fetch = (room: string, participant: string, track: string) => SubscribedTracks.fetch(room, participant, track)

  const path = "/v1/Rooms/{name}/Participants/{identity}/SubscribedTracks/{name}"

  for (const [what, track, problem] of [
    ["a name", "Alice's screen", "is not the SID of a track (MT and 32 hexadecimal digits)"],
    ["a participant's SID", Stub.sid("b"), "is not the SID of a track (MT and 32 hexadecimal digits)"],
    ["too short", `MT${"c".repeat(31)}`, "is not the SID of a track (MT and 32 hexadecimal digits)"],
    ["no hexadecimal number", `MT${"g".repeat(32)}`, "is not the SID of a track (MT and 32 hexadecimal digits)"],
    ["a SID and more", `${Stub.trackSid}?x`, "is not the SID of a track (MT and 32 hexadecimal digits)"],
    ["in small letters", `mt${"c".repeat(32)}`, "is not the SID of a track (MT and 32 hexadecimal digits)"],
    ["nothing", "", "is empty"],
    ["a step up", "..", `can't be ".."`],
    ["half a character", halfPair, notText]
  ] as const) {
    it.effect(`that is ${what} is rejected`, () =>
      Effect.gen(function* () {
        const rejected = yield* rejection(fetch("Standup", "Alice", track))
        assert.deepStrictEqual(rejected, { argument: "track", message: message("track", problem), method: "GET", path })
        assert.strictEqual((yield* rejection(fetch("", "Alice", track))).argument, "room")
      })
    )
  }

  it.effect("shows the SIDs of its room and participant", () =>
    Effect.gen(function* () {
      const { path } = yield* rejection(fetch(Stub.roomSid, Stub.sid("b"), "screen"))
      assert.strictEqual(path, `/v1/Rooms/${Stub.roomSid}/Participants/${Stub.sid("b")}/SubscribedTracks/{name}`)
    })
  )
})

describe("the options of a list", () => {
  interface Options {
    readonly pageSize?: number
    readonly pageToken?: string
    readonly status?: string
    readonly uniqueName?: string
    readonly identity?: string
    readonly dateCreatedAfter?: DateTime.DateTime.Input
    readonly dateCreatedBefore?: DateTime.DateTime.Input
  }

  type Call = (options: Options) => Effect.Effect<unknown, Operations.Failure, TwilioVideo.Services>

  const tracksPath = "/v1/Rooms/{name}/Participants/{identity}"

  const lists: ReadonlyArray<readonly [name: string, path: string, filters: ReadonlyArray<keyof Options>, call: Call]> =
    [
      [
        "Rooms.list",
        "/v1/Rooms",
        ["status", "uniqueName", "dateCreatedAfter", "dateCreatedBefore"],
        (options) => Rooms.list(options)
      ],
      [
        "Rooms.stream",
        "/v1/Rooms",
        ["status", "uniqueName", "dateCreatedAfter", "dateCreatedBefore"],
        (options) => Stream.runDrain(Rooms.stream(options))
      ],
      [
        "Participants.list",
        "/v1/Rooms/{name}/Participants",
        ["status", "identity", "dateCreatedAfter", "dateCreatedBefore"],
        (options) => Participants.list("Standup", options)
      ],
      [
        "Participants.stream",
        "/v1/Rooms/{name}/Participants",
        ["status", "identity", "dateCreatedAfter", "dateCreatedBefore"],
        (options) => Stream.runDrain(Participants.stream("Standup", options))
      ],
      [
        "PublishedTracks.list",
        `${tracksPath}/PublishedTracks`,
        [],
        (options) => PublishedTracks.list("Standup", "Alice", options)
      ],
      [
        "PublishedTracks.stream",
        `${tracksPath}/PublishedTracks`,
        [],
        (options) => Stream.runDrain(PublishedTracks.stream("Standup", "Alice", options))
      ],
      [
        "SubscribedTracks.list",
        `${tracksPath}/SubscribedTracks`,
        [],
        (options) => SubscribedTracks.list("Standup", "Alice", options)
      ],
      [
        "SubscribedTracks.stream",
        `${tracksPath}/SubscribedTracks`,
        [],
        (options) => Stream.runDrain(SubscribedTracks.stream("Standup", "Alice", options))
      ]
    ]

  const notASize = "is not a whole number from 1 to 1000"

  const bad: ReadonlyArray<readonly [argument: keyof Options, problem: string, options: ReadonlyArray<Options>]> = [
    ["pageSize", notASize, [0, -1, 1.5, 1001, Number.NaN, Infinity].map((pageSize) => ({ pageSize }))],
    ["pageToken", "is empty", [{ pageToken: "" }]],
    ["pageToken", notText, [{ pageToken: halfPair }]],
    ["status", "is empty", [{ status: "" }]],
    ["status", notText, [{ status: halfPair }]],
    ["uniqueName", "is empty", [{ uniqueName: "" }]],
    ["uniqueName", notText, [{ uniqueName: halfPair }]],
    ["identity", "is empty", [{ identity: "" }]],
    ["identity", notText, [{ identity: halfPair }]],
    [
      "dateCreatedAfter",
      "is not a date",
      ["Alice's birthday", Number.NaN, new Date(Number.NaN)].map((dateCreatedAfter) => ({ dateCreatedAfter }))
    ],
    ["dateCreatedBefore", "is not a date", [{ dateCreatedBefore: "" }, { dateCreatedBefore: Infinity }]]
  ]

  for (const [name, path, filters, call] of lists) {
    it.effect(`of ${name} are rejected if they are invalid`, () =>
      Effect.gen(function* () {
        for (const [argument, problem, options] of bad) {
          if (!["pageSize", "pageToken", ...filters].includes(argument)) continue
          for (const option of options) {
            assert.deepStrictEqual(yield* rejection(call(option)), {
              argument,
              message: message(argument, problem),
              method: "GET",
              path
            })
          }
        }
      })
    )
  }
})

describe("the options of a room", () => {
  const many = <A>(count: number, one: A) => Array.from({ length: count }, () => one)

  const cyclic: { self?: object } = {}
  cyclic.self = { cyclic }

  const notMinutes = "is not a whole number of minutes"
  const notSeconds = "is not a whole number of seconds"
  const notJson = "can't be serialized as JSON"

  const minutes: ReadonlyArray<Duration.Input> = [
    "90 seconds",
    "1.5 minutes",
    30_000,
    1,
    "-1 minutes",
    -60_000,
    "Infinity",
    "-Infinity",
    Infinity,
    Number.NaN,
    Duration.infinity,
    Duration.nanos(60_000_000_001n),
    60_000_000_001n,
    [60, 1],
    { minutes: 1, seconds: 1 }
  ]

  const seconds: ReadonlyArray<Duration.Input> = [
    "1500 millis",
    "0.5 seconds",
    600_001,
    "-10 minutes",
    -1000,
    "Infinity",
    "-Infinity",
    -Infinity,
    Number.NaN,
    Duration.infinity,
    Duration.nanos(600_000_000_001n),
    [600, 1]
  ]

  /** Options that the types don't allow. */
  const untyped = (options: unknown) => options as Rooms.CreateOptions

  const counts = [-1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53]

  const rejected: ReadonlyArray<
    readonly [argument: keyof Rooms.CreateOptions, problem: string, options: ReadonlyArray<Rooms.CreateOptions>]
  > = [
    ["uniqueName", "is empty", [{ uniqueName: "" }]],
    ["uniqueName", notText, [{ uniqueName: halfPair }]],
    ["type", "is empty", [{ type: "" }]],
    ["type", notText, [{ type: halfPair }]],
    ["statusCallback", "is empty", [{ statusCallback: "" }]],
    ["statusCallback", notText, [{ statusCallback: halfPair }]],
    ["statusCallbackMethod", "is empty", [untyped({ statusCallbackMethod: "" })]],
    [
      "maxParticipants",
      notWhole,
      [...counts.map((maxParticipants) => ({ maxParticipants })), untyped({ maxParticipants: "2" })]
    ],
    ["videoCodecs", "is empty", [untyped({ videoCodecs: ["VP8", ""] })]],
    ["videoCodecs", "is empty; omit it instead", [untyped({ videoCodecs: [] })]],
    ["mediaRegion", "is empty", [{ mediaRegion: "" }]],
    ["recordingRules", "must have at least one rule", [untyped({ recordingRules: [] })]],
    [
      "recordingRules",
      "must have at most 20 rules, not 21",
      [untyped({ recordingRules: many(21, SubscribeRule.include({ all: true })) })]
    ],
    [
      "recordingRules",
      'is invalid: rule 2 must have the kind "audio", "video" or "data"',
      [{ recordingRules: [SubscribeRule.include({ all: true }), { type: "exclude", kind: "Alice" }] }]
    ],
    [
      "transcriptionsConfiguration",
      notJson,
      [cyclic, { terms: [10n] }, () => "Alice"].map((transcriptionsConfiguration) =>
        untyped({ transcriptionsConfiguration })
      )
    ],
    [
      "maxParticipantDuration",
      notSeconds,
      [
        ...seconds.map((maxParticipantDuration) => ({ maxParticipantDuration })),
        untyped({ maxParticipantDuration: "Alice" })
      ]
    ],
    ["emptyRoomTimeout", notMinutes, minutes.map((emptyRoomTimeout) => ({ emptyRoomTimeout }))],
    ["unusedRoomTimeout", notMinutes, minutes.map((unusedRoomTimeout) => ({ unusedRoomTimeout }))]
  ]

  for (const [argument, problem, cases] of rejected) {
    it.effect(`are rejected if ${argument} ${problem}`, () =>
      Effect.gen(function* () {
        for (const options of cases) {
          // Valid options make no difference.
          for (const all of [options, { uniqueName: "Alice's", maxParticipants: 2, largeRoom: true, ...options }]) {
            assert.deepStrictEqual(yield* rejection(Rooms.create(all)), {
              argument,
              message: message(argument, problem),
              method: "POST",
              path: "/v1/Rooms"
            })
          }
        }
      })
    )
  }

  it.effect("are rejected by the first invalid one", () =>
    Effect.gen(function* () {
      const { argument } = yield* rejection(
        Rooms.create({ emptyRoomTimeout: -1, maxParticipants: -1, uniqueName: "Alice" })
      )
      assert.strictEqual(argument, "maxParticipants")
    })
  )
})

describe("subscribe rules", () => {
  const update = (rules: ReadonlyArray<SubscribeRule.SubscribeRule>) =>
    // The type doesn't allow an empty list.
    SubscribeRules.update("Standup", "Alice", rules as Arr.NonEmptyReadonlyArray<SubscribeRule.SubscribeRule>)

  const all = SubscribeRule.include({ all: true })

  for (const [what, rules, problem] of [
    ["none", [], "must have at least one rule"],
    ["21", Array.from({ length: 21 }, () => all), "must have at most 20 rules, not 21"],
    [
      "one without filters",
      [all, { type: "exclude" }],
      "is invalid: rule 2 must have a filter: all, publisher, track or kind"
    ],
    [
      "one of a new type",
      [{ type: "Alice", all: true }],
      'is invalid: rule 1 must have the type "include" or "exclude"'
    ],
    [
      "one of a new kind",
      [{ type: "include", kind: "Alice" }],
      'is invalid: rule 1 must have the kind "audio", "video" or "data"'
    ],
    [
      "half a character",
      [all, all, { type: "include", publisher: halfPair }],
      'is invalid: rule 3 must have well-formed Unicode in the filter "publisher"'
    ]
  ] as const) {
    it.effect(`are rejected: ${what}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* rejection(update(rules)), {
          argument: "rules",
          message: message("rules", problem),
          method: "POST",
          path: "/v1/Rooms/{name}/Participants/{identity}/SubscribeRules"
        })
      })
    )
  }
})

describe("the status of an update", () => {
  it.effect("must not be empty", () =>
    Effect.gen(function* () {
      const rejected = yield* rejection(Participants.update("Standup", "Alice", { status: "" }))
      assert.strictEqual(rejected.message, message("status", "is empty"))
    })
  )
})

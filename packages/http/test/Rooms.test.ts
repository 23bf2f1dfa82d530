/**
 * Tests how the options of `create` and of lists of rooms are encoded. `Arguments.test.ts` tests invalid options.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Stub from "./support/Stub.ts"

const sentBy = Effect.fnUntraced(function* (
  response: unknown,
  use: (rooms: Rooms.Service) => Effect.Effect<unknown, unknown>
) {
  const requests: Array<Request> = []
  yield* Stub.run((request) => {
    requests.push(request)
    return Stub.json(response)
  }, Rooms.Rooms.use(use))
  const [request] = requests
  if (request === undefined || requests.length > 1) return assert.fail(`${requests.length} requests`)
  return request
})

const form = (options?: Rooms.CreateOptions) =>
  Effect.flatMap(
    sentBy(Stub.room(), (rooms) => rooms.create(options)),
    (request) => Effect.promise(() => request.text())
  )

describe("creating a room", () => {
  const cases: ReadonlyArray<readonly [form: string, ...options: ReadonlyArray<Rooms.CreateOptions | undefined>]> = [
    ["", undefined, {}, { uniqueName: undefined, videoCodecs: undefined, emptyRoomTimeout: undefined }],
    ["UniqueName=a%20b%2Fc%3Fd%23%26%3D%2B%25%C3%A9%F0%9F%98%80.", { uniqueName: "a b/c?d#&=+%é😀." }],
    ["Type=group", { type: "group" }],
    ["Type=a%26new%20one", { type: "a&new one" }],
    [
      "StatusCallback=https%3A%2F%2Fh.example%2Fx%3Fa%3Db%26c%3Dd%23e",
      { statusCallback: "https://h.example/x?a=b&c=d#e" }
    ],
    ["StatusCallbackMethod=GET", { statusCallbackMethod: "GET" }],
    ["MaxParticipants=50", { maxParticipants: 50 }],
    // Twilio checks the range.
    ["MaxParticipants=0", { maxParticipants: 0 }, { maxParticipants: -0 }],
    ["MaxParticipants=100000", { maxParticipants: 1e5 }],
    ["RecordParticipantsOnConnect=true", { recordParticipantsOnConnect: true }],
    ["RecordParticipantsOnConnect=false", { recordParticipantsOnConnect: false }],
    ["TranscribeParticipantsOnConnect=true", { transcribeParticipantsOnConnect: true }],
    ["TranscribeParticipantsOnConnect=false", { transcribeParticipantsOnConnect: false }],
    ["VideoCodecs=H264", { videoCodecs: ["H264"] }],
    ["VideoCodecs=VP8&VideoCodecs=H264", { videoCodecs: ["VP8", "H264"] }],
    ["VideoCodecs=H264&VideoCodecs=VP8", { videoCodecs: ["H264", "VP8"] }],
    ["MediaRegion=de1", { mediaRegion: "de1" }],
    [
      "RecordingRules=%5B%7B%22type%22%3A%22include%22%2C%22kind%22%3A%22audio%22%7D%2C" +
        "%7B%22type%22%3A%22exclude%22%2C%22publisher%22%3A%22A%26B%22%7D%5D",
      { recordingRules: [SubscribeRule.include({ kind: "audio" }), SubscribeRule.exclude({ publisher: "A&B" })] }
    ],
    [
      "TranscriptionsConfiguration=%7B%22languageCode%22%3A%22en-US%22%2C%22terms%22%3A%5B%22%C3%A9%26%22%2C1%2Cnull%5D%7D",
      { transcriptionsConfiguration: { languageCode: "en-US", terms: ["é&", 1, null] } }
    ],
    ["TranscriptionsConfiguration=%7B%7D", { transcriptionsConfiguration: {} }],
    ["AudioOnly=true", { audioOnly: true }],
    ["AudioOnly=false", { audioOnly: false }],
    [
      "MaxParticipantDuration=5400",
      { maxParticipantDuration: "90 minutes" },
      { maxParticipantDuration: "1.5 hours" },
      { maxParticipantDuration: 5_400_000 },
      { maxParticipantDuration: 5_400_000_000_000n },
      { maxParticipantDuration: [5400, 0] },
      { maxParticipantDuration: { hours: 1, minutes: 30 } },
      { maxParticipantDuration: Duration.minutes(90) }
    ],
    ["MaxParticipantDuration=1", { maxParticipantDuration: "1 second" }],
    // A floating-point sum of whole seconds.
    ["MaxParticipantDuration=3960", { maxParticipantDuration: "1.1 hours" }],
    [
      "EmptyRoomTimeout=60",
      { emptyRoomTimeout: "1 hour" },
      { emptyRoomTimeout: "3600 seconds" },
      { emptyRoomTimeout: 3_600_000 },
      { emptyRoomTimeout: Duration.hours(1) }
    ],
    ["EmptyRoomTimeout=0", { emptyRoomTimeout: 0 }, { emptyRoomTimeout: Duration.zero }],
    ["UnusedRoomTimeout=1", { unusedRoomTimeout: "60 seconds" }, { unusedRoomTimeout: { minutes: 1 } }],
    ["LargeRoom=true", { largeRoom: true }],
    ["LargeRoom=false", { largeRoom: false }]
  ]

  for (const [expected, ...inputs] of cases) {
    it.effect(`sends ${expected === "" ? "an empty form" : expected}`, () =>
      Effect.gen(function* () {
        for (const options of inputs) assert.strictEqual(yield* form(options), expected)
      })
    )
  }

  it.effect("sends all options, in a fixed order", () =>
    Effect.gen(function* () {
      const options: Required<Rooms.CreateOptions> = {
        largeRoom: true,
        unusedRoomTimeout: "2 minutes",
        emptyRoomTimeout: "1 minute",
        maxParticipantDuration: "10 minutes",
        audioOnly: false,
        transcriptionsConfiguration: {},
        recordingRules: [SubscribeRule.include({ all: true })],
        mediaRegion: "de1",
        videoCodecs: ["VP8", "H264"],
        transcribeParticipantsOnConnect: false,
        recordParticipantsOnConnect: true,
        maxParticipants: 2,
        statusCallbackMethod: "POST",
        statusCallback: "https://h.example",
        type: "group",
        uniqueName: "Standup"
      }
      const expected =
        "Type=group&UniqueName=Standup&StatusCallback=https%3A%2F%2Fh.example&StatusCallbackMethod=POST" +
        "&MaxParticipants=2&RecordParticipantsOnConnect=true&TranscribeParticipantsOnConnect=false" +
        "&VideoCodecs=VP8&VideoCodecs=H264&MediaRegion=de1" +
        "&RecordingRules=%5B%7B%22type%22%3A%22include%22%2C%22all%22%3Atrue%7D%5D&TranscriptionsConfiguration=%7B%7D" +
        "&AudioOnly=false&MaxParticipantDuration=600&EmptyRoomTimeout=1&UnusedRoomTimeout=2&LargeRoom=true"
      assert.strictEqual(yield* form(options), expected)
      assert.strictEqual(yield* form(Object.fromEntries(Object.entries(options).reverse())), expected)
    })
  )

  it.effect("sends a form even without options, and no unknown options", () =>
    Effect.gen(function* () {
      const request = yield* sentBy(Stub.room(), (rooms) => rooms.create())
      assert.match(request.headers.get("content-type") ?? "", /^application\/x-www-form-urlencoded/)
      const options = { mood: "fine", enableTurn: true, maxParticipants: 2 }
      assert.strictEqual(yield* form(options as Rooms.CreateOptions), "MaxParticipants=2")
    })
  )
})

describe("a list of rooms", () => {
  const filters = {
    status: "completed",
    uniqueName: "a&b=c +d",
    dateCreatedAfter: DateTime.makeUnsafe("2026-01-02T03:04:05.999Z"),
    dateCreatedBefore: "2026-01-03T01:00:00+01:00",
    pageSize: 20
  } as const
  const query =
    "Status=completed&UniqueName=a%26b%3Dc%20%2Bd&DateCreatedAfter=2026-01-02T03%3A04%3A05Z" +
    "&DateCreatedBefore=2026-01-03T00%3A00%3A00Z&PageSize=20"
  const response = Stub.list([], null, undefined, "rooms")

  it.effect("sends its filters in Twilio's order, and no default page size", () =>
    Effect.gen(function* () {
      const url = (options?: Rooms.ListOptions) =>
        Effect.map(
          sentBy(response, (rooms) => rooms.list(options)),
          (request) => request.url
        )
      const base = "https://video.twilio.com/v1/Rooms"
      assert.strictEqual(yield* url(), base)
      assert.strictEqual(yield* url({ status: undefined, pageToken: undefined }), base)
      assert.strictEqual(yield* url({ pageToken: "RM/1+2", ...filters }), `${base}?${query}&PageToken=RM%2F1%2B2`)
    })
  )

  it.effect("as a stream sends the same filters, and a default page size of 1000", () =>
    Effect.gen(function* () {
      const url = (options?: Rooms.Filters) =>
        Effect.map(
          sentBy(response, (rooms) => Stream.runDrain(rooms.stream(options))),
          (request) => request.url
        )
      const base = "https://video.twilio.com/v1/Rooms"
      assert.strictEqual(yield* url(), `${base}?PageSize=1000`)
      assert.strictEqual(yield* url({ pageSize: undefined }), `${base}?PageSize=1000`)
      assert.strictEqual(yield* url(filters), `${base}?${query}`)
    })
  )
})

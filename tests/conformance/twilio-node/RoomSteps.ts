/**
 * The steps about rooms: created with and without options, fetched, listed and completed. The last room, "Daily Standup",
 * stays in progress for the steps that follow. `TimeoutSteps` has the timeouts.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Client from "./Client.ts"
import type * as FieldView from "./FieldView.ts"
import * as Step from "./Step.ts"

const { at, names, remember, notFound, apiError, sid } = Step

export const standup = "Daily Standup"

/** `Required` fails to compile when Twilio's package adds an option. */
const everyOption: Required<Client.RoomOptions> = {
  enableTurn: true,
  type: "group",
  uniqueName: standup,
  statusCallback: "https://example.com/room events?a=1&b=é+2",
  statusCallbackMethod: "GET",
  maxParticipants: 12,
  recordParticipantsOnConnect: true,
  transcribeParticipantsOnConnect: true,
  videoCodecs: ["H264", "VP8"],
  mediaRegion: "de1",
  recordingRules: [
    { type: "include", all: true },
    { type: "exclude", publisher: "Ann & Ben", kind: "video" }
  ],
  transcriptionsConfiguration: { languageCode: "de-DE", partialResults: true },
  audioOnly: false,
  maxParticipantDuration: 86_400,
  emptyRoomTimeout: 59,
  unusedRoomTimeout: 60,
  largeRoom: true
}

const urlsOf = (sid: string) => {
  const url = `https://video.twilio.com/v1/Rooms/${sid}`
  return {
    url,
    links: {
      participants: `${url}/Participants`,
      recordings: `${url}/Recordings`,
      transcriptions: `${url}/Transcriptions`,
      recording_rules: `${url}/RecordingRules`
    }
  }
}

const bare = (context: Step.Context): FieldView.RoomView => ({
  sid: sid(context, "bare"),
  accountSid: context.sandbox.credentials.accountSid,
  uniqueName: sid(context, "bare"),
  status: "in-progress",
  type: "group",
  dateCreated: "2026-03-02T09:00:00.000Z",
  dateUpdated: "2026-03-02T09:00:00.000Z",
  endTime: null,
  duration: null,
  statusCallback: null,
  statusCallbackMethod: "POST",
  maxParticipants: 50,
  maxParticipantDuration: 14_400,
  maxConcurrentPublishedTracks: 170,
  recordParticipantsOnConnect: false,
  videoCodecs: ["VP8", "H264"],
  mediaRegion: "us1",
  audioOnly: false,
  emptyRoomTimeout: 5,
  unusedRoomTimeout: 5,
  largeRoom: false,
  enableTurn: true,
  ...urlsOf(sid(context, "bare"))
})

const full = (context: Step.Context): FieldView.RoomView => ({
  ...bare(context),
  sid: sid(context, "standup"),
  uniqueName: standup,
  statusCallback: "https://example.com/room events?a=1&b=é+2",
  statusCallbackMethod: "GET",
  maxParticipants: 12,
  maxParticipantDuration: 86_400,
  recordParticipantsOnConnect: true,
  videoCodecs: ["H264", "VP8"],
  mediaRegion: "de1",
  emptyRoomTimeout: 59,
  unusedRoomTimeout: 60,
  largeRoom: true,
  ...urlsOf(sid(context, "standup"))
})

const creation: ReadonlyArray<Step.Step> = [
  Step.make(
    "create a room with defaults",
    (context) =>
      Effect.andThen(at("09:00:00.700"), context.client.write.createRoom({})).pipe(remember(context, "bare")),
    (room, context) => assert.deepStrictEqual(room, bare(context))
  ),
  Step.make(
    "create a room with every option",
    (context) => context.client.write.createRoom(everyOption).pipe(remember(context, "standup")),
    (room, context) => {
      assert.deepStrictEqual(room, full(context))
      assert.notStrictEqual(room.sid, sid(context, "bare"))
    }
  ),
  Step.make(
    "create a room with a name that is taken",
    ({ client }) => Effect.flip(client.write.createRoom({ uniqueName: standup })),
    (errors) => assert.deepStrictEqual(errors, apiError(400, 53113))
  ),
  Step.make(
    "fetch a room by name, and by SID",
    (context) =>
      Effect.all([context.client.read.fetchRoom(standup), context.client.read.fetchRoom(sid(context, "standup"))]),
    (rooms, context) => assert.deepStrictEqual(rooms, [full(context), full(context)])
  ),
  Step.make(
    "fetch a room without a name, by SID",
    (context) => context.client.read.fetchRoom(sid(context, "bare")),
    (room, context) => assert.deepStrictEqual(room, bare(context))
  ),
  Step.make(
    "fetch unknown rooms",
    ({ client }) =>
      Effect.forEach(["Nowhere", "daily standup", `RM${"0".repeat(32)}`], (room) =>
        Effect.flip(client.read.fetchRoom(room))
      ),
    (errors) => assert.deepStrictEqual(errors, [notFound, notFound, notFound])
  )
]

const completion: ReadonlyArray<Step.Step> = [
  Step.make(
    "complete a room by name",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:01:00")
        yield* context.client.write.createRoom({ uniqueName: "Retro" }).pipe(remember(context, "retro"))
        yield* at("09:01:30.250")
        return yield* context.client.write.completeRoom("Retro")
      }),
    (room, context) =>
      assert.deepInclude(room, {
        sid: sid(context, "retro"),
        status: "completed",
        dateCreated: "2026-03-02T09:01:00.000Z",
        dateUpdated: "2026-03-02T09:01:30.000Z",
        endTime: "2026-03-02T09:01:30.000Z",
        duration: 30
      })
  ),
  Step.make(
    "fetch and complete a completed room by name",
    ({ client }) =>
      Effect.all([Effect.flip(client.read.fetchRoom("Retro")), Effect.flip(client.write.completeRoom("Retro"))]),
    (errors) => assert.deepStrictEqual(errors, [notFound, notFound])
  ),
  Step.make(
    "complete a completed room by SID",
    (context) => Effect.flip(context.client.write.completeRoom(sid(context, "retro"))),
    (errors) => assert.deepStrictEqual(errors, apiError(400, 53112))
  ),
  Step.make(
    "fetch a completed room by SID",
    (context) => Effect.andThen(at("09:01:31"), context.client.read.fetchRoom(sid(context, "retro"))),
    (room) => assert.deepInclude(room, { status: "completed", endTime: "2026-03-02T09:01:30.000Z", duration: 30 })
  ),
  Step.make(
    "create a room with the name of a completed one, and complete it by SID",
    (context) =>
      Effect.gen(function* () {
        const room = yield* context.client.write
          .createRoom({ uniqueName: "Retro" })
          .pipe(remember(context, "second retro"))
        const found = yield* context.client.read.fetchRoom("Retro")
        yield* at("09:01:40.999")
        return [room, found, yield* context.client.write.completeRoom(room.sid)] as const
      }),
    ([made, found, completed], context) => {
      assert.notStrictEqual(made.sid, sid(context, "retro"))
      assert.deepStrictEqual(found, made)
      assert.deepStrictEqual(completed, {
        ...made,
        status: "completed",
        dateUpdated: "2026-03-02T09:01:40.000Z",
        endTime: "2026-03-02T09:01:40.000Z",
        duration: 9
      })
    }
  ),
  Step.make(
    "fetch a room before and after its unused timeout",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:05:00.699")
        const before = yield* context.client.read.fetchRoom(sid(context, "bare"))
        yield* at("09:05:00.700")
        return [before, yield* context.client.read.fetchRoom(sid(context, "bare"))] as const
      }),
    ([before, after], context) => {
      assert.deepStrictEqual(before, bare(context))
      assert.deepStrictEqual(after, {
        ...bare(context),
        status: "completed",
        dateUpdated: "2026-03-02T09:05:00.000Z",
        endTime: "2026-03-02T09:05:00.000Z",
        duration: 300
      })
    }
  )
]

const day = (time: string) => new Date(`2026-03-02T${time}Z`)

const series = ["Series 1", "Series 2", "Series 3", "Series 4", "Series 5"] as const

const inProgress = [...series.toReversed(), "standup"]

/** The series was created at :00, :01.500, :03, :04.500 and :06. */
const filters: ReadonlyArray<{
  readonly title: string
  readonly filters: Client.RoomFilters
  readonly found: ReadonlyArray<string>
}> = [
  { title: "no filter", filters: {}, found: inProgress },
  { title: "status in-progress", filters: { status: "in-progress" }, found: inProgress },
  { title: "status completed", filters: { status: "completed" }, found: ["second retro", "retro", "bare"] },
  { title: "status failed", filters: { status: "failed" }, found: [] },
  { title: "a name", filters: { uniqueName: "Series 3" }, found: ["Series 3"] },
  { title: "a name in another case", filters: { uniqueName: "series 3" }, found: [] },
  { title: "a name that only completed rooms have", filters: { uniqueName: "Retro" }, found: [] },
  {
    title: "status completed and a name",
    filters: { status: "completed", uniqueName: "Retro" },
    found: ["second retro", "retro"]
  },
  {
    title: "created at a second or later",
    filters: { dateCreatedAfter: day("09:06:04") },
    found: ["Series 5", "Series 4"]
  },
  {
    title: "created after, below a second",
    filters: { dateCreatedAfter: day("09:06:04.999") },
    found: ["Series 5", "Series 4"]
  },
  { title: "created after a second", filters: { dateCreatedAfter: day("09:06:05") }, found: ["Series 5"] },
  {
    title: "created before a second",
    filters: { dateCreatedBefore: day("09:06:04") },
    found: ["Series 3", "Series 2", "Series 1", "standup"]
  },
  {
    title: "created before the next second",
    filters: { dateCreatedBefore: day("09:06:05") },
    found: ["Series 4", "Series 3", "Series 2", "Series 1", "standup"]
  },
  {
    title: "all four",
    filters: {
      status: "in-progress",
      uniqueName: "Series 2",
      dateCreatedAfter: day("09:06:01"),
      dateCreatedBefore: day("09:06:02")
    },
    found: ["Series 2"]
  },
  {
    title: "all four, one of which doesn't match",
    filters: {
      status: "in-progress",
      uniqueName: "Series 2",
      dateCreatedAfter: day("09:06:02"),
      dateCreatedBefore: day("09:06:03")
    },
    found: []
  }
]

const lists: ReadonlyArray<Step.Step> = [
  Step.make(
    "create a series of rooms",
    (context) =>
      Effect.forEach(series, (uniqueName, index) =>
        Effect.andThen(
          at(new Date(day("09:06:00").getTime() + index * 1500).toISOString().slice(0, -1)),
          context.client.write.createRoom({ uniqueName, unusedRoomTimeout: 60 }).pipe(remember(context, uniqueName))
        )
      ),
    (rooms) =>
      assert.deepStrictEqual(
        rooms.map(({ dateCreated, uniqueName }) => [uniqueName, dateCreated]),
        [
          ["Series 1", "2026-03-02T09:06:00.000Z"],
          ["Series 2", "2026-03-02T09:06:01.000Z"],
          ["Series 3", "2026-03-02T09:06:03.000Z"],
          ["Series 4", "2026-03-02T09:06:04.000Z"],
          ["Series 5", "2026-03-02T09:06:06.000Z"]
        ]
      )
  ),
  ...filters.map(({ filters, found, title }) =>
    Step.make(
      `list rooms: ${title}`,
      // One room per page, so the page URLs must keep the filters.
      ({ client }) => client.read.rooms.list({ ...filters, pageSize: 1 }),
      (rooms, context) => assert.deepStrictEqual(names(context, rooms), found)
    )
  ),
  Step.make(
    "list rooms: the SID of a room without a name as its unique name",
    (context) =>
      context.client.read.rooms.list({ status: "completed", uniqueName: sid(context, "bare"), pageSize: 50 }),
    (rooms, context) => assert.deepStrictEqual(names(context, rooms), ["bare"])
  ),
  Step.make(
    "list rooms page by page with filters, and back",
    ({ client }) =>
      Step.readPages(
        (options) => client.read.rooms.page({ status: "in-progress", dateCreatedAfter: day("09:06:01"), ...options }),
        3
      ),
    ({ back, forth }, context) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(context, items)),
        [["Series 5", "Series 4", "Series 3"], ["Series 2"]]
      )
      assert.deepStrictEqual(back, forth)
      const query = "Status=in-progress&DateCreatedAfter=2026-03-02T09%3A06%3A01Z&PageSize=3"
      assert.deepStrictEqual(
        forth.map(({ nextPageUrl, previousPageUrl }) => [previousPageUrl, nextPageUrl]),
        [
          [null, `https://video.twilio.com/v1/Rooms?${query}&Page=1&PageToken=PA${sid(context, "Series 3")}`],
          [`https://video.twilio.com/v1/Rooms?${query}&Page=0&PageToken=PB${sid(context, "Series 2")}`, null]
        ]
      )
    }
  ),
  Step.make(
    "complete a series of rooms; one is left",
    ({ client }) =>
      Effect.gen(function* () {
        yield* at("09:07:00")
        const completed = yield* Effect.forEach(series, (room) => client.write.completeRoom(room))
        return [completed, yield* client.read.rooms.list({ pageSize: 50 })] as const
      }),
    ([completed, left], context) => {
      assert.deepStrictEqual(
        completed.map(({ duration }) => duration),
        [60, 58, 57, 55, 54]
      )
      assert.deepStrictEqual(left, [full(context)])
    }
  )
]

export const steps: ReadonlyArray<Step.Step> = [...creation, ...completion, ...lists]

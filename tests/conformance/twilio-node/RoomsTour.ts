/**
 * The part of the tour about rooms: made bare and with every option, found, listed, completed. Its last room, "Daily
 * Standup", stays open for the parts after it. Holds no timeouts but that of the bare room (see TimeoutsTour).
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Client from "./Client.ts"
import type * as FieldView from "./FieldView.ts"
import * as TourStep from "./TourStep.ts"

const { at, names, note, notFound, refusal, sid } = TourStep

export const standup = "Daily Standup"

/** Required: a new option of the package does not compile until the tour has it. */
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

const bare = (trip: TourStep.Trip): FieldView.RoomView => ({
  sid: sid(trip, "bare"),
  accountSid: trip.sandbox.credentials.accountSid,
  uniqueName: sid(trip, "bare"),
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
  ...urlsOf(sid(trip, "bare"))
})

const full = (trip: TourStep.Trip): FieldView.RoomView => ({
  ...bare(trip),
  sid: sid(trip, "standup"),
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
  ...urlsOf(sid(trip, "standup"))
})

const creation: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "create a room of defaults",
    (trip) => Effect.andThen(at("09:00:00.700"), trip.client.write.createRoom({})).pipe(note(trip, "bare")),
    (room, trip) => assert.deepStrictEqual(room, bare(trip))
  ),
  TourStep.make(
    "create a room with every option",
    (trip) => trip.client.write.createRoom(everyOption).pipe(note(trip, "standup")),
    (room, trip) => {
      assert.deepStrictEqual(room, full(trip))
      assert.notStrictEqual(room.sid, sid(trip, "bare"))
    }
  ),
  TourStep.make(
    "create a room with a name that is taken",
    ({ client }) => Effect.flip(client.write.createRoom({ uniqueName: standup })),
    (told) => assert.deepStrictEqual(told, refusal(400, 53113))
  ),
  TourStep.make(
    "fetch a room by name, and by SID",
    (trip) => Effect.all([trip.client.read.fetchRoom(standup), trip.client.read.fetchRoom(sid(trip, "standup"))]),
    (rooms, trip) => assert.deepStrictEqual(rooms, [full(trip), full(trip)])
  ),
  TourStep.make(
    "fetch a room without a name, by SID",
    (trip) => trip.client.read.fetchRoom(sid(trip, "bare")),
    (room, trip) => assert.deepStrictEqual(room, bare(trip))
  ),
  TourStep.make(
    "fetch rooms that are not there",
    ({ client }) =>
      Effect.forEach(["Nowhere", "daily standup", `RM${"0".repeat(32)}`], (room) =>
        Effect.flip(client.read.fetchRoom(room))
      ),
    (told) => assert.deepStrictEqual(told, [notFound, notFound, notFound])
  )
]

const completion: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "complete a room by name",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:01:00")
        yield* trip.client.write.createRoom({ uniqueName: "Retro" }).pipe(note(trip, "retro"))
        yield* at("09:01:30.250")
        return yield* trip.client.write.completeRoom("Retro")
      }),
    (room, trip) =>
      assert.deepInclude(room, {
        sid: sid(trip, "retro"),
        status: "completed",
        dateCreated: "2026-03-02T09:01:00.000Z",
        dateUpdated: "2026-03-02T09:01:30.000Z",
        endTime: "2026-03-02T09:01:30.000Z",
        duration: 30
      })
  ),
  TourStep.make(
    "a completed room by name, to fetch and to complete",
    ({ client }) =>
      Effect.all([Effect.flip(client.read.fetchRoom("Retro")), Effect.flip(client.write.completeRoom("Retro"))]),
    (told) => assert.deepStrictEqual(told, [notFound, notFound])
  ),
  TourStep.make(
    "complete a completed room by SID",
    (trip) => Effect.flip(trip.client.write.completeRoom(sid(trip, "retro"))),
    (told) => assert.deepStrictEqual(told, refusal(400, 53112))
  ),
  TourStep.make(
    "fetch a completed room by SID",
    (trip) => Effect.andThen(at("09:01:31"), trip.client.read.fetchRoom(sid(trip, "retro"))),
    (room) => assert.deepInclude(room, { status: "completed", endTime: "2026-03-02T09:01:30.000Z", duration: 30 })
  ),
  TourStep.make(
    "create a room with the name of a completed one, and complete it by SID",
    (trip) =>
      Effect.gen(function* () {
        const room = yield* trip.client.write.createRoom({ uniqueName: "Retro" }).pipe(note(trip, "second retro"))
        const found = yield* trip.client.read.fetchRoom("Retro")
        yield* at("09:01:40.999")
        return [room, found, yield* trip.client.write.completeRoom(room.sid)] as const
      }),
    ([made, found, completed], trip) => {
      assert.notStrictEqual(made.sid, sid(trip, "retro"))
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
  TourStep.make(
    "a room that nobody joins, until its timeout and then",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:05:00.699")
        const before = yield* trip.client.read.fetchRoom(sid(trip, "bare"))
        yield* at("09:05:00.700")
        return [before, yield* trip.client.read.fetchRoom(sid(trip, "bare"))] as const
      }),
    ([before, after], trip) => {
      assert.deepStrictEqual(before, bare(trip))
      assert.deepStrictEqual(after, {
        ...bare(trip),
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

/** With the series made at :00, :01.500, :03, :04.500 and :06. */
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
  { title: "a name, of completed rooms alone", filters: { uniqueName: "Retro" }, found: [] },
  {
    title: "status completed and a name",
    filters: { status: "completed", uniqueName: "Retro" },
    found: ["second retro", "retro"]
  },
  {
    title: "created in a second or later",
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
    title: "all four, of which one does not hold",
    filters: {
      status: "in-progress",
      uniqueName: "Series 2",
      dateCreatedAfter: day("09:06:02"),
      dateCreatedBefore: day("09:06:03")
    },
    found: []
  }
]

const lists: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "create a series of rooms",
    (trip) =>
      Effect.forEach(series, (uniqueName, index) =>
        Effect.andThen(
          at(new Date(day("09:06:00").getTime() + index * 1500).toISOString().slice(0, -1)),
          trip.client.write.createRoom({ uniqueName, unusedRoomTimeout: 60 }).pipe(note(trip, uniqueName))
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
    TourStep.make(
      `list rooms: ${title}`,
      // One to a page, so that the page URLs have to carry the filters as well.
      ({ client }) => client.read.rooms.list({ ...filters, pageSize: 1 }),
      (rooms, trip) => assert.deepStrictEqual(names(trip, rooms), found)
    )
  ),
  TourStep.make(
    "list rooms: a SID in the place of the name, of a room without one",
    (trip) => trip.client.read.rooms.list({ status: "completed", uniqueName: sid(trip, "bare"), pageSize: 50 }),
    (rooms, trip) => assert.deepStrictEqual(names(trip, rooms), ["bare"])
  ),
  TourStep.make(
    "list rooms page by page with filters, and back",
    ({ client }) =>
      TourStep.walk(
        (options) => client.read.rooms.page({ status: "in-progress", dateCreatedAfter: day("09:06:01"), ...options }),
        3
      ),
    ({ back, forth }, trip) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(trip, items)),
        [["Series 5", "Series 4", "Series 3"], ["Series 2"]]
      )
      assert.deepStrictEqual(back, forth)
      const query = "Status=in-progress&DateCreatedAfter=2026-03-02T09%3A06%3A01Z&PageSize=3"
      assert.deepStrictEqual(
        forth.map(({ nextPageUrl, previousPageUrl }) => [previousPageUrl, nextPageUrl]),
        [
          [null, `https://video.twilio.com/v1/Rooms?${query}&Page=1&PageToken=PA${sid(trip, "Series 3")}`],
          [`https://video.twilio.com/v1/Rooms?${query}&Page=0&PageToken=PB${sid(trip, "Series 2")}`, null]
        ]
      )
    }
  ),
  TourStep.make(
    "complete a series of rooms, after which one is left",
    ({ client }) =>
      Effect.gen(function* () {
        yield* at("09:07:00")
        const completed = yield* Effect.forEach(series, (room) => client.write.completeRoom(room))
        return [completed, yield* client.read.rooms.list({ pageSize: 50 })] as const
      }),
    ([completed, left], trip) => {
      assert.deepStrictEqual(
        completed.map(({ duration }) => duration),
        [60, 58, 57, 55, 54]
      )
      assert.deepStrictEqual(left, [full(trip)])
    }
  )
]

export const steps: ReadonlyArray<TourStep.Step> = [...creation, ...completion, ...lists]

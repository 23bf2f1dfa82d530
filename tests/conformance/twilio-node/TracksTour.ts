/**
 * The part of the tour about tracks and subscribe rules, in a room of three: published through the sandbox's controls,
 * found by SID and by name, listed, muted, taken back; subscribed to by rules, which are read, replaced and refused.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Client from "./Client.ts"
import type * as FieldView from "./FieldView.ts"
import * as TourStep from "./TourStep.ts"

const { at, names, note, notFound, refusal, sid } = TourStep

const trio = "Trio"

/** As in the example of https://www.twilio.com/docs/video/api/track-subscriptions, one published each second. */
const publications = [
  { by: "Alice", name: "alice-audio", kind: "audio", as: "A audio" },
  { by: "Alice", name: "alice-cam", kind: "video", as: "A cam" },
  { by: "Alice", name: "screen", kind: "video", as: "A screen" },
  { by: "Bob", name: "bob-audio", kind: "audio", as: "B audio" },
  { by: "Bob", name: "bob-cam", kind: "video", as: "B cam" },
  { by: "Bob", name: "screen", kind: "video", as: "B screen" },
  { by: "Carl", name: "carl-audio", kind: "audio", as: "C audio" },
  { by: "Carl", name: "carl-cam", kind: "video", as: "C cam" },
  { by: "Carl", name: "carl-data", kind: "data", as: "C data" }
] as const

const camera = (trip: TourStep.Trip): FieldView.TrackView => ({
  sid: sid(trip, "A cam"),
  roomSid: sid(trip, "trio"),
  participantSid: sid(trip, "Alice"),
  name: "alice-cam",
  kind: "video",
  enabled: true,
  dateCreated: "2026-03-02T10:01:01.000Z",
  dateUpdated: null,
  url:
    `https://video.twilio.com/v1/Rooms/${sid(trip, "trio")}/Participants/${sid(trip, "Alice")}` +
    `/PublishedTracks/${sid(trip, "A cam")}`
})

const cameraAsSubscribed = (trip: TourStep.Trip, subscriber: string): FieldView.SubscribedTrackView => ({
  ...camera(trip),
  participantSid: sid(trip, subscriber),
  publisherSid: sid(trip, "Alice"),
  url:
    `https://video.twilio.com/v1/Rooms/${sid(trip, "trio")}/Participants/${sid(trip, subscriber)}` +
    `/SubscribedTracks/${sid(trip, "A cam")}`
})

const publishing: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "tracks of people who publish none",
    (trip) =>
      Effect.gen(function* () {
        const { client, sandbox } = trip
        yield* at("10:00:00")
        yield* client.write.createRoom({ uniqueName: trio }).pipe(note(trip, "trio"))
        for (const identity of ["Alice", "Bob", "Carl"]) yield* sandbox.join(trio, identity).pipe(note(trip, identity))
        const published = yield* client.read.publishedTracks.list(trio, "Alice", { pageSize: 50 })
        return [published, yield* client.read.subscribedTracks.list(trio, "Alice", { pageSize: 50 })]
      }),
    (lists) => assert.deepStrictEqual(lists, [[], []])
  ),
  TourStep.make(
    "list published tracks, by identity and by SID",
    (trip) =>
      Effect.gen(function* () {
        for (const [index, { as, by, kind, name }] of publications.entries()) {
          yield* at(`10:01:0${index}.400`)
          yield* trip.sandbox.publishTrack(trio, by, { kind, name }).pipe(note(trip, as))
        }
        const { list } = trip.client.read.publishedTracks
        const byIdentity = yield* list(trio, "Alice", { pageSize: 50 })
        return [byIdentity, yield* list(sid(trip, "trio"), sid(trip, "Alice"), { pageSize: 50 })] as const
      }),
    ([byIdentity, bySid], trip) => {
      assert.deepStrictEqual(names(trip, byIdentity), ["A screen", "A cam", "A audio"])
      assert.deepStrictEqual(byIdentity[1], camera(trip))
      assert.deepStrictEqual(bySid, byIdentity)
    }
  ),
  TourStep.make(
    "fetch a published track by SID and by name",
    (trip) =>
      Effect.forEach([sid(trip, "A cam"), "alice-cam"], (track) =>
        trip.client.read.fetchPublishedTrack(trio, "Alice", track)
      ),
    (found, trip) => assert.deepStrictEqual(found, [camera(trip), camera(trip)])
  ),
  TourStep.make(
    "fetch published tracks of one name, by publisher",
    (trip) =>
      Effect.forEach(["Alice", sid(trip, "Bob")], (who) => trip.client.read.fetchPublishedTrack(trio, who, "screen")),
    (found, trip) => {
      assert.deepStrictEqual(names(trip, found), ["A screen", "B screen"])
      assert.deepStrictEqual(
        found.map(({ participantSid }) => participantSid),
        [sid(trip, "Alice"), sid(trip, "Bob")]
      )
    }
  ),
  TourStep.make(
    "fetch published tracks that are not there",
    (trip) =>
      Effect.forEach(
        [
          [trio, "Alice", "Alice-cam"],
          [trio, "Bob", "alice-cam"],
          [trio, "Bob", sid(trip, "A cam")],
          [trio, "Alice", `MT${"0".repeat(32)}`],
          [trio, "Nobody", "alice-cam"],
          [sid(trip, "standup"), sid(trip, "Alice"), "alice-cam"],
          ["Nowhere", "Alice", "alice-cam"]
        ] as const,
        ([room, who, track]) => Effect.flip(trip.client.read.fetchPublishedTrack(room, who, track))
      ),
    (told) =>
      assert.deepStrictEqual(
        told,
        Array.from({ length: 7 }, () => notFound)
      )
  ),
  TourStep.make(
    "a track is disabled, and enabled",
    ({ client, sandbox }) =>
      Effect.gen(function* () {
        const { fetchPublishedTrack } = client.read
        yield* at("10:02:00.900")
        yield* sandbox.disableTrack(trio, "Bob", "bob-audio")
        const disabled = yield* fetchPublishedTrack(trio, "Bob", "bob-audio")
        yield* at("10:02:10")
        yield* sandbox.disableTrack(trio, "Bob", "bob-audio")
        const still = yield* fetchPublishedTrack(trio, "Bob", "bob-audio")
        yield* at("10:02:20")
        yield* sandbox.enableTrack(trio, "Bob", "bob-audio")
        return [disabled, still, yield* fetchPublishedTrack(trio, "Bob", "bob-audio")] as const
      }),
    ([disabled, still, enabled], trip) => {
      assert.deepInclude(disabled, {
        sid: sid(trip, "B audio"),
        kind: "audio",
        enabled: false,
        dateCreated: "2026-03-02T10:01:03.000Z",
        dateUpdated: "2026-03-02T10:02:00.000Z"
      })
      assert.deepStrictEqual(still, disabled)
      assert.deepStrictEqual(enabled, { ...disabled, enabled: true, dateUpdated: "2026-03-02T10:02:20.000Z" })
    }
  ),
  TourStep.make(
    "a track is published disabled and without a name",
    (trip) =>
      Effect.gen(function* () {
        yield* at("10:03:00")
        const made = yield* trip.sandbox.publishTrack(trio, "Carl", { kind: "data", enabled: false })
        trip.sids.set("nameless", made.sid)
        return yield* trip.client.read.fetchPublishedTrack(trio, "Carl", made.sid)
      }),
    (track, trip) =>
      assert.deepInclude(track, { name: sid(trip, "nameless"), kind: "data", enabled: false, dateUpdated: null })
  ),
  TourStep.make(
    "a track is taken back, and published again by its name",
    (trip) =>
      Effect.gen(function* () {
        const { client, sandbox } = trip
        const { fetchPublishedTrack, publishedTracks } = client.read
        const nameless = sid(trip, "nameless")
        yield* at("10:04:00")
        yield* sandbox.unpublishTrack(trio, "Carl", nameless)
        yield* sandbox.unpublishTrack(trio, "Carl", "carl-data")
        const gone = yield* Effect.forEach([nameless, "carl-data", sid(trip, "C data")], (track) =>
          Effect.flip(fetchPublishedTrack(trio, "Carl", track))
        )
        const left = yield* publishedTracks.list(trio, "Carl", { pageSize: 50 })
        yield* at("10:04:10")
        yield* sandbox.publishTrack(trio, "Carl", { kind: "data", name: "carl-data" }).pipe(note(trip, "C data again"))
        return { gone, left, again: yield* fetchPublishedTrack(trio, "Carl", "carl-data") }
      }),
    ({ again, gone, left }, trip) => {
      assert.deepStrictEqual(gone, [notFound, notFound, notFound])
      assert.deepStrictEqual(names(trip, left), ["C cam", "C audio"])
      assert.deepInclude(again, { sid: sid(trip, "C data again"), dateCreated: "2026-03-02T10:04:10.000Z" })
      assert.notStrictEqual(again.sid, sid(trip, "C data"))
    }
  ),
  TourStep.make(
    "list published tracks page by page, and back",
    ({ client }) => TourStep.walk((options) => client.read.publishedTracks.page(trio, "Alice", options), 2),
    ({ back, forth }, trip) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(trip, items)),
        [["A screen", "A cam"], ["A audio"]]
      )
      assert.deepStrictEqual(back, forth)
      const url = "https://video.twilio.com/v1/Rooms/Trio/Participants/Alice/PublishedTracks?PageSize=2"
      assert.deepStrictEqual(
        forth.map(({ nextPageUrl, previousPageUrl }) => [previousPageUrl, nextPageUrl]),
        [
          [null, `${url}&Page=1&PageToken=PA${sid(trip, "A cam")}`],
          [`${url}&Page=0&PageToken=PB${sid(trip, "A audio")}`, null]
        ]
      )
    }
  )
]

const subscribing: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "list subscribed tracks",
    (trip) => trip.client.read.subscribedTracks.list(trio, "Alice", { pageSize: 50 }),
    (tracks, trip) =>
      assert.deepStrictEqual(names(trip, tracks), ["C data again", "C cam", "C audio", "B screen", "B cam", "B audio"])
  ),
  TourStep.make(
    "fetch a subscribed track, by two who are subscribed to it",
    (trip) =>
      Effect.forEach(["Bob", sid(trip, "Carl")], (who) =>
        trip.client.read.fetchSubscribedTrack(trio, who, sid(trip, "A cam"))
      ),
    (found, trip) => assert.deepStrictEqual(found, [cameraAsSubscribed(trip, "Bob"), cameraAsSubscribed(trip, "Carl")])
  ),
  TourStep.make(
    "a subscribed track shows that it is disabled",
    (trip) =>
      Effect.gen(function* () {
        const read = trip.client.read.fetchSubscribedTrack(trio, "Bob", sid(trip, "C cam"))
        yield* at("10:05:00")
        yield* trip.sandbox.disableTrack(trio, "Carl", "carl-cam")
        const disabled = yield* read
        yield* at("10:05:10")
        yield* trip.sandbox.enableTrack(trio, "Carl", "carl-cam")
        return [disabled, yield* read].map(({ dateUpdated, enabled }) => [enabled, dateUpdated])
      }),
    (seen) =>
      assert.deepStrictEqual(seen, [
        [false, "2026-03-02T10:05:00.000Z"],
        [true, "2026-03-02T10:05:10.000Z"]
      ])
  ),
  TourStep.make(
    "fetch subscribed tracks that are not there",
    (trip) =>
      Effect.forEach(
        [
          [trio, "Alice", sid(trip, "A cam")],
          [trio, "Alice", sid(trip, "C data")],
          [trio, "Alice", `MT${"0".repeat(32)}`],
          [trio, "Nobody", sid(trip, "A cam")],
          ["Nowhere", "Bob", sid(trip, "A cam")]
        ] as const,
        ([room, who, track]) => Effect.flip(trip.client.read.fetchSubscribedTrack(room, who, track))
      ),
    (told) =>
      assert.deepStrictEqual(
        told,
        Array.from({ length: 5 }, () => notFound)
      )
  ),
  TourStep.make(
    "list subscribed tracks page by page, and back",
    ({ client }) => TourStep.walk((options) => client.read.subscribedTracks.page(trio, "Carl", options), 4),
    ({ back, forth }, trip) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(trip, items)),
        [
          ["B screen", "B cam", "B audio", "A screen"],
          ["A cam", "A audio"]
        ]
      )
      assert.deepStrictEqual(back, forth)
    }
  )
]

const nothing: FieldView.RuleView = {
  type: null,
  all: null,
  publisher: null,
  track: null,
  kind: null,
  priority: null
}

const everything: ReadonlyArray<FieldView.RuleView> = [{ ...nothing, type: "include", all: true }]

/** What rules come to, with Bob's SID in the place of his identity. */
const evaluations: ReadonlyArray<{
  readonly who: string
  readonly rules: (trip: TourStep.Trip) => ReadonlyArray<Client.Rule>
  readonly tracks: ReadonlyArray<string>
}> = [
  {
    who: "Alice",
    rules: () => [
      { type: "include", all: true },
      { type: "exclude", kind: "video" },
      { type: "include", publisher: "Bob", track: "screen" }
    ],
    tracks: ["C data again", "C audio", "B screen", "B audio"]
  },
  {
    who: "Carl",
    rules: (trip) => [
      { type: "include", all: true },
      { type: "exclude", publisher: sid(trip, "Bob"), kind: "audio" },
      { type: "exclude", kind: "video", track: "screen" }
    ],
    tracks: ["B cam", "A cam", "A audio"]
  },
  {
    who: "Alice",
    rules: () => [
      { type: "include", kind: "data" },
      { type: "exclude", publisher: "Carl" }
    ],
    tracks: []
  },
  {
    who: "Alice",
    rules: () => [
      { type: "exclude", publisher: "Carl" },
      { type: "include", kind: "data" }
    ],
    tracks: ["C data again"]
  },
  { who: "Alice", rules: () => [{ type: "exclude", kind: "video" }], tracks: [] },
  { who: "Alice", rules: () => [{ type: "include", track: "alice-audio" }], tracks: [] },
  { who: "Alice", rules: () => [{ type: "include", track: "screen" }], tracks: ["B screen"] },
  { who: "Alice", rules: () => [{ type: "include", track: "Screen" }], tracks: [] },
  { who: "Alice", rules: () => [{ type: "include", publisher: "bob" }], tracks: [] },
  { who: "Alice", rules: (trip) => [{ type: "include", track: sid(trip, "C cam") }], tracks: ["C cam"] },
  {
    who: "Alice",
    rules: (trip) => [{ type: "include", publisher: "Bob", track: sid(trip, "C cam") }],
    tracks: []
  },
  {
    who: "Bob",
    rules: () => [
      { type: "include", publisher: "Dr. Who & co=1 🎉", priority: "high" },
      { type: "include", kind: "audio" }
    ],
    tracks: ["C audio", "A audio"]
  },
  {
    who: "Bob",
    rules: () => Array.from({ length: 20 }, (_, index) => ({ type: "include", track: `track ${index}` })),
    tracks: []
  }
]

const ruling: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "fetch the subscribe rules of joining",
    (trip) =>
      Effect.gen(function* () {
        yield* trip.sandbox.join(trio, "Dora", { automaticSubscription: false }).pipe(note(trip, "Dora"))
        const { fetchRules, subscribedTracks } = trip.client.read
        const rules = yield* Effect.forEach(["Alice", sid(trip, "Dora")], (who) => fetchRules(trio, who))
        return [rules, yield* subscribedTracks.list(trio, "Dora", { pageSize: 50 })] as const
      }),
    ([rules, tracks], trip) => {
      const never = { roomSid: sid(trip, "trio"), dateCreated: null, dateUpdated: null }
      assert.deepStrictEqual(rules, [
        { participantSid: sid(trip, "Alice"), rules: everything, ...never },
        { participantSid: sid(trip, "Dora"), rules: [{ ...nothing, type: "exclude", all: true }], ...never }
      ])
      assert.deepStrictEqual(tracks, [])
    }
  ),
  TourStep.make(
    "update subscribe rules, twice",
    (trip) =>
      Effect.gen(function* () {
        const { updateRules } = trip.client.write
        yield* at("10:06:00.999")
        const first = yield* updateRules(trio, "Dora", [{ type: "include", all: true }])
        const tracks = yield* trip.client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        yield* at("10:06:30")
        const second = yield* updateRules(trio, sid(trip, "Dora"), [
          { type: "include", publisher: "Bob", kind: "video" },
          { type: "exclude", track: "screen" }
        ])
        return { first, tracks, second, fetched: yield* trip.client.read.fetchRules(trio, "Dora") }
      }),
    ({ fetched, first, second, tracks }, trip) => {
      assert.deepStrictEqual(first, {
        participantSid: sid(trip, "Dora"),
        roomSid: sid(trip, "trio"),
        rules: everything,
        dateCreated: "2026-03-02T10:06:00.000Z",
        dateUpdated: "2026-03-02T10:06:00.000Z"
      })
      assert.strictEqual(tracks.length, 9)
      assert.deepStrictEqual(second, {
        ...first,
        rules: [
          { ...nothing, type: "include", publisher: "Bob", kind: "video" },
          { ...nothing, type: "exclude", track: "screen" }
        ],
        dateUpdated: "2026-03-02T10:06:30.000Z"
      })
      assert.deepStrictEqual(fetched, second)
    }
  ),
  ...evaluations.map(({ rules, tracks, who }, index) =>
    TourStep.make(
      `what subscribe rules come to, ${index + 1}`,
      (trip) =>
        Effect.gen(function* () {
          const sent = rules(trip)
          const set = yield* trip.client.write.updateRules(trio, who, sent)
          return { sent, set, tracks: yield* trip.client.read.subscribedTracks.list(trio, who, { pageSize: 50 }) }
        }),
      (answer, trip) => {
        assert.deepStrictEqual(
          answer.set.rules,
          answer.sent.map((rule) => ({ ...nothing, ...rule }))
        )
        assert.deepStrictEqual(names(trip, answer.tracks), tracks)
      }
    )
  ),
  TourStep.make(
    "subscribe rules hold for tracks that come and go later",
    (trip) =>
      Effect.gen(function* () {
        const { client, sandbox } = trip
        const tracks = client.read.subscribedTracks.list(trio, "Alice", { pageSize: 50 })
        yield* client.write.updateRules(trio, "Alice", [{ type: "include", publisher: "Finn", kind: "video" }])
        const before = yield* tracks
        yield* sandbox.join(trio, "Finn")
        yield* sandbox.publishTrack(trio, "Finn", { kind: "audio", name: "finn-audio" })
        yield* sandbox.publishTrack(trio, "Finn", { kind: "video", name: "finn-cam" }).pipe(note(trip, "F cam"))
        const during = yield* tracks
        const fetched = yield* client.read.fetchSubscribedTrack(trio, "Alice", sid(trip, "F cam"))
        yield* sandbox.unpublishTrack(trio, "Finn", "finn-cam")
        const unpublished = yield* tracks
        yield* sandbox.publishTrack(trio, "Finn", { kind: "video", name: "finn-cam" }).pipe(note(trip, "F cam again"))
        const again = yield* tracks
        yield* client.write.updateParticipant(trio, "Finn", "disconnected")
        const gone = yield* Effect.flip(client.read.fetchSubscribedTrack(trio, "Alice", sid(trip, "F cam again")))
        return { lists: [before, during, unpublished, again, yield* tracks], fetched, gone }
      }),
    ({ fetched, gone, lists }, trip) => {
      assert.deepStrictEqual(
        lists.map((tracks) => names(trip, tracks)),
        [[], ["F cam"], [], ["F cam again"], []]
      )
      assert.deepStrictEqual(fetched, lists[1]?.[0])
      assert.deepStrictEqual(gone, notFound)
    }
  ),
  TourStep.make(
    "subscribe rules that are refused leave the old ones",
    ({ client }) =>
      Effect.gen(function* () {
        const before = yield* client.read.fetchRules(trio, "Dora")
        const tracks = yield* client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        yield* at("10:07:00")
        // The good rule before the bad one must not hold either.
        const told = yield* Effect.flip(
          client.write.updateRules(trio, "Dora", [
            { type: "include", all: true },
            { type: "include", kind: "audio", colour: "red" }
          ])
        )
        const after = yield* client.read.fetchRules(trio, "Dora")
        const tracksAfter = yield* client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        return { told, before, after, tracks, tracksAfter }
      }),
    ({ after, before, told, tracks, tracksAfter }, trip) => {
      assert.deepStrictEqual(told, refusal(400, 53215))
      assert.deepStrictEqual(after, before)
      assert.deepStrictEqual(tracksAfter, tracks)
      assert.deepStrictEqual(names(trip, tracks), ["B cam"])
    }
  ),
  TourStep.make(
    "subscribe rules of somebody who is not there",
    ({ client }) =>
      Effect.all([
        Effect.flip(client.read.fetchRules(trio, "Nobody")),
        Effect.flip(client.read.fetchRules("Nowhere", "Alice")),
        Effect.flip(client.write.updateRules(trio, "Nobody", [{ type: "include", all: true }])),
        Effect.flip(client.write.updateRules("Nowhere", "Alice", [{ type: "include", all: true }]))
      ]),
    (told) =>
      assert.deepStrictEqual(
        told,
        Array.from({ length: 4 }, () => notFound)
      )
  ),
  TourStep.make(
    "tracks and subscribe rules of somebody who left",
    (trip) =>
      Effect.gen(function* () {
        const { client, sandbox } = trip
        yield* at("10:08:00")
        yield* sandbox.leave(trio, "Bob")
        const bob = sid(trip, "Bob")
        const byIdentity = yield* Effect.flip(client.read.publishedTracks.list(trio, "Bob", { pageSize: 50 }))
        const published = yield* client.read.publishedTracks.list(trio, bob, { pageSize: 50 })
        const subscribed = yield* client.read.subscribedTracks.list(trio, bob, { pageSize: 50 })
        const track = yield* Effect.flip(client.read.fetchPublishedTrack(trio, bob, "bob-cam"))
        const rules = yield* client.read.fetchRules(trio, bob)
        const updated = yield* client.write.updateRules(trio, bob, [{ type: "include", all: true }])
        const unaffected = yield* client.read.subscribedTracks.list(trio, bob, { pageSize: 50 })
        const others = yield* client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        return { byIdentity, track, rules, updated, lists: [published, subscribed, unaffected, others] }
      }),
    ({ byIdentity, lists, rules, track, updated }) => {
      assert.deepStrictEqual([byIdentity, track], [notFound, notFound])
      assert.deepStrictEqual(lists, [[], [], [], []])
      assert.strictEqual(rules.rules.length, 20)
      assert.deepStrictEqual(updated.rules, everything)
    }
  )
]

export const steps: ReadonlyArray<TourStep.Step> = [...publishing, ...subscribing, ...ruling]

/**
 * The steps about tracks and subscribe rules, in a room of three participants: tracks are published, fetched, listed,
 * disabled and unpublished; rules are read, replaced and rejected.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Client from "./Client.ts"
import type * as FieldView from "./FieldView.ts"
import * as Step from "./Step.ts"

const { at, names, remember, notFound, apiError, sid } = Step

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

const camera = (context: Step.Context): FieldView.TrackView => ({
  sid: sid(context, "A cam"),
  roomSid: sid(context, "trio"),
  participantSid: sid(context, "Alice"),
  name: "alice-cam",
  kind: "video",
  enabled: true,
  dateCreated: "2026-03-02T10:01:01.000Z",
  dateUpdated: null,
  url:
    `https://video.twilio.com/v1/Rooms/${sid(context, "trio")}/Participants/${sid(context, "Alice")}` +
    `/PublishedTracks/${sid(context, "A cam")}`
})

const cameraAsSubscribed = (context: Step.Context, subscriber: string): FieldView.SubscribedTrackView => ({
  ...camera(context),
  participantSid: sid(context, subscriber),
  publisherSid: sid(context, "Alice"),
  url:
    `https://video.twilio.com/v1/Rooms/${sid(context, "trio")}/Participants/${sid(context, subscriber)}` +
    `/SubscribedTracks/${sid(context, "A cam")}`
})

const publishing: ReadonlyArray<Step.Step> = [
  Step.make(
    "list tracks of participants without tracks",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        yield* at("10:00:00")
        yield* client.write.createRoom({ uniqueName: trio }).pipe(remember(context, "trio"))
        for (const identity of ["Alice", "Bob", "Carl"])
          yield* sandbox.join(trio, identity).pipe(remember(context, identity))
        const published = yield* client.read.publishedTracks.list(trio, "Alice", { pageSize: 50 })
        return [published, yield* client.read.subscribedTracks.list(trio, "Alice", { pageSize: 50 })]
      }),
    (lists) => assert.deepStrictEqual(lists, [[], []])
  ),
  Step.make(
    "list published tracks, by identity and by SID",
    (context) =>
      Effect.gen(function* () {
        for (const [index, { as, by, kind, name }] of publications.entries()) {
          yield* at(`10:01:0${index}.400`)
          yield* context.sandbox.publishTrack(trio, by, { kind, name }).pipe(remember(context, as))
        }
        const { list } = context.client.read.publishedTracks
        const byIdentity = yield* list(trio, "Alice", { pageSize: 50 })
        return [byIdentity, yield* list(sid(context, "trio"), sid(context, "Alice"), { pageSize: 50 })] as const
      }),
    ([byIdentity, bySid], context) => {
      assert.deepStrictEqual(names(context, byIdentity), ["A screen", "A cam", "A audio"])
      assert.deepStrictEqual(byIdentity[1], camera(context))
      assert.deepStrictEqual(bySid, byIdentity)
    }
  ),
  Step.make(
    "fetch a published track by SID and by name",
    (context) =>
      Effect.forEach([sid(context, "A cam"), "alice-cam"], (track) =>
        context.client.read.fetchPublishedTrack(trio, "Alice", track)
      ),
    (found, context) => assert.deepStrictEqual(found, [camera(context), camera(context)])
  ),
  Step.make(
    "fetch published tracks with the same name, by publisher",
    (context) =>
      Effect.forEach(["Alice", sid(context, "Bob")], (who) =>
        context.client.read.fetchPublishedTrack(trio, who, "screen")
      ),
    (found, context) => {
      assert.deepStrictEqual(names(context, found), ["A screen", "B screen"])
      assert.deepStrictEqual(
        found.map(({ participantSid }) => participantSid),
        [sid(context, "Alice"), sid(context, "Bob")]
      )
    }
  ),
  Step.make(
    "fetch unknown published tracks",
    (context) =>
      Effect.forEach(
        [
          [trio, "Alice", "Alice-cam"],
          [trio, "Bob", "alice-cam"],
          [trio, "Bob", sid(context, "A cam")],
          [trio, "Alice", `MT${"0".repeat(32)}`],
          [trio, "Nobody", "alice-cam"],
          [sid(context, "standup"), sid(context, "Alice"), "alice-cam"],
          ["Nowhere", "Alice", "alice-cam"]
        ] as const,
        ([room, who, track]) => Effect.flip(context.client.read.fetchPublishedTrack(room, who, track))
      ),
    (error) =>
      assert.deepStrictEqual(
        error,
        Array.from({ length: 7 }, () => notFound)
      )
  ),
  Step.make(
    "disable and enable a track",
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
    ([disabled, still, enabled], context) => {
      assert.deepInclude(disabled, {
        sid: sid(context, "B audio"),
        kind: "audio",
        enabled: false,
        dateCreated: "2026-03-02T10:01:03.000Z",
        dateUpdated: "2026-03-02T10:02:00.000Z"
      })
      assert.deepStrictEqual(still, disabled)
      assert.deepStrictEqual(enabled, { ...disabled, enabled: true, dateUpdated: "2026-03-02T10:02:20.000Z" })
    }
  ),
  Step.make(
    "publish a disabled track without a name",
    (context) =>
      Effect.gen(function* () {
        yield* at("10:03:00")
        const made = yield* context.sandbox.publishTrack(trio, "Carl", { kind: "data", enabled: false })
        context.sids.set("nameless", made.sid)
        return yield* context.client.read.fetchPublishedTrack(trio, "Carl", made.sid)
      }),
    (track, context) =>
      assert.deepInclude(track, { name: sid(context, "nameless"), kind: "data", enabled: false, dateUpdated: null })
  ),
  Step.make(
    "unpublish a track and publish it again under its name",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        const { fetchPublishedTrack, publishedTracks } = client.read
        const nameless = sid(context, "nameless")
        yield* at("10:04:00")
        yield* sandbox.unpublishTrack(trio, "Carl", nameless)
        yield* sandbox.unpublishTrack(trio, "Carl", "carl-data")
        const gone = yield* Effect.forEach([nameless, "carl-data", sid(context, "C data")], (track) =>
          Effect.flip(fetchPublishedTrack(trio, "Carl", track))
        )
        const left = yield* publishedTracks.list(trio, "Carl", { pageSize: 50 })
        yield* at("10:04:10")
        yield* sandbox
          .publishTrack(trio, "Carl", { kind: "data", name: "carl-data" })
          .pipe(remember(context, "C data again"))
        return { gone, left, again: yield* fetchPublishedTrack(trio, "Carl", "carl-data") }
      }),
    ({ again, gone, left }, context) => {
      assert.deepStrictEqual(gone, [notFound, notFound, notFound])
      assert.deepStrictEqual(names(context, left), ["C cam", "C audio"])
      assert.deepInclude(again, { sid: sid(context, "C data again"), dateCreated: "2026-03-02T10:04:10.000Z" })
      assert.notStrictEqual(again.sid, sid(context, "C data"))
    }
  ),
  Step.make(
    "list published tracks page by page, and back",
    ({ client }) => Step.readPages((options) => client.read.publishedTracks.page(trio, "Alice", options), 2),
    ({ back, forth }, context) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(context, items)),
        [["A screen", "A cam"], ["A audio"]]
      )
      assert.deepStrictEqual(back, forth)
      const url = "https://video.twilio.com/v1/Rooms/Trio/Participants/Alice/PublishedTracks?PageSize=2"
      assert.deepStrictEqual(
        forth.map(({ nextPageUrl, previousPageUrl }) => [previousPageUrl, nextPageUrl]),
        [
          [null, `${url}&Page=1&PageToken=PA${sid(context, "A cam")}`],
          [`${url}&Page=0&PageToken=PB${sid(context, "A audio")}`, null]
        ]
      )
    }
  )
]

const subscribing: ReadonlyArray<Step.Step> = [
  Step.make(
    "list subscribed tracks",
    (context) => context.client.read.subscribedTracks.list(trio, "Alice", { pageSize: 50 }),
    (tracks, context) =>
      assert.deepStrictEqual(names(context, tracks), [
        "C data again",
        "C cam",
        "C audio",
        "B screen",
        "B cam",
        "B audio"
      ])
  ),
  Step.make(
    "fetch a subscribed track of two subscribers",
    (context) =>
      Effect.forEach(["Bob", sid(context, "Carl")], (who) =>
        context.client.read.fetchSubscribedTrack(trio, who, sid(context, "A cam"))
      ),
    (found, context) =>
      assert.deepStrictEqual(found, [cameraAsSubscribed(context, "Bob"), cameraAsSubscribed(context, "Carl")])
  ),
  Step.make(
    "fetch a subscribed track that is disabled",
    (context) =>
      Effect.gen(function* () {
        const read = context.client.read.fetchSubscribedTrack(trio, "Bob", sid(context, "C cam"))
        yield* at("10:05:00")
        yield* context.sandbox.disableTrack(trio, "Carl", "carl-cam")
        const disabled = yield* read
        yield* at("10:05:10")
        yield* context.sandbox.enableTrack(trio, "Carl", "carl-cam")
        return [disabled, yield* read].map(({ dateUpdated, enabled }) => [enabled, dateUpdated])
      }),
    (seen) =>
      assert.deepStrictEqual(seen, [
        [false, "2026-03-02T10:05:00.000Z"],
        [true, "2026-03-02T10:05:10.000Z"]
      ])
  ),
  Step.make(
    "fetch unknown subscribed tracks",
    (context) =>
      Effect.forEach(
        [
          [trio, "Alice", sid(context, "A cam")],
          [trio, "Alice", sid(context, "C data")],
          [trio, "Alice", `MT${"0".repeat(32)}`],
          [trio, "Nobody", sid(context, "A cam")],
          ["Nowhere", "Bob", sid(context, "A cam")]
        ] as const,
        ([room, who, track]) => Effect.flip(context.client.read.fetchSubscribedTrack(room, who, track))
      ),
    (error) =>
      assert.deepStrictEqual(
        error,
        Array.from({ length: 5 }, () => notFound)
      )
  ),
  Step.make(
    "list subscribed tracks page by page, and back",
    ({ client }) => Step.readPages((options) => client.read.subscribedTracks.page(trio, "Carl", options), 4),
    ({ back, forth }, context) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(context, items)),
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

/** The tracks that rules select. One rule names Bob by SID. */
const evaluations: ReadonlyArray<{
  readonly who: string
  readonly rules: (context: Step.Context) => ReadonlyArray<Client.Rule>
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
    rules: (context) => [
      { type: "include", all: true },
      { type: "exclude", publisher: sid(context, "Bob"), kind: "audio" },
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
  { who: "Alice", rules: (context) => [{ type: "include", track: sid(context, "C cam") }], tracks: ["C cam"] },
  {
    who: "Alice",
    rules: (context) => [{ type: "include", publisher: "Bob", track: sid(context, "C cam") }],
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

const ruling: ReadonlyArray<Step.Step> = [
  Step.make(
    "fetch the initial subscribe rules",
    (context) =>
      Effect.gen(function* () {
        yield* context.sandbox.join(trio, "Dora", { automaticSubscription: false }).pipe(remember(context, "Dora"))
        const { fetchRules, subscribedTracks } = context.client.read
        const rules = yield* Effect.forEach(["Alice", sid(context, "Dora")], (who) => fetchRules(trio, who))
        return [rules, yield* subscribedTracks.list(trio, "Dora", { pageSize: 50 })] as const
      }),
    ([rules, tracks], context) => {
      const never = { roomSid: sid(context, "trio"), dateCreated: null, dateUpdated: null }
      assert.deepStrictEqual(rules, [
        { participantSid: sid(context, "Alice"), rules: everything, ...never },
        { participantSid: sid(context, "Dora"), rules: [{ ...nothing, type: "exclude", all: true }], ...never }
      ])
      assert.deepStrictEqual(tracks, [])
    }
  ),
  Step.make(
    "update subscribe rules twice",
    (context) =>
      Effect.gen(function* () {
        const { updateRules } = context.client.write
        yield* at("10:06:00.999")
        const first = yield* updateRules(trio, "Dora", [{ type: "include", all: true }])
        const tracks = yield* context.client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        yield* at("10:06:30")
        const second = yield* updateRules(trio, sid(context, "Dora"), [
          { type: "include", publisher: "Bob", kind: "video" },
          { type: "exclude", track: "screen" }
        ])
        return { first, tracks, second, fetched: yield* context.client.read.fetchRules(trio, "Dora") }
      }),
    ({ fetched, first, second, tracks }, context) => {
      assert.deepStrictEqual(first, {
        participantSid: sid(context, "Dora"),
        roomSid: sid(context, "trio"),
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
    Step.make(
      `list the tracks that subscribe rules select, ${index + 1}`,
      (context) =>
        Effect.gen(function* () {
          const sent = rules(context)
          const set = yield* context.client.write.updateRules(trio, who, sent)
          return { sent, set, tracks: yield* context.client.read.subscribedTracks.list(trio, who, { pageSize: 50 }) }
        }),
      (result, context) => {
        assert.deepStrictEqual(
          result.set.rules,
          result.sent.map((rule) => ({ ...nothing, ...rule }))
        )
        assert.deepStrictEqual(names(context, result.tracks), tracks)
      }
    )
  ),
  Step.make(
    "subscribe rules apply to tracks published later",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        const tracks = client.read.subscribedTracks.list(trio, "Alice", { pageSize: 50 })
        yield* client.write.updateRules(trio, "Alice", [{ type: "include", publisher: "Finn", kind: "video" }])
        const before = yield* tracks
        yield* sandbox.join(trio, "Finn")
        yield* sandbox.publishTrack(trio, "Finn", { kind: "audio", name: "finn-audio" })
        yield* sandbox.publishTrack(trio, "Finn", { kind: "video", name: "finn-cam" }).pipe(remember(context, "F cam"))
        const during = yield* tracks
        const fetched = yield* client.read.fetchSubscribedTrack(trio, "Alice", sid(context, "F cam"))
        yield* sandbox.unpublishTrack(trio, "Finn", "finn-cam")
        const unpublished = yield* tracks
        yield* sandbox
          .publishTrack(trio, "Finn", { kind: "video", name: "finn-cam" })
          .pipe(remember(context, "F cam again"))
        const again = yield* tracks
        yield* client.write.updateParticipant(trio, "Finn", "disconnected")
        const gone = yield* Effect.flip(client.read.fetchSubscribedTrack(trio, "Alice", sid(context, "F cam again")))
        return { lists: [before, during, unpublished, again, yield* tracks], fetched, gone }
      }),
    ({ fetched, gone, lists }, context) => {
      assert.deepStrictEqual(
        lists.map((tracks) => names(context, tracks)),
        [[], ["F cam"], [], ["F cam again"], []]
      )
      assert.deepStrictEqual(fetched, lists[1]?.[0])
      assert.deepStrictEqual(gone, notFound)
    }
  ),
  Step.make(
    "rejected subscribe rules keep the old ones",
    ({ client }) =>
      Effect.gen(function* () {
        const before = yield* client.read.fetchRules(trio, "Dora")
        const tracks = yield* client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        yield* at("10:07:00")
        // The valid rule before the invalid one must not apply either.
        const error = yield* Effect.flip(
          client.write.updateRules(trio, "Dora", [
            { type: "include", all: true },
            { type: "include", kind: "audio", colour: "red" }
          ])
        )
        const after = yield* client.read.fetchRules(trio, "Dora")
        const tracksAfter = yield* client.read.subscribedTracks.list(trio, "Dora", { pageSize: 50 })
        return { error, before, after, tracks, tracksAfter }
      }),
    ({ after, before, error, tracks, tracksAfter }, context) => {
      assert.deepStrictEqual(error, apiError(400, 53215))
      assert.deepStrictEqual(after, before)
      assert.deepStrictEqual(tracksAfter, tracks)
      assert.deepStrictEqual(names(context, tracks), ["B cam"])
    }
  ),
  Step.make(
    "subscribe rules of an unknown participant",
    ({ client }) =>
      Effect.all([
        Effect.flip(client.read.fetchRules(trio, "Nobody")),
        Effect.flip(client.read.fetchRules("Nowhere", "Alice")),
        Effect.flip(client.write.updateRules(trio, "Nobody", [{ type: "include", all: true }])),
        Effect.flip(client.write.updateRules("Nowhere", "Alice", [{ type: "include", all: true }]))
      ]),
    (error) =>
      assert.deepStrictEqual(
        error,
        Array.from({ length: 4 }, () => notFound)
      )
  ),
  Step.make(
    "tracks and subscribe rules of a participant who left",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        yield* at("10:08:00")
        yield* sandbox.leave(trio, "Bob")
        const bob = sid(context, "Bob")
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

export const steps: ReadonlyArray<Step.Step> = [...publishing, ...subscribing, ...ruling]

/**
 * The part of the tour about participants: joining through the sandbox's controls, found, listed, removed, anonymized,
 * also in a room that is over. Holds no identities that the official package misaddresses (see addressing).
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Client from "./Client.ts"
import type * as FieldView from "./FieldView.ts"
import { standup } from "./RoomsTour.ts"
import * as TourStep from "./TourStep.ts"

const { at, names, note, notFound, refusal, sid } = TourStep

const eve = "Eve Müller & Söhne 🎉"

const arrivals = [
  { name: "first Ann", identity: "Ann", time: "09:10:00.250" },
  { name: "Ben", identity: "Ben", time: "09:10:01.250" },
  { name: "Cat", identity: "Cat", time: "09:10:02.250" },
  { name: "Dan", identity: "Dan", time: "09:10:03.250" },
  { name: "Eve", identity: eve, time: "09:10:04.250" }
] as const

const ann = (trip: TourStep.Trip): FieldView.ParticipantView => {
  const url = `https://video.twilio.com/v1/Rooms/${sid(trip, "standup")}/Participants/${sid(trip, "first Ann")}`
  return {
    sid: sid(trip, "first Ann"),
    roomSid: sid(trip, "standup"),
    accountSid: trip.sandbox.credentials.accountSid,
    status: "connected",
    identity: "Ann",
    dateCreated: "2026-03-02T09:10:00.000Z",
    dateUpdated: "2026-03-02T09:10:00.000Z",
    startTime: "2026-03-02T09:10:00.000Z",
    endTime: null,
    duration: null,
    url,
    links: {
      published_tracks: `${url}/PublishedTracks`,
      subscribed_tracks: `${url}/SubscribedTracks`,
      subscribe_rules: `${url}/SubscribeRules`,
      anonymize: `${url}/Anonymize`
    }
  }
}

const states: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "list participants of a room that nobody joined",
    ({ client }) => client.read.participants.list(standup, { pageSize: 50 }),
    (participants) => assert.deepStrictEqual(participants, [])
  ),
  TourStep.make(
    "list participants who joined",
    (trip) =>
      Effect.gen(function* () {
        for (const { identity, name, time } of arrivals) {
          yield* at(time)
          yield* trip.sandbox.join(standup, identity).pipe(note(trip, name))
        }
        return yield* trip.client.read.participants.list(standup, { pageSize: 50 })
      }),
    (participants, trip) => {
      assert.deepStrictEqual(names(trip, participants), ["Eve", "Dan", "Cat", "Ben", "first Ann"])
      assert.deepStrictEqual(participants.at(-1), ann(trip))
    }
  ),
  TourStep.make(
    "fetch a participant by identity and by SID, in a room by name and by SID",
    (trip) =>
      Effect.forEach(
        [standup, sid(trip, "standup")].flatMap((room) =>
          ["Ann", sid(trip, "first Ann")].map((who) => [room, who] as const)
        ),
        ([room, who]) => trip.client.read.fetchParticipant(room, who)
      ),
    (found, trip) => assert.deepStrictEqual(found, [ann(trip), ann(trip), ann(trip), ann(trip)])
  ),
  TourStep.make(
    "fetch a participant with signs in the identity",
    ({ client }) => client.read.fetchParticipant(standup, eve),
    (found, trip) => assert.deepInclude(found, { sid: sid(trip, "Eve"), identity: eve })
  ),
  TourStep.make(
    "the same identity joins again",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:11:00")
        yield* trip.sandbox.join(standup, "Ann").pipe(note(trip, "Ann"))
        const { fetchParticipant } = trip.client.read
        return yield* Effect.all([fetchParticipant(standup, sid(trip, "first Ann")), fetchParticipant(standup, "Ann")])
      }),
    ([before, now], trip) => {
      assert.deepStrictEqual(before, {
        ...ann(trip),
        status: "disconnected",
        dateUpdated: "2026-03-02T09:11:00.000Z",
        endTime: "2026-03-02T09:11:00.000Z",
        duration: 59
      })
      assert.deepInclude(now, { sid: sid(trip, "Ann"), status: "connected", dateCreated: "2026-03-02T09:11:00.000Z" })
    }
  ),
  TourStep.make(
    "a participant who loses the connection, and regains it",
    ({ client, sandbox }) =>
      Effect.gen(function* () {
        yield* at("09:11:10")
        yield* sandbox.loseConnection(standup, "Cat")
        const lost = yield* client.read.fetchParticipant(standup, "Cat")
        yield* at("09:11:20")
        yield* sandbox.regainConnection(standup, "Cat")
        return [lost, yield* client.read.fetchParticipant(standup, "Cat")] as const
      }),
    ([lost, regained], trip) => {
      const { dateUpdated, status, ...rest } = lost
      assert.deepStrictEqual(
        [rest.sid, status, dateUpdated],
        [sid(trip, "Cat"), "reconnecting", "2026-03-02T09:11:10.000Z"]
      )
      assert.deepStrictEqual(regained, { ...rest, status: "connected", dateUpdated: "2026-03-02T09:11:20.000Z" })
    }
  ),
  TourStep.make(
    "a participant who left, by identity and by SID",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:11:30.100")
        yield* trip.sandbox.loseConnection(standup, "Cat")
        yield* trip.sandbox.leave(standup, "Dan")
        const byIdentity = yield* Effect.flip(trip.client.read.fetchParticipant(standup, "Dan"))
        return [byIdentity, yield* trip.client.read.fetchParticipant(standup, sid(trip, "Dan"))] as const
      }),
    ([byIdentity, bySid]) => {
      assert.deepStrictEqual(byIdentity, notFound)
      assert.deepInclude(bySid, { status: "disconnected", endTime: "2026-03-02T09:11:30.000Z", duration: 86 })
    }
  ),
  TourStep.make(
    "fetch participants who are not there",
    (trip) =>
      Effect.forEach(
        [
          [standup, "ann"],
          [standup, `PA${"0".repeat(32)}`],
          [sid(trip, "retro"), sid(trip, "Ann")],
          ["Nowhere", "Ann"]
        ] as const,
        ([room, who]) => Effect.flip(trip.client.read.fetchParticipant(room, who))
      ),
    (told) => assert.deepStrictEqual(told, [notFound, notFound, notFound, notFound])
  )
]

const minute = (time: string) => new Date(`2026-03-02T${time}Z`)

/** Connected: Ann, Ben and Eve; reconnecting: Cat; disconnected: Dan and the first Ann. */
const filters: ReadonlyArray<{
  readonly title: string
  readonly filters: Client.ParticipantFilters
  readonly found: ReadonlyArray<string>
}> = [
  { title: "no filter", filters: {}, found: ["Ann", "Eve", "Ben"] },
  { title: "status connected", filters: { status: "connected" }, found: ["Ann", "Eve", "Ben"] },
  { title: "status reconnecting", filters: { status: "reconnecting" }, found: ["Cat"] },
  { title: "status disconnected", filters: { status: "disconnected" }, found: ["Dan", "first Ann"] },
  { title: "an identity", filters: { identity: eve }, found: ["Eve"] },
  {
    title: "status disconnected and an identity",
    filters: { status: "disconnected", identity: "Ann" },
    found: ["first Ann"]
  },
  {
    title: "joined in a second or later",
    filters: { dateCreatedAfter: minute("09:10:04") },
    found: ["Ann", "Eve"]
  },
  { title: "joined before a second", filters: { dateCreatedBefore: minute("09:10:04") }, found: ["Ben"] },
  {
    title: "all four",
    filters: {
      status: "reconnecting",
      identity: "Cat",
      dateCreatedAfter: minute("09:10:02"),
      dateCreatedBefore: minute("09:10:03")
    },
    found: ["Cat"]
  }
]

const lists: ReadonlyArray<TourStep.Step> = [
  ...filters.map(({ filters, found, title }) =>
    TourStep.make(
      `list participants: ${title}`,
      ({ client }) => client.read.participants.list(standup, { ...filters, pageSize: 1 }),
      (participants, trip) => assert.deepStrictEqual(names(trip, participants), found)
    )
  ),
  TourStep.make(
    "list participants page by page, and back",
    ({ client }) => TourStep.walk((options) => client.read.participants.page(standup, options), 2),
    ({ back, forth }, trip) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(trip, items)),
        [["Ann", "Eve"], ["Ben"]]
      )
      assert.deepStrictEqual(back, forth)
    }
  )
]

const removal: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "remove a participant by identity",
    ({ client }) => Effect.andThen(at("09:12:00"), client.write.updateParticipant(standup, "Ben", "disconnected")),
    (removed, trip) =>
      assert.deepInclude(removed, {
        sid: sid(trip, "Ben"),
        identity: "Ben",
        status: "disconnected",
        dateUpdated: "2026-03-02T09:12:00.000Z",
        endTime: "2026-03-02T09:12:00.000Z",
        duration: 118
      })
  ),
  TourStep.make(
    "remove a participant who was removed, by identity and by SID",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:12:10")
        const { updateParticipant } = trip.client.write
        const byIdentity = yield* Effect.flip(updateParticipant(standup, "Ben", "disconnected"))
        return [byIdentity, yield* updateParticipant(standup, sid(trip, "Ben"), "disconnected")] as const
      }),
    ([byIdentity, bySid]) => {
      assert.deepStrictEqual(byIdentity, notFound)
      assert.deepInclude(bySid, { status: "disconnected", dateUpdated: "2026-03-02T09:12:00.000Z", duration: 118 })
    }
  ),
  TourStep.make(
    "remove a participant who is reconnecting",
    (trip) => trip.client.write.updateParticipant(standup, "Cat", "disconnected"),
    (removed, trip) => assert.deepInclude(removed, { sid: sid(trip, "Cat"), status: "disconnected", duration: 127 })
  ),
  TourStep.make(
    "update a participant to another status",
    ({ client }) =>
      Effect.forEach(["connected", "reconnecting"] as const, (status) =>
        Effect.flip(client.write.updateParticipant(standup, "Ann", status))
      ),
    (told) => assert.deepStrictEqual(told, [refusal(400, 53209), refusal(400, 53209)])
  )
]

const anonymization: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "anonymize a participant who left",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:13:00")
        const dan = sid(trip, "Dan")
        const answered = yield* trip.client.write.anonymize(standup, dan)
        const fetched = yield* trip.client.read.fetchParticipant(standup, dan)
        const { list } = trip.client.read.participants
        const found = yield* list(standup, { status: "disconnected", identity: "Dan", pageSize: 50 })
        return { answered, fetched, found }
      }),
    ({ answered, fetched, found }, trip) => {
      const dan = sid(trip, "Dan")
      assert.deepInclude(answered, { sid: dan, identity: dan, status: "disconnected", duration: 86 })
      const { links, url, ...rest } = fetched
      assert.deepStrictEqual(answered, { ...rest, url: `${url}/Anonymize` })
      assert.strictEqual(links["anonymize"], answered.url)
      assert.deepStrictEqual(found, [])
    }
  ),
  TourStep.make(
    "anonymize a participant who is connected, twice",
    (trip) =>
      Effect.gen(function* () {
        yield* at("09:13:10")
        const { anonymize } = trip.client.write
        const first = yield* anonymize(standup, eve)
        const { fetchParticipant } = trip.client.read
        const byOldIdentity = yield* Effect.flip(fetchParticipant(standup, eve))
        yield* at("09:13:20")
        return { first, byOldIdentity, second: yield* anonymize(standup, sid(trip, "Eve")) }
      }),
    ({ byOldIdentity, first, second }, trip) => {
      assert.deepInclude(first, {
        sid: sid(trip, "Eve"),
        identity: sid(trip, "Eve"),
        status: "connected",
        dateUpdated: "2026-03-02T09:13:10.000Z"
      })
      assert.deepStrictEqual(byOldIdentity, notFound)
      assert.deepStrictEqual(second, first)
    }
  )
]

const overRoom: ReadonlyArray<TourStep.Step> = [
  TourStep.make(
    "complete a room with people in it",
    (trip) =>
      Effect.gen(function* () {
        const { client, sandbox } = trip
        yield* at("09:20:00")
        yield* client.write.createRoom({ uniqueName: "Huddle" }).pipe(note(trip, "huddle"))
        yield* sandbox.join("Huddle", "Flo").pipe(note(trip, "Flo"))
        yield* sandbox.join("Huddle", "Gus").pipe(note(trip, "Gus"))
        yield* sandbox.loseConnection("Huddle", "Gus")
        yield* sandbox.publishTrack("Huddle", "Flo", { kind: "audio", name: "flo-audio" })
        yield* at("09:20:30")
        yield* client.write.completeRoom("Huddle")
        const huddle = sid(trip, "huddle")
        const byName = yield* Effect.flip(client.read.participants.list("Huddle", { pageSize: 50 }))
        const everybody = yield* client.read.participants.list(huddle, { pageSize: 50 })
        const connected = yield* client.read.participants.list(huddle, { status: "connected", pageSize: 50 })
        return { byName, everybody, connected }
      }),
    ({ byName, connected, everybody }, trip) => {
      assert.deepStrictEqual(byName, notFound)
      assert.deepStrictEqual(names(trip, everybody), ["Gus", "Flo"])
      assert.deepStrictEqual(
        everybody.map(({ duration, endTime, status }) => [status, endTime, duration]),
        Array.from({ length: 2 }, () => ["disconnected", "2026-03-02T09:20:30.000Z", 30])
      )
      assert.deepStrictEqual(connected, [])
    }
  ),
  TourStep.make(
    "what may change in a room that is over",
    (trip) =>
      Effect.gen(function* () {
        const { read, write } = trip.client
        const place = [sid(trip, "huddle"), sid(trip, "Flo")] as const
        return {
          fetched: yield* read.fetchParticipant(...place),
          byIdentity: yield* Effect.flip(read.fetchParticipant(place[0], "Flo")),
          published: yield* read.publishedTracks.list(...place, { pageSize: 50 }),
          subscribed: yield* read.subscribedTracks.list(place[0], sid(trip, "Gus"), { pageSize: 50 }),
          rules: yield* read.fetchRules(...place),
          remove: yield* Effect.flip(write.updateParticipant(...place, "disconnected")),
          setRules: yield* Effect.flip(write.updateRules(...place, [{ type: "exclude", all: true }])),
          anonymized: yield* write.anonymize(...place)
        }
      }),
    ({ anonymized, byIdentity, fetched, published, remove, rules, setRules, subscribed }, trip) => {
      assert.deepInclude(fetched, { identity: "Flo", status: "disconnected" })
      assert.deepStrictEqual(byIdentity, notFound)
      assert.deepStrictEqual([published, subscribed], [[], []])
      assert.deepInclude(rules, { participantSid: sid(trip, "Flo"), dateCreated: null, dateUpdated: null })
      assert.deepStrictEqual([remove, setRules], [refusal(400, 53118), refusal(400, 53118)])
      assert.strictEqual(anonymized.identity, sid(trip, "Flo"))
    }
  )
]

export const steps: ReadonlyArray<TourStep.Step> = [...states, ...lists, ...removal, ...anonymization, ...overRoom]

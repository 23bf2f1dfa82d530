/**
 * The steps about participants, who join through the sandbox's controls: fetched, listed, removed and anonymized, also in
 * a completed room. `addressing` has the identities that Twilio's package misaddresses.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Client from "./Client.ts"
import type * as FieldView from "./FieldView.ts"
import { standup } from "./RoomSteps.ts"
import * as Step from "./Step.ts"

const { at, names, remember, notFound, apiError, sid } = Step

const eve = "Eve Müller & Söhne 🎉"

const arrivals = [
  { name: "first Ann", identity: "Ann", time: "09:10:00.250" },
  { name: "Ben", identity: "Ben", time: "09:10:01.250" },
  { name: "Cat", identity: "Cat", time: "09:10:02.250" },
  { name: "Dan", identity: "Dan", time: "09:10:03.250" },
  { name: "Eve", identity: eve, time: "09:10:04.250" }
] as const

const ann = (context: Step.Context): FieldView.ParticipantView => {
  const url = `https://video.twilio.com/v1/Rooms/${sid(context, "standup")}/Participants/${sid(context, "first Ann")}`
  return {
    sid: sid(context, "first Ann"),
    roomSid: sid(context, "standup"),
    accountSid: context.sandbox.credentials.accountSid,
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

const states: ReadonlyArray<Step.Step> = [
  Step.make(
    "list participants of an unused room",
    ({ client }) => client.read.participants.list(standup, { pageSize: 50 }),
    (participants) => assert.deepStrictEqual(participants, [])
  ),
  Step.make(
    "list participants after they joined",
    (context) =>
      Effect.gen(function* () {
        for (const { identity, name, time } of arrivals) {
          yield* at(time)
          yield* context.sandbox.join(standup, identity).pipe(remember(context, name))
        }
        return yield* context.client.read.participants.list(standup, { pageSize: 50 })
      }),
    (participants, context) => {
      assert.deepStrictEqual(names(context, participants), ["Eve", "Dan", "Cat", "Ben", "first Ann"])
      assert.deepStrictEqual(participants.at(-1), ann(context))
    }
  ),
  Step.make(
    "fetch a participant by identity and by SID, in a room by name and by SID",
    (context) =>
      Effect.forEach(
        [standup, sid(context, "standup")].flatMap((room) =>
          ["Ann", sid(context, "first Ann")].map((who) => [room, who] as const)
        ),
        ([room, who]) => context.client.read.fetchParticipant(room, who)
      ),
    (found, context) => assert.deepStrictEqual(found, [ann(context), ann(context), ann(context), ann(context)])
  ),
  Step.make(
    "fetch a participant with special characters in the identity",
    ({ client }) => client.read.fetchParticipant(standup, eve),
    (found, context) => assert.deepInclude(found, { sid: sid(context, "Eve"), identity: eve })
  ),
  Step.make(
    "join again with the same identity",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:11:00")
        yield* context.sandbox.join(standup, "Ann").pipe(remember(context, "Ann"))
        const { fetchParticipant } = context.client.read
        return yield* Effect.all([
          fetchParticipant(standup, sid(context, "first Ann")),
          fetchParticipant(standup, "Ann")
        ])
      }),
    ([before, now], context) => {
      assert.deepStrictEqual(before, {
        ...ann(context),
        status: "disconnected",
        dateUpdated: "2026-03-02T09:11:00.000Z",
        endTime: "2026-03-02T09:11:00.000Z",
        duration: 59
      })
      assert.deepInclude(now, {
        sid: sid(context, "Ann"),
        status: "connected",
        dateCreated: "2026-03-02T09:11:00.000Z"
      })
    }
  ),
  Step.make(
    "fetch a participant who loses and regains the connection",
    ({ client, sandbox }) =>
      Effect.gen(function* () {
        yield* at("09:11:10")
        yield* sandbox.loseConnection(standup, "Cat")
        const lost = yield* client.read.fetchParticipant(standup, "Cat")
        yield* at("09:11:20")
        yield* sandbox.regainConnection(standup, "Cat")
        return [lost, yield* client.read.fetchParticipant(standup, "Cat")] as const
      }),
    ([lost, regained], context) => {
      const { dateUpdated, status, ...rest } = lost
      assert.deepStrictEqual(
        [rest.sid, status, dateUpdated],
        [sid(context, "Cat"), "reconnecting", "2026-03-02T09:11:10.000Z"]
      )
      assert.deepStrictEqual(regained, { ...rest, status: "connected", dateUpdated: "2026-03-02T09:11:20.000Z" })
    }
  ),
  Step.make(
    "fetch a participant who left, by identity and by SID",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:11:30.100")
        yield* context.sandbox.loseConnection(standup, "Cat")
        yield* context.sandbox.leave(standup, "Dan")
        const byIdentity = yield* Effect.flip(context.client.read.fetchParticipant(standup, "Dan"))
        return [byIdentity, yield* context.client.read.fetchParticipant(standup, sid(context, "Dan"))] as const
      }),
    ([byIdentity, bySid]) => {
      assert.deepStrictEqual(byIdentity, notFound)
      assert.deepInclude(bySid, { status: "disconnected", endTime: "2026-03-02T09:11:30.000Z", duration: 86 })
    }
  ),
  Step.make(
    "fetch unknown participants",
    (context) =>
      Effect.forEach(
        [
          [standup, "ann"],
          [standup, `PA${"0".repeat(32)}`],
          [sid(context, "retro"), sid(context, "Ann")],
          ["Nowhere", "Ann"]
        ] as const,
        ([room, who]) => Effect.flip(context.client.read.fetchParticipant(room, who))
      ),
    (errors) => assert.deepStrictEqual(errors, [notFound, notFound, notFound, notFound])
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
  { title: "an identity in another case", filters: { identity: "ann" }, found: [] },
  { title: "the identity of a reconnecting participant", filters: { identity: "Cat" }, found: [] },
  {
    title: "status disconnected and an identity",
    filters: { status: "disconnected", identity: "Ann" },
    found: ["first Ann"]
  },
  {
    title: "joined at a second or later",
    filters: { dateCreatedAfter: minute("09:10:04") },
    found: ["Ann", "Eve"]
  },
  { title: "joined after a second", filters: { dateCreatedAfter: minute("09:10:05") }, found: ["Ann"] },
  {
    title: "joined after a time with milliseconds",
    filters: { dateCreatedAfter: minute("09:10:04.999") },
    found: ["Ann", "Eve"]
  },
  { title: "joined before a second", filters: { dateCreatedBefore: minute("09:10:04") }, found: ["Ben"] },
  { title: "joined before the next second", filters: { dateCreatedBefore: minute("09:10:05") }, found: ["Eve", "Ben"] },
  { title: "joined before everybody", filters: { dateCreatedBefore: minute("09:10:00") }, found: [] },
  {
    title: "both dates",
    filters: { dateCreatedAfter: minute("09:10:02"), dateCreatedBefore: minute("09:10:05") },
    found: ["Eve"]
  },
  {
    title: "a status and a date",
    filters: { status: "disconnected", dateCreatedBefore: minute("09:10:01") },
    found: ["first Ann"]
  },
  {
    title: "all four",
    filters: {
      status: "reconnecting",
      identity: "Cat",
      dateCreatedAfter: minute("09:10:02"),
      dateCreatedBefore: minute("09:10:03")
    },
    found: ["Cat"]
  },
  {
    title: "all four, one of which doesn't match",
    filters: {
      status: "reconnecting",
      identity: "Cat",
      dateCreatedAfter: minute("09:10:03"),
      dateCreatedBefore: minute("09:10:04")
    },
    found: []
  }
]

const lists: ReadonlyArray<Step.Step> = [
  ...filters.map(({ filters, found, title }) =>
    Step.make(
      `list participants: ${title}`,
      ({ client }) => client.read.participants.list(standup, { ...filters, pageSize: 1 }),
      (participants, context) => assert.deepStrictEqual(names(context, participants), found)
    )
  ),
  Step.make(
    "list participants page by page, and back",
    ({ client }) => Step.readPages((options) => client.read.participants.page(standup, options), 2),
    ({ back, forth }, context) => {
      assert.deepStrictEqual(
        forth.map(({ items }) => names(context, items)),
        [["Ann", "Eve"], ["Ben"]]
      )
      assert.deepStrictEqual(back, forth)
    }
  )
]

const removal: ReadonlyArray<Step.Step> = [
  Step.make(
    "remove a participant by identity",
    ({ client }) => Effect.andThen(at("09:12:00"), client.write.updateParticipant(standup, "Ben", "disconnected")),
    (removed, context) =>
      assert.deepInclude(removed, {
        sid: sid(context, "Ben"),
        identity: "Ben",
        status: "disconnected",
        dateUpdated: "2026-03-02T09:12:00.000Z",
        endTime: "2026-03-02T09:12:00.000Z",
        duration: 118
      })
  ),
  Step.make(
    "remove a participant again, by identity and by SID",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:12:10")
        const { updateParticipant } = context.client.write
        const byIdentity = yield* Effect.flip(updateParticipant(standup, "Ben", "disconnected"))
        return [byIdentity, yield* updateParticipant(standup, sid(context, "Ben"), "disconnected")] as const
      }),
    ([byIdentity, bySid]) => {
      assert.deepStrictEqual(byIdentity, notFound)
      assert.deepInclude(bySid, { status: "disconnected", dateUpdated: "2026-03-02T09:12:00.000Z", duration: 118 })
    }
  ),
  Step.make(
    "remove a reconnecting participant",
    (context) => context.client.write.updateParticipant(standup, "Cat", "disconnected"),
    (removed, context) =>
      assert.deepInclude(removed, { sid: sid(context, "Cat"), status: "disconnected", duration: 127 })
  ),
  Step.make(
    "update a participant to another status",
    ({ client }) =>
      Effect.forEach(["connected", "reconnecting"] as const, (status) =>
        Effect.flip(client.write.updateParticipant(standup, "Ann", status))
      ),
    (errors) => assert.deepStrictEqual(errors, [apiError(400, 53209), apiError(400, 53209)])
  )
]

const anonymization: ReadonlyArray<Step.Step> = [
  Step.make(
    "anonymize a participant who left",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:13:00")
        const dan = sid(context, "Dan")
        const anonymized = yield* context.client.write.anonymize(standup, dan)
        const fetched = yield* context.client.read.fetchParticipant(standup, dan)
        const { list } = context.client.read.participants
        const found = yield* list(standup, { status: "disconnected", identity: "Dan", pageSize: 50 })
        return { anonymized, fetched, found }
      }),
    ({ anonymized, fetched, found }, context) => {
      const dan = sid(context, "Dan")
      assert.deepInclude(anonymized, { sid: dan, identity: dan, status: "disconnected", duration: 86 })
      const { links, url, ...rest } = fetched
      assert.deepStrictEqual(anonymized, { ...rest, url: `${url}/Anonymize` })
      assert.strictEqual(links["anonymize"], anonymized.url)
      assert.deepStrictEqual(found, [])
    }
  ),
  Step.make(
    "anonymize a connected participant twice",
    (context) =>
      Effect.gen(function* () {
        yield* at("09:13:10")
        const { anonymize } = context.client.write
        const first = yield* anonymize(standup, eve)
        const { fetchParticipant } = context.client.read
        const byOldIdentity = yield* Effect.flip(fetchParticipant(standup, eve))
        yield* at("09:13:20")
        return { first, byOldIdentity, second: yield* anonymize(standup, sid(context, "Eve")) }
      }),
    ({ byOldIdentity, first, second }, context) => {
      assert.deepInclude(first, {
        sid: sid(context, "Eve"),
        identity: sid(context, "Eve"),
        status: "connected",
        dateUpdated: "2026-03-02T09:13:10.000Z"
      })
      assert.deepStrictEqual(byOldIdentity, notFound)
      assert.deepStrictEqual(second, first)
    }
  )
]

const completedRoom: ReadonlyArray<Step.Step> = [
  Step.make(
    "complete a room with participants",
    (context) =>
      Effect.gen(function* () {
        const { client, sandbox } = context
        yield* at("09:20:00")
        yield* client.write.createRoom({ uniqueName: "Huddle" }).pipe(remember(context, "huddle"))
        yield* sandbox.join("Huddle", "Flo").pipe(remember(context, "Flo"))
        yield* sandbox.join("Huddle", "Gus").pipe(remember(context, "Gus"))
        yield* sandbox.loseConnection("Huddle", "Gus")
        yield* sandbox.publishTrack("Huddle", "Flo", { kind: "audio", name: "flo-audio" })
        yield* at("09:20:30")
        yield* client.write.completeRoom("Huddle")
        const huddle = sid(context, "huddle")
        const byName = yield* Effect.flip(client.read.participants.list("Huddle", { pageSize: 50 }))
        const everybody = yield* client.read.participants.list(huddle, { pageSize: 50 })
        const connected = yield* client.read.participants.list(huddle, { status: "connected", pageSize: 50 })
        return { byName, everybody, connected }
      }),
    ({ byName, connected, everybody }, context) => {
      assert.deepStrictEqual(byName, notFound)
      assert.deepStrictEqual(names(context, everybody), ["Gus", "Flo"])
      assert.deepStrictEqual(
        everybody.map(({ duration, endTime, status }) => [status, endTime, duration]),
        Array.from({ length: 2 }, () => ["disconnected", "2026-03-02T09:20:30.000Z", 30])
      )
      assert.deepStrictEqual(connected, [])
    }
  ),
  Step.make(
    "update and anonymize a participant of a completed room",
    (context) =>
      Effect.gen(function* () {
        const { read, write } = context.client
        const place = [sid(context, "huddle"), sid(context, "Flo")] as const
        return {
          fetched: yield* read.fetchParticipant(...place),
          byIdentity: yield* Effect.flip(read.fetchParticipant(place[0], "Flo")),
          published: yield* read.publishedTracks.list(...place, { pageSize: 50 }),
          subscribed: yield* read.subscribedTracks.list(place[0], sid(context, "Gus"), { pageSize: 50 }),
          rules: yield* read.fetchRules(...place),
          remove: yield* Effect.flip(write.updateParticipant(...place, "disconnected")),
          setRules: yield* Effect.flip(write.updateRules(...place, [{ type: "exclude", all: true }])),
          anonymized: yield* write.anonymize(...place)
        }
      }),
    ({ anonymized, byIdentity, fetched, published, remove, rules, setRules, subscribed }, context) => {
      assert.deepInclude(fetched, { identity: "Flo", status: "disconnected" })
      assert.deepStrictEqual(byIdentity, notFound)
      assert.deepStrictEqual([published, subscribed], [[], []])
      assert.deepInclude(rules, { participantSid: sid(context, "Flo"), dateCreated: null, dateUpdated: null })
      assert.deepStrictEqual([remove, setRules], [apiError(400, 53118), apiError(400, 53118)])
      assert.strictEqual(anonymized.identity, sid(context, "Flo"))
    }
  )
]

export const steps: ReadonlyArray<Step.Step> = [...states, ...lists, ...removal, ...anonymization, ...completedRoom]

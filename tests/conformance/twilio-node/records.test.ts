/**
 * The records of rooms, tracks and subscribe rules in both clients: every field, the limits of room options, the HTTP status
 * of each operation, an API key, and the forms in which Twilio's package accepts rules.
 */
import type * as Rooms from "@effect-twilio-video/core/Rooms"
import * as FetchTransport from "@effect-twilio-video/http/FetchTransport"
import * as TwilioHttpClient from "@effect-twilio-video/http/TwilioHttpClient"
import * as TwilioVideo from "@effect-twilio-video/http/TwilioVideo"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as FieldView from "./FieldView.ts"
import * as OfficialClient from "./OfficialClient.ts"
import * as OurClient from "./OurClient.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const keysOf = (record: object) => Object.keys(record).sort()

layer(SandboxOnLoopback.layer())("records", (it) => {
  /** A room with Ann, who publishes a track, and Ben. */
  const setUp = Effect.fnUntraced(function* (uniqueName: string) {
    const sandbox = yield* Sandbox.Sandbox
    const official = yield* SandboxOnLoopback.Official
    const ours = yield* OurClient.services
    const { sid } = yield* sandbox.openRoom({ uniqueName })
    for (const identity of ["Ann", "Ben"]) yield* sandbox.join(sid, identity)
    const track = (yield* sandbox.publishTrack(sid, "Ann", { kind: "video", name: "cam" })).sid
    return { sandbox, official, ours, room: sid, track, participants: official.participants(uniqueName) }
  })

  it.effect("the comparison covers every field of a room", () =>
    Effect.gen(function* () {
      const { official, ours, room } = yield* setUp("Fields of a room")
      const theirs = yield* TwilioSdk.call(() => official.rooms(room).fetch())
      const fields = keysOf(theirs.toJSON())
      assert.strictEqual(fields.length, 24)
      assert.deepStrictEqual(keysOf(yield* ours.rooms.fetch(room)), fields)
      assert.deepStrictEqual(keysOf(FieldView.ofOfficialRoom(theirs)), fields)
    })
  )

  it.effect("the comparison covers every field of a track", () =>
    Effect.gen(function* () {
      const { ours, participants, room, track } = yield* setUp("Fields of a track")
      const published = yield* TwilioSdk.call(() => participants("Ann").publishedTracks(track).fetch())
      const fields = keysOf(published.toJSON())
      assert.strictEqual(fields.length, 9)
      assert.deepStrictEqual(keysOf(yield* ours.published.fetch(room, "Ann", track)), fields)
      assert.deepStrictEqual(keysOf(FieldView.ofOfficialTrack(published)), fields)
      const subscribed = yield* TwilioSdk.call(() => participants("Ben").subscribedTracks(track).fetch())
      const withPublisher = [...fields, "publisherSid"].sort()
      assert.deepStrictEqual(keysOf(subscribed.toJSON()), withPublisher)
      assert.deepStrictEqual(keysOf(yield* ours.subscribed.fetch(room, "Ben", track)), withPublisher)
      assert.deepStrictEqual(keysOf(FieldView.ofOfficialSubscribedTrack(subscribed)), withPublisher)
    })
  )

  it.effect("the comparison covers every field of subscribe rules", () =>
    Effect.gen(function* () {
      const { ours, participants, room } = yield* setUp("Fields of rules")
      const theirs = yield* TwilioSdk.call(() => participants("Ben").subscribeRules.fetch())
      const fields = keysOf(theirs.toJSON())
      assert.strictEqual(fields.length, 5)
      assert.deepStrictEqual(keysOf(yield* ours.rules.fetch(room, "Ben")), fields)
      const view = FieldView.ofOfficialRules(theirs)
      assert.deepStrictEqual(keysOf(view), fields)
      assert.deepStrictEqual(view.rules.map(keysOf), theirs.rules.map(keysOf))
    })
  )

  it.effect("the limits of a room's options are accepted from both clients", () =>
    Effect.gen(function* () {
      const { official, ours } = yield* setUp("Extremes")
      const least = { maxParticipants: 1 }
      const most = { maxParticipants: 50, statusCallback: `https://example.com/${"x".repeat(1003)}` }
      const cases = [
        {
          options: { ...least, maxParticipantDuration: 600, emptyRoomTimeout: 1, unusedRoomTimeout: 1 },
          same: {
            ...least,
            maxParticipantDuration: "10 minutes",
            emptyRoomTimeout: "1 minute",
            unusedRoomTimeout: 60_000
          } satisfies Rooms.CreateOptions,
          name: "x"
        },
        {
          options: { ...most, maxParticipantDuration: 86_400, emptyRoomTimeout: 60, unusedRoomTimeout: 60 },
          same: {
            ...most,
            maxParticipantDuration: "1 day",
            emptyRoomTimeout: "1 hour",
            unusedRoomTimeout: "60 minutes"
          } satisfies Rooms.CreateOptions,
          name: "🎉".repeat(128)
        }
      ]
      for (const { name, options, same } of cases) {
        const theirs = FieldView.ofOfficialRoom(
          yield* TwilioSdk.call(() => official.rooms.create({ ...options, uniqueName: name }))
        )
        assert.deepInclude(theirs, { ...options, uniqueName: name })
        yield* ours.rooms.complete(theirs.sid)
        const room = FieldView.ofOursRoom(yield* ours.rooms.create({ ...same, uniqueName: name }))
        const { links, sid, url } = room
        assert.deepStrictEqual(room, { ...theirs, links, sid, url })
        yield* ours.rooms.complete(sid)
      }
    })
  )

  it.effect("Twilio's package gets the HTTP status and the request ID of each operation", () =>
    Effect.gen(function* () {
      const { official, participants, room, sandbox, track } = yield* setUp("Statuses")
      const { publishedTracks } = participants("Ann")
      const { subscribedTracks, subscribeRules } = participants("Ben")
      const { sid: cat } = yield* sandbox.join(room, "Cat")
      const responses = [
        yield* TwilioSdk.call(() => official.rooms.createWithHttpInfo()),
        yield* TwilioSdk.call(() => official.rooms.listWithHttpInfo()),
        yield* TwilioSdk.call(() => official.rooms(room).fetchWithHttpInfo()),
        yield* TwilioSdk.call(() => participants.listWithHttpInfo()),
        yield* TwilioSdk.call(() => participants("Cat").fetchWithHttpInfo()),
        yield* TwilioSdk.call(() => participants("Cat").updateWithHttpInfo({ status: "disconnected" })),
        yield* TwilioSdk.call(() => participants(cat).anonymize().updateWithHttpInfo()),
        yield* TwilioSdk.call(() => publishedTracks.listWithHttpInfo()),
        yield* TwilioSdk.call(() => publishedTracks(track).fetchWithHttpInfo()),
        yield* TwilioSdk.call(() => subscribedTracks.listWithHttpInfo()),
        yield* TwilioSdk.call(() => subscribedTracks(track).fetchWithHttpInfo()),
        yield* TwilioSdk.call(() => subscribeRules.fetchWithHttpInfo()),
        yield* TwilioSdk.call(() => subscribeRules.updateWithHttpInfo({ rules: [{ type: "include", all: true }] })),
        yield* TwilioSdk.call(() => official.rooms(room).updateWithHttpInfo({ status: "completed" }))
      ]
      assert.deepStrictEqual(
        responses.map(({ statusCode }) => statusCode),
        [201, 200, 200, 200, 200, 202, 200, 200, 200, 200, 200, 200, 200, 202]
      )
      const ids = responses.map(({ headers }) => headers["twilio-request-id"] ?? "none")
      for (const id of ids) assert.match(id, /^RQ[0-9a-f]{32}$/u)
      assert.strictEqual(new Set(ids).size, responses.length)
    })
  )

  it.effect("update of a participant without a status changes nothing", () =>
    Effect.gen(function* () {
      const { participants } = yield* setUp("Without a status")
      const before = yield* TwilioSdk.call(() => participants("Ann").fetch())
      const updated = yield* TwilioSdk.call(() => participants("Ann").update())
      assert.deepStrictEqual(FieldView.ofOfficial(updated), FieldView.ofOfficial(before))
    })
  )

  it.effect("Twilio's package accepts rules as a list, as JSON text, and as it returned them", () =>
    Effect.gen(function* () {
      const { ours, participants, room } = yield* setUp("Forms of rules")
      const { subscribeRules } = participants("Ben")
      const rules = [
        { type: "include", publisher: "Ann", kind: "video" },
        { type: "exclude", track: 'a "b" \\ é' }
      ] as const
      const view = rules.map((rule) => ({
        all: null,
        publisher: null,
        track: null,
        kind: null,
        priority: null,
        ...rule
      }))
      const set = FieldView.ofOfficialRules(yield* TwilioSdk.call(() => subscribeRules.update({ rules })))
      assert.deepStrictEqual(set.rules, view)
      yield* ours.rules.update(room, "Ben", [{ type: "exclude", all: true }])
      const ofText = yield* TwilioSdk.call(() => subscribeRules.update({ rules: JSON.stringify(rules) }))
      assert.deepStrictEqual(FieldView.ofOfficialRules(ofText), set)
      yield* ours.rules.update(room, "Ben", [{ type: "exclude", all: true }])
      // With null for each missing filter.
      const ofRead = yield* TwilioSdk.call(() => subscribeRules.update({ rules: ofText.rules }))
      assert.deepStrictEqual(FieldView.ofOfficialRules(ofRead), set)
      assert.deepStrictEqual((yield* ours.rules.fetch(room, "Ben")).rules, rules)
    })
  )

  it.effect("both clients work with an API key", () =>
    Effect.gen(function* () {
      const { official, sandbox, track } = yield* setUp("Key")
      const { accountSid, apiKeySecret, apiKeySid } = sandbox.credentials
      const withKey = TwilioHttpClient.layer(TwilioVideo.services, {
        apiKeySid,
        apiKeySecret: Redacted.make(apiKeySecret),
        baseUrl: official.baseUrl,
        quota: "off"
      }).pipe(Layer.provide(FetchTransport.layer))
      const theirs = official.client({ username: apiKeySid, password: apiKeySecret, accountSid }).video.v1
      const clients = [
        OfficialClient.make(theirs.rooms),
        OurClient.make(yield* Effect.provide(OurClient.services, withKey))
      ]
      const seen = yield* Effect.forEach(clients, ({ read, write }) =>
        Effect.all({
          rooms: read.rooms.list({ uniqueName: "Key", pageSize: 50 }),
          published: read.fetchPublishedTrack("Key", "Ann", "cam"),
          subscribed: read.subscribedTracks.list("Key", "Ben", { pageSize: 50 }),
          rules: write.updateRules("Key", "Ben", [{ type: "include", all: true }])
        })
      )
      assert.strictEqual(official.httpClient.lastRequest?.auth, btoa(`${apiKeySid}:${apiKeySecret}`))
      assert.deepStrictEqual(seen[0], seen[1])
      assert.deepStrictEqual([seen[0]?.published.sid, seen[0]?.subscribed.map(({ sid }) => sid)], [track, [track]])
    })
  )
})

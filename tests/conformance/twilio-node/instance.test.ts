/**
 * Twilio's package reads, removes and anonymizes one participant of the sandbox, by SID and by identity, with an Auth Token
 * and with an API key.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as FieldView from "./FieldView.ts"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const at = (time: string) => TestClock.setTime(Date.parse(`2026-03-02T${time}Z`))

const notThere = (path: string): TwilioSdk.ApiError => ({
  status: 404,
  code: 20404,
  message: `The requested resource ${path} was not found`,
  moreInfo: "https://www.twilio.com/docs/errors/20404",
  details: undefined
})

layer(SandboxOnLoopback.layer())("Twilio's package", (it) => {
  /** A room that Zoë joined at 09:00:00.900. */
  const setUp = Effect.fnUntraced(function* (uniqueName: string) {
    const sandbox = yield* Sandbox.Sandbox
    const official = yield* SandboxOnLoopback.Official
    yield* at("09:00:00.900")
    // Keeps the room in progress for an hour after Zoë left.
    const room = yield* sandbox.openRoom({ uniqueName, emptyRoomTimeout: "2 hours" })
    const { sid } = yield* sandbox.join(uniqueName, "Zoë")
    const url = `${official.baseUrl}/v1/Rooms/${room.sid}/Participants/${sid}`
    const connected: FieldView.ParticipantView = {
      sid,
      roomSid: room.sid,
      accountSid: sandbox.credentials.accountSid,
      status: "connected",
      identity: "Zoë",
      dateCreated: "2026-03-02T09:00:00.000Z",
      dateUpdated: "2026-03-02T09:00:00.000Z",
      startTime: "2026-03-02T09:00:00.000Z",
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
    // 12.2 seconds. The rounded times differ by 13 seconds.
    const disconnected: FieldView.ParticipantView = {
      ...connected,
      status: "disconnected",
      dateUpdated: "2026-03-02T09:00:13.000Z",
      endTime: "2026-03-02T09:00:13.000Z",
      duration: 12
    }
    return { sandbox, official, participants: official.participants(uniqueName), room, sid, connected, disconnected }
  })

  it.effect("fetches by identity and by SID, in a room by name and by SID", () =>
    Effect.gen(function* () {
      const { connected, official, participants, room, sid } = yield* setUp("Fetch")
      for (const inRoom of [participants, official.participants(room.sid)]) {
        for (const who of ["Zoë", sid]) {
          const fetched = yield* TwilioSdk.call(() => inRoom(who).fetch())
          assert.deepStrictEqual(FieldView.ofOfficial(fetched), connected)
        }
      }
    })
  )

  it.effect("fetches a reconnecting participant, by identity and by SID", () =>
    Effect.gen(function* () {
      const { connected, participants, sandbox, sid } = yield* setUp("Reconnecting")
      yield* at("09:00:05")
      yield* sandbox.loseConnection("Reconnecting", "Zoë")
      for (const who of ["Zoë", sid]) {
        const fetched = yield* TwilioSdk.call(() => participants(who).fetch())
        assert.deepStrictEqual(FieldView.ofOfficial(fetched), {
          ...connected,
          status: "reconnecting",
          dateUpdated: "2026-03-02T09:00:05.000Z"
        })
      }
    })
  )

  it.effect("removes by identity; then only the SID finds the record", () =>
    Effect.gen(function* () {
      const { disconnected, participants, sid } = yield* setUp("KickByIdentity")
      yield* at("09:00:13.100")
      const kicked = yield* TwilioSdk.call(() => participants("Zoë").update({ status: "disconnected" }))
      assert.deepStrictEqual(FieldView.ofOfficial(kicked), disconnected)
      yield* at("10:00:00")
      const path = "/Rooms/KickByIdentity/Participants/Zo%C3%AB"
      assert.deepStrictEqual(yield* TwilioSdk.apiError(() => participants("Zoë").fetch()), notThere(path))
      assert.deepStrictEqual(
        yield* TwilioSdk.apiError(() => participants("Zoë").update({ status: "disconnected" })),
        notThere(path)
      )
      const fetched = yield* TwilioSdk.call(() => participants(sid).fetch())
      assert.deepStrictEqual(FieldView.ofOfficial(fetched), disconnected)
    })
  )

  it.effect("removes by SID; a second removal changes nothing", () =>
    Effect.gen(function* () {
      const { disconnected, participants, sid } = yield* setUp("KickBySid")
      yield* at("09:00:13.100")
      const kicked = yield* TwilioSdk.call(() => participants(sid).update({ status: "disconnected" }))
      assert.deepStrictEqual(FieldView.ofOfficial(kicked), disconnected)
      yield* at("10:00:00")
      const again = yield* TwilioSdk.call(() => participants(sid).update({ status: "disconnected" }))
      assert.deepStrictEqual(FieldView.ofOfficial(again), disconnected)
    })
  )

  it.effect("removes one participant; the same identity can join again with another SID", () =>
    Effect.gen(function* () {
      const { participants, sandbox, sid } = yield* setUp("KickOne")
      const { sid: ann } = yield* sandbox.join("KickOne", "Ann")
      yield* TwilioSdk.call(() => participants("Zoë").update({ status: "disconnected" }))
      const { sid: again } = yield* sandbox.join("KickOne", "Zoë")
      assert.notStrictEqual(again, sid)
      const listed = yield* TwilioSdk.call(() => participants.list())
      assert.deepStrictEqual(
        listed.map((participant) => participant.sid),
        [again, ann]
      )
      assert.strictEqual((yield* TwilioSdk.call(() => participants("Zoë").fetch())).sid, again)
    })
  )

  it.effect("updates without a status; nothing changes", () =>
    Effect.gen(function* () {
      const { connected, participants } = yield* setUp("UpdateNothing")
      yield* at("09:00:13.100")
      const updated = yield* TwilioSdk.call(() => participants("Zoë").update())
      assert.deepStrictEqual(FieldView.ofOfficial(updated), connected)
    })
  )

  it.effect("anonymizes a participant who left, by SID", () =>
    Effect.gen(function* () {
      const { disconnected, participants, sandbox, sid } = yield* setUp("Anonymize")
      yield* at("09:00:13.100")
      yield* sandbox.leave("Anonymize", "Zoë")
      yield* at("09:30:00")
      const { links, ...shown } = { ...disconnected, identity: sid, dateUpdated: "2026-03-02T09:30:00.000Z" }
      const anonymized = yield* TwilioSdk.call(() => participants(sid).anonymize().update())
      assert.deepStrictEqual(FieldView.ofOfficialAnonymized(anonymized), { ...shown, url: `${shown.url}/Anonymize` })
      const fetched = yield* TwilioSdk.call(() => participants(sid).fetch())
      assert.deepStrictEqual(FieldView.ofOfficial(fetched), { ...shown, links })
      yield* at("10:00:00")
      const again = yield* TwilioSdk.call(() => participants(sid).anonymize().update())
      assert.deepStrictEqual(FieldView.ofOfficialAnonymized(again), { ...shown, url: `${shown.url}/Anonymize` })
      const options = { status: "disconnected" } as const
      const byOldIdentity = yield* TwilioSdk.call(() => participants.list({ ...options, identity: "Zoë" }))
      assert.deepStrictEqual(byOldIdentity, [])
      const byNewIdentity = yield* TwilioSdk.call(() => participants.list({ ...options, identity: sid }))
      assert.deepStrictEqual(
        byNewIdentity.map((participant) => participant.sid),
        [sid]
      )
    })
  )

  it.effect("anonymizes a connected participant by identity; then the identity finds nobody", () =>
    Effect.gen(function* () {
      const { connected, participants, sid } = yield* setUp("AnonymizeConnected")
      yield* at("09:00:13.100")
      const anonymized = yield* TwilioSdk.call(() => participants("Zoë").anonymize().update())
      const { links, ...shown } = { ...connected, identity: sid, dateUpdated: "2026-03-02T09:00:13.000Z" }
      assert.deepStrictEqual(FieldView.ofOfficialAnonymized(anonymized), { ...shown, url: `${shown.url}/Anonymize` })
      assert.deepStrictEqual(
        yield* TwilioSdk.apiError(() => participants("Zoë").fetch()),
        notThere("/Rooms/AnonymizeConnected/Participants/Zo%C3%AB")
      )
      const listed = yield* TwilioSdk.call(() => participants.list())
      assert.deepStrictEqual(listed.map(FieldView.ofOfficial), [{ ...shown, links }])
    })
  )

  it.effect("gets the HTTP status and the request ID of each operation", () =>
    Effect.gen(function* () {
      const { participants, sid } = yield* setUp("HttpInfo")
      const answers = [
        yield* TwilioSdk.call(() => participants.listWithHttpInfo()),
        yield* TwilioSdk.call(() => participants("Zoë").fetchWithHttpInfo()),
        yield* TwilioSdk.call(() => participants("Zoë").updateWithHttpInfo({ status: "disconnected" })),
        yield* TwilioSdk.call(() => participants(sid).anonymize().updateWithHttpInfo())
      ]
      assert.deepStrictEqual(
        answers.map((answer) => answer.statusCode),
        [200, 200, 202, 200]
      )
      const ids = answers.map((answer) => answer.headers["twilio-request-id"] ?? "none")
      for (const id of ids) assert.match(id, /^RQ[0-9a-f]{32}$/u)
      assert.strictEqual(new Set(ids).size, 4)
    })
  )

  it.effect("works with an API key", () =>
    Effect.gen(function* () {
      const { disconnected, official, sandbox, sid } = yield* setUp("ApiKey")
      const { accountSid, apiKeySecret, apiKeySid } = sandbox.credentials
      const client = official.client({ username: apiKeySid, password: apiKeySecret, accountSid })
      const { participants } = client.video.v1.rooms("ApiKey")
      const listed = yield* TwilioSdk.call(() => participants.list())
      assert.deepStrictEqual(
        listed.map((participant) => participant.sid),
        [sid]
      )
      assert.strictEqual(official.httpClient.lastRequest?.auth, btoa(`${apiKeySid}:${apiKeySecret}`))
      assert.strictEqual((yield* TwilioSdk.call(() => participants("Zoë").fetch())).sid, sid)
      yield* at("09:00:13.100")
      const kicked = yield* TwilioSdk.call(() => participants("Zoë").update({ status: "disconnected" }))
      assert.deepStrictEqual(FieldView.ofOfficial(kicked), disconnected)
      const anonymized = yield* TwilioSdk.call(() => participants(sid).anonymize().update())
      assert.strictEqual(anonymized.identity, sid)
    })
  )
})

/**
 * The error class of Twilio's package on errors about participants: not found, wrong credentials, invalid requests. `codes`
 * has the errors about rooms, tracks and rules.
 */
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import twilio from "twilio"
import * as SandboxOnLoopback from "./SandboxOnLoopback.ts"
import * as TwilioSdk from "./TwilioSdk.ts"

const apiError = (status: number, code: number, message: string): TwilioSdk.ApiError => ({
  status,
  code,
  message,
  moreInfo: `https://www.twilio.com/docs/errors/${code}`,
  details: undefined
})

const notFound = (path: string) => apiError(404, 20404, `The requested resource ${path} was not found`)

const unauthorized = apiError(401, 20003, "Authenticate")

const nobody = `PA${"0".repeat(32)}`

/** A room in progress with Ann and with Ben, who has left, and a participant of another room. */
class Rooms extends Context.Service<
  Rooms,
  { readonly room: string; readonly ann: string; readonly ben: string; readonly elsewhere: string }
>()("tests/conformance/twilio-node/errors/Rooms") {}

const layerRooms = Layer.effect(
  Rooms,
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const room = yield* sandbox.openRoom({ uniqueName: "Standup" })
    const ann = yield* sandbox.join("Standup", "Ann")
    const ben = yield* sandbox.join("Standup", "Ben")
    yield* sandbox.leave("Standup", "Ben")
    yield* sandbox.openRoom({ uniqueName: "Elsewhere" })
    const elsewhere = yield* sandbox.join("Elsewhere", "Zoe")
    return { room: room.sid, ann: ann.sid, ben: ben.sid, elsewhere: elsewhere.sid }
  })
).pipe(Layer.provideMerge(SandboxOnLoopback.layer()), Layer.orDie)

const operations: ReadonlyArray<{
  readonly title: string
  readonly run: (participants: TwilioSdk.RoomParticipants, who: string) => PromiseLike<unknown>
  readonly suffix: string
}> = [
  { title: "fetch", run: (participants, who) => participants(who).fetch(), suffix: "" },
  { title: "update", run: (participants, who) => participants(who).update({ status: "disconnected" }), suffix: "" },
  { title: "anonymize", run: (participants, who) => participants(who).anonymize().update(), suffix: "/Anonymize" }
]

layer(layerRooms)("the error class of Twilio's package", (it) => {
  it.effect.each(operations)("404 on $title of an unknown participant", ({ run, suffix }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { ann, elsewhere, room } = yield* Rooms
      const cases = [
        { in: "Standup", who: "Nobody" },
        { in: "Standup", who: "ann" },
        // An identity finds only connected participants.
        { in: "Standup", who: "Ben" },
        { in: room, who: nobody },
        { in: room, who: elsewhere },
        { in: "Nowhere", who: "Ann" },
        { in: `RM${"0".repeat(32)}`, who: ann }
      ]
      for (const { in: inRoom, who } of cases) {
        const error = yield* TwilioSdk.apiError(() => run(official.participants(inRoom), who))
        assert.deepStrictEqual(error, notFound(`/Rooms/${inRoom}/Participants/${who}${suffix}`))
      }
      const stillThere = yield* TwilioSdk.call(() => official.participants(room)(ann).fetch())
      assert.deepStrictEqual([stillThere.status, stillThere.identity], ["connected", "Ann"])
    })
  )

  it.effect("404 on a list of an unknown room, also page by page", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const participants = official.participants("No such room")
      const path = "/Rooms/No%20such%20room/Participants"
      assert.deepStrictEqual(yield* TwilioSdk.apiError(() => participants.list()), notFound(path))
      assert.deepStrictEqual(yield* TwilioSdk.apiError(() => participants.page({ pageSize: 1 })), notFound(path))
    })
  )

  it.effect("it's an Error, exported from the package's root", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { cause } = yield* Effect.flip(TwilioSdk.call(() => official.participants("Standup")("Nobody").fetch()))
      assert.instanceOf(cause, twilio.RestException)
      assert.instanceOf(cause, Error)
    })
  )

  const wrong = (sandbox: Sandbox.Service): ReadonlyArray<Partial<TwilioSdk.Credentials>> => {
    const { apiKeySecret, apiKeySid, authToken } = sandbox.credentials
    const accountSid = `AC${"0".repeat(32)}`
    return [
      { password: "wrong" },
      { password: `${authToken} ` },
      { username: accountSid, accountSid },
      { username: apiKeySid, password: "wrong" },
      { username: apiKeySid, password: authToken },
      { username: `SK${"0".repeat(32)}`, password: apiKeySecret },
      { password: apiKeySecret }
    ]
  }

  it.effect("401 on every operation with mismatched credentials, for known and unknown participants", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const { ann, room } = yield* Rooms
      for (const credentials of wrong(sandbox)) {
        const { rooms } = official.client(credentials).video.v1
        for (const inRoom of [room, "Nowhere"]) {
          const { participants } = rooms(inRoom)
          assert.deepStrictEqual(yield* TwilioSdk.apiError(() => participants.list()), unauthorized)
          for (const { run } of operations) {
            assert.deepStrictEqual(yield* TwilioSdk.apiError(() => run(participants, ann)), unauthorized)
          }
        }
      }
      const untouched = yield* TwilioSdk.call(() => official.participants(room)(ann).fetch())
      assert.deepStrictEqual([untouched.status, untouched.identity], ["connected", "Ann"])
    })
  )

  it.effect("401 on the next page of a list with other credentials", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { room } = yield* Rooms
      const url = `${official.baseUrl}/v1/Rooms/${room}/Participants?PageSize=1&Page=1&PageToken=${nobody}`
      const { participants } = official.client({ password: "wrong" }).video.v1.rooms(room)
      assert.deepStrictEqual(yield* TwilioSdk.apiError(() => participants.getPage(url)), unauthorized)
    })
  )

  it.effect.each(["connected", "reconnecting", "gone"])("400 on an update to status %j", (status) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { ann } = yield* Rooms
      const participant = official.participants("Standup")("Ann")
      // JavaScript programs can pass any text.
      const error = yield* TwilioSdk.apiError(() => participant.update({ status: status as "connected" }))
      assert.deepStrictEqual(error, apiError(400, 53209, "Participant status is invalid"))
      const untouched = yield* TwilioSdk.call(() => participant.fetch())
      assert.deepStrictEqual([untouched.sid, untouched.status], [ann, "connected"])
    })
  )

  const date = (text: string) => text as unknown as Date

  it.effect.each([
    {
      options: { status: "gone" as "connected" },
      parameter: "Status",
      problem: "not connected, reconnecting or disconnected"
    },
    {
      options: { dateCreatedAfter: date("yesterday") },
      parameter: "DateCreatedAfter",
      problem: "not an ISO 8601 date"
    },
    {
      options: { dateCreatedBefore: date("2026-02-30T25:00:00Z") },
      parameter: "DateCreatedBefore",
      problem: "not an ISO 8601 date"
    },
    { options: { pageSize: 0 }, parameter: "PageSize", problem: "below 1" },
    { options: { pageSize: 1.5 }, parameter: "PageSize", problem: "not a whole number" }
  ])("400 on a list with $options", ({ options, parameter, problem }) =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const error = yield* TwilioSdk.apiError(() => official.participants("Standup").list({ ...options }))
      assert.deepStrictEqual(error, apiError(400, 20001, `Invalid value for parameter ${parameter}: ${problem}`))
    })
  )

  it.effect("400 on an invalid page token", () =>
    Effect.gen(function* () {
      const official = yield* SandboxOnLoopback.Official
      const { elsewhere } = yield* Rooms
      for (const pageToken of ["PT10", `PA${nobody}`, `PA${elsewhere}`]) {
        const error = yield* TwilioSdk.apiError(() => official.participants("Standup").page({ pageToken }))
        assert.deepStrictEqual(error, apiError(400, 21481, "Invalid PageToken"))
      }
    })
  )
})

layer(SandboxOnLoopback.layer())("a completed room", (it) => {
  it.effect("is found only by SID, and rejects updates of its participants", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      const room = yield* sandbox.openRoom({ uniqueName: "Retro" })
      const { sid } = yield* sandbox.join("Retro", "Ann")
      yield* sandbox.completeRoom("Retro")
      const byName = official.participants("Retro")
      assert.deepStrictEqual(yield* TwilioSdk.apiError(() => byName.list()), notFound("/Rooms/Retro/Participants"))
      for (const { run, suffix } of operations) {
        for (const who of ["Ann", sid]) {
          const path = `/Rooms/Retro/Participants/${who}${suffix}`
          assert.deepStrictEqual(yield* TwilioSdk.apiError(() => run(byName, who)), notFound(path))
        }
      }
      const bySid = official.participants(room.sid)
      assert.strictEqual((yield* TwilioSdk.call(() => bySid(sid).fetch())).status, "disconnected")
      assert.deepStrictEqual(
        yield* TwilioSdk.apiError(() => bySid("Ann").fetch()),
        notFound(`/Rooms/${room.sid}/Participants/Ann`)
      )
      assert.deepStrictEqual(
        yield* TwilioSdk.apiError(() => bySid(sid).update({ status: "disconnected" })),
        apiError(400, 53118, "Room completed")
      )
      assert.strictEqual((yield* TwilioSdk.call(() => bySid(sid).anonymize().update())).identity, sid)
    })
  )

  it.effect("frees its name for another room", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const official = yield* SandboxOnLoopback.Official
      yield* sandbox.openRoom({ uniqueName: "Again" })
      yield* sandbox.join("Again", "Ann")
      yield* sandbox.completeRoom("Again")
      const room = yield* sandbox.openRoom({ uniqueName: "Again" })
      assert.deepStrictEqual(yield* TwilioSdk.call(() => official.participants("Again").list()), [])
      const { sid } = yield* sandbox.join("Again", "Ben")
      const ben = yield* TwilioSdk.call(() => official.participants("Again")("Ben").fetch())
      assert.deepStrictEqual([ben.sid, ben.roomSid], [sid, room.sid])
    })
  )
})

/**
 * The steps of a run that are refused, each with its code: who it is, what is not there, what cannot be. Holds no
 * refusal that follows from a state: see `Visit`.
 */
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Probe, Sender } from "./Run.ts"
import { refused, services } from "./Steps.ts"

const noSuch = {
  room: `RM${"0".repeat(32)}`,
  participant: `PA${"0".repeat(32)}`,
  track: `MT${"0".repeat(32)}`
} as const

/** Every refusal of a sandbox as it is. */
export const refusals = Effect.gen(function* () {
  const { participants, publishedTracks, rooms, rules, sandbox, subscribedTracks } = yield* services
  const { as, probe } = yield* Sender
  const room = yield* rooms.create({ uniqueName: "refusals", maxParticipants: 50 })
  yield* sandbox.join("refusals", "Alice")

  // Who it is.
  const { accountSid, apiKeySecret, apiKeySid } = sandbox.credentials
  yield* refused(20003, Effect.provide(Rooms.list(), as({ accountSid, authToken: Redacted.make("wrong") })))
  yield* Effect.provide(Rooms.list(), as({ apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) }))
  yield* probe({ method: "GET", path: "/v1/Rooms", anonymous: true, status: 401, code: 20003 })

  // What is not there.
  for (const [missing, participant] of [
    ["refusals", "Bob"],
    ["refusals", noSuch.participant],
    ["nowhere", "Alice"],
    [noSuch.room, noSuch.participant]
  ] as const) {
    yield* refused(20404, participants.fetch(missing, participant))
    yield* refused(20404, participants.disconnect(missing, participant))
    yield* refused(20404, participants.anonymize(missing, participant))
    yield* refused(20404, publishedTracks.list(missing, participant))
    yield* refused(20404, subscribedTracks.list(missing, participant))
    yield* refused(20404, rules.fetch(missing, participant))
    yield* refused(20404, rules.update(missing, participant, [SubscribeRule.include({ all: true })]))
  }
  for (const missing of ["nowhere", noSuch.room]) {
    yield* refused(20404, rooms.fetch(missing))
    yield* refused(20404, rooms.complete(missing))
    yield* refused(20404, participants.list(missing))
  }
  yield* refused(20404, publishedTracks.fetch("refusals", "Alice", "no such track"))
  yield* refused(20404, publishedTracks.fetch("refusals", "Alice", noSuch.track))
  yield* refused(20404, subscribedTracks.fetch("refusals", "Alice", noSuch.track))

  // What a client may ask for and cannot have.
  yield* refused(53101, rooms.create({ uniqueName: "n".repeat(129) }))
  yield* refused(53107, rooms.create({ maxParticipants: 51 }))
  yield* refused(53109, rooms.create({ emptyRoomTimeout: "61 minutes" }))
  yield* refused(53109, rooms.create({ unusedRoomTimeout: 0 }))
  yield* refused(53111, rooms.create({ statusCallback: "ftp://example.com/" }))
  yield* refused(53115, rooms.create({ mediaRegion: "mars1" }))
  yield* refused(53123, rooms.create({ maxParticipantDuration: "1 minute" }))
  yield* refused(53126, rooms.create({ type: "peer-to-peer" }))
  yield* refused(53127, rooms.create({ audioOnly: true }))
  yield* refused(21481, rooms.list({ pageToken: "PAnonsense" }))
  yield* refused(21481, participants.list("refusals", { pageToken: `PA${noSuch.participant}` }))
  yield* refused(21481, publishedTracks.list("refusals", "Alice", { pageToken: "no token" }))
  yield* refused(21481, subscribedTracks.list("refusals", "Alice", { pageToken: "no token" }))

  // What no client sends.
  const alice = "/v1/Rooms/refusals/Participants/Alice"
  const probes: ReadonlyArray<Omit<Probe, "status">> = [
    { method: "GET", path: "/v1/Rooms?Status=paused", code: 20001 },
    { method: "GET", path: "/v1/Rooms?PageSize=0", code: 20001 },
    { method: "GET", path: "/v1/Rooms?DateCreatedAfter=noon", code: 20001 },
    { method: "GET", path: "/v1/Rooms/refusals/Participants?Page=-1", code: 20001 },
    { method: "GET", path: "/v1/Rooms/refusals/Participants?Status=asleep", code: 20001 },
    { method: "GET", path: "/v1/Rooms/100%", code: 20001 },
    { method: "POST", path: "/v1/Rooms", body: "{}", type: "application/json", code: 20001 },
    { method: "POST", path: "/v1/Rooms", body: "LargeRoom=perhaps", code: 20001 },
    { method: "POST", path: "/v1/Rooms", body: "VideoCodecs=VP9", code: 20001 },
    { method: "POST", path: "/v1/Rooms", body: "TranscriptionsConfiguration=[]", code: 20001 },
    { method: "POST", path: "/v1/Rooms", body: "UniqueName=%FF", code: 53102 },
    { method: "POST", path: "/v1/Rooms", body: "Type=hall", code: 53108 },
    { method: "POST", path: "/v1/Rooms", body: "StatusCallbackMethod=PUT", code: 53110 },
    { method: "POST", path: "/v1/Rooms", body: "RecordingRules=[]", code: 53120 },
    { method: "POST", path: `/v1/Rooms/${room.sid}`, body: "Status=failed", code: 53112 },
    { method: "POST", path: alice, body: "Status=gone", code: 53209 }
  ]
  for (const one of probes) yield* probe({ ...one, status: 400 })
  yield* probe({ method: "GET", path: "/v1/Rooms?PageSize=5000", status: 200 })
  yield* probe({ method: "POST", path: alice, status: 202 })
  yield* probe({ method: "GET", path: "/v1/Hotels", status: 404, code: 20404 })
  yield* probe({ method: "GET", path: `/v1/Rooms/refusals/Recordings`, status: 501, code: 20501 })
  const notAllowed = [
    ["DELETE", "/v1/Rooms/refusals"],
    ["PUT", "/v1/Rooms"],
    ["DELETE", alice],
    ["GET", `${alice}/Anonymize`],
    ["POST", `${alice}/PublishedTracks`],
    ["POST", `${alice}/SubscribedTracks`],
    ["DELETE", `${alice}/SubscribeRules`]
  ] as const
  for (const [method, path] of notAllowed) yield* probe({ method, path, status: 405, code: 20004 })
  yield* rooms.complete("refusals")
})

/**
 * Requests that fail in any state: wrong credentials, unknown resources, invalid parameters, and requests that the client
 * never sends. `Scenarios` has the failures that depend on a state.
 */
import * as Participants from "@effect-twilio-video/core/Participants"
import * as PublishedTracks from "@effect-twilio-video/core/PublishedTracks"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribedTracks from "@effect-twilio-video/core/SubscribedTracks"
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { failsWith } from "./Assertions.ts"
import { type Probe, Sender } from "./Recording.ts"

const noSuch = {
  room: `RM${"0".repeat(32)}`,
  participant: `PA${"0".repeat(32)}`,
  track: `MT${"0".repeat(32)}`
} as const

const wrongCredentials = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const { as, probe } = yield* Sender
  const { accountSid, apiKeySecret, apiKeySid } = sandbox.credentials
  yield* failsWith(20003, Effect.provide(Rooms.list(), as({ accountSid, authToken: Redacted.make("wrong") })))
  yield* Effect.provide(Rooms.list(), as({ apiKeySid, apiKeySecret: Redacted.make(apiKeySecret) }))
  yield* probe({ method: "GET", path: "/v1/Rooms", anonymous: true, status: 401, code: 20003 })
})

const unknownResources = Effect.gen(function* () {
  for (const [missing, participant] of [
    ["errors", "Bob"],
    ["errors", noSuch.participant],
    ["nowhere", "Alice"],
    [noSuch.room, noSuch.participant]
  ] as const) {
    yield* failsWith(20404, Participants.fetch(missing, participant))
    yield* failsWith(20404, Participants.disconnect(missing, participant))
    yield* failsWith(20404, Participants.anonymize(missing, participant))
    yield* failsWith(20404, PublishedTracks.list(missing, participant))
    yield* failsWith(20404, SubscribedTracks.list(missing, participant))
    yield* failsWith(20404, SubscribeRules.fetch(missing, participant))
    yield* failsWith(20404, SubscribeRules.update(missing, participant, [SubscribeRule.include({ all: true })]))
  }
  for (const missing of ["nowhere", noSuch.room]) {
    yield* failsWith(20404, Rooms.fetch(missing))
    yield* failsWith(20404, Rooms.complete(missing))
    yield* failsWith(20404, Participants.list(missing))
  }
  yield* failsWith(20404, PublishedTracks.fetch("errors", "Alice", "no such track"))
  yield* failsWith(20404, PublishedTracks.fetch("errors", "Alice", noSuch.track))
  yield* failsWith(20404, SubscribedTracks.fetch("errors", "Alice", noSuch.track))
})

const invalidParameters = Effect.gen(function* () {
  yield* failsWith(53101, Rooms.create({ uniqueName: "n".repeat(129) }))
  yield* failsWith(53107, Rooms.create({ maxParticipants: 51 }))
  yield* failsWith(53109, Rooms.create({ emptyRoomTimeout: "61 minutes" }))
  yield* failsWith(53109, Rooms.create({ unusedRoomTimeout: 0 }))
  yield* failsWith(53111, Rooms.create({ statusCallback: "ftp://example.com/" }))
  yield* failsWith(53115, Rooms.create({ mediaRegion: "mars1" }))
  yield* failsWith(53123, Rooms.create({ maxParticipantDuration: "1 minute" }))
  yield* failsWith(53126, Rooms.create({ type: "peer-to-peer" }))
  yield* failsWith(53127, Rooms.create({ audioOnly: true }))
  yield* failsWith(21481, Rooms.list({ pageToken: "PAnonsense" }))
  yield* failsWith(21481, Participants.list("errors", { pageToken: `PA${noSuch.participant}` }))
  yield* failsWith(21481, PublishedTracks.list("errors", "Alice", { pageToken: "no token" }))
  yield* failsWith(21481, SubscribedTracks.list("errors", "Alice", { pageToken: "no token" }))
})

const alice = "/v1/Rooms/errors/Participants/Alice"

const invalidRequests: ReadonlyArray<Omit<Probe, "status">> = [
  { method: "GET", path: "/v1/Rooms?Status=paused", code: 20001 },
  { method: "GET", path: "/v1/Rooms?PageSize=0", code: 20001 },
  { method: "GET", path: "/v1/Rooms?DateCreatedAfter=noon", code: 20001 },
  { method: "GET", path: "/v1/Rooms/errors/Participants?Page=-1", code: 20001 },
  { method: "GET", path: "/v1/Rooms/errors/Participants?Status=asleep", code: 20001 },
  { method: "GET", path: "/v1/Rooms/100%", code: 20001 },
  { method: "POST", path: "/v1/Rooms", body: "{}", type: "application/json", code: 20001 },
  { method: "POST", path: "/v1/Rooms", body: "LargeRoom=perhaps", code: 20001 },
  { method: "POST", path: "/v1/Rooms", body: "VideoCodecs=VP9", code: 20001 },
  { method: "POST", path: "/v1/Rooms", body: "TranscriptionsConfiguration=[]", code: 20001 },
  { method: "POST", path: "/v1/Rooms", body: "UniqueName=%FF", code: 53102 },
  { method: "POST", path: "/v1/Rooms", body: "Type=hall", code: 53108 },
  { method: "POST", path: "/v1/Rooms", body: "StatusCallbackMethod=PUT", code: 53110 },
  { method: "POST", path: "/v1/Rooms", body: "RecordingRules=[]", code: 53120 },
  { method: "POST", path: "/v1/Rooms/errors", body: "Status=failed", code: 53112 },
  { method: "POST", path: alice, body: "Status=gone", code: 53209 }
]

const neverSent = Effect.gen(function* () {
  const { probe } = yield* Sender
  for (const request of invalidRequests) yield* probe({ ...request, status: 400 })
  yield* probe({ method: "GET", path: "/v1/Rooms?PageSize=5000", status: 200 })
  yield* probe({ method: "POST", path: alice, status: 202 })
  yield* probe({ method: "GET", path: "/v1/Hotels", status: 404, code: 20404 })
  yield* probe({ method: "GET", path: `/v1/Rooms/errors/Recordings`, status: 501, code: 20501 })
  const notAllowed = [
    ["DELETE", "/v1/Rooms/errors"],
    ["PUT", "/v1/Rooms"],
    ["DELETE", alice],
    ["GET", `${alice}/Anonymize`],
    ["POST", `${alice}/PublishedTracks`],
    ["POST", `${alice}/SubscribedTracks`],
    ["DELETE", `${alice}/SubscribeRules`]
  ] as const
  for (const [method, path] of notAllowed) yield* probe({ method, path, status: 405, code: 20004 })
})

/** All failures of a sandbox with the default assumptions. */
export const errors = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* Rooms.create({ uniqueName: "errors", maxParticipants: 50 })
  yield* sandbox.join("errors", "Alice")
  yield* wrongCredentials
  yield* unknownResources
  yield* invalidParameters
  yield* neverSent
  yield* Rooms.complete("errors")
})

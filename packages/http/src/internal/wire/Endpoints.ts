/**
 * Twilio Video's endpoints, by the names that their operations have in Twilio's OpenAPI document. Each is a constant, so
 * that a bundle contains only those that a program uses. `VideoWire.operations` has them all.
 */

const roomsPath = "/v1/Rooms"
const roomPath = "/v1/Rooms/:room"
const participantsPath = "/v1/Rooms/:room/Participants"
const participantPath = "/v1/Rooms/:room/Participants/:participant"
const subscribeRulesPath = "/v1/Rooms/:room/Participants/:participant/SubscribeRules"

// A call, so that bundlers may drop it.
const endpoint = (method: "GET" | "POST", path: `/${string}`, success: 200 | 201 | 202, idempotent: boolean) => ({
  method,
  path,
  success,
  idempotent
})

/** The internal name of `VideoWire.Endpoint`. */
export type Endpoint = Readonly<ReturnType<typeof endpoint>>

export const CreateRoom = endpoint("POST", roomsPath, 201, false)
export const ListRoom = endpoint("GET", roomsPath, 200, true)
export const FetchRoom = endpoint("GET", roomPath, 200, true)
export const UpdateRoom = endpoint("POST", roomPath, 202, true)
export const ListRoomParticipant = endpoint("GET", participantsPath, 200, true)
export const FetchRoomParticipant = endpoint("GET", participantPath, 200, true)
export const UpdateRoomParticipant = endpoint("POST", participantPath, 202, true)
export const UpdateRoomParticipantAnonymize = endpoint(
  "POST",
  "/v1/Rooms/:room/Participants/:participant/Anonymize",
  200,
  true
)
export const ListRoomParticipantPublishedTrack = endpoint(
  "GET",
  "/v1/Rooms/:room/Participants/:participant/PublishedTracks",
  200,
  true
)
export const FetchRoomParticipantPublishedTrack = endpoint(
  "GET",
  "/v1/Rooms/:room/Participants/:participant/PublishedTracks/:track",
  200,
  true
)
export const ListRoomParticipantSubscribedTrack = endpoint(
  "GET",
  "/v1/Rooms/:room/Participants/:participant/SubscribedTracks",
  200,
  true
)
export const FetchRoomParticipantSubscribedTrack = endpoint(
  "GET",
  "/v1/Rooms/:room/Participants/:participant/SubscribedTracks/:track",
  200,
  true
)
export const FetchRoomParticipantSubscribeRule = endpoint("GET", subscribeRulesPath, 200, true)
// Not idempotent: a retry could overwrite rules that another client set in between.
export const UpdateRoomParticipantSubscribeRule = endpoint("POST", subscribeRulesPath, 200, false)

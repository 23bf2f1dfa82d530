/**
 * Twilio Video's operations and their paths, one constant for each, so that a bundle holds those that a program uses.
 * `VideoWire` is where others read them.
 */
export const roomsPath = "/v1/Rooms"
export const roomPath = "/v1/Rooms/:room"
export const participantsPath = "/v1/Rooms/:room/Participants"
export const participantPath = "/v1/Rooms/:room/Participants/:participant"
export const anonymizePath = "/v1/Rooms/:room/Participants/:participant/Anonymize"
export const publishedTracksPath = "/v1/Rooms/:room/Participants/:participant/PublishedTracks"
export const publishedTrackPath = "/v1/Rooms/:room/Participants/:participant/PublishedTracks/:track"
export const subscribedTracksPath = "/v1/Rooms/:room/Participants/:participant/SubscribedTracks"
export const subscribedTrackPath = "/v1/Rooms/:room/Participants/:participant/SubscribedTracks/:track"
export const subscribeRulesPath = "/v1/Rooms/:room/Participants/:participant/SubscribeRules"

// A call, so that bundlers may drop it, and flat: a member that is read would keep it.
const operation = <const M extends string, const P extends string, const S extends number>(
  method: M,
  path: P,
  success: S,
  idempotent: boolean
) => ({ method, path, success, idempotent })

export const CreateRoom = operation("POST", roomsPath, 201, false)
export const ListRoom = operation("GET", roomsPath, 200, true)
export const FetchRoom = operation("GET", roomPath, 200, true)
export const UpdateRoom = operation("POST", roomPath, 202, true)
export const ListRoomParticipant = operation("GET", participantsPath, 200, true)
export const FetchRoomParticipant = operation("GET", participantPath, 200, true)
export const UpdateRoomParticipant = operation("POST", participantPath, 202, true)
export const UpdateRoomParticipantAnonymize = operation("POST", anonymizePath, 200, true)
export const ListRoomParticipantPublishedTrack = operation("GET", publishedTracksPath, 200, true)
export const FetchRoomParticipantPublishedTrack = operation("GET", publishedTrackPath, 200, true)
export const ListRoomParticipantSubscribedTrack = operation("GET", subscribedTracksPath, 200, true)
export const FetchRoomParticipantSubscribedTrack = operation("GET", subscribedTrackPath, 200, true)
export const FetchRoomParticipantSubscribeRule = operation("GET", subscribeRulesPath, 200, true)
export const UpdateRoomParticipantSubscribeRule = operation("POST", subscribeRulesPath, 200, false)

/**
 * How Twilio Video's API looks on the wire: paths, methods, parameter names, success codes. The client and the sandbox
 * both read it from here. Holds no behaviour.
 *
 * @since 0.1.0
 */

/**
 * The paths, with the names of their parameters. `room` takes a SID or a unique name, `participant` a SID or an
 * identity, `track` a SID or, of a published track, a name.
 *
 * @category constants
 * @since 0.1.0
 */
export const paths = {
  rooms: "/v1/Rooms",
  room: "/v1/Rooms/:room",
  participants: "/v1/Rooms/:room/Participants",
  participant: "/v1/Rooms/:room/Participants/:participant",
  anonymize: "/v1/Rooms/:room/Participants/:participant/Anonymize",
  publishedTracks: "/v1/Rooms/:room/Participants/:participant/PublishedTracks",
  publishedTrack: "/v1/Rooms/:room/Participants/:participant/PublishedTracks/:track",
  subscribedTracks: "/v1/Rooms/:room/Participants/:participant/SubscribedTracks",
  subscribedTrack: "/v1/Rooms/:room/Participants/:participant/SubscribedTracks/:track",
  subscribeRules: "/v1/Rooms/:room/Participants/:participant/SubscribeRules"
} as const

/**
 * An operation: what to send where, and the HTTP status of its success.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation {
  readonly method: "GET" | "POST"
  /** Is twice the same as once? Then it may be sent again where an answer was lost. */
  readonly idempotent: boolean
  readonly path: (typeof paths)[keyof typeof paths]
  readonly success: 200 | 201 | 202
}

const operation = <O extends Operation>(operation: O): O => operation

/**
 * The operations, by their names in Twilio's OpenAPI document of Video v1.
 *
 * Rules that replace others are not idempotent: somebody else's may have come in between, and would be lost.
 *
 * Follows https://www.twilio.com/docs/video/api.
 *
 * @category constants
 * @since 0.1.0
 */
export const operations = {
  CreateRoom: operation({ method: "POST", idempotent: false, path: paths.rooms, success: 201 }),
  ListRoom: operation({ method: "GET", idempotent: true, path: paths.rooms, success: 200 }),
  FetchRoom: operation({ method: "GET", idempotent: true, path: paths.room, success: 200 }),
  UpdateRoom: operation({ method: "POST", idempotent: true, path: paths.room, success: 202 }),
  ListRoomParticipant: operation({ method: "GET", idempotent: true, path: paths.participants, success: 200 }),
  FetchRoomParticipant: operation({ method: "GET", idempotent: true, path: paths.participant, success: 200 }),
  UpdateRoomParticipant: operation({ method: "POST", idempotent: true, path: paths.participant, success: 202 }),
  UpdateRoomParticipantAnonymize: operation({ method: "POST", idempotent: true, path: paths.anonymize, success: 200 }),
  ListRoomParticipantPublishedTrack: operation({
    method: "GET",
    idempotent: true,
    path: paths.publishedTracks,
    success: 200
  }),
  FetchRoomParticipantPublishedTrack: operation({
    method: "GET",
    idempotent: true,
    path: paths.publishedTrack,
    success: 200
  }),
  ListRoomParticipantSubscribedTrack: operation({
    method: "GET",
    idempotent: true,
    path: paths.subscribedTracks,
    success: 200
  }),
  FetchRoomParticipantSubscribedTrack: operation({
    method: "GET",
    idempotent: true,
    path: paths.subscribedTrack,
    success: 200
  }),
  FetchRoomParticipantSubscribeRule: operation({
    method: "GET",
    idempotent: true,
    path: paths.subscribeRules,
    success: 200
  }),
  UpdateRoomParticipantSubscribeRule: operation({
    method: "POST",
    idempotent: false,
    path: paths.subscribeRules,
    success: 200
  })
} as const

/**
 * The names of the query and form parameters; Twilio reads them case-sensitively.
 *
 * @category constants
 * @since 0.1.0
 */
export const parameters = {
  audioOnly: "AudioOnly",
  dateCreatedAfter: "DateCreatedAfter",
  dateCreatedBefore: "DateCreatedBefore",
  emptyRoomTimeout: "EmptyRoomTimeout",
  enableTurn: "EnableTurn",
  identity: "Identity",
  largeRoom: "LargeRoom",
  maxParticipantDuration: "MaxParticipantDuration",
  maxParticipants: "MaxParticipants",
  mediaRegion: "MediaRegion",
  page: "Page",
  pageSize: "PageSize",
  pageToken: "PageToken",
  recordParticipantsOnConnect: "RecordParticipantsOnConnect",
  recordingRules: "RecordingRules",
  rules: "Rules",
  status: "Status",
  statusCallback: "StatusCallback",
  statusCallbackMethod: "StatusCallbackMethod",
  transcribeParticipantsOnConnect: "TranscribeParticipantsOnConnect",
  transcriptionsConfiguration: "TranscriptionsConfiguration",
  type: "Type",
  uniqueName: "UniqueName",
  unusedRoomTimeout: "UnusedRoomTimeout",
  videoCodecs: "VideoCodecs"
} as const

/**
 * The member of a list's answer that holds the resources.
 *
 * @category constants
 * @since 0.1.0
 */
export const listKeys = {
  rooms: "rooms",
  participants: "participants",
  publishedTracks: "published_tracks",
  subscribedTracks: "subscribed_tracks"
} as const

/**
 * The page sizes of a list: Twilio's default, and the most it puts on a page.
 *
 * @category constants
 * @since 0.1.0
 */
export const pageSize = { default: 50, maximum: 1000 } as const

/**
 * How Twilio Video's API looks on the wire: paths, methods, parameter names, success codes. The client and the sandbox
 * both read it from here. Holds no behaviour.
 *
 * @since 0.1.0
 */
import * as Operations from "./internal/wire/Operations.ts"

/**
 * The paths, with the names of their parameters. `room` takes a SID or a unique name, `participant` a SID or an
 * identity, `track` a SID or, of a published track, a name.
 *
 * @category constants
 * @since 0.1.0
 */
export const paths = {
  rooms: Operations.roomsPath,
  room: Operations.roomPath,
  participants: Operations.participantsPath,
  participant: Operations.participantPath,
  anonymize: Operations.anonymizePath,
  publishedTracks: Operations.publishedTracksPath,
  publishedTrack: Operations.publishedTrackPath,
  subscribedTracks: Operations.subscribedTracksPath,
  subscribedTrack: Operations.subscribedTrackPath,
  subscribeRules: Operations.subscribeRulesPath
} as const

/**
 * The HTTP methods of the operations.
 *
 * @category models
 * @since 0.1.0
 */
export type Method = "GET" | "POST"

/**
 * The HTTP statuses of the operations' successes.
 *
 * @category models
 * @since 0.1.0
 */
export type Success = 200 | 201 | 202

/**
 * An operation: what to send where, and the HTTP status of its success.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation {
  readonly method: Method
  /** Is twice the same as once? Then it may be sent again where an answer was lost. */
  readonly idempotent: boolean
  readonly path: (typeof paths)[keyof typeof paths]
  readonly success: Success
}

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
  CreateRoom: Operations.CreateRoom,
  ListRoom: Operations.ListRoom,
  FetchRoom: Operations.FetchRoom,
  UpdateRoom: Operations.UpdateRoom,
  ListRoomParticipant: Operations.ListRoomParticipant,
  FetchRoomParticipant: Operations.FetchRoomParticipant,
  UpdateRoomParticipant: Operations.UpdateRoomParticipant,
  UpdateRoomParticipantAnonymize: Operations.UpdateRoomParticipantAnonymize,
  ListRoomParticipantPublishedTrack: Operations.ListRoomParticipantPublishedTrack,
  FetchRoomParticipantPublishedTrack: Operations.FetchRoomParticipantPublishedTrack,
  ListRoomParticipantSubscribedTrack: Operations.ListRoomParticipantSubscribedTrack,
  FetchRoomParticipantSubscribedTrack: Operations.FetchRoomParticipantSubscribedTrack,
  FetchRoomParticipantSubscribeRule: Operations.FetchRoomParticipantSubscribeRule,
  UpdateRoomParticipantSubscribeRule: Operations.UpdateRoomParticipantSubscribeRule
} as const satisfies Readonly<Record<string, Operation>>

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
 * The name on the wire of a member of {@link parameters}. A rule and not a look-up: a bundle need not hold the table.
 *
 * @category accessors
 * @since 0.1.0
 */
export const parameterName = (name: keyof typeof parameters): string => name.charAt(0).toUpperCase() + name.slice(1)

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

/**
 * Twilio Video's API on the wire: endpoints, parameter names and page sizes, as the client and the sandbox use them.
 *
 * @since 0.1.0
 */
import * as Endpoints from "./internal/wire/Endpoints.ts"

/**
 * A method and path of Twilio's API.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint {
  readonly method: "GET" | "POST"
  /**
   * With `:room` (a SID or unique name), `:participant` (a SID or identity) and `:track` (a SID or, of a published track,
   * a name) in place of their values.
   */
  readonly path: `/${string}`
  /** The HTTP status of a success. */
  readonly success: 200 | 201 | 202
  /** Does a second identical request change nothing more? Then it's safe to retry after a lost response. */
  readonly idempotent: boolean
}

/**
 * The endpoints, by the names of their operations in Twilio's OpenAPI document of Video v1.
 *
 * Follows https://www.twilio.com/docs/video/api.
 *
 * @category constants
 * @since 0.1.0
 */
export const operations = {
  CreateRoom: Endpoints.CreateRoom,
  ListRoom: Endpoints.ListRoom,
  FetchRoom: Endpoints.FetchRoom,
  UpdateRoom: Endpoints.UpdateRoom,
  ListRoomParticipant: Endpoints.ListRoomParticipant,
  FetchRoomParticipant: Endpoints.FetchRoomParticipant,
  UpdateRoomParticipant: Endpoints.UpdateRoomParticipant,
  UpdateRoomParticipantAnonymize: Endpoints.UpdateRoomParticipantAnonymize,
  ListRoomParticipantPublishedTrack: Endpoints.ListRoomParticipantPublishedTrack,
  FetchRoomParticipantPublishedTrack: Endpoints.FetchRoomParticipantPublishedTrack,
  ListRoomParticipantSubscribedTrack: Endpoints.ListRoomParticipantSubscribedTrack,
  FetchRoomParticipantSubscribedTrack: Endpoints.FetchRoomParticipantSubscribedTrack,
  FetchRoomParticipantSubscribeRule: Endpoints.FetchRoomParticipantSubscribeRule,
  UpdateRoomParticipantSubscribeRule: Endpoints.UpdateRoomParticipantSubscribeRule
} as const satisfies Readonly<Record<string, Endpoint>>

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
 * The name on the wire of a member of {@link parameters}. A rule instead of a look-up, so that a bundle needs no table.
 *
 * @category accessors
 * @since 0.1.0
 */
export const parameterName = (name: keyof typeof parameters): string => name.charAt(0).toUpperCase() + name.slice(1)

/**
 * The member of a list's body that contains the records.
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
 * The page sizes of a list: Twilio's default, and the maximum.
 *
 * @category constants
 * @since 0.1.0
 */
export const pageSize = { default: 50, maximum: 1000 } as const

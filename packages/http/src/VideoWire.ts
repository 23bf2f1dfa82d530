/**
 * Twilio Video's API on the wire: endpoints, parameter names and page sizes, as the client and the sandbox use them.
 *
 * @since 0.1.0
 */
import type * as Endpoints from "./internal/wire/Endpoints.ts"

/**
 * An endpoint: a method and path, the HTTP status of a success, and whether it's idempotent. Paths have the parameters
 * `:room` (a SID or unique name), `:participant` (a SID or identity) and `:track` (a SID or, of a published track, a
 * name).
 *
 * @category models
 * @since 0.1.0
 */
export type Endpoint = Endpoints.Endpoint

/**
 * The endpoints, by the names of their operations in Twilio's OpenAPI document of Video v1.
 *
 * Follows https://www.twilio.com/docs/video/api.
 *
 * @category constants
 * @since 0.1.0
 */
export * as operations from "./internal/wire/Endpoints.ts"

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

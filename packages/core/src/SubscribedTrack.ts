/**
 * The record of a subscribed track and its JSON codec. The operations are in `SubscribedTracks`.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as RecordDecoder from "./internal/RecordDecoder.ts"
import * as PublishedTrack from "./PublishedTrack.ts"
import * as Sid from "./Sid.ts"

const wireNames = {
  roomSid: "room_sid",
  dateCreated: "date_created",
  dateUpdated: "date_updated",
  participantSid: "participant_sid",
  publisherSid: "publisher_sid"
} as const

/**
 * A track of another participant that the participant's subscribe rules include.
 *
 * Follows the `SubscribedTracks` subresource of https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export class SubscribedTrack extends Schema.Class<SubscribedTrack>("@effect-twilio-video/core/SubscribedTrack")({
  ...PublishedTrack.PublishedTrack.fields,
  /** The subscriber's SID. */
  participantSid: Sid.ParticipantSid,
  /** The publisher's SID. */
  publisherSid: Sid.ParticipantSid
}) {}

/**
 * The codec between Twilio's JSON and {@link SubscribedTrack}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribedTrackJson = SubscribedTrack.pipe(Schema.encodeKeys(wireNames))

/**
 * Decodes Twilio's JSON as {@link SubscribedTrackJson} does, several times as fast. Errors name the invalid member, not
 * its value.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeJson: (json: unknown) => Result.Result<SubscribedTrack, Schema.SchemaError> = RecordDecoder.make(
  SubscribedTrack,
  SubscribedTrackJson,
  wireNames
)

/**
 * A track that a participant is subscribed to, and the codec for Twilio's JSON of one. Holds the record only: the
 * operations are in `SubscribedTracks`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as PublishedTrack from "./PublishedTrack.ts"
import * as Sid from "./Sid.ts"

/**
 * Somebody else's track that a participant is subscribed to, as the participant's subscribe rules have it.
 *
 * Follows the `SubscribedTracks` subresource of https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export class SubscribedTrack extends Schema.Class<SubscribedTrack>("@effect-twilio-video/core/SubscribedTrack")({
  ...PublishedTrack.PublishedTrack.fields,
  /** Who is subscribed to the track. */
  participantSid: Sid.ParticipantSid,
  /** Who publishes the track. */
  publisherSid: Sid.ParticipantSid
}) {}

/**
 * The codec between Twilio's JSON and {@link SubscribedTrack}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribedTrackJson = SubscribedTrack.pipe(
  Schema.encodeKeys({
    roomSid: "room_sid",
    dateCreated: "date_created",
    dateUpdated: "date_updated",
    participantSid: "participant_sid",
    publisherSid: "publisher_sid"
  })
)

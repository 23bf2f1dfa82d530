/**
 * What Twilio answers when a participant is anonymized. Holds the record only: the operation is
 * `Participants.anonymize`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Participant from "./Participant.ts"

/**
 * A participant whose identity is gone: `identity` is the participant's own SID, and there are no links.
 *
 * Twilio's specification declares `identity` with the pattern of a participant SID. It is read as any string here, so
 * that another placeholder does not fail the answer to an erasure that has happened.
 *
 * Follows the `UpdateRoomParticipantAnonymize` operation of Twilio's Video v1 OpenAPI document; no page describes it
 * in prose.
 *
 * @category models
 * @since 0.1.0
 */
export class AnonymizedParticipant extends Schema.Class<AnonymizedParticipant>(
  "@effect-twilio-video/core/AnonymizedParticipant"
)({
  ...Participant.fields,
  /** What stands in place of the identity: the participant's own SID. */
  identity: Schema.String
}) {}

/**
 * The codec between Twilio's JSON and {@link AnonymizedParticipant}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AnonymizedParticipantJson = AnonymizedParticipant.pipe(Schema.encodeKeys(Participant.wireNames))

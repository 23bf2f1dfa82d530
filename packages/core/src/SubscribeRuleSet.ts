/**
 * The subscribe rules of one participant, as Twilio keeps them, and the codec for the JSON. Holds the record only: the
 * operations are in `SubscribeRules`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Fields from "./internal/Fields.ts"
import * as Sid from "./Sid.ts"
import * as SubscribeRule from "./SubscribeRule.ts"

/**
 * A participant's subscribe rules. They are kept and replaced as a whole, and have no SID of their own.
 *
 * Follows https://www.twilio.com/docs/video/api/track-subscriptions.
 *
 * @category models
 * @since 0.1.0
 */
export class SubscribeRuleSet extends Schema.Class<SubscribeRuleSet>("@effect-twilio-video/core/SubscribeRuleSet")({
  /** Whose rules they are. */
  participantSid: Sid.ParticipantSid,
  /** The room. */
  roomSid: Sid.RoomSid,
  /** The rules, in the order in which they apply. */
  rules: Schema.Array(SubscribeRule.SubscribeRuleJson),
  /** When the participant got rules for the first time; Twilio may leave it out. */
  dateCreated: Fields.date,
  /** When the rules were last replaced; Twilio may leave it out. */
  dateUpdated: Fields.date
}) {}

/**
 * The codec between Twilio's JSON and {@link SubscribeRuleSet}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SubscribeRuleSetJson = SubscribeRuleSet.pipe(
  Schema.encodeKeys({
    participantSid: "participant_sid",
    roomSid: "room_sid",
    dateCreated: "date_created",
    dateUpdated: "date_updated"
  })
)

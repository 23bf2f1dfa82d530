/**
 * A room as the sandbox's controls show it, with everybody who is or was in it. Holds less than Twilio's Rooms
 * resource, which the sandbox does not answer for yet.
 *
 * @since 0.1.0
 */
import * as Participant from "@effect-twilio-video/core/Participant"
import * as Sid from "@effect-twilio-video/core/Sid"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import * as Schema from "effect/Schema"

/**
 * A room of the sandbox.
 *
 * @category models
 * @since 0.1.0
 */
export class SandboxRoom extends Schema.Class<SandboxRoom>("@effect-twilio-video/sandbox/SandboxRoom")({
  sid: Sid.RoomSid,
  accountSid: Sid.AccountSid,
  /** The room's SID where it was opened without a name. */
  uniqueName: Schema.String,
  status: Schema.Literals(["in-progress", "completed"]),
  dateCreated: TwilioDate.TwilioDate,
  dateUpdated: TwilioDate.TwilioDate,
  endTime: Schema.OptionFromNullOr(TwilioDate.TwilioDate),
  /** In the order of joining. */
  participants: Schema.Array(Participant.ParticipantJson)
}) {}

/**
 * The codec between the JSON that the controls answer with over HTTP and {@link SandboxRoom}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SandboxRoomJson = SandboxRoom.pipe(
  Schema.encodeKeys({
    accountSid: "account_sid",
    uniqueName: "unique_name",
    dateCreated: "date_created",
    dateUpdated: "date_updated",
    endTime: "end_time"
  })
)

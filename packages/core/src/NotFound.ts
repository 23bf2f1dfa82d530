/**
 * The error of a look-up that found nothing. Holds only what Twilio itself answered with its not-found code: a 404 of
 * a proxy or of a wrong base URL is a `TwilioError`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Exchange from "./Exchange.ts"

/**
 * What was looked for. For `participant` it may also be the room that is not there: Twilio's answer does not tell.
 *
 * @category models
 * @since 0.1.0
 */
export const Resource = Schema.Literals(["room", "participant"])

/**
 * How it was looked up: by SID, by a room's unique name, or by a participant's identity.
 *
 * @category models
 * @since 0.1.0
 */
export const Lookup = Schema.Literals(["sid", "name", "identity"])

/**
 * Twilio knows no such room or participant.
 *
 * `lookup` says which rule applied. By **identity**, Twilio searches only participants who are connected; by **name**,
 * only rooms in progress; by **SID**, all of them. So a participant who was just removed is not found by identity any
 * more, and is still found by SID. The message says the rule that applied.
 *
 * Carries neither the identity nor the room's name, in no member: only SIDs are shown.
 *
 * Follows https://www.twilio.com/docs/video/api/participants and https://www.twilio.com/docs/api/errors/20404.
 *
 * @example
 * ```ts
 * import * as NotFound from "@effect-twilio-video/core/NotFound"
 *
 * const error = NotFound.make("participant", "identity", {
 *   method: "GET",
 *   path: "/v1/Rooms/{name}/Participants/{identity}",
 *   status: 404,
 *   code: 20404
 * })
 *
 * error._tag // => "NotFound"
 * error.lookup // => "identity"
 * error.message.includes("sees only participants who are connected") // => true
 * ```
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  message: Schema.String,
  resource: Resource,
  lookup: Lookup,
  ...Exchange.fields
}) {}

const roomRule = "A room's unique name finds only a room in progress; a room that is over is found by its SID."

const explanations = {
  participant: {
    identity:
      "No connected participant with this identity is in the room. A look-up by identity sees only participants who " +
      "are connected: one who left or was removed is found by participant SID, or in the list with status disconnected.",
    sid: "No participant with this SID is in the room, or the room is not there.",
    name: "No participant was found under this name."
  },
  room: {
    sid: "No room with this SID is in the account.",
    name: `No room in progress has this unique name. ${roomRule}`,
    identity: "No room was found under this identity."
  }
} as const

/**
 * Makes the error with the explanation of the rule that applied.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  resource: typeof Resource.Type,
  lookup: typeof Lookup.Type,
  exchange: Exchange.Exchange
): NotFound => {
  const byRoomName = resource === "participant" && exchange.path.includes("/Rooms/{name}")
  const explanation = explanations[resource][lookup] + (byRoomName ? ` ${roomRule}` : "")
  return new NotFound({ message: `${explanation} (${Exchange.format(exchange)})`, resource, lookup, ...exchange })
}

/**
 * The error of a look-up that found nothing. Holds only what Twilio itself answered with its not-found code: a 404 of
 * a proxy or of a wrong base URL is a `TwilioError`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as TwilioError from "./TwilioError.ts"

/**
 * What was looked for. It may also be what it is in that is not there, a participant's room or a track's participant:
 * Twilio's answer does not tell.
 *
 * @category models
 * @since 0.1.0
 */
export const Resource = Schema.Literals(["room", "participant", "published-track", "subscribed-track"])

/**
 * How it was looked up: by SID, by the name of a room or a published track, or by a participant's identity.
 *
 * @category models
 * @since 0.1.0
 */
export const Lookup = Schema.Literals(["sid", "name", "identity"])

/**
 * Twilio knows no such room, participant or track.
 *
 * `lookup` says which rule applied. By **identity**, Twilio searches only participants who are connected; by **name**,
 * only rooms in progress; by **SID**, all of them. So a participant who was just removed is not found by identity any
 * more, and is still found by SID. Of tracks, Twilio knows those published or subscribed to now. The message says the
 * rules that applied.
 *
 * Carries neither an identity nor a name, in no member: only SIDs are shown.
 *
 * Follows https://www.twilio.com/docs/video/api/participants and https://www.twilio.com/docs/api/errors/20404.
 *
 * @example
 * ```ts
 * import * as NotFound from "@effect-twilio-video/core/NotFound"
 *
 * const error = NotFound.make({ resource: "participant", lookup: "identity" }, {
 *   method: "GET",
 *   path: "/v1/Rooms/{name}/Participants/{identity}",
 *   status: 404,
 *   code: 20404
 * })
 *
 * error._tag // => "NotFound"
 * error.lookup // => "identity"
 * error.message.includes("finds only connected participants") // => true
 * ```
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  message: Schema.String,
  resource: Resource,
  lookup: Lookup,
  ...TwilioError.requestFields
}) {}

/**
 * What was looked for and how, together: a participant has no name, and a room no identity.
 *
 * @category models
 * @since 0.1.0
 */
export type Target =
  | { readonly resource: "room"; readonly lookup: "sid" | "name" }
  | { readonly resource: "participant"; readonly lookup: "sid" | "identity" }
  | { readonly resource: "published-track"; readonly lookup: "sid" | "name" }
  | { readonly resource: "subscribed-track"; readonly lookup: "sid" }

const roomRule = "A unique name finds only a room in progress: find a completed room by its SID."

const identityRule =
  "An identity finds only connected participants: find others by SID, or in the list with status disconnected."

const explain = (target: Target): string => {
  switch (target.resource) {
    case "room":
      return target.lookup === "sid" ? "No room has this SID." : "No room in progress has this unique name."
    case "participant":
      return target.lookup === "sid"
        ? "No participant in the room has this SID, or there's no such room."
        : "No connected participant in the room has this identity."
    case "published-track":
      return (
        `The participant isn't publishing a track with this ${target.lookup === "sid" ? "SID" : "name"}, or isn't ` +
        "there."
      )
    case "subscribed-track":
      return "The participant isn't subscribed to a track with this SID, or isn't there."
  }
}

/**
 * Makes the error with the explanation of the rules that applied.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (target: Target, request: TwilioError.RequestInfo): NotFound => {
  const explanation = [
    explain(target),
    ...(request.path.includes("/Participants/{identity}") ? [identityRule] : []),
    ...(request.path.includes("/Rooms/{name}") ? [roomRule] : [])
  ].join(" ")
  return new NotFound({ message: `${explanation} (${TwilioError.formatRequest(request)})`, ...target, ...request })
}

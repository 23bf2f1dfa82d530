/**
 * The error for a resource that Twilio doesn't find. A 404 without Twilio's code 20404, such as a proxy's, is a
 * `TwilioError`.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as TwilioError from "./TwilioError.ts"

/**
 * The kind of resource that was requested. Its parent may be missing instead, a participant's room or a track's
 * participant: Twilio's response doesn't say.
 *
 * @category models
 * @since 0.1.0
 */
export const Resource = Schema.Literals(["room", "participant", "published-track", "subscribed-track"])

/**
 * How the resource was addressed: by SID, by the name of a room or a published track, or by a participant's identity.
 *
 * @category models
 * @since 0.1.0
 */
export const Lookup = Schema.Literals(["sid", "name", "identity"])

/**
 * Twilio found no such room, participant or track.
 *
 * `lookup` says which rule applied: an **identity** finds only connected participants, a **name** only rooms in
 * progress, a **SID** all of them. So a participant who was just removed is no longer found by identity, but still by
 * SID. Tracks are found while they're published or subscribed to. The message explains the rules that applied.
 *
 * No member contains an identity or a name; SIDs are shown.
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
 * The possible pairs of resource and lookup.
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
        ? "No participant in the room has this SID, or the room doesn't exist."
        : "No connected participant in the room has this identity."
    case "published-track": {
      const by = target.lookup === "sid" ? "SID" : "name"
      return `The participant isn't publishing a track with this ${by}, or doesn't exist.`
    }
    case "subscribed-track":
      return "The participant isn't subscribed to a track with this SID, or doesn't exist."
  }
}

/**
 * Makes the error, with a message that explains the rules that applied. For implementations of the services.
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

/**
 * The error of a callback that is not of a shape that Twilio documents. Holds where it is not, and no value.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * A callback of a known event lacks a parameter, or has one that cannot be read. `parameter` is its name on the wire,
 * as `ParticipantSid`. An event that is new is none of these: it is an `Unknown` event.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCallback extends Data.TaggedError("InvalidCallback")<{
  readonly parameter: string
  readonly message: string
}> {}

/**
 * Makes the error with its message.
 *
 * @example
 * ```ts
 * import * as InvalidCallback from "@effect-twilio-video/core/InvalidCallback"
 *
 * InvalidCallback.make("RoomSid", "is missing").message // => "The callback's parameter \"RoomSid\" is missing."
 * ```
 * @category constructors
 * @since 0.1.0
 */
export const make = (parameter: string, problem: string): InvalidCallback =>
  new InvalidCallback({ parameter, message: `The callback's parameter "${parameter}" ${problem}.` })

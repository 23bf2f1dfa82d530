/**
 * Why the sandbox's own controls refused something. Holds nothing of Twilio's API: over that, the sandbox answers with
 * Twilio's errors.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What was wrong.
 *
 * @category models
 * @since 0.1.0
 */
export const Problem = Schema.Literals([
  "no-such-room",
  "no-such-participant",
  "room-exists",
  "room-completed",
  "not-connected",
  "not-reconnecting",
  "invalid-identity",
  "invalid-name",
  "invalid-request"
])

/**
 * A control refused what it was asked. Nothing changed.
 *
 * @category errors
 * @since 0.1.0
 */
export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  message: Schema.String,
  problem: Problem
}) {}

const messages: Readonly<Record<typeof Problem.Type, string>> = {
  "no-such-room": "The sandbox has no such room. A unique name finds only a room in progress; a SID finds any.",
  "no-such-participant":
    "The room has no such participant. An identity finds only one who has not left; a SID finds any.",
  "room-exists": "A room in progress has this unique name already. Complete it first, or take another name.",
  "room-completed": "The room is completed. It never opens again: open a new one.",
  "not-connected": "The participant is not connected, so there is no connection to lose or to leave.",
  "not-reconnecting": "The participant is not reconnecting, so there is no connection to regain.",
  "invalid-identity": "An identity is a string of at least one character, in well-formed Unicode.",
  "invalid-name": "A room's unique name is a string of at least one character, in well-formed Unicode.",
  "invalid-request": "The body is not the JSON that this control takes."
}

/**
 * Makes the error with its message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (problem: typeof Problem.Type): SandboxError =>
  new SandboxError({ problem, message: messages[problem] })

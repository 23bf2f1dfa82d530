/**
 * Why the sandbox's own controls refused something. Holds nothing of Twilio's API: over that, the sandbox answers with
 * Twilio's errors.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
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
  "no-such-track",
  "room-exists",
  "room-completed",
  "room-full",
  "track-exists",
  "not-connected",
  "not-reconnecting",
  "invalid-identity",
  "identity-too-long",
  "identity-not-unicode",
  "invalid-name",
  "name-too-long",
  "name-not-unicode",
  "invalid-track",
  "track-name-too-long",
  "track-name-not-unicode",
  "invalid-token",
  "invalid-token-header",
  "invalid-token-issuer",
  "invalid-token-signature",
  "token-expired",
  "token-not-yet-valid",
  "invalid-token-grants",
  "invalid-settings",
  "invalid-scenario",
  "invalid-state",
  "invalid-fault",
  "invalid-request",
  "body-too-large",
  "callbacks-pending"
])

/**
 * A control refused what it was asked, and nothing changed; or the time for waiting was up.
 *
 * @category errors
 * @since 0.1.0
 */
export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  message: Schema.String,
  problem: Problem,
  /**
   * The code that Twilio has for the same refusal: what its client library would show to who joins or publishes. See
   * https://www.twilio.com/docs/api/errors.
   */
  code: Schema.optionalKey(Schema.Int)
}) {}

interface Explanation {
  readonly message: string
  readonly code?: number
}

const explanations: Readonly<Record<typeof Problem.Type, Explanation>> = {
  "no-such-room": {
    message: "The sandbox has no such room. A unique name finds only a room in progress; a SID finds any.",
    code: 53106
  },
  "no-such-participant": {
    message: "The room has no such participant. An identity finds only one who has not left; a SID finds any.",
    code: 53204
  },
  "no-such-track": { message: "The participant publishes no track with this SID or name now." },
  "room-exists": {
    message: "A room in progress has this unique name already. Complete it first, or take another name.",
    code: 53113
  },
  "room-completed": { message: "The room is completed. It never opens again: open a new one.", code: 53118 },
  "room-full": {
    message: "As many participants as the room may have are connected. Open it with a larger maxParticipants.",
    code: 53105
  },
  "track-exists": {
    message: "The participant publishes a track with this name already. Unpublish it first, or take another name.",
    code: 53304
  },
  "not-connected": { message: "The participant is not connected, so this cannot happen to it." },
  "not-reconnecting": { message: "The participant is not reconnecting, so there is no connection to regain." },
  "invalid-identity": { message: "An identity is a string of at least one character.", code: 53200 },
  "identity-too-long": {
    message: "An identity has at most 128 characters, of which those beyond Latin-1 count as two.",
    code: 53201
  },
  "identity-not-unicode": { message: "An identity is well-formed Unicode.", code: 53202 },
  "invalid-name": { message: "A room's unique name is a string of at least one character.", code: 53100 },
  "name-too-long": { message: "A room's unique name has at most 128 characters.", code: 53101 },
  "name-not-unicode": { message: "A room's unique name is well-formed Unicode.", code: 53102 },
  "invalid-track": {
    message: "A track has a name of at least one character, and is audio, video or data.",
    code: 53301
  },
  "track-name-too-long": { message: "A track's name has at most 128 characters.", code: 53302 },
  "track-name-not-unicode": { message: "A track's name is well-formed Unicode.", code: 53303 },
  "invalid-token": {
    message:
      "This is not an access token: three parts in base64url with dots between, of which the first two are JSON.",
    code: 20101
  },
  "invalid-token-header": {
    message: 'The token\'s header is not that of an access token: alg "HS256", typ "JWT", cty "twilio-fpa;v=1".',
    code: 20102
  },
  "invalid-token-issuer": {
    message: "The token is not of this sandbox: iss is not the SID of its API key, or sub not the SID of its account.",
    code: 20103
  },
  "invalid-token-signature": {
    message: "The token's signature is not by the secret of the sandbox's API key.",
    code: 20107
  },
  "token-expired": {
    message:
      "The token has expired, or lasts longer than the 24 hours that Twilio allows: from its iat, without one from its " +
      "nbf, and without that from now.",
    code: 20104
  },
  "token-not-yet-valid": { message: "The token's time has not begun: its nbf is later than now.", code: 20105 },
  "invalid-token-grants": {
    message: "The token's grants do not open this: it needs an identity, a video grant, and no room but this one.",
    code: 20106
  },
  "invalid-settings": {
    message:
      "The room's settings cannot be: maxParticipants is a whole number from 1, maxParticipantDuration is more than " +
      "nothing, timeouts are not negative, and statusCallback is an http or https URL of less than 1024 characters."
  },
  "invalid-scenario": { message: "This is not a scenario that can be played." },
  "invalid-state": { message: "This is not a state that a sandbox has exported." },
  "invalid-fault": { message: "These are not rules of faults." },
  "invalid-request": { message: "The body is not the JSON that this control takes." },
  "body-too-large": {
    message: "The body is too large: a control takes 64 MiB, and PUT /sandbox/state 512 MiB. Send less."
  },
  "callbacks-pending": {
    message: "Status callbacks are still under way. Check that their receivers answer, or wait longer."
  }
}

/**
 * Makes the error with its message; `detail` says where it was, without a value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (problem: typeof Problem.Type, detail?: string): SandboxError => {
  const { code, message } = explanations[problem]
  return new SandboxError({
    problem,
    message: detail === undefined ? message : `${message} ${detail}`,
    ...(code === undefined ? {} : { code })
  })
}

/**
 * A failure with the error of {@link make}.
 *
 * @internal
 */
export const fail = (problem: typeof Problem.Type, detail?: string): Result.Result<never, SandboxError> =>
  Result.fail(make(problem, detail))

/**
 * Where a document is not what it must be, for a message.
 *
 * @internal
 */
export const where = (error: Schema.SchemaError): string => `${error.message.replaceAll(/\s+/gu, " ")}.`

/**
 * The same refusal, of a part of a scenario, by its place: `rooms[0].participants[2]`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const at = (where: string, { code, message, problem }: SandboxError): SandboxError =>
  new SandboxError({
    problem,
    message: `${message} This is about ${where} of the scenario.`,
    ...(code === undefined ? {} : { code })
  })

/**
 * The error of the sandbox's controls. Twilio's API responds with Twilio's own errors instead.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * Why a control failed.
 *
 * @category models
 * @since 0.1.0
 */
export const Problem = Schema.Literals([
  "no-such-room",
  "no-such-participant",
  "no-such-track",
  "no-such-request",
  "no-such-callback",
  "callback-pending",
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
 * A control refused a call and changed nothing, or `awaitCallbacks` reached its time limit.
 *
 * @example
 * ```ts
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const { code, problem } = yield* Effect.flip(sandbox.join("Nowhere", "Zoe"))
 *   return [problem, code]
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise) // => ["no-such-room", 53106]
 * ```
 * @category errors
 * @since 0.1.0
 */
export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  message: Schema.String,
  problem: Problem,
  /**
   * Twilio's code for the same error, which its client libraries would report; missing if Twilio has none. See
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
    message: "The room doesn't exist. A unique name finds only a room in progress; a SID finds any room.",
    code: 53106
  },
  "no-such-participant": {
    message:
      "The room has no such participant. An identity finds only participants who haven't left; a SID finds all of them.",
    code: 53204
  },
  "no-such-track": { message: "The participant doesn't publish a track with this SID or name." },
  "no-such-request": { message: "The request log has no such request. It keeps the latest ones." },
  "no-such-callback": { message: "The callback log has no such callback. It keeps the latest ones." },
  "callback-pending": { message: "The callback is still pending. Replay it when it has ended." },
  "room-exists": {
    message: "A room in progress already has this unique name. Complete it first, or use another name.",
    code: 53113
  },
  "room-completed": { message: "The room is completed and can't be reopened. Open a new one.", code: 53118 },
  "room-full": {
    message: "The room already has its maximum number of participants. Open it with a larger maxParticipants.",
    code: 53105
  },
  "track-exists": {
    message: "The participant already publishes a track with this name. Unpublish it first, or use another name.",
    code: 53304
  },
  "not-connected": { message: "The participant isn't connected." },
  "not-reconnecting": { message: "The participant isn't reconnecting, so there is no connection to regain." },
  "invalid-identity": { message: "An identity must be a string of at least one character.", code: 53200 },
  "identity-too-long": {
    message: "An identity can have at most 128 characters; each character beyond Latin-1 counts as two.",
    code: 53201
  },
  "identity-not-unicode": { message: "An identity must be well-formed Unicode.", code: 53202 },
  "invalid-name": { message: "A room's unique name must be a string of at least one character.", code: 53100 },
  "name-too-long": { message: "A room's unique name can have at most 128 characters.", code: 53101 },
  "name-not-unicode": { message: "A room's unique name must be well-formed Unicode.", code: 53102 },
  "invalid-track": {
    message: "A track must have the kind audio, video or data, and its name must have at least one character.",
    code: 53301
  },
  "track-name-too-long": { message: "A track's name can have at most 128 characters.", code: 53302 },
  "track-name-not-unicode": { message: "A track's name must be well-formed Unicode.", code: 53303 },
  "invalid-token": {
    message: "This isn't an access token. It must be three base64url parts joined by dots; the first two must be JSON.",
    code: 20101
  },
  "invalid-token-header": {
    message: 'The token\'s header must have alg "HS256", typ "JWT" and cty "twilio-fpa;v=1".',
    code: 20102
  },
  "invalid-token-issuer": {
    message:
      "The token is for another account or API key. iss must be the SID of the sandbox's API key, and sub the SID of " +
      "its account.",
    code: 20103
  },
  "invalid-token-signature": {
    message: "The token's signature is invalid. Sign it with the secret of the sandbox's API key.",
    code: 20107
  },
  "token-expired": {
    message:
      "The token has expired, or is valid for more than the 24 hours that Twilio allows. They count from iat; without " +
      "iat, from nbf; without both, from now.",
    code: 20104
  },
  "token-not-yet-valid": { message: "The token isn't valid yet: its nbf is later than now.", code: 20105 },
  "invalid-token-grants": {
    message: "The token's grants don't allow this. It needs an identity and a video grant for this room or any room.",
    code: 20106
  },
  "invalid-settings": {
    message:
      "The room's settings are invalid. maxParticipants must be a whole number from 1, maxParticipantDuration must be " +
      "positive, timeouts must not be negative, and statusCallback must be an http or https URL of less than 1024 " +
      "characters."
  },
  "invalid-scenario": { message: "The scenario is invalid." },
  "invalid-state": { message: "The state is invalid." },
  "invalid-fault": { message: "The fault rules are invalid." },
  "invalid-request": { message: "The body or query is invalid for this control. Bodies must be JSON." },
  "body-too-large": {
    message: "The body is too large. A control takes at most 64 MiB, and PUT /sandbox/state 64 MiB for each record."
  },
  "callbacks-pending": {
    message: "Status callbacks are still pending. Check that their receivers respond, or wait longer."
  }
}

/**
 * Makes the error for a problem, with its message and code. `detail` is appended to the message; it must not hold
 * secrets or identities.
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
 * Fails with the error of {@link make}.
 *
 * @internal
 */
export const fail = (problem: typeof Problem.Type, detail?: string): Result.Result<never, SandboxError> =>
  Result.fail(make(problem, detail))

/**
 * Where and how a value doesn't fit its schema, as one sentence for a message.
 *
 * @internal
 */
export const where = (error: Schema.SchemaError): string => `${error.message.replaceAll(/\s+/gu, " ")}.`

/**
 * The same error with its place in a scenario, such as `rooms[0].participants[2]`, added to the message.
 *
 * @category constructors
 * @since 0.1.0
 */
export const at = (where: string, { code, message, problem }: SandboxError): SandboxError =>
  new SandboxError({
    problem,
    message: `${message} Found at ${where} of the scenario.`,
    ...(code === undefined ? {} : { code })
  })

/**
 * The status of a participant, as Twilio reports it. Holds no life cycle: what may follow what is the server's matter.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const known = ["connected", "disconnected", "reconnecting"] as const

/**
 * The statuses that Twilio documents.
 *
 * @category models
 * @since 0.1.0
 */
export type KnownParticipantStatus = (typeof known)[number]

/**
 * A participant's status: one of the documented three, or a string that Twilio adds after this release. Editors
 * complete the known ones.
 *
 * Follows the `status` property of https://www.twilio.com/docs/video/api/participants. Twilio added `reconnecting` in
 * March 2025, years after the other two, so a client must not break on a fourth.
 *
 * @category models
 * @since 0.1.0
 */
export type ParticipantStatus = KnownParticipantStatus | (string & {})

/**
 * Decodes any string as a status, so that a new status does not fail a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ParticipantStatus: Schema.Codec<ParticipantStatus, string> = Schema.String

/**
 * The schema of the documented statuses, for input that must be one of them.
 *
 * @category schemas
 * @since 0.1.0
 */
export const KnownParticipantStatus = Schema.Literals(known)

/**
 * Is this one of the statuses that Twilio documents?
 *
 * @example
 * ```ts
 * import * as ParticipantStatus from "@effect-twilio-video/core/ParticipantStatus"
 *
 * ParticipantStatus.isKnown("reconnecting") // => true
 * ParticipantStatus.isKnown("on-hold") // => false
 * ```
 * @category guards
 * @since 0.1.0
 */
export const isKnown: (value: unknown) => value is KnownParticipantStatus = Schema.is(KnownParticipantStatus)

/**
 * What became of one participant in an operation on all of a room's. Holds the outcomes, and not what runs them.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Option from "effect/Option"
import type * as AnonymizedParticipant from "./AnonymizedParticipant.ts"
import type * as NotFound from "./NotFound.ts"
import type * as Participant from "./Participant.ts"
import type * as Sid from "./Sid.ts"
import type * as TwilioError from "./TwilioError.ts"

/**
 * The participant was removed.
 *
 * @category models
 * @since 0.1.0
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly sid: Sid.ParticipantSid
  /** The record after the removal; none if Twilio's answer could not be read. */
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * The participant was listed, and had left when its turn came. There was nothing to do: not a failure.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyGone extends Data.TaggedClass("AlreadyGone")<{
  readonly sid: Sid.ParticipantSid
  /** The record as it was listed; none if it could not be read. */
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * The identity was replaced by the SID.
 *
 * @category models
 * @since 0.1.0
 */
export class Anonymized extends Data.TaggedClass("Anonymized")<{
  readonly sid: Sid.ParticipantSid
  /** The record after the change; none if Twilio's answer could not be read. */
  readonly participant: Option.Option<AnonymizedParticipant.AnonymizedParticipant>
}> {}

/**
 * The record was anonymized before, by an earlier run for instance. There was nothing to do: not a failure.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyAnonymized extends Data.TaggedClass("AlreadyAnonymized")<{
  readonly sid: Sid.ParticipantSid
  /** The record as it was listed. */
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * It could not be done for this participant, for the reason that the error gives. The others went on.
 *
 * `NotFound` is an anonymization's failure: Twilio listed a record and then didn't find it, so whether the identity is
 * gone is not known.
 *
 * @category models
 * @since 0.1.0
 */
export class Failed extends Data.TaggedClass("Failed")<{
  /** None if the record was listed without a readable SID: then nothing was sent for it. */
  readonly sid: Option.Option<Sid.ParticipantSid>
  /** The record as it was listed; none if it could not be read. */
  readonly participant: Option.Option<Participant.Participant>
  readonly error: NotFound.NotFound | TwilioError.TwilioError
}> {}

/**
 * The outcomes of `Bulk.disconnectAll`.
 *
 * @category models
 * @since 0.1.0
 */
export type Removal = Disconnected | AlreadyGone | Failed

/**
 * The outcomes of `Bulk.anonymizeAll`.
 *
 * @category models
 * @since 0.1.0
 */
export type Anonymization = Anonymized | AlreadyAnonymized | Failed

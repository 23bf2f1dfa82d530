/**
 * What became of one participant in an operation on all of a room's. Holds the outcomes, and not what runs them.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as AnonymizedParticipant from "./AnonymizedParticipant.ts"
import type * as Participant from "./Participant.ts"
import type * as TwilioError from "./TwilioError.ts"

/**
 * The participant was removed: its record as it is then.
 *
 * @category models
 * @since 0.1.0
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly participant: Participant.Participant
}> {}

/**
 * The participant was listed, and was gone when its turn came. There was nothing to do: not a failure.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyGone extends Data.TaggedClass("AlreadyGone")<{
  /** As it was listed. */
  readonly participant: Participant.Participant
}> {}

/**
 * The identity was replaced by the SID: the record as it is then.
 *
 * @category models
 * @since 0.1.0
 */
export class Anonymized extends Data.TaggedClass("Anonymized")<{
  readonly participant: AnonymizedParticipant.AnonymizedParticipant
}> {}

/**
 * The record was anonymized before, by an earlier run for instance. There was nothing to do: not a failure.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyAnonymized extends Data.TaggedClass("AlreadyAnonymized")<{
  /** As it was listed. */
  readonly participant: Participant.Participant
}> {}

/**
 * It could not be done for this participant, for the reason that the error gives. The others went on.
 *
 * @category models
 * @since 0.1.0
 */
export class Failed extends Data.TaggedClass("Failed")<{
  /** As it was listed. */
  readonly participant: Participant.Participant
  readonly error: TwilioError.TwilioError
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
export type Anonymization = Anonymized | AlreadyAnonymized | AlreadyGone | Failed

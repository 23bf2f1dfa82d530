/**
 * What `Participants.ensureDisconnected` found: it removed the participant, or nobody was there to remove. Holds the
 * two outcomes and no effect.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Option from "effect/Option"
import type * as Participant from "./Participant.ts"

/**
 * The participant was connected or reconnecting, and this call removed it. The record says `disconnected`.
 *
 * @category models
 * @since 0.1.0
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly participant: Participant.Participant
}> {}

/**
 * The participant was not connected any more. There is a record of it where the look-up was by SID and found one; a
 * look-up by identity sees only connected participants, so it has none.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyGone extends Data.TaggedClass("AlreadyGone")<{
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * Either outcome: nobody is connected under that address any more.
 *
 * @category models
 * @since 0.1.0
 */
export type Disconnection = Disconnected | AlreadyGone

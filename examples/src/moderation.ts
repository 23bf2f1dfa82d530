/**
 * Moderates a room, as one Effect: list the participants, remove one, fetch the participant again, and anonymize the record.
 * It runs with any layer of `Participants`.
 */
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"

export interface Report {
  readonly connected: ReadonlyArray<Participant.Participant>
  readonly found: Participant.Participant
  readonly removed: Participant.Participant
  /** The result of a fetch by identity after the removal. Succeeds if a participant joined again with the identity. */
  readonly byIdentity: Result.Result<Participant.Participant, NotFound.NotFound>
  readonly bySid: Participant.Participant
  readonly disconnected: ReadonlyArray<Participant.Participant>
  readonly anonymized: Participant.AnonymizedParticipant
}

/** All participants connected to the room. */
export const roster = Effect.fnUntraced(function* (room: string) {
  return yield* Stream.runCollect(Participants.stream(room))
})

/** Removes the participant with this identity and anonymizes the record. */
export const removeAndErase = Effect.fnUntraced(function* (room: string, identity: string) {
  const connected = yield* roster(room)
  const found = yield* Participants.fetch(room, identity)
  const removed = yield* Participants.disconnect(room, found.sid)
  const byIdentity = yield* Participants.fetch(room, identity).pipe(
    Effect.map(Result.succeed),
    Effect.catchTag("NotFound", (error) => Effect.succeed(Result.fail(error)))
  )
  const bySid = yield* Participants.fetch(room, found.sid)
  const disconnected = yield* Stream.runCollect(Participants.stream(room, { status: "disconnected" }))
  const anonymized = yield* Participants.anonymize(room, found.sid)
  const report: Report = { connected, found, removed, byIdentity, bySid, disconnected, anonymized }
  return report
})

/**
 * An operation on all of a room's participants, as a stream of what became of each. Holds no operation on one.
 */
import * as BulkOutcome from "@effect-twilio-video/core/BulkOutcome"
import type * as Participant from "@effect-twilio-video/core/Participant"
import type * as Participants from "@effect-twilio-video/core/Participants"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** What is done for each; the error of one is an outcome. */
type Step<A> = (participant: Participant.Participant) => Effect.Effect<A>

export const outcomes = <A extends BulkOutcome.Removal | BulkOutcome.Anonymization, E>(
  listed: Stream.Stream<Participant.Participant, E>,
  step: Step<A>,
  { concurrency = 10, report }: Participants.BulkOptions
): Stream.Stream<A, E> =>
  listed.pipe(
    Stream.mapEffect(
      (participant) =>
        Effect.suspend(() => {
          report?.begin(participant.sid)
          return Effect.map(step(participant), (outcome) => {
            report?.end(participant.sid, outcome)
            return outcome
          })
        }),
      { concurrency, unordered: true }
    ),
    Stream.onEnd(Effect.sync(() => report?.finish()))
  )

/** Each participant once, in the statuses asked for one after the other: who changes from one to another is in some. */
export const listed = <E>(
  statuses: ReadonlyArray<"connected" | "reconnecting" | "disconnected">,
  list: (status: "connected" | "reconnecting" | "disconnected") => Stream.Stream<Participant.Participant, E>
): Stream.Stream<Participant.Participant, E> =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    return Stream.fromIterable(statuses).pipe(
      Stream.flatMap(list),
      Stream.filter(({ sid }) => !seen.has(sid) && seen.add(sid) !== undefined)
    )
  })

/** The same, but read to its end before the first comes out: what is done for them may change the pages. */
export const atOnce = <A, E>(stream: Stream.Stream<A, E>): Stream.Stream<A, E> =>
  Stream.unwrap(Effect.map(Stream.runCollect(stream), Stream.fromIterable))

export const isExcepted = (except: Participants.DisconnectAllOptions["except"]) => {
  if (except === undefined) return () => false
  if (typeof except === "function") return except
  const spared = new Set(except)
  return ({ identity, sid }: Participant.Participant): boolean => spared.has(identity) || spared.has(sid)
}

export const failed =
  (participant: Participant.Participant) =>
  (error: BulkOutcome.Failed["error"]): Effect.Effect<BulkOutcome.Failed> =>
    Effect.succeed(new BulkOutcome.Failed({ participant, error }))

export const alreadyGone = (participant: Participant.Participant) => (): Effect.Effect<BulkOutcome.AlreadyGone> =>
  Effect.succeed(new BulkOutcome.AlreadyGone({ participant }))

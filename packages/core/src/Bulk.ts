/**
 * Operations on all of a room's participants, as streams of what became of each. Made of the contract `Participants`
 * alone: they run on whatever implements it. Holds no transport, and no operation on one participant.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as BulkOutcome from "./BulkOutcome.ts"
import type * as BulkReport from "./BulkReport.ts"
import type * as NotFound from "./NotFound.ts"
import type * as Participant from "./Participant.ts"
import * as Participants from "./Participants.ts"
import type * as TwilioError from "./TwilioError.ts"

/**
 * How an operation on all of a room's participants goes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How many participants are worked on at a time, within the account's quota. Default: 10. */
  readonly concurrency?: number | undefined
  /** Keeps record of how far it has come, also where the stream is interrupted. */
  readonly report?: BulkReport.BulkReport | undefined
}

/**
 * How all of a room's participants are removed.
 *
 * @category models
 * @since 0.1.0
 */
export interface DisconnectAllOptions extends Options {
  /** Who stays: identities and SIDs, or a rule. Default: nobody. */
  readonly except?: ReadonlyArray<string> | ((participant: Participant.Participant) => boolean) | undefined
}

type Status = "connected" | "reconnecting" | "disconnected"

type Failure = NotFound.NotFound | TwilioError.TwilioError

type Outcomes<A> = Stream.Stream<A, Failure, Participants.Participants>

/** Each participant once, of the statuses asked for one after the other: who changes status in between is in some. */
const listed = (participants: Participants.Service, room: string, statuses: ReadonlyArray<Status>) =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    return Stream.fromIterable(statuses).pipe(
      Stream.flatMap((status) => participants.stream(room, { status })),
      Stream.filter(({ sid }) => {
        const isNew = !seen.has(sid)
        seen.add(sid)
        return isNew
      })
    )
  })

const outcomes = <A extends BulkOutcome.Removal | BulkOutcome.Anonymization>(
  listed: Stream.Stream<Participant.Participant, Failure>,
  step: (participant: Participant.Participant) => Effect.Effect<A, Failure>,
  { concurrency = 10, report }: Options
) =>
  listed.pipe(
    Stream.mapEffect(
      (participant) =>
        Effect.suspend(() => {
          report?.begin(participant.sid)
          return step(participant).pipe(
            Effect.catchTags({
              NotFound: () => Effect.succeed(new BulkOutcome.AlreadyGone({ participant })),
              TwilioError: (error) => Effect.succeed(new BulkOutcome.Failed({ participant, error }))
            }),
            Effect.map((outcome) => {
              report?.end(participant.sid, outcome)
              return outcome
            })
          )
        }),
      { concurrency, unordered: true }
    ),
    Stream.onEnd(Effect.sync(() => report?.finish()))
  )

const isExcepted = (except: DisconnectAllOptions["except"]) => {
  if (except === undefined) return () => false
  if (typeof except === "function") return except
  const spared = new Set(except)
  return ({ identity, sid }: Participant.Participant): boolean => spared.has(identity) || spared.has(sid)
}

/**
 * Removes everybody who is in the room, those who are reconnecting too, and tells what became of each as it happens, in
 * no particular order. Each is removed by `ensureDisconnected`, which takes a read and a write.
 *
 * One failure is one outcome, and the others go on. Who joins meanwhile stays: to close a room for good, use
 * `Rooms.complete`. The stream itself fails only where the room's participants cannot be listed, with `NotFound` or
 * `TwilioError`; then nobody was removed. What was done before an interruption is in the `report`.
 *
 * Follows https://www.twilio.com/docs/video/api/participants.
 *
 * @example
 * ```ts
 * import * as Bulk from "@effect-twilio-video/core/Bulk"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const outcomes = await Bulk.disconnectAll("DailyStandup", { except: ["Alice"] }).pipe(
 *   Stream.map((outcome) => [outcome.participant.identity, outcome._tag]),
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 *
 * outcomes.sort() // => [["Bob", "Disconnected"], ["Carl", "Disconnected"], ["Erin", "Disconnected"]]
 * ```
 * @category operations
 * @since 0.1.0
 */
export const disconnectAll = (room: string, options: DisconnectAllOptions = {}): Outcomes<BulkOutcome.Removal> =>
  Stream.unwrap(
    Effect.map(Participants.Participants, (participants) => {
      const isSpared = isExcepted(options.except)
      const all = Stream.filter(
        listed(participants, room, ["connected", "reconnecting", "connected"]),
        (participant) => !isSpared(participant)
      )
      // Read to the end before the first goes: removing them may move the pages.
      const roster = Stream.unwrap(Effect.map(Stream.runCollect(all), Stream.fromIterable))
      return outcomes(
        roster,
        (listed): Effect.Effect<BulkOutcome.Removal, Failure> =>
          Effect.map(participants.ensureDisconnected(room, listed.sid), (removal) =>
            removal._tag === "Disconnected"
              ? new BulkOutcome.Disconnected({ participant: removal.participant })
              : new BulkOutcome.AlreadyGone({ participant: listed })
          ),
        options
      )
    })
  )

/**
 * Replaces the identities of all who are or were in the room, for good, and tells what became of each as it happens.
 * Who is still connected stays connected.
 *
 * One failure is one outcome, and the others go on; what was anonymized before takes no request, so a run that was
 * interrupted can be run again. Who joins meanwhile keeps the identity: remove everybody first, or complete the room
 * and give its SID. Fails as `disconnectAll` does, and also where a later page cannot be listed; the outcomes before
 * stand.
 *
 * Follows https://www.twilio.com/docs/video/api/participants.
 *
 * @example
 * ```ts
 * import * as Bulk from "@effect-twilio-video/core/Bulk"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const tags = Bulk.anonymizeAll("DailyStandup").pipe(Stream.map(({ _tag }) => _tag), Stream.runCollect)
 *
 * const runs = await Effect.all([tags, tags]).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * runs.map((run) => [...new Set(run)]) // => [["Anonymized"], ["AlreadyAnonymized"]]
 * ```
 * @category operations
 * @since 0.1.0
 */
export const anonymizeAll = (room: string, options: Options = {}): Outcomes<BulkOutcome.Anonymization> =>
  Stream.unwrap(
    Effect.map(Participants.Participants, (participants) =>
      outcomes(
        listed(participants, room, ["connected", "reconnecting", "connected", "disconnected"]),
        (participant): Effect.Effect<BulkOutcome.Anonymization, Failure> =>
          participant.identity === participant.sid
            ? Effect.succeed(new BulkOutcome.AlreadyAnonymized({ participant }))
            : Effect.map(
                participants.anonymize(room, participant.sid),
                (record) => new BulkOutcome.Anonymized({ participant: record })
              ),
        options
      )
    )
  )

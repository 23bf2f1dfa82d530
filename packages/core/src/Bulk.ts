/**
 * Operations on all of a room's participants, as streams of outcomes. They run on any implementation of the
 * contracts `Rooms` and `Participants`.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type * as BulkReport from "./BulkReport.ts"
import type * as NotFound from "./NotFound.ts"
import * as Page from "./Page.ts"
import type * as Participant from "./Participant.ts"
import * as Participants from "./Participants.ts"
import * as Rooms from "./Rooms.ts"
import * as Sid from "./Sid.ts"
import * as TwilioError from "./TwilioError.ts"

/**
 * How an operation on all of a room's participants goes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How many participants are worked on at a time, within the account's quota: a whole number from 1. Default: 10. */
  readonly concurrency?: number | "unbounded" | undefined
  /** Records how far the operation has come, even if the stream is interrupted. */
  readonly report?: BulkReport.BulkReport | undefined
}

/**
 * How all of a room's participants are removed.
 *
 * @category models
 * @since 0.1.0
 */
export interface DisconnectAllOptions extends Options {
  /**
   * Who stays: identities and SIDs, or a rule. Default: nobody. A participant whose record can't be read stays as well,
   * as `Failed`, unless only SIDs are given.
   */
  readonly except?: ReadonlyArray<string> | ((participant: Participant.Participant) => boolean) | undefined
}

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
  readonly participant: Option.Option<Participant.AnonymizedParticipant>
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

type Status = "connected" | "reconnecting" | "disconnected"

type Failure = NotFound.NotFound | TwilioError.TwilioError

type Outcomes<A> = Stream.Stream<A, Failure, Participants.Participants | Rooms.Rooms>

/** A record as it was listed. */
interface Listed {
  readonly sid: Option.Option<Sid.ParticipantSid>
  /** The participant, or why the record can't be read. */
  readonly record: Result.Result<Participant.Participant, TwilioError.TwilioError>
}

const listedOf = ({ items, undecodable }: Page.Page<Participant.Participant>): ReadonlyArray<Listed> => [
  ...items.map((participant) => ({ sid: Option.some(participant.sid), record: Result.succeed(participant) })),
  ...undecodable.map(({ error, sid }) => ({
    sid: Option.filter(sid, Sid.isParticipantSid),
    record: Result.fail(error)
  }))
]

/** Each record once, of the statuses given in turn: participants whose status changes meanwhile are in one of them. */
const listed = (participants: Participants.Service, room: Sid.RoomSid, statuses: ReadonlyArray<Status>) =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    const withoutSid = new Map<Status, number>()
    const isNew =
      (status: Status, known = withoutSid.get(status) ?? 0) =>
      ({ sid }: Listed): boolean => {
        if (Option.isSome(sid)) return !seen.has(sid.value) && seen.add(sid.value).has(sid.value)
        // Nothing tells these apart: of a status that is read twice, as many as before are the same.
        if (known-- > 0) return false
        withoutSid.set(status, (withoutSid.get(status) ?? 0) + 1)
        return true
      }
    return Stream.fromIterable(statuses).pipe(
      Stream.flatMap((status) =>
        Page.stream((pageToken) => participants.list(room, { status, pageSize: 1000, pageToken })).pipe(
          Stream.flatMap((page) => Stream.fromIterable(listedOf(page))),
          Stream.filter(isNew(status))
        )
      )
    )
  })

const outcomes = <A extends Removal | Anonymization>(
  listed: Stream.Stream<Listed, Failure>,
  step: (listed: Listed) => Effect.Effect<A, Failure>,
  { concurrency = 10, report }: Options
) =>
  listed.pipe(
    Stream.mapEffect(
      (listed) =>
        Effect.suspend(() => {
          const { record, sid } = listed
          if (Option.isSome(sid)) report?.begin(sid.value)
          return step(listed).pipe(
            Effect.catch((error) => Effect.succeed(new Failed({ sid, participant: Result.getSuccess(record), error }))),
            Effect.map((outcome) => {
              report?.end(outcome)
              return outcome
            })
          )
        }),
      { concurrency, unordered: true }
    ),
    Stream.onEnd(Effect.sync(() => report?.finish()))
  )

/** What a change gives, or nothing if Twilio answered it with success and the answer could not be read. */
const ifRead = <A>(change: Effect.Effect<A, Failure>): Effect.Effect<Option.Option<A>, Failure> =>
  Effect.catchIf(
    Effect.asSome(change),
    (error) => error._tag === "TwilioError" && error.applied === true,
    () => Effect.succeedNone
  )

const checked = ({ concurrency = 10 }: Options) =>
  concurrency === "unbounded" || concurrency === Infinity || (Number.isInteger(concurrency) && concurrency >= 1)
    ? Effect.void
    : Effect.fail(
        TwilioError.make(
          new TwilioError.InvalidArgument({
            argument: "concurrency",
            message: 'The argument "concurrency" is not a whole number from 1. Nothing was sent.'
          })
        )
      )

/** Runs an operation on the room's SID. By name, later requests could miss the room, or find another one. */
const inRoom = <A>(
  room: string,
  options: Options,
  operate: (participants: Participants.Service, room: Sid.RoomSid) => Stream.Stream<A, Failure>
): Outcomes<A> =>
  Stream.unwrap(
    Effect.gen(function* () {
      yield* checked(options)
      const { fetch } = yield* Rooms.Rooms
      const sid = Sid.isRoomSid(room) ? room : (yield* fetch(room)).sid
      return operate(yield* Participants.Participants, sid)
    })
  )

/** Who stays; nothing if a record that can't be read does not tell. */
const isExcepted = (except: DisconnectAllOptions["except"]): ((listed: Listed) => boolean | undefined) => {
  if (except === undefined) return () => false
  if (typeof except === "function") return ({ record }) => Result.getOrUndefined(Result.map(record, except))
  const spared = new Set(except)
  const isBySid = except.every(Sid.isParticipantSid)
  return ({ record, sid }) => {
    if (Option.exists(sid, (sid) => spared.has(sid))) return true
    return Result.isSuccess(record) ? spared.has(record.success.identity) : isBySid ? false : undefined
  }
}

const removeListed = (participants: Participants.Service, room: Sid.RoomSid, participant: Participant.Participant) => {
  const { sid } = participant
  return Effect.map(
    ifRead(participants.ensureDisconnected(room, sid)),
    Option.match({
      onNone: (): Removal => new Disconnected({ sid, participant: Option.none() }),
      onSome: (removal) =>
        removal._tag === "Disconnected"
          ? new Disconnected({ sid, participant: Option.some(removal.participant) })
          : new AlreadyGone({ sid, participant: Option.some(participant) })
    })
  )
}

/** Without reading first whether the participant is still there: the record can't be read. */
const removeUnread = (participants: Participants.Service, room: Sid.RoomSid, sid: Sid.ParticipantSid) =>
  ifRead(participants.disconnect(room, sid)).pipe(
    Effect.map((participant): Removal => new Disconnected({ sid, participant })),
    Effect.catchTag("NotFound", () => Effect.succeed(new AlreadyGone({ sid, participant: Option.none() })))
  )

/**
 * Removes everybody who is in the room, including those who are reconnecting, and emits each outcome as it
 * happens, in no particular order. Each is removed by `ensureDisconnected`, which takes a read and a write.
 *
 * A room given by name is looked up first, and everything after goes by its SID: the room may end meanwhile, and another
 * one may take its name.
 *
 * One failure is one outcome, and the others go on. A participant whose record can't be read is removed by its SID, in
 * one write; if its SID can't be read either, it is `Failed`. Whoever joins meanwhile stays: to close a room for good,
 * use `Rooms.complete`. The stream itself fails only if the room or the list of its participants can't be read, with
 * `NotFound` or `TwilioError`, or if `concurrency` is wrong, with reason `InvalidArgument`; then nobody was removed. What
 * was done before an interruption is in the `report`.
 *
 * Follows https://www.twilio.com/docs/video/api/participants.
 *
 * @example
 * ```ts
 * import * as Bulk from "@effect-twilio-video/core/Bulk"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import * as Stream from "effect/Stream"
 *
 * const outcomes = await Bulk.disconnectAll("DailyStandup", { except: ["Alice"] }).pipe(
 *   Stream.map(({ _tag, participant }) => [Option.getOrUndefined(participant)?.identity, _tag]),
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
export const disconnectAll = (room: string, options: DisconnectAllOptions = {}): Outcomes<Removal> =>
  inRoom(room, options, (participants, room) => {
    const excepted = isExcepted(options.except)
    const all = Stream.filter(
      listed(participants, room, ["connected", "reconnecting", "connected"]),
      (listed) => excepted(listed) !== true
    )
    // Read to the end before the first removal: removals may move the pages.
    const roster = Stream.unwrap(Effect.map(Stream.runCollect(all), Stream.fromIterable))
    return outcomes(
      roster,
      (listed): Effect.Effect<Removal, Failure> => {
        const { record, sid } = listed
        if (Result.isSuccess(record)) return removeListed(participants, room, record.success)
        return Option.isSome(sid) && excepted(listed) === false
          ? removeUnread(participants, room, sid.value)
          : Effect.fail(record.failure)
      },
      options
    )
  })

/**
 * Replaces the identities of all who are or were in the room, for good, and tells what became of each as it happens.
 * Participants who are still connected stay connected.
 *
 * A room given by name is looked up first, and everything after goes by its SID: the room may end meanwhile, and another
 * one may take its name.
 *
 * One failure is one outcome, and the others go on; what was anonymized before takes no request, so a run that was
 * interrupted can be run again. A listed participant whom Twilio then does not find is `Failed`, with `NotFound`: nothing
 * shows that the identity is gone. A participant whose record can't be read is anonymized by its SID; if its SID can't be
 * read either, it is `Failed`. Whoever joins meanwhile keeps the identity: remove everybody first, or complete the room
 * and give its SID. Fails as `disconnectAll` does, and also if a later page can't be listed; the outcomes before stand.
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
export const anonymizeAll = (room: string, options: Options = {}): Outcomes<Anonymization> =>
  inRoom(room, options, (participants, room) => {
    const anonymize = (sid: Sid.ParticipantSid): Effect.Effect<Anonymization, Failure> =>
      Effect.map(ifRead(participants.anonymize(room, sid)), (participant) => new Anonymized({ sid, participant }))
    return outcomes(
      listed(participants, room, ["connected", "reconnecting", "connected", "disconnected"]),
      ({ record, sid }) => {
        if (Result.isFailure(record)) return Option.isSome(sid) ? anonymize(sid.value) : Effect.fail(record.failure)
        const participant = record.success
        return participant.identity === participant.sid
          ? Effect.succeed(new AlreadyAnonymized({ sid: participant.sid, participant: Option.some(participant) }))
          : anonymize(participant.sid)
      },
      options
    )
  })

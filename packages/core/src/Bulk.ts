/**
 * Operations on every participant of a room, as streams of outcomes. They run on any implementation of `Rooms` and
 * `Participants`.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type * as NotFound from "./NotFound.ts"
import * as Page from "./Page.ts"
import type * as Participant from "./Participant.ts"
import * as Participants from "./Participants.ts"
import * as Rooms from "./Rooms.ts"
import * as Sid from "./Sid.ts"
import * as TwilioError from "./TwilioError.ts"

/**
 * Options of {@link disconnectAll} and {@link anonymizeAll}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How many participants to process at a time, within the account's quota: a whole number from 1. Default: 10. */
  readonly concurrency?: number | "unbounded" | undefined
  /** Records the progress. Survives an interruption of the stream. */
  readonly report?: Report | undefined
}

/**
 * Options of {@link disconnectAll}.
 *
 * @category models
 * @since 0.1.0
 */
export interface DisconnectAllOptions extends Options {
  /**
   * Participants to keep: identities and SIDs, or a predicate. Default: none. A participant whose record can't be
   * decoded stays too, and counts as `Failed`, unless the list contains only SIDs.
   */
  readonly except?: ReadonlyArray<string> | ((participant: Participant.Participant) => boolean) | undefined
}

/**
 * The participant was removed. Unlike `Participants.Disconnected`, it may lack the record: here, an unreadable response
 * to one removal doesn't fail the others.
 *
 * @category models
 * @since 0.1.0
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly sid: Sid.ParticipantSid
  /** The record after the removal. `None` if Twilio's response couldn't be read. */
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
  /** The record after the change. `None` if Twilio's response couldn't be read. */
  readonly participant: Option.Option<Participant.AnonymizedParticipant>
}> {}

/**
 * The record had been anonymized before, for instance by an earlier run. Nothing was sent.
 *
 * @category models
 * @since 0.1.0
 */
export class AlreadyAnonymized extends Data.TaggedClass("AlreadyAnonymized")<{
  readonly sid: Sid.ParticipantSid
  /** The record as listed. */
  readonly participant: Option.Option<Participant.Participant>
}> {}

/**
 * The operation failed for this participant, and continued with the others.
 *
 * `error` is `NotFound` if an anonymization didn't find a participant whom Twilio had listed: whether the identity is
 * gone is unknown.
 *
 * @category models
 * @since 0.1.0
 */
export class Failed extends Data.TaggedClass("Failed")<{
  /** `None` if the listed record had no readable SID: nothing was sent for it. */
  readonly sid: Option.Option<Sid.ParticipantSid>
  /** The record as listed. `None` if it couldn't be decoded. */
  readonly participant: Option.Option<Participant.Participant>
  readonly error: NotFound.NotFound | TwilioError.TwilioError
}> {}

/**
 * An outcome of {@link disconnectAll}. `AlreadyGone`: the participant left between the listing and the removal. Its
 * `sid` is always `Some`, and its `participant` is the record as listed, if it could be decoded.
 *
 * @category models
 * @since 0.1.0
 */
export type Removal = Disconnected | Participants.AlreadyGone | Failed

/**
 * An outcome of {@link anonymizeAll}.
 *
 * @category models
 * @since 0.1.0
 */
export type Anonymization = Anonymized | AlreadyAnonymized | Failed

/**
 * The progress of an operation. Contains SIDs and no identities.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** Removed, or anonymized. */
  readonly done: ReadonlyArray<Sid.ParticipantSid>
  /** Nothing to do: already gone, or already anonymized. */
  readonly already: ReadonlyArray<Sid.ParticipantSid>
  readonly failed: ReadonlyArray<Sid.ParticipantSid>
  /** The number of failed records without a readable SID, which no list can contain. */
  readonly failedWithoutSid: number
  /** Started and unfinished. After an interruption, it's unknown whether the change was made for these. */
  readonly begun: ReadonlyArray<Sid.ParticipantSid>
  /** Whether every participant was processed. Failures count as processed: check `failed` and `failedWithoutSid`. */
  readonly isComplete: boolean
}

/**
 * Records the progress of one run of {@link disconnectAll} or {@link anonymizeAll}. Read `snapshot` at any time: during
 * the run, after it, and after an interruption or a failure.
 *
 * @example
 * ```ts
 * import * as Bulk from "@effect-twilio-video/core/Bulk"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function*() {
 *   const report = new Bulk.Report()
 *   // Stops after the first outcome.
 *   yield* Bulk.disconnectAll("DailyStandup", { report, concurrency: 1 }).pipe(Stream.take(1), Stream.runDrain)
 *   const { done, isComplete } = yield* report.snapshot
 *   return [done.length, isComplete]
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise) // => [1, false]
 * ```
 * @category models
 * @since 0.1.0
 */
export class Report {
  private readonly states = new Map<Sid.ParticipantSid, "done" | "already" | "failed" | "begun">()
  private failedWithoutSid = 0
  private isComplete = false

  /** The progress so far. */
  readonly snapshot: Effect.Effect<Progress> = Effect.sync(() => {
    const lists = { done: [], already: [], failed: [], begun: [] } as Record<
      "done" | "already" | "failed" | "begun",
      Array<Sid.ParticipantSid>
    >
    for (const [sid, state] of this.states) lists[state].push(sid)
    return { ...lists, failedWithoutSid: this.failedWithoutSid, isComplete: this.isComplete }
  })

  /** Called by the operations when they start with a participant. */
  begin(sid: Sid.ParticipantSid): void {
    this.states.set(sid, "begun")
  }

  /** Called by the operations with each outcome. */
  end(outcome: Removal | Anonymization): void {
    const sid = typeof outcome.sid === "string" ? Option.some(outcome.sid) : outcome.sid
    if (Option.isNone(sid)) {
      this.failedWithoutSid += 1
      return
    }
    const isDone = outcome._tag === "Disconnected" || outcome._tag === "Anonymized"
    this.states.set(sid.value, isDone ? "done" : outcome._tag === "Failed" ? "failed" : "already")
  }

  /** Called by the operations after the last outcome. */
  finish(): void {
    this.isComplete = true
  }
}

type Status = "connected" | "reconnecting" | "disconnected"

type Failure = NotFound.NotFound | TwilioError.TwilioError

/** A record as listed. */
interface Listed {
  readonly sid: Option.Option<Sid.ParticipantSid>
  /** The participant, or the decoding error. */
  readonly record: Result.Result<Participant.Participant, TwilioError.TwilioError>
}

const recordsOf = ({ items, undecodable }: Page.Page<Participant.Participant>): ReadonlyArray<Listed> => [
  ...items.map((participant) => ({ sid: Option.some(participant.sid), record: Result.succeed(participant) })),
  ...undecodable.map(({ error, sid }) => ({
    sid: Option.filter(sid, Sid.isParticipantSid),
    record: Result.fail(error)
  }))
]

/** Lists each status in turn. Emits each record once: a participant whose status changes meanwhile is listed twice. */
const listAll = (participants: Participants.Service, room: Sid.RoomSid, statuses: ReadonlyArray<Status>) =>
  Stream.suspend(() => {
    const seen = new Set<string>()
    const withoutSid = new Map<Status, number>()
    const isNew =
      (status: Status, known = withoutSid.get(status) ?? 0) =>
      ({ sid }: Listed): boolean => {
        if (Option.isSome(sid)) return !seen.has(sid.value) && seen.add(sid.value).has(sid.value)
        // Records without a SID can't be told apart: if a status is listed again, the first `known` ones are old.
        if (known-- > 0) return false
        withoutSid.set(status, (withoutSid.get(status) ?? 0) + 1)
        return true
      }
    return Stream.fromIterable(statuses).pipe(
      Stream.flatMap((status) =>
        Page.stream((pageToken) => participants.list(room, { status, pageSize: 1000, pageToken })).pipe(
          Stream.flatMap((page) => Stream.fromIterable(recordsOf(page))),
          Stream.filter(isNew(status))
        )
      )
    )
  })

const runAll = <A extends Removal | Anonymization>(
  records: Stream.Stream<Listed, Failure>,
  step: (listed: Listed) => Effect.Effect<A, Failure>,
  { concurrency = 10, report }: Options
) =>
  records.pipe(
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

/** `None` if Twilio accepted the change and its response couldn't be read. */
const optionalRecord = <A>(change: Effect.Effect<A, Failure>): Effect.Effect<Option.Option<A>, Failure> =>
  Effect.catchIf(
    Effect.asSome(change),
    (error) => error._tag === "TwilioError" && error.applied === true,
    () => Effect.succeedNone
  )

const checkConcurrency = ({ concurrency = 10 }: Options) =>
  concurrency === "unbounded" || concurrency === Infinity || (Number.isInteger(concurrency) && concurrency >= 1)
    ? Effect.void
    : Effect.fail(
        TwilioError.make(
          new TwilioError.InvalidArgument({
            argument: "concurrency",
            message: 'The argument "concurrency" must be a whole number from 1, or "unbounded". Nothing was sent.'
          })
        )
      )

/** Runs an operation on the room's SID. By name, later requests could find no room, or another one. */
const inRoom = <A>(
  room: string,
  options: Options,
  operate: (participants: Participants.Service, room: Sid.RoomSid) => Stream.Stream<A, Failure>
): Stream.Stream<A, Failure, Participants.Participants | Rooms.Rooms> =>
  Stream.unwrap(
    Effect.gen(function* () {
      yield* checkConcurrency(options)
      const sid = Sid.isRoomSid(room) ? room : (yield* Rooms.fetch(room)).sid
      return operate(yield* Participants.Participants, sid)
    })
  )

/** Whether to keep a participant; `undefined` if the record would have to be decoded to tell. */
const isExcepted = (except: DisconnectAllOptions["except"]): ((listed: Listed) => boolean | undefined) => {
  if (except === undefined) return () => false
  if (typeof except === "function") return ({ record }) => Result.getOrUndefined(Result.map(record, except))
  const kept = new Set(except)
  const onlySids = except.every(Sid.isParticipantSid)
  return ({ record, sid }) => {
    if (Option.exists(sid, (sid) => kept.has(sid))) return true
    return Result.isSuccess(record) ? kept.has(record.success.identity) : onlySids ? false : undefined
  }
}

const remove = (participants: Participants.Service, room: Sid.RoomSid, participant: Participant.Participant) => {
  const { sid } = participant
  return Effect.map(
    optionalRecord(participants.ensureDisconnected(room, sid)),
    Option.match({
      onNone: (): Removal => new Disconnected({ sid, participant: Option.none() }),
      onSome: (removal) =>
        removal._tag === "Disconnected"
          ? new Disconnected({ sid, participant: Option.some(removal.participant) })
          : new Participants.AlreadyGone({ sid: Option.some(sid), participant: Option.some(participant) })
    })
  )
}

/** Removes a participant whose record can't be decoded, so without reading first whether it's still connected. */
const removeUnread = (participants: Participants.Service, room: Sid.RoomSid, sid: Sid.ParticipantSid) =>
  optionalRecord(participants.disconnect(room, sid)).pipe(
    Effect.map((participant): Removal => new Disconnected({ sid, participant })),
    Effect.catchTag("NotFound", () =>
      Effect.succeed(new Participants.AlreadyGone({ sid: Option.some(sid), participant: Option.none() }))
    )
  )

/**
 * Removes every participant who is connected or reconnecting, and emits each outcome as it happens, in no particular
 * order. Each removal is a `Participants.ensureDisconnected` by SID: one read and, unless the participant has left, one
 * write. Only the read tells who has left already: Twilio doesn't document the response to a removal after that, and its
 * dates are whole seconds. The reads hardly delay a run, because Twilio allows four times as many reads per second as
 * writes.
 *
 * A room given by name is looked up once; all later requests use its SID, so a new room with the same name isn't
 * affected.
 *
 * A failure becomes a `Failed` outcome, and the others continue. A participant whose record can't be decoded is removed
 * by SID in one write, or is `Failed` if the SID can't be read either. Participants who join during the run stay: to
 * close a room for good, use `Rooms.complete`.
 *
 * The stream fails only before the first removal: with `NotFound` or `TwilioError` if the room or its participants
 * can't be read, and with reason `InvalidArgument` for an invalid `concurrency`. After an interruption, `report` has
 * the progress.
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
export const disconnectAll = (
  room: string,
  options: DisconnectAllOptions = {}
): Stream.Stream<Removal, NotFound.NotFound | TwilioError.TwilioError, Participants.Participants | Rooms.Rooms> =>
  inRoom(room, options, (participants, room) => {
    const excepted = isExcepted(options.except)
    const listed = Stream.filter(
      listAll(participants, room, ["connected", "reconnecting", "connected"]),
      (listed) => excepted(listed) !== true
    )
    // Listed completely before the first removal, because removals move records between pages.
    const roster = Stream.unwrap(Effect.map(Stream.runCollect(listed), Stream.fromIterable))
    return runAll(
      roster,
      (listed): Effect.Effect<Removal, Failure> => {
        const { record, sid } = listed
        if (Result.isSuccess(record)) return remove(participants, room, record.success)
        return Option.isSome(sid) && excepted(listed) === false
          ? removeUnread(participants, room, sid.value)
          : Effect.fail(record.failure)
      },
      options
    )
  })

/**
 * Irreversibly replaces the identity of every participant who is or was in the room, and emits each outcome as it
 * happens. Connected participants stay connected.
 *
 * A room given by name is looked up once; all later requests use its SID, so a new room with the same name isn't
 * affected.
 *
 * A failure becomes a `Failed` outcome, and the others continue. A listed participant whom Twilio then doesn't find is
 * `Failed` with `NotFound`: whether the identity is gone is unknown. A participant whose record can't be decoded is
 * anonymized by SID, or is `Failed` if the SID can't be read either. Records that are already anonymized take no
 * request, so you can run an interrupted operation again. Participants who join during the run keep their identity:
 * remove everyone first, or complete the room and pass its SID.
 *
 * Fails as {@link disconnectAll} does, and also if a later page can't be listed; outcomes emitted before are final.
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
export const anonymizeAll = (
  room: string,
  options: Options = {}
): Stream.Stream<Anonymization, NotFound.NotFound | TwilioError.TwilioError, Participants.Participants | Rooms.Rooms> =>
  inRoom(room, options, (participants, room) => {
    const anonymize = (sid: Sid.ParticipantSid): Effect.Effect<Anonymization, Failure> =>
      Effect.map(
        optionalRecord(participants.anonymize(room, sid)),
        (participant) => new Anonymized({ sid, participant })
      )
    return runAll(
      listAll(participants, room, ["connected", "reconnecting", "connected", "disconnected"]),
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

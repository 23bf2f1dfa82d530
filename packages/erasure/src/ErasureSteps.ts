/**
 * The steps of an erasure as plain Effects on the services of `@effect-twilio-video/core`, for engines that aren't
 * Effect's, such as Cloudflare Workflows or Temporal. `Erasure` runs them on Effect's.
 *
 * A step takes and returns plain JSON, so an engine can store it. None of it contains an identity; the identities are an
 * argument of their own, to be read from a vault inside the step. Every step may run again: reading changes nothing, and
 * neither does anonymizing twice. Run {@link anonymize} in a step of its own, after the result of {@link find} is stored:
 * afterwards, the identity finds nothing any more.
 *
 * To forget the person in your own data too, run `IdentityStore.forget` of `@effect-twilio-video/core` in another step.
 *
 * Steps fail with `TwilioError` if it's worth trying again, or if a person must act (reasons `Unauthorized` and
 * `Forbidden`). A refusal that concerns one room or participant is a result.
 *
 * @since 0.1.0
 */
import type * as NotFound from "@effect-twilio-video/core/NotFound"
import * as Page from "@effect-twilio-video/core/Page"
import type * as Participant from "@effect-twilio-video/core/Participant"
import * as Participants from "@effect-twilio-video/core/Participants"
import * as ResponseInfo from "@effect-twilio-video/core/ResponseInfo"
import * as Rooms from "@effect-twilio-video/core/Rooms"
import * as SubscribeRules from "@effect-twilio-video/core/SubscribeRules"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/**
 * A person to erase, under the ID of the request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Person {
  readonly requestId: string
  readonly identities: ReadonlyArray<Redacted.Redacted>
}

/**
 * A room to search. A room in progress has participants who are connected.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomToSearch extends Schema.Schema.Type<typeof RoomToSearch> {}

/**
 * The codec of {@link RoomToSearch}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomToSearch = Schema.Struct({ sid: Schema.String, inProgress: Schema.Boolean })

/**
 * Rooms that were created on the same day (UTC), at most {@link windowSize}. `from` is the start of the day, `to` the
 * start of the next one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Window extends Schema.Schema.Type<typeof Window> {}

/**
 * The codec of {@link Window}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Window = Schema.Struct({
  from: Schema.String,
  to: Schema.String,
  rooms: Schema.Array(RoomToSearch),
  /** How many records of rooms had no readable SID. Their participants can't be searched. */
  unreadable: Schema.Int
})

/**
 * A participation of a person: one record, found in one room.
 *
 * @category models
 * @since 0.1.0
 */
export interface Participation extends Schema.Schema.Type<typeof Participation> {}

/**
 * The codec of {@link Participation}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Participation = Schema.Struct({
  roomSid: Schema.String,
  participantSid: Schema.String,
  /** The requests that name the person: several if they share an identity. */
  requestIds: Schema.Array(Schema.String),
  /** Whether the participant was connected, or reconnecting, when it was found. */
  connected: Schema.Boolean
})

/**
 * A room that can't be searched: Twilio has no such room, or refuses the request for good.
 *
 * @category models
 * @since 0.1.0
 */
export interface RoomProblem extends Schema.Schema.Type<typeof RoomProblem> {}

/**
 * The codec of {@link RoomProblem}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RoomProblem = Schema.Struct({
  roomSid: Schema.String,
  problem: Schema.Literals(["NotFound", "Refused"]),
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.Int)
})

/**
 * What a search found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Findings extends Schema.Schema.Type<typeof Findings> {}

/**
 * The codec of {@link Findings}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Findings = Schema.Struct({
  participations: Schema.Array(Participation),
  /** Records that can't be decoded, so they may be the person's. */
  unreadable: Schema.Array(Schema.Struct({ roomSid: Schema.String, participantSid: Schema.String })),
  /** Other participants of the room whose subscribe rules name the person. */
  rules: Schema.Array(
    Schema.Struct({
      roomSid: Schema.String,
      participantSid: Schema.String,
      requestIds: Schema.Array(Schema.String)
    })
  ),
  problems: Schema.Array(RoomProblem)
})

/**
 * What happened to a participation:
 *
 * - `Anonymized`: the record has another identity now
 * - `NotFound`: Twilio has no such record. {@link confirm} looks again, and makes it `Gone`.
 * - `Gone`: two looks by SID found no record
 * - `StillConnected`: the participant hasn't left, so the record isn't anonymized yet
 * - `Refused`: Twilio refused for good; `status` and `code` say why
 * - `NotErased`: Twilio accepted the request, but the record still has the identity
 *
 * @category schemas
 * @since 0.1.0
 */
export const OutcomeKind = Schema.Literals(["Anonymized", "NotFound", "Gone", "StillConnected", "Refused", "NotErased"])

/**
 * A participation, and what happened to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

/**
 * The codec of {@link Outcome}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Outcome = Schema.Struct({
  ...Participation.fields,
  outcome: OutcomeKind,
  at: Schema.String,
  /** Twilio's ID of the request (`RQ…`), if Twilio sent one. */
  twilioRequestId: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.Int)
})

/**
 * The most rooms in a window.
 *
 * @category constants
 * @since 0.1.0
 */
export const windowSize = 100

const day = (room: { readonly dateCreated: DateTime.Utc }) => DateTime.formatIsoDateUtc(room.dateCreated)

const windowOf = (date: string, rooms: ReadonlyArray<RoomToSearch>): Window => {
  const from = DateTime.makeUnsafe(`${date}T00:00:00Z`)
  return {
    from: DateTime.formatIso(from),
    to: DateTime.formatIso(DateTime.add(from, { days: 1 })),
    rooms,
    unreadable: 0
  }
}

const windowsOf = (
  { items, undecodable }: Page.Page<{ readonly sid: string; readonly dateCreated: DateTime.Utc }>,
  inProgress: boolean,
  today: string
): ReadonlyArray<Window> => {
  const days = new Map<string, Array<RoomToSearch>>()
  const add = (date: string, sid: string) => {
    const rooms = days.get(date) ?? []
    days.set(date, rooms)
    rooms.push({ sid, inProgress })
  }
  for (const room of items) add(day(room), room.sid)
  const unreadable = undecodable.filter(({ sid }) => Option.isNone(sid)).length
  // The SID is all that a search needs.
  for (const { sid } of undecodable) if (Option.isSome(sid)) add(today, sid.value)
  const windows = [...days].flatMap(([date, rooms]) =>
    Array.from({ length: Math.ceil(rooms.length / windowSize) }, (_, index) =>
      windowOf(date, rooms.slice(index * windowSize, (index + 1) * windowSize))
    )
  )
  return unreadable === 0 ? windows : [...windows, { ...windowOf(today, []), unreadable }]
}

/**
 * Lists the rooms to search, in windows: those in progress first, then the completed ones. Reads 1,000 rooms per request.
 * With `since`, leaves out completed rooms that were created before that time.
 *
 * @example
 * ```ts
 * import * as ErasureSteps from "@effect-twilio-video/erasure/ErasureSteps"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const windows = await ErasureSteps.plan().pipe(
 *   Stream.runCollect,
 *   Effect.provide(Sandbox.layer()),
 *   Effect.runPromise
 * )
 * windows.flatMap((window) => window.rooms).length // => 3
 * ```
 * @category steps
 * @since 0.1.0
 */
export const plan = (options?: {
  readonly since?: DateTime.DateTime.Input | undefined
}): Stream.Stream<Window, TwilioError.TwilioError, Rooms.Rooms> => {
  const windows = (inProgress: boolean, today: string) =>
    Page.stream((pageToken) =>
      Rooms.list({
        status: inProgress ? "in-progress" : "completed",
        pageSize: 1000,
        pageToken,
        // Someone can still be in a room that's older.
        dateCreatedAfter: inProgress ? undefined : options?.since
      })
    ).pipe(Stream.flatMap((page) => Stream.fromIterable(windowsOf(page, inProgress, today))))
  return Stream.unwrap(
    Effect.map(DateTime.now, (now) => {
      const today = DateTime.formatIsoDateUtc(now)
      return Stream.concat(windows(true, today), windows(false, today))
    })
  )
}

/** The identities of all people, with the requests that name them. */
const requestsByIdentity = (people: ReadonlyArray<Person>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const requests = new Map<string, Array<string>>()
  for (const { identities, requestId } of people) {
    for (const identity of new Set(identities.map(Redacted.value))) {
      requests.set(identity, [...(requests.get(identity) ?? []), requestId])
    }
  }
  return requests
}

// A participant who leaves between two lists is in the last one.
const statuses = ["connected", "reconnecting", "disconnected"] as const

const pagesOf = (room: string, status: Participant.Status) =>
  Page.stream((pageToken) => Participants.list(room, { status, pageSize: 1000, pageToken }))

const isRefused = ({ reason }: TwilioError.TwilioError): boolean =>
  reason._tag === "InvalidRequest" || reason._tag === "InvalidArgument"

const refusalOf = ({ code, status }: TwilioError.RequestInfo | TwilioError.TwilioError) => ({
  ...(status === undefined ? {} : { status }),
  ...(code === undefined ? {} : { code })
})

const rulesIn = Effect.fnUntraced(function* (
  room: string,
  others: ReadonlyArray<string>,
  requests: ReadonlyMap<string, ReadonlyArray<string>>
) {
  const naming = yield* Effect.forEach(others, (participantSid) =>
    SubscribeRules.fetch(room, participantSid).pipe(
      Effect.map(({ rules }) => {
        const named = rules.flatMap((rule) => requests.get(("publisher" in rule && rule.publisher) || "") ?? [])
        return named.length === 0 ? [] : [{ roomSid: room, participantSid, requestIds: [...new Set(named)] }]
      }),
      // Someone who has left receives nothing any more, whatever the rules say.
      Effect.catchTag("NotFound", () => Effect.succeed([])),
      Effect.catchIf(
        (error) => isRefused(error),
        () => Effect.succeed([])
      )
    )
  )
  return naming.flat()
})

const search = Effect.fnUntraced(function* ({ inProgress, sid }: RoomToSearch, people: ReadonlyArray<Person>) {
  const requests = requestsByIdentity(people)
  const found = new Map<string, Participation>()
  const unreadable = new Set<string>()
  const others = new Set<string>()
  for (const status of inProgress ? statuses : (["disconnected"] as const)) {
    yield* Stream.runForEach(pagesOf(sid, status), ({ items, undecodable }) =>
      Effect.sync(() => {
        for (const participant of items) {
          const requestIds = requests.get(participant.identity)
          if (requestIds !== undefined) {
            const connected = status !== "disconnected"
            found.set(participant.sid, { roomSid: sid, participantSid: participant.sid, requestIds, connected })
          } else if (status !== "disconnected") others.add(participant.sid)
        }
        for (const record of undecodable) unreadable.add(Option.getOrElse(record.sid, () => ""))
      })
    )
  }
  const findings: Findings = {
    participations: [...found.values()],
    unreadable: [...unreadable].map((participantSid) => ({ roomSid: sid, participantSid })),
    rules: found.size === 0 ? [] : yield* rulesIn(sid, [...others], requests),
    problems: []
  }
  return findings
})

/**
 * Finds the participations of people in a room, past and present, by reading all its participants, 1,000 per request.
 * An identity filter would take a request per identity instead. If someone is found in a room in progress, reads the
 * subscribe rules of the other participants who are connected.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as ErasureSteps from "@effect-twilio-video/erasure/ErasureSteps"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const person = { requestId: "req-17", identities: [Redacted.make("Alice")] }
 *
 * const program = Effect.gen(function*() {
 *   const { sid } = yield* Rooms.fetch("DailyStandup")
 *   const found = yield* ErasureSteps.find({ sid, inProgress: true }, [person])
 *   return found.participations.length
 * })
 *
 * await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise) // => 1
 * ```
 * @category steps
 * @since 0.1.0
 */
export const find = (
  room: RoomToSearch,
  people: ReadonlyArray<Person>
): Effect.Effect<Findings, TwilioError.TwilioError, Participants.Participants | SubscribeRules.SubscribeRules> => {
  const failed = (problem: "NotFound" | "Refused", error: NotFound.NotFound | TwilioError.TwilioError) => {
    const findings: Findings = {
      participations: [],
      unreadable: [],
      rules: [],
      problems: [{ roomSid: room.sid, problem, ...refusalOf(error) }]
    }
    return Effect.succeed(findings)
  }
  return search(room, people).pipe(
    Effect.catchTag("NotFound", (error) => failed("NotFound", error)),
    Effect.catchIf(
      (error) => isRefused(error),
      (error) => failed("Refused", error)
    )
  )
}

const isPerson = (identity: string, requestIds: ReadonlyArray<string>, people: ReadonlyArray<Person>): boolean =>
  people.some(
    (person) =>
      requestIds.includes(person.requestId) && person.identities.some((one) => Redacted.value(one) === identity)
  )

const isConnected = ({ status }: Participant.Participant): boolean => status !== "disconnected"

/** What to do about participants who are connected: `wait` until they leave, or `remove` them. */
const leave = Effect.fnUntraced(function* (
  { connected: wasConnected, participantSid, roomSid }: Participation,
  connected: "wait" | "remove"
): Effect.fn.Return<boolean, NotFound.NotFound | TwilioError.TwilioError, Participants.Participants> {
  if (!wasConnected) return true
  const record = yield* Participants.fetch(roomSid, participantSid)
  if (!isConnected(record)) return true
  if (connected === "wait") return false
  yield* Participants.ensureDisconnected(roomSid, participantSid)
  return true
})

/**
 * Anonymizes a participation by its SID. Someone who is still connected is removed first, or with `connected: "wait"` left
 * alone (`StillConnected`): call it again later.
 *
 * It's one request for a participation that was found disconnected. One that was connected is read first.
 *
 * @example
 * ```ts
 * import * as Rooms from "@effect-twilio-video/core/Rooms"
 * import * as ErasureSteps from "@effect-twilio-video/erasure/ErasureSteps"
 * import * as Sandbox from "@effect-twilio-video/sandbox/Sandbox"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const people = [{ requestId: "req-17", identities: [Redacted.make("Dana")] }]
 *
 * const program = Effect.gen(function*() {
 *   const { sid } = yield* Rooms.fetch("DailyStandup")
 *   const found = yield* ErasureSteps.find({ sid, inProgress: true }, people)
 *   return yield* Effect.forEach(found.participations, (participation) =>
 *     ErasureSteps.anonymize(participation, people, { connected: "wait" })
 *   )
 * })
 *
 * const outcomes = await program.pipe(Effect.provide(Sandbox.layer()), Effect.runPromise)
 * outcomes.map(({ outcome }) => outcome) // => ["Anonymized"]
 * ```
 * @category steps
 * @since 0.1.0
 */
export const anonymize = (
  participation: Participation,
  people: ReadonlyArray<Person>,
  options: { readonly connected: "wait" | "remove" }
): Effect.Effect<Outcome, TwilioError.TwilioError, Participants.Participants> => {
  const { participantSid, requestIds, roomSid } = participation
  const ended = (outcome: Outcome["outcome"], details: Partial<Outcome> = {}) =>
    Effect.map(DateTime.now, (now): Outcome => ({ ...participation, outcome, at: DateTime.formatIso(now), ...details }))
  return leave(participation, options.connected).pipe(
    Effect.flatMap((hasLeft) =>
      hasLeft
        ? Effect.flatMap(
            ResponseInfo.collect(Participants.anonymize(roomSid, participantSid)),
            ([{ identity }, responses]) => {
              const twilioRequestId = responses.findLast(({ method }) => method === "POST")?.requestId
              const details = twilioRequestId === undefined ? {} : { twilioRequestId }
              return ended(isPerson(identity, requestIds, people) ? "NotErased" : "Anonymized", details)
            }
          )
        : ended("StillConnected")
    ),
    Effect.catchTag("NotFound", (error) => ended("NotFound", refusalOf(error))),
    Effect.catchIf(
      (error) => isRefused(error),
      (error) => ended("Refused", refusalOf(error))
    )
  )
}

/**
 * Looks again at a participation, and corrects its outcome: `Gone` if there's still no record, `NotErased` if the record
 * has the identity. Reads the record, and changes nothing.
 *
 * @category steps
 * @since 0.1.0
 */
export const confirm = (
  outcome: Outcome,
  people: ReadonlyArray<Person>
): Effect.Effect<Outcome, TwilioError.TwilioError, Participants.Participants> =>
  Participants.fetch(outcome.roomSid, outcome.participantSid).pipe(
    Effect.map((record): Outcome => {
      const isErased = !isPerson(record.identity, outcome.requestIds, people)
      if (isErased) return { ...outcome, outcome: "Anonymized" }
      return outcome.outcome === "Anonymized" || outcome.outcome === "NotFound"
        ? { ...outcome, outcome: "NotErased" }
        : outcome
    }),
    Effect.catchTag("NotFound", () => Effect.succeed<Outcome>({ ...outcome, outcome: "Gone" })),
    Effect.catchIf(
      (error) => isRefused(error),
      (error) => Effect.succeed<Outcome>({ ...outcome, outcome: "Refused", ...refusalOf(error) })
    )
  )

/**
 * Selects and counts logged requests.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import * as OperationName from "../../OperationName.ts"
import * as SandboxError from "../../SandboxError.ts"
import type { ParticipantRecord, RoomRecord } from "../engine/Records.ts"
import type { Store } from "../engine/Store.ts"
import type { Entry } from "./RequestLog.ts"

const Status = Schema.String.check(Schema.isPattern(/^[1-5](?:\d\d|xx)$/u))

const isId = (text: string): boolean => /^RQ[0-9a-f]{32}$/u.test(text)

// Date.parse takes nearly everything that has a digit.
const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/u.test(text) &&
  !Number.isNaN(Date.parse(text))

const Since = Schema.String.check(
  Schema.makeFilter((text: string) => isId(text) || isTime(text), {
    expected: "a time such as 2026-03-01T12:00:00.000Z, or the id of a logged request"
  })
)

/** The parameters of the query. Those that are missing select every request. */
export const Query = Schema.Struct({
  operation: Schema.optionalKey(OperationName.OperationName),
  /** A SID or unique name, whichever of the two the request used. */
  room: Schema.optionalKey(Schema.String),
  /** A SID or identity, whichever of the two the request used. */
  participant: Schema.optionalKey(Schema.String),
  /** A status such as `404`, or a class such as `4xx`. */
  status: Schema.optionalKey(Status),
  /** Requests at or after a time, or after the request with an id. */
  since: Schema.optionalKey(Since)
})

export type Query = typeof Query.Type

const decode = Schema.decodeUnknownResult(Query, { onExcessProperty: "error" })

/** Reads a query from the names and values of its parameters. */
export const read = (query: Iterable<readonly [string, string]>): Result.Result<Query, SandboxError.SandboxError> => {
  const refuse = (detail: string) => SandboxError.make("invalid-request", `In the query: ${detail}`)
  const names = Array.from(query, ([name]) => name)
  const repeated = names.find((name, index) => names.indexOf(name) < index)
  if (repeated !== undefined) return Result.fail(refuse(`${JSON.stringify(repeated)} is given twice.`))
  return Result.mapError(decode(Object.fromEntries(query)), (error) => refuse(SandboxError.where(error)))
}

type Predicate = (facts: ReturnType<Entry["facts"]>) => boolean

/** Whether a time is in the life of a record. */
const isDuring = ({ created, ended }: RoomRecord | ParticipantRecord, at: string): boolean => {
  const time = Date.parse(at)
  return created <= time && (ended === undefined || time <= ended)
}

/** Whether a request is about a room, which it may name by SID, by unique name or in its changes. */
const isAbout = ({ rooms }: Store, wanted: string): Predicate => {
  const record = Sid.isRoomSid(wanted) ? rooms.get(wanted) : undefined
  const isWanted = (sid: string) => sid === wanted || rooms.get(sid)?.uniqueName === wanted
  return ({ at, changes, room }) =>
    (room !== undefined && isWanted(room)) ||
    // Rooms may have the same unique name one after the other.
    (record !== undefined && record.uniqueName === room && isDuring(record, at)) ||
    changes.some(({ roomSid }) => isWanted(roomSid))
}

/** Whether a request is about a participant, whom it may name by SID, by identity or in its changes. */
const isOf = (store: Store, wanted: string): Predicate => {
  const { participants } = store
  const record = Sid.isParticipantSid(wanted) ? participants.get(wanted) : undefined
  const isInRoom = isAbout(store, record?.room.sid ?? "")
  const isWanted = (sid: string) => sid === wanted || participants.get(sid)?.identity === wanted
  return (request) =>
    (request.participant !== undefined && isWanted(request.participant)) ||
    (record !== undefined &&
      record.identity === request.participant &&
      isDuring(record, request.at) &&
      isInRoom(request)) ||
    request.changes.some(({ participantSid }) => participantSid !== undefined && isWanted(participantSid))
}

const isSince = (since: string): Predicate => {
  if (isId(since)) return ({ id }) => id > since
  const time = Date.parse(since)
  return ({ at }) => Date.parse(at) >= time
}

const hasStatus = (wanted: string): Predicate => {
  const digits = wanted.replace("xx", "")
  return ({ status }) => status !== undefined && String(status).startsWith(digits)
}

/** What a query requires of a request, by parameter. */
export const criteria = (
  store: Store,
  { operation, participant, room, since, status }: Query
): ReadonlyArray<readonly [keyof Query, Predicate]> => {
  const found: Array<readonly [keyof Query, Predicate]> = []
  if (operation !== undefined) found.push(["operation", (request) => request.operation === operation])
  if (room !== undefined) found.push(["room", isAbout(store, room)])
  if (participant !== undefined) found.push(["participant", isOf(store, participant)])
  if (status !== undefined) found.push(["status", hasStatus(status)])
  if (since !== undefined) found.push(["since", isSince(since)])
  return found
}

/** The requests that a query selects. */
export const select = (store: Store, query: Query, entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> => {
  const all = criteria(store, query)
  if (all.length === 0) return entries
  return entries.filter((entry) => {
    const facts = entry.facts()
    return all.every(([, fits]) => fits(facts))
  })
}

const countBy = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string | number | undefined) => {
  const counts: Record<string, number> = {}
  for (const item of items) {
    const key = keyOf(item)
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

export const count = (entries: ReadonlyArray<Entry>, dropped: number): LoggedRequest.RequestCounts => ({
  count: entries.length,
  byOperation: countBy(entries, ({ operation }) => operation),
  byStatus: countBy(entries, ({ status }) => status),
  dropped
})

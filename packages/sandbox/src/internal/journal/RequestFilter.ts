/**
 * Selects and counts logged requests.
 */
import * as Sid from "@effect-twilio-video/core/Sid"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as LoggedRequest from "../../LoggedRequest.ts"
import * as OperationName from "../../OperationName.ts"
import * as SandboxError from "../../SandboxError.ts"
import type { Store } from "../engine/Store.ts"

const Status = Schema.String.check(Schema.isPattern(/^[1-5](?:\d\d|xx)$/u))

const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text))

const Since = Schema.String.check(
  Schema.makeFilter((text: string) => isId(text) || isTime(text), {
    expected: "a time such as 2026-03-01T12:00:00.000Z, or the id of a logged request"
  })
)

const isId = (text: string): boolean => /^RQ[0-9a-f]{32}$/u.test(text)

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
export const read = (query: Iterable<readonly [string, string]>): Result.Result<Query, SandboxError.SandboxError> =>
  Result.mapError(decode(Object.fromEntries(query)), (error) =>
    SandboxError.make("invalid-request", `In the query: ${SandboxError.where(error)}`)
  )

type Predicate = (request: LoggedRequest.LoggedRequest) => boolean

/** Whether a request is about a room, which it may name by SID, by unique name or in its changes. */
const isAbout = (store: Store, wanted: string): Predicate => {
  const found = store.findRoom(wanted)
  const names = new Set([wanted, found?.sid ?? wanted, found?.uniqueName ?? wanted])
  return ({ changes, room }) =>
    (room !== undefined && names.has(room)) || changes.some(({ roomSid }) => names.has(roomSid))
}

/** Whether a request is about a participant, whom it may name by SID, by identity or in its changes. */
const isOf = (store: Store, wanted: string): Predicate => {
  const identityOf = (sid: string) => store.participants.get(sid)?.identity
  return ({ changes, participant }) =>
    participant === wanted ||
    (participant !== undefined &&
      (Sid.isParticipantSid(wanted) ? identityOf(wanted) === participant : identityOf(participant) === wanted)) ||
    changes.some(({ participantSid = "" }) => participantSid === wanted || identityOf(participantSid) === wanted)
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
export const select = (
  store: Store,
  query: Query,
  requests: ReadonlyArray<LoggedRequest.LoggedRequest>
): ReadonlyArray<LoggedRequest.LoggedRequest> => {
  const all = criteria(store, query)
  return requests.filter((request) => all.every(([, fits]) => fits(request)))
}

const countBy = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string | number | undefined) => {
  const counts: Record<string, number> = {}
  for (const item of items) {
    const key = keyOf(item)
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

export const count = (
  requests: ReadonlyArray<LoggedRequest.LoggedRequest>,
  dropped: number
): LoggedRequest.RequestCounts => ({
  count: requests.length,
  byOperation: countBy(requests, ({ operation }) => operation),
  byStatus: countBy(requests, ({ status }) => status),
  dropped
})

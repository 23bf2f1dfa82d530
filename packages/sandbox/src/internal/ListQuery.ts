/**
 * A list of participants: what its query asks for, which participants that is, and the page URLs around them. Holds no
 * other operation.
 */
import * as ParticipantStatus from "@effect-twilio-video/core/ParticipantStatus"
import * as Wire from "@effect-twilio-video/http/ParticipantsWire"
import * as Result from "effect/Result"
import type { ParticipantRecord, RoomEngine, RoomRecord } from "./RoomEngine.ts"
import * as WireBody from "./WireBody.ts"

interface ListQuery {
  readonly status: ParticipantStatus.KnownParticipantStatus | undefined
  readonly identity: string | undefined
  /** Milliseconds. */
  readonly createdAfter: number | undefined
  readonly createdBefore: number | undefined
  readonly pageSize: number
  readonly page: number
  readonly pageToken: string | undefined
  /** The filters as they were sent, in Twilio's order, for the page URLs. */
  readonly echo: string
}

type Refusal = Result.Result<never, WireBody.ErrorBody>

const invalid = (engine: RoomEngine, parameter: string, problem: string): Refusal =>
  Result.fail(
    WireBody.error(400, engine.assumptions.invalidParameterCode, `Invalid value for parameter ${parameter}: ${problem}`)
  )

// A date, or a date and a time with `Z` or an offset; Twilio's libraries send both.
const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/u

const parseDate = (
  engine: RoomEngine,
  parameter: string,
  text: string | null
): Result.Result<number | undefined, WireBody.ErrorBody> => {
  if (text === null) return Result.succeed(undefined)
  const millis = isoDate.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(millis) ? invalid(engine, parameter, "not an ISO 8601 date") : Result.succeed(millis)
}

const parseInteger = (text: string | null): number | undefined =>
  text !== null && /^\d{1,9}$/u.test(text) ? Number(text) : undefined

const parsePageSize = (engine: RoomEngine, text: string | null): Result.Result<number, WireBody.ErrorBody> => {
  if (text === null) return Result.succeed(Wire.pageSize.default)
  const size = parseInteger(text)
  if (size === undefined || size < 1) return invalid(engine, Wire.parameters.pageSize, "not a whole number from 1")
  if (size <= Wire.pageSize.maximum) return Result.succeed(size)
  return engine.assumptions.pageSizeAboveMaximum === "clamp"
    ? Result.succeed(Wire.pageSize.maximum)
    : invalid(engine, Wire.parameters.pageSize, `above ${Wire.pageSize.maximum}`)
}

const parse = (engine: RoomEngine, query: URLSearchParams): Result.Result<ListQuery, WireBody.ErrorBody> =>
  Result.gen(function* () {
    const names = Wire.parameters
    const status = query.get(names.status)
    if (status !== null && !ParticipantStatus.isKnown(status)) {
      return yield* invalid(engine, names.status, "not connected, reconnecting or disconnected")
    }
    const createdAfter = yield* parseDate(engine, names.dateCreatedAfter, query.get(names.dateCreatedAfter))
    const createdBefore = yield* parseDate(engine, names.dateCreatedBefore, query.get(names.dateCreatedBefore))
    const pageSize = yield* parsePageSize(engine, query.get(names.pageSize))
    const pageText = query.get(names.page)
    const page = pageText === null ? 0 : parseInteger(pageText)
    if (page === undefined) return yield* invalid(engine, names.page, "not a whole number from 0")
    let echo = ""
    for (const name of [names.status, names.dateCreatedAfter, names.dateCreatedBefore, names.identity]) {
      const value = query.get(name)
      if (value !== null) echo += `${name}=${encodeURIComponent(value)}&`
    }
    return {
      status: status ?? undefined,
      identity: query.get(names.identity) ?? undefined,
      createdAfter,
      createdBefore,
      pageSize,
      page,
      pageToken: query.get(names.pageToken) ?? undefined,
      echo
    }
  })

type Matches = (participant: ParticipantRecord) => boolean

const matcher = (engine: RoomEngine, room: RoomRecord, query: ListQuery): Matches => {
  const { assumptions } = engine
  const completed = room.ended !== undefined
  const ofStatus: Matches =
    query.status !== undefined
      ? (participant) => participant.status === query.status
      : completed
        ? (participant) => participant.status === "disconnected"
        : (participant) =>
            participant.status === "connected" ||
            (assumptions.defaultListHasReconnecting && participant.status === "reconnecting")
  const { createdAfter, createdBefore, identity } = query
  return (participant) => {
    if (!ofStatus(participant)) return false
    if (identity !== undefined && participant.identity !== identity) return false
    if (createdAfter === undefined && createdBefore === undefined) return true
    // What is compared is what is shown, or a filter would disagree with the list it filters.
    const created = Math.floor(participant.created / 1000) * 1000
    if (
      createdAfter !== undefined &&
      !(created > createdAfter || (assumptions.dateCreatedAfterInclusive && created === createdAfter))
    ) {
      return false
    }
    return (
      createdBefore === undefined ||
      created < createdBefore ||
      (assumptions.dateCreatedBeforeInclusive && created === createdBefore)
    )
  }
}

interface Slice {
  readonly items: ReadonlyArray<ParticipantRecord>
  readonly before: boolean
  readonly after: boolean
}

// Walks from a place in the room's order and stops one match past the page, so that a page costs what is on it. Since
// nobody is ever taken out of the order, a token stays good while people come and go.
const walk = (
  participants: ReadonlyArray<ParticipantRecord>,
  from: number,
  step: 1 | -1,
  limit: number,
  matches: Matches
): { readonly found: Array<ParticipantRecord>; readonly more: boolean } => {
  const found: Array<ParticipantRecord> = []
  for (let i = from; i >= 0 && i < participants.length; i += step) {
    const participant = participants[i]
    if (participant === undefined || !matches(participant)) continue
    if (found.length === limit) return { found, more: true }
    found.push(participant)
  }
  return { found, more: false }
}

const slice = (engine: RoomEngine, room: RoomRecord, query: ListQuery): Result.Result<Slice, WireBody.ErrorBody> => {
  const { participants } = room
  const matches = matcher(engine, room, query)
  const forward = engine.assumptions.listOrder === "newest-first" ? -1 : 1
  const backward = forward === -1 ? 1 : -1
  const start = forward === -1 ? participants.length - 1 : 0
  const token = query.pageToken === undefined ? undefined : /^P([AB])(PA[0-9a-f]{32})$/u.exec(query.pageToken)
  const anchor = token?.[2] === undefined ? undefined : engine.participants.get(token[2])
  if (anchor === undefined || anchor.room !== room) {
    if (query.pageToken !== undefined && engine.assumptions.unknownPageToken === "refuse") {
      return Result.fail(WireBody.error(400, 21481, "Invalid PageToken"))
    }
    const first = walk(participants, start, forward, query.pageSize, matches)
    return Result.succeed({ items: first.found, before: false, after: first.more })
  }
  if (token?.[1] === "A") {
    const next = walk(participants, anchor.index + forward, forward, query.pageSize, matches)
    const before = walk(participants, anchor.index, backward, 0, matches).more
    return Result.succeed({ items: next.found, before, after: next.more })
  }
  const previous = walk(participants, anchor.index + backward, backward, query.pageSize, matches)
  const after = walk(participants, anchor.index, forward, 0, matches).more
  return Result.succeed({ items: previous.found.reverse(), before: previous.more, after })
}

/**
 * Answers a list request. `path` is the path as it was asked, which Twilio echoes in the page URLs.
 */
export const answer = (
  engine: RoomEngine,
  room: RoomRecord,
  origin: string,
  path: string,
  search: URLSearchParams
): Result.Result<unknown, WireBody.ErrorBody> =>
  Result.gen(function* () {
    const query = yield* parse(engine, search)
    const { after, before, items } = yield* slice(engine, room, query)
    const names = Wire.parameters
    const base = `${origin}${path}?${query.echo}${names.pageSize}=${query.pageSize}&${names.page}=`
    const at = (page: number, token: string | undefined) =>
      `${base}${page}${token === undefined ? "" : `&${names.pageToken}=${encodeURIComponent(token)}`}`
    const first = items[0]
    const last = items.at(-1)
    return {
      [Wire.listKey]: items.map((participant) => WireBody.participant(origin, engine.accountSid, participant)),
      meta: {
        page: query.page,
        page_size: query.pageSize,
        first_page_url: at(0, undefined),
        previous_page_url: before && first !== undefined ? at(Math.max(0, query.page - 1), `PB${first.sid}`) : null,
        url: at(query.page, query.pageToken),
        next_page_url: after && last !== undefined ? at(query.page + 1, `PA${last.sid}`) : null,
        key: Wire.listKey
      }
    }
  })

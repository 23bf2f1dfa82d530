/**
 * Makes one page of a list: selects its records and writes its page URLs.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import type * as Selection from "../engine/Selection.ts"
import * as QueryParameter from "./QueryParameter.ts"
import type * as RequestUrl from "../wire/RequestUrl.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"

export interface List<R extends Selection.Positioned> {
  readonly key: (typeof Wire.listKeys)[keyof typeof Wire.listKeys]
  readonly records: Selection.Selection<R>
  /** Finds a record that is or was in this list. */
  readonly find: (sid: string) => Selection.Positioned | undefined
  readonly show: (record: R) => unknown
  /** The filters as sent, in Twilio's order, for the page URLs. */
  readonly echo: string
}

interface Slice<R> {
  readonly items: ReadonlyArray<R>
  readonly before: boolean
  readonly after: boolean
}

const parsePageSize = (
  assumptions: Assumptions.Assumptions,
  text: string | null
): Result.Result<number, ErrorBody.ErrorBody> => {
  if (text === null) return Result.succeed(Wire.pageSize.default)
  const size = QueryParameter.integer(text)
  if (size === undefined) return QueryParameter.invalid(assumptions, Wire.parameters.pageSize, "not a whole number")
  if (size < 1) return QueryParameter.invalid(assumptions, Wire.parameters.pageSize, "below 1")
  if (size <= Wire.pageSize.maximum) return Result.succeed(size)
  return assumptions.pageSizeAboveMaximum === "clamp"
    ? Result.succeed(Wire.pageSize.maximum)
    : QueryParameter.invalid(assumptions, Wire.parameters.pageSize, `above ${Wire.pageSize.maximum}`)
}

// Looks one record beyond the page, so that the cost depends on the page and not on the list. Positions never change, so
// a page token stays valid while records are added and removed.
const walk = <R extends Selection.Positioned>(
  { next, previous }: Selection.Selection<R>,
  from: number,
  step: 1 | -1,
  limit: number
): { readonly found: Array<R>; readonly more: boolean } => {
  const found: Array<R> = []
  const find = step === 1 ? next : previous
  for (let record = find(from); record !== undefined; record = find(record.position + step)) {
    if (found.length === limit) return { found, more: true }
    found.push(record)
  }
  return { found, more: false }
}

const slice = <R extends Selection.Positioned>(
  assumptions: Assumptions.Assumptions,
  list: List<R>,
  pageSize: number,
  pageToken: string | undefined
): Result.Result<Slice<R>, ErrorBody.ErrorBody> => {
  const { records } = list
  const forward = assumptions.listOrder === "newest-first" ? -1 : 1
  const backward = forward === -1 ? 1 : -1
  const token = pageToken === undefined ? undefined : /^P([AB])([A-Z]{2}[0-9a-fA-F]{32})$/u.exec(pageToken)
  const anchor = token?.[2] === undefined ? undefined : list.find(token[2])
  if (anchor === undefined) {
    if (pageToken === "" || (pageToken !== undefined && assumptions.unknownPageToken === "refuse")) {
      return Result.fail(ErrorBody.make(400, 21481, "Invalid PageToken"))
    }
    const first = walk(records, forward === 1 ? 0 : Number.MAX_SAFE_INTEGER, forward, pageSize)
    return Result.succeed({ items: first.found, before: false, after: first.more })
  }
  // The anchor may have left the list, or may not match the filters anymore: only its position counts. If it still does,
  // it's a record before or after the page.
  const { position } = anchor
  if (token?.[1] === "A") {
    const next = walk(records, position + forward, forward, pageSize)
    return Result.succeed({ items: next.found, before: walk(records, position, backward, 0).more, after: next.more })
  }
  const previous = walk(records, position + backward, backward, pageSize)
  const after = walk(records, position, forward, 0).more
  return Result.succeed({ items: previous.found.reverse(), before: previous.more, after })
}

/** The body of a page. Its URLs repeat the path of the request. */
export const make = <R extends Selection.Positioned>(
  assumptions: Assumptions.Assumptions,
  url: RequestUrl.RequestUrl,
  list: List<R>
): Result.Result<unknown, ErrorBody.ErrorBody> =>
  Result.gen(function* () {
    const names = Wire.parameters
    const pageSize = yield* parsePageSize(assumptions, url.search.get(names.pageSize))
    const pageText = url.search.get(names.page)
    const page = pageText === null ? 0 : QueryParameter.integer(pageText)
    if (page === undefined || page < 0) {
      return yield* QueryParameter.invalid(assumptions, names.page, "not a whole number from 0")
    }
    const pageToken = url.search.get(names.pageToken) ?? undefined
    const { after, before, items } = yield* slice(assumptions, list, pageSize, pageToken)
    const base = `${url.origin}${url.path}?${list.echo}${names.pageSize}=${pageSize}&${names.page}=`
    const at = (page: number, token: string | undefined) =>
      `${base}${page}${token === undefined ? "" : `&${names.pageToken}=${encodeURIComponent(token)}`}`
    const first = items[0]
    const last = items.at(-1)
    return {
      [list.key]: items.map(list.show),
      meta: {
        page,
        page_size: pageSize,
        first_page_url: at(0, undefined),
        previous_page_url: before && first !== undefined ? at(Math.max(0, page - 1), `PB${first.sid}`) : null,
        url: at(page, pageToken),
        next_page_url: after && last !== undefined ? at(page + 1, `PA${last.sid}`) : null,
        key: list.key
      }
    }
  })

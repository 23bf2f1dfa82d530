/**
 * Reads query parameters as Twilio does: dates, whole numbers, enumerated words and other filters.
 */
import * as Wire from "@effect-twilio-video/http/VideoWire"
import * as Result from "effect/Result"
import type * as Assumptions from "../../Assumptions.ts"
import * as ErrorBody from "../wire/ErrorBody.ts"

export const invalid = (
  assumptions: Assumptions.Assumptions,
  parameter: string,
  problem: string
): Result.Result<never, ErrorBody.ErrorBody> =>
  Result.fail(
    ErrorBody.make(400, assumptions.invalidParameterCode, `Invalid value for parameter ${parameter}: ${problem}`)
  )

export const integer = (text: string): number | undefined => (/^-?\d{1,9}$/u.test(text) ? Number(text) : undefined)

// A date, or a date and a time with `Z` or an offset; Twilio's libraries send both.
const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/u

// Date.parse reads 30 February as 2 March.
const isInCalendar = (date: string): boolean => {
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}

const date = (
  assumptions: Assumptions.Assumptions,
  parameter: string,
  text: string | null
): Result.Result<number | undefined, ErrorBody.ErrorBody> => {
  if (text === null) return Result.succeed(undefined)
  const millis = isoDate.test(text) && isInCalendar(text.slice(0, 10)) ? Date.parse(text) : Number.NaN
  return Number.isNaN(millis) ? invalid(assumptions, parameter, "not an ISO 8601 date") : Result.succeed(millis)
}

/** A word that the guard accepts; undefined if the parameter is missing. */
export const word = <A extends string>(
  assumptions: Assumptions.Assumptions,
  parameter: string,
  text: string | null,
  isKnown: (text: string) => text is A,
  problem: string
): Result.Result<A | undefined, ErrorBody.ErrorBody> => {
  if (text === null) return Result.succeed(undefined)
  return isKnown(text) ? Result.succeed(text) : invalid(assumptions, parameter, problem)
}

/** Any text except an empty one, which would match no record. */
export const filter = (
  assumptions: Assumptions.Assumptions,
  parameter: string,
  text: string | null
): Result.Result<string | undefined, ErrorBody.ErrorBody> =>
  text === "" ? invalid(assumptions, parameter, "empty") : Result.succeed(text ?? undefined)

export interface Inclusive {
  readonly after: boolean
  readonly before: boolean
}

/** Milliseconds since 1970, from a time to before another. */
export interface Period {
  readonly from: number
  readonly to: number
}

/** When a record was created, in whole seconds: bodies show these, and a filter must agree with them. */
export const secondOf = ({ created }: { readonly created: number }): number => Math.floor(created / 1000) * 1000

/** The period of `DateCreatedAfter` and `DateCreatedBefore`, for {@link secondOf}. */
export const createdWithin = (
  assumptions: Assumptions.Assumptions,
  query: URLSearchParams,
  inclusive: Inclusive
): Result.Result<Period, ErrorBody.ErrorBody> =>
  Result.gen(function* () {
    const names = Wire.parameters
    const after = yield* date(assumptions, names.dateCreatedAfter, query.get(names.dateCreatedAfter))
    const before = yield* date(assumptions, names.dateCreatedBefore, query.get(names.dateCreatedBefore))
    return {
      from: after === undefined ? Number.NEGATIVE_INFINITY : after + (inclusive.after ? 0 : 1),
      to: before === undefined ? Number.POSITIVE_INFINITY : before + (inclusive.before ? 1 : 0)
    }
  })

/** The parameters with these names, encoded for page URLs. */
export const echo = (query: URLSearchParams, names: ReadonlyArray<string>): string => {
  let text = ""
  for (const name of names) {
    const value = query.get(name)
    if (value !== null) text += `${name}=${encodeURIComponent(value)}&`
  }
  return text
}

/**
 * How members of status callback events are read from a form's text and written to it. Holds no event. Without
 * `Schema`, which alone would be most of a receiver's bundle.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as SidPattern from "./SidPattern.ts"

/** A member: what a parameter's text means, or nothing where it cannot mean anything; and the text of a value. */
export interface Field<A> {
  readonly read: (text: string) => A | undefined
  // A method, so that fields of all types are fields of unknown ones: what a table has read, it writes.
  write(value: A): string | undefined
  /** What it is if the parameter is missing or empty; one without this must be there. */
  readonly missing?: A
}

export const text: Field<string> = { read: (text) => text, write: (value) => value }

/** A brand says that the pattern was checked, which it is here. */
export const sid = <S extends string>(prefix: string): Field<S> => {
  const pattern = SidPattern.make(prefix)
  return { read: (text) => (pattern.test(text) ? (text as S) : undefined), write: (value) => value }
}

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/u

/** With or without milliseconds: Twilio does not say which. */
export const date: Field<DateTime.Utc> = {
  read: (text) => {
    const millis = iso.test(text) ? Date.parse(text) : NaN
    return Number.isNaN(millis) ? undefined : DateTime.makeUnsafe(millis)
  },
  write: (value) => new Date(value.epochMilliseconds).toISOString()
}

const numeral = /^\d+(\.\d+)?$/u

const number = (text: string): number | undefined => {
  const value = numeral.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : undefined
}

export const count: Field<number> = {
  read: (text) => {
    const value = number(text)
    return Number.isSafeInteger(value) ? value : undefined
  },
  write: String
}

const duration = (unit: number): Field<Duration.Duration> => ({
  read: (text) => {
    const value = number(text)
    return value === undefined ? undefined : Duration.millis(value * unit)
  },
  write: (value) => String(Math.floor(Duration.toMillis(value) / unit))
})

export const seconds = duration(1000)

export const milliseconds = duration(1)

export const optional = <A>(field: Field<A>): Field<Option.Option<A>> => ({
  read: (text) => {
    const value = field.read(text)
    return value === undefined ? undefined : Option.some(value)
  },
  write: (value) => (Option.isSome(value) ? field.write(value.value) : undefined),
  missing: Option.none()
})

/** What a program can do without: unreadable text counts as missing. */
export const advice = <A>(field: Field<A>): Field<Option.Option<A>> => ({
  ...optional(field),
  read: (text) => Option.fromUndefinedOr(field.read(text))
})

/**
 * Reads the members of status callback events from a form's text, and writes them.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as SidPattern from "./SidPattern.ts"

export interface Field<A> {
  /** `undefined` for invalid text. */
  readonly read: (text: string) => A | undefined
  // A method, so that every field is a `Field<unknown>`.
  write(value: A): string | undefined
  /** The value if the parameter is missing or empty. A field without this is required. */
  readonly missing?: A
}

export const text: Field<string> = { read: (text) => text, write: (value) => value }

/** The cast to a branded SID is safe, because the pattern is the one that the brand stands for. */
export const sid = <S extends string>(prefix: string): Field<S> => {
  const pattern = SidPattern.make(prefix)
  return { read: (text) => (pattern.test(text) ? (text as S) : undefined), write: (value) => value }
}

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/u

/** With or without milliseconds, because Twilio doesn't say which it sends. */
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

/** An optional field that treats invalid text as missing. */
export const lenient = <A>(field: Field<A>): Field<Option.Option<A>> => ({
  ...optional(field),
  read: (text) => Option.fromUndefinedOr(field.read(text))
})

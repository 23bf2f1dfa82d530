/**
 * Query and form parameters: how each kind of value is checked and written, and a whole set of them in order. Holds no
 * operation.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Wire from "../../VideoWire.ts"
import * as Address from "../wire/Address.ts"

/** A value as sent, percent-encoded. */
interface Written {
  readonly values: ReadonlyArray<string>
  /** Does it hold text that the application chose? */
  readonly hasTexts: boolean
}

type Outcome = Result.Result<Written, TwilioError.InvalidArgument>

export type Encoder<in A> = (argument: string, value: A) => Outcome

const plain = (...values: ReadonlyArray<string>): Outcome => Result.succeed({ values, hasTexts: false })

const encoded = (argument: string, value: string, hasTexts: boolean): Outcome => {
  const text = Address.encode(value)
  return text === undefined
    ? Result.fail(Address.invalid(argument, "is not well-formed Unicode"))
    : Result.succeed({ values: [text], hasTexts })
}

// Twilio might take an empty filter for no filter, and answer with everybody.
const nonEmpty = (argument: string, value: string, hasTexts: boolean): Outcome =>
  value === "" ? Result.fail(Address.invalid(argument, "is empty")) : encoded(argument, value, hasTexts)

/** A text that an application chose. */
export const text: Encoder<string> = (argument, value) => nonEmpty(argument, value, true)

/** One of Twilio's own words. */
export const word: Encoder<string> = (argument, value) => nonEmpty(argument, value, false)

export const words: Encoder<ReadonlyArray<string>> = (argument, value) =>
  value.length === 0
    ? Result.fail(Address.invalid(argument, "is empty; leave it out instead"))
    : Result.map(Result.all(value.map((item) => word(argument, item))), (items) => ({
        values: items.flatMap((item) => item.values),
        hasTexts: false
      }))

export const flag: Encoder<boolean> = (_, value) => plain(String(value))

export const count: Encoder<number> = (argument, value) =>
  Number.isSafeInteger(value) && value >= 0
    ? plain(String(value))
    : Result.fail(Address.invalid(argument, "is not a whole number"))

export const pageSize: Encoder<number> = (argument, value) =>
  Number.isInteger(value) && value >= 1 && value <= Wire.pageSize.maximum
    ? plain(String(value))
    : Result.fail(Address.invalid(argument, `is not a whole number from 1 to ${Wire.pageSize.maximum}`))

export const date: Encoder<DateTime.DateTime.Input> = (argument, value) =>
  Option.match(DateTime.make(value), {
    onNone: () => Result.fail(Address.invalid(argument, "is not a date")),
    onSome: (date) => plain(encodeURIComponent(TwilioDate.format(date)))
  })

const whole =
  (millis: number, unit: string): Encoder<Duration.Input> =>
  (argument, value) => {
    // `Duration` takes NaN for zero.
    const duration = Number.isNaN(value) ? Option.none() : Duration.fromInput(value)
    const units = Option.match(duration, {
      onNone: () => Number.NaN,
      onSome: (duration) => Duration.toMillis(duration) / millis
    })
    return Number.isSafeInteger(units) && units >= 0
      ? plain(String(units))
      : Result.fail(Address.invalid(argument, `is not a whole number of ${unit}`))
  }

export const seconds = whole(1000, "seconds")

export const minutes = whole(60_000, "minutes")

/** JSON in a parameter, for an object. */
export const json: Encoder<object> = (argument, value) => {
  try {
    // A function has no JSON, and does not throw.
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return encoded(argument, text, true)
  } catch {
    // A circle or a BigInt.
  }
  return Result.fail(Address.invalid(argument, "cannot be written as JSON"))
}

/** Subscribe rules, which recording rules share the grammar of. */
export const rules: Encoder<ReadonlyArray<SubscribeRule.SubscribeRule>> = (argument, value) =>
  Result.match(SubscribeRule.check(value), {
    onFailure: (problem) => Result.fail(Address.invalid(argument, problem)),
    onSuccess: (rules) =>
      encoded(
        argument,
        JSON.stringify(rules),
        rules.some(({ publisher, track }) => publisher !== undefined || track !== undefined)
      )
  })

type Name = keyof typeof Wire.parameters

/** How each option of an operation is written, in the order in which it is sent. */
export type Table<Options> = { readonly [K in keyof Options & Name]-?: Encoder<Exclude<Options[K], undefined>> }

export interface Encoded {
  readonly text: string
  /** Does it hold text that the application chose? */
  readonly hasTexts: boolean
}

/** Writes the options that are given, and refuses the first that cannot be sent. */
export const encode = <Options extends { readonly [K in keyof Options]: unknown }>(
  table: Table<Options>,
  options: Options
): Result.Result<Encoded, TwilioError.InvalidArgument> => {
  const parts: Array<string> = []
  let hasTexts = false
  const add = <K extends keyof Table<Options>>(name: K): Outcome | undefined => {
    const value = options[name]
    return value === undefined ? undefined : table[name](name, value as Exclude<Options[K], undefined>) // Just checked.
  }
  for (const name of Object.keys(table) as Array<keyof Table<Options>>) {
    const written = add(name)
    if (written === undefined) continue
    if (Result.isFailure(written)) return Result.fail(written.failure)
    for (const one of written.success.values) parts.push(`${Wire.parameterName(name)}=${one}`)
    hasTexts ||= written.success.hasTexts
  }
  return Result.succeed({ text: parts.join("&"), hasTexts })
}

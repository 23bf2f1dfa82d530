/**
 * Query and form parameters: checks and encodes each kind of value, and all options of an operation in order.
 */
import * as SubscribeRule from "@effect-twilio-video/core/SubscribeRule"
import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
import type * as TwilioError from "@effect-twilio-video/core/TwilioError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as VideoWire from "../../VideoWire.ts"
import * as RequestPath from "../wire/RequestPath.ts"

/** A value as sent, percent-encoded; a list of values repeats its parameter. */
interface Encoded {
  readonly values: ReadonlyArray<string>
  /** Does it contain text of the application, such as a name? */
  readonly hasUserText: boolean
}

type EncodeResult = Result.Result<Encoded, TwilioError.InvalidArgument>

export type Encoder<in A> = (argument: string, value: A) => EncodeResult

const invalid = (argument: string, problem: string): EncodeResult =>
  Result.fail(RequestPath.invalidArgument(argument, problem))

const literal = (...values: ReadonlyArray<string>): EncodeResult => Result.succeed({ values, hasUserText: false })

const encodeText = (argument: string, value: string, hasUserText: boolean): EncodeResult => {
  const text = RequestPath.percentEncode(value)
  return text === undefined
    ? invalid(argument, "is not well-formed Unicode")
    : Result.succeed({ values: [text], hasUserText })
}

// Twilio could take an empty filter for no filter, and respond with every participant.
const nonEmpty = (argument: string, value: string, hasUserText: boolean): EncodeResult =>
  value === "" ? invalid(argument, "is empty") : encodeText(argument, value, hasUserText)

/** Text of the application. */
export const text: Encoder<string> = (argument, value) => nonEmpty(argument, value, true)

/** One of Twilio's keywords. */
export const keyword: Encoder<string> = (argument, value) => nonEmpty(argument, value, false)

export const keywords: Encoder<ReadonlyArray<string>> = (argument, value) =>
  value.length === 0
    ? invalid(argument, "is empty; omit it instead")
    : Result.map(Result.all(value.map((item) => keyword(argument, item))), (items) => ({
        values: items.flatMap(({ values }) => values),
        hasUserText: false
      }))

export const flag: Encoder<boolean> = (_, value) => literal(String(value))

export const count: Encoder<number> = (argument, value) =>
  Number.isSafeInteger(value) && value >= 0 ? literal(String(value)) : invalid(argument, "is not a whole number")

export const pageSize: Encoder<number> = (argument, value) =>
  Number.isInteger(value) && value >= 1 && value <= VideoWire.pageSize.maximum
    ? literal(String(value))
    : invalid(argument, `is not a whole number from 1 to ${VideoWire.pageSize.maximum}`)

export const date: Encoder<DateTime.DateTime.Input> = (argument, value) =>
  Option.match(DateTime.make(value), {
    onNone: () => invalid(argument, "is not a date"),
    onSome: (date) => literal(encodeURIComponent(TwilioDate.format(date)))
  })

const wholeUnits =
  (unitMillis: number, unit: string): Encoder<Duration.Input> =>
  (argument, value) => {
    // `Duration` takes NaN for zero.
    const duration = Number.isNaN(value) ? Option.none() : Duration.fromInput(value)
    const units = Option.match(duration, {
      onNone: () => Number.NaN,
      onSome: (duration) => Duration.toMillis(duration) / unitMillis
    })
    return Number.isSafeInteger(units) && units >= 0
      ? literal(String(units))
      : invalid(argument, `is not a whole number of ${unit}`)
  }

export const seconds = wholeUnits(1000, "seconds")

export const minutes = wholeUnits(60_000, "minutes")

/** An object as JSON. */
export const json: Encoder<object> = (argument, value) => {
  try {
    // `undefined` for a function.
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return encodeText(argument, text, true)
  } catch {
    // A circular reference or a BigInt.
  }
  return invalid(argument, "can't be serialized as JSON")
}

/** Subscribe rules; recording rules have the same grammar. */
export const rules: Encoder<ReadonlyArray<SubscribeRule.SubscribeRule>> = (argument, value) =>
  Result.match(SubscribeRule.check(value), {
    onFailure: (problem) => invalid(argument, problem),
    onSuccess: (rules) =>
      encodeText(
        argument,
        JSON.stringify(rules),
        rules.some(({ publisher, track }) => publisher !== undefined || track !== undefined)
      )
  })

type Name = keyof typeof VideoWire.parameters

/** The encoder of each option of an operation, in the order in which they are sent. */
export type Encoders<Options> = { readonly [K in keyof Options & Name]-?: Encoder<Exclude<Options[K], undefined>> }

/** Encodes the options that are given; fails for the first invalid one. */
export const encode = <Options extends { readonly [K in keyof Options]: unknown }>(
  encoders: Encoders<Options>,
  options: Options
): Result.Result<{ readonly text: string; readonly hasUserText: boolean }, TwilioError.InvalidArgument> => {
  const parts: Array<string> = []
  let hasUserText = false
  const encodeOption = <K extends keyof Encoders<Options>>(name: K): EncodeResult | undefined => {
    const value = options[name]
    return value === undefined ? undefined : encoders[name](name, value as Exclude<Options[K], undefined>) // Just checked.
  }
  for (const name of Object.keys(encoders) as Array<keyof Encoders<Options>>) {
    const encoded = encodeOption(name)
    if (encoded === undefined) continue
    if (Result.isFailure(encoded)) return Result.fail(encoded.failure)
    for (const value of encoded.success.values) parts.push(`${VideoWire.parameterName(name)}=${value}`)
    hasUserText ||= encoded.success.hasUserText
  }
  return Result.succeed({ text: parts.join("&"), hasUserText })
}

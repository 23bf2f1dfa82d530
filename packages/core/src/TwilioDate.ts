/**
 * Dates in the format of Twilio Video: ISO 8601 in UTC with whole seconds, such as `2017-12-13T23:37:31Z`.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as RecordDecoder from "./internal/RecordDecoder.ts"

/** The end of the last year with four digits, 9999. */
const latestMillis = 253_402_300_799_999

/**
 * Formats a date as Twilio does, truncated to whole seconds.
 *
 * @example
 * ```ts
 * import * as TwilioDate from "@effect-twilio-video/core/TwilioDate"
 * import * as DateTime from "effect/DateTime"
 *
 * TwilioDate.format(DateTime.makeUnsafe("2017-12-13T23:37:31.900Z")) // => "2017-12-13T23:37:31Z"
 * ```
 * @category formatting
 * @since 0.1.0
 */
export const format = (date: DateTime.DateTime): string => formatMillis(date.epochMilliseconds)

/**
 * Formats milliseconds since 1970 as Twilio does.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatMillis = (millis: number): string =>
  `${new Date(Math.floor(millis / 1000) * 1000).toISOString().slice(0, -5)}Z`

const read = SchemaGetter.dateTimeUtcFromInput<string>()

const write = SchemaGetter.transform(format)

// Schema.DateTimeUtc would put the row "one fetch" of `pnpm size` over its budget. In JSON, this one has Twilio's
// format.
const Utc = Schema.declare((value): value is DateTime.Utc => DateTime.isDateTime(value) && DateTime.isUtc(value), {
  expected: "DateTime.Utc",
  toCodecJson: () => Schema.link<DateTime.Utc>()(Schema.String, { decode: read, encode: write }),
  toCodecArbitrary: () =>
    Schema.link<DateTime.Utc>()(Schema.Int, {
      decode: SchemaGetter.transform((int) => DateTime.makeUnsafe(Math.abs(int) % latestMillis)),
      encode: SchemaGetter.transform((date) => date.epochMilliseconds)
    })
})

/**
 * The codec between Twilio's format and `DateTime.Utc`. Also decodes text with milliseconds or an offset.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TwilioDate: Schema.Codec<DateTime.Utc, string> = RecordDecoder.withReader(
  Schema.String.pipe(Schema.decodeTo(Utc, { decode: read, encode: write })),
  RecordDecoder.date
)

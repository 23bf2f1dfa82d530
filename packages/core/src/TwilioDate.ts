/**
 * Dates as Twilio Video writes them: ISO 8601 in UTC, whole seconds, `Z` at the end. Holds the codec between that text
 * and `DateTime.Utc`, and no time zone arithmetic.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** The end of the year 9999, the last that has four digits. */
const latestMillis = 253_402_300_799_999

/**
 * Writes a point in time as Twilio does, without milliseconds. What is below a second is cut off, never rounded up.
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
export const format = (date: DateTime.DateTime): string => formatMillis(DateTime.toEpochMillis(date))

/**
 * Writes milliseconds since 1970 as Twilio does; for code that makes records in numbers.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatMillis = (millis: number): string =>
  `${new Date(Math.floor(millis / 1000) * 1000).toISOString().slice(0, -5)}Z`

const read = SchemaGetter.dateTimeUtcFromInput<string>()

const write = SchemaGetter.transform(format)

// As Schema.DateTimeUtc, but written as Twilio does in JSON of any kind, and lighter in a bundle.
const Utc = Schema.declare((value): value is DateTime.Utc => DateTime.isDateTime(value) && DateTime.isUtc(value), {
  expected: "DateTime.Utc",
  toCodecJson: () => Schema.link<DateTime.Utc>()(Schema.String, { decode: read, encode: write }),
  toCodecArbitrary: () =>
    Schema.link<DateTime.Utc>()(Schema.Int, {
      decode: SchemaGetter.transform((int) => DateTime.fromDateUnsafe(new Date(Math.abs(int) % latestMillis))),
      encode: SchemaGetter.transform(DateTime.toEpochMillis)
    })
})

/**
 * The codec between Twilio's text and `DateTime.Utc`. Text with milliseconds or an offset is read as well.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TwilioDate: Schema.Codec<DateTime.Utc, string> = Schema.String.pipe(
  Schema.decodeTo(Utc, { decode: read, encode: write })
)

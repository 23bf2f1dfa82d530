/**
 * Dates as Twilio Video writes them: ISO 8601 in UTC, whole seconds, `Z` at the end. Holds the codec between that text
 * and `DateTime.Utc`, and no time zone arithmetic.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

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

/**
 * The codec between Twilio's text and `DateTime.Utc`. Text with milliseconds or an offset is read as well.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TwilioDate: Schema.Codec<DateTime.Utc, string> = Schema.String.pipe(
  Schema.decodeTo(Schema.DateTimeUtc, {
    decode: SchemaGetter.dateTimeUtcFromInput<string>(),
    encode: SchemaGetter.transform(format)
  })
)

/**
 * Codecs of members that Twilio may omit or send as null. Both decode as `None` and are encoded as null.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Sid from "../Sid.ts"
import * as TwilioDate from "../TwilioDate.ts"
import * as RecordDecoder from "./RecordDecoder.ts"
import * as SidPattern from "./SidPattern.ts"

const optional = <S extends Schema.Top>(schema: S, read: RecordDecoder.Read<unknown>) =>
  RecordDecoder.withReader(
    Schema.OptionFromOptionalNullOr(schema, { onNoneEncoding: null }),
    RecordDecoder.optional(read)
  )

/** A duration in whole units of so many milliseconds. */
const duration = (unit: number) =>
  Schema.Int.pipe(
    Schema.decodeTo(Schema.Duration, {
      decode: SchemaGetter.transform((count: number) => Duration.millis(count * unit)),
      encode: SchemaGetter.transform((duration: Duration.Duration) => Math.floor(Duration.toMillis(duration) / unit))
    })
  )

export const seconds = optional(duration(1000), RecordDecoder.duration(1000))

export const minutes = optional(duration(60_000), RecordDecoder.duration(60_000))

export const date = optional(TwilioDate.TwilioDate, RecordDecoder.date)

export const text = optional(Schema.String, RecordDecoder.text)

export const accountSid = optional(Sid.AccountSid, RecordDecoder.matching(SidPattern.make("AC")))

export const boolean = optional(Schema.Boolean, RecordDecoder.boolean)

export const count = optional(Schema.Int, RecordDecoder.count)

const wireMap = Schema.optional(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)))

/** Keeps the links that are strings. Older records lack some links, or all of them. */
export const links = RecordDecoder.withReader(
  wireMap.pipe(
    Schema.decodeTo(
      Schema.Record(Schema.String, Schema.String),
      SchemaTransformation.transformOptional({
        decode: (wire) => {
          const links = Object.entries(Option.getOrUndefined(wire) ?? {})
          return Option.some(
            Object.fromEntries(links.filter((link): link is [string, string] => Predicate.isString(link[1])))
          )
        },
        encode: (links) => links
      })
    )
  ),
  RecordDecoder.links
)

/** Missing and null decode as an empty list. */
export const texts = Schema.optional(Schema.NullOr(Schema.Array(Schema.String))).pipe(
  Schema.decodeTo(
    Schema.Array(Schema.String),
    SchemaTransformation.transformOptional({
      decode: (wire) =>
        Option.some(Option.getOrElse(Option.filter(wire, Predicate.isNotNullish), (): ReadonlyArray<string> => [])),
      encode: (texts) => texts
    })
  )
)

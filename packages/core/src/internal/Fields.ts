/**
 * Codecs of what Twilio's records have in common: members that may be missing or null, durations in whole units, and
 * the open map of links. Holds no record.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Sid from "../Sid.ts"
import * as TwilioDate from "../TwilioDate.ts"

/** Missing and null are the same, and are written as null. */
export const optional = <S extends Schema.Top>(schema: S) =>
  Schema.OptionFromOptionalNullOr(schema, { onNoneEncoding: null })

const whole = (decode: (units: number) => Duration.Duration, encode: (duration: Duration.Duration) => number) =>
  Schema.Int.pipe(
    Schema.decodeTo(Schema.Duration, {
      decode: SchemaGetter.transform(decode),
      encode: SchemaGetter.transform((duration: Duration.Duration) => Math.floor(encode(duration)))
    })
  )

export const seconds = optional(whole(Duration.seconds, Duration.toSeconds))

export const minutes = optional(whole(Duration.minutes, Duration.toMinutes))

export const date = optional(TwilioDate.TwilioDate)

export const text = optional(Schema.String)

export const accountSid = optional(Sid.AccountSid)

export const boolean = optional(Schema.Boolean)

export const count = optional(Schema.Int)

const wireMap = Schema.optional(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)))

/** The map is open, and older records lack it or parts of it: what is there and is text is kept. */
export const links = wireMap.pipe(
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
)

/** A list of texts that may be missing or null, which is the same as empty. */
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

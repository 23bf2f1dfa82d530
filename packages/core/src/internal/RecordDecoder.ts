/**
 * Decodes records without interpreting their schemas, several times as fast.
 *
 * A schema's member may have a reader for the values that Twilio documents. A record with any other value is left to its
 * schema, which alone decides what is accepted, and what an error says.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** What a reader returns for a value that it leaves to the schema. */
const unusual: unique symbol = Symbol()

/** Decodes a member as its schema does, or returns `unusual`. */
export type Read<out A> = (wire: unknown) => A | typeof unusual

export const text: Read<string> = (wire) => (typeof wire === "string" ? wire : unusual)

export const boolean: Read<boolean> = (wire) => (typeof wire === "boolean" ? wire : unusual)

export const count: Read<number> = (wire) => (Number.isSafeInteger(wire) ? (wire as number) : unusual)

export const matching =
  (pattern: RegExp): Read<string> =>
  (wire) =>
    typeof wire === "string" && pattern.test(wire) ? wire : unusual

interface KnownDate {
  readonly text: string
  readonly date: DateTime.Utc
}

// The last two dates: a record repeats its dates, and making one takes longer than comparing two texts.
const recent: [KnownDate?, KnownDate?] = []
let oldest: 0 | 1 = 0

/** Text without a time zone isn't what `Date.parse` takes it for. */
export const date: Read<DateTime.Utc> = (wire) => {
  for (const known of recent) if (known !== undefined && known.text === wire) return known.date
  const millis = typeof wire === "string" && wire.endsWith("Z") ? Date.parse(wire) : Number.NaN
  if (Number.isNaN(millis)) return unusual
  const date = DateTime.makeUnsafe(millis)
  recent[oldest] = { text: wire as string, date }
  oldest = oldest === 0 ? 1 : 0
  return date
}

/** A duration in whole units of so many milliseconds. */
export const duration =
  (unit: number): Read<Duration.Duration> =>
  (wire) =>
    Number.isSafeInteger(wire) ? Duration.millis((wire as number) * unit) : unusual

export const optional =
  <A>(read: Read<A>): Read<Option.Option<A>> =>
  (wire) => {
    if (wire === null || wire === undefined) return Option.none()
    const value = read(wire)
    return value === unusual ? unusual : Option.some(value)
  }

export const links: Read<Readonly<Record<string, string>>> = (wire) =>
  Predicate.isObject(wire) && Object.values(wire).every(Predicate.isString)
    ? (wire as Readonly<Record<string, string>>)
    : unusual

const readers = new WeakMap<Schema.Top, Read<unknown>>([
  [Schema.String, text],
  [Schema.Boolean, boolean]
])

/** Gives the schema of a member its reader. */
export const withReader = <S extends Schema.Top>(schema: S, read: Read<unknown>): S => {
  readers.set(schema, read)
  return schema
}

const readerOf = (schema: Schema.Top): Read<unknown> => {
  const reader = readers.get(schema)
  if (reader !== undefined) return reader
  // No member of a record needs services to be decoded.
  const decode = Schema.decodeUnknownOption(schema as Schema.Codec<unknown, unknown>)
  return (wire) => Option.getOrElse(decode(wire), () => unusual)
}

/** A class of records. */
interface RecordClass<out A> {
  readonly prototype: A
  readonly fields: Readonly<Record<string, Schema.Top>>
}

/** Decodes Twilio's JSON of a record. `names` are the members whose names differ in JSON, as in the codec. */
export const make = <A extends object>(
  { fields, prototype }: RecordClass<A>,
  codec: Schema.ConstraintDecoder<A>,
  names: { readonly [K in keyof A]?: string }
): ((json: unknown) => Result.Result<A, Schema.SchemaError>) => {
  const decode = Schema.decodeUnknownResult(codec)
  const members = Object.entries(fields).map(([name, schema]) => ({
    name,
    wireName: names[name as keyof A] ?? name,
    read: readerOf(schema)
  }))
  return (json) => {
    if (!Predicate.isObject(json)) return decode(json)
    const wire = json as Readonly<Record<string, unknown>>
    // As the constructor makes it, without checking the members again.
    const record: Record<string, unknown> = Object.create(prototype)
    for (const { name, read, wireName } of members) {
      const value = read(wire[wireName])
      if (value === unusual) return decode(json)
      record[name] = value
    }
    return Result.succeed(record as A)
  }
}

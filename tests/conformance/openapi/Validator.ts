/**
 * JSON Schema validators of the document's schemas, by Ajv: what OpenAPI 3.0 and Twilio write in a way of their own is
 * put into JSON Schema's words here. Holds no operation.
 */
import { Ajv } from "ajv"
import ajvFormats from "ajv-formats"
import * as OpenApi from "./OpenApi.ts"

/**
 * How far an object may differ from the members declared: `declared` as JSON Schema has it, any member missing and any
 * other added; `closed` without others; `sealed` without others and with all of them.
 */
export type Strictness = "declared" | "closed" | "sealed"

/** Where a value is not what its schema says. */
export interface Problem {
  /** A JSON pointer into the value. */
  readonly at: string
  readonly message: string
  readonly value: unknown
}

export type Check = (value: unknown) => ReadonlyArray<Problem>

interface JsonSchema {
  readonly [keyword: string]: unknown
}

// The grammar of rules is in Twilio's prose alone: https://www.twilio.com/docs/video/api/track-subscriptions. A filter
// that is null is none.
const isRule =
  (kinds: ReadonlyArray<unknown>) =>
  (rule: { readonly [member: string]: unknown }): boolean => {
    const filters = ["all", "publisher", "track", "kind"].filter((name) => rule[name] != null)
    return (
      (rule.type === "include" || rule.type === "exclude") &&
      (rule.all == null ? filters.length > 0 : rule.all === true && filters.length === 1) &&
      (rule.kind == null || kinds.includes(rule.kind))
    )
  }

// JSON Schema's formats are for strings and numbers, Twilio's are for objects too.
const objectFormats: { readonly [format: string]: (value: { readonly [member: string]: unknown }) => boolean } = {
  "subscribe-rule": isRule(["audio", "video", "data"]),
  "recording-rule": isRule(["audio", "video"])
}

// Strict: a keyword or a format that is not known fails when the schema is compiled.
const ajv = new Ajv({ strict: true, allErrors: true, verbose: true })
ajvFormats.default(ajv, ["date-time", "uri"])
ajv.addFormat("http-method", /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/u)
ajv.addFormat("int64", { type: "number", validate: Number.isSafeInteger })
ajv.addKeyword({
  keyword: "objectFormat",
  type: "object",
  schemaType: "string",
  error: { message: "must keep the grammar of its format" },
  validate: (format: string, value: { readonly [member: string]: unknown }) => objectFormats[format]?.(value) === true
})

const objectFormat = (format: string): JsonSchema => {
  if (format === "uri-map") return { additionalProperties: { type: "string", format: "uri" } }
  if (objectFormats[format] === undefined) throw new Error(`The format ${format} of an object is not known`)
  return { objectFormat: format }
}

const derive = (declared: OpenApi.SchemaObject, strictness: Strictness): JsonSchema => {
  const schema = OpenApi.resolve(declared)
  const { format, nullable, properties } = schema
  // OpenAPI 3.0 has null beside the type, and the document lists it in no enum, not of a nullable member either.
  const orNull = <A>(values: ReadonlyArray<A>, none: null | "null") => (nullable === true ? [...values, none] : values)
  return {
    ...(schema.type === undefined ? {} : { type: orNull([schema.type], "null") }),
    ...(schema.enum === undefined ? {} : { enum: orNull(schema.enum, null) }),
    ...(schema.pattern === undefined ? {} : { pattern: schema.pattern }),
    ...(schema.minLength === undefined ? {} : { minLength: schema.minLength }),
    ...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength }),
    ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
    ...(schema.maximum === undefined ? {} : { maximum: schema.maximum }),
    ...(schema.items === undefined ? {} : { items: derive(schema.items, strictness) }),
    ...(format === undefined ? {} : schema.type === "object" ? objectFormat(format) : { format }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, member]) => [name, derive(member, strictness)])
          ),
          // The document requires no member and closes no object. Twilio's own Node library reads a missing date as the
          // current time, so an answer without one would pass and mislead: what is declared must be there.
          required: strictness === "sealed" ? Object.keys(properties) : (schema.required ?? []),
          ...(strictness === "declared" ? {} : { additionalProperties: false })
        })
  }
}

const compiled = new Map<OpenApi.SchemaObject, Map<Strictness, Check>>()

/** Makes the check of a schema, once. Throws where the schema has something that is not known here. */
export const compile = (schema: OpenApi.SchemaObject, strictness: Strictness): Check => {
  const known = compiled.get(schema)?.get(strictness)
  if (known !== undefined) return known
  const validate = ajv.compile(derive(schema, strictness))
  const check: Check = (value) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map((error) => ({
          at: error.instancePath,
          message: error.message ?? error.keyword,
          // Of a member that is missing or too many, its name; else the value that is wrong.
          value: error.params.missingProperty ?? error.params.additionalProperty ?? error.data
        }))
  compiled.set(schema, (compiled.get(schema) ?? new Map<Strictness, Check>()).set(strictness, check))
  return check
}

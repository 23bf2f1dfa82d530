/**
 * Compiles the document's schemas with Ajv. Translates the parts that OpenAPI 3.0 and Twilio write differently into JSON
 * Schema.
 */
import { Ajv } from "ajv"
import ajvFormats from "ajv-formats"
import * as OpenApi from "./OpenApi.ts"

/**
 * Which members an object may have: `declared`, as in JSON Schema, any; `closed`, only declared ones; `sealed`, exactly
 * the declared ones.
 */
export type Strictness = "declared" | "closed" | "sealed"

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

// Only prose describes the grammar of rules: https://www.twilio.com/docs/video/api/track-subscriptions. A null filter
// counts as absent.
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

// Twilio's document has formats of objects. JSON Schema has only formats of strings and numbers.
const objectFormats: { readonly [format: string]: (value: { readonly [member: string]: unknown }) => boolean } = {
  "subscribe-rule": isRule(["audio", "video", "data"]),
  "recording-rule": isRule(["audio", "video"])
}

// Strict mode rejects unknown keywords and formats when a schema is compiled.
const ajv = new Ajv({ strict: true, allErrors: true, verbose: true })
ajvFormats.default(ajv, ["date-time", "uri"])
ajv.addFormat("http-method", /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/u)
ajv.addFormat("int64", { type: "number", validate: Number.isSafeInteger })
ajv.addKeyword({
  keyword: "objectFormat",
  type: "object",
  schemaType: "string",
  error: { message: "must match the grammar of its format" },
  validate: (format: string, value: { readonly [member: string]: unknown }) => objectFormats[format]?.(value) === true
})

const objectFormat = (format: string): JsonSchema => {
  if (format === "uri-map") return { additionalProperties: { type: "string", format: "uri" } }
  if (objectFormats[format] === undefined) throw new Error(`Unknown object format ${format}`)
  return { objectFormat: format }
}

const derive = (declared: OpenApi.SchemaObject, strictness: Strictness): JsonSchema => {
  const schema = OpenApi.resolve(declared)
  const { format, nullable, properties } = schema
  // OpenAPI 3.0 declares null with `nullable`, and the document lists it in no enum.
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
          // The document requires no member and closes no object. A response must still have every declared member: for
          // example, Twilio's Node library reads a missing date as the current time.
          required: strictness === "sealed" ? Object.keys(properties) : (schema.required ?? []),
          ...(strictness === "declared" ? {} : { additionalProperties: false })
        })
  }
}

const compiled = new Map<OpenApi.SchemaObject, Map<Strictness, Check>>()

/** Compiles the check of a schema, once. Throws if the schema has an unknown keyword or format. */
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
          // The name of a missing or additional member, otherwise the invalid value.
          value: error.params.missingProperty ?? error.params.additionalProperty ?? error.data
        }))
  compiled.set(schema, (compiled.get(schema) ?? new Map<Strictness, Check>()).set(strictness, check))
  return check
}

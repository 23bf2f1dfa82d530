/**
 * JSON Schema of the controls' schemas, as they read and write JSON.
 */
import * as JsonSchema from "effect/JsonSchema"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json => Predicate.isObject(value)

const isBareNull = (schema: unknown): boolean =>
  isRecord(schema) && schema.type === "null" && Object.keys(schema).length === 1

/** An optional property whose type has `undefined` isn't null in JSON, although Effect's JSON Schema says so. */
const withoutUndefined = (schema: unknown): unknown => {
  if (!isRecord(schema) || !Array.isArray(schema.anyOf)) return schema
  const { anyOf, ...rest } = schema
  const index = anyOf.findLastIndex(isBareNull)
  if (index === -1) return schema
  const others = anyOf.filter((_, at) => at !== index)
  return others.length === 1 && isRecord(others[0]) ? { ...others[0], ...rest } : { ...rest, anyOf: others }
}

const clean = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(clean)
  if (!isRecord(value)) return value
  const cleaned = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clean(member)]))
  if (cleaned.type !== "object" || !isRecord(cleaned.properties)) return cleaned
  const required: ReadonlyArray<unknown> = Array.isArray(cleaned.required) ? cleaned.required : []
  const properties = Object.entries(cleaned.properties).map(([name, property]) => [
    name,
    required.includes(name) ? property : withoutUndefined(property)
  ])
  return { ...cleaned, properties: Object.fromEntries(properties) }
}

/** A whole JSON Schema (draft 2020-12). */
export const document = (schema: Schema.Constraint): Json => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema, { onExcessProperty: "error" })
  const cleaned = clean(Object.keys(definitions).length === 0 ? root : { ...root, $defs: definitions })
  return isRecord(cleaned) ? cleaned : {}
}

/** The schemas of an OpenAPI 3.1 document, with the definitions that they refer to. */
export const make = (
  schemas: ReadonlyArray<Schema.Constraint>
): { readonly schemas: ReadonlyArray<JsonSchema.JsonSchema>; readonly definitions: JsonSchema.Definitions } => {
  const documents = schemas.map((schema) => Schema.toJsonSchemaDocument(schema, { onExcessProperty: "error" }))
  const all = JsonSchema.toMultiDocumentOpenApi3_1({
    dialect: "draft-2020-12",
    schemas: documents.map(({ schema }) => schema) as [JsonSchema.JsonSchema, ...Array<JsonSchema.JsonSchema>], // Never empty.
    definitions: Object.assign({}, ...documents.map(({ definitions }) => definitions))
  })
  return clean({ schemas: all.schemas, definitions: all.definitions }) as ReturnType<typeof make> // The same form.
}

/**
 * Twilio's OpenAPI document of Video v1, from the npm package `@twilio/cli-core`: its operations with their parameters
 * and responses, and the operation that a request calls.
 */
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const file = "@twilio/cli-core/src/services/twilio-api/twilio_video_v1.json"

/** The parts of an OpenAPI 3.0 schema that the document uses. */
export interface SchemaObject {
  readonly $ref?: string
  readonly type?: "array" | "boolean" | "integer" | "object" | "string"
  readonly nullable?: boolean
  readonly enum?: ReadonlyArray<string>
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: { readonly [name: string]: SchemaObject }
  readonly required?: ReadonlyArray<string>
  readonly items?: SchemaObject
}

// Annotations don't restrict values.
const annotations = {
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  default: Schema.optionalKey(Schema.Unknown),
  example: Schema.optionalKey(Schema.Unknown),
  examples: Schema.optionalKey(Schema.Unknown),
  "x-twilio": Schema.optionalKey(Schema.Unknown),
  "x-class-extra-annotation": Schema.optionalKey(Schema.Unknown)
}

const Nested: Schema.Codec<SchemaObject> = Schema.suspend(() => SchemaObject)

const SchemaObject = Schema.Struct({
  ...annotations,
  $ref: Schema.optionalKey(Schema.String),
  type: Schema.optionalKey(Schema.Literals(["array", "boolean", "integer", "object", "string"])),
  nullable: Schema.optionalKey(Schema.Boolean),
  enum: Schema.optionalKey(Schema.Array(Schema.String)),
  format: Schema.optionalKey(Schema.String),
  pattern: Schema.optionalKey(Schema.String),
  minLength: Schema.optionalKey(Schema.Int),
  maxLength: Schema.optionalKey(Schema.Int),
  minimum: Schema.optionalKey(Schema.Int),
  maximum: Schema.optionalKey(Schema.Int),
  properties: Schema.optionalKey(Schema.Record(Schema.String, Nested)),
  required: Schema.optionalKey(Schema.Array(Schema.String)),
  items: Schema.optionalKey(Nested)
})

const Content = Schema.Record(Schema.String, Schema.Struct({ schema: Nested, examples: annotations.examples }))

// Every operation has this security scheme.
const Security = Schema.Tuple([Schema.Struct({ accountSid_authToken: Schema.Tuple([]) })])

const OperationObject = Schema.Struct({
  operationId: Schema.String,
  summary: Schema.optionalKey(Schema.String),
  description: annotations.description,
  tags: Schema.optionalKey(Schema.Unknown),
  security: Security,
  parameters: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        in: Schema.Literals(["path", "query"]),
        required: Schema.optionalKey(Schema.Boolean),
        schema: Nested,
        description: annotations.description,
        examples: annotations.examples
      })
    )
  ),
  requestBody: Schema.optionalKey(Schema.Struct({ content: Content })),
  responses: Schema.Record(
    Schema.String,
    Schema.Struct({
      description: annotations.description,
      headers: Schema.optionalKey(
        Schema.Record(
          Schema.String,
          Schema.Struct({ schema: Nested, example: annotations.example, description: annotations.description })
        )
      ),
      content: Schema.optionalKey(Content)
    })
  )
})

const Links = Schema.Record(
  Schema.String,
  Schema.Struct({ mapping: Schema.Record(Schema.String, Schema.String), resource_url: Schema.String })
)

const Document = Schema.Struct({
  openapi: Schema.String,
  info: Schema.Unknown,
  tags: Schema.Unknown,
  servers: Schema.Array(Schema.Struct({ url: Schema.String })),
  security: Security,
  paths: Schema.Record(
    Schema.String,
    Schema.Struct({
      description: annotations.description,
      servers: Schema.Array(Schema.Struct({ url: Schema.String })),
      "x-twilio": Schema.Struct({
        pathType: Schema.Literals(["instance", "list"]),
        dependentProperties: Schema.optionalKey(Links),
        defaultOutputProperties: Schema.optionalKey(Schema.Unknown),
        parent: Schema.optionalKey(Schema.Unknown),
        className: Schema.optionalKey(Schema.Unknown),
        mountName: Schema.optionalKey(Schema.Unknown)
      }),
      get: Schema.optionalKey(OperationObject),
      post: Schema.optionalKey(OperationObject),
      delete: Schema.optionalKey(OperationObject)
    })
  ),
  components: Schema.Struct({
    schemas: Schema.Record(Schema.String, Nested),
    securitySchemes: Schema.Struct({
      accountSid_authToken: Schema.Struct({ type: Schema.Literal("http"), scheme: Schema.Literal("basic") })
    })
  })
})

// Decoding fails on anything in the document that this module doesn't know.
const document = Schema.decodeSync(Schema.fromJsonString(Document), { onExcessProperty: "error" })(
  readFileSync(createRequire(import.meta.url).resolve(file), "utf8")
)

/** A parameter of an operation. */
export interface Parameter {
  readonly in: "form" | "path" | "query"
  readonly name: string
  readonly required: boolean
  readonly schema: SchemaObject
}

/** One URL of a record's `links`: its template, and the record's members that fill it. */
export type Link = (typeof Links.Type)[string]

/** The response of an operation that succeeds. */
export interface Success {
  readonly status: number
  readonly mediaType: string
  readonly schema: SchemaObject
  readonly headers: { readonly [name: string]: SchemaObject }
}

/** An operation of the document. */
export interface Operation {
  readonly id: string
  readonly method: "DELETE" | "GET" | "POST"
  readonly template: string
  readonly server: string
  readonly parameters: ReadonlyArray<Parameter>
  /** The media type of the request's body, if the operation has one. */
  readonly bodyType: string | undefined
  /** Missing if the successful response has no body, as for a deletion. */
  readonly success: Success | undefined
  /** The path of a record in the response. */
  readonly instance: string
  /** A record's `links`. */
  readonly links: { readonly [name: string]: Link }
}

const one = <A>(what: string, values: ReadonlyArray<A>): A => {
  const [value] = values
  if (value === undefined || values.length > 1) throw new Error(`The document has ${values.length} of ${what}`)
  return value
}

const prefix = "#/components/schemas/"

/** The name of the component that a schema refers to. */
export const componentName = (schema: SchemaObject): string | undefined => schema.$ref?.slice(prefix.length)

/** A component by its name. */
export const component = (name: string): SchemaObject => {
  const found = document.components.schemas[name]
  if (found === undefined) throw new Error(`The document has no schema ${name}`)
  return found
}

/** Follows a reference. */
export const resolve = (schema: SchemaObject): SchemaObject => {
  const name = componentName(schema)
  return name === undefined ? schema : component(name)
}

const successOf = (id: string, responses: (typeof OperationObject.Type)["responses"]): Success | undefined => {
  const [status, response] = one(`${id}: responses`, Object.entries(responses))
  if (response.content === undefined) return undefined
  const [mediaType, { schema }] = one(`${id}: media types`, Object.entries(response.content))
  const headers = Object.entries(response.headers ?? {}).map(([name, header]) => [name, header.schema] as const)
  return { status: Number(status), mediaType, schema, headers: Object.fromEntries(headers) }
}

const bodyOf = (id: string, body: (typeof OperationObject.Type)["requestBody"]) => {
  if (body === undefined) return { bodyType: undefined, form: [] }
  const [bodyType, { schema }] = one(`${id}: media types of the body`, Object.entries(body.content))
  const form = Object.entries(schema.properties ?? {}).map(([name, of]): Parameter => ({
    in: "form",
    name,
    required: schema.required?.includes(name) ?? false,
    schema: of
  }))
  return { bodyType, form }
}

const operationsOf = ([template, item]: readonly [string, (typeof Document.Type)["paths"][string]]) =>
  (["get", "post", "delete"] as const).flatMap((method): ReadonlyArray<Operation> => {
    const declared = item[method]
    if (declared === undefined) return []
    const id = declared.operationId
    const { bodyType, form } = bodyOf(id, declared.requestBody)
    const parameters = (declared.parameters ?? []).map(({ in: place, name, required, schema }): Parameter => ({
      in: place,
      name,
      required: required ?? false,
      schema
    }))
    return [
      {
        id,
        method: method.toUpperCase() as Operation["method"], // Of the three above.
        template,
        server: one(`${id}: servers`, item.servers).url,
        parameters: [...parameters, ...form],
        bodyType,
        success: successOf(id, declared.responses),
        instance: item["x-twilio"].pathType === "instance" ? template : `${template}/{Sid}`,
        links: item["x-twilio"].dependentProperties ?? {}
      }
    ]
  })

/** Every operation of the document. */
export const operations: ReadonlyArray<Operation> = Object.entries(document.paths).flatMap(operationsOf)

/** An operation by its `operationId`. */
export const operation = (id: string): Operation =>
  one(
    `operation ${id}`,
    operations.filter((operation) => operation.id === id)
  )

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

const match = (template: string, path: string): ReadonlyMap<string, string> | undefined => {
  const [wanted, given] = [template.split("/"), path.split("/")]
  if (wanted.length !== given.length) return undefined
  const values = new Map<string, string>()
  for (const [index, want] of wanted.entries()) {
    const value = decoded(given[index] ?? "")
    const name = /^\{(\w+)\}$/u.exec(want)?.[1]
    if (value === undefined || (value === "") !== (want === "")) return undefined
    if (name === undefined ? want !== value : values.has(name)) return undefined
    if (name !== undefined) values.set(name, value)
  }
  return values
}

/** The operation that a request calls, and the values in its path. */
export const find = (
  method: string,
  path: string
): { readonly operation: Operation; readonly values: ReadonlyMap<string, string> } | undefined => {
  const found = operations.flatMap((operation) => {
    const values = operation.method === method ? match(operation.template, path) : undefined
    return values === undefined ? [] : [{ operation, values }]
  })
  return found.length === 0 ? undefined : one(`operations for ${method} ${path}`, found)
}

/** Does the document declare this path, for any method? */
export const hasPath = (path: string): boolean => operations.some(({ template }) => match(template, path) !== undefined)

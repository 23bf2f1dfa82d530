/**
 * The OpenAPI document of all controls of a served sandbox.
 */
import type * as JsonSchema from "effect/JsonSchema"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { version } from "../server/Version.ts"
import * as ControlTable from "./ControlTable.ts"
import * as JsonSchemas from "./JsonSchemas.ts"

const Problem = Schema.Struct({
  problem: Schema.String,
  message: Schema.String,
  /** Twilio's code for the same error. */
  code: Schema.optionalKey(Schema.Int)
})

const parameterDescriptions: Readonly<Record<string, string>> = {
  room: "A room's SID, or the unique name of a room in progress",
  participant: "A participant's SID, or the identity of one who hasn't left",
  track: "A track's SID or name",
  id: "The id of the record"
}

const content = (schema: JsonSchema.JsonSchema | undefined, type = "application/json") => ({ [type]: { schema } })

const parametersOf = (path: string, query: Schema.Struct<Schema.Struct.Fields> | undefined, schema: unknown) => {
  const properties = (schema ?? {}) as { readonly properties?: Readonly<Record<string, unknown>> } // A JSON Schema.
  return [
    ...Array.from(path.matchAll(/\{(\w+)\}/gu), ([, name = ""]) => ({
      name,
      in: "path",
      required: true,
      description: parameterDescriptions[name],
      schema: { type: "string" }
    })),
    ...Object.keys(query?.fields ?? {}).map((name) => ({
      name,
      in: "query",
      schema: properties.properties?.[name] ?? {}
    }))
  ]
}

const operationOf = (
  path: string,
  control: ControlTable.Control,
  schemaOf: (schema: Schema.Constraint | undefined) => JsonSchema.JsonSchema | undefined
) => ({
  summary: control.summary,
  parameters: parametersOf(path, control.query, schemaOf(control.query)),
  ...(control.body === undefined
    ? {}
    : { requestBody: { required: control.bodyRequired ?? true, content: content(schemaOf(control.body)) } }),
  responses: {
    [control.status ?? 200]: {
      description: "Success",
      content: content(schemaOf(control.response), control.contentType)
    },
    "4XX": { description: "Refused; nothing changed", content: content(schemaOf(Problem)) }
  }
})

/** The document. */
export const make = (controls: Readonly<Record<string, ControlTable.Control>>) => {
  const all = Object.values(controls).flatMap(({ body, query, response }) => [body, query, response])
  const distinct = [...new Set([...all.filter((schema) => schema !== undefined), Problem])]
  const { definitions, schemas } = JsonSchemas.make(distinct)
  const bySchema = new Map<Schema.Constraint, JsonSchema.JsonSchema | undefined>(
    distinct.map((schema, index) => [schema, schemas[index]])
  )
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, control] of Object.entries(controls)) {
    const [method = "", path = ""] = name.split(" ")
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: operationOf(path, control, (schema) => schema && bySchema.get(schema))
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Controls of the Twilio Video sandbox",
      version,
      description: "Twilio's own API is described by Twilio's OpenAPI document, twilio_video_v1."
    },
    components: {
      schemas: definitions,
      securitySchemes: { controlToken: { type: "http", scheme: "bearer" } }
    },
    // A sandbox on loopback may have no control token.
    security: [{}, { controlToken: [] }],
    paths
  }
}

// Made on first use: a sandbox starts without it.
const document = Effect.runSync(Effect.cached(Effect.sync(() => JSON.stringify(make(ControlTable.controls)))))

export const route = HttpRouter.route(
  "GET",
  "/sandbox/openapi.json",
  Effect.map(document, (json) => HttpServerResponse.text(json, { contentType: "application/json" }))
)

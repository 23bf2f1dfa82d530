/**
 * The JSON Schema of the configuration file.
 */
import * as SandboxConfig from "../../SandboxConfig.ts"
import * as JsonSchemas from "./JsonSchemas.ts"

export const make = (): object => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "The configuration of a Twilio Video sandbox",
  ...JsonSchemas.document(SandboxConfig.SandboxConfig)
})

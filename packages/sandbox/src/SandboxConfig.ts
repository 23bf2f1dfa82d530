/**
 * The configuration of a served sandbox as plain data, for the file of the command's `--config`. The package's
 * `config.schema.json` is its JSON Schema.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as DeliveryFault from "./DeliveryFault.ts"
import * as Fault from "./Fault.ts"
import * as OptionsSchema from "./internal/served/OptionsSchema.ts"
import * as Scenario from "./Scenario.ts"

const Texts = Schema.Array(Schema.String)

/**
 * The configuration of a served sandbox. A flag of the command wins over it. Paths are relative to the file.
 *
 * @example
 * ```ts
 * import * as SandboxConfig from "@effect-twilio-video/sandbox/SandboxConfig"
 * import * as Schema from "effect/Schema"
 *
 * const json = '{ "port": 4010, "seed": "mine", "assumptions": { "callbackDelivery": "retried" } }'
 * const config = Schema.decodeSync(Schema.fromJsonString(SandboxConfig.SandboxConfig))(json)
 * config.assumptions // => { callbackDelivery: "retried" }
 * ```
 * @category schemas
 * @since 0.1.0
 */
export const SandboxConfig = Schema.Struct({
  /** The JSON Schema, for editors. */
  $schema: Schema.optionalKey(Schema.String),
  /** The port to listen on; 0 picks a free one. */
  port: Schema.optionalKey(Schema.Port),
  /** The address to listen on. Beyond loopback, the controls require a token. */
  host: Schema.optionalKey(Schema.String),
  /** Host names, or name:port, to accept besides localhost, IP addresses and video.twilio.com. */
  allowedHosts: Schema.optionalKey(Texts),
  /** The origins of web pages to accept requests from besides pages on loopback. */
  allowedOrigins: Schema.optionalKey(Texts),
  ...OptionsSchema.OptionsChange.fields,
  /** The rooms to start from: a scenario, or the path of a JSON file with one. */
  scenario: Schema.optionalKey(Schema.Union([Schema.String, Scenario.Scenario])),
  /** Rules that make requests fail. */
  faults: Schema.optionalKey(Schema.Array(Fault.FaultRule)),
  /** The URL for status callbacks of rooms without a StatusCallback. */
  callbackUrl: Schema.optionalKey(Schema.String),
  callbackMethod: Schema.optionalKey(Schema.Literals(["GET", "POST"])),
  /** The URL that gets a copy of every status callback. */
  forwardTo: Schema.optionalKey(Schema.String),
  /** Hosts, or host:port, that status callbacks may be sent to besides loopback. */
  allowedCallbackHosts: Schema.optionalKey(Texts),
  /** Rules that make deliveries of status callbacks fail. */
  deliveryFaults: Schema.optionalKey(Schema.Array(DeliveryFault.DeliveryFaultRule)),
  /** The path of a JSON file with the state to start from. It may be missing if `exportOnExit` is the same. */
  import: Schema.optionalKey(Schema.String),
  /** The path of the file to which the state is written when the sandbox stops. */
  exportOnExit: Schema.optionalKey(Schema.String)
})

/**
 * The configuration of a served sandbox.
 *
 * @category models
 * @since 0.1.0
 */
export type SandboxConfig = typeof SandboxConfig.Type

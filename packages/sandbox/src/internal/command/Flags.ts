/**
 * The command's flags, which win over the file of `--config`.
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Scenario from "../../Scenario.ts"
import * as SandboxConfig from "../../SandboxConfig.ts"
import * as SandboxError from "../../SandboxError.ts"

export const tokenVariable = "SANDBOX_CONTROL_TOKEN"

const described = <A>(flag: Flag.Flag<A>, description: string): Flag.Flag<Option.Option<A>> =>
  flag.pipe(Flag.withDescription(description), Flag.optional)

const text = (name: string, description: string) => described(Flag.String(name), description)

const number = (name: string, description: string) => described(Flag.Int(name), description)

const texts = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(`${description}; repeatable`),
    Flag.atLeast(0),
    // Without the flag, the file's list stays.
    Flag.map((values) => (values.length === 0 ? Option.none() : Option.some(values)))
  )

const json = (name: string, description: string) =>
  described(Flag.FileSchema(name, Schema.Unknown, { format: "json" }), description)

const listening = {
  port: described(
    Flag.Int("port").pipe(Flag.withSchema(Schema.Port)),
    "The port to listen on; 0 picks a free one (default: 4010)"
  ),
  host: text("host", "The address to listen on; beyond loopback, the controls require a token (default: 127.0.0.1)"),
  allowedHosts: texts(
    "allow-host",
    "A host name, or name:port, to accept besides localhost, IP addresses and video.twilio.com"
  ),
  allowedOrigins: texts("allow-origin", "The origin of web pages to accept requests from besides pages on loopback"),
  controlToken: Flag.Redacted("control-token").pipe(
    Flag.withDescription(
      `The token that the controls require as Authorization: Bearer (default: $${tokenVariable}; without it, none on loopback and a generated one beyond)`
    ),
    Flag.withFallbackConfig(Config.Redacted(tokenVariable)),
    Flag.optional
  ),
  publicOrigin: text("public-origin", "The origin in the URLs of responses (default: the origin of the request's URL)")
}

const quotaPattern = /^(\d+)\/(\d+)$/u

const behavior = {
  assumptions: described(
    Flag.KeyValuePair("assumption"),
    "An assumption about undocumented behavior, as name=value; repeatable (default: those of ASSUMPTIONS.md)"
  ),
  quota: described(
    Flag.String("quota").pipe(
      Flag.withOptionalValue("80/20"),
      Flag.filterMap(
        (given) => {
          const [, reads, writes] = quotaPattern.exec(given) ?? []
          return reads === undefined ? Option.none() : Option.some({ reads: Number(reads), writes: Number(writes) })
        },
        () => "Expected reads and writes per second, such as --quota=80/20"
      )
    ),
    "Respond with 429 above so many reads and writes per second: Twilio's 80 and 20, or others as --quota=8/2 (default: no quota)"
  ),
  seed: text("seed", "The text from which SIDs and faults follow (default: a fixed one)"),
  scenario: described(
    Flag.FileSchema("scenario", Scenario.ScenarioJson, { format: "json" }),
    "A JSON file with the rooms to start from (default: the rooms DailyStandup, Webinar and Retro)"
  ),
  // Not a schema of rules: Faults.read also refuses unknown members.
  faults: json("faults", "A JSON file with fault rules, which make requests fail (default: none)"),
  accountSid: text("account-sid", "The account's SID (default: a fixed one)"),
  authToken: text("auth-token", "The account's Auth Token (default: a fixed one)"),
  apiKeySid: text("api-key-sid", "The API key's SID (default: a fixed one)"),
  apiKeySecret: text("api-key-secret", "The API key's secret (default: a fixed one)"),
  bearerToken: text("bearer-token", "The OAuth access token for the assumption bearerAuth (default: a fixed one)")
}

const logs = {
  requestLog: number("request-log", "How many requests the log keeps (default: 1000)"),
  requestLogBytes: number(
    "request-log-bytes",
    "How much memory the request log takes, in bytes (default: 8 KiB for each request)"
  ),
  callbackLog: number("callback-log", "How many status callbacks the log keeps (default: 1000)"),
  callbackLogBytes: number(
    "callback-log-bytes",
    "How much memory the callback log takes, in bytes (default: 16 KiB for each callback)"
  )
}

const callbacks = {
  callbackUrl: text("callback-url", "The URL for status callbacks of rooms without a StatusCallback (default: none)"),
  callbackMethod: described(
    Flag.Literals("callback-method", ["GET", "POST"]),
    "The method for --callback-url (default: POST)"
  ),
  forwardTo: text("forward-to", "The URL that gets a copy of every status callback of every room (default: none)"),
  allowedCallbackHosts: texts(
    "allow-callback-host",
    "A host, or host:port, that status callbacks may be sent to besides loopback"
  ),
  deliveryFaults: json(
    "delivery-faults",
    "A JSON file with rules that make deliveries of status callbacks fail (default: none)"
  )
}

const state = {
  config: described(
    Flag.File("config", { mustExist: true }),
    "A JSON file with options; flags win over it (default: none)"
  ),
  import: text("import", "A JSON file with the state to start from (default: none)"),
  exportOnExit: text("export-on-exit", "The file to which the state is written when the sandbox stops (default: none)"),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Print one line of JSON when the sandbox is ready, and nothing else"),
    Flag.withDefault(false)
  )
}

export const flags = { ...listening, ...behavior, ...logs, ...callbacks, ...state }

export type Given = Command.Command.Config.Infer<typeof flags>

const isNumber = (text: string): boolean => /^\d+$/u.test(text)

const valueOf = (text: string): string | number | boolean => {
  if (text === "true" || text === "false") return text === "true"
  return isNumber(text) ? Number(text) : text
}

/** The members that were given. */
const given = (members: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const found: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) {
    const member = Option.isOption(value) ? Option.getOrUndefined(value) : value
    const isEmpty = member === undefined || (Predicate.isObject(member) && Object.keys(member).length === 0)
    if (!isEmpty) found[name] = member
  }
  return found
}

const decode = Schema.decodeUnknownResult(SandboxConfig.SandboxConfig, { onExcessProperty: "error" })

const credentials = ["accountSid", "apiKeySecret", "apiKeySid", "authToken", "bearerToken"] as const

/** The flags that the file doesn't have, or has in another form. */
const others = new Set<string>([...credentials, "config", "controlToken", "json", "scenario"])

/** The flags in the form of the file, or what is wrong with them. */
export const read = (flags: Given): Result.Result<SandboxConfig.SandboxConfig, string> => {
  const assumptions = Option.getOrElse(flags.assumptions, () => ({}))
  const members = given({
    ...Object.fromEntries(Object.entries(flags).filter(([name]) => !others.has(name))),
    assumptions: Object.fromEntries(Object.entries(assumptions).map(([name, text]) => [name, valueOf(text)])),
    credentials: given(Object.fromEntries(credentials.map((name) => [name, flags[name]])))
  })
  return Result.mapError(decode(members), (error) => `The flags are invalid. ${SandboxError.where(error)}`)
}

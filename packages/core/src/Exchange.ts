/**
 * What an error tells of the HTTP exchange it came from. Holds evidence for logs and support tickets and nothing that
 * names a person or opens a door: no headers, no body, no identity, no name that an application chose.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The members of errors that tell of the exchange.
 *
 * `path` shows SIDs as they are and masks what an application chose: `/v1/Rooms/{name}/Participants/{identity}`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const fields = {
  /** The HTTP method. */
  method: Schema.String,
  /** The path, with `{name}` and `{identity}` in place of what an application chose. */
  path: Schema.String,
  /** The HTTP status, where there was an answer. */
  status: Schema.optionalKey(Schema.Int),
  /** Twilio's error code, https://www.twilio.com/docs/api/errors. */
  code: Schema.optionalKey(Schema.Int),
  /** Twilio's page about the code. */
  moreInfo: Schema.optionalKey(Schema.String),
  /** Twilio's id of the request (`RQ…`), to quote to Twilio's support. */
  requestId: Schema.optionalKey(Schema.String),
  /** How many requests were sent for the operation, the last of which this tells of. Missing where none was. */
  attempts: Schema.optionalKey(Schema.Int)
}

/**
 * The evidence as a value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status?: number
  readonly code?: number
  readonly moreInfo?: string
  readonly requestId?: string
  readonly attempts?: number
}

/**
 * Writes the exchange as one phrase, for the end of a message.
 *
 * @example
 * ```ts
 * import * as Exchange from "@effect-twilio-video/core/Exchange"
 *
 * Exchange.format({ method: "GET", path: "/v1/Rooms/{name}/Participants", status: 503, attempts: 4 })
 * // => "GET /v1/Rooms/{name}/Participants: HTTP 503, 4 attempts"
 * ```
 * @category formatting
 * @since 0.1.0
 */
export const format = (exchange: Exchange): string => {
  const facts: Array<string> = []
  if (exchange.status !== undefined) facts.push(`HTTP ${exchange.status}`)
  if (exchange.code !== undefined) facts.push(`Twilio code ${exchange.code}`)
  if (exchange.requestId !== undefined) facts.push(`request ${exchange.requestId}`)
  if (exchange.attempts !== undefined && exchange.attempts > 1) facts.push(`${exchange.attempts} attempts`)
  const request = `${exchange.method} ${exchange.path}`
  return facts.length === 0 ? request : `${request}: ${facts.join(", ")}`
}

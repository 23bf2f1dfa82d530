/**
 * Twilio's error bodies and responses.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"

export interface ErrorBody {
  readonly code: number
  readonly message: string
  readonly more_info: string
  readonly status: number
}

export const make = (status: number, code: number, message: string): ErrorBody => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status
})

export const toResponse = (body: ErrorBody): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(body, { status: body.status })

/**
 * Checks the credentials of a request to Twilio's API.
 */
import * as Base64 from "effect/encoding/Base64"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import type { RoomEngine } from "../engine/RoomEngine.ts"

export const isAuthenticated = (
  { assumptions, credentials }: RoomEngine,
  { headers: { authorization } }: HttpServerRequest.HttpServerRequest
): boolean => {
  if (authorization === undefined) return false
  const { accountSid, apiKeySecret, apiKeySid, authToken, bearerToken } = credentials
  const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/iu.exec(authorization)?.[1]
  if (encoded !== undefined) {
    const decoded = Result.getOrUndefined(Base64.decodeString(encoded))
    return decoded === `${accountSid}:${authToken}` || decoded === `${apiKeySid}:${apiKeySecret}`
  }
  const token = /^Bearer +(\S+) *$/iu.exec(authorization)?.[1]
  return assumptions.bearerAuth === "accept" && token !== undefined && token === bearerToken
}

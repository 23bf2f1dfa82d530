/**
 * Checks the credentials of a request to Twilio's API.
 */
import * as Base64 from "effect/encoding/Base64"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"

export type IsAuthenticated = (request: HttpServerRequest.HttpServerRequest) => boolean

export const make = (credentials: SandboxCredentials.SandboxCredentials, acceptsBearer: boolean): IsAuthenticated => {
  const accepted = new Set([
    `${credentials.accountSid}:${credentials.authToken}`,
    `${credentials.apiKeySid}:${credentials.apiKeySecret}`
  ])
  return ({ headers: { authorization } }) => {
    if (authorization === undefined) return false
    const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/iu.exec(authorization)?.[1]
    if (encoded !== undefined) {
      const decoded = Result.getOrUndefined(Base64.decodeString(encoded))
      return decoded !== undefined && accepted.has(decoded)
    }
    const token = /^Bearer +(\S+) *$/iu.exec(authorization)?.[1]
    return acceptsBearer && token !== undefined && token === credentials.bearerToken
  }
}

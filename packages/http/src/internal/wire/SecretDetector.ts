/**
 * Keeps the credentials out of text from elsewhere, such as a response that repeats a header or a defect that contains a
 * request. The credentials stay in a closure, where nothing that prints or serializes an object finds them.
 */
import * as Redacted from "effect/Redacted"
import * as RequestPath from "./RequestPath.ts"

/** Does a text contain the credentials? */
export type SecretDetector = (text: string) => boolean

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** The value of the header `Authorization`. */
export const basicAuthorization = (username: string, password: Redacted.Redacted): string =>
  `Basic ${base64(`${username}:${Redacted.value(password)}`)}`

const unpaddedBase64 = (text: string): string => base64(text).replace(/=+$/u, "")

/** Detects the secret and the header's value: plain, as JSON or percent-encoded, in any case. */
export const make = (username: string, password: Redacted.Redacted): SecretDetector => {
  const secret = Redacted.value(password)
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    RequestPath.percentEncode(secret) ?? secret,
    unpaddedBase64(`${username}:${secret}`),
    unpaddedBase64(secret)
  ].map((form) => form.toLowerCase())
  return (text) => {
    const lower = text.toLowerCase()
    return forms.some((form) => lower.includes(form))
  }
}

/** A defect with the message and stack of another, unless they contain the credentials. */
export const redactDefect = (containsSecret: SecretDetector, defect: unknown): Error => {
  const [description, stack] =
    defect instanceof Error ? [`${defect.name}: ${defect.message}`, String(defect.stack)] : [typeof defect, ""]
  const detail = containsSecret(description) ? "its message contains the credentials" : description
  const redacted = new Error(
    `The HttpClient died (${detail}). The defect is in the transport or in transformClient, not in Twilio's API.`
  )
  if (stack !== "" && !containsSecret(stack)) redacted.stack = `Error: ${redacted.message}\n${stack}`
  return redacted
}

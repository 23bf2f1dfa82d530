/**
 * Keeps the credentials out of what others wrote: an answer that repeats a header, a defect that holds a request. Holds
 * them in a closure and in no object, so that nothing which prints or serialises finds them.
 */
import * as Redacted from "effect/Redacted"
import * as Address from "./Address.ts"

/** Does a text hold the credentials? */
export type Detector = (text: string) => boolean

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** The header's value for a pair of credentials. */
export const basic = (username: string, password: Redacted.Redacted): string =>
  `Basic ${base64(`${username}:${Redacted.value(password)}`)}`

const unpadded = (text: string): string => base64(text).replace(/=+$/u, "")

/** Finds the secret, and what stands in the header: plain, as JSON, or as URLs have it, in capitals too. */
export const detector = (username: string, password: Redacted.Redacted): Detector => {
  const secret = Redacted.value(password)
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    Address.encode(secret) ?? secret,
    unpadded(`${username}:${secret}`),
    unpadded(secret)
  ].map((form) => form.toLowerCase())
  return (text) => {
    const said = text.toLowerCase()
    return forms.some((form) => said.includes(form))
  }
}

/** What to die of where a client died of this: its message and stack, where the credentials are not in them. */
export const defectWithout = (holdsCredentials: Detector, defect: unknown): Error => {
  const [said, stack] =
    defect instanceof Error ? [`${defect.name}: ${defect.message}`, String(defect.stack)] : [typeof defect, ""]
  const why = holdsCredentials(said) ? "what it said is left out, since it holds the credentials" : said
  const clean = new Error(
    `The HttpClient died (${why}). This is a mistake in the transport or in transformClient, and not of Twilio's.`
  )
  if (stack !== "" && !holdsCredentials(stack)) clean.stack = `Error: ${clean.message}\n${stack}`
  return clean
}

/**
 * The credentials of these tests, and every form in which a text could reveal them.
 */
import type * as TwilioConnection from "@effect-twilio-video/http/TwilioConnection"
import * as Redacted from "effect/Redacted"
import { Buffer } from "node:buffer"

/** A pair of credentials, and what must never appear. */
export interface Secret {
  readonly name: string
  readonly user: string
  readonly password: string
  /** As options of a layer. */
  readonly credentials: TwilioConnection.Credentials
  /** The value of the Authorization header. */
  readonly header: string
}

/** With characters that JSON, URLs, HTML and Latin-1 escape. No message contains its first four characters. */
const hostile = 's3cr%t/"+ü'

/** In the form of an Auth Token, which could also be part of a request ID or a path. */
const plain = "5ec2e7f00dbabe0badc0de5ec2e70ff1"

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`

const account = (name: string, password: string): Secret => {
  const user = `AC${"1".repeat(32)}`
  return {
    name,
    user,
    password,
    credentials: { accountSid: user, authToken: Redacted.make(password) },
    header: basic(user, password)
  }
}

const key = (name: string, password: string): Secret => {
  const user = `SK${"2".repeat(32)}`
  return {
    name,
    user,
    password,
    credentials: { apiKeySid: user, apiKeySecret: Redacted.make(password) },
    header: basic(user, password)
  }
}

export const authToken = account("an Auth Token", hostile)

export const all: ReadonlyArray<Secret> = [
  authToken,
  key("an API key's secret", hostile),
  account("an Auth Token of hexadecimal digits", plain)
]

const escaped = (text: string) => JSON.stringify(text).slice(1, -1)

const html = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")

/** The forms by name. */
export const forms = ({ header, password, user }: Secret): ReadonlyArray<readonly [name: string, form: string]> => {
  const pair = Buffer.from(`${user}:${password}`)
  const base64 = pair.toString("base64")
  return [
    ["plain", password],
    ["beginning", password.slice(0, password === hostile ? 4 : 10)],
    ["JSON", escaped(password)],
    ["JSON in JSON", escaped(escaped(password))],
    ["HTML", html(password)],
    ["percent-encoded", encodeURIComponent(password)],
    ["form-encoded", encodeURIComponent(password).replaceAll("%20", "+")],
    ["UTF-8 read as Latin-1", Buffer.from(password).toString("latin1")],
    ["hexadecimal", Buffer.from(password).toString("hex")],
    ["base64 of the secret", Buffer.from(password).toString("base64").replace(/=+$/u, "")],
    ["base64 of the pair", base64],
    ["base64 of the pair, its end", base64.replace(/=+$/u, "").slice(-12)],
    ["base64url of the pair", pair.toString("base64url")],
    ["base64 of the pair in Latin-1", Buffer.from(`${user}:${password}`, "latin1").toString("base64")],
    ["header", header],
    ["header, percent-encoded", encodeURIComponent(header)]
  ]
}

/** The names of the forms that a text contains. */
export const leaks = (secret: Secret): ((text: string) => ReadonlyArray<string>) => {
  const all = forms(secret).map(([name, form]) => [name, form.toLowerCase()] as const)
  return (text) => {
    const lower = text.toLowerCase()
    return all.filter(([, form]) => lower.includes(form)).map(([name]) => name)
  }
}

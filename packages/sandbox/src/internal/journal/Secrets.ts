/**
 * Masks secrets in logged text: the user and password of a URL, JSON Web Tokens, and the sandbox's own credentials.
 */
import type * as Schema from "effect/Schema"
import type * as SandboxCredentials from "../../SandboxCredentials.ts"

/** How often a text may be percent-encoded, such as a URL in the query of a URL in a query. */
const maximumLevels = 4

// What URL parsers take as the authority. A match ends where the authority ends, so all matches take linear time.
const authorities = /((?:https?|wss?|ftp):[/\\]*|\/\/)([^/\\?#]+)/giu

// The first part of a token is a JSON object, whose base64url begins like this.
const tokens = /(?<![\w-])e(?:y[AJ]|w[ok])[\w-]+\.[\w-]*(?:\.[\w-]*)?/gu

// Delimiters are ASCII. Other bytes may be malformed.
const escapes = /%[2-7][\da-f]/giu

const mayHaveSecrets = /[@%]|e(?:y[AJ]|w[ok])/u

/** The strings in the text of JSON. The last one has no end if the text was cut. */
const strings = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gu

/** A shorter secret would mask parts of words. */
const minimumLength = 8

const isComplete = (string: string): boolean => /^"(?:[^\\]|\\.)*"$/u.test(string) && string.length > 1

export class Secrets {
  private readonly credentials: SandboxCredentials.SandboxCredentials

  /** The credentials may change. */
  constructor(credentials: SandboxCredentials.SandboxCredentials) {
    this.credentials = credentials
  }

  /** Masks a text. A text that was cut may have lost the `@` after a password. */
  mask(text: string, isCut = false): string {
    const known = this.known()
    if (!isCut && !mayHave(text, known)) return text
    let masked = text
    let level = text
    for (let count = 0; count < maximumLevels; count++) {
      const safe = maskLevel(level, known, isCut)
      if (safe !== level) masked = safe
      level = safe.replace(escapes, decodeURIComponent)
      if (level === safe) break
    }
    return masked
  }

  /** Parses JSON, and masks its strings. A text that isn't JSON stays text. */
  parse(text: string): Schema.Json {
    const isSafe = !mayHave(text, this.known())
    const revive = (_: string, value: unknown) => (typeof value === "string" ? this.mask(value) : value)
    try {
      return JSON.parse(text, isSafe ? undefined : revive) as Schema.Json // Of JSON.
    } catch {
      return this.mask(text)
    }
  }

  /** Masks the strings in the beginning of a JSON text, and leaves out one without an end. */
  maskCut(text: string): string {
    return text.replace(strings, (string) =>
      isComplete(string) ? JSON.stringify(this.mask(JSON.parse(string) as string)) : ""
    )
  }

  private known(): ReadonlyArray<string> {
    const { apiKeySecret, authToken, bearerToken = "" } = this.credentials
    return [apiKeySecret, authToken, bearerToken].filter(({ length }) => length >= minimumLength)
  }
}

const mayHave = (text: string, known: ReadonlyArray<string>): boolean =>
  mayHaveSecrets.test(text) || known.some((secret) => text.includes(secret))

/** Masks what isn't percent-encoded. */
const maskLevel = (text: string, known: ReadonlyArray<string>, isCut: boolean): string => {
  let masked = text.replace(authorities, (whole, scheme: string, authority: string, start: number) => {
    const isLast = isCut && start + whole.length === text.length
    const at = isLast ? authority.length : authority.lastIndexOf("@")
    return at === -1 ? whole : `${scheme}***${authority.slice(at)}`
  })
  masked = masked.replace(tokens, "***")
  for (const secret of known) masked = masked.replaceAll(secret, "***")
  return masked
}

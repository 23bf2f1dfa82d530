/**
 * Writes a logged request as a curl command for a POSIX shell. Credentials are read from the environment.
 */

export interface Request {
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  /** The parameters of the form, in order. */
  readonly form?: ReadonlyArray<readonly [name: string, value: string]>
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

// curl cuts a URL at "#", and refuses or encodes other characters that a client may have sent.
const urlOf = (origin: string, path: string): string => `${origin}${path.replaceAll(/[^!-~]|#/gu, encode)}`

// Pasted control characters are commands to the terminal, and others can hide or reorder text. curl doesn't send the
// "=" of an empty name.
const needsEncoding = (name: string, value: string): boolean =>
  name === "" || /[\p{Control}\p{Bidi_Control}\u{2028}\u{2029}]/u.test(value)

const parameter = ([name, value]: readonly [string, string]): string =>
  needsEncoding(name, value)
    ? `--data-raw ${quote(`${encode(name)}=${encode(value)}`)}`
    : `--data-urlencode ${quote(`${encode(name)}=${value.toWellFormed()}`)}`

const methodOption = (method: string): string =>
  method === "HEAD" ? "--head" : `-X ${/^[A-Z]+$/u.test(method) ? method : quote(method)}`

/** Returns the command that sends the request again, to `origin`. */
export const toCurl = (origin: string, { form = [], method, path }: Request): string =>
  [
    `curl ${methodOption(method)} ${quote(urlOf(origin, path))}`,
    // Without these options, curl resolves dot segments, and expands brackets and braces.
    ...(/\/(?:\.|%2e){1,2}(?:[/?]|$)/iu.test(path) ? ["--path-as-is"] : []),
    ...(/[[\]{}]/u.test(path) ? ["--globoff"] : []),
    '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"',
    ...form.map(parameter)
  ].join(" \\\n  ")

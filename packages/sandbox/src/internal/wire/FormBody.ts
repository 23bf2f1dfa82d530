/**
 * Parses form bodies and queries (`a=1&b=2`) strictly: malformed escapes and invalid UTF-8 are reported, not replaced.
 */

export interface Form {
  readonly fields: URLSearchParams
  /** The names of the parameters whose name or value is malformed. A malformed name is as sent. */
  readonly malformed: ReadonlySet<string>
}

/** Leaves out parameters without a value: `Name=` and a bare `Name`. */
export const withoutEmpty = (fields: URLSearchParams): URLSearchParams => {
  const pairs = [...fields]
  return pairs.some(([, value]) => value === "")
    ? new URLSearchParams(pairs.filter(([, value]) => value !== ""))
    : fields
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return undefined
  }
}

export const parse = (text: string): Form => {
  const fields: Array<[string, string]> = []
  const malformed = new Set<string>()
  for (const pair of text.split("&")) {
    if (pair === "") continue
    const equals = pair.indexOf("=")
    const rawName = equals === -1 ? pair : pair.slice(0, equals)
    const name = decode(rawName)
    const value = equals === -1 ? "" : decode(pair.slice(equals + 1))
    if (name === undefined || value === undefined) malformed.add(name ?? rawName)
    else fields.push([name, value])
  }
  return { fields: new URLSearchParams(fields), malformed }
}

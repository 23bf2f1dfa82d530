/**
 * Finds identities in texts and files, in the encodings of `tests/secrets`.
 */
import { globSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Secrets from "../../secrets/Secrets.ts"

/** Returns where a text has one of the identities: the names of their encodings. */
export const find = (identities: ReadonlyArray<string>): ((text: string) => ReadonlyArray<string>) => {
  const finders = identities.map((identity) =>
    Secrets.leaks({ ...Secrets.authToken, user: "", password: identity, header: identity })
  )
  return (text) => finders.flatMap((find) => find(text))
}

/** The files of a folder that have one of the identities. */
export const inFolder = (identities: ReadonlyArray<string>, folder: string): ReadonlyArray<string> => {
  const has = find(identities)
  return globSync("**", { cwd: folder }).filter((name) => {
    const file = join(folder, name)
    // One of the encodings is UTF-8 that's read as Latin-1.
    return statSync(file).isFile() && has(readFileSync(file, "latin1")).length > 0
  })
}

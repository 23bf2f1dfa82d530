/**
 * A chain of hashes over entries: each entry has a hash of itself and of the hash before it. So a change shows at the entry
 * that was changed, moved, added or removed.
 */
import * as Bytes from "./Bytes.ts"

export type Hashed<A> = A & { readonly hash: string }

/** JSON with sorted members and no white space, by RFC 8785. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`
}

/** SHA-256 of the canonical JSON, in base64url. */
export const hash = async (value: unknown): Promise<string> =>
  Bytes.toBase64Url(await crypto.subtle.digest("SHA-256", Bytes.fromText(canonical(value))))

/** Adds the hashes. `before` is the hash that the first entry follows. */
export const link = async <A extends object>(
  before: string,
  kind: string,
  entries: ReadonlyArray<A>
): Promise<ReadonlyArray<Hashed<A>>> => {
  const linked: Array<Hashed<A>> = []
  let last = before
  for (const entry of entries) {
    last = await hash([last, kind, entry])
    linked.push({ ...entry, hash: last })
  }
  return linked
}

/** Returns the index of the first entry whose hash isn't the one that {@link link} adds, or -1. */
export const firstBroken = async (
  before: string,
  kind: string,
  entries: ReadonlyArray<Hashed<object>>
): Promise<number> => {
  let last = before
  for (const [index, { hash: stated, ...entry }] of entries.entries()) {
    last = await hash([last, kind, entry])
    if (last !== stated) return index
  }
  return -1
}

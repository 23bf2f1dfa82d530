/**
 * The code blocks of docs/recipes.md.
 */
import { readFileSync } from "node:fs"

const text = readFileSync(new URL("../../docs/recipes.md", import.meta.url), "utf8")

interface Block {
  readonly language: string
  readonly code: string
}

const blocks: ReadonlyArray<Block> = Array.from(
  text.matchAll(/^( *)```(\w+)[^\n]*\n(.*?)^ *```$/gmsu),
  ([, indent = "", language = "", code = ""]) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, "gmu"), "")
  })
)

const first = (what: string, matches: (block: Block) => boolean): string => {
  const found = blocks.find(matches)
  if (found === undefined) throw new Error(`docs/recipes.md has no block ${what}`)
  return found.code
}

/** The block whose first line is a comment with this file's name. */
export const file = (name: string): string =>
  first(`that begins with ${name}`, ({ code }) =>
    new Set([`// ${name}`, `# ${name}`]).has(code.split("\n", 1)[0] ?? "")
  )

export const packageJson = first("in JSON", ({ language }) => language === "json")

/** The first shell command that contains this text. */
export const command = (part: string): string =>
  first(`with the command ${part}`, ({ code, language }) => language === "sh" && code.includes(part)).trim()

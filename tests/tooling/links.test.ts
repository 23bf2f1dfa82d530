/** Runs the check of links on small Markdown files, and the check of the table of questions in ARCHITECTURE.md. */
import { describe, expect, test } from "vitest"
import * as Links from "../../scripts/links.ts"

const row = (index: number) => `| Where is ${index}? | \`packages/core\` |`

const table = (rows: ReadonlyArray<string>) =>
  ["| Question | Folder |", "| --- | --- |", ...rows, "", "After."].join("\n")

const rows = Array.from({ length: 30 }, (_, index) => row(index))

const problemsOf = (texts: Readonly<Record<string, string>>) => {
  const files = new Map(Object.entries({ "ARCHITECTURE.md": table(rows), ...texts }))
  return Links.problemsOf({
    texts: files,
    kindOf: (path) =>
      ["packages/core", "docs"].includes(path) ? "folder" : files.has(path) || path === "a.svg" ? "file" : undefined
  })
}

const headings = "# One `two`, three!\n\n## [Linked](x.md)\n\n## Twice\n\n## Twice\n\n```\n# Code\n```\n"

describe("links", () => {
  test.each([
    "[a](docs/A.md)",
    "[a](./docs/A.md#one-two-three)",
    "[a](docs/A.md#twice-1)",
    "[a](docs)",
    `[a](a.svg "title")`,
    "[a](#here)\n\n# Here",
    "[a]: docs/A.md",
    `<img src="a.svg">`,
    "[a](https://example.com/none) [b](mailto:a@example.com)",
    "`[a](none.md)`",
    "```md\n[a](none.md)\n```"
  ])("accepts %j", (text) => {
    const page = headings.replace("x.md", "../README.md")
    expect(problemsOf({ "README.md": text, "docs/A.md": page })).toEqual([])
  })

  test.each([
    ["[a](none.md)", "none.md is broken: none.md doesn't exist"],
    ["text\n[a\nb](docs/none.md)", "docs/none.md is broken: docs/none.md doesn't exist"],
    ["[a](docs/A.md#code)", "docs/A.md#code is broken: docs/A.md has no such heading"],
    ["[a](#here)", "#here is broken: README.md has no such heading"],
    ["[a]: none.md", "none.md is broken: none.md doesn't exist"],
    [`<source srcset="b.svg">`, "b.svg is broken: b.svg doesn't exist"]
  ])("rejects %j", (text, message) => {
    const line = text.split("\n").length
    expect(problemsOf({ "README.md": text, "docs/A.md": "```\n# Code\n```" })).toEqual([
      `README.md:${line}: ${message}`
    ])
  })

  test("resolves links from the file's folder", () => {
    expect(problemsOf({ "README.md": "", "docs/A.md": "[a](../README.md) [b](README.md)" })).toEqual([
      "docs/A.md:1: README.md is broken: docs/README.md doesn't exist"
    ])
  })
})

describe("the table of questions in ARCHITECTURE.md", () => {
  test("needs at least 30 rows", () => {
    const message = `rows under "| Question | Folder |"; at least 30 are needed`
    expect(problemsOf({ "ARCHITECTURE.md": table(rows.slice(1)) })).toEqual([`ARCHITECTURE.md: 29 ${message}`])
    expect(problemsOf({ "ARCHITECTURE.md": "# Architecture" })).toEqual([`ARCHITECTURE.md: 0 ${message}`])
  })

  test("needs one existing folder in each row", () => {
    const wrong = [
      "| A? | `packages/none` |",
      "| B? | `ARCHITECTURE.md` |",
      "| C? | `docs`, `packages/core` |",
      "| D? | docs |"
    ]
    expect(problemsOf({ "ARCHITECTURE.md": table([...rows, ...wrong, "| E? | `docs` |"]) })).toEqual([
      "ARCHITECTURE.md:33: packages/none isn't a folder",
      "ARCHITECTURE.md:34: ARCHITECTURE.md isn't a folder",
      "ARCHITECTURE.md:35: the row needs a question and one folder in backticks",
      "ARCHITECTURE.md:36: the row needs a question and one folder in backticks"
    ])
  })
})

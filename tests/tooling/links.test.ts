/** The check of the Markdown files, on small ones: broken links, and the table of questions in ARCHITECTURE.md. */
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
    ["[a](none.md)", "none.md leads to none.md, which doesn't exist"],
    ["text\n[a\nb](docs/none.md)", "docs/none.md leads to docs/none.md, which doesn't exist"],
    ["[a](docs/A.md#code)", "docs/A.md#code leads to no heading of docs/A.md"],
    ["[a](#here)", "#here leads to no heading of README.md"],
    ["[a]: none.md", "none.md leads to none.md, which doesn't exist"],
    [`<source srcset="b.svg">`, "b.svg leads to b.svg, which doesn't exist"]
  ])("refuses %j", (text, message) => {
    const line = text.split("\n").length
    expect(problemsOf({ "README.md": text, "docs/A.md": "```\n# Code\n```" })).toEqual([
      `README.md:${line}: ${message}`
    ])
  })

  test("resolves links from the file's folder", () => {
    expect(problemsOf({ "README.md": "", "docs/A.md": "[a](../README.md) [b](README.md)" })).toEqual([
      "docs/A.md:1: README.md leads to docs/README.md, which doesn't exist"
    ])
  })
})

describe("the questions of ARCHITECTURE.md", () => {
  test("are at least 30", () => {
    const message = `rows under "| Question | Folder |"; at least 30 are needed`
    expect(problemsOf({ "ARCHITECTURE.md": table(rows.slice(1)) })).toEqual([`ARCHITECTURE.md: 29 ${message}`])
    expect(problemsOf({ "ARCHITECTURE.md": "# Architecture" })).toEqual([`ARCHITECTURE.md: 0 ${message}`])
  })

  test("have one existing folder each", () => {
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

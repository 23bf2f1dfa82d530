/**
 * Everything public has a docstring: a sentence, a category and a version; and every file says what it holds. Holds no
 * judgement of what the sentences say.
 */
import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

const files = globSync("packages/*/src/**/*.ts", { cwd: root })
  .map((file) => file.replaceAll("\\", "/"))
  .sort()

const declaration = /^export (?:declare )?(?:const|class|interface|type|function) (\w+)/u

/** The docstring that ends right above a line, without its stars. */
const above = (lines: ReadonlyArray<string>, line: number): string => {
  if (lines[line - 1]?.trim() !== "*/") return ""
  let start = line - 1
  while (start > 0 && !lines[start]?.startsWith("/**")) start--
  return lines
    .slice(start + 1, line - 1)
    .map((text) => text.replace(/^ \* ?/u, "").replace(/\{@link (\w+)\}/u, "$1"))
    .join("\n")
}

describe("docstrings", () => {
  it("are looked for in every package", () => {
    for (const name of ["core", "http", "sandbox"]) {
      assert.isAbove(files.filter((file) => file.startsWith(`packages/${name}/`)).length, 5)
    }
  })

  for (const file of files) {
    const lines = readFileSync(`${root}/${file}`, "utf8").split("\n")

    it(`${file} begins with what it holds`, () => {
      const first = lines[0] === "#!/usr/bin/env node" ? 1 : 0
      assert.strictEqual(lines[first], "/**")
      assert.match(lines[first + 1] ?? "", /^ \* [A-Z]/)
    })

    if (file.includes("/internal/")) continue
    for (const [index, line] of lines.entries()) {
      const [, name] = declaration.exec(line) ?? []
      if (name === undefined) continue
      it(`${file}: ${name}`, () => {
        const text = above(lines, index)
        if (text.includes("@internal")) return
        const [prose = ""] = text.split(/^@/mu)
        assert.match(prose.trim(), /^[A-Z][^]{8,}[.?]$/, "has no sentence")
        assert.match(text, /^@category \w/mu, "has no category")
        assert.match(text, /^@since \d/mu, "has no version")
      })
    }
  }
})

/**
 * Runs the doctest generator on small blocks: the blocks that it finds and rejects, and the results when Vitest runs the
 * files that it writes.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { afterAll, describe, expect, onTestFinished, test } from "vitest"
import * as Doctest from "../../scripts/doctest.ts"

const root = path.resolve(import.meta.dirname, "../..")

const ticks = "```"

const docstring = `/**
 * A title.
 *
 * @example
 * ${ticks}ts
 * import * as Sid from "@effect-twilio-video/core/Sid"
 *
 * // A comment.
 * if (Sid.isRoomSid("a")) {
 *   throw new Error("no")
 * }
 * ${ticks}
 * @example
 * ${ticks}ts no-run
 * const a = 1
 * ${ticks}
 */
export const a = 1
`

const markdown = `# Title

${ticks}sh
pnpm test
${ticks}

- In a list:

  ${ticks}ts
  const a = {
    b: 1
  }
  ${ticks}

${ticks}\`\`md
${ticks}ts
not a block, but Markdown about one
${ticks}
${ticks}\`\`
`

describe("collect", () => {
  test("finds the ts blocks of docstrings, with their line numbers", () => {
    expect(Doctest.collect("packages/core/src/A.ts", docstring)).toEqual([
      {
        file: "packages/core/src/A.ts",
        line: 6,
        code: `import * as Sid from "@effect-twilio-video/core/Sid"

// A comment.
if (Sid.isRoomSid("a")) {
  throw new Error("no")
}`,
        run: true
      },
      { file: "packages/core/src/A.ts", line: 15, code: "const a = 1", run: false }
    ])
  })

  test("finds the ts blocks of Markdown, and removes the indentation of a list", () => {
    expect(Doctest.collect("README.md", markdown)).toEqual([
      { file: "README.md", line: 10, code: "const a = {\n  b: 1\n}", run: true }
    ])
  })

  test("rejects an unknown mark", () => {
    expect(() => Doctest.collect("README.md", `\n${ticks}ts norun\n${ticks}`)).toThrow(
      'README.md:2: unknown mark "norun". The only mark is no-run.'
    )
  })

  test("rejects a block that isn't closed", () => {
    const message = "this block isn't closed"
    expect(() => Doctest.collect("README.md", `${ticks}ts\nconst a = 1`)).toThrow(`README.md:1: ${message}`)
    expect(() => Doctest.collect("A.ts", `/**\n * ${ticks}ts\n * a\n */\nconst b = 1`)).toThrow(`A.ts:2: ${message}`)
  })
})

const block = (line: number, code: string, run = true): Doctest.Block => ({ file: "docs/A.md", line, code, run })

describe("generate", () => {
  test("keeps the line numbers of the source", () => {
    const lines = Doctest.generate(
      block(7, 'import * as a from "a"\n\na.b() // => 1\nimport {\n  c\n} from "c"\nthrow c')
    ).split("\n")
    expect(lines.findIndex((line) => line.startsWith('import * as a from "a"'))).toBe(6)
    expect(lines.findIndex((line) => line.includes("a.b()"))).toBe(8)
    expect(lines.findIndex((line) => line.includes("throw c"))).toBe(12)
  })

  test.each([
    ["docs/A.md:8: Unexpected token", "const a = 1\nconst = 2"],
    ["docs/A.md:8: Unexpected token", "const a = 1\na // => 1 or so ("],
    ["docs/A.md:7: `// =>` must follow", "// => 1"],
    ["docs/A.md:7: `// =>` must follow", "const a = 1 // => 1"],
    ["docs/A.md:9: `// =>` must follow", "a()\n\n// => 1"],
    ["docs/A.md:8: `// =>` must follow", "const a = () => {\n  a // => 1\n}"],
    ["docs/A.md:8: `// =>` must follow", "a // => 1\n// => 1"],
    ["docs/A.md:8: a block that runs can't export. Mark it no-run.", "const a = 1\nexport { a }"]
  ])("rejects: %s", (message, code) => {
    expect(() => Doctest.generate(block(7, code))).toThrow(message)
  })

  test.each(["vitest", "@effect/vitest"])("leaves a block that imports %s unchanged", (name) => {
    const code = `import { test } from "${name}"\n\ntest("a", () => {})`
    expect(Doctest.generate(block(2, code))).toBe(`\n${code}\n`)
  })

  test("changes nothing in a no-run block, and exports its unused locals", () => {
    const text = Doctest.generate(block(2, "declare const a: string\nexport const b = a\nexport default b", false))
    expect(text.trim()).toBe("declare const a: string\nexport const b = a\nexport default b\nexport { a }")
  })
})

describe("the generated file", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "doctest-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"))

  const passing = [
    "1 + 1 // => 2",
    "const a = { b: [1] };\na; // => { b: [1] }",
    "const a = { b: [1] }\na\n// => { b: [1] }",
    "await Promise.resolve(1) // => await Promise.resolve(1)",
    "let a = 1\na // => 1\na = 2\na // => 2",
    "[1, 2].map(\n  (a) => a + 1\n) // => [2, 3]",
    'import * as Option from "effect/Option"\nOption.some(1) // => Option.some(1)',
    'const a = 1\nimport {\n  some\n} from "effect/Option"\nsome(a) // => some(1)',
    'import * as Option from "effect/Option"',
    "const unused = 1"
  ]
  const failing = [
    "1 + 1 // => 3",
    "1 + 1\n// => 3",
    '1 // => "1"',
    "({ a: undefined }) // => {}",
    "await Promise.resolve(1) // => 2",
    "let a = 1\na // => 1\na = 2\na // => 1",
    'throw new Error("a")',
    "await Promise.reject(new Error())",
    'import "missing"'
  ]
  const notRun = block(1001, 'throw new Error("run")', false)
  const passes = passing.map((code, index) => block(101 + index, code))
  const fails = failing.map((code, index) => block(201 + index, code))
  for (const written of [...passes, ...fails, notRun]) {
    writeFileSync(path.join(folder, Doctest.fileName(written)), Doctest.generate(written))
  }
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs")
  spawnSync(process.execPath, [vitest, "run", "--reporter=json", "--outputFile=report.json", "--no-isolate"], {
    cwd: folder
  })
  const report = JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8")) as {
    readonly testResults: ReadonlyArray<{
      readonly name: string
      readonly status: string
      readonly assertionResults: ReadonlyArray<{ readonly title: string }>
    }>
  }
  const resultOf = (written: Doctest.Block) =>
    report.testResults.find(({ name }) => path.basename(name) === Doctest.fileName(written))

  test.each(passes)("passes: $code", (written) => {
    expect(resultOf(written)).toMatchObject({
      status: "passed",
      assertionResults: [{ title: `docs/A.md:${written.line}` }]
    })
  })

  test.each(fails)("fails: $code", (written) => {
    expect(resultOf(written)).toMatchObject({ status: "failed" })
  })

  test("isn't a test file if the block is marked no-run", () => {
    expect(report.testResults).toHaveLength(passing.length + failing.length)
  })
})

test("the compiler reports an error in a block at its line in the source, run or not", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "doctest-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"))
  for (const name of ["package.json", "tsconfig.base.json", "tsconfig.check.json"]) {
    copyFileSync(path.join(root, name), path.join(folder, name))
  }
  mkdirSync(path.join(folder, "tests/.doctest"), { recursive: true })
  const mistake = "const a = 1\nconst b: string = a\na // => 1"
  for (const written of [block(301, mistake), block(401, mistake, false)]) {
    writeFileSync(path.join(folder, "tests/.doctest", Doctest.fileName(written)), Doctest.generate(written))
  }
  const tsc = path.join(root, "node_modules/typescript/bin/tsc")
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.check.json"], { cwd: folder, encoding: "utf8" })
  expect(stdout.trim().split("\n")).toEqual([
    expect.stringMatching(/^tests\/\.doctest\/docs-A\.md-301\.test\.ts\(302,7\): error TS2322: /u),
    expect.stringMatching(/^tests\/\.doctest\/docs-A\.md-401\.ts\(402,7\): error TS2322: /u)
  ])
})

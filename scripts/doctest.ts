/**
 * `node scripts/doctest.ts`: writes each ts block of a docstring or Markdown file to a test file in tests/.doctest.
 * Vitest runs these files, and `tsc` checks their types.
 *
 * In a block, `expression // => value` asserts that the two are deeply equal. The comment may also be on the line below
 * the expression. A block that opens with "ts no-run" is only type-checked. A block that imports `vitest` or
 * `@effect/vitest` is a complete test file, and Vitest runs it unchanged.
 */
import { parseSync, types } from "@babel/core"
import { glob, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import * as path from "node:path"

export interface Block {
  /** The path of the source file from the root of the repository. */
  readonly file: string
  /** The source line where the code begins. */
  readonly line: number
  readonly code: string
  readonly run: boolean
}

const problem = (file: string, line: number, message: string): Error => new Error(`${file}:${line}: ${message}`)

/** Finds the blocks in the docstrings of a TypeScript file, or in a Markdown file. */
export const collect = (file: string, text: string): ReadonlyArray<Block> => {
  const blocks: Array<Block> = []
  let open:
    | { readonly line: number; readonly indent: number; readonly ticks: string; readonly info: string }
    | undefined
  let code: Array<string> = []
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const line = file.endsWith(".md") ? raw : /^\s*\*(?!\/) ?(.*)$/u.exec(raw)?.[1]
    if (line === undefined) {
      if (open !== undefined) break
      continue
    }
    const [, indent = "", ticks = "", info = ""] = /^( *)(`{3,})([^`]*)$/u.exec(line) ?? []
    if (open === undefined) {
      if (ticks !== "") open = { line: index + 1, indent: indent.length, ticks, info: info.trim() }
    } else if (!ticks.startsWith(open.ticks) || info.trim() !== "") {
      code.push(line.slice(open.indent))
    } else {
      const [language, ...marks] = open.info.split(/\s+/u)
      if (language === "ts") {
        const unknown = marks.find((mark) => mark !== "no-run")
        if (unknown !== undefined) throw problem(file, open.line, `unknown mark "${unknown}". The only mark is no-run.`)
        blocks.push({ file, line: open.line + 1, code: code.join("\n"), run: marks.length === 0 })
      }
      open = undefined
      code = []
    }
  }
  if (open !== undefined) throw problem(file, open.line, "this block isn't closed")
  return blocks
}

/** Names a block's file after its source file and line. Only blocks that run are test files. */
export const fileName = (block: Block): string =>
  `${block.file.replaceAll("/", "-")}-${block.line}${block.run ? ".test" : ""}.ts`

const parse = (block: Block, code: string) => {
  try {
    const ast = parseSync(code, { babelrc: false, configFile: false, parserOpts: { plugins: ["typescript"] } })
    return { statements: ast?.program.body ?? [], comments: ast?.comments ?? [] }
  } catch (error) {
    const { loc, message } = error as SyntaxError & { readonly loc?: { readonly line: number } }
    throw problem(block.file, block.line + (loc?.line ?? 1) - 1, message.split("\n")[0]?.replace("unknown: ", "") ?? "")
  }
}

const isTestFile = (statements: ReadonlyArray<types.Statement>): boolean =>
  statements.some(
    (statement) => types.isImportDeclaration(statement) && /^(@effect\/)?vitest$/u.test(statement.source.value)
  )

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const lineAt = ({ code, line }: Block, offset: number): number => line + code.slice(0, offset).split("\n").length - 1

const namesOf = (statements: ReadonlyArray<types.Statement>): ReadonlyArray<string> =>
  statements.flatMap((statement) => Object.keys(types.getOuterBindingIdentifiers(statement)))

/** Cuts the imports below the first statement. They move to the header, because the test's function can't import. */
const lateImports = (block: Block, statements: ReadonlyArray<types.Statement>, first: number): ReadonlyArray<Edit> =>
  statements.flatMap((statement) => {
    const start = statement.start ?? 0
    if (types.isExportDeclaration(statement)) {
      throw problem(block.file, lineAt(block, start), "a block that runs can't export. Mark it no-run.")
    }
    return types.isImportDeclaration(statement) && start > first
      ? [
          {
            start,
            end: statement.end ?? 0,
            text: "\n".repeat(block.code.slice(start, statement.end ?? 0).split("\n").length - 1)
          }
        ]
      : []
  })

/** Turns each expression before a `// =>` comment into an assertion. */
const assertions = (
  block: Block,
  body: ReadonlyArray<types.Statement>,
  comments: ReadonlyArray<types.Comment>
): ReadonlyArray<Edit> =>
  comments.flatMap((comment) => {
    const value = /^\s*=>(.*)$/u.exec(comment.value)?.[1]?.trim()
    if (value === undefined) return []
    const at = comment.start ?? 0
    const subject = body.findLast((statement) => (statement.end ?? block.code.length) <= at)
    const gap = block.code.slice(subject?.end ?? 0, at)
    if (!types.isExpressionStatement(subject) || !/^[ \t]*\n?[ \t]*$/u.test(gap)) {
      throw problem(
        block.file,
        lineAt(block, at),
        "`// =>` must follow an expression statement at the top level of the block"
      )
    }
    parse({ ...block, line: lineAt(block, at) }, `(${value})`)
    const start = subject.start ?? 0
    const end = subject.end ?? 0
    return [{ start, end, text: `$same((${block.code.slice(start, end).replace(/;$/u, "")}), (${value}));` }]
  })

/** Applies edits from the end, so that the offsets stay valid. Of two edits at one offset, the first comes out last. */
const apply = (code: string, edits: ReadonlyArray<Edit>): string =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { end, start, text: replacement }) => text.slice(0, start) + replacement + text.slice(end), code)

const test = (block: Block, { comments, statements }: ReturnType<typeof parse>): string => {
  const { code, file, line } = block
  const body = statements.filter((statement) => !types.isImportDeclaration(statement))
  const first = body[0]?.start ?? code.length
  const imports = lateImports(block, statements, first)
  const asserted = assertions(block, body, comments)
  const header = [
    'import { test as $test } from "vitest";',
    ...imports.map(({ end, start }) => `${code.slice(start, end).replaceAll("\n", " ")};`),
    ...(asserted.length === 0
      ? []
      : [
          'import { deepStrictEqual as $equal } from "node:assert/strict";',
          "const $same: (actual: unknown, expected: unknown) => void = $equal;"
        ])
  ]
  const opening = `${body.length === 0 ? "\n" : ""}$test(${JSON.stringify(`${file}:${line}`)}, async () => { `
  const edited = apply(code, [
    // An example may declare a variable that it never reads, which the compiler rejects.
    { start: code.length, end: code.length, text: `\nvoid [${namesOf(body).join(", ")}]\n})` },
    ...imports,
    ...asserted,
    { start: first, end: first, text: opening }
  ])
  return header.join(" ") + "\n".repeat(line - 1) + edited
}

/** Returns the file of a block. Each line of code keeps the line number of its source. */
export const generate = (block: Block): string => {
  const { code, line } = block
  const parsed = parse(block, code)
  const { statements } = parsed
  if (block.run && !isTestFile(statements)) return `${test(block, parsed)}\n`
  const margin = "\n".repeat(line - 1)
  if (block.run) return `${margin}${code}\n`
  const exported = new Set(namesOf(statements.filter((statement) => types.isExportNamedDeclaration(statement))))
  const names = namesOf(statements.filter((statement) => !types.isImportDeclaration(statement)))
  return `${margin}${code}\nexport { ${names.filter((name) => !exported.has(name)).join(", ")} }\n`
}

if (import.meta.main) {
  const root = path.dirname(import.meta.dirname)
  const target = path.join(root, "tests/.doctest")
  await rm(target, { recursive: true, force: true })
  await mkdir(target)
  let failed = false
  const sources = ["packages/*/src/**/*.ts", "*.md", "docs/*.md", "packages/*/*.md", "examples/*.md", "examples/*/*.md"]
  for await (const file of glob(sources, { cwd: root })) {
    try {
      for (const block of collect(file.replaceAll("\\", "/"), await readFile(path.join(root, file), "utf8"))) {
        await writeFile(path.join(target, fileName(block)), generate(block))
      }
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
      failed = true
    }
  }
  if (failed) process.exit(1)
}

/**
 * `node scripts/doctest.ts`: turns the ts blocks of docstrings and of Markdown files into test files, one for each
 * block, in tests/.doctest. Runs none of them: vitest runs what it writes, and `tsc` checks its types.
 *
 * In a block, `expression // => value` asserts that the two are deeply equal. The comment may also stand alone on the
 * line below the expression. A block that opens with "ts no-run" is only type-checked. A block that imports `vitest` or
 * `@effect/vitest` is a test file itself, and vitest runs it unchanged.
 */
import { parseSync, types } from "@babel/core"
import { glob, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import * as path from "node:path"

export interface Block {
  /** The file that holds it, from the root of the repository. */
  readonly file: string
  /** The line of that file on which the code begins. */
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
        if (unknown !== undefined) throw problem(file, open.line, `a block cannot be marked "${unknown}"`)
        blocks.push({ file, line: open.line + 1, code: code.join("\n"), run: marks.length === 0 })
      }
      open = undefined
      code = []
    }
  }
  if (open !== undefined) throw problem(file, open.line, "the block that begins here is not closed")
  return blocks
}

/** What a block's file is called: after its source and its line. Only a block that runs is a test file. */
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

/** Writes the file of a block. Each line of code has the number there that it has in the source. */
export const generate = (block: Block): string => {
  const { code, file } = block
  const { comments, statements } = parse(block, code)
  if (block.run && isTestFile(statements)) return `${"\n".repeat(block.line - 1)}${code}\n`
  const lineAt = (offset: number) => block.line + code.slice(0, offset).split("\n").length - 1
  const edits: Array<{ readonly start: number; readonly end: number; readonly text: string }> = []
  const edit = (start: number, end: number, text: string) => edits.push({ start, end, text })
  const length = code.length

  const body = statements.filter((statement) => !types.isImportDeclaration(statement))
  const names = body.flatMap((statement) => Object.keys(types.getOuterBindingIdentifiers(statement)))
  let header = ""
  if (block.run) {
    header += 'import { test as $test } from "vitest";'
    // The compiler takes a local that nothing reads for a mistake. In an example it may be what the example shows.
    edit(length, length, `\nvoid [${names.join(", ")}]\n})`)
    const first = body[0]?.start ?? length
    for (const statement of statements) {
      const start = statement.start ?? 0
      const end = statement.end ?? length
      if (types.isImportDeclaration(statement) && start > first) {
        const text = code.slice(start, end)
        header += ` ${text.replaceAll("\n", " ")};`
        edit(start, end, "\n".repeat(text.split("\n").length - 1))
      } else if (types.isExportDeclaration(statement)) {
        throw problem(file, lineAt(start), "a block that exports must be marked no-run")
      }
    }
    let asserts = false
    for (const comment of comments) {
      const value = /^\s*=>(.*)$/u.exec(comment.value)?.[1]?.trim()
      if (value === undefined) continue
      const at = comment.start ?? 0
      const subject = body.findLast((statement) => (statement.end ?? length) <= at)
      const gap = code.slice(subject?.end ?? 0, at)
      if (!types.isExpressionStatement(subject) || !/^[ \t]*\n?[ \t]*$/u.test(gap)) {
        throw problem(file, lineAt(at), "`// =>` must follow an expression of the block itself")
      }
      parse({ ...block, line: lineAt(at) }, `(${value})`)
      const start = subject.start ?? 0
      const end = subject.end ?? length
      edit(start, end, `$same((${code.slice(start, end).replace(/;$/u, "")}), (${value}));`)
      asserts = true
    }
    if (asserts) {
      header += ' import { deepStrictEqual as $equal } from "node:assert/strict";'
      header += " const $same: (actual: unknown, expected: unknown) => void = $equal;"
    }
    edit(
      first,
      first,
      `${body.length === 0 ? "\n" : ""}$test(${JSON.stringify(`${file}:${block.line}`)}, async () => { `
    )
  } else {
    const exported = statements.filter((statement) => types.isExportNamedDeclaration(statement))
    const taken = new Set(exported.flatMap((statement) => Object.keys(types.getOuterBindingIdentifiers(statement))))
    edit(length, length, `\nexport { ${names.filter((name) => !taken.has(name)).join(", ")} }`)
  }

  // From the end, so that offsets stay true; of two at one place, the one that was added first lands behind.
  const edited = edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { end, start, text: put }) => text.slice(0, start) + put + text.slice(end), code)
  return `${header}${"\n".repeat(block.line - 1)}${edited}\n`
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

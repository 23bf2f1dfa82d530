/**
 * `pnpm api`: writes api.md, the list of every public export, from the compiled declarations in packages/*\/dist.
 * `node scripts/api.ts --check` writes nothing and fails if api.md is out of date. Both fail if the docstring of a public
 * export lacks a sentence, `@category` or `@since`, or if a public declaration shows a type from `internal/`.
 */
import { parseSync, types } from "@babel/core"
import { globSync, readFileSync, writeFileSync } from "node:fs"
import * as path from "node:path"

interface Entry {
  readonly kind: "class" | "constant" | "error" | "function" | "layer" | "member" | "re-export" | "service" | "type"
  readonly name: string
  /** The text after the name: parameters and result of a function, or `: ` and the type. */
  readonly signature: string
  readonly docstring: string
  readonly line: number
}

type TextOf = (node: types.Node | null | undefined) => string

const parse = (text: string) => {
  const ast = parseSync(text, {
    babelrc: false,
    configFile: false,
    parserOpts: { plugins: [["typescript", { dts: true }]] }
  })
  const textOf: TextOf = (node) => text.slice(node?.start ?? 0, node?.end ?? 0)
  return { file: ast as types.File, body: ast?.program.body ?? [], textOf }
}

const withoutStars = (comment: string): string => comment.replaceAll(/^[ \t]*\*+ ?/gmu, "").trim()

const docstringOf = ({ leadingComments }: types.Node): string =>
  withoutStars(leadingComments?.findLast(({ value }) => value.startsWith("*"))?.value ?? "")

const entry = (kind: Entry["kind"], node: types.Node, name: string, signature = ""): Entry => ({
  kind,
  name,
  // Shortens `Effect.Effect<Room.Room>` to `Effect<Room>`.
  signature: signature
    .replaceAll(/\/\*.*?\*\//gsu, "")
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/\b(\w+)\.\1\b/gu, "$1"),
  docstring: docstringOf(node),
  line: node.loc?.start.line ?? 0
})

const typeOf = (node: { readonly typeAnnotation?: types.Node | null }): types.Node | undefined =>
  types.isTSTypeAnnotation(node.typeAnnotation) ? node.typeAnnotation.typeAnnotation : undefined

const ofValue = (statement: types.Statement, id: types.Identifier, textOf: TextOf): Entry => {
  const type = typeOf(id)
  const isFunction = types.isTSFunctionType(type)
  const isLayer = textOf(isFunction ? type.returnType?.typeAnnotation : type).startsWith("Layer.Layer<")
  if (isFunction) return entry(isLayer ? "layer" : "function", statement, id.name, textOf(type))
  return entry(isLayer ? "layer" : "constant", statement, id.name, type === undefined ? "" : `: ${textOf(type)}`)
}

const ofInterface = (statement: types.Statement, { body, id }: types.TSInterfaceDeclaration, textOf: TextOf) => {
  const members = id.name === "Service" ? body.body.filter((member) => types.isTSPropertySignature(member)) : []
  return [
    entry("type", statement, id.name),
    ...members.map((member) => {
      const type = typeOf(member)
      const signature = types.isTSFunctionType(type) ? textOf(type) : `: ${textOf(type)}`
      return entry("member", member, textOf(member.key), signature)
    })
  ]
}

const ofClass = (statement: types.Statement, name: string, base: string): Entry => {
  if (base.includes(": Context.ServiceClass<")) return entry("service", statement, name)
  return entry(base.includes("YieldableError") ? "error" : "class", statement, name)
}

/**
 * Lists the exports of a module's declarations, in their order. Omits exports marked `@internal`, and service methods
 * that the module also exports as functions.
 */
const entriesOf = (text: string): ReadonlyArray<Entry> => {
  const { body, textOf } = parse(text)
  const entries = body.flatMap((statement): ReadonlyArray<Entry> => {
    if (types.isExportAllDeclaration(statement)) {
      return [entry("re-export", statement, "*", ` from ${textOf(statement.source)}`)]
    }
    if (!types.isExportNamedDeclaration(statement)) return []
    const { declaration, source, specifiers } = statement
    if (types.isVariableDeclaration(declaration)) {
      return declaration.declarations.map(({ id }) => ofValue(statement, id as types.Identifier, textOf))
    }
    if (types.isTSInterfaceDeclaration(declaration)) return ofInterface(statement, declaration, textOf)
    if (types.isTSTypeAliasDeclaration(declaration)) return [entry("type", statement, declaration.id.name)]
    if (types.isClassDeclaration(declaration)) {
      const name = declaration.id?.name ?? ""
      return [
        ofClass(statement, name, textOf(body.find((each) => textOf(each).startsWith(`declare const ${name}_base:`))))
      ]
    }
    if (types.isTSDeclareFunction(declaration)) {
      return [
        entry(
          "function",
          statement,
          declaration.id?.name ?? "",
          textOf(declaration).replaceAll(/^.*?function \w+|;$/gu, "")
        )
      ]
    }
    if (specifiers.length === 0) return []
    const names = specifiers.map((specifier) => textOf(specifier).replace(/^type /u, ""))
    return [entry("re-export", statement, names.join(", "), source ? ` from ${textOf(source)}` : "")]
  })
  const exported = new Set(entries.flatMap(({ kind, name }) => (kind === "member" ? [] : [name])))
  return entries.filter(
    ({ docstring, kind, name }) => !/^@internal/mu.test(docstring) && !(kind === "member" && exported.has(name))
  )
}

/** Returns the first sentence, or the words before a list. */
const summaryOf = (docstring: string): string => {
  const [paragraph = ""] = docstring.split(/\n\s*\n|\n-|(?:^|\n)@/u)
  const [sentence = ""] = /^.+?[.?](?=\s|$)/su.exec(paragraph.replace(/:$/u, ".")) ?? []
  return sentence.replaceAll(/\s+/gu, " ").replaceAll(/\{@link ([\w.]+)\}/gu, "`$1`")
}

export interface Module {
  /** Each `file` is a path from the root of the repository. */
  readonly source: { readonly file: string; readonly text: string }
  readonly declarations: { readonly file: string; readonly text: string }
}

const moduleSummaryOf = ({ source }: Module): string =>
  summaryOf(withoutStars(/^(?:#!.*\n)?\/\*(\*.*?)\*\//su.exec(source.text)?.[1] ?? ""))

const missingFrom = ({ docstring, kind }: Entry): ReadonlyArray<string> => [
  ...(kind === "re-export" || summaryOf(docstring) !== "" ? [] : ["sentence"]),
  ...(kind === "re-export" || kind === "member"
    ? []
    : ["@category", "@since"].filter((tag) => !new RegExp(`^${tag} \\w`, "mu").test(docstring)))
]

/** Reports each line of the declarations that shows a type from `internal/`. */
const internalTypes = ({ file, text }: Module["declarations"]): ReadonlyArray<string> => {
  const internal = (specifier: string) => specifier.startsWith("./internal/")
  const locals = parse(text).body.flatMap((statement) =>
    types.isImportDeclaration(statement) && internal(statement.source.value)
      ? statement.specifiers.map(({ local }) => `\\b${local.name}\\b(?:\\.\\w+)*`)
      : []
  )
  const shown = new RegExp([`(?<=")\\./internal/[^"]+`, ...locals].join("|"), "gu")
  return text.split("\n").flatMap((line, index) => {
    if (/^(?:import .*;$|\s*\/?\*)/u.test(line)) return []
    const names = new Set(line.match(shown))
    return [...names].map((name) => `${file}:${index + 1}: ${name} is internal. Public signatures can't show it.`)
  })
}

/** Returns a message for each missing part of a docstring, and for each internal type that a declaration shows. */
export const problemsOf = (module: Module): ReadonlyArray<string> => {
  const { file, text } = module.declarations
  return [
    ...(moduleSummaryOf(module) === "" ? [`${module.source.file}:1: the docstring of the module has no sentence`] : []),
    ...entriesOf(text).flatMap((found) =>
      missingFrom(found).map((part) => `${file}:${found.line}: the docstring of ${found.name} has no ${part}`)
    ),
    ...internalTypes(module.declarations)
  ]
}

/** api.md omits longer signatures. */
const longestSignature = 160

const lineOf = ({ docstring, kind, name, signature }: Entry): string => {
  if (kind === "re-export") return `- \`${name}\`${signature.replace(/"(.*)"/u, "`$1`")}`
  const code = name.length + signature.length > longestSignature ? name : name + signature
  return `${kind === "member" ? "  -" : `- ${kind}`} \`${code}\`: ${summaryOf(docstring)}`
}

/** Returns a module's section of api.md. */
export const sectionOf = (module: Module): string => {
  const { file } = module.source
  const list = entriesOf(module.declarations.text).map(lineOf).join("\n")
  return `### [${path.basename(file, ".ts")}](${file})\n\n${moduleSummaryOf(module)}\n\n${list}\n`
}

const root = path.dirname(import.meta.dirname)

const read = (file: string) => ({ file, text: readFileSync(path.join(root, file), "utf8") })

const modulesOf = (name: string, exports: Readonly<Record<string, unknown>>): ReadonlyArray<Module> =>
  globSync("*.ts", { cwd: path.join(root, `packages/${name}/src`) })
    .map((file) => path.basename(file, ".ts"))
    .filter((module) => module !== "index" && exports[`./${module}`] !== null)
    .toSorted()
    .map((module) => ({
      source: read(`packages/${name}/src/${module}.ts`),
      declarations: read(`packages/${name}/dist/${module}.d.ts`)
    }))

if (import.meta.main) {
  const sections = ["# API\n\nEvery public export. Written by `pnpm api` from the docstrings.\n"]
  const problems: Array<string> = []
  for (const folder of ["core", "http", "sandbox", "erasure", "roster"]) {
    const { exports, name } = JSON.parse(read(`packages/${folder}/package.json`).text)
    const modules = modulesOf(folder, exports)
    sections.push(`## ${name}\n`, ...modules.map(sectionOf))
    problems.push(...modules.flatMap(problemsOf))
  }
  const text = sections.join("\n")
  if (!process.argv.includes("--check")) writeFileSync(path.join(root, "api.md"), text)
  else if (read("api.md").text !== text) problems.push("api.md is out of date. Run `pnpm api`.")
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exit(1)
}

/**
 * `node scripts/dependencies.ts`: checks the imports of packages/*\/src, type imports and re-exports included. Fails on
 * an import between packages that isn't in `allowed`, and on a circular dependency between modules or between the folders
 * below `internal/`.
 */
import { parseSync, types } from "@babel/core"
import { globSync, readFileSync } from "node:fs"
import * as path from "node:path"

/** The imports that each package may have from the others: a whole package, or one module of it. */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: [],
  erasure: ["@effect-twilio-video/core"],
  http: ["@effect-twilio-video/core"],
  roster: ["@effect-twilio-video/core", "@effect-twilio-video/http/Quota"],
  sandbox: [
    "@effect-twilio-video/core",
    "@effect-twilio-video/http/Quota",
    "@effect-twilio-video/http/TwilioHttpClient",
    "@effect-twilio-video/http/TwilioVideo",
    "@effect-twilio-video/http/VideoWire"
  ]
}

export interface Import {
  readonly file: string
  readonly line: number
  readonly specifier: string
}

/** Finds every import of a module: static, dynamic, of types, and re-exports. */
export const importsOf = (file: string, text: string): ReadonlyArray<Import> => {
  const ast = parseSync(text, { babelrc: false, configFile: false, parserOpts: { plugins: ["typescript"] } })
  const imports: Array<Import> = []
  types.traverseFast(ast as types.File, (node) => {
    if (!("source" in node) || !types.isStringLiteral(node.source)) return
    imports.push({ file, line: node.source.loc?.start.line ?? 0, specifier: node.source.value })
  })
  return imports
}

const at = ({ file, line, specifier }: Import): string => `${file}:${line} imports "${specifier}"`

const packageOf = (file: string): string => /^packages\/([^/]+)\/src\//u.exec(file)?.[1] ?? ""

const resolve = ({ file, specifier }: Import): string | undefined =>
  specifier.startsWith(".") ? path.posix.join(path.posix.dirname(file), specifier) : undefined

const acrossPackages = (imported: Import): string | undefined => {
  const from = packageOf(imported.file)
  const target = resolve(imported)
  if (target !== undefined) {
    if (packageOf(target) === from) return undefined
    return `${at(imported)}: a relative import outside the package's src. Import the other package by name.`
  }
  if (!imported.specifier.startsWith("@effect-twilio-video/")) return undefined
  if (imported.specifier.includes("/internal/")) {
    return `${at(imported)}: an internal module of another package. Import a public module.`
  }
  const may = allowed[from] ?? []
  if (may.some((name) => name === imported.specifier || imported.specifier.startsWith(`${name}/`))) return undefined
  const list = may.length === 0 ? "no other package" : `only ${may.join(", ")}`
  return `${at(imported)}: ${from} may import ${list}.`
}

/** The imports from one node to another, by the importing and the imported node. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, ReadonlyArray<Import>>>

const graphOf = (imports: ReadonlyArray<Import>, nodeOf: (file: string) => string | undefined): Graph => {
  const graph = new Map<string, Map<string, Array<Import>>>()
  for (const imported of imports) {
    const target = resolve(imported)
    const from = nodeOf(imported.file)
    const to = target === undefined ? undefined : nodeOf(target)
    if (from === undefined || to === undefined || from === to) continue
    const edges = graph.get(from) ?? new Map<string, Array<Import>>()
    edges.set(to, [...(edges.get(to) ?? []), imported])
    graph.set(from, edges)
  }
  return graph
}

/** Finds the shortest path from a node back to itself. */
const cycleAt = (graph: Graph, start: string): ReadonlyArray<string> | undefined => {
  const paths: Array<ReadonlyArray<string>> = [[start]]
  const seen = new Set<string>()
  for (const path of paths) {
    for (const next of graph.get(path.at(-1) ?? start)?.keys() ?? []) {
      if (next === start) return path
      if (!seen.has(next)) paths.push([...path, next])
      seen.add(next)
    }
  }
  return undefined
}

const circularDependencies = (graph: Graph, kind: "modules" | "folders"): ReadonlyArray<string> => {
  const found = new Map<string, string>()
  for (const start of graph.keys()) {
    const cycle = cycleAt(graph, start)
    if (cycle === undefined) continue
    const key = cycle.toSorted().join(" ")
    const steps = cycle.flatMap((node, index) => graph.get(node)?.get(cycle[index + 1] ?? start) ?? [])
    const names = [...cycle, start].map((node) => node.replace(/^packages\/([^/]+)\/src\//u, "$1/"))
    const message = [`Circular dependency between ${kind}: ${names.join(" → ")}. Remove one step:`, ...steps.map(at)]
    if (!found.has(key)) found.set(key, message.join("\n    "))
  }
  return [...found.values()]
}

/** Returns a message for each import or cycle that breaks a rule. */
export const problemsOf = (imports: ReadonlyArray<Import>): ReadonlyArray<string> => [
  ...imports.flatMap((imported) => acrossPackages(imported) ?? []),
  ...circularDependencies(
    graphOf(imports, (file) => file),
    "modules"
  ),
  ...circularDependencies(
    graphOf(imports, (file) => /^.*\/src\/internal\/.+(?=\/)/u.exec(file)?.[0]),
    "folders"
  )
]

if (import.meta.main) {
  const root = path.dirname(import.meta.dirname)
  const files = globSync("packages/*/src/**/*.ts", { cwd: root }).map((file) => file.replaceAll("\\", "/"))
  const problems = problemsOf(files.flatMap((file) => importsOf(file, readFileSync(path.join(root, file), "utf8"))))
  for (const problem of problems) console.error(problem)
  if (files.length === 0 || problems.length > 0) {
    console.error(`dependencies: ${problems.length} problems in ${files.length} modules`)
    process.exit(1)
  }
  console.log(`dependencies: ${files.length} modules, no circular dependencies`)
}

/**
 * The archives of the packages: files, manifests, exports and sourcemaps, and the findings of publint and "are the types
 * wrong". Nothing is installed.
 */
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { SourceMap } from "node:module"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import * as Packed from "./support/Packed.ts"

// Compilers, bundlers and package managers run in parallel with other tests.
vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(path.join(tmpdir(), "archives-"))
let packed: Readonly<Record<Packed.Name, Packed.Packed>>

beforeAll(async () => {
  packed = await Packed.make(folder)
})

afterAll(() => rmSync(folder, { recursive: true }))

const peers = { effect: ">=4.1.0 <4.2.0" }
const peersOnNode = { "@effect/platform-node": ">=4.1.0 <4.2.0", ...peers }
const optional = { "@effect/platform-node": { optional: true } }

const { version } = Packed.readManifest(path.join(Packed.root, "packages/core"))

/** The dependencies in the manifests, written out, so a change fails the test. */
const needs: Record<Packed.Name, unknown> = {
  core: { dependencies: undefined, peers, meta: undefined },
  http: {
    dependencies: { "@effect-twilio-video/core": `^${version}` },
    peers: { ...peersOnNode, undici: "^8.0.0" },
    meta: { ...optional, undici: { optional: true } }
  },
  sandbox: {
    dependencies: { "@effect-twilio-video/core": `^${version}`, "@effect-twilio-video/http": `^${version}` },
    peers: peersOnNode,
    meta: optional
  },
  erasure: {
    dependencies: { "@effect-twilio-video/core": `^${version}` },
    peers: { ...peersOnNode, "@effect/sql-pg": ">=4.0.5 <4.1.0" },
    meta: { ...optional, "@effect/sql-pg": { optional: true } }
  },
  roster: {
    dependencies: { "@effect-twilio-video/core": `^${version}`, "@effect-twilio-video/http": `^${version}` },
    peers: { ...peers, "@effect/sql-pg": ">=4.0.5 <4.1.0" },
    meta: { "@effect/sql-pg": { optional: true } }
  }
}

describe.each(Packed.names)("the archive of %s", (name) => {
  test("contains the build and the source of every module, its texts, and nothing else", () => {
    const texts = [
      "AGENTS.md",
      "LICENSE",
      "README.md",
      "llms.txt",
      "package.json",
      ...(name === "sandbox" ? ["ASSUMPTIONS.md", "COVERAGE.md", "config.schema.json"] : [])
    ]
    const built = Packed.sources(name)
      .flatMap((module) => [".js", ".js.map", ".d.ts", ".d.ts.map"].map((end) => `dist/${module}${end}`))
      // The bundled command has no map.
      .filter((file) => file !== "dist/bin.js.map")
    const sources = Packed.sources(name).map((module) => `src/${module}.ts`)
    expect(packed[name].files).toEqual([...texts, ...built, ...sources].toSorted())
  })

  test("has the files that AGENTS.md and llms.txt link to", () => {
    const texts = ["AGENTS.md", "llms.txt"].map((file) => readFileSync(path.join(packed[name].folder, file), "utf8"))
    const links = texts.flatMap((text) => [...text.matchAll(/\]\((?!https:)([^)]+)\)/gu)].map(([, link = ""]) => link))
    expect(links.length).toBeGreaterThan(0)
    expect(packed[name].files).toEqual(expect.arrayContaining(links))
  })

  test("has the expected dependencies, in ranges that a registry can resolve", () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = packed[name].manifest
    expect({ dependencies, peers: peerDependencies, meta: peerDependenciesMeta }).toEqual(needs[name])
    expect(JSON.stringify(packed[name].manifest)).not.toContain("workspace:")
  })

  test("is public, for Node 20 and later", () => {
    // Scoped packages are private by default. The package manager reads this before it packs.
    const { publishConfig } = Packed.readManifest(path.join(Packed.root, "packages", name))
    expect(publishConfig?.access).toBe("public")
    expect(packed[name].manifest.engines).toEqual({ node: ">=20" })
  })

  test("names the repository that package.json of the root names, which npm's provenance requires", () => {
    const { repository } = Packed.readManifest(Packed.root)
    expect(packed[name].manifest.repository).toEqual({ ...repository, directory: `packages/${name}` })
  })

  test("exports the build, and in the workspace the sources", () => {
    const { exports = {} } = packed[name].manifest
    expect(exports).toEqual({
      "./package.json": "./package.json",
      ".": "./dist/index.js",
      // These start a server.
      ...(name === "sandbox" ? { "./bin": null, "./cli": null } : {}),
      "./internal/*": null,
      "./*": "./dist/*.js"
    })
    const inWorkspace = Packed.readManifest(path.join(Packed.root, "packages", name)).exports ?? {}
    const toSource = (target: string | null) => target?.replace("./dist/", "./src/").replace(/\.js$/u, ".ts") ?? null
    expect(Object.entries(inWorkspace)).toEqual(
      Object.entries(exports).map(([subpath, target]) => [subpath, toSource(target)])
    )
  })

  test("has an index of all modules that don't need Node", () => {
    const index = readFileSync(path.join(packed[name].folder, "dist/index.d.ts"), "utf8")
    const exported = [...index.matchAll(/^export \* as (\w+) from "\.\/(\w+)\.ts";$/gmu)]
    const listed = exported.map(([, as, file]) => `${as} from ${file}`)
    const expected = Packed.modules(name).filter((module) => !Packed.nodeOnly.has(module))
    expect(listed.toSorted()).toEqual(expected.map((module) => `${module} from ${module}`))
  })

  test("maps built code and declarations to its sources", () => {
    const maps = packed[name].files.filter((file) => file.endsWith(".map"))
    const leads = maps.map((file) => {
      const text = readFileSync(path.join(packed[name].folder, file), "utf8")
      const { sources }: { readonly sources: ReadonlyArray<string> } = JSON.parse(text)
      return sources.map((source) => path.posix.join(path.posix.dirname(file), source))
    })
    const sourceOf = (map: string) => map.replace(/^dist\//u, "src/").replace(/(\.js|\.d\.ts)\.map$/u, ".ts")
    expect(leads).toEqual(maps.map((map) => [sourceOf(map)]))
    expect(packed[name].files).toEqual(expect.arrayContaining(leads.flat()))
  })

  test("passes publint", async () => {
    const data = new Uint8Array(readFileSync(packed[name].tarball))
    const { messages, pkg } = await publint({ strict: true, level: "suggestion", pack: { tarball: data.buffer } })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test("has types that resolve for ES modules", async () => {
    const subpaths = [".", ...Packed.modules(name).map((module) => `./${module}`)]
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(packed[name].tarball)), {
      entrypoints: subpaths
    })
    if (analysis.types === false) throw new Error("the package has no types")
    expect(Object.keys(analysis.entrypoints)).toEqual(subpaths)
    const found = analysis.problems.map((problem) =>
      "entrypoint" in problem
        ? `${problem.kind} ${problem.resolutionKind} ${problem.entrypoint}`
        : `${problem.kind} ${JSON.stringify(problem)}`
    )
    // True of every ES module package: a CommonJS file loads it by `import()`, or by `require` if Node supports it, and
    // resolution without `exports` finds no subpaths.
    const expected = subpaths.flatMap((subpath) => [
      `NoResolution node10 ${subpath}`,
      `CJSResolvesToESM node16-cjs ${subpath}`
    ])
    expect(found.toSorted()).toEqual(expected.toSorted())
    for (const { resolutions } of Object.values(analysis.entrypoints)) {
      for (const kind of ["node16-esm", "bundler"] as const) {
        expect(resolutions[kind].resolution?.fileName).toMatch(/\/dist\/\w+\.d\.ts$/u)
        expect(resolutions[kind].visibleProblems ?? []).toEqual([])
      }
    }
  })
})

test("a built line of core maps to its source line", () => {
  const built = path.join(packed.core.folder, "dist/Sid.js")
  const lines = readFileSync(built, "utf8").split("\n")
  const map = new SourceMap(JSON.parse(readFileSync(`${built}.map`, "utf8")))
  const line = lines.findIndex((text) => /^export const isTrackSid\b/u.test(text))
  const entry = map.findEntry(line, 0)
  if (!("originalLine" in entry)) throw new Error("the line has no source")
  const source = path.resolve(path.dirname(built), entry.originalSource)
  expect(readFileSync(source, "utf8").split("\n")[entry.originalLine]).toMatch(/^export const isTrackSid\b/u)
})

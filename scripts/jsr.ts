/**
 * The packages for JSR. `pnpm generate` writes each jsr.json from package.json and the modules in src.
 *
 * `node scripts/jsr.ts FOLDER` lays out all packages in a folder for `deno publish --allow-slow-types`. There Deno finds
 * no package.json, and resolves the packages' imports of each other and of npm without a network.
 */
import { cpSync, globSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import * as path from "node:path"

const root = path.dirname(import.meta.dirname)

export const packages = ["core", "http", "sandbox"] as const

export type PackageName = (typeof packages)[number]

export interface JsrManifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly exports: Readonly<Record<string, string>>
  readonly imports: Readonly<Record<string, string>>
  readonly publish: { readonly include: ReadonlyArray<string>; readonly exclude?: ReadonlyArray<string> }
}

interface NpmManifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly files: ReadonlyArray<string>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const npmManifest = (name: PackageName): NpmManifest =>
  JSON.parse(readFileSync(path.join(root, "packages", name, "package.json"), "utf8"))

/** A range of npm's without spaces, which a specifier cannot have. */
const specifierRange = (range: string): string => {
  const [, least, minor] = /^>=(\d+\.(\d+)\.\d+) <\d+\.\d+\.0$/u.exec(range) ?? []
  if (least === undefined || !range.endsWith(`.${Number(minor) + 1}.0`)) {
    throw new Error(`jsr: the range "${range}" is not one of a minor version, such as ">=4.1.0 <4.2.0"`)
  }
  return `~${least}`
}

/** What a package's jsr.json must hold. */
export const manifestOf = (name: PackageName): JsrManifest => {
  const npm = npmManifest(name)
  // `bin` starts npm's command. On Deno, `deno run jsr:@effect-twilio-video/sandbox/cli` does without it.
  const modules = globSync("*.ts", { cwd: path.join(root, "packages", name, "src") })
    .map((file) => path.basename(file, ".ts"))
    .filter((module) => module !== "index" && module !== "bin")
    .toSorted()
  const texts = npm.files.filter((file) => !/^!?dist/u.test(file))
  return {
    name: npm.name,
    version: npm.version,
    license: npm.license,
    exports: {
      ".": "./src/index.ts",
      ...Object.fromEntries(modules.map((module) => [`./${module}`, `./src/${module}.ts`]))
    },
    imports: Object.fromEntries([
      ...Object.keys(npm.dependencies ?? {}).map((dependency) => {
        const { version } = npmManifest(dependency.replace("@effect-twilio-video/", "") as PackageName) // Ours alone.
        return [dependency, `jsr:${dependency}@^${version}`]
      }),
      ...Object.entries(npm.peerDependencies).map(([peer, range]) => [peer, `npm:${peer}@${specifierRange(range)}`])
    ]),
    publish: { include: ["jsr.json", ...texts], ...(name === "sandbox" ? { exclude: ["src/bin.ts"] } : {}) }
  }
}

const notForJsr = new Set(["node_modules", "dist", "test", "package.json", "tsconfig.json"])

/** Copies the packages to a folder, as one Deno workspace with the npm packages that are installed here. */
export const stage = (folder: string): void => {
  for (const name of packages) {
    const filter = (file: string) => !notForJsr.has(path.basename(file))
    cpSync(path.join(root, "packages", name), path.join(folder, "packages", name), { recursive: true, filter })
  }
  const workspace = packages.map((name) => `./packages/${name}`)
  writeFileSync(path.join(folder, "deno.json"), JSON.stringify({ workspace, nodeModulesDir: "manual" }))
  for (const name of ["effect", "@effect/platform-node", "@types/node"]) {
    const link = path.join(folder, "node_modules", name)
    mkdirSync(path.dirname(link), { recursive: true })
    symlinkSync(realpathSync(path.join(root, "node_modules", name)), link)
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined)
    throw new Error("jsr: name a folder for the packages. `pnpm generate` writes the jsr.json files.")
  stage(path.resolve(folder))
}

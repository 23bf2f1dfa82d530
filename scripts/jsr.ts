/**
 * Prepares the packages for JSR. `pnpm generate` writes each jsr.json from package.json and the modules in src.
 *
 * `node scripts/jsr.ts FOLDER` copies all packages to a folder for `deno publish --allow-slow-types`. The copies have no
 * package.json, and Deno resolves their imports of each other and of npm packages without a network.
 */
import { cpSync, globSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs"
import * as path from "node:path"

const root = path.dirname(import.meta.dirname)

export const packages = ["core", "http", "sandbox", "erasure", "roster"] as const

type PackageName = (typeof packages)[number]

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

/** Rewrites an npm range without spaces: a specifier can't have any. */
const specifierRange = (range: string): string => {
  if (/^\^\d+\.\d+\.\d+$/u.test(range)) return range
  const [, least, minor] = /^>=(\d+\.(\d+)\.\d+) <\d+\.\d+\.0$/u.exec(range) ?? []
  if (least === undefined || !range.endsWith(`.${Number(minor) + 1}.0`)) {
    throw new Error(
      `jsr: unsupported range "${range}". A peer dependency needs the range of one minor version, such as ">=4.1.0 <4.2.0", or of a major version, such as "^8.0.0".`
    )
  }
  return `~${least}`
}

/** Returns the content of a package's jsr.json. */
export const manifestOf = (name: PackageName): JsrManifest => {
  const npm = npmManifest(name)
  // `bin` is npm's entry point of the command. On Deno, `deno run jsr:@effect-twilio-video/sandbox/cli` runs it directly.
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
        const { version } = npmManifest(dependency.replace("@effect-twilio-video/", "") as PackageName) // All dependencies are packages of this workspace.
        return [dependency, `jsr:${dependency}@^${version}`]
      }),
      ...Object.entries(npm.peerDependencies).map(([peer, range]) => [peer, `npm:${peer}@${specifierRange(range)}`])
    ]),
    publish: { include: ["jsr.json", ...texts], ...(name === "sandbox" ? { exclude: ["src/bin.ts"] } : {}) }
  }
}

const excluded = new Set(["node_modules", "dist", "test", "package.json", "tsconfig.json"])

/** Copies the packages to a folder, as a Deno workspace that links to the npm packages installed here. */
export const stage = (folder: string): void => {
  for (const name of packages) {
    const filter = (file: string) => !excluded.has(path.basename(file))
    cpSync(path.join(root, "packages", name), path.join(folder, "packages", name), { recursive: true, filter })
  }
  const workspace = packages.map((name) => `./packages/${name}`)
  writeFileSync(path.join(folder, "deno.json"), JSON.stringify({ workspace, nodeModulesDir: "manual" }))
  for (const name of ["effect", "@effect/platform-node", "@effect/sql-pg", "@types/node", "undici"]) {
    const link = path.join(folder, "node_modules", name)
    mkdirSync(path.dirname(link), { recursive: true })
    symlinkSync(realpathSync(path.join(root, "node_modules", name)), link)
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) throw new Error("jsr: missing folder. Usage: node scripts/jsr.ts FOLDER")
  stage(path.resolve(folder))
}

/**
 * `node scripts/jsr.ts`: writes each package's jsr.json, its manifest for JSR, from package.json and the modules in src.
 * Publishes nothing: `deno publish --allow-slow-types` does, in the folders of core, http and sandbox in this order.
 */
import { spawnSync } from "node:child_process"
import { globSync, readFileSync, writeFileSync } from "node:fs"
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

if (import.meta.main) {
  const files = packages.map((name) => path.join(root, "packages", name, "jsr.json"))
  for (const [index, name] of packages.entries()) {
    writeFileSync(files[index] ?? "", `${JSON.stringify(manifestOf(name), null, 2)}\n`)
  }
  const formatted = spawnSync(path.join(root, "node_modules/.bin/oxfmt"), files, { cwd: root, stdio: "inherit" })
  if (formatted.status !== 0) throw formatted.error ?? new Error("jsr: the manifests could not be formatted")
  console.log(`jsr: ${files.length} manifests in packages/*/jsr.json`)
}

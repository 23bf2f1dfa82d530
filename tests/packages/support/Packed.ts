/**
 * The packages as `pnpm publish` would send them: built and packed from a copy of the workspace, so nothing changes in it.
 */
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import * as path from "node:path"
import * as Command from "./Command.ts"

export const root = path.resolve(import.meta.dirname, "../../..")

export const names = ["core", "http", "sandbox", "erasure", "roster"] as const

export type Name = (typeof names)[number]

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly repository?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly access?: string }
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | null>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Packed {
  readonly tarball: string
  /** The folder of the unpacked tarball. */
  readonly folder: string
  readonly manifest: Manifest
  /** The files of the tarball. */
  readonly files: ReadonlyArray<string>
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"))

/** The modules of a package, as paths without `.ts`. */
export const sources = (name: Name): ReadonlyArray<string> =>
  globSync("**/*.ts", { cwd: path.join(root, "packages", name, "src") })
    .map((file) => file.replaceAll("\\", "/").slice(0, -".ts".length))
    .toSorted()

// The modules of the sandbox's command. Importing one starts a server.
const commands = new Set(["bin", "cli"])

/** The public modules. */
export const modules = (name: Name): ReadonlyArray<string> =>
  sources(name).filter((module) => !module.includes("/") && module !== "index" && !commands.has(module))

/** The internal modules. */
export const hidden = (name: Name): ReadonlyArray<string> =>
  sources(name).filter((module) => module.includes("/") || commands.has(module))

/** Modules that need Node. The package's index doesn't export them. */
export const nodeOnly: ReadonlySet<string> = new Set([
  "ErasurePostgres",
  "ErasureSqlite",
  "RosterPostgres",
  "SandboxServer",
  "SqliteClient",
  "TwilioNode",
  "UndiciTransport"
])

/** The path of pnpm, which sets it for its scripts. */
export const findPnpm = async (): Promise<string> => {
  const running = process.env["npm_execpath"] ?? ""
  if (path.basename(running).startsWith("pnpm")) return running
  const found = await Command.run("npx", ["-y", "-p", "pnpm@12.21.0", "-c", "command -v pnpm"], { cwd: root })
  return found.trim()
}

const copyWorkspace = (workspace: string) => {
  const copy = (name: string) =>
    cpSync(path.join(root, name), path.join(workspace, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => path.basename(file) !== "dist" && path.basename(file) !== "test"
    })
  for (const name of globSync("{package.json,pnpm-workspace.yaml,.pnpmfile.mjs,tsconfig*.json}", { cwd: root }))
    copy(name)
  copy("packages")
  copy("scripts")
  symlinkSync(path.join(root, "node_modules"), path.join(workspace, "node_modules"))
}

/** Builds and packs all packages under a folder. */
export const make = async (folder: string): Promise<Readonly<Record<Name, Packed>>> => {
  const workspace = path.join(folder, "workspace")
  copyWorkspace(workspace)
  await Command.run(process.execPath, ["scripts/build.ts"], { cwd: workspace })
  const pnpm = await findPnpm()
  const pack = async (name: Name): Promise<readonly [Name, Packed]> => {
    const destination = path.join(folder, "packed", name)
    mkdirSync(destination, { recursive: true })
    await Command.run(pnpm, ["pack", "--pack-destination", destination], {
      cwd: path.join(workspace, "packages", name)
    })
    const tarball = path.join(destination, globSync("*.tgz", { cwd: destination })[0] ?? "")
    await Command.run("tar", ["-xzf", tarball, "-C", destination], { cwd: destination })
    // The root folder of an npm tarball.
    const unpacked = path.join(destination, "package")
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(unpacked, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    return [name, { tarball, folder: unpacked, manifest: readManifest(unpacked), files: files.toSorted() }]
  }
  const packed: Partial<Record<Name, Packed>> = Object.fromEntries(await Promise.all(names.map(pack)))
  // `pack` throws unless each package was packed.
  return packed as Record<Name, Packed>
}

/**
 * A user's project outside of the workspace, in which tests install, compile and run. Its programs are in `consumer`.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import * as Command from "./Command.ts"
import * as Packed from "./Packed.ts"
import type * as Registry from "./Registry.ts"

export interface Consumer {
  readonly folder: string
  /** The environment of the project's commands. */
  readonly env: Readonly<Record<string, string>>
}

const binaries = path.join(Packed.root, "node_modules/.bin") + path.delimiter

/** The system's commands. In the workspace's scripts, Node 24 comes first in PATH. */
export const systemPath = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .filter((folder) => !folder.replaceAll("\\", "/").includes("node_modules"))
  .join(path.delimiter)

/**
 * An environment with a new home, so no configuration or cache of the machine applies, and with an unreachable proxy for
 * every address but loopback.
 */
const environment = (folder: string): Readonly<Record<string, string>> => ({
  PATH: binaries + systemPath,
  HOME: folder,
  TMPDIR: folder,
  DENO_DIR: path.join(folder, ".deno"),
  DENO_NO_UPDATE_CHECK: "1",
  NO_COLOR: "1",
  https_proxy: "http://127.0.0.1:9",
  http_proxy: "http://127.0.0.1:9",
  no_proxy: "127.0.0.1"
})

// npm, pnpm and Deno all read this file.
const configure = (folder: string, registry: Registry.Registry) =>
  writeFileSync(path.join(folder, ".npmrc"), `registry=${registry.url}\naudit=false\nupdate-notifier=false\n`)

/** An empty folder, in a home whose npm uses the registry. */
export const empty = (folder: string, registry: Registry.Registry): Consumer => {
  const place = path.join(folder, "empty")
  mkdirSync(place, { recursive: true })
  configure(folder, registry)
  return { folder: place, env: environment(folder) }
}

/** A new project with the programs of `consumer`. */
export const make = (folder: string, registry: Registry.Registry): Consumer => {
  const project = path.join(folder, "project")
  mkdirSync(project, { recursive: true })
  cpSync(path.resolve(import.meta.dirname, "../consumer"), project, { recursive: true })
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  configure(project, registry)
  return { folder: project, env: environment(folder) }
}

export const run = (consumer: Consumer, file: string, ...args: ReadonlyArray<string>): Promise<string> =>
  Command.run(file, args, { cwd: consumer.folder, env: consumer.env })

export const end = (consumer: Consumer, file: string, ...args: ReadonlyArray<string>): Promise<Command.Ended> =>
  Command.end(file, args, { cwd: consumer.folder, env: consumer.env })

const require = createRequire(import.meta.url)

/** The workspace's compiler, and an older one, a dependency of the type checker. */
export const compilers: Readonly<Record<string, string>> = Object.fromEntries(
  [
    path.join(Packed.root, "node_modules/typescript"),
    path.dirname(createRequire(require.resolve("@arethetypeswrong/core")).resolve("typescript/package.json"))
  ].map((folder) => [Packed.readManifest(folder).version, path.join(folder, "bin/tsc")])
)

/** Compiles programs of the project in strict mode, with the declarations of all packages. Yields the errors. */
export const compile = async (
  consumer: Consumer,
  options: {
    readonly compiler: string
    readonly module: string
    readonly moduleResolution: string
    readonly files: ReadonlyArray<string>
    readonly types?: ReadonlyArray<string>
    readonly skipLibCheck?: boolean
    readonly outDir?: string
  }
): Promise<string> => {
  const { compiler, files, module, moduleResolution, outDir, skipLibCheck = false, types = [] } = options
  const name = `tsconfig.${path.basename(path.dirname(path.dirname(compiler)))}.${module}.${files.length}.json`
  const compilerOptions = {
    module,
    moduleResolution,
    target: "es2022",
    lib: ["esnext", "dom", "dom.iterable"],
    types,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck,
    ...(outDir === undefined ? { noEmit: true } : { outDir })
  }
  writeFileSync(path.join(consumer.folder, name), JSON.stringify({ compilerOptions, files }))
  const { exit, stderr, stdout } = await end(consumer, process.execPath, compiler, "-p", name)
  return exit === 0 ? "" : `${stdout}${stderr}` || `it exited with ${exit}`
}

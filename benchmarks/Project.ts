/**
 * A temporary project with the built packages, as a user installs them. Run `pnpm build` first.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { root } from "./measure.ts"

export interface Project {
  readonly folder: string
  readonly remove: () => void
}

const install = (modules: string, name: string) => {
  const from = path.join(root, "packages", name)
  const to = path.join(modules, "@effect-twilio-video", name)
  cpSync(path.join(from, "dist"), path.join(to, "dist"), { recursive: true })
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(path.join(from, "package.json"), "utf8"))
  writeFileSync(path.join(to, "package.json"), JSON.stringify({ ...manifest, ...publishConfig }))
}

const link = async (modules: string, name: string) => {
  const to = path.join(modules, name)
  await mkdir(path.dirname(to), { recursive: true })
  symlinkSync(realpathSync(path.join(import.meta.dirname, "node_modules", name)), to)
}

/** Makes a project with `core`, `http`, the named dependencies of the benchmarks, and the files of a folder. */
export const make = async (files: string, dependencies: ReadonlyArray<string>): Promise<Project> => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "effect-twilio-video-")))
  const modules = path.join(folder, "node_modules")
  for (const name of ["core", "http"]) install(modules, name)
  for (const name of dependencies) await link(modules, name)
  cpSync(files, folder, { recursive: true })
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

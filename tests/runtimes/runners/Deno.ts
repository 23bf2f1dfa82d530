/**
 * Runs the program on the Deno of the npm package `deno`, from the sources, with code generation from strings forbidden
 * and only the permissions that the caller gives.
 */
import * as Effect from "effect/Effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

const source = Missing.npm("deno")

// What the package's command calls: finds the binary even if the install script didn't run.
const binary = Program.locate(source, (require): string => {
  const installer: { readonly runInstall: () => string } = require("deno/install_api.cjs")
  return installer.runInstall()
})

// A new folder, so nothing is cached.
const cacheFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "deno-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

const settings = (permissions: ReadonlyArray<string>, host: string, args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    return {
      source,
      file: yield* binary,
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-remote",
        "--cached-only",
        "--no-lock",
        "--node-modules-dir=manual",
        "--v8-flags=--disallow-code-generation-from-strings",
        ...permissions,
        host,
        ...args
      ],
      env: { DENO_DIR: yield* cacheFolder, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }
    }
  })

/** Starts a host with only these permissions. It stops when the scope closes. */
export const start = (permissions: ReadonlyArray<string>, host: string, args: ReadonlyArray<string>) =>
  Effect.flatMap(settings(permissions, host, args), Program.start)

/** Runs a task to its end, with only these permissions. */
export const run = (permissions: ReadonlyArray<string>, task: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(settings(permissions, "runtimes/hosts/deno.ts", task), Program.run))

/** The permission to connect to this URL's host and port. */
export const allowNet = (baseUrl: string): string => `--allow-net=${new URL(baseUrl).host}`

export const runner: Runner.Runner = {
  name: "Deno",
  // In process it needs no permission.
  start: Effect.as(binary, (task: string, baseUrl?: string) =>
    Effect.flatMap(baseUrl === undefined ? run([], [task]) : run([allowNet(baseUrl)], [task, baseUrl]), Runner.reportOf)
  )
}

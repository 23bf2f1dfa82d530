/**
 * Runs the program on the Deno that the npm package `deno` installs, straight from the sources, where no code may be
 * made of strings and nothing is permitted but what the caller says. Holds no expectation.
 */
import * as Effect from "effect/Effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

const source = Missing.npm("deno")

// What the package's own command calls: finds the binary, also where the install script did not run.
const binary = Program.locate(source, (require): string => {
  const installer: { readonly runInstall: () => string } = require("deno/install_api.cjs")
  return installer.runInstall()
})

// Its own, so that nothing comes out of a cache or goes into one.
const cacheFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "deno-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

/** Runs one task to its end. What it may do is in `permissions`, and nothing else. */
export const run = (permissions: ReadonlyArray<string>, task: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    return yield* Program.run({
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
        "runtimes/hosts/deno.ts",
        ...task
      ],
      env: { DENO_DIR: yield* cacheFolder, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }
    })
  }).pipe(Effect.scoped)

/** The permission to reach this URL's host and port, and no other. */
export const allowNet = (baseUrl: string): string => `--allow-net=${new URL(baseUrl).host}`

export const runner: Runner.Runner = {
  name: "Deno",
  // In process, it needs no permission at all.
  start: Effect.as(binary, (task: string, baseUrl?: string) =>
    Effect.flatMap(baseUrl === undefined ? run([], [task]) : run([allowNet(baseUrl)], [task, baseUrl]), Runner.reportOf)
  )
}

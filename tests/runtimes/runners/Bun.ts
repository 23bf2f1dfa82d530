/**
 * Runs the program on the Bun of the npm package `bun`, from the sources, with code generation from strings forbidden.
 */
import * as Effect from "effect/Effect"
import { dirname, join } from "node:path"
import * as Missing from "./Missing.ts"
import * as Program from "./Program.ts"
import * as Runner from "./Runner.ts"

const source = Missing.npm("bun")

const binary = Program.locate(source, (require) => {
  const manifest: { readonly bin: { readonly bun: string } } = require("bun/package.json")
  return join(dirname(require.resolve("bun/package.json")), manifest.bin.bun)
})

const settings = (host: string, args: ReadonlyArray<string>) =>
  Effect.map(binary, (file) => ({
    source,
    file,
    args: ["--disallow-code-generation-from-strings", "--no-install", "--no-env-file", host, ...args],
    // Without a cache.
    env: { BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" }
  }))

/** Starts a host. It stops when the scope closes. */
export const start = (host: string, args: ReadonlyArray<string>) => Effect.flatMap(settings(host, args), Program.start)

/** Runs a task to its end. */
export const run = (task: ReadonlyArray<string>) => Effect.flatMap(settings("runtimes/hosts/bun.ts", task), Program.run)

export const runner: Runner.Runner = {
  name: "Bun",
  start: Effect.as(binary, (task: string, baseUrl = "") => Effect.flatMap(run([task, baseUrl]), Runner.reportOf))
}

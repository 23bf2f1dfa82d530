/**
 * Starts the Deno server as `deno task try` does, with the permissions of that task, on a free port of loopback.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Loopback from "../../runtimes/runners/Loopback.ts"
import * as Missing from "../../runtimes/runners/Missing.ts"
import * as Program from "../../runtimes/runners/Program.ts"
import type { Environment, Host } from "./Host.ts"

const cwd = fileURLToPath(new URL("../../../examples/deno-server", import.meta.url))

const source = Missing.npm("deno")

const binary = Program.locate(source, (require): string => require("deno/install_api.cjs").runInstall())

// A new folder, so nothing is cached.
const cacheFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "deno-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

/** Downloads nothing: the imports of `deno.json` resolve in this repository. */
const offline = ["--quiet", "--no-remote", "--cached-only"]

const settingsOf = (args: ReadonlyArray<string>, env: Environment) =>
  Effect.gen(function* () {
    const [command = "", ...rest] = args
    return {
      source,
      file: yield* binary,
      args: [command, ...offline, ...rest],
      cwd,
      env: { ...env, DENO_DIR: yield* cacheFolder, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }
    }
  })

/** The arguments of a task after `deno`. */
export const task = (name: string) =>
  Effect.promise(async (): Promise<ReadonlyArray<string>> => {
    const { tasks } = JSON.parse(await readFile(join(cwd, "deno.json"), "utf8"))
    return String(tasks[name]).split(" ").slice(1)
  })

/** Checks the server's types with Deno. */
export const check = Effect.scoped(Effect.flatMap(settingsOf(["check", "main.ts"], {}), Program.run)).pipe(Effect.orDie)

export const host: Host = {
  name: "the Deno server",
  start: (environment) =>
    Effect.gen(function* () {
      const origin = yield* Loopback.nobody
      const settings = yield* settingsOf(yield* task("try"), { ...environment, PORT: new URL(origin).port })
      const program = yield* Program.start(settings)
      const listens = Effect.tryPromise((signal) => fetch(origin, { signal })).pipe(
        Effect.retry(Schedule.spaced("50 millis"))
      )
      const ends = Effect.flatMap(
        Effect.promise(() => program.ended),
        ({ exit, stderr }) => Effect.die(new Error(`It exited with ${exit} before it listened\n${stderr}`))
      )
      yield* Effect.raceFirst(listens, ends)
      return { origin, ended: program.ended }
    }).pipe(Effect.orDie)
}

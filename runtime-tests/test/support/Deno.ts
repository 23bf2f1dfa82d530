/**
 * Runs `src/deno.ts` on the Deno that the npm package `deno` installs, straight from the sources of this checkout.
 * Holds no expectation.
 */
import * as Effect from "effect/Effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Program from "./Program.ts"

const folder = fileURLToPath(new URL("../..", import.meta.url))

// What the package's own command calls: finds the binary, also where the install script did not run.
const binary = Program.locate("deno", (require): string => {
  const installer: { readonly runInstall: () => string } = require("deno/install_api.cjs")
  return installer.runInstall()
})

// Its own, so that nothing comes out of a cache or goes into one.
const cacheFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "deno-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

/** Runs one task to its end. What it may do is in `permissions`, and nothing else. */
export const run = (permissions: ReadonlyArray<string>, task: ReadonlyArray<string>): Effect.Effect<Program.Ended> =>
  Effect.gen(function* () {
    const program = yield* Program.start({
      packageName: "deno",
      file: yield* binary,
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-remote",
        "--cached-only",
        "--no-lock",
        "--node-modules-dir=manual",
        ...permissions,
        "src/deno.ts",
        ...task
      ],
      cwd: folder,
      env: { DENO_DIR: yield* cacheFolder, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }
    })
    return yield* Effect.promise(() => program.ended)
  }).pipe(Effect.scoped)
